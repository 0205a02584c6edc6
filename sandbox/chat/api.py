"""The endpoint that listens on loopback: reads the request, answers in OpenAI's form."""

from aiohttp import web

from sandbox.chat.faults import completion
from sandbox.chat.requests import Request, read_request
from sandbox.chat.writing import write
from sandbox.endpoint import Endpoint, Unacceptable, check_json, refused, written, written_refusal

MODELS = ("gpt-5-mini", "gpt-5")


class Chat(Endpoint):
    """`asked` are the requests that were taken, and cost. `without` are fields that this server does not take, as many
    that speak OpenAI's form do not take all of it; `has_list` is whether it tells of its models.
    """

    def __init__(self, *, port: int = 0) -> None:
        super().__init__(port=port)
        self.asked: list[Request] = []
        self.without: frozenset[str] = frozenset()
        self.has_list = True

    @property
    def routes(self) -> list[web.RouteDef]:
        return [web.post("/v1/chat/completions", self._answer), web.get("/v1/models", self._list)]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if fault := await self.fault(request):
            return written(fault)
        try:
            self.check_key(request)
            check_json(request)
            asked = self._read(body)
        except Unacceptable as error:
            return written_refusal(error)
        self.asked.append(asked)
        return written(completion(write(asked.text), model=asked.model))

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if fault := await self.fault(request):
            return written(fault)
        try:
            self.check_key(request)
        except Unacceptable as error:
            return written_refusal(error)
        if not self.has_list:
            return written(refused(404, "Unknown request URL: GET /v1/models.", code="unknown_url"))
        models = [{"id": name, "object": "model", "created": 1754425777, "owned_by": "system"} for name in MODELS]
        return web.json_response({"object": "list", "data": models})

    def _read(self, body: bytes) -> Request:
        asked = read_request(body)
        if asked.model not in MODELS:
            raise Unacceptable(f"The model `{asked.model}` does not exist.", code="model_not_found", status=404)
        if unknown := sorted(self.without & asked.fields):
            message = f"Unsupported parameter: '{unknown[0]}' is not supported with this model."
            raise Unacceptable(message, param=unknown[0], code="unsupported_parameter")
        return asked
