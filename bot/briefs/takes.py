"""Takes: clips of one idea, made in a batch, told of in one message, compared and voted on. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from ..catalogue import Catalogue, Model
from ..jobs import ENDED, Job, Status, unsaid
from ..video_request import Draft, most_alike
from .brief import Brief, Rules
from .drawing import may_draw_from
from .ideas import Idea

# A batch has so many takes: each is a line of its message, and an option of its menus.
TAKES_MOST = 12
NONE_FURTHER: Mapping[str, tuple[int, int] | None] = MappingProxyType({})
EACH_MOST = 4


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`each` takes of every model at every length in every shape that was chosen; where none was, what is usual.

    Lengths are seconds, sizes as people of the catalogue spell them. `inherits` names what they have from the take that
    won with the number `heir_of`, else from the last that won: see `inheriting`.
    """

    each: int = 1
    models: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()
    sizes: tuple[str, ...] = ()
    inherits: tuple[str, ...] = ()
    heir_of: int | None = None


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Takes that are asked for together, of the `idea` by its number, or with 0 for shots of the storyboard: a plan
    until the Discord `event` that sent it.

    `message_id` is the message with a line for each, `comparison_id` the one that calls to compare them, once all are
    over, which they are since `done_at`. Votes are taken until `ended_at`; `outcome` is what came of them. Of a
    `blind` one is told only then which model made which. `version` counts what changed, `drawn` is what is shown.
    Times are unix seconds.
    """

    id: str
    brief_id: str
    guild_id: int
    asker_id: int
    made_at: float
    idea: int
    plan: Plan = field(default_factory=Plan)
    blind: bool = False
    event: str | None = None
    sent_at: float | None = None
    message_id: int | None = None
    done_at: float | None = None
    comparison_id: int | None = None
    ended_at: float | None = None
    outcome: str | None = None
    version: int = 0
    drawn: int = 0
    drawn_at: float = 0.0
    tries: int = 0

    @property
    def is_sent(self) -> bool:
        return self.event is not None

    @property
    def is_of_shots(self) -> bool:
        """Whether each is for a shot of the storyboard: there is nothing to compare them by."""
        return self.idea == 0

    @property
    def is_compared(self) -> bool:
        """Whether votes are taken now."""
        return self.done_at is not None and self.ended_at is None and not self.is_of_shots

    @property
    def winner(self) -> int | None:
        """The number of the take that won."""
        return int(self.outcome) if self.outcome and self.outcome.isdecimal() else None


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A take as its brief knows it: `number` counts within that, from 1; a `winner` won the vote on its batch.

    Of a `blind` one it is not told yet which model made it.
    """

    number: int
    job_id: str
    batch_id: str
    idea: int
    winner: bool = False
    blind: bool = False


@dataclass(frozen=True, kw_only=True)
class Take:
    """A take with its job; `clip` is the message that brings its clip, None before there is one: channel, message.

    `notes` is how many hang on it, `shot` the `source` of the shot that it was made for.
    """

    number: int
    job: Job
    shot: str | None = None
    clip: tuple[int, int] | None = None
    notes: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing comes of it any more but what is told of already."""
        return self.job.status in ENDED and not unsaid(self.job)

    @property
    def is_made(self) -> bool:
        """Whether everybody can look at it."""
        in_place = self.clip is not None and self.clip[0] == self.job.channel_id
        return self.job.status is Status.COMPLETED and in_place


class Verdict(StrEnum):
    """What somebody may say of takes in place of naming the best."""

    TIE = "tie"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many said what: the number of a take as text, or a verdict."""

    votes: Mapping[str, int] = field(default_factory=dict)

    @property
    def voters(self) -> int:
        return sum(self.votes.values())

    @property
    def outcome(self) -> str | None:
        """What most said; a tie where several have as many, None where nobody voted."""
        most = max(self.votes.values(), default=0)
        first = [choice for choice, votes in self.votes.items() if votes == most]
        return None if not most else first[0] if len(first) == 1 else Verdict.TIE


