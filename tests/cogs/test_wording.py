"""Every sentence that the code asks for is there, whatever its key is composed of."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
import cogs
from bot.actions import Effect
from bot.catalogue import read_catalogue
from bot.drafts import PARTS, Form
from bot.finding import StateGroup
from bot.jobs import WAITING, Decision, Status
from bot.mulerun import REASONS_BY_HTTP
from bot.permissions import NEEDED, NEEDED_FOR_THREAD, NEEDED_IN_THREAD, NEEDED_IN_VOICE
from bot.prompt import Named
from bot.reasons import DOUBTS, OF_PICTURE, WITHOUT_MODEL, Reason
from bot.video_request import Fit
from cogs.asking.video import OPTIONS
from cogs.finding.pages import Scope
from cogs.pressing.presses import DOES
from cogs.words.languages import FOLDER, language
from cogs.words.wording import (
    clock,
    decimal,
    duration,
    estimate,
    joined,
    knows,
    ordinal,
    pattern,
    quoted,
    relative,
    say,
    span,
    spell_size,
    template,
)

SENTENCES = tomllib.loads((FOLDER / "en.toml").read_text(encoding="utf-8")).keys()
LOCALE = "en-US"


def parsed(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    folders = {"bot": Path(bot.__file__).parent, "cogs": Path(cogs.__file__).parent}
    for package in packages:
        for file in sorted(folders[package].rglob("*.py")):
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def first_words(tree: ast.AST, *callees: str) -> set[str]:
    """The first plain text given to each call of a function, method or class of these names."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", None))
            texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            code = [
                each.value.value
                for each in node.keywords
                if each.arg == "code" and isinstance(each.value, ast.Constant)
            ]
            found |= {str(text) for text in (texts + code)[:1] if name in callees}
    return found


def words_of(package: str, *callees: str, within: str = "") -> set[str]:
    return {word for file, tree in parsed(package) if within in str(file) for word in first_words(tree, *callees)}


