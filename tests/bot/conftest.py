"""Stores on real databases: a SQLite file always, PostgreSQL where one is there (and always in CI); a workbench."""

import contextlib
import multiprocessing
import os
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import pytest

from bot.store import Store, open_store
from bot.store.engine import open_database
from bot.workbench import Workbench

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'dailies.db'}"
        return
    try:
        admin = await asyncpg.connect(POSTGRES, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        if os.environ.get("REQUIRE_POSTGRES"):
            raise
        pytest.skip(f"no PostgreSQL at TEST_POSTGRES_URL: {error}")
    name = f"dailies_{uuid.uuid4().hex[:12]}"
    await admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield POSTGRES.rsplit("/", 1)[0] + f"/{name}"
    finally:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """The store of worker "w1", whose jobs `a_job` makes."""
    async with open_store(database_url, "w1") as store:
        yield store


Colleague = Callable[[str], Store]


@pytest.fixture
async def colleague(store: Store, database_url: str) -> AsyncIterator[Colleague]:
    """Stores of other workers on the same database; a SQLite file has one process, so there they share it."""
    async with contextlib.AsyncExitStack() as stack:

        def open_another(worker: str) -> Store:
            if store.is_exclusive:
                return Store(store.database, worker)
            database = open_database(database_url)
            stack.push_async_callback(database.close)
            return Store(database, worker)

        yield open_another


@pytest.fixture
async def workbench() -> AsyncIterator[Workbench]:
    """Ends with a proof that no child is left."""
    workbench = Workbench()
    yield workbench
    await workbench.aclose()
    left = multiprocessing.active_children()
    for child in left:
        child.kill()
        child.join()
    assert left == []