@dataclass(frozen=True, kw_only=True)
class Reel:
    """A batch with all that people look at: its brief, its idea as far as that stands, its takes by number, votes."""

    batch: Batch
    brief: Brief
    idea: Idea | None
    takes: tuple[Take, ...] = ()
    count: Count = field(default_factory=Count)

    def take(self, number: int) -> Take | None:
        return next((take for take in self.takes if take.number == number), None)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to wait for."""
        return bool(self.takes) and all(take.is_over for take in self.takes)

    @property
    def made(self) -> tuple[Take, ...]:
        return tuple(take for take in self.takes if take.is_made)

    @property
    def shows_what_is_gone(self) -> bool:
        """Whether a clip was taken back, or is to be forgotten, that others may have been laid beside."""
        return any(take.job.status is Status.DELETED or take.job.is_emptied for take in self.takes)

    @property
    def ends_at(self) -> float | None:
        """When the vote on it ends by itself, unix seconds; None when nothing ends it but its director."""
        return ends_at(self.batch, self.brief.rules)

    @property
    def hides_models(self) -> bool:
        return self.batch.blind and self.batch.ended_at is None

    @property
    def hides_votes(self) -> bool:
        return self.brief.rules.secret and self.batch.ended_at is None


def models_of(plan: Plan, catalogue: Catalogue) -> list[Model]:
    """Those that were chosen and are there, else the usual one."""
    return [model for each in plan.models if (model := catalogue.find(each))] or [catalogue.default]


def drafts_of(
    plan: Plan,
    prompt: str,
    catalogue: Catalogue,
    picture: tuple[int, int] | None,
    *,
    has_picture: bool,
    further: Mapping[str, tuple[int, int] | None] = NONE_FURTHER,
) -> list[Draft]:
    """One for each take, in the order of models; what a model does not make is brought to the nearest that it does."""
    models = models_of(plan, catalogue)
    are_chosen = any(map(catalogue.find, plan.models))
    wishes = dict.fromkeys(
        _nearest(model, seconds, size)
        for model in models
        for seconds in plan.lengths or (None,)
        for size in plan.sizes or (None,)
    )
    return [
        Draft(
            prompt=prompt,
            model=model if are_chosen else None,
            seconds=seconds,
            size=size,
            has_picture=has_picture,
            picture=picture,
            further=further,
        )
        for model, seconds, size in wishes
        for _ in range(plan.each)
    ]


def _nearest(model: Model, seconds: int | None, size: str | None) -> tuple[str, int | None, str | None]:
    length = None
    if seconds is not None:
        length = min(model.seconds.values, key=lambda offered: (abs(offered - seconds), offered))
    made = model.size.values if length is None else model.sizes(length)
    return model.id, length, size and most_alike(size, made)


def differing(jobs: Sequence[Job]) -> tuple[str, ...]:
    """Which of model, seconds and size tell the jobs of a batch apart."""
    return tuple(name for name in ("model", "seconds", "size") if len({getattr(job.request, name) for job in jobs}) > 1)


def is_choice(choice: str, reel: Reel) -> bool:
    """Whether somebody may vote so."""
    return choice in set(Verdict) or choice in {str(take.number) for take in reel.made}


def counted(choices: Iterable[str]) -> Count:
    return Count(votes=dict(Counter(choices)))


def ended(batch: Batch, outcome: str | None, now: float) -> Batch:
    """The vote is over; what came of it may still be decided otherwise, where it is a tie."""
    return replace(batch, ended_at=batch.ended_at or now, outcome=outcome, version=batch.version + 1)


def ends_at(batch: Batch, rules: Rules) -> float | None:
    """A vote lasts as long as any phase of its brief that ends by itself, from its call on."""
    if rules.lasts is None or batch.done_at is None or not batch.is_compared:
        return None
    return batch.done_at + rules.lasts


def due(batch: Batch, rules: Rules) -> float | None:
    """When somebody has to see to it next, unix seconds."""
    if not batch.is_sent:
        return None
    drawn_at = may_draw_from(batch.drawn_at) if batch.drawn < batch.version else None
    over_at = ends_at(batch, rules) if batch.comparison_id is not None else None
    return min((at for at in (drawn_at, over_at) if at is not None), default=None)
