"""A SQLite file: one writer that commits in groups, readers beside it; a transaction is one trip to a thread."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

Result = TypeVar("Result")
Work = Callable[[sa.Connection], Result]

READERS = 2
# So many transactions become durable together at most: whoever waits for the first waits for all.
WRITES_TOGETHER = 32


@dataclass(frozen=True, kw_only=True)
class Order:
    """A transaction that waits for the writer, and who waits for it."""

    work: Work[Any]
    done: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop

    def answer(self, outcome: object) -> None:
        # whoever waited may be gone, and the loop with them
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._answer, outcome)

    def _answer(self, outcome: object) -> None:
        if self.done.done():
            return
        if isinstance(outcome, BaseException):
            self.done.set_exception(outcome)
        else:
            self.done.set_result(outcome)


class SqliteDatabase:
    """Writers that fight in the file wait a hundred times longer than those that queue up here."""

    is_exclusive = True

    def __init__(self, file: Path) -> None:
        self.commits = 0
        file.parent.mkdir(parents=True, exist_ok=True)
        # errors hide their parameters: prompts have no place in a log
        self._engine = sa.create_engine(f"sqlite:///{file}", hide_parameters=True)
        sa.event.listen(self._engine, "connect", _prepare)
        sa.event.listen(self._engine, "begin", _begin)
        self._orders: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._writer = threading.Thread(target=self._write_all, name="write", daemon=True)
        self._writer.start()

    async def write(self, work: Work[Result]) -> Result:
        """What `work` returns, committed. Who is cancelled meanwhile cannot know whether it was."""
        loop = asyncio.get_running_loop()
        order = Order(work=work, done=loop.create_future(), loop=loop)
        self._orders.put(order)
        result: Result = await order.done
        return result

    async def read(self, work: Work[Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def close(self) -> None:
        self._orders.put(None)
        await asyncio.to_thread(self._writer.join)
        self._readers.shutdown()
        self._engine.dispose()

    def _read(self, work: Work[Result]) -> Result:
        with self._engine.connect() as db:
            return work(db)

    def _write_all(self) -> None:
        with self._engine.connect().execution_options(writes=True) as db:
            while (order := self._orders.get()) is not None:
                orders, ended = self._take_more(order)
                self._write_group(db, orders)
                if ended:
                    return

    def _take_more(self, first: Order) -> tuple[list[Order], bool]:
        """What else waits, and whether that is all there will be."""
        orders = [first]
        while len(orders) < WRITES_TOGETHER:
            try:
                order = self._orders.get_nowait()
            except queue.Empty:
                break
            if order is None:
                return orders, True
            orders.append(order)
        return orders, False

    def _write_group(self, db: sa.Connection, orders: list[Order]) -> None:
        """Each as if alone: what fails takes back its own changes only."""
        outcomes: list[object] = []
        try:
            with db.begin():
                for order in orders:
                    outcomes.append(_outcome(db, order.work))
            self.commits += 1
        except Exception as error:  # the commit itself failed: nothing of the group is there
            outcomes = [error] * len(orders)
        for order, outcome in zip(orders, outcomes, strict=True):
            order.answer(outcome)


def _outcome(db: sa.Connection, work: Work[Any]) -> object:
    try:
        with db.begin_nested():
            return work(db)
    except Exception as error:  # carried to the one who waits
        return error


def _prepare(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin too late to lock: ours begin in _begin.
    connection.isolation_level = None
    # SQLite's own folds the letters of English only
    connection.create_function("lower", 1, _lower, deterministic=True)
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    # what a reader wrote would be taken back without a word
    connection.exec_driver_sql(f"PRAGMA query_only={0 if writes else 1}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
