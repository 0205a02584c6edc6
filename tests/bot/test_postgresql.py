"""PostgreSQL's address as people write it, and what may stand on the way to it."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from sqlalchemy.exc import DBAPIError

from bot.errors import SettingsError, StoreUnusable
from bot.store import open_store
from bot.store.engine import open_database
from bot.store.postgresql import PostgresqlDatabase
from tests.jobs import a_job
from tests.postgresql_door import open_door

# --- the address

SIGNS = "#/?%:[]$&+='\"`\\ {}^|<>,;!*()~é夢"


@pytest.mark.parametrize("sign", [*SIGNS, "#/?", "${x}", "[::1]:5", "50%off"])
async def test_a_password_arrives_as_it_was_written(sign: str) -> None:
    password = f"se{sign}cret"
    async with open_door() as door:
        for written in (password, quote(password, safe="")):
            database = open_database(f"postgresql://me:{written}@127.0.0.1:{door.port}/dailies")
            with pytest.raises(DBAPIError, match='failed for user "me"') as refused:
                await database.read(lambda db: None)
            await database.close()
            assert "cret" not in f"{refused.value}{database.name}"
    assert set(door.passwords) == {password}
    assert (door.parameters["user"], door.parameters["database"]) == ("me", "dailies")


async def test_an_at_sign_is_written_in_percents() -> None:
    async with open_door() as door:
        database = open_database(f"postgresql://m%40e:p%40ss@127.0.0.1:{door.port}/dailies")
        with pytest.raises(DBAPIError, match='"m@e"'):
            await database.read(lambda db: None)
        await database.close()
    assert door.passwords == ["p@ss"]


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:sec@ret@db/dailies",
        "postgresql://me:sec@ret#x@db/dailies",
        "postgresql://me:sec@r/et@db/dailies",
        "postgresql://me:sec@r?et@db/dailies",
        "postgresql://me:sec@r?e=t@db/dailies",
        "postgresql://me:secret/dailies",
        "postgresql://me:secret#x/dailies",
        "postgresql://me:pw@db:secret/dailies",
        "postgresql://me:pw@db:99999/dailies",
        "postgresql://me:pw@db:0/dailies",
        "postgresql://me:pw@[secret]/dailies",
        "postgresql://me:pw@db/dailies#secret",
        "postgresql:me:secret@db/dailies",
    ],
)
def test_an_address_that_cannot_be_read_is_one_line_that_shows_none_of_it(address: str) -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL cannot be read.*%40") as refused:
        open_database(address)
    said = str(refused.value).replace("postgresql://user:password@host:5432/database", "")
    assert len(said.splitlines()) == 1
    assert not any(part in said for part in ("sec", "ret", "99999", "dailies"))


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("postgres://db", {"host": "db"}),
        ("postgresql://me@db:5433/x", {"user": "me", "host": "db", "port": 5433, "database": "x"}),
        ("postgresql://[::1]:5/x", {"host": "::1", "port": 5, "database": "x"}),
        ("postgresql:///x", {"database": "x"}),
        ("postgresql://me@/x?host=/run/postgresql", {"user": "me", "database": "x", "host": "/run/postgresql"}),
        ("postgresql://%2Frun%2Fpostgresql/x", {"host": "/run/postgresql", "database": "x"}),
        (
            "postgresql://db/x?sslmode=require&timeout=5",
            {"host": "db", "database": "x", "ssl": "require", "timeout": "5"},
        ),
    ],
)
def test_an_address_is_read_as_psql_reads_it(address: str, parts: dict[str, object]) -> None:
    database = open_database(address)
    assert isinstance(database, PostgresqlDatabase)
    engine = database._engine
    given = engine.dialect.create_connect_args(engine.url)[1]
    assert {name: value for name, value in given.items() if value is not None} == parts


# --- on the way


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def server(empty_database_url: str) -> str:
    if not empty_database_url.startswith("postgresql"):
        pytest.skip("about PostgreSQL")
    return empty_database_url


async def works(url: str) -> None:
    async with open_store(url, "w1") as store:
        await store.insert(a_job())
        assert await store.find(a_job().id)
        setting = "SELECT current_setting('idle_in_transaction_session_timeout'), current_setting('application_name')"
        read = await store.database.read(lambda db: tuple(db.exec_driver_sql(setting).one()))
        assert read == ("10s", "dailies")


async def test_a_pooler_that_refuses_parameters_at_the_door_is_no_hindrance(server: str) -> None:
    parts = urlsplit(server)
    async with open_door((parts.hostname or "", parts.port or 5432)) as door:
        await works(server.replace(parts.netloc, f"{parts.username}@127.0.0.1:{door.port}"))
        assert door.parameters["user"] == parts.username


@contextlib.contextmanager
def pgbouncer(server: str, mode: str) -> Iterator[str]:
    """The address of a real one before the server."""
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        pytest.skip("no PgBouncer on this machine")
    parts, port = urlsplit(server), free_port()
    way = f"host={parts.hostname} port={parts.port or 5432} user={parts.username} " + (
        f"password={parts.password}" if parts.password else ""
    )
    settings = f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}"
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        file = Path(folder, "pgbouncer.ini")
        file.write_text(f"[databases]\n* = {way}\n[pgbouncer]\n{settings}\n")
        # as root it declines to run
        account = "nobody" if os.getuid() == 0 else None
        with open(os.devnull, "wb") as nowhere:
            process = subprocess.Popen([program, "-q", file], stderr=nowhere, user=account)
        try:
            wait_for_somebody(port)
            yield f"postgresql://{parts.username}@127.0.0.1:{port}{parts.path}"
        finally:
            process.terminate()
            process.wait()


def wait_for_somebody(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens at {port}")


async def test_a_pooler_that_keeps_to_sessions_is_no_hindrance(server: str) -> None:
    with pgbouncer(server, "session") as url:
        await works(url)


@pytest.mark.parametrize("query", ["", "?prepared_statement_cache_size=0"], ids=["prepared", "unprepared"])
async def test_a_pooler_that_gives_every_transaction_another_connection_is_refused_in_one_line(
    server: str, query: str
) -> None:
    with pgbouncer(server, "transaction") as url:
        # what one client prepares there is in the way of the next
        for _ in range(3):
            with pytest.raises(StoreUnusable, match=r"pooler.*direct address.*DATABASE_URL") as refused:
                async with open_store(url + query):
                    pass
            assert len(str(refused.value).splitlines()) == 1


async def test_a_pooler_that_takes_no_transactions_says_so_itself(server: str) -> None:
    with pgbouncer(server, "statement") as url, pytest.raises(DBAPIError, match="statement pooling mode"):
        async with open_store(url):
            pass
