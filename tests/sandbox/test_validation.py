"""The sandbox refuses the messages Discord would refuse, says where, and lets the rest pass."""

import pytest

from sandbox.discord import validation as v
from tests.sandbox.payloads import (
    CARD,
    NEW_CARD,
    PICTURE,
    TEXT,
    Payload,
    Upload,
    button,
    embed,
    facts,
    gallery,
    modern,
    row,
    rows,
    select,
)

GOOD_MESSAGES: list[Payload] = [
    {"content": "x" * 2000},
    {"content": "x", "nonce": "n" * 25, "enforce_nonce": True, "tts": False},
    {"content": "x", "nonce": 2**63 - 1},
    {"content": None, "embeds": [{"description": "d" * 4096}, {"description": "d" * 1904}]},
    embed(title="t", color=0xFFFFFF, timestamp="2026-11-23T08:07:13.940078+00:00", url="https://a.b/c"),
    embed(thumbnail={"url": "attachment://still.png"}, fields=[{"name": "a", "value": "b"}] * 25),
    {"components": [row(button())]},
    rows(*(button(custom_id=each) for each in "abcde")),
    rows(button(label=None, emoji={"id": None, "name": "🎬"})),
    rows(button(emoji={"id": "123", "name": "boat"})),
    rows({"type": 2, "style": 5, "label": "Look", "url": "https://a.b"}),
    rows(select("a", "b", min_values=0, max_values=2, placeholder="which")),
    rows(select(*map(str, range(25)), min_values=0, max_values=25)),
    rows({"type": 5, "custom_id": "who", "max_values": 25, "default_values": [{"id": "1", "type": "user"}]}),
    rows({"type": 5, "custom_id": "who", "default_values": [{"id": "1", "type": "user"}]}),
    {"content": "x", "allowed_mentions": {"parse": ["roles"], "users": [1], "replied_user": True}},
    {"content": "x", "allowed_mentions": {"parse": ["users"], "users": []}},
    {"content": "x", "flags": 4 | 4096},
    {"content": "x", "message_reference": {"message_id": 5, "channel_id": "6", "fail_if_not_exists": False}},
    modern(TEXT, {"type": 14, "divider": True, "spacing": 2}, row(button())),
    modern({"type": 17, "accent_color": 5, "components": [TEXT, gallery("https://a.b/c.mp4")]}),
    modern({"type": 9, "components": [TEXT], "accessory": button()}),
    modern(*[TEXT] * 40),
]

