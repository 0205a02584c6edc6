"""The sandbox refuses the commands Discord would refuse, says where, and lets the rest pass."""

from typing import Any

import pytest

from sandbox.discord import validation as v
from tests.sandbox.payloads import Payload, facts


def slash(**more: Any) -> Payload:
    return {"name": "video", "description": "Make a video", **more}


def option(kind: int = 3, **more: Any) -> Payload:
    return {"type": kind, "name": "prompt", "description": "What to show", **more}


def choices(*values: Any) -> list[Payload]:
    return [{"name": str(value), "value": value} for value in values]


GOOD_COMMANDS: list[list[Payload]] = [
    [],
    [slash(), {"type": 3, "name": "Animate this picture", "description": ""}, {"type": 2, "name": "video"}],
    [slash(name="vidéo-2_'ok"), slash(name="वीडियो"), slash(name="ビデオ")],
    [slash(name=f"c{n}") for n in range(100)],
    [slash(options=[option(required=True), option(11, name="image")])],
    [slash(options=[option(choices=choices("4", "8")), option(4, name="n", min_value=1, max_value=3)])],
    [slash(options=[option(7, channel_types=[0, 5]), option(10, name="x", choices=choices(1.5))])],
    [slash(options=[option(2, options=[option(1, options=[option()])]), option(1, name="plain")])],
    [slash(name_localizations={"de": "video"}, contexts=[0], integration_types=[0], nsfw=False)],
    [slash(default_member_permissions="32", dm_permission=None), slash(name="b", default_member_permissions=32)],
]
FIRST = "0.options.0"
BAD_COMMANDS: list[tuple[list[Payload], str, str]] = [
    ([slash(name="Video")], "0.name", "APPLICATION_COMMAND_INVALID_NAME"),
    ([slash(name="a video")], "0.name", "APPLICATION_COMMAND_INVALID_NAME"),
    ([slash(name="v" * 33)], "0.name", "BASE_TYPE_BAD_LENGTH"),
    ([slash(description="")], "0.description", "BASE_TYPE_REQUIRED"),
    ([{"name": "video"}], "0.description", "BASE_TYPE_REQUIRED"),
    ([slash(description="d" * 101)], "0.description", "BASE_TYPE_BAD_LENGTH"),
    ([{"type": 3, "name": "Animate", "description": "no"}], "0.description", "BASE_TYPE_MAX_LENGTH"),
    ([{"type": 3, "name": "Animate", "options": [option()]}], "0.options", "BASE_TYPE_MAX_LENGTH"),
    ([{"type": 5, "name": "x"}], "0.type", "UNION_TYPE_CHOICES"),
    ([slash(), slash()], "1", "APPLICATION_COMMANDS_DUPLICATE_NAME"),
    ([slash(name=f"c{n}") for n in range(101)], "", "APPLICATION_COMMANDS_MAX_EXCEEDED"),
    ([{"type": 3, "name": f"m{n}"} for n in range(16)], "", "APPLICATION_COMMANDS_MAX_EXCEEDED"),
    ([slash(options=[option(name=f"o{n}") for n in range(26)])], "0.options", "BASE_TYPE_MAX_LENGTH"),
    ([slash(options=[option(), option()])], "0.options.1.name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"),
    (
        [slash(options=[option(), option(name="b", required=True)])],
        "0.options.1",
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ),
    ([slash(options=[option(name="Prompt")])], f"{FIRST}.name", "APPLICATION_COMMAND_INVALID_NAME"),
    ([slash(options=[{"type": 3, "name": "a"}])], f"{FIRST}.description", "BASE_TYPE_REQUIRED"),
    ([slash(options=[option(12)])], f"{FIRST}.type", "UNION_TYPE_CHOICES"),
    ([slash(options=[option(choices=choices(*range(26)))])], f"{FIRST}.choices", "BASE_TYPE_MAX_LENGTH"),
    ([slash(options=[option(choices=choices(4))])], f"{FIRST}.choices.0.value", "STRING_TYPE_CONVERT"),
    ([slash(options=[option(4, choices=choices("4"))])], f"{FIRST}.choices.0.value", "NUMBER_TYPE_COERCE"),
    (
        [slash(options=[option(choices=choices("a", "a"))])],
        f"{FIRST}.choices.1.name",
        "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_DUPLICATE",
    ),
    (
        [slash(options=[option(choices=choices("a"), autocomplete=True)])],
        FIRST,
        "APPLICATION_COMMAND_OPTIONS_CHOICES_AND_AUTOCOMPLETE",
    ),
    ([slash(options=[option(max_length=6001)])], f"{FIRST}.max_length", "NUMBER_TYPE_MAX"),
    (
        [slash(options=[option(4, min_value=3, max_value=1)])],
        f"{FIRST}.min_value",
        "APPLICATION_COMMAND_OPTION_RANGE_INVALID",
    ),
    ([slash(options=[option(max_value=3)])], f"{FIRST}.max_value", "UNKNOWN_FIELD"),
    ([slash(options=[option(11, choices=choices("a"))])], f"{FIRST}.choices", "UNKNOWN_FIELD"),
    ([slash(options=[option(), option(1, name="sub")])], "0.options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
    ([slash(options=[option(1, options=[option(1)])])], f"{FIRST}.options.0.type", "UNION_TYPE_CHOICES"),
    ([slash(options=[option(2)])], f"{FIRST}.options", "BASE_TYPE_REQUIRED"),
    ([slash(name_localizations={"xx": "video"})], "0.name_localizations.xx", "BASE_TYPE_CHOICES"),
    ([slash(name_localizations={"de": "Video"})], "0.name_localizations.de", "APPLICATION_COMMAND_INVALID_NAME"),
    ([slash(contexts=[3])], "0.contexts.0", "BASE_TYPE_CHOICES"),
    ([slash(integration_types=[])], "0.integration_types", "BASE_TYPE_MIN_LENGTH"),
    ([slash(default_member_permissions="many")], "0.default_member_permissions", "PERMISSION_TYPE_COERCE"),
    (
        [slash(options=[option(choices=[{"name": c, "value": c * 400} for c in "abcdefghijklmnopqrstu"])])],
        "0",
        "APPLICATION_COMMAND_TOO_LARGE",
    ),
]


@pytest.mark.parametrize("commands", GOOD_COMMANDS)
def test_good_commands_pass(commands: list[Payload]) -> None:
    assert v.check_commands(commands) == []


@pytest.mark.parametrize(("commands", "path", "code"), BAD_COMMANDS)
def test_bad_commands_are_refused_where_they_are_bad(commands: list[Payload], path: str, code: str) -> None:
    assert facts(v.check_commands(commands)) == [(path, code)]


def test_commands_come_as_a_list() -> None:
    assert facts(v.check_commands({})) == [("", "LIST_TYPE_CONVERT")]
