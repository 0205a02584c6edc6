"""Limits: how much a member, a channel, a server, the whole bot may use within the last day and month; pure.

A window slides: what was used counts for a whole day or month from the end of the quarter of an hour that it was used
in. So nobody waits for midnight. Usage is added up by quarters, hours and days, so that a month is few numbers.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Self

# Seconds.
QUARTER = 900
HOUR = 3600
DAY = 86_400
MONTH = 30 * DAY
# What usage is added up by, each in whole times of the one before.
SPANS = (QUARTER, HOUR, DAY)
# Money is counted in whole millionths of the catalogue's currency: sums of fractions would drift.
MILLIONTHS = 1_000_000
# A member is warned at this share of a limit.
NEARLY = 0.8


class Whose(StrEnum):
    """Whose usage a limit is about, in the order in which limits are looked at."""

    MEMBER = "member"
    CHANNEL = "channel"
    SERVER = "server"
    CEILING = "ceiling"  # what the operator lets one server have, whatever it grants itself
    BOT = "bot"


class Window(StrEnum):
    DAY = "day"
    MONTH = "month"

    @property
    def seconds(self) -> int:
        return DAY if self is Window.DAY else MONTH


@dataclass(frozen=True, kw_only=True)
class Amount:
    """What is used: whole clips, seconds of clips, millionths of money."""

    clips: int = 0
    seconds: int = 0
    money: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})

    def __sub__(self, other: Self) -> Self:
        return type(self)(**{each.name: getattr(self, each.name) - getattr(other, each.name) for each in fields(self)})


UNITS = tuple(each.name for each in fields(Amount))


@dataclass(frozen=True, kw_only=True)
class Used:
    """What counts just now; `at_once` is how many jobs go on."""

    day: Amount = field(default_factory=Amount)
    month: Amount = field(default_factory=Amount)
    at_once: int = 0

    def within(self, window: Window) -> Amount:
        return self.day if window is Window.DAY else self.month


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What may be used at most; None for as much as one likes. Money, also of `each` request, in millionths."""

    each: int | None = None
    at_once: int | None = None
    clips_day: int | None = None
    seconds_day: int | None = None
    money_day: int | None = None
    clips_month: int | None = None
    seconds_month: int | None = None
    money_month: int | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) is not None for each in fields(self))

    @property
    def counts_money(self) -> bool:
        return any(most is not None for most in (self.each, self.money_day, self.money_month))

    def sums(self) -> Iterator[tuple[str, Window, int]]:
        """Of each sum that is limited: the unit, the window, and how much of it there may be."""
        for window in Window:
            for unit in UNITS:
                most = getattr(self, f"{unit}_{window}")
                if most is not None:
                    yield unit, window, most


@dataclass(frozen=True, kw_only=True)
class Lack:
    """A limit that had no room: its key ("clips_day"), how much there may be, was there, and was wanted.

    `room_at` is when there is room again, unix seconds; None when that depends on jobs that go on, or never comes.
    """

    whose: Whose
    key: str
    most: int
    used: int
    wanted: int
    room_at: float | None = None


def find_lack(whose: Whose, limit: Limit, used: Used, wanted: Amount) -> Lack | None:
    """The first thing that a limit has no room for."""
    if limit.each is not None and wanted.money > limit.each:
        return Lack(whose=whose, key="each", most=limit.each, used=0, wanted=wanted.money)
    if limit.at_once is not None and used.at_once >= limit.at_once:
        return Lack(whose=whose, key="at_once", most=limit.at_once, used=used.at_once, wanted=1)
    for unit, window, most in limit.sums():
        already, more = getattr(used.within(window), unit), getattr(wanted, unit)
        if more and already + more > most:
            return Lack(whose=whose, key=f"{unit}_{window}", most=most, used=already, wanted=more)
    return None


def nearly_used(limit: Limit, used: Used, wanted: Amount) -> list[tuple[str, int, int]]:
    """The sums that this takes to four fifths of their limit or beyond: key, how much is used then, of how much."""
    near = []
    for unit, window, most in limit.sums():
        before = getattr(used.within(window), unit)
        after = before + getattr(wanted, unit)
        if before < NEARLY * most <= after:
            near.append((f"{unit}_{window}", after, most))
    return near


def most_generous(limits: Sequence[Limit]) -> Limit:
    """Of each thing the most that any of them allows."""
    allowed = {each.name: [getattr(limit, each.name) for limit in limits] for each in fields(Limit)}
    return Limit(**{name: None if None in values else max(values) for name, values in allowed.items()})


# --- windows


def quarter_of(at: float) -> int:
    """The quarter of an hour, counted since 1970, that a time is in."""
    return math.floor(at / QUARTER)


def first_whole(span: int, quarter: int) -> int:
    """The first hour or day, counted since 1970 in `span`, of which no quarter of an hour is before `quarter`."""
    return -(-quarter * QUARTER // span)


def stretches(now: float, window: Window) -> dict[int, tuple[int, int | None]]:
    """What a window is put together from, by span: from which on, and up to which one; to the end for None.

    At most three quarters of an hour, then the hours up to the first whole day, then days.
    """
    oldest = oldest_quarter(now, window)
    first = [first_whole(span, oldest) for span in SPANS]
    ends = [start * longer // span for span, longer, start in zip(SPANS, SPANS[1:], first[1:], strict=False)]
    return dict(zip(SPANS, zip(first, [*ends, None], strict=True), strict=True))


def oldest_quarter(now: float, window: Window) -> int:
    """The first quarter of an hour whose usage still counts."""
    return quarter_of(now - window.seconds)


def room_again(lack: Lack, quarters: Mapping[int, Amount]) -> float | None:
    """When there is room for what was lacked, unix seconds, as usage grows old; None when that alone never makes any.

    `quarters` is all usage within the window by quarter of an hour.
    """
    unit, _, window = lack.key.rpartition("_")
    if unit not in UNITS or lack.wanted > lack.most:
        return None
    left = lack.used
    for quarter in sorted(quarters):
        left -= getattr(quarters[quarter], unit)
        if left + lack.wanted <= lack.most:
            return float((quarter + 1) * QUARTER + Window(window).seconds)
    return None


def in_millionths(money: float) -> int:
    return round(money * MILLIONTHS)


def in_money(millionths: int) -> float:
    return millionths / MILLIONTHS
