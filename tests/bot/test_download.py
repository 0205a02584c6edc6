"""Fetching clips and pictures over real connections: whole or not at all, and from nowhere it should not."""

import contextlib
import resource
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

import bot.download
from bot.download import (
    ClipUnusable,
    DownloadTroubled,
    FolderTroubled,
    LinkDead,
    LinkRule,
    LinkUnsafe,
    fetch_clip,
    fetch_picture,
)
from bot.errors import DailiesError

CLIP = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 4000
LET_THROUGH = LinkRule(stand_in=True)


class Shelf:
    """A host of clips. `/status/n` answers n, `/to?…` redirects, `/half` breaks off, `/drops` comes in small pieces."""

    def __init__(self) -> None:
        self.seen: list[web.BaseRequest] = []
        self.body = CLIP

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        match request.path.split("/")[1:]:
            case ["status", code]:
                return web.Response(status=int(code), body=self.body)
            case ["to"]:
                return web.Response(status=302, headers={"Location": request.query["url"]})
            case ["nowhere"]:
                return web.Response(status=302)
            case ["half" | "drops" as how]:
                return await self._stream(request, whole=how == "drops")
        return web.Response(body=self.body)

    async def _stream(self, request: web.Request, *, whole: bool) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = 20 if whole else len(self.body)
        await response.prepare(request)
        for at in range(20):
            await response.write(self.body[at : at + 1])
        if not whole and request.transport:
            request.transport.abort()
        return response


@dataclass(frozen=True, kw_only=True)
class Host:
    shelf: Shelf
    url: str


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    shelf = Shelf()
    app = web.Application()
    app.router.add_get("/{path:.*}", shelf.answer)
    async with TestServer(app) as server:
        yield Host(shelf=shelf, url=str(server.make_url("")).rstrip("/"))


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clips" / "job-0.mp4"


def contents(file: Path) -> bytes:
    return file.read_bytes()


def is_there(file: Path) -> bool:
    return file.exists()


def beside(file: Path) -> list[Path]:
    return list(file.parent.iterdir())


# --- clips


async def test_a_clip_arrives_whole(host: Host, session: aiohttp.ClientSession, file: Path) -> None:
    assert await fetch_clip(session, host.url + "/clip.mp4", file, LET_THROUGH) == len(CLIP)
    assert contents(file) == CLIP
    assert beside(file) == [file]


async def test_a_clip_in_drops_arrives_whole(host: Host, session: aiohttp.ClientSession, file: Path) -> None:
    assert await fetch_clip(session, host.url + "/drops", file, LET_THROUGH) == 20
    assert contents(file) == CLIP[:20]


async def test_a_second_fetch_replaces_the_first(host: Host, session: aiohttp.ClientSession, file: Path) -> None:
    await fetch_clip(session, host.url, file, LET_THROUGH)
    host.shelf.body = CLIP + b"more"
    await fetch_clip(session, host.url, file, LET_THROUGH)
    assert contents(file) == CLIP + b"more"


async def test_nobody_is_shown_the_key(host: Host, session: aiohttp.ClientSession, file: Path) -> None:
    await fetch_clip(session, f"{host.url}/to?url=/clip", file, LET_THROUGH)
    assert len(host.shelf.seen) == 2
    assert not any({"Authorization", "Cookie"} & set(request.headers) for request in host.shelf.seen)


STATUSES = {LinkDead: (204, 400, 401, 403, 404, 410, 416), DownloadTroubled: (407, 408, 429, 500, 502, 503, 504)}


@pytest.mark.parametrize(("kind", "status"), [(kind, status) for kind, each in STATUSES.items() for status in each])
async def test_each_status(
    host: Host, session: aiohttp.ClientSession, file: Path, kind: type[Exception], status: int
) -> None:
    with pytest.raises(kind):
        await fetch_clip(session, f"{host.url}/status/{status}", file, LET_THROUGH)
    assert not is_there(file)


