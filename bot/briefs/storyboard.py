"""The storyboard of a brief: its shots in their order, and what changes of it can be taken back. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ..jobs import LIVE, Job, Status
from ..joins import Join
from .brief import Brief, Doer, Halt, directs

# Each is an option of a menu, beside one more.
SHOTS_MOST = 24
# Of what may be taken back so much is kept.
STEPS_MOST = 50
NOTE_MOST = 200
# Of a picture that is held, and of a cross-fade, seconds; the longest that somebody may ask for.
STILL_SECONDS, FADE_SECONDS = 3.0, 0.5
LONGEST_STILL, LONGEST_SHOT = 20.0, 60.0


class Kind(StrEnum):
    """What a shot is of."""

    TAKE = "take"  # one that was made in the brief
    WISH = "wish"  # words that a clip is still made of
    CLIP = "clip"  # one that somebody gave
    STILL = "still"  # a picture that is held


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A shot as it is since one change: whoever changes it makes another with another `id`, which `source` outlives.

    `source` is the id that it had when it came to show what it shows: its picture, and what was made of its words, are
    known by that. `words` are what a clip is made of, or a title; `author_id` is whose they are, None once they asked
    to be forgotten. A take is one of the job `job_id`; `clip` is the message with a clip that somebody gave, with its
    channel. `has_picture` says that one is kept: the still, what words start from, or the last frame of a given clip.
    `seconds` is how long a clip is asked for or a still is held; of a clip that there is, where it ends; None for all.
    `length` is how long a given clip is.
    """

    id: str
    source: str
    kind: Kind
    author_id: int | None
    author_name: str
    made_at: float
    words: str = ""
    idea: int | None = None
    job_id: str | None = None
    clip: tuple[int, int] | None = None
    has_picture: bool = False
    spoiler: bool = False
    model: str | None = None
    seconds: float | None = None
    length: float | None = None
    note: str = ""
    noter_id: int | None = None
    join: Join = Join.CUT


@dataclass(frozen=True, kw_only=True)
class Made:
    """What was made for a shot: the job, the number that it has as a take, and the message with its clip."""

    number: int
    job: Job
    clip: tuple[int, int] | None = None

    @property
    def is_there(self) -> bool:
        """Whether everybody can look at it."""
        in_place = self.clip is not None and self.clip[0] == self.job.channel_id
        return self.job.status is Status.COMPLETED and in_place and not self.job.is_emptied


@dataclass(frozen=True, kw_only=True)
class Storyboard:
    """A brief's shots as they stand, and what was made of them by the shot's `source`.

    `step` is the change that it stands at, 0 before the first; `undoable_by` is who made the last one that can be taken
    back. `message_id` is the message that shows it; `version` counts what changed, also of what was made, `drawn`
    is what is shown, since `drawn_at`, unix seconds.
    """

    brief: Brief
    shots: tuple[Shot, ...] = ()
    made: Mapping[str, Made] = field(default_factory=dict)
    step: int = 0
    undoable: bool = False
    undoable_by: int | None = None
    message_id: int | None = None
    version: int = 0
    drawn: int = 0
    drawn_at: float = 0.0
    tries: int = 0

    def shot(self, shot_id: str) -> Shot | None:
        return next((shot for shot in self.shots if shot.id == shot_id), None)

    def number(self, shot: Shot) -> int:
        """From 1, as people call it."""
        return 1 + self.shots.index(shot)

    def before(self, shot: Shot) -> Shot | None:
        at = self.shots.index(shot)
        return self.shots[at - 1] if at else None

    def made_of(self, shot: Shot) -> Made | None:
        return self.made.get(shot.source)

    def clip_of(self, shot: Shot) -> tuple[int, int] | None:
        """The message with its clip; None for a still, and where there is none to be seen."""
        made = self.made_of(shot)
        if made is not None:
            return made.clip if made.is_there else None
        return shot.clip

    def is_there(self, shot: Shot) -> bool:
        """Whether it can be put into a film."""
        return shot.has_picture if shot.kind is Kind.STILL else self.clip_of(shot) is not None

    def is_in_work(self, shot: Shot) -> bool:
        made = self.made_of(shot)
        return made is not None and (made.job.status in (*LIVE, Status.HELD) or _is_on_its_way(made))

    @property
    def missing(self) -> tuple[Shot, ...]:
        """Those that a clip has to be made for, and none is in work."""
        return tuple(
            shot
            for shot in self.shots
            if shot.kind is Kind.WISH and not self.is_there(shot) and not self.is_in_work(shot)
        )

    def seconds(self, shot: Shot) -> float:
        """How long it is, or will be as far as that is known."""
        made = self.made_of(shot)
        whole = float(made.job.request.seconds) if made else shot.length
        if shot.kind is Kind.STILL:
            return shot.seconds or STILL_SECONDS
        if shot.kind is Kind.WISH:
            return whole or shot.seconds or 0.0
        return min(whole or shot.seconds or 0.0, shot.seconds or whole or 0.0)

    @property
    def starts(self) -> tuple[float, ...]:
        """Where in the film each begins, seconds; a cross-fade lets it begin earlier."""
        at, starts = 0.0, list[float]()
        for shot in self.shots:
            at = max(0.0, at - (FADE_SECONDS if starts and shot.join is Join.FADE else 0.0))
            starts.append(at)
            at += self.seconds(shot)
        return tuple(starts)

    @property
    def length(self) -> float:
        """Of the whole film, seconds."""
        return self.starts[-1] + self.seconds(self.shots[-1]) if self.shots else 0.0


