"""Budgets of the whole bot: told at four fifths and when all is used, once each, by one of several workers."""

import asyncio
import time

from bot.actions.budgets import Budgets, Reached
from bot.jobs import Status, change
from bot.server_rules.limits import Limit
from bot.store import Store
from tests.bot.conftest import Colleague
from tests.jobs import a_job

LIMIT = Limit(clips_day=5, money_month=5000)


def told(reached: list[Reached]) -> list[tuple[str, str, int]]:
    return [(each.key, each.share, each.used) for each in reached]


async def ask(store: Store, *numbers: int) -> None:
    now = time.time()
    for number in numbers:
        await store.insert(a_job(number, created_at=now, counted_at=now, cost=500))


async def test_each_share_is_told_once_and_by_one_worker(store: Store, colleague: Colleague) -> None:
    workers = [Budgets(one, LIMIT) for one in (store, colleague("w2"), colleague("w3"))]

    async def look() -> list[tuple[str, str, int]]:
        return [each for one in await asyncio.gather(*(worker.untold() for worker in workers)) for each in told(one)]

    assert await look() == []
    await ask(store, 1, 2, 3)
    assert await look() == []
    await ask(store, 4)
    assert await look() == [("clips_day", "nearly", 4)]
    assert await look() == []
    await ask(store, 5)
    assert await look() == [("clips_day", "all", 5)]
    assert await look() == []


async def test_what_is_used_less_again_is_told_again(store: Store) -> None:
    budgets = Budgets(store, LIMIT)
    await ask(store, 1, 2, 3, 4, 5)
    # at once the most telling alone
    assert told(await budgets.untold()) == [("clips_day", "all", 5)]
    for number in (1, 2):
        await store.update(a_job(number).id, lambda job: change(job, 1.0, Status.CANCELLED), epoch=None)
    assert await budgets.untold() == []
    await ask(store, 6)
    assert told(await budgets.untold()) == [("clips_day", "nearly", 4)]


async def test_what_could_not_be_told_is_told_later(store: Store) -> None:
    budgets = Budgets(store, LIMIT)
    await ask(store, 1, 2, 3, 4)
    [reached] = await budgets.untold()
    await budgets.forget(reached)
    assert await budgets.untold() == [reached]
