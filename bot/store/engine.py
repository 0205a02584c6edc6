"""Opening the database: its driver, its guarantees, its migrations."""

import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ..errors import SettingsError, StoreBusy
from .store import Store

MIGRATIONS = Path(__file__).parent.parent / "migrations"
# any number that no other program on the same PostgreSQL is likely to choose
MIGRATION_LOCK = 7_240_113

log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """The store at `url`, brought up to date. Raises StoreBusy when another process has the SQLite file."""
    with _own_file(url):
        try:
            engine = make_engine(url)
        except (ValueError, sa.exc.ArgumentError) as error:
            raise SettingsError("DATABASE_URL", f"cannot be read: {error}") from error
        try:
            try:
                await _upgrade(engine)
            except TypeError as error:  # the driver's answer to a parameter that it does not know
                raise SettingsError("DATABASE_URL", f"has a parameter that is not known: {error}") from error
            yield Store(engine)
        finally:
            await engine.dispose()


async def migrate(url: str) -> None:
    """Bring the tables up to date and stop. Raises StoreBusy."""
    async with open_store(url):
        pass


def make_engine(url: str) -> AsyncEngine:
    if not url.startswith("sqlite"):
        # a worker that freezes in the middle of a transaction must not hold its locks against the others
        settings = {"idle_in_transaction_session_timeout": "10000", "application_name": "dailies"}
        return create_async_engine(
            _asyncpg_url(url), pool_size=8, pool_pre_ping=True, connect_args={"server_settings": settings}
        )
    file = sqlite_file(url)
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}", pool_size=4, max_overflow=0)
    sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    sa.event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def sqlite_file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin too late to lock: ours begin in _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _asyncpg_url(url: str) -> str:
    """A libpq address in the spelling of asyncpg."""
    parts = urlsplit(url)
    query = [("ssl" if key == "sslmode" else key, value) for key, value in parse_qsl(parts.query)]
    return urlunsplit(("postgresql+asyncpg", parts.netloc, parts.path, urlencode(query), ""))


async def _upgrade(engine: AsyncEngine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    def run(connection: sa.Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with engine.begin() as connection:
        await connection.run_sync(run)


@contextlib.contextmanager
def _own_file(url: str) -> Any:
    """One process to a SQLite file: a second one would take the first one's jobs for abandoned."""
    if not url.startswith("sqlite"):
        yield
        return
    file = sqlite_file(url)
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file.with_name(file.name + ".lock"), "a+b") as handle:
        _lock(handle, file)
        yield


def _lock(handle: IO[bytes], file: Path) -> None:
    try:
        try:
            import fcntl
        except ImportError:  # Windows has no fcntl
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # known on Windows only
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise StoreBusy(
            f"Another Dailies is already running on {file}. Stop it first, or give several processes a PostgreSQL "
            "address in DATABASE_URL."
        ) from error
