"""A network in memory: connections that carry bytes in order, after a while, or not at all."""

import asyncio
import contextvars
import itertools
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any

from .worlds import WORLD, World

# What is written arrives after so many seconds; on a slow line after so many.
LATENCY = (0.001, 0.06)
SLOW = (0.5, 8.0)
# Two segments of one connection never arrive at one instant: what has the same time has no order.
APART = 1e-6

Address = tuple[str, int]
Factory = Callable[[], Any]


class Trouble(StrEnum):
    """What a port does with whoever dials it."""

    REFUSES = "refuses"
    SWALLOWS = "swallows"


@dataclass(kw_only=True)
class Faults:
    """Shares of segments that break their connection, come late, or are the last that anybody hears of it."""

    reset: float = 0.0
    slow: float = 0.0
    swallow: float = 0.0
    ports: dict[int, Trouble] = field(default_factory=dict)

    def clear(self) -> None:
        self.reset = self.slow = self.swallow = 0.0
        self.ports.clear()


class Socket:
    """Where something listens, or what was dialled: all that is asked of it is its name."""

    def __init__(self, address: Address) -> None:
        self.address = address

    def getsockname(self) -> Address:
        return self.address

    def close(self) -> None:
        """There is nothing to give back."""


class Listener:
    def __init__(self, network: "Network", factory: Factory, address: Address) -> None:
        self.sockets = [Socket(address)]
        self.factory = factory
        self.context = contextvars.copy_context()
        self._network = network

    def close(self) -> None:
        self._network.listeners.pop(self.sockets[0].address, None)

    async def wait_closed(self) -> None:
        """It is."""


class End(asyncio.Transport):
    """One end of a connection; `peer` is the other."""

    peer: "End"

    def __init__(self, network: "Network", context: contextvars.Context, here: Address, there: Address) -> None:
        super().__init__({"sockname": here, "peername": there})
        self.context = context
        self.is_closed = self.is_silent = False
        self.last_arrival = 0.0
        self.cut_at = math.inf
        self._network = network
        self._loop = network.loop
        self._protocol: Any = None
        self._is_paused = self._is_lost = False
        self._unread: deque[bytes | None] = deque()

    # --- what a protocol asks of it

    def get_protocol(self) -> Any:
        return self._protocol

    def set_protocol(self, protocol: Any) -> None:
        self._protocol = protocol

    def is_closing(self) -> bool:
        return self.is_closed

    def is_reading(self) -> bool:
        return not self._is_paused and not self.is_closed

    def pause_reading(self) -> None:
        self._is_paused = True

    def resume_reading(self) -> None:
        self._is_paused = False
        if self._unread:
            self._loop.call_soon(self._read_on, context=self.context)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Whatever is written is on its way."""

    def get_write_buffer_size(self) -> int:
        return 0

    def can_write_eof(self) -> bool:
        return False

    def write(self, data: Any) -> None:
        if data and not self.is_closed:
            self._network.carry(self, bytes(data))

    def writelines(self, list_of_data: Any) -> None:
        self.write(b"".join(list_of_data))

    def close(self) -> None:
        if not self.is_closed:
            self._network.carry(self, None)
            self._close(None)

    def abort(self) -> None:
        self.close()

    # --- what the network does to it

    def open(self, protocol: Any) -> None:
        self._protocol = protocol
        protocol.connection_made(self)

    def arrive(self, data: bytes | None) -> None:
        """None is the end of what comes."""
        if self.is_closed or self._loop.time() > self.peer.cut_at:
            return
        if self._is_paused:
            self._unread.append(data)
        elif data is not None:
            self._protocol.data_received(data)
        elif not self._protocol.eof_received():
            self.close()

    def break_off(self) -> None:
        """Gone, and what is on its way with it."""
        self.cut_at = 0.0
        if not self.is_closed:
            self._close(ConnectionResetError(104, "Connection reset by peer"), self._network.latency())

    def _close(self, error: Exception | None, seconds: float = 0.0) -> None:
        self.is_closed = True
        self._loop.call_later(seconds, self._lose, error, context=self.context)

    def _lose(self, error: Exception | None) -> None:
        if not self._is_lost:
            self._is_lost = True
            self._protocol.connection_lost(error)

    def _read_on(self) -> None:
        while self._unread and not self._is_paused:
            self.arrive(self._unread.popleft())


class Network:
    def __init__(self, loop: asyncio.AbstractEventLoop, dice: Random) -> None:
        self.loop = loop
        self.faults = Faults()
        self.listeners: dict[Address, Listener] = {}
        self._dice = dice
        self._ports = itertools.count(20_000)
        self._ends: dict[World, list[End]] = {}

    def latency(self) -> float:
        return self._dice.uniform(*(SLOW if self._dice.random() < self.faults.slow else LATENCY))

    def listen(self, factory: Factory, host: str, port: int) -> Listener:
        address = (host, port or next(self._ports))
        listener = self.listeners[address] = Listener(self, factory, address)
        return listener

    async def dial(self, address: Address) -> Socket:
        """Raises ConnectionRefusedError."""
        await asyncio.sleep(self.latency())
        trouble = self.faults.ports.get(address[1])
        if trouble is Trouble.SWALLOWS:
            await self.loop.create_future()
        if trouble is Trouble.REFUSES or address not in self.listeners:
            raise ConnectionRefusedError(111, f"Connect call failed {address}")
        return Socket(address)

    def connect(self, factory: Factory, dialled: Socket) -> tuple[End, Any]:
        """Raises ConnectionRefusedError."""
        listener = self.listeners.get(dialled.address)
        if listener is None:
            raise ConnectionRefusedError(111, f"Connect call failed {dialled.address}")
        here = ("127.0.0.1", next(self._ports))
        near = End(self, contextvars.copy_context(), here, dialled.address)
        far = End(self, listener.context.copy(), dialled.address, here)
        near.peer, far.peer = far, near
        if world := WORLD.get():
            self._belongs(near, world)
        self.loop.call_soon(lambda: far.open(listener.factory()), context=far.context)
        protocol = factory()
        near.open(protocol)
        return near, protocol

    def carry(self, sender: End, data: bytes | None) -> None:
        """Have it arrive, None as the end of all, unless something comes in between."""
        faults, dice = self.faults, self._dice
        if data is not None and faults.reset and dice.random() < faults.reset:
            for end in (sender, sender.peer):
                end.break_off()
            return
        if faults.swallow and dice.random() < faults.swallow:
            sender.is_silent = sender.peer.is_silent = True
        if not sender.is_silent:
            arrival = max(sender.last_arrival + APART, self.loop.time() + self.latency())
            sender.last_arrival = arrival
            self.loop.call_at(arrival, sender.peer.arrive, data, context=sender.peer.context)

    def _belongs(self, end: End, world: World) -> None:
        if world not in self._ends:
            self._ends[world] = []
            world.on_death.append(lambda: self._orphan(world))
        self._ends[world].append(end)

    def _orphan(self, world: World) -> None:
        """Of what a killed process wrote all arrives, or what was on its way until some moment; then its peer hears."""
        for end in self._ends[world]:
            if end.is_closed:
                continue
            now = self.loop.time()
            last = max(end.last_arrival, now)
            end.is_closed = True
            if self._dice.random() < 0.5:
                last = end.cut_at = self._dice.uniform(now, last)
            told = end.peer.break_off if self._dice.random() < 0.5 else end.peer.close
            self.loop.call_at(last + self.latency(), told, context=end.peer.context)