@pytest.mark.parametrize("body", [b"", b"<html>not a clip</html>", b"\xff\xd8\xff a picture", b"\0\0\0"])
async def test_what_is_no_clip(host: Host, session: aiohttp.ClientSession, file: Path, body: bytes) -> None:
    host.shelf.body = body
    with pytest.raises(ClipUnusable):
        await fetch_clip(session, host.url, file, LET_THROUGH)
    assert not is_there(file)


async def test_a_clip_may_be_as_heavy_as_the_cap(
    host: Host, session: aiohttp.ClientSession, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.download, "SIZE_CAP", len(CLIP))
    await fetch_clip(session, host.url, file, LET_THROUGH)
    host.shelf.body = CLIP + b"1"
    with pytest.raises(ClipUnusable, match="too large"):
        await fetch_clip(session, host.url, file.with_name("heavier.mp4"), LET_THROUGH)
    assert not is_there(file.with_name("heavier.mp4"))


async def test_a_clip_that_breaks_off(host: Host, session: aiohttp.ClientSession, file: Path) -> None:
    with pytest.raises(DownloadTroubled):
        await fetch_clip(session, host.url + "/half", file, LET_THROUGH)
    assert not is_there(file)


async def test_nobody_listens(host: Host, session: aiohttp.ClientSession, file: Path) -> None:
    with pytest.raises(DownloadTroubled):
        await fetch_clip(session, "http://127.0.0.1:1/clip", file, LET_THROUGH)
    assert not is_there(file)


@pytest.mark.parametrize("path", ["/half", "/status/404", "/nowhere", "/to?url=ftp://x"])
async def test_a_failure_takes_no_room(host: Host, session: aiohttp.ClientSession, file: Path, path: str) -> None:
    with pytest.raises(DailiesError):
        await fetch_clip(session, host.url + path, file, LET_THROUGH)
    assert beside(file) == []


# --- redirects


@pytest.mark.parametrize("to", ["/clip", "clip?x=1", "{host}/clip", "/to?url=/clip"])
async def test_a_redirect_on_the_same_host(host: Host, session: aiohttp.ClientSession, file: Path, to: str) -> None:
    url = f"{host.url}/to?url={to.format(host=host.url)}"
    assert await fetch_clip(session, url, file, LET_THROUGH) == len(CLIP)


@pytest.mark.parametrize("path", ["/to?url=/nowhere", "/nowhere"])
async def test_redirects_that_never_end(host: Host, session: aiohttp.ClientSession, file: Path, path: str) -> None:
    with pytest.raises(LinkUnsafe):
        await fetch_clip(session, host.url + path, file, LET_THROUGH)
    assert len(host.shelf.seen) <= 5
    assert not is_there(file)


@dataclass(frozen=True, kw_only=True)
class PublicHost(LinkRule):
    """The rule of a public vendor, for whom `url` stands in for a public host of clips."""

    url: str

    def admit(self, url: str) -> str:
        return url if url.startswith(self.url + "/public") else super().admit(url)


