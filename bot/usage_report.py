"""Usage as people look at it: by day, by member, by model, and what of the money is spent for certain; pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from .jobs import Status
from .reasons import read_reason
from .server_rules.holding import kept_of
from .server_rules.limits import Amount, Limit, Used, Whose, Window

Key = TypeVar("Key")

DAYS = 30


class Spending(StrEnum):
    """How sure it is that money went: all of it is by the catalogue's prices, not by the vendor's bill."""

    MADE = "made"
    IN_VAIN = "in_vain"  # nothing came of it, and it may have been charged
    RUNNING = "running"  # at the vendor
    RESERVED = "reserved"  # not sent yet


@dataclass(frozen=True, kw_only=True)
class Row:
    """Jobs that have all of this in common; `day` is counted since 1970, in UTC."""

    day: int
    member_id: int
    model: str
    status: Status
    has_task: bool
    reason: str | None
    whole: Amount

    @property
    def kept(self) -> Amount:
        reason = read_reason(self.reason) if self.reason else None
        return kept_of(self.whole, self.status, has_task=self.has_task, reason=reason)

    @property
    def spending(self) -> Spending:
        match self.status:
            case Status.QUEUED:
                return Spending.RESERVED
            case Status.SUBMITTING | Status.PENDING | Status.PROCESSING:
                return Spending.RUNNING
            case Status.FAILED | Status.EXPIRED | Status.UNCONFIRMED | Status.UNFOLLOWED:
                return Spending.IN_VAIN
        return Spending.MADE


@dataclass(frozen=True, kw_only=True)
class Left:
    """A limit, how much of it is used, and when some of that comes back, unix seconds."""

    whose: Whose
    key: str
    used: int
    most: int
    back_at: float | None = None


def by_day(rows: Iterable[Row], today: int) -> list[int]:
    """Clips of each of the last days, the oldest first."""
    counts = _count(rows, lambda row: row.day)
    return [counts[day] for day in range(today - DAYS + 1, today + 1)]


def by_member(rows: Iterable[Row]) -> list[tuple[int, int]]:
    """Members and their clips, the most first."""
    return _count(rows, lambda row: row.member_id).most_common()


def by_model(rows: Iterable[Row]) -> list[tuple[str, int]]:
    return _count(rows, lambda row: row.model).most_common()


def money_by_spending(rows: Iterable[Row]) -> dict[Spending, int]:
    """Millionths, of what there is any."""
    sums: Counter[Spending] = Counter()
    for row in rows:
        sums[row.spending] += row.kept.money
    return {spending: sums[spending] for spending in Spending if sums[spending]}


def limits_left(limits: Iterable[tuple[Whose, Limit]], used: Callable[[Whose], Used]) -> list[Left]:
    """What is used of every limit there is. What each request may cost is used by none."""
    left = []
    for whose, limit in limits:
        if limit.each is not None:
            left.append(Left(whose=whose, key="each", used=0, most=limit.each))
        if limit.at_once is not None:
            left.append(Left(whose=whose, key="at_once", used=used(whose).at_once, most=limit.at_once))
        for unit, window, most in limit.sums():
            amount = getattr(used(whose).within(window), unit)
            left.append(Left(whose=whose, key=f"{unit}_{window}", used=amount, most=most))
    return left


def window_of(key: str) -> Window | None:
    """The window that a limit's key is about."""
    ending = key.rpartition("_")[2]
    return Window(ending) if ending in set(Window) else None


def shares(counts: Sequence[tuple[object, int]], most: int) -> list[tuple[object | None, int]]:
    """The largest `most`, and all others together as None."""
    rest = sum(count for _, count in counts[most:])
    return [*counts[:most], *([(None, rest)] if rest else [])]


def _count(rows: Iterable[Row], key: Callable[[Row], Key]) -> Counter[Key]:
    counts: Counter[Key] = Counter()
    for row in rows:
        if row.kept.clips:
            counts[key(row)] += row.kept.clips
    return counts
