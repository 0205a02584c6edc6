"""An endpoint on loopback in OpenAI's form: it listens, checks the key, and spoils answers on demand."""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

BODY_LIMIT = 32 * 1024 * 1024


class Unacceptable(Exception):
    """`code` is the endpoint's, or None; `param` is the field that is wrong."""

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.param = param
        self.code = code
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One spoiled answer. `body` None leaves the ordinary one; `delay` is in seconds; `cut` closes the connection."""

    status: int = 200
    body: bytes | None = None
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False


def down(status: int = 503) -> Fault:
    return refused(status, "The server is overloaded or not ready yet.", kind="server_error")


def slow(seconds: float) -> Fault:
    return Fault(delay=seconds)


def busy(seconds: int | None) -> Fault:
    """A rate limit, and after how many seconds to come again, if it says so."""
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    fault = refused(429, "Rate limit reached.", kind="requests", code="rate_limit_exceeded")
    return Fault(status=fault.status, body=fault.body, headers=headers)


def nonsense(body: bytes = b'{"results": [') -> Fault:
    return Fault(body=body)


def page(status: int = 200) -> Fault:
    """A web page where JSON belongs, as a proxy on the way would put it."""
    return Fault(status=status, body=b"<html><body>Hello</body></html>", content_type="text/html")


def refused(
    status: int, message: str, *, kind: str = "invalid_request_error", param: str | None = None, code: str | None = None
) -> Fault:
    """An error in the documented shape."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return Fault(status=status, body=json.dumps({"error": error}).encode())


class Endpoint:
    """`async with` listens while the block runs; whoever extends it says in `routes` what it answers where.

    `is_down` answers 503 until it is taken back; `next_answers` spoils the answers to come, one each.
    """

    def __init__(self, *, port: int = 0) -> None:
        self.url = ""
        self.key = "sk-" + secrets.token_hex(24)
        self.is_down = False
        self._port = port
        self._faults: deque[Fault] = deque()

    @property
    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError

    def next_answers(self, *faults: Fault) -> None:
        self._faults.extend(faults)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_routes(self.routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def fault(self, request: web.Request) -> Fault | None:
        """What is answered in place of the ordinary; None when nothing is."""
        if self.is_down:
            return refused(503, "The server is overloaded.", kind="server_error")
        fault = self._faults.popleft() if self._faults else Fault()
        await asyncio.sleep(fault.delay)
        if fault.cut and request.transport:
            request.transport.abort()
        return None if fault.body is None else fault

    def check_key(self, request: web.Request) -> None:
        """Raises Unacceptable."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            raise Unacceptable("You didn't provide an API key.", status=401)
        if not secrets.compare_digest(key.encode(), self.key.encode()):
            raise Unacceptable("Incorrect API key provided.", code="invalid_api_key", status=401)


def check_json(request: web.Request) -> None:
    """Raises Unacceptable."""
    if request.content_type != "application/json":
        raise Unacceptable("The Content-Type must be application/json.", status=415)


def read_object(body: bytes) -> dict[str, Any]:
    """The fields of a request. Raises Unacceptable."""
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise Unacceptable("We could not parse the JSON body of your request.") from error
    if not isinstance(fields, dict):
        raise Unacceptable("The body must be an object.")
    return fields


def written(fault: Fault) -> web.Response:
    return web.Response(status=fault.status, body=fault.body, content_type=fault.content_type, headers=fault.headers)


def written_refusal(error: Unacceptable) -> web.Response:
    return written(refused(error.status, str(error), param=error.param, code=error.code))
