"""A PostgreSQL server: transactions side by side, and a line to hear of those of other processes."""

import asyncio
import contextlib
import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from ..errors import SettingsError, StoreUnusable

Result = TypeVar("Result")
Work = Callable[[sa.Connection], Result]

CHANNEL = "dailies"
# How begins what is told of a task; the rest is its id. All else is a job's, or nothing.
TASK = "task "
# A connection that was lost is made anew after this long, seconds; until then workers find out by looking.
AGAIN_AFTER = 1.0
# A worker that freezes in the middle of a transaction must not hold its locks against the others. Said once connected,
# since a pooler refuses most of what is said at the door.
FIRST_WORDS = "SET idle_in_transaction_session_timeout = 10000; SET application_name = 'dailies'"

# As psql reads it: in user and password all may stand as it is but an @, and so no part of one is taken for a host.
ADDRESS = re.compile(
    r"postgres(?:ql)?://(?:(?P<user>[^:@]*)(?::(?P<password>[^@]*))?@)?"
    r"(?:\[(?P<ipv6>[0-9a-fA-F:.]+)\]|(?P<host>[^@:/?#\[\]]*))(?::(?P<port>[1-9]\d{0,4}))?"
    r"(?:/(?P<database>[^@/?#]*))?(?:\?(?P<query>[^@#]*))?"
)
UNREAD = "cannot be read. Write postgresql://user:password@host:5432/database, and an @ of user or password as %40."

# What a server says of a statement that was prepared elsewhere, or by somebody else. Source: PostgreSQL, error codes.
NOT_OURS = ("26000", "42P05")
# How asyncpg begins what the server adds to an error.
QUOTES = "\nDETAIL:"
POOLED = "a pooler stands before it that gives every transaction another connection"
DIRECT = (
    "Name the server's direct address, or the pooler's for sessions, in DATABASE_URL (of Supabase port 5432, "
    "of Neon the host without -pooler)."
)


class PostgresqlDatabase:
    is_exclusive = False
    # the same for all workers, whatever their machines take the time to be
    now = sa.extract("epoch", sa.func.clock_timestamp())

    def __init__(self, url: str) -> None:
        """Raises SettingsError when `url` cannot be read."""
        self.reads = self.writes = self.commits = 0
        self.hearing: int | None = None
        self._heard = 0
        # errors hide their parameters: prompts have no place in a log
        self._engine = create_async_engine(read_address(url), pool_size=8, pool_pre_ping=True, hide_parameters=True)
        # each statement by itself, without the two trips that begin and end a transaction
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        sa.event.listen(self._engine.sync_engine, "connect", _introduce)
        sa.event.listen(self._engine.sync_engine, "handle_error", _hide_rows)
        self.name = f"{self._engine.url.database} at {self._engine.url.host}"

    async def check(self) -> None:
        """Raises StoreUnusable when a connection is none that lasts, as LISTEN and prepared statements need it."""
        try:
            async with self._engine.connect() as first, self._engine.connect() as second:
                before = await _server_process(first)
                await first.rollback()
                # what served the first one is free now, and serves the second one if it may
                await _server_process(second)
                lasts = await _server_process(first) == before
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in NOT_OURS:
                raise
            lasts = False
        if not lasts:
            raise StoreUnusable(self.name, POOLED, DIRECT)

    async def write(self, work: Work[Result], *, patient: bool = False) -> Result:
        """What `work` returns, committed. Who is cancelled meanwhile cannot know whether it was.

        There is nothing that somebody `patient` could wait for: each transaction has a commit of its own.
        """
        async with self._engine.begin() as db:
            result = await db.run_sync(work)
        self.writes += 1
        self.commits += 1
        return result

    async def read(self, work: Work[Result]) -> Result:
        """What `work` returns; each of its statements sees what was committed when it began."""
        self.reads += 1
        async with self._reading.connect() as db:
            return await db.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()

    async def hear(self, wake: Callable[[str], None]) -> None:
        """Call `wake` with everything that is told on the channel. Only to be quick: the rows are true."""
        while True:
            with contextlib.suppress(DBAPIError, OSError, TimeoutError):
                await self._hear_once(wake)
            await asyncio.sleep(AGAIN_AFTER)

    async def _hear_once(self, wake: Callable[[str], None]) -> None:
        """Until the connection ends."""
        over = asyncio.Event()

        def told(_connection: Any, _process: int, _channel: str, payload: str) -> None:
            wake(payload)

        def end(_connection: Any) -> None:
            self.hearing = None
            over.set()

        async with self._engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            try:
                driver.add_termination_listener(end)
                await driver.add_listener(CHANNEL, told)
                self._heard += 1
                self.hearing = self._heard
                await over.wait()
            finally:
                self.hearing = None
                # it listens, so it must not go back among those that work
                await connection.invalidate()


def _introduce(connection: Any, _record: Any) -> None:
    connection.run_async(lambda driver: driver.execute(FIRST_WORDS))


def _hide_rows(context: sa.engine.ExceptionContext) -> None:
    """PostgreSQL quotes the row that it refuses, prompt and all, below the line that says why. That much is enough."""
    driver = context.original_exception
    quoting: list[Any] = [context.sqlalchemy_exception, driver, driver.__cause__]
    for error in filter(None, quoting):
        why, quotes, _ = str(error.args[0] if error.args else "").partition(QUOTES)
        if quotes:
            error.args = (why, *error.args[1:])
        # asyncpg's own; SQLAlchemy has something else by this name
        if isinstance(getattr(error, "detail", None), str):
            error.detail = None


async def _server_process(connection: AsyncConnection) -> int:
    return int(await connection.scalar(sa.select(sa.func.pg_backend_pid())) or 0)


def read_address(url: str) -> sa.URL:
    """A libpq address for asyncpg. Raises SettingsError, which shows none of it: half a password is one too many."""
    read = ADDRESS.fullmatch(url)
    if read is None or int(read["port"] or 0) > 65535:
        raise SettingsError("DATABASE_URL", UNREAD)
    query = parse_qsl(read["query"] or "")
    return sa.URL.create(
        "postgresql+asyncpg",
        username=unquote(read["user"] or "") or None,
        password=unquote(read["password"] or "") or None,
        host=read["ipv6"] or unquote(read["host"] or "") or None,
        port=int(read["port"]) if read["port"] else None,
        database=unquote(read["database"] or "") or None,
        query={"ssl" if key == "sslmode" else key: value for key, value in query},
    )
