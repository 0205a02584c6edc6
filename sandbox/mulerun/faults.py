"""Faults on demand: what goes wrong with the next requests, and how it looks on the wire."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from aiohttp import web


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One spoiled answer. `body` None leaves the ordinary one, `status` None the ordinary status.

    `accepted` says whether a POST is carried out, hence charged, before its answer is spoiled;
    looks and downloads change nothing either way. `delay` is in real seconds.
    """

    status: int | None = None
    body: bytes | None = None
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    reset: bool = False
    word: str | None = None
    accepted: bool = True


def status(code: int, *, retry_after: int | None = None, accepted: bool = False) -> Fault:
    """An error answer in the flat shape; `retry_after` is in real seconds."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    body = json.dumps({"detail": DETAILS.get(code, "Something went wrong")}).encode()
    return Fault(status=code, body=body, headers=headers, accepted=accepted)


def reset(*, accepted: bool) -> Fault:
    """The connection closes without an answer; a download is cut in the middle."""
    return Fault(reset=True, accepted=accepted)


def slow(seconds: float) -> Fault:
    """The work is done at once, the answer comes `seconds` later."""
    return Fault(delay=seconds)


def malformed(*, accepted: bool = True) -> Fault:
    return Fault(body=b'{"task_info": {"id": "', accepted=accepted)


def empty(*, accepted: bool = True) -> Fault:
    return Fault(body=b"", accepted=accepted)


def html(code: int | None = None, *, accepted: bool = True) -> Fault:
    """A web page where JSON or a clip belongs, as a proxy on the way would put it."""
    return Fault(status=code, body=b"<html><body>Hello</body></html>", content_type="text/html", accepted=accepted)


def rejected(detail: str = "cannot mix the reference mode") -> Fault:
    """A POST refused with 400 that nevertheless carries a task id (seen at the real vendor)."""
    problem = {"code": 2001, "title": "Invalid Request", "detail": detail}
    info = {"id": str(uuid4()), "status": "failed", "error": problem}
    return Fault(status=400, body=json.dumps({"task_info": info}).encode(), accepted=False)


def word(text: str) -> Fault:
    """The ordinary answer, with another status word in it."""
    return Fault(word=text)


DETAILS = {
    401: "Invalid API Key",
    402: "Payment required: insufficient credits",
    403: "Insufficient permissions for this model",
    404: "Not Found",
    429: "Rate limit exceeded",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}

CUT = web.RequestKey("cut", bool)
"""Marks a request whose connection was closed in place of an answer."""

OUTAGE = status(503)
DEAD = status(404)


class Faults:
    """The faults to come, in order, one for each request; the others hold until taken back.

    `firewall` is the HTTP status with which somebody on the way answers every POST and look, with a page of its own.
    """

    def __init__(self) -> None:
        self.outage = False
        self.firewall: int | None = None
        self.links_dead = False
        self._posts: deque[Fault] = deque()
        self._looks: deque[Fault] = deque()
        self._downloads: deque[Fault] = deque()

    def next_posts(self, *faults: Fault) -> None:
        self._posts.extend(faults)

    def next_looks(self, *faults: Fault) -> None:
        self._looks.extend(faults)

    def next_downloads(self, *faults: Fault) -> None:
        self._downloads.extend(faults)

    def for_post(self) -> Fault | None:
        return self._for_all() or take(self._posts)

    def for_look(self) -> Fault | None:
        return self._for_all() or take(self._looks)

    def for_download(self) -> Fault | None:
        return DEAD if self.links_dead else take(self._downloads)

    def _for_all(self) -> Fault | None:
        if self.firewall is not None:
            return html(self.firewall, accepted=False)
        return OUTAGE if self.outage else None


def take(faults: deque[Fault]) -> Fault | None:
    return faults.popleft() if faults else None


async def spoil(request: web.Request, fault: Fault, answer: web.Response) -> web.StreamResponse:
    """The answer as the fault leaves it."""
    await asyncio.sleep(fault.delay)
    if fault.reset:
        return await cut(request, answer)
    if fault.word is not None:
        return reword(answer, fault.word)
    if fault.body is None:
        return answer
    return web.Response(
        status=fault.status or answer.status, body=fault.body, content_type=fault.content_type, headers=fault.headers
    )


def reword(answer: web.Response, text: str) -> web.Response:
    body = json.loads(answer.text or "{}")
    if "task_info" in body:
        body["task_info"]["status"] = text
    return web.json_response(body, status=answer.status)


async def cut(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Close the connection: before the first byte of JSON, or half-way through a clip."""
    request[CUT] = True
    half: web.StreamResponse = web.StreamResponse()
    if answer.content_type == "video/mp4" and isinstance(answer.body, bytes):
        half.content_length = len(answer.body)
        await half.prepare(request)
        await half.write(answer.body[: len(answer.body) // 2])
        await asyncio.sleep(0)
    if request.transport is not None:
        request.transport.abort()
    return half
