"""A server's AutoMod rules: Discord's meaning of wildcards and lists, who and what is exempt, what cannot be read."""

from typing import Any

import pytest

from bot.errors import Unchecked
from bot.server_rules.automod import AutomodRule, Unreadable, find_automod, find_presets, find_unreadable


def a_rule(**fields: Any) -> AutomodRule:
    return AutomodRule(**{"id": 1, "name": "ours", **fields})


def hit(text: str, *rules: AutomodRule, roles: tuple[int, ...] = (), channels: tuple[int, ...] = ()) -> str | None:
    found = find_automod(rules, text, roles, channels)
    return found.entry if found else None


# Source: Discord, Keyword Matching Strategies: its own examples, and beside each what is none.
STRATEGIES = [
    ("cat*", ["catch", "Catapult", "CAttLE"], ["wildcat", "location"]),
    ("tra*", ["train", "trade", "TRAditional"], ["extra", "outrage"]),
    ("the mat*", ["the matrix"], ["breathe matter"]),
    ("*cat", ["wildcat", "copyCat"], ["catch", "location"]),
    ("*tra", ["extra", "ultra", "orchesTRA"], ["train", "outrage"]),
    ("*the mat", ["breathe mat"], ["breathe matter"]),
    ("*cat*", ["location", "eduCation", "cat"], ["ca t"]),
    ("*tra*", ["abstracted", "outrage"], ["tar"]),
    ("*the mat*", ["breathe matter"], ["thematter"]),
    ("cat", ["cat", "a Cat, asleep"], ["catch", "wildcat", "location"]),
    ("train", ["train"], ["trains"]),
    ("the mat", ["the mat"], ["the matrix", "breathe mat"]),
    ("i like c++", ["I like C++"], ["i like c"]),
]


@pytest.mark.parametrize(("keyword", "hits", "misses"), STRATEGIES, ids=[each[0] for each in STRATEGIES])
def test_wildcards_mean_what_discord_says(keyword: str, hits: list[str], misses: list[str]) -> None:
    rule = a_rule(keywords=(keyword,))
    assert [hit(text, rule) for text in hits] == [keyword] * len(hits)
    assert [hit(text, rule) for text in misses] == [None] * len(misses)


@pytest.mark.parametrize(
    ("pattern", "text", "is_hit"),
    [
        ("(b|c)at", "a bat", True),
        ("(b|c)at", "a BAT", True),
        (r"^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$", "192.168.1.1", True),
        (r"^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$", "at 192.168.1.1", False),
        # Rust's classes are Unicode's
        (r"\bкот\b", "мой кот", True),
        (r"\bкот\b", "котлета", False),
        (r"^\w+$", "кот", True),
        (r"^\W+$", "кот", False),
        (r"^[\w-]+$", "чёрный-кот", True),
        (r"^\S+$", "a\u00a0b", False),
        (r"\d", "٣", True),
        (r"\u{1F346}", "a 🍆", True),
        (r"\x{1F346}|\u0041", "a 🍆", True),
        (r"[[:alpha:]]{3}", "cat", True),
        (r"[]a]", "]", True),
    ],
)
def test_patterns_mean_what_rust_says(pattern: str, text: str, is_hit: bool) -> None:
    assert hit(text, a_rule(patterns=(pattern,))) == (pattern if is_hit else None)


@pytest.mark.parametrize(
    ("keywords", "allowed", "text", "entry"),
    [
        (("*cat*",), ("location",), "a location", None),
        (("*cat*",), ("location",), "locations", "*cat*"),
        (("*cat*",), ("locat*",), "locations", None),
        (("cat*",), ("*atch",), "catch", None),
        (("cat*",), ("*atch",), "catch a cat", "cat*"),
        (("cat", "cat ears"), ("cat",), "cat ears", "cat ears"),
        (("bad cat", "cat ears"), ("bad cat",), "bad cat ears", "cat ears"),
        (("cat",), ("bad cat",), "bad c\u200bat", None),
    ],
)
def test_what_is_allowed_is_none_but_what_is_more_than_it_is_one(
    keywords: tuple[str, ...], allowed: tuple[str, ...], text: str, entry: str | None
) -> None:
    assert hit(text, a_rule(keywords=keywords, allowed=allowed)) == entry


