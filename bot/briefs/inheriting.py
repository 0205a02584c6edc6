"""Inheriting: what takes have from the one that won before them: its last frame, its pictures, its words. Pure."""

import re
from collections.abc import Iterable
from enum import StrEnum

from .takes import Plan, Taken


class Inherited(StrEnum):
    FRAME = "frame"  # its last one is what they start from
    PICTURES = "pictures"  # they are to look like what it started from, and was to look like
    WORDS = "words"  # what was asked for is asked for here, too


# Where a sentence or a line ends.
_END = re.compile(r"\s*\n\s*|(?<=[.!?…])\s+|(?<=[。！？])")


def winners(taken: Iterable[Taken]) -> list[Taken]:
    """The takes of a brief that won, by number."""
    return sorted((take for take in taken if take.winner), key=lambda take: take.number)


def forebear(plan: Plan, taken: Iterable[Taken]) -> Taken | None:
    """The take that a plan inherits from: the last that won, where none was chosen; None where that did not win."""
    won = winners(taken)
    if plan.heir_of is None:
        return won[-1] if won else None
    return next((take for take in won if take.number == plan.heir_of), None)


def with_words(own: str, inherited: str, limit: int) -> str:
    """A prompt that says what another one says, too: whole sentences, as many as there is room for, none twice.

    >>> with_words("A fox runs. It is night.", "A boat drifts. It is night.", 80)
    'A fox runs. It is night.\\nA boat drifts.'
    """
    said, filled = {_bare(each) for each in _sentences(own)}, own
    for sentence in _sentences(inherited):
        longer = f"{filled}{' ' if filled != own else _between(own)}{sentence}"
        if _bare(sentence) not in said and len(longer) <= limit:
            said.add(_bare(sentence))
            filled = longer
    return filled


def _between(own: str) -> str:
    return "\n" if own else ""


def _sentences(text: str) -> list[str]:
    return [each for each in map(str.strip, _END.split(text)) if each]


def _bare(sentence: str) -> str:
    return sentence.rstrip(".!?…。！？").casefold()
