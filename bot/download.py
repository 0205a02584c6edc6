"""Fetching a finished clip: https only, no key, redirects checked, a cap on size, whole or not at all."""

import asyncio
import contextlib
import ipaddress
import os
import socket
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import aiohttp

from .errors import DailiesError

SIZE_CAP = 512 * 1024 * 1024
REDIRECTS = 4
TIMEOUT = aiohttp.ClientTimeout(total=600, sock_connect=15, sock_read=60)
CHUNK = 1024 * 1024


class LinkDead(DailiesError):
    """The link is gone or forbidden: ask the vendor for a fresh one."""


class LinkUnsafe(DailiesError):
    """The link leads where no clip of the vendor's can be."""


class ClipUnusable(DailiesError):
    """What came is no mp4, or larger than any clip."""


class DownloadTroubled(DailiesError):
    """A passing failure: try again."""


class FolderTroubled(DownloadTroubled):
    """The folder does not take the clip: the disk is full, or cannot be written."""


@dataclass(frozen=True, kw_only=True)
class LinkRule:
    """Plain http and private addresses are let through only for a vendor spoken to over plain http: a stand-in."""

    stand_in: bool

    @classmethod
    def beside(cls, vendor_url: str) -> "LinkRule":
        return cls(stand_in=urlsplit(vendor_url).scheme == "http")

    def admit(self, url: str) -> str:
        """The address to fetch a clip from; a public host's plain http becomes https. Raises LinkUnsafe."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise LinkUnsafe("not an address") from error
        if self.stand_in and parts.scheme in ("http", "https") and parts.hostname and port != 0:
            return url
        # storages that speak both give links like this
        if parts.scheme == "http" and port in (None, 80):
            parts = parts._replace(scheme="https", netloc=parts.netloc.removesuffix(":80"))
            url = parts.geturl()
        if parts.scheme != "https" or not parts.hostname or parts.username or _is_private(parts.hostname):
            raise LinkUnsafe("not a public https address")
        return url


async def fetch_clip(session: aiohttp.ClientSession, url: str, file: Path, rule: LinkRule) -> int:
    """Write the clip at `url` to `file`, durably and only when whole; its size in bytes.

    Raises LinkDead, LinkUnsafe, ClipUnusable, DownloadTroubled, FolderTroubled.
    """
    # two processes may share the folder
    partial = file.with_name(f"{file.stem}-{uuid.uuid4().hex[:8]}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        size = await _write(_chunks(session, url, rule), partial)
        os.replace(partial, file)
    except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
        raise DownloadTroubled(_words(error)) from error
    except OSError as error:
        raise FolderTroubled(error.strerror or str(error)) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    return size


async def fetch_picture(session: aiohttp.ClientSession, url: str, limit: int) -> bytes:
    """The bytes behind a link that Discord gave; one more than `limit` at most, so that the caller can refuse it.

    Raises LinkDead or DownloadTroubled.
    """
    try:
        async with session.get(url, timeout=TIMEOUT) as response:
            _check_status(response.status)
            data = bytearray()
            while len(data) <= limit and (chunk := await response.content.read(limit + 1 - len(data))):
                data += chunk
            return bytes(data)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise DownloadTroubled(_words(error)) from error


async def _write(chunks: AsyncIterator[bytes], file: Path) -> int:
    size = 0
    with file.open("wb") as out:
        async for chunk in chunks:
            # the brand box "ftyp" opens every mp4
            if not size and chunk[4:8] != b"ftyp":
                raise ClipUnusable("not an mp4")
            size += len(chunk)
            if size > SIZE_CAP:
                raise ClipUnusable("too large")
            await asyncio.to_thread(out.write, chunk)
        if not size:
            raise ClipUnusable("empty")
        out.flush()
        await asyncio.to_thread(os.fsync, out.fileno())
    return size


async def _chunks(session: aiohttp.ClientSession, url: str, rule: LinkRule) -> AsyncIterator[bytes]:
    for _ in range(REDIRECTS):
        url = rule.admit(url)
        async with session.get(url, timeout=TIMEOUT, allow_redirects=False) as response:
            if response.status in (301, 302, 303, 307, 308):
                url = _join(url, response.headers.get("Location", ""))
                continue
            _check_status(response.status)
            buffered = b""
            async for chunk in response.content.iter_chunked(CHUNK):
                buffered += chunk
                if len(buffered) >= 8:
                    yield buffered
                    buffered = b""
            if buffered:
                yield buffered
            return
    raise LinkUnsafe("too many redirects")


def _join(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise LinkUnsafe("redirected to what is no address") from error


def _words(error: Exception) -> str:
    """What is wrong, without the address, which has the name of somebody's file in it."""
    match error:
        case aiohttp.ClientResponseError():
            return f"HTTP {error.status} {error.message}"
        case aiohttp.InvalidURL():
            return type(error).__name__
    return str(error) or type(error).__name__


def _check_status(status: int) -> None:
    if status == 200:
        return
    # 407 is a proxy's on the way, and says nothing of the link
    if status in (407, 408, 429) or status >= 500:
        raise DownloadTroubled(f"HTTP {status}")
    raise LinkDead(f"HTTP {status}")


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        # also the short forms that resolvers take for addresses: 127.1, 2130706433, 0x7f000001
        numeric = host if ":" in host else socket.inet_aton(host)
        return not ipaddress.ip_address(numeric).is_global
    except (OSError, ValueError):
        return False
