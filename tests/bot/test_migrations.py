"""Bringing up to date a database that an earlier version filled."""

import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from bot.errors import StoreBusy
from bot.jobs import Decision, Status, Venue
from bot.reasons import Reason
from bot.store import open_store
from bot.store.engine import open_database, upgrade
from bot.store.transactions import Database
from tests.jobs import a_job

# A job as revision 0003 keeps it.
ROW: dict[str, Any] = {
    "created_at": 1000.0,
    "status": "completed",
    "status_since": 1000.0,
    "model": "sora-2-pro",
    "prompt": "A paper boat",
    "seconds": 8,
    "size": "1280x720",
    "size_given": True,
    "fit": "crop",
    "picture": "none",
    "asker_id": 7,
    "asker_name": "Ana",
    "guild_id": 1,
    "channel_id": 2,
    "locale": "en-US",
    "place": "channel",
    "card_face": "completed||||1280x720",
    "attempts": 0,
    "not_before": 0.0,
    "clips": ["a-0.mp4", "a-1.mp4"],
    "links": ["https://x/0", "https://x/1"],
    "epoch": 1,
    "settled": False,
}


@pytest.fixture
def database_url(empty_database_url: str) -> str:
    return empty_database_url


@pytest.fixture
async def earlier(database_url: str) -> AsyncIterator[Database]:
    """A database at revision 0003."""
    database = open_database(database_url)
    try:
        await database.write(partial(upgrade, revision="0003"))
        yield database
    finally:
        await database.close()


async def fill(database: Database, table: str, *rows: dict[str, Any]) -> None:
    def insert(db: sa.Connection) -> None:
        db.execute(sa.insert(sa.Table(table, sa.MetaData(), autoload_with=db)), list(rows))

    await database.write(insert)


async def test_rows_of_an_earlier_version_come_back_in_the_words_of_this_one(
    earlier: Database, database_url: str
) -> None:
    job = a_job()
    await fill(earlier, "jobs", {"id": job.id} | ROW)
    await fill(earlier, "posts", {"job_id": job.id, "key": "card", "channel_id": 2, "message_id": 3})
    await fill(earlier, "durations", {"model": "sora-2-pro", "seconds": 8, "size": "1280x720", "counts": {"3": 4}})
    async with open_store(database_url) as store:
        found = await store.find(job.id)
        assert found and (found.venue, found.parts, found.card_face) == (Venue.CHANNEL, 2, None)
        assert "card" in await store.posts(job.id)
        assert await store.known_guilds() == [1] and not found.is_emptied
        [learned] = (await store.usual_times()).values()
        assert learned.total == 4


REASONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "sent again": (
        {"status": "unconfirmed", "reason": "sent_again"},
        {"reason": Reason.ANSWER_LOST, "decided": Decision.SENT_AGAIN},
    ),
    "left": ({"status": "unconfirmed", "reason": "left"}, {"reason": Reason.ANSWER_LOST, "decided": Decision.LEFT}),
    "undecided": ({"status": "unconfirmed", "reason": "interrupted"}, {"reason": Reason.INTERRUPTED, "decided": None}),
    "late": ({"status": "expired", "reason": "late"}, {"reason": None, "late": True}),
    "not late": ({"status": "expired", "reason": None}, {"reason": None, "late": False}),
    "no picture": (
        {"status": "failed", "reason": "picture_not_a_picture"},
        {"reason": Reason.PICTURE_NOT_A_PICTURE, "facts": {"kind": None}},
    ),
    "failed": ({"status": "failed", "reason": "credit"}, {"reason": Reason.CREDIT, "facts": {}}),
}


async def test_what_a_reason_meant_besides_a_reason_has_a_column_of_its_own(
    earlier: Database, database_url: str
) -> None:
    for number, (row, _) in enumerate(REASONS.values()):
        await fill(earlier, "jobs", {"id": a_job(number).id} | ROW | row)
    async with open_store(database_url) as store:
        for number, (row, fields) in enumerate(REASONS.values()):
            found = await store.find(a_job(number).id)
            assert found and found.status is Status(row["status"])
            assert {name: getattr(found, name) for name in fields} == fields


async def test_tables_are_not_changed_under_a_worker_that_lives(earlier: Database, database_url: str) -> None:
    """A SQLite file has one process, so there nobody else lives."""
    await fill(earlier, "workers", {"id": "old", "beat_at": time.time() - 5})
    if earlier.is_exclusive:
        async with open_store(database_url):
            return
    with pytest.raises(StoreBusy, match=r"^Stop the other workers first: .* 1 of the version before is using"):
        async with open_store(database_url):
            pass
    await fill(earlier, "jobs", {"id": a_job().id} | ROW)


@pytest.mark.parametrize("silent", [31.0, time.time()], ids=["dead", "stopped"])
async def test_workers_that_are_gone_hold_up_nobody(earlier: Database, database_url: str, silent: float) -> None:
    await fill(earlier, "workers", {"id": "old", "beat_at": time.time() - silent})
    async with open_store(database_url):
        pass
