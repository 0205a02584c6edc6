"""The sandbox refuses the forms, callbacks and threads Discord would refuse, says where, and lets the rest pass."""

from collections.abc import Mapping
from typing import Any

import pytest

from sandbox.discord import validation as v
from sandbox.discord.constants import InteractionType as T
from tests.sandbox.payloads import CARD, TEXT, Payload, button, facts, field, modal, row

CHOICES = [{"label": "a", "value": "a"}, {"label": "b", "value": "b"}]
TEN = [{"label": f"Idea {n}", "value": str(n), "description": "d" * 100} for n in range(10)]
TOO_MANY = "COMPONENT_TOO_MANY_DEFAULT_VALUES"
GOOD_MODALS = [
    modal(field(21, options=TEN, required=False), field(22, options=TEN, max_values=10, custom_id="c")),
    modal(field(22, options=[TEN[0] | {"default": True}], min_values=0, required=False)),
    modal(field(4, style=2, max_length=2000, value="x", label=None)),
    modal(row({"type": 4, "custom_id": "t", "style": 1, "label": "Old"})),
    modal(TEXT, field(19, min_values=0, max_values=10, required=False)),
    modal(field(21, options=CHOICES), field(22, options=CHOICES, max_values=2, custom_id="c")),
    modal(field(23, default=True), field(3, options=CHOICES, custom_id="s", required=False, min_values=0)),
    modal(field(7)),
]
AT = "components.0.component"
BAD_MODALS: list[tuple[Payload, str, str]] = [
    (modal(), "components", "BASE_TYPE_BAD_LENGTH"),
    (modal(*[TEXT] * 6), "components", "BASE_TYPE_BAD_LENGTH"),
    (modal(TEXT, title="t" * 46), "title", "BASE_TYPE_BAD_LENGTH"),
    (modal(TEXT, custom_id=""), "custom_id", "BASE_TYPE_REQUIRED"),
    (modal(row(button())), "components.0.components.0.type", "UNION_TYPE_CHOICES"),
    (modal({**field(23), "label": "l" * 46}), "components.0.label", "BASE_TYPE_BAD_LENGTH"),
    (modal({**field(23), "description": "d" * 101}), "components.0.description", "BASE_TYPE_BAD_LENGTH"),
    (modal(field(23), field(23)), "components.1.component.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
    (modal(field(2, style=1)), f"{AT}.type", "UNION_TYPE_CHOICES"),
    (modal(field(4)), f"{AT}.style", "BASE_TYPE_REQUIRED"),
    (modal(field(4, style=3)), f"{AT}.style", "BASE_TYPE_CHOICES"),
    (modal(field(4, style=1, max_length=4001)), f"{AT}.max_length", "NUMBER_TYPE_MAX"),
    (modal(field(4, style=1, max_length=2, value="xyz")), f"{AT}.value", "BASE_TYPE_MAX_LENGTH"),
    (modal(field(4, style=1, min_length=3, max_length=2)), f"{AT}.min_length", "TEXT_INPUT_MIN_ABOVE_MAX"),
    (modal(field(4, style=1, placeholder="p" * 101)), f"{AT}.placeholder", "BASE_TYPE_MAX_LENGTH"),
    (modal(field(4, style=1, label="Twice")), f"{AT}.label", "TEXT_INPUT_LABEL_NOT_ALLOWED"),
    (modal(field(19, max_values=11)), f"{AT}.max_values", "NUMBER_TYPE_MAX"),
    (modal(field(19, min_values=0)), f"{AT}.required", "COMPONENT_REQUIRED_WITHOUT_VALUES"),
    (modal(field(19, min_values=3, max_values=2)), f"{AT}.min_values", "COMPONENT_MIN_ABOVE_MAX"),
    (modal(field(21, options=CHOICES[:1])), f"{AT}.options", "BASE_TYPE_BAD_LENGTH"),
    (modal(field(21, options=TEN + CHOICES)), f"{AT}.options", "BASE_TYPE_BAD_LENGTH"),
    (modal(field(21, options=[each | {"default": True} for each in CHOICES])), f"{AT}.options", TOO_MANY),
    (modal(field(22, options=CHOICES, max_values=1, min_values=2)), f"{AT}.min_values", "COMPONENT_MIN_ABOVE_MAX"),
    (modal(field(22, options=CHOICES, max_values=3)), f"{AT}.options", "BASE_TYPE_BAD_LENGTH"),
    (modal(field(22, options=CHOICES, max_values=11)), f"{AT}.max_values", "NUMBER_TYPE_MAX"),
    (modal(field(22, options=CHOICES, min_values=0)), f"{AT}.required", "COMPONENT_REQUIRED_WITHOUT_VALUES"),
    (modal(field(22, options=[each | {"default": True} for each in CHOICES], max_values=1)), f"{AT}.options", TOO_MANY),
    (modal(field(22, options=[])), f"{AT}.options", "BASE_TYPE_BAD_LENGTH"),
    (modal(field(23, default="yes")), f"{AT}.default", "BOOLEAN_TYPE_CONVERT"),
    (modal(field(23, required=True)), f"{AT}.required", "UNKNOWN_FIELD"),
    (modal(field(3, options=CHOICES, max_values=3)), f"{AT}.options", "BASE_TYPE_BAD_LENGTH"),
    (modal(field(22, options=CHOICES * 6)), f"{AT}.options", "BASE_TYPE_BAD_LENGTH"),
    (modal(field(22, options=CHOICES[:1] * 2)), f"{AT}.options.1.value", "COMPONENT_OPTION_VALUE_DUPLICATED"),
    (modal(field(3, options=CHOICES, disabled=True)), f"{AT}.disabled", "COMPONENT_DISABLED_IN_MODAL"),
]


@pytest.mark.parametrize("data", GOOD_MODALS)
def test_a_good_modal_passes(data: Payload) -> None:
    assert v.check_modal(data) == []


@pytest.mark.parametrize(("data", "path", "code"), BAD_MODALS)
def test_a_bad_modal_is_refused_where_it_is_bad(data: Payload, path: str, code: str) -> None:
    assert facts(v.check_modal(data)) == [(path, code)]


SAY = {"content": "x"}
CALLBACKS: list[tuple[T, Payload, list[tuple[str, str]]]] = [
    (T.COMMAND, {"type": 4, "data": SAY}, []),
    (T.COMMAND, {"type": 4, "data": {**SAY, "flags": 64}}, []),
    (T.COMMAND, {"type": 5}, []),
    (T.COMMAND, {"type": 5, "data": {"flags": 64}}, []),
    (T.COMMAND, {"type": 9, "data": modal(TEXT)}, []),
    (T.COMPONENT, {"type": 6}, []),
    (T.COMPONENT, {"type": 7, "data": {"content": "x", "tts": False}}, []),
    (T.AUTOCOMPLETE, {"type": 8, "data": {"choices": [{"name": "a", "value": 4}]}}, []),
    (T.MODAL, {"type": 4, "data": SAY}, []),
    (T.COMMAND, {"type": 4}, [("data", "BASE_TYPE_REQUIRED")]),
    (T.COMMAND, {"type": 4, "data": {}}, [("data", v.EMPTY_MESSAGE)]),
    (T.COMMAND, {"type": 4, "data": {"content": "x" * 2001}}, [("data.content", "BASE_TYPE_MAX_LENGTH")]),
    (T.COMMAND, {"type": 5, "data": {"flags": 32768}}, [("data.flags", "BASE_TYPE_CHOICES")]),
    (T.COMMAND, {"type": 5, "data": SAY}, [("data.content", "UNKNOWN_FIELD")]),
    (T.COMMAND, {"type": 6}, [("type", "BASE_TYPE_CHOICES")]),
    (T.COMMAND, {"type": 8, "data": {"choices": []}}, [("type", "BASE_TYPE_CHOICES")]),
    (T.COMMAND, {"data": SAY}, [("type", "BASE_TYPE_REQUIRED")]),
    (T.COMMAND, {"type": "4", "data": SAY}, [("type", "BASE_TYPE_CHOICES")]),
    (T.COMMAND, {"type": 9, "data": modal()}, [("data.components", "BASE_TYPE_BAD_LENGTH")]),
    (T.AUTOCOMPLETE, {"type": 4, "data": SAY}, [("type", "BASE_TYPE_CHOICES")]),
    (
        T.AUTOCOMPLETE,
        {"type": 8, "data": {"choices": [{"name": "a", "value": "a"}] * 26}},
        [("data.choices", "BASE_TYPE_MAX_LENGTH")],
    ),
    (T.MODAL, {"type": 9, "data": modal(TEXT)}, [("type", "BASE_TYPE_CHOICES")]),
    (T.MODAL, {"type": 7, "data": SAY}, [("type", "BASE_TYPE_CHOICES")]),
]


@pytest.mark.parametrize(("type", "payload", "expected"), CALLBACKS)
def test_an_answer_fits_what_was_asked(type: T, payload: Payload, expected: list[tuple[str, str]]) -> None:
    assert facts(v.check_callback(payload, type=type)) == expected


def test_a_form_opened_from_a_message_may_change_that_message() -> None:
    update = {"type": 7, "data": SAY}
    assert v.check_callback(update, type=T.MODAL, existing=CARD) == []


THREADS: list[tuple[Payload, Mapping[str, Any], list[tuple[str, str]]]] = [
    ({"name": "t" * 100, "auto_archive_duration": 1440, "rate_limit_per_user": None}, {"from_message": True}, []),
    ({"name": "t", "type": 11, "invitable": True, "auto_archive_duration": None}, {}, []),
    ({"name": "t", "message": SAY, "applied_tags": ["1"]}, {"forum": True}, []),
    ({"name": "t" * 101}, {"from_message": True}, [("name", "BASE_TYPE_BAD_LENGTH")]),
    ({"name": " "}, {"from_message": True}, [("name", "BASE_TYPE_BAD_LENGTH")]),
    ({"name": "@#/\\: \u200b"}, {}, [("name", "BASE_TYPE_BAD_LENGTH")]),
    ({"name": "t" * 100 + "/\\:"}, {}, []),
    ({}, {}, [("name", "BASE_TYPE_REQUIRED")]),
    ({"name": "t", "auto_archive_duration": 100}, {}, [("auto_archive_duration", "BASE_TYPE_CHOICES")]),
    ({"name": "t", "type": 0}, {}, [("type", "BASE_TYPE_CHOICES")]),
    ({"name": "t", "type": 11}, {"from_message": True}, [("type", "UNKNOWN_FIELD")]),
    ({"name": "t"}, {"forum": True}, [("message", "BASE_TYPE_REQUIRED")]),
    ({"name": "t", "message": {}}, {"forum": True}, [("message", v.EMPTY_MESSAGE)]),
    ({"name": "t", "message": {**SAY, "nonce": "n"}}, {"forum": True}, [("message.nonce", "UNKNOWN_FIELD")]),
]


@pytest.mark.parametrize(("payload", "place", "expected"), THREADS)
def test_a_thread_is_checked_for_its_place(
    payload: Payload, place: Mapping[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert facts(v.check_thread(payload, **place)) == expected


def test_a_thread_can_be_archived_but_not_without_end() -> None:
    assert v.check_thread_edit({"archived": True, "locked": True}) == []
    assert facts(v.check_thread_edit({"auto_archive_duration": 5})) == [("auto_archive_duration", "BASE_TYPE_CHOICES")]
