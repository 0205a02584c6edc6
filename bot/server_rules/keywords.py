"""Keywords: words and phrases that are looked for by Discord's own rules of wildcards, many at a time."""

import bisect
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import re2

from .look_alikes import Script
from .patterns import SIGN, compiled
from .plain_letters import plain_word, readings

Span = tuple[int, int]

# Characters that are looked for at once: even of a script of many, RE2 has room for so many.
TOGETHER = 4000

# Of scripts without spaces between words nobody can tell where one ends; but for katakana, which ends where another
# script begins.
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
IS_UNSPACED = re2.compile(f"[{UNSPACED}]")
IS_SIGN = re2.compile(f"[{SIGN}]")
KATAKANA = r"\p{Katakana}\x{30fc}"
IS_KATAKANA = re2.compile(f"[{KATAKANA}]")
# Between the words of a phrase anything may stand that is no part of a word.
GAP = f"[{SIGN}]+"
GAPS = re2.compile(GAP)


@dataclass(frozen=True, kw_only=True)
class Keyword:
    """`entry` is as it was written, `words` are plain letters; `opens` and `closes` say where a word goes on."""

    entry: str
    words: str
    script: Script | None
    opens: bool
    closes: bool


def read_keyword(entry: str) -> Keyword | None:
    """None when nothing is left of an entry to look for.

    `*` at the beginning or the end stands for the rest of a word; without one, a word begins or ends there.
    Source: Discord's documentation, Auto Moderation, Keyword Matching Strategies.
    """
    written = entry.strip()
    words, script = plain_word(written.strip("*"))
    if not words:
        return None
    opens, closes = written.startswith("*"), written.endswith("*")
    return Keyword(entry=entry, words=words, script=script, opens=opens, closes=closes)


class Spans:
    """Where something stands in a text, to ask of another place whether it lies within one of them."""

    def __init__(self, spans: Iterable[Span]) -> None:
        in_order = sorted(spans)
        self._starts = [start for start, _ in in_order]
        # how far one that began so far goes at most
        self._reach = [*itertools.accumulate((end for _, end in in_order), max)]

    def cover(self, span: Span) -> bool:
        before = bisect.bisect_right(self._starts, span[0])
        return before > 0 and self._reach[before - 1] >= span[1]


class Keywords:
    """Many keywords, ready to be looked for."""

    def __init__(self, keywords: Iterable[Keyword]) -> None:
        of_script: dict[Script | None, list[Keyword]] = defaultdict(list)
        for keyword in keywords:
            of_script[keyword.script].append(keyword)
        self._searches = {script: [*map(_Search, _batches(group))] for script, group in of_script.items()}

    def find(self, text: str, allowed: "Keywords | None" = None) -> str | None:
        """The entry that is in a text, in any of its readings; one within what is `allowed` is none."""
        for script, searches in self._searches.items():
            for reading in readings(text, script):
                free = allowed.spans(reading) if allowed else Spans(())
                for keyword, span in _hits(searches, reading):
                    if not free.cover(span):
                        return keyword.entry
        return None

    def spans(self, reading: str) -> Spans:
        """Where keywords stand in a reading, with all of the words of which they are a part."""
        hits = (hit for searches in self._searches.values() for hit in _hits(searches, reading))
        return Spans(_with_the_rest(keyword, span, reading) for keyword, span in hits)


def _with_the_rest(keyword: Keyword, span: Span, reading: str) -> Span:
    start, end = span
    while keyword.opens and start and reading[start - 1].isalnum():
        start -= 1
    while keyword.closes and end < len(reading) and reading[end].isalnum():
        end += 1
    return start, end


def _batches(keywords: list[Keyword]) -> Iterator[list[Keyword]]:
    batch: list[Keyword] = []
    for keyword in keywords:
        if sum(len(each.words) for each in batch) > TOGETHER:
            yield batch
            batch = []
        batch.append(keyword)
    yield batch


class _Search:
    """Keywords of one script: one regular expression, in which those with the same edges are one group."""

    def __init__(self, keywords: list[Keyword]) -> None:
        sorts: dict[tuple[str, str, bool, bool], dict[str, Keyword]] = defaultdict(dict)
        for each in keywords:
            sorts[_before(each), _behind(each), each.opens, each.closes].setdefault(each.words, each)
        self._sorts = [*sorts.values()]
        parts = (f"{before}({'|'.join(map(_spelled, words))}){behind}" for (before, behind, *_), words in sorts.items())
        self._found = compiled("|".join(parts), keywords[0].entry, is_many=True)

    def hits(self, reading: str) -> Iterator[tuple[Keyword, Span]]:
        """The keywords in a reading, and where they are; of those that begin at the same place the longest."""
        at = 0
        while found := self._found.search(reading, at):
            number = next(number for number, words in enumerate(found.groups()) if words is not None)
            span = found.span(number + 1)
            yield _named(self._sorts[number], reading[slice(*span)]), span
            at = span[0] + 1


def _hits(searches: Iterable[_Search], reading: str) -> Iterator[tuple[Keyword, Span]]:
    return (hit for search in searches for hit in search.hits(reading))


def _named(sort: Mapping[str, Keyword], words: str) -> Keyword:
    """Which of the keywords it is that stands there with other signs between its words."""
    if words in sort:
        return sort[words]
    bare = _bare(words)
    return next(keyword for each, keyword in sort.items() if _bare(each) == bare)


def _bare(words: str) -> str:
    bare: str = GAPS.sub(" ", words)
    return bare


def _spelled(words: str) -> str:
    return GAP.join(re2.escape(word) for word in words.split(" "))


def _before(keyword: Keyword) -> str:
    return "" if keyword.opens else _edge(keyword.words[0], r"\A")


def _behind(keyword: Keyword) -> str:
    return "" if keyword.closes else _edge(keyword.words[-1], r"\z")


def _edge(letter: str, end: str) -> str:
    """What has to stand beside the first or the last letter of a word, for the word to begin or end there."""
    if IS_KATAKANA.fullmatch(letter):
        return f"(?:{end}|[^{KATAKANA}])"
    if IS_UNSPACED.fullmatch(letter) or IS_SIGN.fullmatch(letter):
        return ""
    return f"(?:{end}|[{SIGN}{UNSPACED}])"