def test_what_is_allowed_holds_for_patterns_too() -> None:
    rule = a_rule(patterns=("(b|c)at",), allowed=("bat",))
    assert [hit(text, rule) for text in ("a bat", "a cat", "bat cat")] == [None, "(b|c)at", "(b|c)at"]


def test_who_and_what_is_exempt() -> None:
    rule = a_rule(keywords=("cat",), exempt_roles=frozenset({3}), exempt_channels=frozenset({50}))
    assert hit("cat", rule, roles=(1, 2), channels=(40, 41)) == "cat"
    assert hit("cat", rule, roles=(1, 3), channels=(40,)) is None
    # a thread, its parent, the category of that
    assert hit("cat", rule, channels=(99, 40, 50)) is None


def test_a_rule_that_is_switched_off_keeps_out_nothing() -> None:
    assert hit("cat", a_rule(keywords=("cat",), enabled=False)) is None


def test_a_rule_that_only_tells_moderators_keeps_out_nothing() -> None:
    assert hit("cat", a_rule(keywords=("cat",), patterns=("(?=c)",), blocks=False, alert_channel=9)) is None


def test_a_hit_tells_the_rule_with_its_own_message() -> None:
    other, ours = a_rule(keywords=("dog",)), a_rule(name="pets", keywords=("c*",), message="No pets here.")
    found = find_automod((other, ours), "a cat", (), ())
    assert found and (found.rule.name, found.rule.message, found.entry) == ("pets", "No pets here.", "c*")


def test_a_disguise_helps_nobody() -> None:
    assert hit("a c\u200bаt", a_rule(keywords=("cat",))) == "cat"


# --- what cannot be read

UNREADABLE = [
    "(?=cat)",
    r"(c)\1",
    "[a-z&&[^b]]",
    "[a-z--b]",
    "[[a]b]",
    r"\<cat",
    r"\b{start}cat",
    r"\Bcat",
    "(?x)cat",
    r"[\w-]{250}",
]


@pytest.mark.parametrize("pattern", UNREADABLE)
def test_a_pattern_that_is_not_taken_lets_nothing_pass(pattern: str) -> None:
    rule = a_rule(patterns=("dog", pattern))
    with pytest.raises(Unchecked) as unchecked:
        hit("a boat", rule)
    assert unchecked.value.code == "automod"
    # what another part of the rules keeps out is still told by that part
    assert hit("a dog", rule) == "dog"
    assert hit("a cat", rule, a_rule(keywords=("cat",))) == "cat"
    [told] = find_unreadable((rule,))
    assert (told.rule, told.entry) == (rule, pattern) and told.reason


def test_where_such_a_rule_does_not_apply_it_is_in_nobody_s_way() -> None:
    off = a_rule(patterns=("(?=cat)",), enabled=False)
    assert hit("a boat", off) is None and find_unreadable((off,)) == ()
    assert hit("a boat", a_rule(patterns=("(?=cat)",), exempt_roles=frozenset({3})), roles=(3,)) is None


def test_lists_of_discord_s_are_known_by_name_alone() -> None:
    lists = a_rule(presets=("profanity", "slurs"))
    assert hit("anything", lists) is None
    assert find_presets((lists, a_rule(presets=("sexual_content",), enabled=False))) == ("profanity", "slurs")


def test_a_rule_as_large_as_discord_takes_is_read() -> None:
    """The longest words, each of another letter of three bytes."""
    words = tuple(chr(0x4E00 + number) * 60 for number in range(1000))
    allowed = tuple(chr(0x5E00 + number) * 60 for number in range(100))
    rule = a_rule(keywords=words, patterns=tuple(f".{{24{last}}}" for last in range(10)), allowed=allowed)
    assert find_unreadable((rule,)) == ()
    assert hit(f"x {words[777]} y", rule) == words[777]


def test_the_doctor_is_told_which_pattern_of_which_rule() -> None:
    rule = a_rule(patterns=("a", "(?=b)"))
    assert find_unreadable((rule,)) == (Unreadable(rule=rule, entry="(?=b)", reason="invalid perl operator: (?="),)
