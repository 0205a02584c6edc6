"""Bots for stories: each a process of its own that runs what `python -m bot` runs, forked from one that imported it.

To import it all takes two seconds of the processor, and the stories start some six hundred bots. Clocks can be changed:
what takes a day is to be seen in seconds.
"""

import asyncio
import contextlib
import importlib
import json
import multiprocessing.process
import os
import random
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

from aiohttp import ClientTimeout

from benchmarks.chaos.launcher import locate
from bot.__main__ import main
from bot.discord_bot import EXTENSIONS
from bot.workbench import Workbench
from sandbox.bot_process import REPOSITORY, BotProcess

CLOCKS = "QUICK_CLOCKS"
# How often ends are looked for, seconds.
LOOK_EVERY = 0.02


class StoryBot(BotProcess):
    def __init__(self, environment: Mapping[str, str], folder: Path, nursery: str) -> None:
        super().__init__(environment, folder)
        self._nursery = nursery

    async def start(self) -> None:
        if self.environment["PYTHONPATH"] != str(REPOSITORY):
            # whatever is to be there as Python starts is there in no fork
            await super().start()
            return
        order = {"environment": self.environment, "folder": str(self._folder), "log": str(self.log_file)}
        reader, writer = await asyncio.open_unix_connection(self._nursery)
        writer.write(json.dumps(order).encode() + b"\n")
        self._process = Born(int(await reader.readline()), reader, writer)


class Born:
    """A forked bot, as far as a `BotProcess` asks of a process. Its end is told on the connection that ordered it."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._writer = writer
        self._ending = asyncio.create_task(self._wait(reader))

    async def wait(self) -> int:
        return await asyncio.shield(self._ending)

    def send_signal(self, name: int, /) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, name)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def _wait(self, reader: asyncio.StreamReader) -> int:
        self.returncode = int(await reader.readline())
        self._writer.close()
        return self.returncode


@contextlib.contextmanager
def open_nursery() -> Iterator[str]:
    """The address where bots are ordered. Raises RuntimeError when nothing can be imported."""
    with tempfile.TemporaryDirectory(prefix="nursery-") as folder:
        address = os.path.join(folder, "socket")
        command = [sys.executable, "-m", "tests.stories.nursery", address]
        environment = BotProcess({}, Path(folder)).environment
        # it lives until its input ends
        with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as process:
            while not os.path.exists(address):
                if process.poll() is not None:
                    raise RuntimeError("the nursery does not open")
                time.sleep(LOOK_EVERY)
            yield address


# --- in the nursery


def serve(address: str) -> Mapping[str, Any] | None:
    """Fork a bot for each order. In the bot's process the order, in the nursery None once nobody orders any more."""
    born: dict[int, socket.socket] = {}
    with selectors.DefaultSelector() as selector, socket.socket(socket.AF_UNIX) as door:
        door.bind(address + ".new")
        door.listen()
        os.rename(address + ".new", address)
        selector.register(door, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in selector.select(LOOK_EVERY if born else None)}
            _tell_ends(born)
            if sys.stdin in ready:
                return None
            if door in ready:
                order, customer = _receive(door)
                pid = os.fork()
                if pid == 0:
                    for other in (*born.values(), customer):
                        other.close()
                    return order
                born[pid] = customer
                _say(customer, pid)


def _receive(door: socket.socket) -> tuple[Mapping[str, Any], socket.socket]:
    customer, _ = door.accept()
    with customer.makefile("rb") as lines:
        return json.loads(lines.readline()), customer


def _tell_ends(born: dict[int, socket.socket]) -> None:
    for pid, customer in [*born.items()]:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            del born[pid]
            _say(customer, os.waitstatus_to_exitcode(status))
            customer.close()


def _say(customer: socket.socket, number: int) -> None:
    # whoever does not want to know any more has closed
    with contextlib.suppress(OSError):
        customer.sendall(b"%d\n" % number)


# --- in the bot's process


def live(environment: Mapping[str, str], folder: str, log: str) -> int:
    """What `python -m bot` does with this environment in this folder; its exit code."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    # where children of its workbench begin
    multiprocessing.process.ORIGINAL_DIR = folder  # type: ignore[attr-defined]
    nothing, written = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number, file in enumerate((nothing, written, written)):
        os.dup2(file, number)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", buffering=1, encoding="utf-8", closefd=False) for number in (1, 2))
    sys.argv = ["bot"]
    random.seed()
    for target, seconds in json.loads(environment.get(CLOCKS, "{}")).items():
        owner, name = locate(target)
        is_timeout = isinstance(getattr(owner, name), ClientTimeout)
        setattr(owner, name, ClientTimeout(total=seconds) if is_timeout else seconds)
    return main(["run"])


if __name__ == "__main__":
    # as if there were no file: every child of the workbench would read this one again, and all that it imports
    __spec__ = None  # type: ignore[assignment]
    del __file__
    for extension in EXTENSIONS:
        importlib.import_module(extension)
    # one for all: each would import what its children need
    Workbench()
    forkserver.ensure_running()
    forkserver._forkserver.ensure_running = lambda: None  # type: ignore[method-assign]  # a fork is not its parent
    # discord.py runs an extension's module itself, whoever imported it: of each class of the cogs there is to be one
    for module in [name for name in sys.modules if name.split(".")[0] == "cogs"]:
        del sys.modules[module]
    ordered = serve(sys.argv[1])
    if ordered:
        sys.exit(live(ordered["environment"], ordered["folder"], ordered["log"]))
