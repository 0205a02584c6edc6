"""The writer of a SQLite file: groups become durable together, and yet each transaction stands alone."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

import bot.outages
from bot.store import open_store
from bot.store.sqlite import WRITES_TOGETHER, SqliteDatabase

numbers = sa.Table("numbers", sa.MetaData(), sa.Column("number", sa.Integer, primary_key=True))


def make(db: sa.Connection) -> None:
    numbers.create(db)


def put(number: int, db: sa.Connection) -> int:
    db.execute(sa.insert(numbers).values(number=number))
    return number


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase(tmp_path / "numbers.db")
    await database.write(make)
    yield database
    await database.close()


async def stored(database: SqliteDatabase) -> list[int]:
    return await database.read(lambda db: sorted(db.scalars(sa.select(numbers.c.number))))


async def hold_up(database: SqliteDatabase) -> threading.Event:
    """Keep the writer busy, so that what comes next is taken together."""
    begun, gate = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def wait(_db: sa.Connection) -> None:
        loop.call_soon_threadsafe(begun.set)
        gate.wait(10)

    database_busy = asyncio.create_task(database.write(wait))
    await begun.wait()
    database_busy.add_done_callback(lambda task: task.result())
    return gate


async def test_what_waits_together_is_committed_together(database: SqliteDatabase) -> None:
    gate, before, written = await hold_up(database), database.commits, database.writes
    writing = [asyncio.create_task(database.write(partial(put, number))) for number in range(10)]
    await asyncio.sleep(0)
    gate.set()
    assert await asyncio.gather(*writing) == list(range(10))
    assert (database.commits, database.writes) == (before + 2, written + 11)
    assert await stored(database) == list(range(10)) and database.reads == 1


async def test_what_is_patient_shares_a_commit_and_waits_for_nobody_for_long(database: SqliteDatabase) -> None:
    before = database.commits
    patient = [asyncio.create_task(database.write(partial(put, number), patient=True)) for number in range(3)]
    await asyncio.sleep(0)
    assert await database.write(partial(put, 3)) == 3
    assert await asyncio.gather(*patient) == [0, 1, 2]
    assert database.commits == before + 1
    assert await database.write(partial(put, 4), patient=True) == 4
    assert await stored(database) == list(range(5))


async def test_a_group_has_an_end(database: SqliteDatabase) -> None:
    gate, before = await hold_up(database), database.commits
    many = 2 * WRITES_TOGETHER + 1
    writing = [asyncio.create_task(database.write(partial(put, number))) for number in range(many)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*writing)
    assert database.commits == before + 4


async def test_one_that_fails_takes_back_its_own_changes_only(database: SqliteDatabase) -> None:
    def put_two_then_fail(db: sa.Connection) -> None:
        put(7, db)
        put(8, db)
        put(1, db)

    await database.write(lambda db: put(1, db))
    gate = await hold_up(database)
    works = (lambda db: put(2, db), put_two_then_fail, lambda db: put(3, db))
    writing = [asyncio.create_task(database.write(work)) for work in works]
    await asyncio.sleep(0)
    gate.set()
    first, second, third = await asyncio.gather(*writing, return_exceptions=True)
    assert (first, third) == (2, 3) and isinstance(second, IntegrityError)
    assert await stored(database) == [1, 2, 3]


async def test_a_commit_that_fails_fails_everybody_in_its_group(database: SqliteDatabase) -> None:
    def break_the_commit(db: sa.Connection) -> None:
        put(1, db)
        db.exec_driver_sql("ROLLBACK")

    writing = [asyncio.create_task(database.write(work)) for work in (break_the_commit, lambda db: put(2, db))]
    ends = await asyncio.gather(*writing, return_exceptions=True)
    assert any(isinstance(end, Exception) for end in ends)
    assert await database.write(lambda db: put(3, db)) == 3
    assert 3 in await stored(database) and 1 not in await stored(database)


async def test_what_finds_no_room_takes_its_group_back_and_says_so_to_everybody(database: SqliteDatabase) -> None:
    """SQLite ends the transaction by itself then: what came before is gone, and what came after would stand alone."""
    await database.write(lambda db: db.exec_driver_sql("PRAGMA max_page_count=3"))
    gate = await hold_up(database)
    many = ((number,) for number in range(10, 10_000))

    def put_many(db: sa.Connection) -> None:
        db.exec_driver_sql("INSERT INTO numbers VALUES (?)", list(many))

    works = (lambda db: put(1, db), put_many, lambda db: put(2, db))
    writing = [asyncio.create_task(database.write(work)) for work in works]
    await asyncio.sleep(0)
    gate.set()
    ends = await asyncio.gather(*writing, return_exceptions=True)
    assert all("full" in str(end) for end in ends), ends
    assert await stored(database) == []
    assert await database.write(lambda db: put(3, db)) == 3


async def test_what_was_answered_is_durable_and_seen_by_readers(database: SqliteDatabase, tmp_path: Path) -> None:
    await database.write(lambda db: put(5, db))
    assert await stored(database) == [5]
    with sqlite3.connect(tmp_path / "numbers.db") as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert other.execute("SELECT number FROM numbers").fetchall() == [(5,)]
    other.close()
    assert await database.read(lambda db: db.exec_driver_sql("PRAGMA synchronous").scalar()) == 2


async def test_a_reader_cannot_write(database: SqliteDatabase) -> None:
    """It would fight with the writer in the file, and nothing would commit it."""
    with pytest.raises(sa.exc.OperationalError, match="readonly"):
        await database.read(lambda db: put(1, db))


async def test_who_gives_up_waiting_holds_nobody_up(database: SqliteDatabase) -> None:
    gate = await hold_up(database)
    given_up = asyncio.create_task(database.write(lambda db: put(1, db)))
    await asyncio.sleep(0)
    given_up.cancel()
    gate.set()
    assert await database.write(lambda db: put(2, db)) == 2


async def test_closing_finishes_what_waits(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "numbers.db")
    await database.write(make)
    writing = [asyncio.create_task(database.write(partial(put, number))) for number in range(50)]
    await asyncio.sleep(0)
    await database.close()
    assert await asyncio.gather(*writing) == list(range(50))


async def test_a_file_that_cannot_be_opened_is_told_to_whoever_writes(tmp_path: Path) -> None:
    file = tmp_path / "numbers.db"
    file.write_text("this is a letter, and no database at all\n" * 100)
    database = SqliteDatabase(file)
    for _ in range(2):
        with pytest.raises(sa.exc.DatabaseError, match="not a database"):
            await database.write(make)
    await database.close()


async def test_there_is_nobody_else_to_hear_of(database: SqliteDatabase) -> None:
    heard: list[str] = []
    await database.hear(heard.append)
    assert heard == []


async def test_a_full_database_is_said_once_with_its_name_and_once_when_there_is_room(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.outages, "LATELY", 0.0)
    file = tmp_path / "dailies.db"
    async with open_store(f"sqlite:///{file}") as store:

        async def allow(pages: int) -> None:
            await store.database.write(lambda db: db.exec_driver_sql(f"PRAGMA max_page_count={pages}"))

        await allow(1)
        for _ in range(3):
            with pytest.raises(sa.exc.OperationalError, match="full"):
                await store.keep_fact("key", "x" * 100_000)
            assert await store.fact("key") is None
        await allow(100_000)
        await store.keep_fact("key", "x" * 100_000)
    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        ("ERROR", f"The database {file} takes nothing (database or disk is full)"),
        ("ERROR", f"The database {file} takes what is written again"),
    ]
