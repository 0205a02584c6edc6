"""A PostgreSQL server of one's own, from the programs on this machine: one that can be shut down, or crashed."""

import asyncio
import contextlib
import os
import pwd
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

# Where Linux distributions and Homebrew keep programs that are not on the path.
ELSEWHERE = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
# PostgreSQL refuses to run as root; packages make this account.
ACCOUNT = "postgres"


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """`address` is that of its own database, for an administrator."""

    address: str
    programs: Path
    folder: Path
    port: int

    async def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self.port} -k {self.folder}"
        await self._control("start", "-w", "-l", str(self.folder / "log"), "-o", options)

    async def stop(self, how: str) -> None:
        """`how` is "fast", which cuts every connection, or "immediate", which is a crash: it recovers from its log."""
        await self._control("stop", "-m", how)

    async def _control(self, *arguments: str) -> None:
        await run(self.programs / "pg_ctl", "-D", str(self.folder / "data"), *arguments)


@contextlib.asynccontextmanager
async def open_cluster() -> AsyncIterator[Cluster | None]:
    """None where the programs are not, or may not be run."""
    programs = find_programs()
    if programs is None or (os.geteuid() == 0 and not account_exists()):
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="chaos-postgresql-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, ACCOUNT)
        await run(programs / "initdb", "-D", str(folder / "data"), "-U", ACCOUNT, "--auth=trust", "--no-sync")
        port = free_port()
        cluster = Cluster(
            address=f"postgresql://{ACCOUNT}@127.0.0.1:{port}/postgres", programs=programs, folder=folder, port=port
        )
        await cluster.start()
        try:
            yield cluster
        finally:
            await cluster.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_programs() -> Path | None:
    """The folder of initdb and pg_ctl."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).parent] if on_path else []
    for pattern in ELSEWHERE:
        folders += sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    return next((folder for folder in folders if (folder / "pg_ctl").exists() and (folder / "initdb").exists()), None)


def account_exists() -> bool:
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def run(program: Path, *arguments: str) -> None:
    """Raises RuntimeError with what the program said when it failed."""
    account = ACCOUNT if os.geteuid() == 0 else None
    # not a pipe: the server would keep it open for as long as it runs
    with tempfile.TemporaryFile() as said:
        process = await asyncio.create_subprocess_exec(
            program, *arguments, cwd="/", stdout=said, stderr=said, start_new_session=True, user=account, group=account
        )
        if await process.wait():
            said.seek(0)
            raise RuntimeError(f"{program.name} failed: {said.read().decode(errors='replace')}")