def _is_on_its_way(made: Made) -> bool:
    """Made, and its clip is posted in a moment."""
    return made.job.status is Status.COMPLETED and made.clip is None and not made.job.is_emptied


# --- what changes its order: each gives the shots as they are then, or says why not

Shots = Sequence[Shot]


def inserted(shots: Shots, shot: Shot, after: str | None) -> tuple[Shot, ...] | Halt:
    """With one more behind the shot `after`; at the end without one, also where that is gone."""
    if len(shots) >= SHOTS_MOST:
        return Halt.SHOTS_FULL
    at = _place(shots, after) if after else None
    end = len(shots) if at is None else at + 1
    return (*shots[:end], shot, *shots[end:])


def replaced(shots: Shots, old_id: str, new: Shot) -> tuple[Shot, ...] | Halt:
    """With another in its place; how it joins stays."""
    at = _place(shots, old_id)
    if at is None:
        return Halt.SHOT_GONE
    return (*shots[:at], replace(new, join=shots[at].join), *shots[at + 1 :])


def changed_shot(shots: Shots, old_id: str, new: Shot) -> tuple[Shot, ...] | Halt:
    """With the shot as it is now."""
    at = _place(shots, old_id)
    return Halt.SHOT_GONE if at is None else (*shots[:at], new, *shots[at + 1 :])


def moved_shot(shots: Shots, shot_id: str, to: int) -> tuple[Shot, ...] | Halt:
    """With a shot at another place, from 1; one beyond the last means the end."""
    at = _place(shots, shot_id)
    if at is None:
        return Halt.SHOT_GONE
    rest = [*shots[:at], *shots[at + 1 :]]
    rest.insert(min(max(0, to - 1), len(rest)), shots[at])
    return tuple(rest)


def removed(shots: Shots, shot_id: str) -> tuple[Shot, ...] | Halt:
    at = _place(shots, shot_id)
    return Halt.SHOT_GONE if at is None else (*shots[:at], *shots[at + 1 :])


def _place(shots: Shots, shot_id: str) -> int | None:
    return next((at for at, shot in enumerate(shots) if shot.id == shot_id), None)


def may_change(shot: Shot, brief: Brief, doer: Doer) -> bool:
    return doer.id == shot.author_id or directs(brief, doer)


def may_undo(board: Storyboard, doer: Doer) -> bool:
    return doer.id == board.undoable_by or directs(board.brief, doer)


# --- taking changes back


@dataclass(frozen=True, kw_only=True)
class Step:
    """A change of the order: the ids of all shots after it, what Discord event made it, and whether it was undone."""

    number: int
    event: str
    by: int | None
    shots: tuple[str, ...]
    undone_by: str | None = None


def standing(steps: Sequence[Step]) -> Step | None:
    """The last that holds."""
    return next((step for step in reversed(steps) if step.undone_by is None), None)


def undoable(steps: Sequence[Step]) -> Step | None:
    """The last that holds, if it is known what was before it."""
    held = [step for step in steps if step.undone_by is None]
    is_whole = bool(steps) and steps[0].number == 1
    return held[-1] if held and (len(held) > 1 or is_whole) else None


def undone(steps: Sequence[Step], event: str) -> list[Step] | Halt:
    """With the last change that holds taken back; an event that came before has done so already."""
    if any(step.undone_by == event for step in steps):
        return list(steps)
    last = undoable(steps)
    if last is None:
        return Halt.NOTHING_UNDONE
    return [replace(step, undone_by=event) if step is last else step for step in steps]


def with_step(steps: Sequence[Step], event: str, by: int | None, shots: Sequence[str]) -> list[Step]:
    """With one more change; of the oldest is kept what the others go back to."""
    number = 1 + max((step.number for step in steps), default=0)
    old, kept = steps[: 1 - STEPS_MOST], steps[1 - STEPS_MOST :]
    ground = standing(old)
    return [*([ground] if ground else []), *kept, Step(number=number, event=event, by=by, shots=tuple(shots))]
