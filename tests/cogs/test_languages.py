"""Every language says what English says, with the same facts, within the limits; and a faulty one harms nobody."""

import re
import shutil
import string
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
from cogs.words.languages import ENGLISH, FOLDER, language, languages
from cogs.words.wording import (
    ago,
    decimal,
    described,
    duration,
    estimate,
    joined,
    ordinal,
    pattern,
    quoted,
    say,
    span,
)
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
    r"form\..+_hint|form\.(file|rules|size)_.+|ask\.(shape|model|picture)": 100,
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
    assert {key for key in texts if not texts[key]} == set()


@every_language
def test_texts_are_as_short_as_discord_wants_them(code: str) -> None:
    for key, text in language(code).sentences.items():
        limit = next((limit for form, limit in LIMITS.items() if re.fullmatch(form, key)), 1900)
        assert len(text) <= limit, f"{key} has {len(text)} characters, at most are {limit}: {text}"


@every_language
def test_a_word_has_the_forms_that_whole_numbers_take(code: str) -> None:
    spoken = language(code)
    rules = {"#": spoken.cldr.ordinal_form, "": spoken.cldr.plural_form}
    taken = {sign: len({rule(number) for number in range(1000)}) for sign, rule in rules.items()}
    for key, text in spoken.sentences.items():
        for _, forms in choices(text):
            assert 1 < len(forms.split("|")) <= taken["#" if forms.startswith("#") else ""], key


# --- how numbers, times and lists are written

ORDINALS = (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 101, 111)

SPOKEN: dict[str, dict[str, list[str]]] = {
    "en": {
        "ordinals": ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "101st", "111th"],
        "lists": ["a", "a and b", "a, b, and c"],
        "numbers": ["36.4", "1,234.50"],
        "units": ["9 s", "4 min 12 s"],
        "times": ["3–8 minutes", "less than a minute", "about 1 minute", "about 5 minutes", "about 6 hours"],
        "ages": ["just now", "1 minute ago", "2 hours ago", "3 days ago"],
        "quotes": ["“x”"],
        "sentences": ["after 0 minutes", "after 1 minute", "after 2 minutes", "after 5 minutes", "1,234", "9.5 MB"],
    },
    "de": {
        "ordinals": [f"{number}." for number in ORDINALS],
        "lists": ["a", "a und b", "a, b und c"],
        "numbers": ["36,4", "1.234,50"],
        "units": ["9 s", "4 min 12 s"],
        "times": ["3–8 Minuten", "weniger als eine Minute", "etwa 1 Minute", "etwa 5 Minuten", "etwa 6 Stunden"],
        "ages": ["gerade eben", "vor 1 Minute", "vor 2 Stunden", "vor 3 Tagen"],
        "quotes": ["„x“"],
        "sentences": ["Nach 0 Minuten", "Nach 1 Minute", "Nach 2 Minuten", "Nach 5 Minuten", "1.234", "9,5 MB"],
    },
    "es": {
        "ordinals": [f"{number}.º" for number in ORDINALS],
        "lists": ["a", "a y b", "a, b y c"],
        "numbers": ["36,4", "1.234,50"],
        "units": ["9 s", "4 min 12 s"],
        "times": [
            "de 3 a 8 minutos",
            "menos de un minuto",
            "cerca de 1 minuto",
            "cerca de 5 minutos",
            "cerca de 6 horas",
        ],
        "ages": ["ahora mismo", "hace 1 minuto", "hace 2 horas", "hace 3 días"],
        "quotes": ["«x»"],
        "sentences": [
            "después de 0 minutos",
            "después de 1 minuto",
            "después de 2 minutos",
            "después de 5 minutos",
            "1.234",
            "9,5 MB",
        ],
    },
    "fr": {
        "ordinals": ["1er", *(f"{number}e" for number in ORDINALS[1:])],
        "lists": ["a", "a et b", "a, b et c"],
        "numbers": ["36,4", "1\u202f234,50"],
        "units": ["9 s", "4 min 12 s"],
        "times": [
            "3 à 8 minutes",
            "moins d’une minute",
            "environ 1 minute",
            "environ 5 minutes",
            "environ 6\N{NBSP}heures",
        ],
        "ages": ["à l’instant", "il y a 1 minute", "il y a 2 heures", "il y a 3 jours"],
        "quotes": ["«\N{NBSP}x\N{NBSP}»"],
        "sentences": [
            "après 0 minute",
            "après 1 minute",
            "après 2 minutes",
            "après 5 minutes",
            "1\u202f234",
            "9,5\u202fMo",
        ],
    },
    "ja": {
        "ordinals": [f"{number}番目" for number in ORDINALS],
        "lists": ["a", "a、b", "a、b、c"],
        "numbers": ["36.4", "1,234.50"],
        "units": ["9秒", "4分12秒"],
        "times": ["3〜8 分", "1 分未満", "約 1 分", "約 5 分", "約 6 時間"],
        "ages": ["たった今", "1 分前", "2 時間前", "3 日前"],
        "quotes": ["「x」"],
        "sentences": ["0分たっても", "1分たっても", "2分たっても", "5分たっても", "1,234", "9.5 MB"],
    },
    "pt-BR": {
        "ordinals": [f"{number}º" for number in ORDINALS],
        "lists": ["a", "a e b", "a, b e c"],
        "numbers": ["36,4", "1.234,50"],
        "units": ["9 s", "4 min 12 s"],
        "times": [
            "de 3 a 8 minutos",
            "menos de um minuto",
            "cerca de 1 minuto",
            "cerca de 5 minutos",
            "cerca de 6 horas",
        ],
        "ages": ["agora mesmo", "há 1 minuto", "há 2 horas", "há 3 dias"],
        "quotes": ["“x”"],
        "sentences": ["após 0 minuto", "após 1 minuto", "após 2 minutos", "após 5 minutos", "1.234", "9,5 MB"],
    },
}


