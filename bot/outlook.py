"""What a job can look forward to: its place in line, and what its kind usually takes."""

from dataclasses import dataclass

from .catalogue import Model
from .usual_times import Expected


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a waiting job stands: `place` is 1 for the next that is sent; `wait` in seconds, an estimate."""

    place: int
    wait: float


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """`standing` is None for a job that need not wait; `instead` is the nearest to a model that is not to be had.

    `stands_in_for` is the default model, where the job's makes it in the place of that.
    """

    expected: Expected
    standing: Standing | None = None
    instead: Model | None = None
    stands_in_for: Model | None = None


def round_place(place: int) -> int:
    """A place as it is told: exact up to ten, then so coarse that a long line does not keep every card changing."""
    step = 1 if place <= 10 else 10 if place <= 100 else 50
    return -(-place // step) * step


def round_minutes(seconds: float) -> int:
    """A time as it is told: minutes, the coarser the longer; 0 is less than a minute."""
    minutes = seconds / 60
    step = 1 if minutes < 6 else 5 if minutes < 30 else 15 if minutes < 120 else 60
    return 0 if minutes < 1 else max(1, round(minutes / step) * step)
