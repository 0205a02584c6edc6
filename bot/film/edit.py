"""What a film is to be: shots in their order, where each begins and ends, and how it joins the one before."""

from dataclasses import dataclass
from pathlib import Path

from ..joins import Join

CARD_SECONDS = 3.0


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A part of a clip, `start` and `end` in seconds; without an `end` all there is, and never more."""

    file: Path
    start: float = 0.0
    end: float | None = None


@dataclass(frozen=True, kw_only=True)
class Still:
    """A picture of any kind that the product takes, for so many `seconds`."""

    file: Path
    seconds: float


@dataclass(frozen=True, kw_only=True)
class TitleCard:
    """Words on black, as a title or an end."""

    text: str
    seconds: float = CARD_SECONDS


Source = Clip | Still | TitleCard


@dataclass(frozen=True, kw_only=True)
class Shot:
    """`name` is what people and errors call it; `fade` in seconds, where it joins by one. The first joins nothing."""

    name: str
    source: Source
    join: Join = Join.CUT
    fade: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A film as it is wished for. Title and end cards are shots like others."""

    name: str
    shots: tuple[Shot, ...]
