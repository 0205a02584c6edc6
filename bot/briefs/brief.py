"""A brief: its rules and its phases, who may do what in which, and when it goes on by itself. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .drawing import may_draw_from

# What a topic may have, characters: it is the title of the board's embed. Source: Discord's message resource, "Embed
# Limits".
TOPIC_MOST = 200
# What may be set of the rules.
IDEAS_MOST, VOTES_MOST, PER_IDEA_MOST = 50, 99, 3
# All ideas of a brief.
ALL_IDEAS_MOST = 500
# How long a phase may last by itself, seconds.
SPANS = (3600, 6 * 3600, 24 * 3600, 3 * 24 * 3600, 7 * 24 * 3600)
# A brief where nothing happened for so long is asked about, seconds.
SLEEPS_AFTER = 4 * 24 * 3600.0
# The answer to the command that begins it may still arrive for so long, seconds.
ANSWERED_BY = 10.0


class Phase(StrEnum):
    IDEAS = "ideas"
    VOTE = "vote"
    TAKES = "takes"
    STORYBOARD = "storyboard"
    FILM = "film"
    CLOSED = "closed"


class Format(StrEnum):
    """One thing after the other, or everything at any time."""

    PHASES = "phases"
    FREE = "free"


class Act(StrEnum):
    """What somebody does in a brief."""

    SUGGEST = "suggest"
    CHANGE = "change"
    VOTE = "vote"
    TAKE = "take"
    ARRANGE = "arrange"  # shots of the storyboard
    FILM = "film"
    DIRECT = "direct"


class Halt(StrEnum):
    """Why somebody may not do something in a brief; each has its sentence."""

    CLOSED = "closed"
    NOT_DIRECTOR = "not_director"
    NO_IDEAS_NOW = "no_ideas_now"
    NO_VOTE_NOW = "no_vote_now"
    NO_TAKES_NOW = "no_takes_now"
    NO_STORYBOARD_NOW = "no_storyboard_now"
    NO_FILM_NOW = "no_film_now"
    NOT_YOURS = "not_yours"
    WITHDRAWN = "withdrawn"
    TOO_MANY_YOURS = "too_many_yours"
    TOO_MANY = "too_many"
    EMPTY = "empty"
    GONE = "gone"
    MOVED_ON = "moved_on"
    TAKE_GONE = "take_gone"
    COMPARED = "compared"
    NOTED_ENOUGH = "noted_enough"
    SHOT_GONE = "shot_gone"
    SHOTS_FULL = "shots_full"
    SHOT_NOT_YOURS = "shot_not_yours"
    NOTHING_UNDONE = "nothing_undone"
    NOTHING_MISSING = "nothing_missing"
    FILM_IN_WORK = "film_in_work"
    FILM_INCOMPLETE = "film_incomplete"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """`ideas` is how many one member may have, None for any number; `votes` how many each member gives in a round,
    at most `per_idea` of them to one idea, and to `own` ideas only if that is so. With `secret` nobody sees results
    before a round ends. A phase of ideas or votes `lasts` so many seconds, None until the director ends it.
    """

    ideas: int | None = None
    votes: int = 3
    per_idea: int = 1
    own: bool = True
    secret: bool = False
    format: Format = Format.PHASES
    lasts: float | None = None


@dataclass(frozen=True, kw_only=True)
class Brief:
    """`channel_id` is where it was asked for, `place_id` the thread with the board `board_id`, None until there is one;
    `card_id` the message that the thread hangs on.

    `step` counts its phases, `round` its votes, `version` what changed of it; `told_step` and `drawn` are what its
    place was told of and what the board shows, since `drawn_at`; `tries` how often in a row that failed. Of its
    record `sheet_id` is the message and `sheet_at` when it was read, as long as it may have a sheet with pictures.
    Times are unix seconds.
    """

    id: str
    guild_id: int
    channel_id: int
    within_id: int | None = None
    topic: str
    locale: str
    starter_id: int
    starter_name: str
    director_id: int
    made_at: float
    rules: Rules = field(default_factory=Rules)
    phase: Phase = Phase.IDEAS
    phase_since: float = 0.0
    ends_at: float | None = None
    step: int = 0
    round: int = 0
    changed_at: float = 0.0
    asked_at: float | None = None
    card_id: int | None = None
    place_id: int | None = None
    board_id: int | None = None
    version: int = 1
    drawn: int = 0
    drawn_at: float = 0.0
    told_step: int = 0
    sheet_id: int | None = None
    sheet_at: float | None = None
    tries: int = 0

    @property
    def is_closed(self) -> bool:
        return self.phase is Phase.CLOSED

    @property
    def is_free(self) -> bool:
        return self.rules.format is Format.FREE

    @property
    def is_voting(self) -> bool:
        """Whether ballots are taken now."""
        return self.phase is Phase.VOTE or (self.is_free and not self.is_closed)

    @property
    def is_taking(self) -> bool:
        """Whether takes are made now."""
        return self.phase is Phase.TAKES or (self.is_free and not self.is_closed)

    @property
    def is_arranging(self) -> bool:
        """Whether its storyboard is changed now."""
        return self.phase is Phase.STORYBOARD or (self.is_free and not self.is_closed)

    @property
    def is_filming(self) -> bool:
        """Whether its film is made now."""
        return self.phase in (Phase.STORYBOARD, Phase.FILM) or (self.is_free and not self.is_closed)

    @property
    def hides_votes(self) -> bool:
        return self.rules.secret and self.is_voting

    @property
    def is_shown(self) -> bool:
        """Whether board and place are as the brief is."""
        return self.board_id is not None and self.drawn == self.version and self.told_step == self.step


@dataclass(frozen=True, kw_only=True)
class Doer:
    """Who does something in a brief; who `moderates` its place may do what its director may."""

    id: int
    moderates: bool = False


def may(brief: Brief, act: Act, doer: Doer) -> Halt | None:
    """Why somebody may not do that now."""
    if brief.is_closed:
        return Halt.CLOSED
    if act is Act.DIRECT:
        return None if directs(brief, doer) else Halt.NOT_DIRECTOR
    if brief.is_free:
        return None
    phases, halt = _NEEDS[act]
    return None if brief.phase in phases else halt


_NEEDS: Mapping[Act, tuple[tuple[Phase, ...], Halt]] = {
    Act.SUGGEST: ((Phase.IDEAS,), Halt.NO_IDEAS_NOW),
    Act.CHANGE: ((Phase.IDEAS,), Halt.NO_IDEAS_NOW),
    Act.VOTE: ((Phase.VOTE,), Halt.NO_VOTE_NOW),
    Act.TAKE: ((Phase.TAKES,), Halt.NO_TAKES_NOW),
    Act.ARRANGE: ((Phase.STORYBOARD,), Halt.NO_STORYBOARD_NOW),
    Act.FILM: ((Phase.STORYBOARD, Phase.FILM), Halt.NO_FILM_NOW),
}


def directs(brief: Brief, doer: Doer) -> bool:
    return doer.id == brief.director_id or doer.moderates


def next_phases(brief: Brief) -> tuple[Phase, ...]:
    """Where its director can take a brief from here, what mostly comes next first."""
    if brief.is_closed:
        return ()
    if brief.is_free:
        # a vote anew is all that there is beside the end
        return (Phase.VOTE, Phase.CLOSED)
    return _NEXT[brief.phase]


_NEXT: Mapping[Phase, tuple[Phase, ...]] = {
    Phase.IDEAS: (Phase.VOTE, Phase.TAKES, Phase.STORYBOARD, Phase.CLOSED),
    Phase.VOTE: (Phase.TAKES, Phase.IDEAS, Phase.VOTE, Phase.STORYBOARD, Phase.CLOSED),
    Phase.TAKES: (Phase.STORYBOARD, Phase.VOTE, Phase.IDEAS, Phase.CLOSED),
    Phase.STORYBOARD: (Phase.FILM, Phase.TAKES, Phase.VOTE, Phase.IDEAS, Phase.CLOSED),
    Phase.FILM: (Phase.STORYBOARD, Phase.TAKES, Phase.VOTE, Phase.IDEAS, Phase.CLOSED),
}


def moved(brief: Brief, to: Phase, now: float) -> Brief:
    """The brief in another phase; a vote is a new round."""
    lasts = brief.rules.lasts if to in (Phase.IDEAS, Phase.VOTE) else None
    begun = replace(
        changed(brief, now),
        phase=to,
        phase_since=now,
        ends_at=None if lasts is None else now + lasts,
        step=brief.step + 1,
        round=brief.round + (to is Phase.VOTE),
    )
    # in a free brief a new round is no phase of its own
    return replace(begun, phase=Phase.IDEAS) if brief.is_free and to is Phase.VOTE else begun


def reopened(brief: Brief, now: float) -> Brief:
    """A closed brief goes on with its takes: what was voted on stays."""
    return moved(brief, Phase.IDEAS if brief.is_free else Phase.TAKES, now)


def after_deadline(brief: Brief, ideas: Collection[object]) -> Phase | None:
    """Where a brief goes when its time is up; None where it stays, since there is nothing to vote on."""
    match brief.phase:
        case Phase.IDEAS if brief.is_free:
            return Phase.CLOSED
        case Phase.IDEAS:
            return Phase.VOTE if ideas else None
        case Phase.VOTE:
            return Phase.TAKES
        case _:
            return None


def changed(brief: Brief, now: float) -> Brief:
    """Something of it is to be seen: the board has to be drawn, and nobody asks whether it sleeps."""
    return replace(brief, version=brief.version + 1, changed_at=now, asked_at=None)


def due(brief: Brief) -> float | None:
    """When somebody has to see to it next, unix seconds; None when it is over."""
    if brief.card_id is None:
        return brief.made_at + ANSWERED_BY
    if not brief.is_shown:
        return may_draw_from(brief.drawn_at)
    if brief.is_closed:
        return None
    asks_at = brief.changed_at + SLEEPS_AFTER if brief.asked_at is None else None
    return min((at for at in (brief.ends_at, asks_at) if at is not None), default=None)


def sleeps(brief: Brief, now: float) -> bool:
    """Whether nothing has happened for so long that its people are asked whether it goes on."""
    waits = not brief.is_closed and brief.asked_at is None and brief.ends_at is None
    return waits and now >= brief.changed_at + SLEEPS_AFTER