ROW = "components.0.components"
FIRST = "components.0.components.0"
BAD_MESSAGES: list[tuple[Payload, str, str]] = [
    ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
    ({"content": 5}, "content", "STRING_TYPE_CONVERT"),
    ({"content": "x", "tts": "no"}, "tts", "BOOLEAN_TYPE_CONVERT"),
    ({"content": "x", "flags": True}, "flags", "NUMBER_TYPE_COERCE"),
    ({"content": "x", "embeds": {}}, "embeds", "LIST_TYPE_CONVERT"),
    ({"content": "x", "embeds": ["e"]}, "embeds.0", "MODEL_TYPE_CONVERT"),
    ({"content": "x", "nonce": "n" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
    ({"content": "x", "flags": 64}, "flags", "MESSAGE_FLAGS_INVALID"),
    ({"content": "x", "flags": 32}, "flags", "MESSAGE_FLAGS_INVALID"),
    ({"content": "x", "message_reference": {"channel_id": "1"}}, "message_reference.message_id", "BASE_TYPE_REQUIRED"),
    (
        {"content": "x", "message_reference": {"message_id": "one"}},
        "message_reference.message_id",
        "NUMBER_TYPE_COERCE",
    ),
    ({}, "", v.EMPTY_MESSAGE),
    ({"content": " \n "}, "", v.EMPTY_MESSAGE),
    ({"embeds": [{"color": 5, "type": "rich"}]}, "", v.EMPTY_MESSAGE),
    ({"flags": 32768}, "", v.EMPTY_MESSAGE),
    ({"embeds": [{"title": "t"}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"description": "d" * 3001}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    (embed(title="t" * 257), "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
    (embed(description="t" * 4097), "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
    (embed(footer={"text": "t" * 2049}), "embeds.0.footer.text", "BASE_TYPE_BAD_LENGTH"),
    (embed(author={"name": "t" * 257}), "embeds.0.author.name", "BASE_TYPE_BAD_LENGTH"),
    (embed(fields=[{"name": "a", "value": "b"}] * 26), "embeds.0.fields", "BASE_TYPE_MAX_LENGTH"),
    (embed(fields=[{"name": "a", "value": "  "}]), "embeds.0.fields.0.value", "BASE_TYPE_REQUIRED"),
    (embed(fields=[{"name": "a" * 257, "value": "b"}]), "embeds.0.fields.0.name", "BASE_TYPE_BAD_LENGTH"),
    (embed(fields=[{"name": "a", "value": "b" * 1025}]), "embeds.0.fields.0.value", "BASE_TYPE_BAD_LENGTH"),
    (embed(fields=[{"name": "a"}]), "embeds.0.fields.0.value", "BASE_TYPE_REQUIRED"),
    (embed(image={"url": "file:///a.png"}), "embeds.0.image.url", "URL_TYPE_INVALID_URL"),
    (embed(image={"url": "data://x/png"}), "embeds.0.image.url", "URL_TYPE_INVALID_SCHEME"),
    (embed(title="t", url="attachment://a.png"), "embeds.0.url", "URL_TYPE_INVALID_SCHEME"),
    (embed(title="t", color=0x1000000), "embeds.0.color", "NUMBER_TYPE_MAX"),
    (embed(title="t", timestamp="yesterday"), "embeds.0.timestamp", "DATE_TIME_TYPE_PARSE"),
    (
        {"content": "x", "components": [row(button(custom_id=str(n))) for n in range(6)]},
        "components",
        "BASE_TYPE_MAX_LENGTH",
    ),
    (rows(), ROW, "BASE_TYPE_BAD_LENGTH"),
    (rows(*(button(custom_id=each) for each in "abcdef")), ROW, "BASE_TYPE_BAD_LENGTH"),
    (rows(button(), select("a")), ROW, "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    ({"content": "x", "components": [button()]}, "components.0.type", "UNION_TYPE_CHOICES"),
    ({"content": "x", "components": [TEXT]}, "components.0.type", "UNION_TYPE_CHOICES"),
    (rows(button(custom_id=None)), f"{FIRST}.custom_id", "BASE_TYPE_REQUIRED"),
    (rows(button(custom_id="c" * 101)), f"{FIRST}.custom_id", "BASE_TYPE_BAD_LENGTH"),
    (rows(button(), button(disabled=True)), "components.0.components.1.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
    (rows(button(label="l" * 81)), f"{FIRST}.label", "BASE_TYPE_MAX_LENGTH"),
    (rows(button(label=None)), FIRST, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED"),
    (rows(button(style=7)), f"{FIRST}.style", "BASE_TYPE_CHOICES"),
    (rows({"type": 2, "style": 5, "label": "Look"}), f"{FIRST}.url", "BASE_TYPE_REQUIRED"),
    (rows(button(style=5, url="https://a.b")), f"{FIRST}.custom_id", "BUTTON_COMPONENT_FIELD_NOT_ALLOWED"),
    (rows(button(url="https://a.b")), f"{FIRST}.url", "BUTTON_COMPONENT_FIELD_NOT_ALLOWED"),
    (rows({"type": 2, "style": 6}), f"{FIRST}.sku_id", "BASE_TYPE_REQUIRED"),
    (rows(button(emoji={"name": ":boat:"})), f"{FIRST}.emoji.name", "COMPONENT_INVALID_EMOJI"),
    (rows(button(emoji="🎬")), f"{FIRST}.emoji", "MODEL_TYPE_CONVERT"),
    (rows(select()), f"{FIRST}.options", "BASE_TYPE_BAD_LENGTH"),
    (rows(select(*map(str, range(26)))), f"{FIRST}.options", "BASE_TYPE_BAD_LENGTH"),
    (rows(select("a", "a")), f"{FIRST}.options.1.value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"),
    (rows(select("a", min_values=2, max_values=2)), f"{FIRST}.min_values", "NUMBER_TYPE_MAX"),
    (rows(select("a", "b", max_values=3)), f"{FIRST}.options", "BASE_TYPE_BAD_LENGTH"),
    (rows(select("a", "b", min_values=2)), f"{FIRST}.min_values", "SELECT_COMPONENT_MIN_ABOVE_MAX"),
    (rows(select("a", placeholder="p" * 151)), f"{FIRST}.placeholder", "BASE_TYPE_MAX_LENGTH"),
    (rows({"type": 4, "custom_id": "t", "style": 1}), f"{FIRST}.type", "UNION_TYPE_CHOICES"),
    (modern(TEXT, content="x"), "content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    (modern(TEXT, embeds=[{"title": "t"}]), "embeds", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    (modern(*[TEXT] * 41), "components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
    (modern({"type": 17, "components": [TEXT] * 40}), "components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
    (
        modern({**TEXT, "content": "x" * 2001}, {**TEXT, "content": "x" * 2000}),
        "components",
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    (modern({"type": 17, "components": [{"type": 17, "components": [TEXT]}]}), f"{FIRST}.type", "UNION_TYPE_CHOICES"),
    (modern({"type": 9, "components": [TEXT] * 4, "accessory": button()}), ROW, "BASE_TYPE_BAD_LENGTH"),
    (modern({"type": 9, "components": [TEXT]}), "components.0.accessory", "BASE_TYPE_REQUIRED"),
    (
        modern({"type": 9, "components": [TEXT], "accessory": select("a")}),
        "components.0.accessory.type",
        "UNION_TYPE_CHOICES",
    ),
    (modern({"type": 12, "items": []}), "components.0.items", "BASE_TYPE_BAD_LENGTH"),
    (modern(gallery(*["https://a.b"] * 11)), "components.0.items", "BASE_TYPE_BAD_LENGTH"),
    (
        modern(gallery("attachment://gone.mp4")),
        "components.0.items.0.media.url",
        "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
    ),
    (modern({"type": 13, "file": {"url": "https://a.b/c.mp4"}}), "components.0.file.url", "URL_TYPE_INVALID_SCHEME"),
    (modern({"type": 14, "spacing": 3}), "components.0.spacing", "BASE_TYPE_CHOICES"),
    (modern({**TEXT, "id": 4}, {**TEXT, "id": 4}), "components.1.id", "COMPONENT_ID_DUPLICATED"),
    (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    (
        {"content": "x", "allowed_mentions": {"users": list(range(101))}},
        "allowed_mentions.users",
        "BASE_TYPE_MAX_LENGTH",
    ),
    ({"content": "x", "allowed_mentions": {"parse": ["here"]}}, "allowed_mentions.parse.0", "BASE_TYPE_CHOICES"),
    (
        {"content": "x", "allowed_mentions": {"roles": ["1", "1"]}},
        "allowed_mentions.roles",
        "SET_TYPE_ALREADY_CONTAINS_VALUE",
    ),
    ({"content": "x", "attachments": [{"id": 0, "filename": "a.png"}]}, "attachments.0.id", "ATTACHMENT_NOT_FOUND"),
]


@pytest.mark.parametrize("payload", GOOD_MESSAGES)
def test_a_good_message_passes(payload: Payload) -> None:
    assert v.check_message(payload) == []


@pytest.mark.parametrize(("payload", "path", "code"), BAD_MESSAGES)
def test_a_bad_message_is_refused_where_it_is_bad(payload: Payload, path: str, code: str) -> None:
    assert facts(v.check_message(payload)) == [(path, code)]


IGNORED: list[tuple[Payload, str]] = [
    ({"content": "x", "contents": "y"}, "contents"),
    (embed(title="t", titel="t"), "embeds.0.titel"),
    (rows(button(components=5)), f"{FIRST}.components"),
    (modern({**TEXT, "accessory": "none"}), "components.0.accessory"),
]


@pytest.mark.parametrize(("payload", "path"), IGNORED)
def test_what_discord_does_not_know_it_ignores(payload: Payload, path: str) -> None:
    found = v.check_message(payload)
    assert (facts(found), [each.ignored for each in found]) == ([(path, "UNKNOWN_FIELD")], [True])


def test_an_unknown_field_hides_nothing_that_is_wrong() -> None:
    assert facts(v.check_message(embed(titel="t"))) == [("embeds.0.titel", "UNKNOWN_FIELD"), ("", v.EMPTY_MESSAGE)]
    long = {"contents": "y", "embeds": [{"description": "d" * 3001, "titel": "t"}] * 2}
    assert ("embeds", "MAX_EMBED_SIZE_EXCEEDED") in facts(v.check_message(long))


def test_a_message_that_is_no_object_is_refused() -> None:
    assert facts(v.check_message([])) == [("", "MODEL_TYPE_CONVERT")]


@pytest.mark.parametrize("name", ["nonce", "enforce_nonce", "message_reference", "sticker_ids"])
def test_an_answer_to_an_interaction_has_fewer_fields(name: str) -> None:
    assert facts(v.check_message({"content": "x", name: 1}, interaction=True)) == [(name, "UNKNOWN_FIELD")]


def test_only_an_answer_to_an_interaction_can_be_for_one_member() -> None:
    assert v.check_message({"content": "x", "flags": 64}, interaction=True) == []


FILE_CASES: list[tuple[Payload, list[tuple[str, str]]]] = [
    ({}, []),
    ({"attachments": [{"id": 0, "filename": "still.png", "description": "d" * 1024}]}, []),
    ({"attachments": [{"id": "0", "filename": "still.png"}]}, []),
    ({"attachments": [{"id": 0}]}, []),
    ({"attachments": [{"filename": "still.png"}]}, [("attachments.0.id", "BASE_TYPE_REQUIRED")]),
    (
        {"attachments": [{"id": 0, "filename": "a", "description": "d" * 1025}]},
        [("attachments.0.description", "BASE_TYPE_MAX_LENGTH")],
    ),
    (
        {"attachments": [{"id": 1, "filename": "a"}]},
        [("attachments.0.id", "ATTACHMENT_NOT_FOUND"), ("attachments", "ATTACHMENT_NOT_LISTED")],
    ),
    ({"attachments": [{"id": 0, "filename": "a"}] * 2}, [("attachments.1.id", "ATTACHMENT_ID_DUPLICATED")]),
    (modern(gallery("attachment://still.png")), []),
    (modern({"type": 13, "file": {"url": "attachment://still.png"}}), []),
]


@pytest.mark.parametrize(("payload", "expected"), FILE_CASES)
def test_files_and_their_entries_match(payload: Payload, expected: list[tuple[str, str]]) -> None:
    assert facts(v.check_message(payload, files=PICTURE)) == expected


def test_ten_files_are_the_most() -> None:
    uploads = {n: Upload(f"{n}.png") for n in range(11)}
    assert facts(v.check_message({}, files=uploads)) == [("attachments", "BASE_TYPE_MAX_LENGTH")]


EDITS: list[tuple[Payload, Payload, list[tuple[str, str]]]] = [
    ({"content": "new"}, CARD, []),
    ({"flags": 4}, CARD, []),
    ({"flags": 32 | 4}, {**CARD, "flags": 32}, []),
    ({"flags": 32}, CARD, [("flags", "MESSAGE_FLAGS_INVALID")]),
    ({"attachments": [{"id": 77}]}, CARD, []),
    ({"attachments": [{"id": "78"}]}, CARD, [("attachments.0.id", "ATTACHMENT_NOT_FOUND")]),
    ({"embeds": [], "attachments": []}, CARD, [("", v.EMPTY_MESSAGE)]),
    ({"embeds": []}, CARD, []),
    ({"nonce": "n"}, CARD, [("nonce", "UNKNOWN_FIELD")]),
    (modern(TEXT), CARD, [("embeds", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")]),
    (modern(TEXT, content=None, embeds=[]), CARD, []),
    (modern(gallery("attachment://still.png"), embeds=None), CARD, []),
    ({"components": [TEXT]}, NEW_CARD, []),
    ({"components": []}, NEW_CARD, [("", v.EMPTY_MESSAGE)]),
    ({"content": "x"}, NEW_CARD, [("content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")]),
    ({"flags": 0, "components": []}, NEW_CARD, [("flags", "MESSAGE_FLAGS_COMPONENTS_V2_REMOVED")]),
]


@pytest.mark.parametrize(("payload", "existing", "expected"), EDITS)
def test_an_edit_is_judged_by_what_the_message_becomes(
    payload: Payload, existing: Payload, expected: list[tuple[str, str]]
) -> None:
    assert facts(v.check_message(payload, editing=True, existing=existing)) == expected


def test_a_kept_and_a_new_file_are_told_apart() -> None:
    listed = [{"id": "77"}, {"id": 0, "filename": "clip.mp4"}]
    files = {0: Upload("clip.mp4")}
    assert v.check_message({"attachments": listed}, files=files, editing=True, existing=CARD) == []


def test_the_error_body_nests_as_discord_s_does() -> None:
    found = v.check_message({"content": "x" * 2001, "embeds": [{"title": "t" * 257}]})
    assert v.error_body(found) == {
        "message": "Invalid Form Body",
        "code": 50035,
        "errors": {
            "content": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}]},
            "embeds": {
                "0": {
                    "title": {
                        "_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."}]
                    }
                }
            },
        },
    }
