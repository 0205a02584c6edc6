"""The words and patterns that a server keeps out of what is asked of the bot, and whether one of them is in a text."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..errors import BadEntry, Unchecked
from .keywords import Keyword, Keywords, read_keyword
from .look_alikes import Script
from .patterns import ERRORS, Pattern, read_pattern
from .plain_letters import as_it_looks, readings

# Of a list: entries, of which so many patterns; characters of an entry (as long as a pattern of Discord's), and of all
# words together, so that what they take in memory has an end.
ENTRIES = 1000
PATTERNS = 100
LONGEST = 260
ALTOGETHER = 20_000
# Instructions of all patterns together: a text costs at most so many steps a character, 7 ns each, whatever they are.
PROGRAM = 20_000


@dataclass(frozen=True, kw_only=True)
class Blocked:
    """A list that was read: `find` looks for all of it at once."""

    keywords: Keywords
    patterns: Mapping[str, Pattern]

    def find(self, text: str) -> str | None:
        """The entry that is in a text, however it is dressed up; None when there is none.

        A prompt takes about a millisecond, or seconds if somebody means harm by the patterns: ask in a thread, beside
        which RE2 lets others run. Raises Unchecked when nobody can tell, for want of memory.
        """
        try:
            return self.keywords.find(text) or self._find_pattern(text)
        except ERRORS as error:
            raise Unchecked("words") from error

    def _find_pattern(self, text: str) -> str | None:
        if not self.patterns:
            return None
        ways = dict.fromkeys((as_it_looks(text), *readings(text, Script.LATIN), *readings(text, Script.CYRILLIC)))
        return next((entry for entry, pattern in self.patterns.items() if any(map(pattern.search, ways))), None)


@functools.lru_cache(maxsize=32)
def read_blocked(entries: tuple[str, ...]) -> Blocked:
    """A list as it is kept: words, phrases, and patterns between slashes. Raises BadEntry naming one that is none.

    Its codes: "too_many" (entries), "too_many_patterns", "too_long" (an entry), "too_much" (all words, or all patterns
    together), "empty" (nothing that can be seen), "everything" (a pattern that is in every text), and "pattern" with
    RE2's own reason.
    """
    if len(entries) > ENTRIES:
        raise BadEntry(entries[ENTRIES], "too_many")
    patterns = {entry: _read_pattern(entry) for entry in entries if is_pattern(entry)}
    words = [_read_word(entry) for entry in entries if not is_pattern(entry)]
    if len(patterns) > PATTERNS:
        raise BadEntry([*patterns][PATTERNS], "too_many_patterns")
    _check_room(((word.entry, len(word.words)) for word in words), ALTOGETHER)
    _check_room(((entry, pattern.programsize) for entry, pattern in patterns.items()), PROGRAM)
    return Blocked(keywords=Keywords(words), patterns=patterns)


def is_pattern(entry: str) -> bool:
    return len(entry) > 1 and entry[0] == entry[-1] == "/"


def _read_word(entry: str) -> Keyword:
    _check_length(entry)
    keyword = read_keyword(entry)
    if keyword is None:
        raise BadEntry(entry, "empty")
    return keyword


def _read_pattern(entry: str) -> Pattern:
    _check_length(entry)
    try:
        pattern = read_pattern(entry[1:-1])
    except BadEntry as error:
        raise BadEntry(entry, error.code, error.reason) from error
    if pattern.search(""):
        raise BadEntry(entry, "everything")
    return pattern


def _check_length(entry: str) -> None:
    if len(entry) > LONGEST:
        raise BadEntry(entry, "too_long")


def _check_room(sizes: Iterable[tuple[str, int]], room: int) -> None:
    """Raises BadEntry naming the entry with which there is too much."""
    for entry, size in sizes:
        room -= size
        if room < 0:
            raise BadEntry(entry, "too_much")
