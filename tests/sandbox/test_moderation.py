"""The stand-in moderation endpoint is as strict as the reference of the one that it stands for."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.moderation import CATEGORIES, Moderation
from tests.pictures import jpeg

PICTURE = "data:image/jpeg;base64," + base64.b64encode(jpeg((64, 64))).decode("ascii")
IMAGE = {"type": "image_url", "image_url": {"url": PICTURE}}
TEXT = {"type": "text", "text": "a boat"}


@pytest.fixture
async def moderation() -> AsyncIterator[Moderation]:
    async with Moderation() as moderation:
        yield moderation


async def ask(moderation: Moderation, body: object, **headers: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {moderation.key}", "Content-Type": "application/json", **headers}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{moderation.url}/moderations", data=data, headers=headers) as response,
    ):
        return response.status, await response.json()


@pytest.mark.parametrize(
    ("given", "results"),
    [("a boat", 1), (["a boat", "a street"], 2), ([TEXT], 1), ([TEXT, IMAGE], 1), ([IMAGE], 1)],
)
async def test_it_answers_as_documented(moderation: Moderation, given: object, results: int) -> None:
    status, body = await ask(moderation, {"input": given})
    assert (status, body["model"], len(body["results"])) == (200, "omni-moderation-latest", results)
    for result in body["results"]:
        assert result["flagged"] is False
        assert tuple(result["categories"]) == tuple(result["category_scores"]) == CATEGORIES


WRONG = [
    b"{",
    [],
    {},
    {"input": ""},
    {"input": []},
    {"input": [""]},
    {"input": ["a", TEXT]},
    {"input": [TEXT, "a"]},
    {"input": 1},
    {"input": "a", "user": "x"},
    {"input": [{"type": "text", "text": ""}]},
    {"input": [{**TEXT, "more": 1}]},
    {"input": [{"type": "image", "image": PICTURE}]},
    {"input": [{"type": "image_url", "image_url": PICTURE}]},
    {"input": [{"type": "image_url", "image_url": {"url": PICTURE, "detail": "low"}}]},
    {"input": [IMAGE, IMAGE]},
    {"input": [{"type": "image_url", "image_url": {"url": "data:image/tiff;base64,AAAA"}}]},
    {"input": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,A"}}]},
    {"input": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]},
    {"input": [IMAGE], "model": "text-moderation-latest"},
]


@pytest.mark.parametrize("body", WRONG, ids=lambda body: str(body)[:60])
async def test_what_is_wrong_is_refused_in_the_documented_shape(moderation: Moderation, body: object) -> None:
    status, answer = await ask(moderation, body)
    assert status == 400
    assert answer["error"].keys() == {"message", "type", "param", "code"}
    assert moderation.asked == []


async def test_a_model_that_is_not_there_is_not_found(moderation: Moderation) -> None:
    status, answer = await ask(moderation, {"input": "a", "model": "gpt-5"})
    assert (status, answer["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer sk-wrong", "Basic x"])
async def test_the_key_has_to_be_right(moderation: Moderation, authorization: str) -> None:
    assert (await ask(moderation, {"input": "a"}, Authorization=authorization))[0] == 401
