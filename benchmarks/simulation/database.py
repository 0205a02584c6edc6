"""The database: the bot's own SQLite file; for several workers the same file as if it were a PostgreSQL server.

As a server each transaction is whole and alone, which PostgreSQL is less strict about: what comes of that, `make chaos`
has to find. What is told to another worker comes after a while; a connection may be lost before a commit, or after it.
"""

import asyncio
import contextlib
import contextvars
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite as dialect

from benchmarks.chaos.plants import replace
from bot.store import engine, sqlite, transactions

from . import clock
from .worlds import WORLD

Result = TypeVar("Result")

# What one worker tells the others is heard after so many seconds.
HEARD_AFTER = (0.001, 0.05)


class Server(sqlite.SqliteDatabase):
    """`lost` is the share of transactions whose connection is lost, half of them after the commit."""

    is_exclusive = False
    now = sa.func.server_now()
    dice = Random(0)
    lost = 0.0
    faults = 0

    async def write(self, work: Callable[[sa.Connection], Result], *, patient: bool = False) -> Result:
        # whoever finds no database at its start ends, and says so
        fate = self.dice.random() if Server.lost and work is not engine.upgrade else 1.0
        if fate < Server.lost / 2:
            self._lose("before it was committed")
        result = await super().write(work, patient=patient)
        if fate < Server.lost:
            self._lose("after it was committed")
        return result

    async def hear(self, wake: Callable[[str], None]) -> None:
        _hearing.append((contextvars.copy_context(), wake))
        await asyncio.get_running_loop().create_future()

    def _lose(self, when: str) -> None:
        Server.faults += 1
        raise sa.exc.OperationalError("a transaction", {}, ConnectionResetError(f"gone {when}"))


_hearing: list[tuple[contextvars.Context, Callable[[str], None]]] = []


def _tell(_channel: str, payload: str) -> None:
    """Within the transaction, so that nobody has to be alive when it is heard; an undone one is heard of in vain."""
    loop = asyncio.get_running_loop()
    loop.call_later(Server.dice.uniform(*HEARD_AFTER), _spread, payload, context=contextvars.Context())


def _spread(payload: str) -> None:
    for context, wake in _hearing:
        world = context.get(WORLD)
        if world and not world.is_dead:
            asyncio.get_running_loop().call_soon(wake, payload, context=context)


def _functions_of_a_server(connection: Any, _record: object) -> None:
    connection.create_function("pg_advisory_xact_lock", 1, lambda key: 0)
    connection.create_function("pg_notify", 2, _tell)
    connection.create_function("greatest", -1, max)
    connection.create_function("server_now", 0, lambda: clock.BEGAN_AT + asyncio.get_running_loop().time())


def share() -> None:
    """Have bots take the file for a server that they share."""

    def open_server(url: str) -> Server:
        return Server(engine.sqlite_file(url))

    engine.open_database = open_server
    sqlite.WRITES_TOGETHER = 1
    # the same clauses, as this database writes them
    replace(transactions, "postgresql", dialect)  # type: ignore[arg-type]


def install() -> None:
    """Have what a process reads or prepares once be done once for all lives, and locks end with whoever holds them."""
    # what was compiled in one life serves the next: compiled statements are kept by the engine
    sqlite._engine = functools.cache(_with_functions(sqlite._engine))
    engine.upgrade = _once(engine.upgrade)
    replace(engine, "own_file", _unlocked)


def _with_functions(make: Callable[..., sa.Engine]) -> Callable[..., sa.Engine]:
    def make_one(*args: Any) -> sa.Engine:
        made = make(*args)
        sa.event.listen(made, "connect", _functions_of_a_server)
        return made

    return make_one


def _once(upgrade: Callable[..., None]) -> Callable[..., None]:
    upgraded: set[str] = set()

    def upgrade_once(db: sa.Connection, *more: str) -> None:
        file = str(db.engine.url)
        if file not in upgraded:
            upgrade(db, *more)
            upgraded.add(file)

    return upgrade_once


@contextlib.contextmanager
def _unlocked(file: Path) -> Iterator[None]:
    """A killed process gives its lock back, which one that is only simulated does not."""
    file.parent.mkdir(parents=True, exist_ok=True)
    yield
