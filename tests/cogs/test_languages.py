"""Every language says what English says, with the same facts, within the limits; and a faulty one harms nobody."""

import re
import shutil
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.discord_bot import commands_as_sent
from cogs.words import languages as _languages
from cogs.words import wording as _wording
from cogs.words.command_texts import CommandTexts
from cogs.words.languages import ENGLISH, FOLDER, GRAMMAR, language, languages
from cogs.words.wording import decimal, described, duration, joined, ordinal, pattern, quoted, say
from sandbox.discord.validation import check_commands
from sandbox.discord.validation.options import LOCALES

ENGLISH_TEXTS = language(ENGLISH).sentences
TRANSLATIONS = sorted(languages().keys() - {ENGLISH})
every_language = pytest.mark.parametrize("code", sorted(languages()))
every_translation = pytest.mark.parametrize("code", TRANSLATIONS)

LIMITS = {
    r"command\.menu_\w+": 32,
    r"command\..+": 100,
    # Discord takes 80, and shows about 38. Source: Component Reference, "Button Design Guidelines"
    r"button\..+": 38,
    # placeholders and descriptions, then titles and labels
    r"form\..+_hint|form\.(file|size)_.+|ask\.(shape|model|picture)": 100,
    r"form\..+": 45,
    r".+[._]title": 45,
    r".+[._]label": 45,
    r".+[._]description": 100,
    r".+[._]placeholder": 100,
    r".+[._]choice(_.+)?": 100,
}
"""The longest text that Discord takes, by what a key looks like; the first that fits decides."""

UNTRANSLATED = 4
"""So many words that are the same in two languages were forgotten."""


def fields(text: str) -> set[tuple[str, str, str]]:
    """What is filled in, and how: name, format and conversion; not which form of a word a number takes."""
    return {
        (name, spec or "", conversion or "")
        for _, name, spec, conversion in string.Formatter().parse(text)
        if name is not None and "|" not in (spec or "")
    }


def choices(text: str) -> set[tuple[str, str]]:
    """Which number chooses among which forms."""
    return {(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name and spec and "|" in spec}


def names(text: str) -> set[str]:
    return {name for name, _, _ in fields(text)} | {name for name, _ in choices(text)}


# --- which language


NEAREST = {
    **{locale: locale for locale in LOCALES},
    "en-US": "en",
    "en-GB": "en",
    "es-ES": "es",
    "es-419": "es",
}


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_a_locale_gets_its_language_or_english(locale: str) -> None:
    nearest = NEAREST[locale]
    assert language(locale).code == (nearest if (FOLDER / f"{nearest}.toml").is_file() else ENGLISH)


@every_language
def test_every_file_is_read_and_serves_a_locale_of_discord(code: str) -> None:
    assert any(language(locale).code == code for locale in LOCALES)
    assert set(languages()) == {file.stem for file in FOLDER.glob("*.toml")}


# --- what a translation must have


@every_translation
def test_a_translation_has_all_keys_and_no_other(code: str) -> None:
    keys = language(code).sentences.keys()
    assert (sorted(ENGLISH_TEXTS.keys() - keys), sorted(keys - ENGLISH_TEXTS.keys())) == ([], [])


@every_translation
def test_a_translation_is_filled_with_the_same_facts(code: str) -> None:
    texts = language(code).sentences
    both = texts.keys() & ENGLISH_TEXTS.keys()
    assert {key for key in both if fields(texts[key]) != fields(ENGLISH_TEXTS[key])} == set()
    assert {key for key in both if not names(texts[key]) <= names(ENGLISH_TEXTS[key])} == set()


@every_translation
def test_nothing_was_left_in_english(code: str) -> None:
    texts = language(code).sentences
    same = {key for key in texts if texts[key] == ENGLISH_TEXTS.get(key)}
    assert {
        key for key in same if len(re.findall(r"[^\W\d]{2,}", re.sub(r"{.*?}", "", texts[key]))) >= UNTRANSLATED
    } == set()


@every_language
def test_nothing_is_empty_or_has_blanks_around_it(code: str) -> None:
    texts = language(code).sentences
    assert {key for key in texts if texts[key] != texts[key].strip()} == set()
    assert {key for key in texts if not texts[key]} == {"rules.none"}


@every_language
def test_texts_are_as_short_as_discord_wants_them(code: str) -> None:
    for key, text in language(code).sentences.items():
        limit = next((limit for form, limit in LIMITS.items() if re.fullmatch(form, key)), 1900)
        assert len(text) <= limit, f"{key} has {len(text)} characters, at most are {limit}: {text}"


@every_language
def test_the_grammar_is_complete(code: str) -> None:
    grammar = tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))[GRAMMAR]
    assert grammar.keys() == {"name", "plurals", "ordinals", "decimal", "comma", "and", "quotes"}
    assert grammar["ordinals"][-1][0] == "" and all(names(text) == {"n"} for _, text in grammar["ordinals"])
    forms = len(grammar["plurals"]) + 1
    for key, text in language(code).sentences.items():
        assert {len(spec.split("|")) for _, spec in choices(text)} <= {forms}, key


