"""A fresh PostgreSQL database for one run, and what can happen to it."""

import asyncio
import contextlib
import os
import uuid
from collections.abc import AsyncIterator, Callable
from random import Random
from typing import Any

import asyncpg

from .cluster import Cluster, open_cluster

ADDRESS = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


class Database:
    """`url` is for the bots; `address` is that of the server's own database."""

    def __init__(self, address: str, name: str, cluster: Cluster | None) -> None:
        self.url = f"{address.rsplit('/', 1)[0]}/{name}"
        self.is_own_server = cluster is not None
        self._address = address
        self._name = name
        self._cluster = cluster

    async def drop_connections(self) -> None:
        """Cut every connection in the middle of whatever it does."""
        async with _connected(self._address) as admin:
            await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", self._name)

    async def restart(self, seconds: float, dice: Random) -> None:
        """Shut down or crash, gone for so long. On a server that others use it is acted: cut off, and shut out.

        Whoever is cancelled meanwhile waits until it is back: nothing after the storm could be judged without it.
        """
        restarting = asyncio.create_task(self._restart(seconds, dice))
        try:
            await asyncio.shield(restarting)
        finally:
            await restarting

    async def _restart(self, seconds: float, dice: Random) -> None:
        if self._cluster:
            await self._cluster.stop(dice.choice(("fast", "immediate")))
            await asyncio.sleep(seconds)
            await self._cluster.start()
            return
        async with _connected(self._address) as admin:
            await admin.execute(f'ALTER DATABASE "{self._name}" WITH ALLOW_CONNECTIONS false')
            try:
                await self.drop_connections()
                await asyncio.sleep(seconds)
            finally:
                await admin.execute(f'ALTER DATABASE "{self._name}" WITH ALLOW_CONNECTIONS true')


@contextlib.asynccontextmanager
async def open_database(*, own_server: bool = False) -> AsyncIterator[Database]:
    """With `own_server` on a server of its own where the programs are; else on the one at TEST_POSTGRES_URL.

    Raises OSError, TimeoutError or asyncpg.PostgresError when there is none.
    """
    opened: Callable[[], contextlib.AbstractAsyncContextManager[Cluster | None]] = (
        open_cluster if own_server else contextlib.nullcontext
    )
    async with opened() as cluster:
        address = cluster.address if cluster else ADDRESS
        name = f"chaos_{uuid.uuid4().hex[:12]}"
        async with _connected(address) as admin:
            await admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield Database(address, name, cluster)
        finally:
            async with _connected(address) as admin:
                await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.asynccontextmanager
async def _connected(address: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(address, timeout=5)
    try:
        yield connection
    finally:
        await connection.close()