@pytest.mark.parametrize(
    "to",
    [
        "/private",
        "http://169.254.169.254/latest/meta-data",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "http://localhost/x",
        "http://example.com:8080/x",
        "file:///etc/passwd",
        "ftp://example.com/x",
        "https://[",
    ],
)
async def test_a_redirect_to_where_no_clip_can_be(
    host: Host, session: aiohttp.ClientSession, file: Path, to: str
) -> None:
    app = web.Application()

    async def redirect(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": to})

    app.router.add_get("/public", redirect)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        with pytest.raises(LinkUnsafe):
            await fetch_clip(session, url + "/public", file, PublicHost(stand_in=False, url=url))
    assert not is_there(file)


# --- a public storage that gives links over plain http

STORAGE = "clips.oss-cn-beijing.aliyuncs.com"


class Nearby(AbstractResolver):
    """Whatever is asked for is the server at this port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = socket.AF_INET
        return [ResolveResult(hostname=host, host="127.0.0.1", port=self.port, family=found, proto=0, flags=0)]

    async def close(self) -> None:
        pass


@dataclass(frozen=True, kw_only=True)
class Storage:
    shelf: Shelf
    session: aiohttp.ClientSession


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Of a public host, and its key; only who is told to trusts it."""
    if not (openssl := shutil.which("openssl")):
        pytest.skip("there is no openssl to make a certificate")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    how = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={STORAGE}"]
    what = ["-addext", f"subjectAltName=DNS:{STORAGE}", "-out", str(certificate), "-keyout", str(key)]
    subprocess.run([openssl, *how, *what], check=True, capture_output=True)
    return certificate, key


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    """It speaks https only, by the name of a public host."""
    certificate, key = make_certificate(tmp_path)
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate, key)
    shelf, app = Shelf(), web.Application()
    app.router.add_get("/{path:.*}", shelf.answer)
    server = TestServer(app, scheme="https")
    await server.start_server(ssl=serving)
    trusting = ssl.create_default_context(cafile=str(certificate))
    connector = aiohttp.TCPConnector(resolver=Nearby(server.port or 0), ssl=trusting)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield Storage(shelf=shelf, session=session)
    await server.close()


PUBLIC = LinkRule(stand_in=False)


async def test_a_plain_link_of_a_public_storage_is_fetched_over_https(storage: Storage, file: Path) -> None:
    link = f"http://{STORAGE}/1d/clip.mp4?Expires=1&Signature=a%2Bb%3D"
    assert await fetch_clip(storage.session, link, file, PUBLIC) == len(CLIP)
    assert contents(file) == CLIP
    assert [str(request.url) for request in storage.shelf.seen] == [link.replace("http:", "https:")]


async def test_so_is_a_redirect_to_one(storage: Storage, file: Path) -> None:
    link = f"https://{STORAGE}/to?url=http://{STORAGE}/clip"
    assert await fetch_clip(storage.session, link, file, PUBLIC) == len(CLIP)
    assert [request.scheme for request in storage.shelf.seen] == ["https", "https"]


async def test_a_redirect_back_to_plain_http_is_not_followed_for_ever(storage: Storage, file: Path) -> None:
    here = f"http://{STORAGE}/to?url="
    with pytest.raises(LinkUnsafe, match="too many"):
        await fetch_clip(storage.session, here + quote(here + quote(here + quote(here))), file, PUBLIC)
    assert len(storage.shelf.seen) <= 5


# --- pictures


async def test_a_picture_arrives(host: Host, session: aiohttp.ClientSession) -> None:
    assert await fetch_picture(session, host.url, len(CLIP)) == CLIP


async def test_of_a_picture_too_heavy_one_byte_more_is_read(host: Host, session: aiohttp.ClientSession) -> None:
    assert await fetch_picture(session, host.url, 100) == CLIP[:101]


@pytest.mark.parametrize(
    ("kind", "path"), [(LinkDead, "/status/404"), (DownloadTroubled, "/status/503"), (DownloadTroubled, "/half")]
)
async def test_a_picture_that_does_not(
    host: Host, session: aiohttp.ClientSession, kind: type[Exception], path: str
) -> None:
    with pytest.raises(kind):
        await fetch_picture(session, host.url + path, len(CLIP))


@pytest.mark.parametrize("why", ["a file where the folder should be", "no room"])
async def test_a_folder_that_takes_nothing_is_told_apart_from_a_link_that_fails(
    session: aiohttp.ClientSession, host: Host, tmp_path: Path, why: str
) -> None:
    folder = tmp_path / "clips"
    if why != "no room":
        folder.write_text(why)
    with full_disk() if why == "no room" else contextlib.nullcontext(), pytest.raises(FolderTroubled):
        await fetch_clip(session, f"{host.url}/clip", folder / "clip.mp4", LET_THROUGH)
    assert not folder.is_dir() or not list(folder.iterdir())


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow beyond a few bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
