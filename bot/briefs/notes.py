"""Notes on a take: what somebody would have otherwise, at which moment of it; and how they fill the next wish. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..prompt import clean

NOTE_MOST = 300
# Of one take.
NOTES_MOST = 20

# "0:03 the hat is wrong", "3s: the hat", "1:02:03 – the hat"
_MOMENT = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):(\d{2})|(\d{1,5})\s?s)(?:\s*[-–:,]\s*|\s+)(?=\S)", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Note:
    """`moment` is seconds from the take's beginning, None for a word about all of it."""

    id: str
    job_id: str
    guild_id: int
    author_id: int
    author_name: str
    at: float
    moment: int | None
    words: str


def read_note(text: str) -> tuple[int | None, str]:
    """The moment that somebody names first, and what they say of it; no words where there is nothing to read.

    >>> read_note("0:03 the hat is wrong")
    (3, 'the hat is wrong')
    >>> read_note("more rain")
    (None, 'more rain')
    """
    words = " ".join(clean(text).split())
    found = _MOMENT.match(words)
    if found is None:
        return None, words[:NOTE_MOST]
    hours, minutes, seconds, only = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds + only, words[found.end() :][:NOTE_MOST]


def spell_moment(moment: int) -> str:
    """As players do: "0:03"."""
    return f"{moment // 60}:{moment % 60:02}"


def spelled(note: Note) -> str:
    """What is said in a line: "0:03 the hat is wrong"."""
    return note.words if note.moment is None else f"{spell_moment(note.moment)} {note.words}"


def in_order(notes: Iterable[Note]) -> list[Note]:
    """As the take runs; what is about all of it comes first."""
    return sorted(notes, key=lambda note: (note.moment is not None, note.moment or 0, note.at))


def with_notes(prompt: str, notes: Iterable[Note], limit: int) -> str:
    """A prompt that says what was noted, below what it said; whole notes, as many as there is room for."""
    filled = prompt
    for note in in_order(notes):
        longer = f"{filled}\n{spelled(note)}"
        if len(longer) <= limit:
            filled = longer
    return filled
