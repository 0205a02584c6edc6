"""The fair line: whose job is sent next, when more wait than the vendor is to have at once, and what that means."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .jobs import AT_VENDOR, Job, PictureState, Status, awaits_clip
from .usual_times import Kind

# A job is sent once people can see its card, or after this long, seconds, when it cannot be shown.
SHOW_GRACE = 5.0


class Waiting(NamedTuple):
    """A job in the line, as far as order needs it. `home` is its guild, or its asker in direct messages."""

    id: str
    home: int
    asker_id: int
    created_at: float
    model: str
    seconds: int = 0
    size: str = ""
    picture: str = PictureState.NONE
    not_before: float = 0.0
    has_card: bool = True
    worker: str | None = None
    further: str = PictureState.NONE

    @property
    def kind(self) -> Kind:
        return self.model, self.seconds, self.size


class Active(NamedTuple):
    """How many jobs of one member, home and model are at the vendor."""

    home: int
    asker_id: int
    model: str
    jobs: int


class Turn(NamedTuple):
    """When a member of a home last had a job sent, unix seconds."""

    home: int
    asker_id: int
    taken_at: float


@dataclass(frozen=True, kw_only=True)
class Line:
    """All that wait, in no order; what is at the vendor; when those who wait last had their turn."""

    waiting: Sequence[Waiting]
    active: Sequence[Active] = ()
    turns: Sequence[Turn] = ()


@dataclass(frozen=True, kw_only=True)
class Room:
    """How many jobs the vendor is to have at once: in all, and of those models that have a limit of their own."""

    most: int
    by_model: Mapping[str, int] = field(default_factory=dict)


def is_ready(job: Waiting, now: float) -> bool:
    """Whether the line may take the job: its pictures fit, its wait is over, people see it (or cannot be shown it)."""
    fits = {job.picture, job.further} <= {PictureState.NONE, PictureState.FITTED}
    return fits and job.not_before <= now and (job.has_card or now - job.created_at >= SHOW_GRACE)


def moves_line(before: Job | None, after: Job) -> bool:
    """Whether after a change of a job, or with a new one, a job may be sent that could not be before it."""
    if after.status is Status.QUEUED:
        return after.card_id is not None
    return (before is None or _takes_place(before)) and not _takes_place(after)


def _takes_place(job: Job) -> bool:
    """Whether the vendor is at work on it, or may be: what is made, and only not to be had yet, takes none."""
    return job.status in AT_VENDOR and not awaits_clip(job)


def order_line(line: Line) -> list[Waiting]:
    """The order in which jobs are sent: homes in turn, within a home members in turn, then by age.

    What a home or a member has at the vendor already counts as turns taken; of those with as many, whose last turn is
    longest ago goes first.

    >>> job = lambda id, home, asker: Waiting(id=id, home=home, asker_id=asker, created_at=float(id), model="m")
    >>> jobs = [job("1", 1, 7), job("2", 1, 7), job("3", 1, 8), job("4", 2, 9)]
    >>> [job.id for job in order_line(Line(waiting=jobs))]
    ['1', '4', '3', '2']
    >>> [job.id for job in order_line(Line(waiting=jobs, active=[Active(home=1, asker_id=7, model="m", jobs=2)]))]
    ['4', '3', '1', '2']
    >>> [job.id for job in order_line(Line(waiting=jobs, turns=[Turn(home=1, asker_id=7, taken_at=0.5)]))]
    ['4', '3', '1', '2']
    """
    turns_of_home: Counter[int] = Counter()
    turns_of_member: Counter[tuple[int, int]] = Counter()
    for home, asker_id, _, jobs in line.active:
        turns_of_home[home] += jobs
        turns_of_member[home, asker_id] += jobs
    last_of_member = {(home, asker_id): taken_at for home, asker_id, taken_at in line.turns}
    last_of_home: dict[int, float] = {}
    for (home, _), taken_at in last_of_member.items():
        last_of_home[home] = max(taken_at, last_of_home.get(home, 0.0))
    by_home: dict[int, list[tuple[int, float, float, str, Waiting]]] = defaultdict(list)
    for job in sorted(line.waiting, key=lambda job: (job.created_at, job.id)):
        member = (job.home, job.asker_id)
        rank = (turns_of_member[member], last_of_member.get(member, 0.0), job.created_at, job.id, job)
        by_home[job.home].append(rank)
        turns_of_member[member] += 1
    ranked = [
        (turns_of_home[home] + turn, last_of_home.get(home, 0.0), job.created_at, job.id, job)
        for home, ranks in by_home.items()
        for turn, (*_, job) in enumerate(sorted(ranks))
    ]
    return [job for *_, job in sorted(ranked)]


def split_line(line: Line, room: Room) -> tuple[list[Waiting], list[tuple[int, Waiting]]]:
    """Those for which there is room at the vendor now, in order, and the others with their places from 1.

    A job whose model is full lets others pass; its place counts all that go before it.
    """
    busy: Counter[str] = Counter()
    for each in line.active:
        busy[each.model] += each.jobs
    left = room.most - busy.total()
    free: list[Waiting] = []
    others: list[tuple[int, Waiting]] = []
    for job in order_line(line):
        if left > 0 and busy[job.model] < room.by_model.get(job.model, room.most):
            free.append(job)
            busy[job.model] += 1
            left -= 1
        else:
            others.append((len(others) + 1, job))
    return free, others


def estimate_wait(place: int, room: Room, model: str, middle: float) -> float:
    """Seconds until the job at `place` is sent, when jobs take `middle` seconds and every place at the vendor is taken.

    One place comes free each `middle` divided by their number.
    """
    return place * middle / min(room.most, room.by_model.get(model, room.most))
