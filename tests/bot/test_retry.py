"""Waiting: the pauses, what is tried again, and a nap that misses no news."""

import asyncio

import pytest

from bot.retry import backoff, nap, retry


class Away(Exception):
    pass


class Wrong(Away):
    pass


class Work:
    """Fails with each of `failures`, then returns how often it was tried."""

    def __init__(self, *failures: Exception) -> None:
        self.told: list[tuple[Exception, float]] = []
        self._failures = list(failures)
        self._tries = 0

    async def do(self) -> int:
        self._tries += 1
        if self._failures:
            raise self._failures.pop(0)
        return self._tries

    def tell(self, error: Exception, pause: float) -> None:
        self.told.append((error, pause))


def test_the_waits_double_up_to_a_minute() -> None:
    assert [backoff(n) for n in range(1, 8)] == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    assert backoff(10_000) == 60.0
    assert backoff(3, first=0.2, most=0.5) == 0.5


async def test_what_fails_is_tried_until_it_goes_well_and_each_failure_is_told() -> None:
    failures = [Away("1"), Away("2"), Away("3")]
    work = Work(*failures)
    # a plain function that gives something to await is as good as a coroutine
    assert await retry(lambda: work.do(), (Away,), tell=work.tell, first=0.001, most=0.002) == 4
    assert work.told == [(failures[0], 0.001), (failures[1], 0.002), (failures[2], 0.002)]


async def test_a_failure_may_ask_for_a_longer_pause_than_it_would_get() -> None:
    work = Work(Away("0.003"), Away(""), Away("0.000001"))
    asked = {"0.003": 0.003, "": None, "0.000001": 0.000001}
    await retry(work.do, (Away,), tell=work.tell, asked=lambda error: asked[str(error)], first=0.001, most=0.002)
    assert [pause for _, pause in work.told] == [0.003, 0.002, 0.002]


@pytest.mark.parametrize("fatal", [ValueError("no kind of it"), Wrong("one that trying again cannot mend")], ids=str)
async def test_what_trying_again_cannot_mend_is_raised(fatal: Exception) -> None:
    work = Work(Away(), fatal)
    with pytest.raises(type(fatal)) as raised:
        await retry(work.do, (Away,), but=(Wrong,), tell=work.tell, first=0.001)
    assert raised.value is fatal and len(work.told) == 1


@pytest.mark.parametrize("came", [True, False], ids=["news", "time"])
async def test_a_nap_ends_with_news_or_with_time_and_what_comes_later_ends_the_next(came: bool) -> None:
    news = asyncio.Event()
    if came:
        news.set()
    await nap(news, 60 if came else 0.001)
    assert not news.is_set()
    news.set()
    await nap(news, 60)
