"""Limits: what has no room, when it has room again, what is nearly used up, whose limit counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.server_rules.limits import (
    DAY,
    MONTH,
    QUARTER,
    Amount,
    Lack,
    Limit,
    Used,
    Whose,
    Window,
    find_lack,
    in_millionths,
    most_generous,
    nearly_used,
    oldest_quarter,
    quarter_of,
    room_again,
    stretches,
)

ONE = Amount(clips=1, seconds=8, money=in_millionths(2.4))
NOW = 1_700_000_000.0


def lack(limit: Limit, used: Used, wanted: Amount = ONE) -> Lack | None:
    return find_lack(Whose.MEMBER, limit, used, wanted)


@pytest.mark.parametrize(
    ("limit", "used", "key"),
    [
        (Limit(), Used(day=Amount(clips=10**9)), None),
        (Limit(clips_day=3), Used(day=Amount(clips=2)), None),
        (Limit(clips_day=3), Used(day=Amount(clips=3)), "clips_day"),
        (Limit(clips_day=0), Used(), "clips_day"),
        (Limit(seconds_day=20), Used(day=Amount(seconds=12)), None),
        (Limit(seconds_day=20), Used(day=Amount(seconds=13)), "seconds_day"),
        (Limit(money_day=in_millionths(5)), Used(day=Amount(money=in_millionths(2.6))), None),
        (Limit(money_day=in_millionths(5)), Used(day=Amount(money=in_millionths(2.61))), "money_day"),
        (Limit(clips_month=3), Used(day=Amount(clips=1), month=Amount(clips=3)), "clips_month"),
        (Limit(seconds_month=8), Used(month=Amount(seconds=1)), "seconds_month"),
        (Limit(money_month=1), Used(), "money_month"),
        (Limit(each=in_millionths(2.4)), Used(), None),
        (Limit(each=in_millionths(2.39)), Used(), "each"),
        (Limit(at_once=2), Used(at_once=1), None),
        (Limit(at_once=2), Used(at_once=2), "at_once"),
        (Limit(at_once=1, clips_day=1), Used(at_once=1, day=Amount(clips=1)), "at_once"),
        (Limit(clips_day=1, clips_month=1), Used(day=Amount(clips=1), month=Amount(clips=1)), "clips_day"),
    ],
)
def test_the_first_thing_without_room_is_named(limit: Limit, used: Used, key: str | None) -> None:
    found = lack(limit, used)
    assert (found and found.key) == key


def test_a_lack_says_how_much_there_may_be_was_there_and_was_wanted() -> None:
    found = lack(Limit(seconds_day=20), Used(day=Amount(seconds=13)))
    assert found == Lack(whose=Whose.MEMBER, key="seconds_day", most=20, used=13, wanted=8)


def test_a_model_without_a_price_takes_no_room_of_money() -> None:
    """Who lets it pass has to refuse it elsewhere: `decide` does."""
    assert lack(Limit(money_day=0), Used(), Amount(clips=1, seconds=8)) is None


@pytest.mark.parametrize(
    ("used", "near"),
    [
        (2, []),
        (3, [("clips_day", 4, 5)]),
        (4, []),
        (5, []),
    ],
)
def test_four_fifths_are_told_once_when_they_are_reached(used: int, near: list[tuple[str, int, int]]) -> None:
    assert nearly_used(Limit(clips_day=5), Used(day=Amount(clips=used)), ONE) == near


def test_of_several_roles_the_most_generous_counts_in_each_thing() -> None:
    some, other = Limit(clips_day=3, seconds_day=100, at_once=1), Limit(clips_day=5, seconds_day=50)
    assert most_generous([some, other]) == Limit(clips_day=5, seconds_day=100)
    assert most_generous([some, Limit()]) == Limit()


# --- windows: beside the plainest thing that could be right

usages = st.lists(st.tuples(st.floats(0, MONTH + 2 * DAY), st.integers(1, 5)), max_size=30)


def counted(usage: list[tuple[float, int]], now: float, window: Window) -> int:
    """Everything of which the quarter of an hour ended less than a window ago."""
    ends = [((NOW - ago) // QUARTER + 1) * QUARTER for ago, _ in usage]
    return sum(clips for end, (_, clips) in zip(ends, usage, strict=True) if end + window.seconds > now)


def by_quarter(usage: list[tuple[float, int]], now: float, window: Window) -> dict[int, Amount]:
    found: dict[int, Amount] = {}
    for ago, clips in usage:
        quarter = quarter_of(NOW - ago)
        if quarter >= oldest_quarter(now, window):
            found[quarter] = found.get(quarter, Amount()) + Amount(clips=clips)
    return found


@given(usages, st.sampled_from(Window))
def test_what_was_used_counts_for_a_whole_window_and_not_a_quarter_longer(
    usage: list[tuple[float, int]], window: Window
) -> None:
    total = sum(amount.clips for amount in by_quarter(usage, NOW, window).values())
    assert total == counted(usage, NOW, window)
    at_least = sum(clips for ago, clips in usage if ago < window.seconds)
    at_most = sum(clips for ago, clips in usage if ago <= window.seconds + QUARTER)
    assert at_least <= total <= at_most


@given(usages, st.sampled_from(Window), st.floats(0, 3 * DAY))
def test_quarters_hours_and_days_add_up_to_the_window(
    usage: list[tuple[float, int]], window: Window, later: float
) -> None:
    """Whatever the time of day; nothing is counted twice where they meet."""
    now, usage = NOW + later, [(ago - later, clips) for ago, clips in usage]
    total = 0
    for span, (start, end) in stretches(now, window).items():
        added_up = [(int((NOW - ago) // span), clips) for ago, clips in usage]
        total += sum(clips for at, clips in added_up if at >= start and (end is None or at < end))
    assert total == counted(usage, now, window)


@pytest.mark.parametrize("minutes", range(0, 24 * 60, 5))
def test_a_month_is_few_numbers(minutes: int) -> None:
    (first, last), (hour, to), (day, _) = stretches(NOW + 60 * minutes, Window.MONTH).values()
    assert last is not None and to is not None
    assert last - first <= 3 and to - hour <= 23 and (NOW + 60 * minutes) // DAY - day <= 30


@given(usages, st.sampled_from(Window), st.integers(0, 40), st.integers(1, 8))
def test_there_is_room_when_it_was_promised_and_not_before(
    usage: list[tuple[float, int]], window: Window, most: int, wanted: int
) -> None:
    quarters = by_quarter(usage, NOW, window)
    used = sum(amount.clips for amount in quarters.values())
    if used + wanted <= most:
        return
    full = Lack(whose=Whose.MEMBER, key=f"clips_{window}", most=most, used=used, wanted=wanted)
    at = room_again(full, quarters)
    if wanted > most:
        assert at is None
        return
    assert at is not None
    assert at > NOW
    assert counted(usage, at, window) + wanted <= most
    assert counted(usage, at - 1, window) + wanted > most


def test_time_alone_makes_no_room_for_what_is_too_large_or_goes_on() -> None:
    assert room_again(Lack(whose=Whose.MEMBER, key="at_once", most=1, used=1, wanted=1), {}) is None
    assert room_again(Lack(whose=Whose.MEMBER, key="each", most=1, used=0, wanted=2), {}) is None
