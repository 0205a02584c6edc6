"""What a prompt says: nothing to see is nothing said."""

import sys
import unicodedata

import pytest

from bot.catalogue import read_catalogue
from bot.drafts import assemble
from bot.prompt import BLANK, UNSEEN, clean, shows, straight
from bot.video_request import Draft, Refusal, VideoRequest, parse

CATALOGUE = read_catalogue()
EVERYTHING = [chr(number) for number in range(sys.maxunicode + 1)]

# Source: Unicode Character Database, DerivedCoreProperties, Default_Ignorable_Code_Point.
IGNORABLE = (
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0),
    *(*range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)),
    *(*range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B)),
    *range(0xE0000, 0xE1000),
)
# Words in the name of a letter by which it says itself that there is nothing of it to see.
NAMED_UNSEEN = ("ZERO WIDTH", "FILLER", "INVISIBLE", "VARIATION SELECTOR", "NULL NOTEHEAD", "BLANK")
# Signs for a blank, and lines that fill one, are drawn.
DRAWN = ("BLANK SYMBOL", "GAP FILLER", "LINE FILLER")

NOTHING = {
    "zero width": "\u200b\u200d\ufeff",
    "braille": "\u2800",
    "combining": "\u0301\u0302\u20dd\u0903",
    "variation": "\ufe0f\ufe0e\U000e0100",
    "tags": "\U000e0067\U000e0062\U000e007f",
    "fillers": "\u3164\u115f\u1160\uffa0",
    "directions": "\u202e\u2066\u200e\u200f\u061c\u2069",
    "blanks": "\u3000\u00a0\u2003\u1680\u2028",
    "controls": "\x00\x07\x1b",
    "an object": "\ufffc",
    "all": "\u200b\u2800 \u0301\n\ufe0f\U000e0067\u3164\u202e",
}
SOMETHING = (
    "x",
    "é",
    "e\u0301",
    "海",
    "🎬",
    "❤️",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "1️⃣",
    "한",
    "नि",
    "ـ",
    ".",
    "?",
    "\U0001fae8",
    "\ue000",
    "\u200bא",
)


@pytest.mark.parametrize("prompt", NOTHING.values(), ids=NOTHING)
def test_a_prompt_of_nothing_to_see_is_empty(prompt: str) -> None:
    refusal = parse(Draft(prompt=prompt), CATALOGUE)
    assert isinstance(refusal, Refusal) and refusal.code == "prompt_empty"
    assert clean(prompt) == ""


@pytest.mark.parametrize("prompt", SOMETHING)
def test_what_can_be_seen_is_sent_as_it_was_typed(prompt: str) -> None:
    assert clean(prompt) == prompt
    assert isinstance(parse(Draft(prompt=prompt), CATALOGUE), VideoRequest)


def test_what_unicode_calls_ignorable_is_never_seen() -> None:
    assert [hex(number) for number in IGNORABLE if shows(chr(number))] == []


def test_what_is_called_unseen_is_so_but_for_signs_of_it() -> None:
    named = {letter: unicodedata.name(letter, "") for letter in EVERYTHING}
    unseen = {letter: name for letter, name in named.items() if any(word in name for word in NAMED_UNSEEN)}
    assert len(unseen) > 250
    seen = [name for letter, name in unseen.items() if shows(letter)]
    assert len(seen) < 10 and all(any(word in name for word in DRAWN) for name in seen)


def test_each_letter_is_seen_or_refused_and_few_are_refused_in_spite_of_their_category() -> None:
    seen = {letter for letter in EVERYTHING if clean(letter)}
    assert all(clean(letter) == letter for letter in seen)
    refused = {letter for letter in EVERYTHING if letter not in seen}
    odd = {letter for letter in refused if unicodedata.category(letter)[0] in "LNPS"}
    assert odd == {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0", "\ufffc", "\U0001d159"} | {
        letter for letter in "\U00013441\U00013442" if unicodedata.category(letter) != "Cn"
    }
    assert seen > {letter for letter in EVERYTHING if unicodedata.category(letter) in ("Ll", "Lu", "Nd", "Po", "Sc")}


def test_what_unicode_has_not_yet_named_may_be_a_new_emoji() -> None:
    unnamed = [letter for letter in EVERYTHING if unicodedata.category(letter) == "Cn" and ord(letter) not in BLANK]
    assert len(unnamed) > 100_000 and all(shows(letter) for letter in unnamed)


def test_a_part_of_nothing_to_see_is_no_sentence() -> None:
    assert assemble({"subject": "A boat", "action": "\u200b", "shot": "\u2800"}) == "A boat."
    assert assemble({"subject": "\u200b"}) == ""


# --- directions


def test_nothing_is_left_that_turns_words() -> None:
    turning = {letter for letter in EVERYTHING if unicodedata.bidirectional(letter) in EMBEDDING}
    assert len(turning) == 9
    assert {letter for letter in EVERYTHING if straight(letter) != letter} == turning
    assert clean("a \u202etxet\u202c b \u2067c") == "a txet b c"


EMBEDDING = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


@pytest.mark.parametrize("prompt", ["قارب من ورق", "סירת נייר 3", "قارب\u200f!", "می\u200cخواهم"])
def test_arabic_and_hebrew_stay_as_they_were_typed(prompt: str) -> None:
    assert clean(prompt) == prompt


def test_the_categories_that_are_unseen_are_all_of_the_marks_and_blanks() -> None:
    assert {unicodedata.category(letter) for letter in EVERYTHING if unicodedata.category(letter)[0] in "MZ"} <= {
        *UNSEEN
    }
