"""A fresh PostgreSQL database for one run, and what can happen to it."""

import asyncio
import contextlib
import os
import uuid
from collections.abc import AsyncIterator

import asyncpg

ADDRESS = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


class Database:
    """`url` is for the bots; the connection here is to the server's own database."""

    def __init__(self, admin: asyncpg.Connection, name: str) -> None:
        self.url = f"{ADDRESS.rsplit('/', 1)[0]}/{name}"
        self._admin = admin
        self._name = name

    async def drop_connections(self) -> None:
        """Cut every connection in the middle of whatever it does."""
        await self._admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", self._name
        )

    async def restart(self, seconds: float) -> None:
        """As the bots see a restart: all connections cut, and no new one for so long."""
        await self._admin.execute(f'ALTER DATABASE "{self._name}" WITH ALLOW_CONNECTIONS false')
        try:
            await self.drop_connections()
            await asyncio.sleep(seconds)
        finally:
            await self._admin.execute(f'ALTER DATABASE "{self._name}" WITH ALLOW_CONNECTIONS true')


@contextlib.asynccontextmanager
async def open_database() -> AsyncIterator[Database]:
    """Raises OSError, TimeoutError or asyncpg.PostgresError when there is no server at TEST_POSTGRES_URL."""
    admin = await asyncpg.connect(ADDRESS, timeout=5)
    name = f"chaos_{uuid.uuid4().hex[:12]}"
    try:
        await admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield Database(admin, name)
        finally:
            await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await admin.close()
