"""A server's own AutoMod rules: what they keep out of a text, as Discord would if it saw what it does not see.

Discord looks at messages of members only: not at what they write into commands and forms. Wildcards, exemptions and
limits are those of its documentation (Auto Moderation). Where that leaves it open, what is kept out is more: texts and
patterns are compared without regard to case, and any sign ends a word, not a space alone.
"""

import functools
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ..errors import BadEntry, Unchecked
from .keywords import Keywords, read_keyword
from .look_alikes import Script
from .patterns import ERRORS, Pattern, read_pattern
from .plain_letters import as_it_looks, readings


@dataclass(frozen=True, kw_only=True)
class AutomodRule:
    """A rule as Discord gives it, of the triggers KEYWORD and KEYWORD_PRESET.

    `blocks` is False for one that only tells moderators, in `alert_channel`. `message` is the server's own for whoever
    is refused. `presets` are Discord's words for lists of its own, in lower case, whose words nobody can read.
    """

    id: int
    name: str
    enabled: bool = True
    blocks: bool = True
    keywords: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    exempt_roles: frozenset[int] = frozenset()
    exempt_channels: frozenset[int] = frozenset()
    message: str | None = None
    alert_channel: int | None = None
    presets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Hit:
    """`entry` is the keyword or pattern of the rule as the server wrote it."""

    rule: AutomodRule
    entry: str


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """A pattern of a rule that RE2 does not take, and its own reason: nobody can tell what the rule keeps out."""

    rule: AutomodRule
    entry: str
    reason: str


def find_automod(
    rules: tuple[AutomodRule, ...], text: str, role_ids: Collection[int], channel_ids: Collection[int]
) -> Hit | None:
    """The first rule that keeps a text out, for a member with these roles; None when none does.

    `channel_ids` are those of the channel, and of the thread's or forum post's parent and the category that it is in:
    what is exempt in one of them is exempt. Raises Unchecked when a rule that applies cannot be read and none hits.
    """
    applying = [rule for rule in rules if applies(rule, role_ids, channel_ids)]
    for rule in applying:
        if entry := _read(rule).find(text):
            return Hit(rule=rule, entry=entry)
    if any(_read(rule).unreadable for rule in applying):
        raise Unchecked("automod")
    return None


def applies(rule: AutomodRule, role_ids: Collection[int], channel_ids: Collection[int]) -> bool:
    exempt = rule.exempt_roles.intersection(role_ids) or rule.exempt_channels.intersection(channel_ids)
    return is_on(rule) and not exempt


def is_on(rule: AutomodRule) -> bool:
    """Whether it keeps anything out at all."""
    return rule.enabled and rule.blocks


def find_unreadable(rules: tuple[AutomodRule, ...]) -> tuple[Unreadable, ...]:
    """What the doctor has to say of rules that keep something out: patterns that are not taken."""
    return tuple(each for rule in rules if is_on(rule) for each in _read(rule).unreadable)


def find_presets(rules: tuple[AutomodRule, ...]) -> tuple[str, ...]:
    """The lists of Discord's that are switched on, and that cannot be followed."""
    return tuple(dict.fromkeys(preset for rule in rules if is_on(rule) for preset in rule.presets))


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """A rule, ready to be looked for."""

    keywords: Keywords
    patterns: tuple[tuple[str, Pattern], ...]
    allowed: Keywords
    unreadable: tuple[Unreadable, ...]

    def find(self, text: str) -> str | None:
        try:
            return self.keywords.find(text, self.allowed) or next(self._pattern_hits(text), None)
        except ERRORS as error:
            raise Unchecked("automod") from error

    def _pattern_hits(self, text: str) -> Iterator[str]:
        ways = dict.fromkeys((as_it_looks(text), *readings(text, Script.LATIN))) if self.patterns else ()
        for way in ways:
            free = self.allowed.spans(way)
            for entry, pattern in self.patterns:
                if any(not free.cover(found.span()) for found in pattern.finditer(way)):
                    yield entry


@functools.lru_cache(maxsize=64)
def _read(rule: AutomodRule) -> _Rule:
    patterns: list[tuple[str, Pattern]] = []
    unreadable: list[Unreadable] = []
    for entry in rule.patterns:
        try:
            patterns.append((entry, read_pattern(entry)))
        except BadEntry as error:
            unreadable.append(Unreadable(rule=rule, entry=entry, reason=error.reason))
    return _Rule(
        keywords=_keywords(rule.keywords),
        patterns=tuple(patterns),
        allowed=_keywords(rule.allowed),
        unreadable=tuple(unreadable),
    )


def _keywords(entries: tuple[str, ...]) -> Keywords:
    return Keywords(keyword for entry in entries if (keyword := read_keyword(entry)))
