"""A SQLite file: one writer that commits in groups, readers beside it; a transaction is one trip to a thread."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

Result = TypeVar("Result")
Work = Callable[[sa.Connection], Result]
# A transaction that waits for the writer, and where its outcome is awaited.
Order = tuple[Work[Any], Future[Any]]

READERS = 2
# So many transactions become durable together at most: whoever waits for the first waits for all.
WRITES_TOGETHER = 32
# So long what is patient waits for others, seconds.
PATIENCE = 0.1


class SqliteDatabase:
    """Writers that fight in the file wait a hundred times longer than those that queue up here."""

    is_exclusive = True
    # nobody else writes, so this machine's time will do
    now = sa.func.unix_now()
    hearing: int | None = 0

    def __init__(self, file: Path) -> None:
        self.reads = self.writes = self.commits = 0
        self.name = str(file)
        file.parent.mkdir(parents=True, exist_ok=True)
        self._to_write = _engine(file, "BEGIN IMMEDIATE")
        # what a reader wrote would be taken back without a word
        self._to_read = _engine(file, "BEGIN", "query_only=ON")
        self._orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
        # whether the writer is about to look for orders
        self._called = False
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        # each thread keeps its connection: taking one from a pool would cost as much as a look with it
        self._own_to_write, self._own_to_read = threading.local(), threading.local()
        self._opened: list[sa.Connection] = []

    async def check(self) -> None:
        """Nothing stands on the way to a file."""

    async def write(self, work: Work[Result], *, patient: bool = False) -> Result:
        """What `work` returns, committed. Who is cancelled meanwhile cannot know whether it was.

        What is `patient` waits a little for somebody to share a commit with.
        """
        done: Future[Result] = Future()
        self._orders.put((work, done))
        if patient:
            asyncio.get_running_loop().call_later(PATIENCE, self._have_written)
        else:
            self._have_written()
        return await asyncio.wrap_future(done)

    async def read(self, work: Work[Result]) -> Result:
        self.reads += 1
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def hear(self, wake: Callable[[str], None]) -> None:
        """Over at once: there is nobody else to hear of."""

    async def close(self) -> None:
        await asyncio.to_thread(self._writer.shutdown)
        self._readers.shutdown()
        for db in self._opened:
            db.close()
        self._to_write.dispose()
        self._to_read.dispose()

    def _have_written(self) -> None:
        if not (self._called or self._orders.empty()):
            self._called = True
            asyncio.get_running_loop().run_in_executor(self._writer, self._write_waiting)

    def _read(self, work: Work[Result]) -> Result:
        db = self._connection(self._own_to_read, self._to_read)
        try:
            return work(db)
        finally:
            db.rollback()

    def _write_waiting(self) -> None:
        """Until nothing waits: who comes later calls again."""
        self._called = False
        while orders := self._take_orders():
            outcomes = self._write_group([work for work, _ in orders])
            for (_, done), outcome in zip(orders, outcomes, strict=True):
                if isinstance(outcome, Exception):
                    done.set_exception(outcome)
                else:
                    done.set_result(outcome)

    def _write_group(self, works: list[Work[Any]]) -> list[object]:
        """What each returned or raised, committed together."""
        try:
            db = self._connection(self._own_to_write, self._to_write)
            with db.begin():
                # one that is alone takes back everything when it fails
                outcomes = [_outcome(db, work) for work in works] if works[1:] else [works[0](db)]
            self.writes += len(works)
            self.commits += 1
            return outcomes
        except Exception as error:  # nothing of the group is there
            return [error] * len(works)

    def _connection(self, own: threading.local, engine: sa.Engine) -> sa.Connection:
        """This thread's own."""
        db: sa.Connection | None = getattr(own, "db", None)
        if db is None:
            db = own.db = engine.connect()
            self._opened.append(db)
        return db

    def _take_orders(self) -> list[Order]:
        """Those that somebody still waits for."""
        orders: list[Order] = []
        while len(orders) < WRITES_TOGETHER and not self._orders.empty():
            work, done = self._orders.get_nowait()
            if done.set_running_or_notify_cancel():
                orders.append((work, done))
        return orders


def _outcome(db: sa.Connection, work: Work[Any]) -> object:
    """As if alone: what fails takes back its own changes only."""
    own = db.begin_nested()
    try:
        result = work(db)
        own.commit()
        return result
    except Exception as error:
        # when it has no room SQLite takes back the whole transaction by itself
        if not db.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
            raise
        own.rollback()
        return error  # carried to the one who waits


def _engine(file: Path, begin: str, *pragmas: str) -> sa.Engine:
    # errors hide their parameters: prompts have no place in a log
    url = sa.URL.create("sqlite", database=str(file))
    engine = sa.create_engine(url, hide_parameters=True, poolclass=sa.NullPool)
    sa.event.listen(engine, "connect", partial(_prepare, pragmas))
    sa.event.listen(engine, "begin", lambda db: db.exec_driver_sql(begin))
    return engine


def _prepare(pragmas: tuple[str, ...], connection: Any, _record: Any) -> None:
    # The driver's own transactions begin too late to lock: ours begin with the engine's statement.
    connection.isolation_level = None
    # SQLite's own folds the letters of English only
    connection.create_function("lower", 1, _lower, deterministic=True)
    connection.create_function("unix_now", 0, time.time)
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON", *pragmas):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
