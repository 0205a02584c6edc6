"""The endpoint that listens on loopback: checks the key, reads the request, answers in OpenAI's form."""

import asyncio
import secrets
from collections import deque
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.chat.faults import Fault, completion, refused
from sandbox.chat.requests import Request, Unacceptable, read_request
from sandbox.chat.writing import write

BODY_LIMIT = 32 * 1024 * 1024
MODELS = ("gpt-5-mini", "gpt-5")


class Chat:
    """`async with Chat() as chat:` listens while the block runs; `asked` are the requests that were taken, and cost.

    `is_down` answers 503 until it is taken back; `next_answers` spoils the answers to come, one each. `without` are
    fields that this server does not take, as many that speak OpenAI's form do not take all of it; `has_list` is whether
    it tells of its models.
    """

    def __init__(self, *, port: int = 0) -> None:
        self.url = ""
        self.key = "sk-" + secrets.token_hex(24)
        self.asked: list[Request] = []
        self.is_down = False
        self.without: frozenset[str] = frozenset()
        self.has_list = True
        self._port = port
        self._faults: deque[Fault] = deque()

    def next_answers(self, *faults: Fault) -> None:
        self._faults.extend(faults)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_post("/v1/chat/completions", self._answer)
        app.router.add_get("/v1/models", self._list)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if fault := await self._fault(request):
            return written(fault)
        try:
            self._check_key(request)
            asked = self._read(request, body)
        except Unacceptable as error:
            return written(refused(error.status, str(error), param=error.param, code=error.code))
        self.asked.append(asked)
        return written(completion(write(asked.text), model=asked.model))

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if fault := await self._fault(request):
            return written(fault)
        try:
            self._check_key(request)
        except Unacceptable as error:
            return written(refused(error.status, str(error), code=error.code))
        if not self.has_list:
            return written(refused(404, "Unknown request URL: GET /v1/models.", code="unknown_url"))
        models = [{"id": name, "object": "model", "created": 1754425777, "owned_by": "system"} for name in MODELS]
        return web.json_response({"object": "list", "data": models})

    async def _fault(self, request: web.Request) -> Fault | None:
        """What is answered in place of the ordinary; None when nothing is."""
        if self.is_down:
            return refused(503, "The server is overloaded.", kind="server_error")
        fault = self._faults.popleft() if self._faults else Fault()
        await asyncio.sleep(fault.delay)
        if fault.cut and request.transport:
            request.transport.abort()
        return None if fault.body is None else fault

    def _check_key(self, request: web.Request) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            raise Unacceptable("You didn't provide an API key.", status=401)
        if not secrets.compare_digest(key.encode(), self.key.encode()):
            raise Unacceptable("Incorrect API key provided.", code="invalid_api_key", status=401)

    def _read(self, request: web.Request, body: bytes) -> Request:
        if request.content_type != "application/json":
            raise Unacceptable("The Content-Type must be application/json.", status=415)
        asked = read_request(body)
        if asked.model not in MODELS:
            raise Unacceptable(f"The model `{asked.model}` does not exist.", code="model_not_found", status=404)
        if unknown := sorted(self.without & asked.fields):
            message = f"Unsupported parameter: '{unknown[0]}' is not supported with this model."
            raise Unacceptable(message, param=unknown[0], code="unsupported_parameter")
        return asked


def written(fault: Fault) -> web.Response:
    return web.Response(status=fault.status, body=fault.body, content_type=fault.content_type, headers=fault.headers)
