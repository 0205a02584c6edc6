"""Stores on real databases: a SQLite file always, PostgreSQL where one is there (and always in CI); a workbench."""

import contextlib
import multiprocessing
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import settings

from bot.store import Store, migrate, open_store
from bot.store.engine import open_database
from bot.workbench import Workbench

# nothing asserts on elapsed time; what fails is printed whole, and kept nowhere
settings.register_profile("ours", deadline=None, database=None)
settings.load_profile("ours")

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
UNREACHABLE = (OSError, TimeoutError, asyncpg.PostgresError)


@dataclass(frozen=True, kw_only=True)
class Migrated:
    """Databases that have today's tables, to be copied: migrating each anew costs more than most tests do."""

    file: Path
    on_postgresql: str | None


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Migrated]:
    file = tmp_path_factory.mktemp("migrated") / "dailies.db"
    await migrate(f"sqlite:///{file}")
    try:
        admin = await _connect()
    except UNREACHABLE:
        yield Migrated(file=file, on_postgresql=None)
        return
    try:
        async with _new_database(admin) as name:
            await migrate(_url(name))
            yield Migrated(file=file, on_postgresql=name)
    finally:
        await admin.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path, migrated: Migrated) -> AsyncIterator[str]:
    """A database with today's tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(migrated.file, tmp_path)}"
        return
    async with _postgresql(migrated.on_postgresql) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'dailies.db'}"
        return
    async with _postgresql() as url:
        yield url


@contextlib.asynccontextmanager
async def _postgresql(template: str | None = None) -> AsyncIterator[str]:
    try:
        admin = await _connect()
    except UNREACHABLE as error:
        if os.environ.get("REQUIRE_POSTGRES"):
            raise
        pytest.skip(f"no PostgreSQL at TEST_POSTGRES_URL: {error}")
    try:
        async with _new_database(admin, template) as name:
            yield _url(name)
    finally:
        await admin.close()


@contextlib.asynccontextmanager
async def _new_database(admin: asyncpg.Connection, template: str | None = None) -> AsyncIterator[str]:
    name = f"dailies_{uuid.uuid4().hex[:12]}"
    await admin.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    try:
        yield name
    finally:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


async def _connect() -> asyncpg.Connection:
    return await asyncpg.connect(POSTGRES, timeout=5)


def _url(database: str) -> str:
    return POSTGRES.rsplit("/", 1)[0] + f"/{database}"


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
