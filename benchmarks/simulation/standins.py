"""Stand-ins: what of the bot, discord.py and the sandbox reaches for a thread, a socket or the system's own clock."""

import asyncio
import functools
import importlib
import time
import tomllib
from datetime import UTC, datetime
from typing import Any

import aiohappyeyeballs
import discord
from discord.gateway import KeepAliveHandler

from benchmarks.chaos.plants import replace
from bot import catalogue, program
from bot import clock as bot_clock
from bot.discord_bot import DailiesBot
from sandbox.mulerun import ledger, studio

from . import database
from .loop import VirtualLoop
from .network import Socket
from .worlds import WORLD


class Heart(KeepAliveHandler):
    """The thread that keeps a gateway connection alive, as a task."""

    def start(self) -> None:
        self._beating = asyncio.get_running_loop().create_task(self._beat())

    async def _beat(self) -> None:
        assert self.interval
        while not self._stop_ev.is_set():
            await asyncio.sleep(self.interval)
            if self._stop_ev.is_set():
                return
            try:
                if self._last_recv + self.heartbeat_timeout < time.perf_counter():
                    self.stop()
                    await self.ws.close(4000)
                    return
                await self.ws.send_heartbeat(self.get_payload())
            except Exception:  # as the thread: the connection's end is heard elsewhere
                self.stop()
            else:
                self._last_send = time.perf_counter()


class Clock:
    """The bot's clock, one for each world."""

    def __init__(self) -> None:
        self._clocks: dict[object, Any] = {}

    def own(self) -> Any:
        world = WORLD.get()
        if world not in self._clocks:
            self._clocks[world] = bot_clock._Clock()
        return self._clocks[world]


def install() -> None:
    """Before anything is wrapped, and before anything runs."""
    database.install()
    clocks = Clock()
    bot_clock.now = lambda: clocks.own().now()
    bot_clock.latest = lambda: clocks.own().latest()
    bot_clock.set_to = lambda unix_time: clocks.own().set_to(unix_time)
    # what in C asks the system
    discord.utils.utcnow = ledger.now = studio.now = _utcnow  # type: ignore[attr-defined]
    discord.gateway.KeepAliveHandler = Heart  # type: ignore[misc]
    aiohappyeyeballs.start_connection = _dial  # type: ignore[assignment]
    # what each start reads anew, and finds as it was
    replace(DailiesBot, "load_extension", _load_extension)
    tomllib.loads = functools.cache(tomllib.loads)
    replace(program, "read_catalogue", functools.cache(catalogue.read_catalogue))


def _utcnow() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


async def _dial(addr_infos: Any, **_: Any) -> Socket:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return await loop.network.dial(addr_infos[0][4][:2])


async def _load_extension(bot: DailiesBot, name: str, *, package: str | None = None) -> None:
    """A process has each module once: discord.py loads it anew in every life, and others know the old one."""
    await importlib.import_module(name).setup(bot)