# --- how numbers, times and lists are written

SPOKEN: dict[str, list[str]] = {
    "en": ["1st", "22nd", "4 min 12 s", "9 s", "36.4", "a, b and c", "“x”", "after 1 minute.", "after 2 minutes."],
    "de": ["1.", "22.", "4 min 12 s", "9 s", "36,4", "a, b und c", "„x“", "Nach 1 Minute ", "Nach 2 Minuten "],
    "es": ["1.º", "22.º", "4 min 12 s", "9 s", "36,4", "a, b y c", "«x»", "de 1 minuto.", "de 2 minutos."],
    "fr": ["1er", "22e", "4 min 12 s", "9 s", "36,4", "a, b et c", "«\N{NBSP}x\N{NBSP}»", "1 minute.", "2 minutes."],
    "ja": ["1番目", "22番目", "4分12秒", "9秒", "36.4", "a、b、c", "「x」", "1分たっても", "2分たっても"],
    "pt-BR": ["1º", "22º", "4 min 12 s", "9 s", "36,4", "a, b e c", "“x”", "após 1 minuto.", "após 2 minutos."],
}


@pytest.mark.parametrize("code", SPOKEN)
def test_a_language_writes_numbers_in_its_own_way(code: str) -> None:
    *written, one, several = SPOKEN[code]
    told = [say(code, "reply.expired", asker="@a", minutes=minutes, when="12:00") for minutes in (1, 2)]
    assert written == [
        ordinal(code, 1),
        ordinal(code, 22),
        duration(code, 252.4),
        duration(code, 9),
        decimal(code, 36.44),
        joined(code, ("a", "b", "c")),
        quoted(code, "x"),
    ]
    assert one in told[0] and several in told[1]


# --- a language that is dropped in, and a faulty one

POLISH = """
[language]
name = "Polski"
plurals = ["^1$", "(^|[^1])[234]$"]
ordinals = [["^1$", "{n}-szy"], ["", "{n}."]]
decimal = ","
comma = ", "
and = " i "
quotes = ["„", "”"]
[reply]
processing = "Renderowanie."
pending = "Wysłano do {modle}."
completed_part = "{part} {part:część|części|części_} z {parts}."
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of languages with English alone."""
    shutil.copy(FOLDER / "en.toml", tmp_path)
    monkeypatch.setattr(_languages, "FOLDER", tmp_path)
    _forget()
    yield tmp_path
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    for kept in (languages, language, pattern, _wording._note_fault):
        kept.cache_clear()