@pytest.mark.parametrize("code", SPOKEN)
def test_a_language_writes_numbers_in_its_own_way(code: str) -> None:
    parts = SPOKEN[code]["sentences"]
    assert SPOKEN[code] == {
        "ordinals": [ordinal(code, number) for number in ORDINALS],
        "lists": [joined(code, words) for words in ("a", "ab", "abc")],
        "numbers": [decimal(code, 36.44), decimal(code, 1234.5, digits=2)],
        "units": [duration(code, 9), duration(code, 252.4)],
        "times": [span(code, 180, 480), *(estimate(code, seconds) for seconds in (0, 80, 400, 20_000))],
        "ages": [ago(code, seconds) for seconds in (0, 60, 7500, 250_000)],
        "quotes": [quoted(code, "x")],
        "sentences": parts,
    }
    told = [say(code, "reply.expired", asker="", minutes=minutes, when="12:00") for minutes in (0, 1, 2, 5)]
    told.append(say(code, "queue.count", count=2, total=1234, active=1, usual=""))
    told.append(say(code, "clip.too_large_unlinked", megabytes=9.5))
    assert [part for part, text in zip(parts, told, strict=True) if part not in text] == []


def test_a_region_that_shares_its_sentences_has_its_own_numbers() -> None:
    assert [decimal(locale, 1234.5) for locale in ("es-ES", "es-419")] == ["1.234,5", "1,234.5"]
    assert [joined(locale, "abc") for locale in ("en-US", "en-GB")] == ["a, b, and c", "a, b and c"]


@pytest.mark.parametrize("locale", ["es-XX", "es-nowhere"])
def test_a_region_that_nobody_knows_has_the_numbers_of_its_language(locale: str) -> None:
    assert decimal(locale, 36.44) == "36,4"


def test_a_locale_without_a_language_has_english_sentences_and_english_numbers() -> None:
    assert say("fi", "review.count", length=1234, limit=2000) == "1,234 of 2,000 characters"


# --- a language that is dropped in, and a faulty one

POLISH = """
[text]
ordinal = "{number}."
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
    assert (ordinal("pl", 2), decimal("pl", 36.44), joined("pl", "abc")) == ("2.", "36,4", "a, b i c")
    told = [say("pl", "reply.completed_part", part=n, parts=30) for n in (1, 2, 5, 12, 22)]
    assert [text.split()[1] for text in told] == ["część", "części", "części_", "części_", "części"]


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_any_locale_of_discord_can_have_a_language_and_has_its_own_numbers(folder: Path, locale: str) -> None:
    (folder / f"{locale}.toml").write_text(POLISH, encoding="utf-8")
    assert say(locale, "reply.processing") == "Renderowanie."
    assert language(locale).cldr.language == locale.split("-")[0]
    assert joined(locale, "abc") and duration(locale, 252.4) and ago(locale, 7500)


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


@pytest.mark.parametrize(("code", "text"), [("pl", "[reply"), ("xx", POLISH)], ids=["no toml", "no such language"])
def test_a_file_that_cannot_be_used_leaves_its_locale_with_english(folder: Path, code: str, text: str) -> None:
    (folder / f"{code}.toml").write_text(text, encoding="utf-8")
    assert say(code, "reply.processing") == "Rendering."


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

    @clips.command(name="list", description=described("form.seconds_option", seconds=8))
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
