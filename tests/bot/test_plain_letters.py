"""Plain letters: which disguises are undone, and what is left alone because a language needs it."""

import sys
import unicodedata

import pytest

from bot.server_rules.look_alikes import Script
from bot.server_rules.patterns import NO_WORD
from bot.server_rules.plain_letters import INVISIBLE, as_it_looks, plain_word, readings

LATIN = {
    "as it is": "kitten",
    "capitals": "KITTEN",
    "full width": "ｋｉｔｔｅｎ",
    "mathematical": "𝓴𝓲𝓽𝓽𝓮𝓷",
    "in circles": "ⓚⓘⓣⓣⓔⓝ",
    "in black squares": "🅺🅸🆃🆃🅴🅽",
    "as flags": "🇰🇮🇹🇹🇪🇳",
    "small capitals": "ᴋɪᴛᴛᴇɴ",
    "Cyrillic among Latin": "kіttеn",
    "Cyrillic but for one": "кіттеn",
    "Greek among Latin": "κιttεn",
    "Greek and Cyrillic": "κіττεп",
    "Cherokee": "ᏦᎥᎢᎢᎬn",
    "struck through": "k̶i̶t̶t̶e̶n̶",
    "stacked with marks": "k̸̡̢͇͎̍i͛̕t̴̘͂t̷͕̀e̶n̷̊",
    "with more accents than letters without": "ḱíttéń",
    "by digits": "k1773n",
    "by digits and another script": "к1tt3n",
    "spaced out": "k i t t e n",
    "with dots": "k.i.t.t.e.n",
    "spread over lines": "k\ni\nt\nt\ne\nn",
    "spaced out, by digits": "k 1 t t 3 n",
    "spaced out, in two scripts": "k і t t е n",
    "markup": "ki**tt**en",
    "soft hyphens": "kit\xadten",
    "tags": "kit\U000e0074ten",
    "a filler": "kit\u1160ten",
    "half a character": "kit\ud83dten",
    "a control": "kit\x00ten",
}


@pytest.mark.parametrize("text", LATIN.values(), ids=LATIN.keys())
def test_a_disguise_is_undone(text: str) -> None:
    assert any("kitten" in reading.split(" ") for reading in readings(text, Script.LATIN))


@pytest.mark.parametrize(
    ("text", "word", "script"),
    [
        ("мoй кoт", "мой кот", Script.CYRILLIC),
        ("KOT", "кот", Script.CYRILLIC),
        ("к о т", "кот", Script.CYRILLIC),
        ("aγάπη", "αγάπη", Script.GREEK),
        ("مُحَمَّد", "محمد", None),
        ("قـــط", "قط", None),
        ("ﾊﾞｶ", "バカ", None),
        ("か\u3099", "が", None),
    ],
)
def test_of_other_scripts_too(text: str, word: str, script: Script | None) -> None:
    assert any(reading == word or word in reading.split(" ") for reading in readings(text, script))


@pytest.mark.parametrize(
    ("text", "not_read"),
    [
        ("un año", "un ano"),
        ("schwül", "schwul"),
        ("sık", "sik"),
        ("у него рот открыт", "pot"),
        ("выносит сор из избы", "cop"),
        ("σορ και άλλα", "cop"),
        ("4k", "ak"),
        ("1980", "i98o"),
        ("🇺🇸", "us"),
        ("I a m", "iam am"),
        ("ill", "lil"),
    ],
)
def test_what_a_language_needs_is_left_alone(text: str, not_read: str) -> None:
    assert not any(not_read in reading.split(" ") or not_read == reading for reading in readings(text, Script.LATIN))


def test_a_whole_word_of_another_script_is_a_disguise_where_nothing_else_is_of_that_script() -> None:
    assert "a cop runs" in readings("a сор runs", Script.LATIN)
    assert "a cop runs" not in readings("a сор runs", None)


@pytest.mark.parametrize(
    ("word", "plain", "script"),
    [
        ("Kitten", "kitten", Script.LATIN),
        ("kіttеn", "kitten", Script.LATIN),
        ("рот", "рот", Script.CYRILLIC),
        ("сор", "сор", Script.CYRILLIC),
        ("cop", "cop", Script.LATIN),
        ("ЁЛКА", "ёлка", Script.CYRILLIC),
        ("Straße", "strasse", Script.LATIN),
        ("猫", "猫", None),
        ("قِطّ", "قط", None),
        ("🍆", "🍆", None),
        ("\u200b", "", None),
    ],
)
def test_a_word_that_is_looked_for_keeps_its_script(word: str, plain: str, script: Script | None) -> None:
    assert plain_word(word) == (plain, script)


def test_what_shows_nothing_is_all_that_unicode_says_shows_nothing() -> None:
    shown = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85"
    silent = [each for each in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(each) in ("Cc", "Cf", "Cs")]
    assert [hex(ord(each)) for each in silent if each not in shown and not INVISIBLE.fullmatch(each)] == []


def test_no_letter_of_any_script_ends_a_word() -> None:
    """But for what NFKC takes apart, which no text has any more."""
    ranges = [*zip(NO_WORD[::2], NO_WORD[1::2], strict=True)]
    inside = (chr(each) for first, last in ranges for each in range(ord(first), ord(last) + 1))
    letters = [each for each in inside if unicodedata.category(each)[0] == "L" and as_it_looks(each) == each]
    assert letters == []


def test_a_reading_is_given_once() -> None:
    assert readings("a kitten", Script.LATIN) == ("a kitten",)
