"""Patterns: regular expressions that end in linear time, in the words that Discord's own rules are written in.

Discord takes those of Rust's regex crate. RE2 is its nearest relative, but means ASCII alone by `\\w`, `\\d`, `\\s` and
`\\b`, and takes for plain letters some of what Rust means more by: those are spelled out here, or refused.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

import re2

from ..errors import BadEntry

# Bytes that a pattern may take, and many keywords in one: a small part as a program (of some 10,000 and 40,000
# instructions), the rest for its states. What does not fit is refused when it is entered; states that do not fit are
# forgotten and found again.
PATTERN_MEMORY = 512 * 1024
KEYWORDS_MEMORY = 2 * 1024 * 1024

# What a search may end in when there is no memory for it.
ERRORS = (MemoryError, re2.error, UnicodeError)

# What is no part of a word: signs, spaces, punctuation, pictures; the first and the last of each range. Of what NFKC
# takes apart it says nothing, for no text has it any more.
NO_WORD = (
    "\0/:@[`{\xa9\xab\xb1\xb4\xb4\xb6\xb8\xbb\xbf\xd7\xd7\xf7\xf7\u02c2\u02c5\u02d2\u02df\u02e5\u02eb\u02ed\u02ed"
    "\u02ef\u02ff\u0375\u0375\u037e\u037e\u0387\u0387\u055a\u055f\u0589\u058a\u05be\u05be\u05c0\u05c0\u05f3\u05f4"
    "\u060c\u060d\u061b\u061f\u066a\u066d\u06d4\u06d4\u0964\u0965\u0e4f\u0e4f\u0e5a\u0e5b\u2000\u206f\u20a0\u20cf"
    "\u2190\u2bff\u2e00\u2e2e\u2e30\u3004\u3008\u3020\u3030\u3030\u303d\u303f\u30fb\u30fb\ufd3e\ufd3f\ufe10\ufe1f\ufe30\ufe6f"
    "\uff01\uff0f\uff1a\uff20\uff3b\uff40\uff5b\uff65\U0001f000\U0001faff"
)
LAST = 0x10FFFF


def _ranges(pairs: str) -> list[tuple[int, int]]:
    return [(ord(first), ord(last)) for first, last in zip(pairs[::2], pairs[1::2], strict=True)]


def _between(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What lies between ranges that are in order."""
    after = 0
    for first, last in ranges:
        if first > after:
            yield after, first - 1
        after = last + 1
    yield after, LAST


def _spelled(ranges: Iterable[tuple[int, int]]) -> str:
    """Ranges as they stand in a class of a pattern."""
    return "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in ranges)


# A sign between words; a letter, digit or mark of a word. The underscore is a sign here, for it is markup in Discord.
SIGN = _spelled(_ranges(NO_WORD))
PART = _spelled(_between(_ranges(NO_WORD)))
# Where a word ends: wider than what Rust means by it, never narrower.
EDGE = rf"(?:\b|\A|\z|[{SIGN}])"

# How Rust's classes are spelled within brackets; those that mean all else can only stand alone.
CLASSES = {"w": f"{PART}_", "d": r"\p{Nd}", "s": r"\s\x0b\x{85}\p{Z}"}
ESCAPE = r"\\(?:[pPx]\{[^}]*\}|[uU]\{[^}]*\}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|b\{|.)"
OUTSIDE = re.compile(rf"{ESCAPE}|\[\^?\]?|.", re.DOTALL)
INSIDE = re.compile(rf"{ESCAPE}|\[:\^?[a-z]+:\]|&&|--|~~|.", re.DOTALL)
# What RE2 would take for plain letters, or for less than Rust means: sets within sets, and the edges of words.
SETS = ("&&", "--", "~~", "[")
EDGES = (r"\<", r"\>", r"\b{", r"\B")


class Found(Protocol):
    def groups(self) -> tuple[str | None, ...]: ...
    def span(self, group: int = 0) -> tuple[int, int]: ...


class Pattern(Protocol):
    """Of RE2's compiled patterns what is used here; `programsize` is in instructions."""

    @property
    def programsize(self) -> int: ...
    def search(self, text: str, pos: int = 0) -> Found | None: ...
    def finditer(self, text: str) -> Iterator[Found]: ...


def read_pattern(pattern: str) -> Pattern:
    """The pattern, ready to search with, whatever the case of letters. Raises BadEntry with RE2's own reason."""
    return compiled(_in_re2(pattern), pattern)


def _in_re2(pattern: str) -> str:
    """The same pattern as RE2 has to hear it. Raises BadEntry for what it could not be told."""
    spelled: list[str] = []
    at, is_class = 0, False
    while at < len(pattern):
        token = (INSIDE if is_class else OUTSIDE).match(pattern, at)
        assert token, "anything is a token"
        try:
            spelled.append(_inside(token[0]) if is_class else _outside(token[0]))
        except KeyError as error:
            raise BadEntry(pattern, "pattern", f"not taken: {token[0]}") from error
        is_class = token[0] != "]" if is_class else token[0].startswith("[")
        at = token.end()
    return "".join(spelled)


def _outside(token: str) -> str:
    """Raises KeyError for what cannot be told."""
    if token in EDGES:
        raise KeyError(token)
    if token == r"\b":
        return EDGE
    name = token[1:]
    if token[0] == "\\" and name.lower() in CLASSES:
        return f"[{'^' if name.isupper() else ''}{CLASSES[name.lower()]}]"
    return _code(token)


def _inside(token: str) -> str:
    """Raises KeyError for what cannot be told."""
    if token in SETS:
        raise KeyError(token)
    if token[0] == "\\" and token[1:].lower() in CLASSES:
        return CLASSES[token[1:]]
    return _code(token)


def _code(token: str) -> str:
    r"""Every way to write a character by its number as \x{…}."""
    if token[0] == "\\" and len(token) > 2 and token[1] in "uUx":
        return rf"\x{{{token[2:].strip('{}')}}}"
    return token


def compiled(spelled: str, entry: str, *, is_many: bool = False) -> Pattern:
    """What RE2 makes of a pattern in its own words, or of many keywords.

    Raises BadEntry naming the `entry` that it stands for.
    """
    try:
        pattern: Pattern = re2.compile(spelled, _options(is_many))
    except re2.error as error:
        why = error.args[0]
        reason = why.decode(errors="replace") if isinstance(why, bytes) else str(why)
        raise BadEntry(entry, "pattern", reason) from error
    except UnicodeEncodeError as error:
        raise BadEntry(entry, "pattern", "half a character") from error
    return pattern


def _options(is_many: bool) -> re2.Options:
    options = re2.Options()
    # keywords, and what they are looked for in, are in lower case already
    options.case_sensitive = is_many
    # RE2 would write what it refuses to standard error, past the log
    options.log_errors = False
    options.max_mem = KEYWORDS_MEMORY if is_many else PATTERN_MEMORY
    # of keywords that begin at the same place the longest, of a pattern's ways what Rust would find first
    options.longest_match = is_many
    return options
