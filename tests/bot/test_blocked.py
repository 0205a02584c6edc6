"""Blocked words: whole words in any disguise and any script, patterns in linear time, and what is no entry."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadEntry, Unchecked
from bot.server_rules.blocked import ALTOGETHER, ENTRIES, LONGEST, PATTERNS, read_blocked

# --- words

HITS = [
    ("kitten", "A kitten, asleep"),
    ("kitten", "KITTEN!"),
    ("kitten", "**_kitten_**"),
    ("kitten", "kitten's ear"),
    ("kitten", "kittenの動画"),
    ("kitten", "a k i t t e n asleep"),
    ("kitten", "k-i-t-t-e-n"),
    ("kitten", "my_kitten2.png"),
    ("kitten", "ki**tt**en ||kitt||en"),
    ("kit*", "kittens"),
    ("*ten", "a kitten"),
    ("*tte*", "kittens"),
    ("bad kitten", "a bad,\n  kitten"),
    ("c++", "written in c++11"),
    ("rock & roll", "Rock  &  Roll"),
    ("rock & roll", "rock... & ⓫ roll"),
    ("88", "88 boats"),
    ("🍆", "a boat🍆🍆"),
    ("猫", "黒猫が走る"),
    ("ばか", "おまえばかだ"),
    ("バカ", "お前バカだ"),
    ("кот", "Мой КОТ спит"),
    ("кот", "мой кoт спит"),
    ("قط", "قِطّ، أسود"),
    ("แมว", "ดูแมวน้อย"),
    ("고양이", "고양이!"),
]
MISSES = [
    ("kitten", "kittens"),
    ("kitten", "sitten"),
    ("mp", "mp3"),
    ("ass", "a class of grass in a glass"),
    ("kit*", "a toolkit"),
    ("*ten", "tenor"),
    ("cunt", "Scunthorpe"),
    ("bad kitten", "bad kittens"),
    ("88", "1988"),
    ("バカ", "夏のバカンス"),
    ("кот", "котлета"),
    ("pot", "у него рот открыт"),
    ("ano", "un año"),
    ("schwul", "Es ist schwül"),
    ("قط", "قطة"),
    ("고양이", "고양이가"),
    ("kitten", ""),
]


@pytest.mark.parametrize(("entry", "text"), HITS)
def test_a_word_is_found(entry: str, text: str) -> None:
    assert read_blocked(("nothing", entry, "/nowhere/")).find(text) == entry


@pytest.mark.parametrize(("entry", "text"), MISSES)
def test_what_only_contains_it_is_another_word(entry: str, text: str) -> None:
    assert read_blocked((entry,)).find(text) is None


def test_of_many_words_the_one_that_is_there_is_named() -> None:
    entries = tuple(f"word{number}" for number in range(ENTRIES))
    assert read_blocked(entries).find("a boat, word777, and a street") == "word777"
    assert read_blocked(entries).find("a boat, word1000, and a street") is None


# --- disguises

WORDS = ("kitten", "boat at night", "кот", "γάτα", "猫", "قطة", "straße")
UNSEEN = "\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2064\u2066\u2069\ufe0f"
UNSEEN += "\ufeff\ufff9\U0001d173\U000e0001\U000e0020\U000e0041\U000e007f\U000e0100\x00\x07\x7f\ud800\udfff"


@given(st.sampled_from(WORDS), st.data())
def test_whatever_is_sprinkled_in_a_hit_stays_one(word: str, data: st.DataObject) -> None:
    text = f"a small {word}, asleep"
    sprinkled = "".join(each + data.draw(st.text(UNSEEN, max_size=3)) for each in text)
    assert read_blocked(WORDS).find(sprinkled) == word


STACK = st.text("".join(map(chr, range(0x300, 0x370))), min_size=3, max_size=6)


@given(st.lists(STACK, min_size=6, max_size=6))
def test_whatever_is_stacked_on_its_letters_a_hit_stays_one(stacks: list[str]) -> None:
    dressed = "".join(letter + stack for letter, stack in zip("kitten", stacks, strict=True))
    assert read_blocked(("kitten",)).find(f"a {dressed}!") == "kitten"


@given(st.sampled_from(["kitten", "лошадь"]), st.text(" .-_*~|", min_size=1, max_size=3))
def test_however_its_letters_are_spaced_a_hit_stays_one(word: str, space: str) -> None:
    assert read_blocked((word,)).find(f"a small {space.join(word)} asleep") == word


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    assert read_blocked(("kitten", "/qqq+/")).find(text) in (None, "kitten", "/qqq+/")


@given(st.text(min_size=1, max_size=20))
def test_any_entry_is_taken_or_refused(entry: str) -> None:
    try:
        read_blocked((entry,))
    except BadEntry as refused:
        assert refused.entry == entry


# --- patterns


@pytest.mark.parametrize(
    ("entry", "text", "hit"),
    [
        ("/kit+en/", "some kitttttens", True),
        ("/kit+en/", "KITTEN", True),
        ("/kit+en/", "kіttеn", True),
        ("/kit+en/", "k\u200bitten", True),
        ("/^a boat$/", "a boat", True),
        ("/^a boat$/", "a boat sails", False),
        (r"/\bкот\b/", "мой кот спит", True),
        (r"/\bкот\b/", "котлета", False),
        ("/к.т/", "КИТ", True),
        ("/straße/", "eine Straße", True),
        (r"/\d{3}/", "call ٣٤٥", True),
        (r"/a\sb/", "a\u3000b", True),
    ],
)
def test_a_pattern_is_found(entry: str, text: str, hit: bool) -> None:
    assert read_blocked((entry,)).find(text) == (entry if hit else None)


def test_a_pattern_that_others_never_end_with_ends() -> None:
    """One that tries and goes back would take two steps for each letter more, to the power of their number."""
    blocked = read_blocked(("/(a+)+$/", "/(a|aa)+$/", r"/(\w+\s?)*$.x/"))
    assert blocked.find("a" * 100_000 + "b") is None
    assert blocked.find("a" * 100_000) == "/(a+)+$/"


# --- what is no entry

REFUSED = [
    ("/[/", "pattern", "missing ]: ["),
    ("/(?=a)/", "pattern", "invalid perl operator: (?="),
    (r"/(a)\1/", "pattern", r"invalid escape sequence: \1"),
    ("/(a{100}){100}/", "pattern", "invalid repetition size: {100}"),
    ("/[a&&b]/", "pattern", "not taken: &&"),
    ("/\ud800/", "pattern", "half a character"),
    ("/a*/", "everything", ""),
    ("//", "everything", ""),
    ("*", "empty", ""),
    (" \u200b ", "empty", ""),
    ("", "empty", ""),
    ("x" * (LONGEST + 1), "too_long", ""),
    (f"/{'x' * LONGEST}/", "too_long", ""),
]


@pytest.mark.parametrize(("entry", "code", "reason"), REFUSED)
def test_what_is_no_entry_is_refused_with_the_reason(entry: str, code: str, reason: str) -> None:
    with pytest.raises(BadEntry) as refused:
        read_blocked(("kitten", entry, "boat"))
    assert (refused.value.entry, refused.value.code, refused.value.reason) == (entry, code, reason)


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([f"word{number}" for number in range(ENTRIES + 1)], "too_many"),
        ([f"/word{number}/" for number in range(PATTERNS + 1)], "too_many_patterns"),
        ([f"{number:0260}" for number in range(ALTOGETHER // LONGEST + 1)], "too_much"),
        ([rf"/\w\w\w\w{number}/" for number in range(PATTERNS)], "too_much"),
    ],
)
def test_there_is_an_end_to_a_list(entries: list[str], code: str) -> None:
    with pytest.raises(BadEntry) as refused:
        read_blocked(tuple(entries))
    assert refused.value.code == code
    read_blocked(tuple(entries[: entries.index(refused.value.entry)]))


# --- where there is no memory

STARVED = """
import resource
from pathlib import Path
from bot.errors import Unchecked
from bot.server_rules.blocked import read_blocked

blocked, text = read_blocked(("kitten", "/kit+en/")), "a boat " * 4_000_000
pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 2**22,) * 2)
try:
    print(blocked.find(text))
except Unchecked as unchecked:
    print(f"unchecked {unchecked.code}")
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="counts pages as Linux does")
def test_what_cannot_be_looked_at_for_want_of_memory_does_not_pass() -> None:
    ended = subprocess.run([sys.executable, "-c", STARVED], capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.stderr) == ("unchecked words\n", "")


def test_an_error_names_no_text() -> None:
    assert not re.search("boat", str(Unchecked("words")))
