"""The moderation endpoint that listens on loopback: checks the key, reads the question, answers in OpenAI's form."""

import asyncio
import secrets
from collections import deque
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.moderation.faults import Fault, refused
from sandbox.moderation.judgement import CATEGORIES, OF_PICTURES, judge_picture, judge_text
from sandbox.moderation.questions import Item, Question, Unacceptable, read_question, wrong

BODY_LIMIT = 32 * 1024 * 1024


class Moderation:
    """`async with Moderation() as moderation:` listens while the block runs; `asked` are the questions that it took.

    `is_down` answers 503 until it is taken back; `next_answers` spoils the answers to come, one each.
    """

    def __init__(self, *, port: int = 0) -> None:
        self.url = ""
        self.key = "sk-" + secrets.token_hex(24)
        self.asked: list[Question] = []
        self.is_down = False
        self._port = port
        self._faults: deque[Fault] = deque()

    def next_answers(self, *faults: Fault) -> None:
        self._faults.extend(faults)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_post("/v1/moderations", self._answer)
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
        if self.is_down:
            return written(refused(503, "The server is overloaded.", kind="server_error"))
        fault = self._faults.popleft() if self._faults else Fault()
        await asyncio.sleep(fault.delay)
        if fault.cut and request.transport:
            request.transport.abort()
        return self._judge(request, body) if fault.body is None else written(fault)

    def _judge(self, request: web.Request, body: bytes) -> web.Response:
        try:
            self._check(request)
            question = read_question(body)
            results = [describe(item) for item in question.items]
        except Unacceptable as error:
            return written(refused(error.status, str(error), param=error.param, code=error.code))
        self.asked.append(question)
        return web.json_response({"id": f"modr-{secrets.token_hex(16)}", "model": question.model, "results": results})

    def _check(self, request: web.Request) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            raise Unacceptable("You didn't provide an API key.", status=401)
        if not secrets.compare_digest(key.encode(), self.key.encode()):
            raise Unacceptable("Incorrect API key provided.", code="invalid_api_key", status=401)
        if request.content_type != "application/json":
            raise Unacceptable("The Content-Type must be application/json.", status=415)


def describe(item: Item) -> dict[str, object]:
    """One result, with every category. Raises Unacceptable for a picture that is none."""
    by_text = set().union(*map(judge_text, item.texts))
    try:
        by_picture = set().union(*map(judge_picture, item.pictures))
    except OSError as error:
        raise wrong("The image cannot be read.") from error
    found = by_text | by_picture
    applied = {name: applied_to(item, name) for name in CATEGORIES}
    return {
        "flagged": bool(found),
        "categories": {name: name in found for name in CATEGORIES},
        "category_scores": {name: 0.9 if name in found else 0.01 for name in CATEGORIES},
        "category_applied_input_types": applied,
    }


def applied_to(item: Item, category: str) -> list[str]:
    words = ["text"] if item.texts else []
    return [*words, "image"] if item.pictures and category in OF_PICTURES else words


def written(fault: Fault) -> web.Response:
    return web.Response(status=fault.status, body=fault.body, content_type=fault.content_type, headers=fault.headers)
