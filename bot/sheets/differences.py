"""What one request has otherwise than another, as data: words that came and went, and the other fields. Pure.

The sentences and labels are made of it elsewhere, in the language of whoever looks.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

# More comparisons than this take too long; then words that are everywhere count as no match of their own.
MANY = 4_000_000


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a clip is made with. `size` is width and height in pixels; `picture` tells one picture from another."""

    prompt: str
    model: str
    seconds: float
    size: tuple[int, int] | None = None
    picture: str | None = None


class Fate(StrEnum):
    """What became of words."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


class PictureChange(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Words:
    """Words in a row that had the same fate."""

    fate: Fate
    text: str


@dataclass(frozen=True, kw_only=True)
class Differences:
    """None, or empty, where nothing is otherwise. The pairs are before and after."""

    words: tuple[Words, ...] = ()
    model: tuple[str, str] | None = None
    seconds: tuple[float, float] | None = None
    size: tuple[tuple[int, int] | None, tuple[int, int] | None] | None = None
    picture: PictureChange | None = None

    @property
    def added(self) -> tuple[str, ...]:
        """The words that came, those in a row together."""
        return tuple(words.text for words in self.words if words.fate is Fate.ADDED)

    @property
    def removed(self) -> tuple[str, ...]:
        """The words that went, those in a row together."""
        return tuple(words.text for words in self.words if words.fate is Fate.REMOVED)

    @property
    def any(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


def compare(before: Made, after: Made) -> Differences:
    words = diff_words(before.prompt, after.prompt)
    return Differences(
        words=words if any(each.fate is not Fate.KEPT for each in words) else (),
        model=(before.model, after.model) if before.model != after.model else None,
        seconds=(before.seconds, after.seconds) if before.seconds != after.seconds else None,
        size=(before.size, after.size) if before.size != after.size else None,
        picture=_picture_change(before.picture, after.picture),
    )


def varying(many: Sequence[Made]) -> tuple[str, ...]:
    """The fields in which they are not all alike, by name, in the order of `Made`: what is worth writing under each."""
    return tuple(field.name for field in fields(Made) if len({getattr(made, field.name) for made in many}) > 1)


def diff_words(before: str, after: str) -> tuple[Words, ...]:
    """The words of both in order, what went before what came in its place; white space counts for nothing.

    Signs of scripts that are written without spaces are words of their own.
    """
    old, new = list(_words(before)), list(_words(after))
    matcher = SequenceMatcher(None, [word for word, _ in old], [word for word, _ in new], len(old) * len(new) > MANY)
    fates: list[tuple[Fate, tuple[str, bool]]] = []
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            fates += [(Fate.KEPT, word) for word in new[new_from:new_to]]
        else:
            fates += [(Fate.REMOVED, word) for word in old[old_from:old_to]]
            fates += [(Fate.ADDED, word) for word in new[new_from:new_to]]
    grouped = groupby(fates, lambda each: each[0])
    return tuple(Words(fate=fate, text=_joined([word for _, word in words])) for fate, words in grouped)


def _picture_change(before: str | None, after: str | None) -> PictureChange | None:
    if before == after:
        return None
    if before is None:
        return PictureChange.ADDED
    return PictureChange.REMOVED if after is None else PictureChange.OTHER


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Each with whether a space is before it."""
    for part in text.split():
        space = True
        for wide, letters in groupby(part, _stands_alone):
            for word in letters if wide else ("".join(letters),):
                yield word, space
                space = False


def _stands_alone(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in ("W", "F") and unicodedata.category(letter) == "Lo"


def _joined(words: Sequence[tuple[str, bool]]) -> str:
    return "".join(f" {word}" if space else word for word, space in words).strip()
