"""What the real client writes, and what the sandbox answers, agrees with Discord's own description of its API."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests import discord_openapi
from tests.discord_openapi import Description
from tests.sandbox import client_payloads
from tests.sandbox import payloads as p
from tests.sandbox.payloads import Payload

MESSAGES = "/channels/1/messages"
MESSAGE = "/channels/1/messages/2"
CALLBACK = "/interactions/1/token/callback"
FOLLOW_UP = "/webhooks/1/token"
ORIGINAL = "/webhooks/1/token/messages/@original"
COMMANDS = "/applications/1/commands"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An exchange made up for these tests."""

    method: str = "POST"
    path: str = MESSAGES
    json: Any = None
    query: dict[str, str] = field(default_factory=dict)
    status: int = 200
    answer: Any = None


@pytest.fixture
def description() -> Description:
    found = discord_openapi.load()
    if found is None:
        pytest.skip(discord_openapi.ABSENT)
    return found


def asked(method: str, path: str, payloads: dict[str, Payload]) -> list[Asked]:
    return [Asked(method=method, path=path, json=payload) for payload in payloads.values()]


def without_nonce(payload: Payload) -> Payload:
    return {
        name: value for name, value in payload.items() if name not in ("nonce", "enforce_nonce", "message_reference")
    }


GOOD_REQUESTS = [
    *asked("POST", MESSAGES, client_payloads.messages()),
    *asked("PATCH", MESSAGE, client_payloads.edits()),
    *asked("PATCH", ORIGINAL, client_payloads.edits()),
    *asked("POST", FOLLOW_UP, {name: without_nonce(each) for name, each in client_payloads.messages().items()}),
    *asked("POST", CALLBACK, client_payloads.callbacks()),
    Asked(path=f"{MESSAGE}/threads", json=client_payloads.threads()["on message"]),
    Asked(path="/channels/1/threads", json=client_payloads.threads()["alone"]),
    Asked(path="/channels/1/threads", json=client_payloads.threads()["forum"], query={"use_nested_fields": "1"}),
    Asked(method="PUT", path=COMMANDS, json=client_payloads.commands()),
    Asked(path=CALLBACK, json={"type": 6}, query={"with_response": "1"}),
    Asked(method="GET", path="/api/v10/channels/1/messages", query={"limit": "20", "before": "5"}),
    Asked(method="DELETE", path=MESSAGE),
    Asked(method="PUT", path=f"{MESSAGES}/pins/2", json=None),
    Asked(method="DELETE", path=f"{MESSAGES}/pins/2", json=None),
    Asked(method="GET", path=f"{MESSAGES}/pins", query={"limit": "50", "before": "2026-11-28T12:00:00+00:00"}),
    Asked(method="PATCH", path="/channels/1", json={"applied_tags": ["5"], "name": "a", "locked": True}),
]

BAD_REQUESTS = [
    Asked(path="/channels/1/message", json={"content": "x"}),
    Asked(method="GET", path=MESSAGES, query={"limit": "200"}),
    Asked(method="GET", path=MESSAGES, query={"first": "20"}),
    Asked(method="DELETE", path=MESSAGE, json={}),
    Asked(method="GET", path=f"{MESSAGES}/pins", query={"limit": "51"}),
    Asked(method="PATCH", path="/channels/1", json={"applied_tags": ["1", "2", "3", "4", "5", "6"]}),
    Asked(json=None),
    *asked(
        "POST",
        MESSAGES,
        {
            "text": {"content": 5},
            "field": {"contents": "x"},
            "nonce": {"content": "x", "nonce": "n" * 26},
            "embeds": {"embeds": [{"title": "t"}] * 11},
            "title": p.embed(title="t" * 257),
            "no value": p.embed(fields=[{"name": "a"}]),
            "colour": p.embed(color=-1),
            "row": p.rows(),
            "label": p.rows(p.button(label="l" * 81)),
            "style": p.rows(p.button(style=9)),
            "custom id": p.rows(p.button(custom_id="c" * 101)),
            "options": p.rows(p.select()),
            "kind": p.rows({"type": 99}),
            "gallery": p.modern({"type": 12, "items": []}),
            "section": p.modern({"type": 9, "components": [p.TEXT] * 4, "accessory": p.button()}),
            "mentions": {"content": "x", "allowed_mentions": {"parse": ["here"]}},
            "attachment": {"content": "x", "attachments": [{"filename": "a.png"}]},
            "reference": {"content": "x", "message_reference": {"channel_id": "1"}},
        },
    ),
    *asked(
        "POST",
        CALLBACK,
        {
            "type": {"type": 99},
            "title": {"type": 9, "data": p.modal(p.TEXT, title="t" * 46)},
            "input": {"type": 9, "data": p.modal(p.field(4, style=1, max_length=4001))},
            "choices": {"type": 8, "data": {"choices": [{"name": "a", "value": "a"}] * 26}},
            "text": {"type": 4, "data": {"content": "x" * 2001}},
        },
    ),
    Asked(path=f"{MESSAGE}/threads", json={"name": "t" * 101}),
    Asked(path=f"{MESSAGE}/threads", json={"name": "t", "auto_archive_duration": 5}),
    Asked(method="PUT", path=COMMANDS, json=[{"name": "v" * 33, "description": "d"}]),
    Asked(method="PUT", path=COMMANDS, json=[{"name": "v", "description": "d", "options": [{"type": 3, "name": "o"}]}]),
]


@pytest.mark.parametrize("exchange", GOOD_REQUESTS)
def test_what_the_client_writes_is_as_described(description: Description, exchange: Asked) -> None:
    assert description.request_problems(exchange) == []


@pytest.mark.parametrize("exchange", BAD_REQUESTS)
def test_a_wrong_request_is_found(description: Description, exchange: Asked) -> None:
    assert len(description.request_problems(exchange)) == 1


BAD_LENGTH = {
    "name": {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": "Must be between 1 and 100 in length."}]}
}


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (404, {"message": "Unknown Message", "code": 10008}),
        (
            400,
            {
                "message": "Invalid Form Body",
                "code": 50035,
                "errors": {"a": {"_errors": [{"code": "B", "message": "C"}]}},
            },
        ),
        (429, {"message": "You are being rate limited.", "retry_after": 0.5, "global": False}),
        (502, "not described"),
        (0, None),
    ],
)
def test_a_refusal_is_as_described(description: Description, status: int, answer: object) -> None:
    assert description.answer_problems(Asked(json={"content": "x"}, status=status, answer=answer)) == []


@pytest.mark.parametrize(
    ("exchange", "problem"),
    [
        (Asked(status=204), "a status that is not described"),
        (Asked(method="DELETE", path=MESSAGE, status=204, answer={}), "a body where none is described"),
        (Asked(status=404, answer={"message": "Unknown Message"}), "'code' is a required property"),
        (Asked(status=429, answer={"message": "m", "global": True}), "'retry_after' is a required property"),
        (Asked(method="GET", path="/gateway", answer={"url": 5}), "5 is not of type 'string'"),
        (Asked(method="GET", path="/gateway", answer={"url": "ws://a", "more": 1}), "'more' was unexpected"),
    ],
)
def test_a_wrong_answer_is_found(description: Description, exchange: Asked, problem: str) -> None:
    assert [problem in found for found in description.answer_problems(exchange)] == [True]
