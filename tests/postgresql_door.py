"""A port where a client of PostgreSQL says its first words: judged as a pooler does, then led on to a real server."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

SSL_WANTED, GSS_WANTED = 80877103, 80877104
# Any other that it is not told to pass over is refused. Source: PgBouncer's manual, ignore_startup_parameters.
TAKEN = {
    "application_name",
    "client_encoding",
    "database",
    "datestyle",
    "standard_conforming_strings",
    "timezone",
    "user",
}
ASK_FOR_PASSWORD = b"R" + struct.pack("!II", 8, 3)


@dataclass(kw_only=True)
class Door:
    """`leads_to` is the server behind it; where there is none it asks for the password, keeps it, and refuses."""

    leads_to: tuple[str, int] | None = None
    port: int = 0
    parameters: dict[str, str] = field(default_factory=dict)
    passwords: list[str] = field(default_factory=list)

    async def enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError, EOFError):
            hello = await _hello(reader, writer)
            words = hello[8:].rstrip(b"\0").decode().split("\0")
            self.parameters = dict(zip(words[::2], words[1::2], strict=True))
            if refused := sorted(self.parameters.keys() - TAKEN):
                writer.write(_refusal("08P01", f"unsupported startup parameter: {refused[0]}"))
            elif self.leads_to:
                await _relay(hello, reader, writer, *self.leads_to)
            else:
                writer.write(ASK_FOR_PASSWORD)
                self.passwords.append((await _said(reader)).rstrip(b"\0").decode())
                writer.write(_refusal("28P01", f'password authentication failed for user "{self.parameters["user"]}"'))
            await writer.drain()


@contextlib.asynccontextmanager
async def open_door(leads_to: tuple[str, int] | None = None) -> AsyncIterator[Door]:
    door = Door(leads_to=leads_to)
    inside: set[asyncio.Task[None]] = set()

    def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(door.enter(reader, writer))
        inside.add(task)
        task.add_done_callback(inside.discard)

    server = await asyncio.start_server(enter, "127.0.0.1", 0)
    async with server:
        door.port = server.sockets[0].getsockname()[1]
        yield door
        server.close()
        await asyncio.gather(*inside)


async def _hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """The message with the parameters, whole; encryption, which is asked for before, is not to be had."""
    while True:
        length = await reader.readexactly(4)
        body = await reader.readexactly(struct.unpack("!I", length)[0] - 4)
        if struct.unpack("!I", body[:4])[0] not in (SSL_WANTED, GSS_WANTED):
            return length + body
        writer.write(b"N")


async def _said(reader: asyncio.StreamReader) -> bytes:
    await reader.readexactly(1)
    length = struct.unpack("!I", await reader.readexactly(4))[0]
    return await reader.readexactly(length - 4)


def _refusal(code: str, message: str) -> bytes:
    fields = b"".join(f"{name}{text}\0".encode() for name, text in (("S", "FATAL"), ("C", code), ("M", message)))
    return b"E" + struct.pack("!I", len(fields) + 5) + fields + b"\0"


async def _relay(
    hello: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int
) -> None:
    there, here = await asyncio.open_connection(host, port)
    here.write(hello)
    await asyncio.gather(_pass_on(reader, here), _pass_on(there, writer))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until one of the two has left."""
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
