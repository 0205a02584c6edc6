"""The stand-in language model is as strict as the reference of the endpoint that it stands for."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.chat import MODELS, Chat, declined, slow, unpaid

USER = {"role": "user", "content": "a boat"}
GOOD: dict[str, object] = {"model": MODELS[0], "messages": [{"role": "system", "content": "Write JSON."}, USER]}
STRICT = {
    "type": "object",
    "properties": {"ideas": {"type": "array", "items": {"type": "string"}}},
    "required": ["ideas"],
    "additionalProperties": False,
}


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with Chat() as chat:
        yield chat


async def ask(chat: Chat, body: object, **headers: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {chat.key}", "Content-Type": "application/json", **headers}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{chat.url}/chat/completions", data=data, headers=headers) as response,
    ):
        return response.status, await response.json()


def by_schema(schema: object, **more: object) -> dict[str, object]:
    return GOOD | {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": schema, **more}}}


RIGHT = [
    GOOD,
    GOOD | {"max_completion_tokens": 100},
    GOOD | {"max_tokens": 100, "temperature": 1.5, "top_p": 1, "n": 1, "seed": -1, "stream": False},
    GOOD | {"response_format": {"type": "json_object"}, "reasoning_effort": "minimal"},
    GOOD | {"messages": [{"role": "user", "content": [{"type": "text", "text": "a boat"}], "name": "Ana"}]},
    by_schema(STRICT, strict=True, description="ideas"),
    by_schema({"type": "object"}),
]


@pytest.mark.parametrize("body", RIGHT, ids=lambda body: str(body)[90:150])
async def test_it_answers_as_documented(chat: Chat, body: dict[str, object]) -> None:
    status, answer = await ask(chat, body)
    assert (status, answer["object"], answer["model"]) == (200, "chat.completion", MODELS[0])
    [choice] = answer["choices"]
    assert (choice["index"], choice["finish_reason"], choice["message"]["role"]) == (0, "stop", "assistant")
    ideas = json.loads(choice["message"]["content"])["ideas"]
    assert len(ideas) == 3 and all("a boat" in idea["subject"] for idea in ideas)
    assert chat.asked[0].text == "a boat"


WRONG = [
    b"{",
    [],
    {},
    {"model": MODELS[0]},
    {"messages": [USER]},
    GOOD | {"messages": []},
    GOOD | {"messages": "a boat"},
    GOOD | {"messages": [{"role": "system", "content": "a"}]},
    GOOD | {"messages": [{"role": "director", "content": "a"}]},
    GOOD | {"messages": [{"role": "user"}]},
    GOOD | {"messages": [{"role": "user", "content": 1}]},
    GOOD | {"messages": [{"role": "user", "content": []}]},
    GOOD | {"messages": [{"role": "user", "content": [{"type": "text"}]}]},
    GOOD | {"messages": [USER | {"more": 1}]},
    GOOD | {"max_tokens": 0},
    GOOD | {"max_tokens": "100"},
    GOOD | {"max_tokens": 100, "max_completion_tokens": 100},
    GOOD | {"max_completion_tokens": 10_000_000},
    GOOD | {"temperature": 3},
    GOOD | {"temperature": True},
    GOOD | {"stream": True},
    GOOD | {"prompt": "a boat"},
    GOOD | {"response_format": "json"},
    GOOD | {"response_format": {"type": "yaml"}},
    GOOD | {"response_format": {"type": "json_schema"}},
    GOOD | {"response_format": {"type": "json_object"}, "messages": [USER]},
    by_schema(STRICT, name="two words"),
    by_schema(STRICT, more=1),
    by_schema({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}, strict=True),
    by_schema(STRICT | {"required": []}, strict=True),
    by_schema(STRICT | {"properties": {"ideas": {"type": "array"}}}, strict=True),
    by_schema({"type": "array", "items": {"type": "string"}}, strict=True),
]


@pytest.mark.parametrize("body", WRONG, ids=lambda body: str(body)[90:150])
async def test_what_is_wrong_is_refused_in_the_documented_shape(chat: Chat, body: object) -> None:
    status, answer = await ask(chat, body)
    assert status == 400
    assert answer["error"].keys() == {"message", "type", "param", "code"}
    assert chat.asked == []


async def test_a_model_that_is_not_there_is_not_found(chat: Chat) -> None:
    status, answer = await ask(chat, GOOD | {"model": "gpt-2"})
    assert (status, answer["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer sk-wrong", "Basic x"])
async def test_the_key_has_to_be_right(chat: Chat, authorization: str) -> None:
    assert (await ask(chat, GOOD, Authorization=authorization))[0] == 401


async def test_a_server_may_not_take_all_of_it(chat: Chat) -> None:
    chat.without = frozenset(("max_completion_tokens",))
    status, answer = await ask(chat, GOOD | {"max_completion_tokens": 100})
    assert (status, answer["error"]["param"]) == (400, "max_completion_tokens")
    assert (await ask(chat, GOOD | {"max_tokens": 100}))[0] == 200


async def test_the_next_answers_are_spoiled_one_each_and_cost_nothing(chat: Chat) -> None:
    chat.next_answers(unpaid(), declined(), slow(0))
    assert (await ask(chat, GOOD))[0] == 402
    assert (await ask(chat, GOOD))[1]["choices"][0]["message"]["refusal"]
    assert chat.asked == []
    assert (await ask(chat, GOOD))[0] == 200
    chat.is_down = True
    assert (await ask(chat, GOOD))[0] == 503


async def test_it_tells_of_its_models(chat: Chat) -> None:
    headers = {"Authorization": f"Bearer {chat.key}"}
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{chat.url}/models", headers=headers) as response:
            assert [model["id"] for model in (await response.json())["data"]] == list(MODELS)
        async with session.get(f"{chat.url}/models") as response:
            assert response.status == 401
