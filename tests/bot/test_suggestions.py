"""What is asked of a language model, and what can be used of whatever it writes."""

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefs.ideas import PART_MOST, PARTS, TITLE_MOST
from bot.prompt import clean
from bot.suggestions import SCHEMA, WANTED, Suggestion, material, read_suggestions

A = {"title": "Boat", "subject": "a paper boat, close", "action": "it drifts", "setting": "a gutter, rain"}
B, C, D = ({**A, "title": name, "action": f"it turns {name}"} for name in ("B", "C", "D"))


def titles(written: str, idea: dict[str, str] | None = None) -> list[str]:
    return [one.title for one in read_suggestions(written, idea)]


THREE = json.dumps({"ideas": [A, B, C]})

READ = [
    (THREE, ["Boat", "B", "C"]),
    (json.dumps([A, B, C]), ["Boat", "B", "C"]),
    (json.dumps(A), ["Boat"]),
    (json.dumps({"1": A, "2": B}), ["Boat", "B"]),
    (json.dumps({"result": {"ideas": [A]}}), ["Boat"]),
    (f"Sure:\n```json\n{THREE}\n```\nMore?", ["Boat", "B", "C"]),
    (f"[1] see {{below}}\n{THREE}", ["Boat", "B", "C"]),
    ("\n\n".join(map(json.dumps, (A, B))), ["Boat", "B"]),
    (f"<think>{json.dumps(D)}</think>{THREE}", ["Boat", "B", "C"]),
    (THREE[: THREE.index('"title": "C"') + 20], ["Boat", "B"]),
    (json.dumps({"ideas": [A, B, C, D]}), ["Boat", "B", "C"]),
    (json.dumps([A, {**A, "title": "Same"}, {**A, "action": "It  DRIFTS"}]), ["Boat"]),
    (json.dumps([{"Title": "x", " Subject ": "y"}]), ["x"]),
    (json.dumps([{"subject": "one two"}]), ["one two"]),
    (json.dumps([{"title": "only a title"}]), []),
    (json.dumps([{**A, "subject": 1, "action": None, "setting": []}]), []),
    ("", []),
    ("I would rather not.", []),
    ('{"ideas": []}', []),
    ("[" * 100_000, []),
    ("{" * 100_000, []),
    ("[" * 500 + "]" * 500, []),
    (json.dumps([[[[[[A]]]]]]), []),
]


@pytest.mark.parametrize(("written", "found"), READ, ids=[written[:40] for written, _ in READ])
def test_what_can_be_used_is_found(written: str, found: list[str]) -> None:
    assert titles(written) == found


def test_the_idea_itself_is_no_variation() -> None:
    assert titles(THREE, {**A, "title": "Otherwise called"}) == ["B", "C"]
    assert titles(THREE, B) == ["Boat", "C"]


def test_what_is_written_becomes_plain_words_on_one_line() -> None:
    odd = {
        "title": "  A\nboat\u202e ",
        "subject": "\x00<@123456789012345678> rows\ud83d",
        "action": "\x1b[31mred\r\n\tsails",
        "setting": "<:sun:123456789012345678>\u200b",
    }
    [one] = read_suggestions(json.dumps([odd]))
    assert asdict(one) == {"title": "A boat", "subject": "rows", "action": "[31mred sails", "setting": "sun\u200b"}


def test_what_is_too_long_is_cut_between_words() -> None:
    [one] = read_suggestions(json.dumps([{"subject": "paper boats " * 200, "action": "x" * 5000}]))
    assert one.title == "paper boats " * 6 + "paper…"
    assert PART_MOST - 6 < len(one.subject) <= PART_MOST and one.subject.endswith(("paper…", "boats…"))
    assert one.action == "x" * (PART_MOST - 1) + "…"


def test_the_schema_asks_for_the_parts_that_are_read() -> None:
    items: Any = SCHEMA["properties"]
    assert set(items["ideas"]["items"]["required"]) == set(Suggestion.__dataclass_fields__)


def test_topic_and_idea_are_told_apart_as_data() -> None:
    told = json.loads(material("Rain", {**A, "setting": "", "author": "Ana"}))
    assert told == {"topic": "Rain", "idea": {name: A[name] for name in ("title", "subject", "action")}}
    assert json.loads(material("Regen\x00 \ud83d\u202e", None)) == {"topic": "Regen\x00 "}
    assert len(material("x" * 10_000, {"subject": "y" * 10_000})) < 4100


words = st.text(st.characters(codec=None), max_size=40)
values = st.recursive(
    words | st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.sampled_from(("title", *PARTS)), inner),
    max_leaves=12,
)


@given(values, words, words, st.integers(0, 400))
def test_whatever_is_written_what_comes_of_it_can_be_kept(value: object, before: str, behind: str, cut: int) -> None:
    written = before + json.dumps(value)[: cut + 1] + behind
    found = read_suggestions(written)
    assert len(found) <= WANTED
    for one in found:
        texts = asdict(one)
        assert all(text == clean(text) and "\n" not in text for text in texts.values())
        assert 0 < len(one.title) <= TITLE_MOST and any(texts[part] for part in PARTS)
        assert all(len(texts[part]) <= PART_MOST for part in PARTS)
