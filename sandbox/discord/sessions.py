"""Sessions: what one gateway client asked for, the events it was sent, and the socket they go out on."""

import asyncio
import json
import time
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from aiohttp import web

from sandbox.discord.constants import Intents, Op
from sandbox.discord.events import Event
from sandbox.discord.limits import Window

SYNC_FLUSH = zlib.Z_SYNC_FLUSH
Codec = Callable[[bytes], bytes]


def zlib_stream() -> Codec:
    """One zlib stream over all messages, each ending in a sync flush."""
    stream = zlib.compressobj()
    return lambda data: stream.compress(data) + stream.flush(SYNC_FLUSH)


def zstd_stream() -> Codec | None:
    """One zstd stream over all messages, or nothing where this Python has no zstd (before 3.14)."""
    try:
        zstd = import_module("compression.zstd")
    except ModuleNotFoundError:
        return None
    stream = zstd.ZstdCompressor()
    return lambda data: bytes(stream.compress(data, mode=stream.FLUSH_BLOCK))


def codec_for(asked: str | None) -> Codec | None:
    """The compression asked for in the url; without one, text frames."""
    return {"zlib-stream": zlib_stream, "zstd-stream": zstd_stream}.get(asked or "", lambda: None)()


class Connection:
    """One websocket: writes in order, and counts what the client sends."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, codec: Codec | None) -> None:
        self.socket = socket
        self.session: Session | None = None
        self.last_beat = time.monotonic()
        self._request = request
        self._codec = codec
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._received: deque[float] = deque()

    def send(self, op: int, data: Any = None) -> None:
        """Send what is no event."""
        self.send_raw(json.dumps({"op": op, "d": data, "s": None, "t": None}).encode())

    def send_raw(self, data: bytes) -> None:
        self._outbox.put_nowait(data)

    async def write(self) -> None:
        """Send what is in the outbox for as long as the socket is open."""
        while not self.socket.closed:
            data = await self._outbox.get()
            if self._codec:
                await self.socket.send_bytes(self._codec(data))
            else:
                await self.socket.send_str(data.decode())

    def count(self, window: Window) -> bool:
        """Note a message from the client; false when it sends too many."""
        now = time.monotonic()
        self._received.append(now)
        while self._received[0] < now - window.seconds:
            self._received.popleft()
        return len(self._received) <= window.calls

    def cut(self) -> None:
        """Break the connection without a close frame."""
        if self._request.transport:
            self._request.transport.abort()


@dataclass(eq=False, kw_only=True)
class Session:
    """What IDENTIFY asked for, and the last events, kept so that RESUME can replay them."""

    id: str
    shard: int
    shard_count: int
    intents: Intents
    kept: deque[tuple[int, bytes]] = field(repr=False)
    sequence: int = 0
    connection: Connection | None = None

    def wants(self, event: Event) -> bool:
        """Whether the event is for this shard and these intents."""
        shard = (event.guild_id >> 22) % self.shard_count if event.guild_id else 0
        return shard == self.shard and event.intent in self.intents

    def push(self, name: str, body: dict[str, Any]) -> None:
        """Number the event, keep it, and send it when a client is connected."""
        self.sequence += 1
        data = json.dumps({"op": Op.DISPATCH, "t": name, "s": self.sequence, "d": body}).encode()
        self.kept.append((self.sequence, data))
        if self.connection:
            self.connection.send_raw(data)

    def can_replay(self, after: int) -> bool:
        """Whether everything after that number is still kept."""
        oldest = self.kept[0][0] if self.kept else self.sequence + 1
        return oldest - 1 <= after <= self.sequence

    def replay(self, after: int) -> None:
        """Send again what came after that number."""
        assert self.connection is not None
        for number, data in self.kept:
            if number > after:
                self.connection.send_raw(data)
