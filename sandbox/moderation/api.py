"""The moderation endpoint that listens on loopback: checks the key, reads the question, answers in OpenAI's form."""

import secrets

from aiohttp import web

from sandbox.endpoint import Endpoint, Unacceptable, check_json, written, written_refusal
from sandbox.moderation.judgement import CATEGORIES, OF_PICTURES, judge_picture, judge_text
from sandbox.moderation.questions import Item, Question, read_question, wrong


class Moderation(Endpoint):
    """`asked` are the questions that it took."""

    def __init__(self, *, port: int = 0) -> None:
        super().__init__(port=port)
        self.asked: list[Question] = []

    @property
    def routes(self) -> list[web.RouteDef]:
        return [web.post("/v1/moderations", self._answer)]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if fault := await self.fault(request):
            return written(fault)
        try:
            self.check_key(request)
            check_json(request)
            question = read_question(body)
            results = [describe(item) for item in question.items]
        except Unacceptable as error:
            return written_refusal(error)
        self.asked.append(question)
        return web.json_response({"id": f"modr-{secrets.token_hex(16)}", "model": question.model, "results": results})


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
