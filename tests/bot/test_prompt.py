"""What a prompt says: nothing to see is nothing said, and Discord's markup is spelled out in words."""

import sys
import unicodedata
from itertools import pairwise

import pytest

from bot.catalogue import read_catalogue
from bot.drafts import assemble
from bot.prompt import BLANK, UNSEEN, Named, clean, shows, spell_out, straight
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


# --- markup

NAMES = {
    (Named.MEMBER, 1): "Ana",
    (Named.MEMBER, 2): "<@1>",
    (Named.ROLE, 1): "Pilots",
    (Named.CHANNEL, 1): "harbour",
    (Named.SOUND, 3): "a sound",
    (Named.MEMBER, 10**18): "Bea",
}


def name_of(kind: Named, number: int) -> str:
    return NAMES.get((kind, number), f"some {kind}")


SPELLED = {
    "<@1> waves": "Ana waves",
    "<@!1>'s boat": "Ana's boat",
    f"(<@{10**18}>)": "(Bea)",
    "<@9> waves": "some member waves",
    "the <@&1> of <#1>": "the Pilots of harbour",
    "<@&2> in <#2>": "some role in some channel",
    "a <:kite:5> and an <a:old_kite:5>": "a kite and an old_kite",
    "<:kite:5><:kite:5>": "kite kite",
    "fly<:kite:5>high": "fly kite high",
    "</video:7> </clips show:7>": "video clips show",
    "<id:customize> <id:browse> <id:guide> <id:home>": "customize browse guide home",
    "<id:linked-roles> <id:linked-roles:5>": "linked roles linked roles",
    "<sound:0:3>": "a sound",
    "<t:0>": "1970-01-01 00:00 UTC",
    "<t:1618953630:t>": "21:20 UTC",
    "<t:1618953630:T>": "21:20:30 UTC",
    "<t:1618953630:d>": "2021-04-20",
    "<t:1618953630:D>": "2021-04-20",
    "<t:1618953630:f>": "2021-04-20 21:20 UTC",
    "<t:1618953630:F>": "2021-04-20 21:20 UTC",
    "<t:1618953630:s>": "2021-04-20 21:20 UTC",
    "<t:1618953630:S>": "2021-04-20 21:20:30 UTC",
    "<t:1618953630:R>": "2021-04-20 21:20 UTC",
    "<t:-86400:d>": "1969-12-31",
    f"<t:{10**18}:R>": "some time",
    r"\<@1> and \<:kite:5>": "Ana and kite",
    "`<@1>` ```\n<:kite:5>\n```": "`Ana` ```\nkite\n```",
    "<<:t:1>:0:R>": "1970-01-01 00:00 UTC",
    "<@2>": "‹@1›",
    "3 < 4 > 2, <b>, <3, :kite:, @Ana, #harbour": "3 < 4 > 2, <b>, <3, :kite:, @Ana, #harbour",
    "<https://example.com/5>": "<https://example.com/5>",
    "nothing": "nothing",
}


@pytest.mark.parametrize(("typed", "words"), SPELLED.items())
def test_markup_is_spelled_out(typed: str, words: str) -> None:
    assert spell_out(typed, name_of) == words


def test_no_markup_within_markup_is_left() -> None:
    parts = ["<@1>", "<:t:1>", "<t:", "0:R>", "<", ">", ":1>", "<@", "\\", "<#1>", "</a:1>", "x"]
    for first, second in pairwise(a + b + c for a in parts for b in parts for c in parts):
        spelled = spell_out(first + second, name_of)
        assert spell_out(spelled, name_of) == spelled


def test_the_worst_prompt_is_spelled_out_in_time() -> None:
    assert spell_out("<" * 700 + ":a:1>" * 700, name_of) == "a"


def test_the_categories_that_are_unseen_are_all_of_the_marks_and_blanks() -> None:
    assert {unicodedata.category(letter) for letter in EVERYTHING if unicodedata.category(letter)[0] in "MZ"} <= {
        *UNSEEN
    }
