"""What the real client library writes passes the sandbox: messages, edits, callbacks, forms, threads and commands."""

import pytest

from sandbox.discord import validation as v
from sandbox.discord.constants import InteractionType as T
from tests.sandbox import client_payloads
from tests.sandbox.payloads import CARD, NEW_CARD, PICTURE, Payload

TYPES = {"choices": T.AUTOCOMPLETE, "deferred update": T.COMPONENT, "update": T.COMPONENT}


@pytest.mark.parametrize(("name", "payload"), client_payloads.messages().items())
def test_its_messages_pass(name: str, payload: Payload) -> None:
    files = PICTURE if payload.get("attachments") else {}
    assert v.check_message(payload, files=files) == []


@pytest.mark.parametrize(("name", "payload"), client_payloads.edits().items())
def test_its_edits_pass(name: str, payload: Payload) -> None:
    files = PICTURE if payload.get("attachments") else {}
    assert v.check_message(payload, files=files, editing=True, existing=CARD) == []


def test_its_edit_of_a_new_layout_passes() -> None:
    payload = {
        "components": client_payloads.messages()["layout"]["components"],
        "attachments": [{"id": 0, "filename": "still.png"}],
    }
    assert v.check_message(payload, files=PICTURE, editing=True, existing=NEW_CARD) == []


@pytest.mark.parametrize(("name", "payload"), client_payloads.callbacks().items())
def test_its_answers_pass(name: str, payload: Payload) -> None:
    existing = {**CARD, "attachments": [{"id": "1", "filename": "still.png"}]}
    assert v.check_callback(payload, type=TYPES.get(name, T.COMMAND), existing=existing) == []


def test_its_threads_pass() -> None:
    threads = client_payloads.threads()
    assert v.check_thread(threads["on message"], from_message=True) == []
    assert v.check_thread(threads["alone"]) == []
    assert v.check_thread(threads["forum"], forum=True) == []


def test_its_commands_pass() -> None:
    commands = client_payloads.commands()
    assert len(commands) == 3
    assert v.check_commands(commands) == []
