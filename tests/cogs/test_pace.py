"""The pace: no more calls a second than Discord allows, the urgent first, and nobody forgotten."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from bot import pace as _pace
from bot.pace import CARD, NEWS, PER_SECOND, RESULT, Pace

GLOBAL_LIMIT = 50


@pytest.fixture
async def slow(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pace]:
    """Ten calls a second."""
    monkeypatch.setattr(_pace, "PER_SECOND", 10.0)
    yield Pace()


async def test_in_no_second_are_there_more_calls_than_discord_allows() -> None:
    pace, times = Pace(), []

    async def call() -> None:
        await pace.take(NEWS)
        times.append(time.monotonic())

    await asyncio.gather(*(call() for _ in range(100)))
    assert all(later - sooner > 1.0 for sooner, later in zip(times, times[GLOBAL_LIMIT:], strict=False))


async def test_a_call_alone_is_made_at_once(slow: Pace) -> None:
    taking = asyncio.create_task(slow.take(CARD))
    await asyncio.sleep(0)
    assert taking.done()


async def test_results_go_first_then_news_then_cards(slow: Pace) -> None:
    order: list[tuple[int, int]] = []

    async def call(rank: int, number: int) -> None:
        await slow.take(rank)
        order.append((rank, number))

    await slow.take(RESULT)
    await asyncio.gather(*(call(rank, number) for number in range(2) for rank in (CARD, NEWS, RESULT)))
    assert order == sorted(order)


async def test_who_gives_up_is_passed_over(slow: Pace) -> None:
    await slow.take(NEWS)
    given_up, waiting = asyncio.create_task(slow.take(NEWS)), asyncio.create_task(slow.take(NEWS))
    await asyncio.sleep(0)
    given_up.cancel()
    await waiting
    assert given_up.cancelled()


async def test_processes_share_what_one_token_may() -> None:
    alone, shared = Pace(), Pace(lambda: 3)
    assert shared._gap == pytest.approx(3 * alone._gap) == pytest.approx(3 / PER_SECOND)
