"""The fair line: whose job is sent next, when more wait than the vendor is to have at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A job in the line, as far as order needs it. `home` is its guild, or its asker in direct messages."""

    id: str
    home: int
    asker_id: int
    created_at: float


def order_line(waiting: Sequence[Waiting]) -> list[str]:
    """Job ids in the order they will be sent: homes in turn, within a home members in turn, then by age.

    >>> job = lambda id, home, asker: Waiting(id=id, home=home, asker_id=asker, created_at=float(id))
    >>> order_line([job("1", 1, 7), job("2", 1, 7), job("3", 1, 8), job("4", 2, 9)])
    ['1', '4', '3', '2']
    """
    rounds_of_home: dict[int, int] = defaultdict(int)
    ranked: list[tuple[int, float, str]] = []
    for job in _members_in_turn(waiting):
        ranked.append((rounds_of_home[job.home], job.created_at, job.id))
        rounds_of_home[job.home] += 1
    return [job_id for _, _, job_id in sorted(ranked)]


def _members_in_turn(waiting: Sequence[Waiting]) -> list[Waiting]:
    rounds_of_member: dict[tuple[int, int], int] = defaultdict(int)
    ranked: list[tuple[int, float, str, Waiting]] = []
    for job in sorted(waiting, key=lambda job: (job.created_at, job.id)):
        member = (job.home, job.asker_id)
        ranked.append((rounds_of_member[member], job.created_at, job.id, job))
        rounds_of_member[member] += 1
    return [job for *_, job in sorted(ranked, key=lambda entry: entry[:3])]