def plain_keys() -> set[str]:
    """Every text in the cogs that looks like a key: its first part is a table of sentences."""
    texts = {
        node.value
        for _, tree in parsed("cogs")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {
        text for text in texts if re.fullmatch(r"[a-z]+(\.[a-z_]*[a-z])+", text) and text.split(".")[0] in SENTENCES
    }


def composed_keys() -> set[str]:
    """How every composed key begins."""
    return {
        part.values[0].value
        for _, tree in parsed("cogs")
        for part in ast.walk(tree)
        if isinstance(part, ast.JoinedStr)
        and isinstance(part.values[0], ast.Constant)
        and isinstance(part.values[0].value, str)
        and part.values[0].value.split(".")[0] in SENTENCES
    }


BAD_PICTURES = {f"picture_{code}" for code in words_of("bot", "BadPicture")}
WAITS = words_of("bot", "VendorBusy", "VendorUnreached")
REFUSALS = words_of("bot", "Refusal") | words_of("cogs", "Refusal") | BAD_PICTURES
BY_THE_VENDOR = set(REASONS_BY_HTTP.values()) | {"refused", "content", "failed", "provider", "vendor_fault"}
SILENCES = words_of("bot", "VendorSilent")

# what is no button: forms, menus, and the two sides of a list
BUTTONS = DOES.keys() - {"form", "file", "choose", "pick", "clips"}

COMPOSED: dict[str, set[str]] = {
    "card.status.": {
        *(status for status in Status if status not in WAITING),
        "waiting",
        "reading",
        "queued_nth",
        "expired_late",
        *(f"failed_{reason}" for reason in WITHOUT_MODEL),
        *(f"waiting_{wait}" for wait in WAITS),
        *(f"unconfirmed_{decision}" for decision in Decision),
    },
    "reply.": {s for s in Status if s not in (Status.SUBMITTING, Status.UNCONFIRMED, Status.DELETED)},
    "reply.unconfirmed_": set(DOUBTS),
    "reply.queued_": WAITS,
    "clip.": {note + ending for note in ("shrunk", "converted", "too_large") for ending in ("", "_unlinked")},
    "effect.": set(Effect),
    "refusal.": REFUSALS,
    "failed.": {reason for reason in Reason if reason not in (*DOUBTS, *OF_PICTURE)},
    "rules.": {model.rules for model in read_catalogue().models.values()},
    "button.": BUTTONS,
    "form.": {*Form, *PARTS, *(f"{part}_hint" for part in PARTS), "model", "seconds", "size", "choose"},
    "ask.": {"shape", "model"},
    "named.": set(Named),
    "command.video_": set(OPTIONS),
    "command.fit_": set(Fit),
    "permission.": {*NEEDED, *NEEDED_FOR_THREAD, *NEEDED_IN_THREAD, *NEEDED_IN_VOICE},
    "command.scope_": set(Scope),
    "command.state_": set(StateGroup),
    "state.": set(Status),
    "clips.title_": set(Scope),
    "clips.empty_": set(Scope),
}


def test_what_the_code_says_was_found() -> None:
    assert {"prompt_empty", "permissions", "picture_too_heavy", "picture_undecodable"} <= REFUSALS
    assert {"busy", "unreached"} == WAITS
    assert {*SILENCES, "interrupted"} == set(DOUBTS)
    assert len(BAD_PICTURES) == 6


def test_every_code_is_a_reason() -> None:
    """At the border an unknown one becomes a plain failure; ours are all known."""
    assert {*BY_THE_VENDOR, *WAITS, *SILENCES, *BAD_PICTURES, *words_of("bot", "TaskUnknown")} <= set(Reason)


def test_every_way_to_compose_a_key_is_looked_at_here() -> None:
    assert composed_keys() == set(COMPOSED)


@pytest.mark.parametrize("key", sorted(plain_keys()))
def test_every_plain_key_is_there(key: str) -> None:
    assert knows(LOCALE, key)


@pytest.mark.parametrize("key", sorted(start + str(rest) for start, rests in COMPOSED.items() for rest in rests))
def test_every_composed_key_is_there(key: str) -> None:
    assert knows(LOCALE, key)


def every_key() -> list[str]:
    return sorted(language(LOCALE).sentences)


def test_no_sentence_is_there_for_nothing() -> None:
    used = plain_keys() | {start + str(rest) for start, rests in COMPOSED.items() for rest in rests}
    assert set(every_key()) - used - {"rules.none"} == set()


@pytest.mark.parametrize("key", every_key())
def test_every_sentence_is_well_formed(key: str) -> None:
    for _, field, _, _ in string.Formatter().parse(template(LOCALE, key)):
        assert field is None or re.fullmatch("[a-z]+", field)


def test_a_sentence_is_filled_in() -> None:
    facts = {"place": "3rd", "wait": "about 2 minutes", "usual": "3–8 minutes"}
    sentence = "In line, 3rd: about 2 minutes until it is sent. Then usually 3–8 minutes."
    assert say(LOCALE, "reply.queued_nth", **facts) == sentence


def test_facts_may_hold_braces() -> None:
    assert say(LOCALE, "reply.completed_part", part="{part}", parts="{0}") == "Part {part} of {0}."


def test_numbers_are_grouped_and_units_agree() -> None:
    counted = say(LOCALE, "review.count", length=1234, limit=2000)
    assert counted == "1,234 of 2,000 characters"
    shown = {locale: say(locale, "clip.too_large_unlinked", megabytes=30.04) for locale in (LOCALE, "fr", "de")}
    assert "30.04 MB" in shown[LOCALE] and "30,04 MB" in shown["de"] and "30,04\u202fMo" in shown["fr"]


def test_a_missing_key_or_fact_is_an_error() -> None:
    with pytest.raises(KeyError):
        say(LOCALE, "reply.nonsense")
    with pytest.raises(KeyError):
        say(LOCALE, "reply.pending")


@pytest.mark.parametrize("locale", ["en", "en-GB", "xx", "", "zh-CN"])
def test_every_language_has_words(locale: str) -> None:
    assert say(locale, "reply.processing") == "Rendering."


def test_a_pattern_knows_its_sentence_and_nothing_like_it() -> None:
    known = pattern(LOCALE, "reply.pending")
    assert known.search("Sent to Sora (2) Pro*. Usually 3–8 minutes.")
    assert known.search("Sent to two\nlines. Usually quick.")
    assert not known.search("Sent two boats. Usually quick.")


@pytest.mark.parametrize(
    ("locale", "key", "text"),
    [
        ("en-US", "reply.completed", "<@7> Done in 4 min 12 s: 8 s, 1280×720."),
        ("de", "reply.completed", "<@7> Fertig nach 4 min 12 s: 8 s, 1280×720."),
        ("ja", "reply.completed", "<@7> 4分12秒で完成しました：8秒、1280×720。"),
        ("es-ES", "reply.pending", "Enviado a Sora 2. Suele tardar unos 3 minutos."),
        ("en-US", "clip.shrunk", "Shrunk from 30.0 to 7.5 MB, to fit here. The original can be fetched until 9: <x>"),
    ],
)
def test_a_message_is_known_again_though_its_numbers_were_written_otherwise(locale: str, key: str, text: str) -> None:
    assert pattern(locale, key).fullmatch(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (252.4, "4 min 12 s"),
        (0, "0 s"),
        (-3, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (3600, "60 min 0 s"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(LOCALE, seconds) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (180, 480, "3–8 minutes"),
        (170, 500, "3–8 minutes"),
        (190, 205, "about 3 minutes"),
        (40, 70, "about 1 minute"),
        (2, 9, "less than a minute"),
        (3600, 9000, "60–150 minutes"),
    ],
)
def test_spans(low: float, high: float, text: str) -> None:
    assert span(LOCALE, low, high) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "less than a minute"),
        (59, "less than a minute"),
        (80, "about 1 minute"),
        (150, "about 2 minutes"),
        (400, "about 5 minutes"),
        (2000, "about 30 minutes"),
        (7100, "about 2 hours"),
        (20_000, "about 6 hours"),
        (400_000, "about 5 days"),
    ],
)
def test_estimates_are_the_coarser_the_longer(seconds: float, text: str) -> None:
    assert estimate(LOCALE, seconds) == text


def test_ordinals() -> None:
    numbers = (1, 2, 3, 4, 10, 11, 12, 13, 21, 22, 101, 111, 112, 123)
    endings = ("st", "nd", "rd", "th", "th", "th", "th", "th", "st", "nd", "st", "th", "th", "rd")
    assert [ordinal(LOCALE, number) for number in numbers] == [f"{n}{e}" for n, e in zip(numbers, endings, strict=True)]


def test_lists_numbers_and_quotations() -> None:
    assert [joined(LOCALE, words) for words in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "",
        "a",
        "a and b",
        "a, b, and c",
    ]
    assert [decimal(LOCALE, value) for value in (36.44, 10, 0.06, 1234)] == ["36.4", "10.0", "0.1", "1,234.0"]
    assert quoted(LOCALE, "No faces") == "“No faces”"


def test_times_are_discord_s_own_and_sizes_are_spelled() -> None:
    assert (relative(1000.9), clock(1000.9)) == ("<t:1000:R>", "<t:1000:t>")
    assert spell_size("1280x720") == "1280×720"