def test_a_language_is_added_by_dropping_a_file_in(folder: Path) -> None:
    (folder / "pl.toml").write_text(POLISH, encoding="utf-8")
    assert say("pl", "reply.processing") == "Renderowanie."
    assert [ordinal("pl", n) for n in (1, 2)] == ["1-szy", "2."]
    told = [say("pl", "reply.completed_part", part=n, parts=30) for n in (1, 2, 5, 12, 22)]
    assert [text.split()[1] for text in told] == ["część", "części", "części_", "części_", "części"]


def test_what_a_translation_lacks_or_gets_wrong_is_said_in_english(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "pl.toml").write_text(POLISH, encoding="utf-8")
    for _ in range(2):
        assert say("pl", "reply.cancelled").startswith("Cancelled before")
        assert say("pl", "reply.pending", model="Sora", usual="1 h") == "Sent to Sora. Usually 1 h."
    assert [record.args for record in caplog.records] == [("pl", "reply.cancelled"), ("pl", "reply.pending")]
    assert pattern("pl", "reply.pending").search("Sent to Sora. Usually 1 h.")
    with pytest.raises(KeyError):
        say("pl", "reply.nonsense")
    with pytest.raises(KeyError):
        say("pl", "reply.pending")


@pytest.mark.parametrize("text", ["[reply", "[reply]\nprocessing = 'x'", POLISH.replace('"^1$"', '"("')])
def test_a_file_that_cannot_be_read_leaves_its_locale_with_english(folder: Path, text: str) -> None:
    (folder / "pl.toml").write_text(text, encoding="utf-8")
    assert say("pl", "reply.processing") == "Rendering."


def test_without_english_there_is_nothing_to_say(folder: Path) -> None:
    (folder / "en.toml").write_text("[reply]", encoding="utf-8")
    with pytest.raises(KeyError):
        say("pl", "reply.processing")


# --- commands


@pytest.fixture
def tree() -> app_commands.CommandTree[Any]:
    """A slash command with a choice, a group, and a menu, whose texts are those of `/video`."""
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))

    @tree.command(name="video", description=described("command.video"))
    @app_commands.describe(fit=described("command.video_fit"))
    @app_commands.choices(fit=[app_commands.Choice(name=described("command.fit_pad"), value="pad")])
    async def video(interaction: discord.Interaction, fit: str) -> None: ...

    clips = app_commands.Group(name="clips", description=described("command.video_model"))

    @clips.command(name="list", description=described("suggestion.seconds", seconds=8))
    async def listed(interaction: discord.Interaction) -> None: ...

    async def animate(interaction: discord.Interaction, message: discord.Message) -> None: ...

    tree.add_command(clips)
    tree.add_command(app_commands.ContextMenu(name=described("command.video_model"), callback=animate))
    return tree


async def test_every_text_of_a_command_is_sent_in_every_language(tree: app_commands.CommandTree[Any]) -> None:
    await tree.set_translator(CommandTexts())
    video, clips, menu = await commands_as_sent(tree)
    assert check_commands([video, clips, menu]) == []

    def german(part: dict[str, Any], text: str) -> bool:
        told = part[f"{text}_localizations"]["de"]
        return bool(part[text] != told == language("de").sentences[KEYS[part[text]]])

    [fit] = video["options"]
    assert german(video, "description") and german(fit, "description") and german(fit["choices"][0], "name")
    assert german(clips, "description") and german(menu, "name")
    assert clips["options"][0]["description_localizations"]["de"] == "8 s"
    served = {locale.value for locale in discord.Locale if language(locale.value).code != ENGLISH}
    assert set(video["description_localizations"]) == served
    assert not video.get("name_localizations") and not fit.get("name_localizations")


KEYS = {text: key for key, text in ENGLISH_TEXTS.items() if key.startswith("command.")}


async def test_what_is_compared_before_a_sync_covers_the_translations(tree: app_commands.CommandTree[Any]) -> None:
    plain = await commands_as_sent(tree)
    assert "de" not in str(plain[0].get("description_localizations"))
    await tree.set_translator(CommandTexts())
    assert await commands_as_sent(tree) != plain
