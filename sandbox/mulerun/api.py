"""The MuleRun that listens on loopback: checks key and order, answers in the vendor's envelope, hands out clips."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Self
from uuid import UUID

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from sandbox.mulerun.clock import Clock
from sandbox.mulerun.fates import Problem, read_fate
from sandbox.mulerun.faults import CUT, DETAILS, Fault, Faults, spoil
from sandbox.mulerun.ledger import Ledger, Task
from sandbox.mulerun.models import MODELS, Model, Picture, Pictures
from sandbox.mulerun.orders import Order, Unacceptable, check_picture, decode_reference, read_order
from sandbox.mulerun.studio import Studio, Timing
from sandbox.mulerun.webhooks import Webhooks

BODY_LIMIT = 64 * 1024 * 1024

NEWER_WORDS = {"pending": "queued", "processing": "running", "completed": "succeeded"}
"""The vendor's newer documentation spells its states this way; pass it as `spelling`."""

ENDS = ("completed", "failed")

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class MuleRun:
    """`async with MuleRun() as mulerun:` listens while the block runs; leaving it raises what broke inside.

    `speed` is vendor seconds per real second. `pending` and `processing` fix these durations, in vendor seconds, else
    they are drawn by `draw_times`, which gives both, or from the model's usual ones. `link_life` is the life of a
    result link in vendor seconds. `clip` is handed out in place of a rendered one. `spelling` maps the status words to
    others.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        pending: float | None = None,
        processing: float | None = None,
        link_life: float = 3600.0,
        clip: bytes | None = None,
        spelling: Mapping[str, str] | None = None,
        draw_times: Callable[[], tuple[float, float]] | None = None,
        models: Sequence[Model] = MODELS,
        port: int = 0,
    ) -> None:
        self.base_url = ""
        self.api_key = "muk-" + secrets.token_hex(32)
        self.clock = Clock(speed)
        self.ledger = Ledger()
        self.faults = Faults()
        timing = Timing(pending=pending, processing=processing, link_life=link_life, draw=draw_times)
        self.webhooks = Webhooks(self._describe)
        self._studio = Studio(self.ledger, self.clock, timing, clip)
        self._spelling, self._models, self._port = spelling or {}, models, port
        self._refused: dict[str, int] = {}

    @property
    def speed(self) -> float:
        return self.clock.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self.clock.speed = speed

    def delist(self, model_id: str) -> None:
        """Take a model off the list: its paths are not found any more, but for tasks that are there."""
        self._refuse(model_id, 404)

    def forbid(self, model_id: str) -> None:
        """Take away this key's permission for a model."""
        self._refuse(model_id, 403)

    def allow(self, model_id: str) -> None:
        """Undo `delist` or `forbid`."""
        self._refused.pop(model_id, None)

    def _refuse(self, model_id: str, status: int) -> None:
        if all(model.id != model_id for model in self._models):
            raise KeyError(model_id)
        self._refused[model_id] = status

    async def __aenter__(self) -> Self:
        self._session = ClientSession(timeout=ClientTimeout(total=10))
        self.ledger.on_state = partial(self.webhooks.tell, self._session)
        self._runner = web.AppRunner(self._make_app(), access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        await self.webhooks.close()
        await self._session.close()
        await self._studio.close()

    def _make_app(self) -> web.Application:
        app = web.Application(client_max_size=BODY_LIMIT, middlewares=[self._witness])
        for model in self._models:
            app.router.add_post(model.path, partial(self._answer_post, model))
            app.router.add_get(model.path + "/{id}", partial(self._answer_look, model), allow_head=False)
        app.router.add_get("/results/{name}", self._answer_download, allow_head=False)
        return app

    @web.middleware
    async def _witness(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as error:
            response = refuse(error.status, error.reason)
        self.ledger.visit(request.method, request.path, None if CUT in request else response.status)
        if not response.prepared:
            response.headers["traceparent"] = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
        return response

    async def _answer_post(self, model: Model, request: web.Request) -> web.StreamResponse:
        text = await request.text()
        fault = self.faults.for_post()
        if fault and not fault.accepted:
            return await spoil(request, fault, web.Response())
        return await maybe_spoil(request, fault, await self._create(model, request, text))

    async def _create(self, model: Model, request: web.Request, text: str) -> web.Response:
        if problem := self._check_key(request):
            return refuse(401, problem)
        if model.id in self._refused:
            return refuse_model(self._refused[model.id])
        if request.content_type != "application/json":
            return refuse(400, "Content-Type must be application/json")
        try:
            order = read_order(text, model)
            pictures = await self._read_pictures(order)
            size = order.size(shape_of(order, pictures))
        except Unacceptable as error:
            return reject(Problem(code=2001, title="Invalid Request", detail=str(error)))
        if refusal := read_fate(order.prompt).refusal:
            return reject(refusal)
        return web.json_response(self._describe(self._studio.accept(order, pictures, size)), status=202)

    async def _answer_look(self, model: Model, request: web.Request) -> web.StreamResponse:
        return await maybe_spoil(request, self.faults.for_look(), self._look(model, request))

    def _look(self, model: Model, request: web.Request) -> web.Response:
        if problem := self._check_key(request):
            return refuse(401, problem)
        task = self.ledger.tasks.get(request.match_info["id"])
        if task is None and model.id in self._refused:
            return refuse_model(self._refused[model.id])
        if task is None or task.model != model.path:
            return refuse(404, "Task not found")
        return web.json_response(self._describe(task))

    async def _answer_download(self, request: web.Request) -> web.StreamResponse:
        return await maybe_spoil(request, self.faults.for_download(), self._download(request))

    def _download(self, request: web.Request) -> web.Response:
        if "Authorization" in request.headers:
            # signed links refuse a second credential, and the key must not travel to another host
            return refuse(400, "Only one auth mechanism allowed")
        result = self._studio.results.get(request.match_info["name"])
        if result is None or self.clock.now() < result.lives_from:
            return refuse(404, "Not Found")
        if self.clock.now() >= result.dies_at:
            return refuse(410, "Link expired")
        return web.Response(body=result.clip, content_type="video/mp4")

    def _check_key(self, request: web.Request) -> str | None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            return "Invalid Authorization header format"
        if not key.startswith("muk-"):
            return "Invalid API Key format"
        return None if secrets.compare_digest(key.encode(), self.api_key.encode()) else "Invalid API Key"

    async def _read_pictures(self, order: Order) -> dict[str, tuple[bytes, ...]]:
        """The pictures that were given, by field; every one is checked."""
        pictures: dict[str, tuple[bytes, ...]] = {}
        for name, references in order.references.items():
            field = order.model.fields[name]
            rules = field.each if isinstance(field, Pictures) else field
            assert isinstance(rules, Picture)
            pictures[name] = tuple([await self._read_picture(each, rules, order) for each in references])
        return pictures

    async def _read_picture(self, reference: str, rules: Picture, order: Order) -> bytes:
        is_data = reference.startswith("data:")
        data = decode_reference(reference, rules.kinds) if is_data else await self._fetch(reference)
        check_picture(data, rules, order)
        return data

    async def _fetch(self, url: str) -> bytes:
        try:
            async with self._session.get(url, raise_for_status=True) as response:
                return await response.read()
        except (ClientError, TimeoutError, ValueError) as error:
            raise Unacceptable("input picture cannot be fetched") from error

    def _describe(self, task: Task) -> dict[str, object]:
        info: dict[str, object] = {
            "id": task.id,
            "status": self._word(task),
            "created_at": write_time(task.accepted_at, task.id),
            "updated_at": write_time(task.updated_at, task.id),
        }
        if task.error:
            info["error"] = task.error
        links = [f"{self.base_url}/results/{name}" for name in task.videos]
        answer = read_fate(task.prompt).shape(links) if task.status == "completed" else {}
        return {**answer, "task_info": info | answer.get("task_info", {})}

    def _word(self, task: Task) -> str:
        last_word = read_fate(task.prompt).last_word
        return last_word if last_word and task.status in ENDS else self._spelling.get(task.status, task.status)


def shape_of(order: Order, pictures: Mapping[str, tuple[bytes, ...]]) -> bytes | None:
    """The picture whose shape a clip may have: the one that it starts from, else the one that it ends on."""
    frames = [name for name, field in order.model.fields.items() if isinstance(field, Picture) and name in pictures]
    start = order.model.picture
    name = start if start in frames else next(iter(frames), None)
    return pictures[name][0] if name else None


async def maybe_spoil(request: web.Request, fault: Fault | None, answer: web.Response) -> web.StreamResponse:
    return await spoil(request, fault, answer) if fault else answer


def refuse(status: int, detail: str) -> web.Response:
    """An error in the flat shape."""
    return web.json_response({"detail": detail}, status=status)


def refuse_model(status: int) -> web.Response:
    return refuse(status, DETAILS[status])


def reject(problem: Problem) -> web.Response:
    """A refused POST: HTTP 400 with the envelope of a failed task."""
    return web.json_response({"task_info": {"status": "failed", "error": problem.describe()}}, status=400)


def write_time(moment: datetime, task_id: str) -> str:
    """Both forms that the vendor was seen to use, one or the other for a whole task."""
    if UUID(task_id).int % 2:
        return moment.isoformat(timespec="microseconds")
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
