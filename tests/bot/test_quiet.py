"""An outage slows down everybody, together; a single failure slows down nobody."""

import pytest

from bot.tracker import quiet
from bot.tracker.quiet import IN_A_ROW, LONGEST, Quiet


class Clock:
    """What `time.monotonic` and `bot.clock.now` are while a test runs."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at

    def now(self) -> float:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(quiet, "time", clock)
    monkeypatch.setattr(quiet, "clock", clock)
    return clock


def fail(quiet: Quiet, clock: Clock, times: int) -> None:
    for _ in range(times):
        quiet.failed(clock.at)


def test_a_few_failures_are_about_their_jobs(clock: Clock) -> None:
    calm = Quiet()
    for _ in range(5):
        fail(calm, clock, IN_A_ROW - 1)
        calm.answered()
    assert calm.until <= clock.at


def test_many_in_a_row_are_about_the_vendor_and_the_pauses_grow_up_to_a_minute(clock: Clock) -> None:
    calm = Quiet()
    fail(calm, clock, IN_A_ROW)
    pauses = []
    for _ in range(10):
        pauses.append(calm.until - clock.at)
        clock.at = calm.until
        calm.failed(clock.at)
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, *[LONGEST] * 4]


def test_what_was_asked_before_the_pause_does_not_lengthen_it(clock: Clock) -> None:
    calm = Quiet()
    fail(calm, clock, IN_A_ROW)
    asked_at, clock.at = clock.at - 0.5, clock.at + 0.2
    for _ in range(64):
        calm.failed(asked_at)
    assert calm.until == 1001.0


def test_one_answer_ends_it(clock: Clock) -> None:
    calm = Quiet()
    fail(calm, clock, IN_A_ROW + 5)
    clock.at = calm.until
    calm.answered()
    fail(calm, clock, IN_A_ROW - 1)
    assert calm.until <= clock.at


def test_after_a_pause_it_is_in_doubt_until_an_answer_comes(clock: Clock) -> None:
    calm = Quiet()
    assert not calm.in_doubt
    calm.failed(clock.at, retry_after=1.0)
    clock.at += 5
    assert calm.in_doubt
    calm.answered()
    assert not calm.in_doubt


def test_a_rate_limit_holds_at_once_and_for_as_long_as_the_vendor_says(clock: Clock) -> None:
    calm = Quiet()
    calm.failed(clock.at, retry_after=90.0)
    assert calm.until == 1090.0
    calm.failed(clock.at, retry_after=5.0)
    assert calm.until == 1090.0
