"""A PostgreSQL server: transactions side by side, and a line to hear of those of other processes."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

Result = TypeVar("Result")
Work = Callable[[sa.Connection], Result]

CHANNEL = "dailies"
# A connection that was lost is made anew after this long, seconds; until then workers find out by looking.
AGAIN_AFTER = 1.0
# A worker that freezes in the middle of a transaction must not hold its locks against the others.
SERVER_SETTINGS = {"idle_in_transaction_session_timeout": "10000", "application_name": "dailies"}


class PostgresqlDatabase:
    is_exclusive = False

    def __init__(self, url: str) -> None:
        """Raises ValueError or sqlalchemy.exc.ArgumentError when `url` cannot be read."""
        self.commits = 0
        # errors hide their parameters: prompts have no place in a log
        self._engine = create_async_engine(
            asyncpg_url(url),
            pool_size=8,
            pool_pre_ping=True,
            connect_args={"server_settings": SERVER_SETTINGS},
            hide_parameters=True,
        )
        self.name = f"{self._engine.url.database} at {self._engine.url.host}"

    async def write(self, work: Work[Result]) -> Result:
        """What `work` returns, committed. Who is cancelled meanwhile cannot know whether it was."""
        async with self._engine.begin() as db:
            result = await db.run_sync(work)
        self.commits += 1
        return result

    async def read(self, work: Work[Result]) -> Result:
        async with self._engine.begin() as db:
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

        async with self._engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            try:
                driver.add_termination_listener(lambda _: over.set())
                await driver.add_listener(CHANNEL, told)
                await over.wait()
            finally:
                # it listens, so it must not go back among those that work
                await connection.invalidate()


def asyncpg_url(url: str) -> str:
    """A libpq address in the spelling of asyncpg."""
    parts = urlsplit(url)
    query = [("ssl" if key == "sslmode" else key, value) for key, value in parse_qsl(parts.query)]
    return urlunsplit(("postgresql+asyncpg", parts.netloc, parts.path, urlencode(query), ""))
