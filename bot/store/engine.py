"""Opening the database: which one, and its migrations."""

import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from ..errors import SettingsError, StoreBusy, StoreUnusable
from .own_file import own_file
from .postgresql import PostgresqlDatabase
from .sqlite import SqliteDatabase
from .store import Store
from .transactions import Database

MIGRATIONS = Path(__file__).parent.parent / "migrations"
# any number that no other program on the same PostgreSQL is likely to choose
MIGRATION_LOCK = 7_240_113

NEWER = "Start that version, or name another database in DATABASE_URL."
ADVICE = "Check the file, its folder and the room on the disk, or name another file in DATABASE_URL."

log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def open_store(url: str, worker: str = "") -> AsyncIterator[Store]:
    """The store at `url`, brought up to date, for the process `worker`.

    Raises StoreBusy when another process has the SQLite file, or an older version the tables that change; StoreUnusable
    when it is none of ours, and SettingsError when the address cannot be used.
    """
    with own_file(sqlite_file(url)) if url.startswith("sqlite") else contextlib.nullcontext():
        database = open_database(url)
        try:
            try:
                await database.check()
                await database.write(upgrade)
            except TypeError as error:  # the driver's answer to a parameter that it does not know
                raise SettingsError("DATABASE_URL", f"has a parameter that is not known: {error}") from error
            except CommandError as error:  # Alembic's answer to a revision that it does not know
                raise StoreUnusable(database.name, "it is of a newer version of Dailies", NEWER) from error
            except sa.exc.DatabaseError as error:
                if isinstance(error.orig, sqlite3.Error):
                    raise StoreUnusable(database.name, error.orig, ADVICE) from error
                raise
            yield Store(database, worker)
        finally:
            await database.close()


@contextlib.asynccontextmanager
async def open_beside(url: str) -> AsyncIterator[Store]:
    """The store at `url` for a word of an operator, also while a bot has the SQLite file.

    What the lock keeps away is a second worker, which would take over jobs, and a second queue of writes. A short
    transaction is neither: SQLite has processes take turns. Tables in use are left as they are. Raises as `open_store`.
    """
    async with contextlib.AsyncExitStack() as opened:
        try:
            store = await opened.enter_async_context(open_store(url))
        except StoreBusy:
            if not url.startswith("sqlite"):
                raise
            database = SqliteDatabase(sqlite_file(url))
            opened.push_async_callback(database.close)
            if not await database.read(_is_current):
                raise
            store = Store(database)
        yield store


async def migrate(url: str) -> None:
    """Bring the tables up to date and stop. Raises StoreBusy."""
    async with open_store(url):
        pass


def open_database(url: str) -> Database:
    """Raises SettingsError."""
    if url.startswith("sqlite"):
        return SqliteDatabase(sqlite_file(url))
    return PostgresqlDatabase(url)


def sqlite_file(url: str) -> Path:
    return Path(unquote(url.removeprefix("sqlite:///")))


def upgrade(db: sa.Connection, revision: str = "head") -> None:
    """Bring the tables to a revision. Raises StoreBusy."""
    config = _config()
    if db.dialect.name == "postgresql":
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
    config.attributes["connection"] = db
    command.upgrade(config, revision)


def _is_current(db: sa.Connection) -> bool:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return MigrationContext.configure(db).get_current_revision() == head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
