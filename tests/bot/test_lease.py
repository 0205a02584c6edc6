"""Leases, on both databases: renewed while somebody works, and whoever lost one stops in the middle."""

import asyncio

import pytest

from bot import clock
from bot.store import Store
from bot.tracker import lease as leases
from bot.tracker.lease import Lease
from bot.tracker.tending import Lost
from tests.bot.test_store_films import arranged, cut, still


@pytest.fixture
async def row(store: Store, monkeypatch: pytest.MonkeyPatch) -> str:
    """One that somebody took just now."""
    monkeypatch.setattr(leases, "RENEWED_EVERY", 0.05)
    await arranged(store, still())
    await store.begin_film("b", "f1", cut)
    assert await store.film_dues.take("f1", clock.now(), clock.now() + 1) == 0
    return "f1"


async def test_it_is_renewed_for_as_long_as_the_work_lasts(
    store: Store, row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "LEASE", 0.4)
    async with Lease(store.film_dues, row).held():
        ends = clock.now() + 1.0
        while clock.now() < ends:
            assert await store.film_dues.find(clock.now(), 5) == []
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.6)
    assert await store.film_dues.find(clock.now(), 5) == [row]


async def test_whoever_lost_it_stops_and_may_do_nothing_more(store: Store, row: str) -> None:
    lease, reached = Lease(store.film_dues, row), False
    with pytest.raises(Lost):
        async with lease.held():
            await store.film_dues.hold(row, clock.now() + 99)
            await asyncio.sleep(60)
            reached = True
    assert not reached
    with pytest.raises(Lost):
        await lease.check()
    # whose work was stopped goes on with something else
    task = asyncio.current_task()
    assert task and not task.cancelling()


async def test_who_is_cancelled_from_outside_has_lost_nothing(store: Store, row: str) -> None:
    async def work() -> None:
        async with Lease(store.film_dues, row).held():
            await asyncio.sleep(60)

    working = asyncio.create_task(work())
    await asyncio.sleep(0.2)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
