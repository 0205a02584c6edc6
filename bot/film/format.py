"""What all of a film has: the size, the frame rate and the colours of most of its clips. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from ..clip.plan import picture_plays
from .footage import USUAL_RATES, Colours, Footage, Material, Photograph, named_colours

Size = tuple[int, int]
Value = TypeVar("Value")

# Where no shot is a clip.
USUAL_SIZE, USUAL_RATE = (1280, 720), Fraction(24)
UNSAID: Colours = (2, 2, 2)
FULL_RANGE = "yuvj420p"
LARGE = 2560 * 1440  # pixels


@dataclass(frozen=True, kw_only=True)
class Format:
    """What all of a film has: size in pixels, frames a second, and how colours are coded (`full` range or not)."""

    size: Size
    rate: Fraction
    colours: Colours
    full: bool = False

    @property
    def pixels(self) -> str:
        return "yuv420p"

    @property
    def colour_range(self) -> str:
        return "JPEG" if self.full else "MPEG"


def is_large(size: Size) -> bool:
    """Whether so few of such pictures fit into a child's memory that threads have to be fewer."""
    return size[0] * size[1] > LARGE


def can_be_copied(material: Material, format_: Format) -> bool:
    """Whether its packets can be in the film as they are."""
    if not isinstance(material, Footage) or material.parameters is None or not picture_plays(material.facts):
        return False
    facts = material.facts
    return (
        material.steady
        and facts.turn == 0
        and (facts.width, facts.height) == format_.size
        and material.rate == format_.rate
        and _coding_of(material) == (format_.colours, format_.full)
    )


def choose_format(materials: Sequence[Material]) -> Format:
    """The most frequent size, and of the clips that have it the most frequent rate; of equals the one seen longer."""
    clips = [material for material in materials if isinstance(material, Footage)]
    if not clips:
        return Format(size=_size_of_stills(materials), rate=USUAL_RATE, colours=named_colours(UNSAID, USUAL_SIZE[1]))
    size = _most(clips, _size_of)
    clips = [clip for clip in clips if _size_of(clip) == size]
    rate = _most(clips, _rate_of)
    clips = [clip for clip in clips if _rate_of(clip) == rate]
    colours, full = _most(clips, _coding_of)
    return Format(size=size, rate=rate, colours=colours, full=full)


def _most(clips: Sequence[Footage], value_of: Callable[[Footage], Value]) -> Value:
    counts: Counter[Value] = Counter()
    seconds: dict[Value, float] = defaultdict(float)
    for clip in clips:
        counts[value_of(clip)] += 1
        seconds[value_of(clip)] += clip.facts.duration
    return max(counts, key=lambda value: (counts[value], seconds[value]))


def _size_of(clip: Footage) -> Size:
    return _even(clip.facts.width), _even(clip.facts.height)


def _rate_of(clip: Footage) -> Fraction:
    """One whose frames have no steady places has a mean only: the nearest usual one is meant."""
    return clip.rate if clip.steady else min(USUAL_RATES, key=lambda rate: abs(rate - clip.rate))


def _coding_of(clip: Footage) -> tuple[Colours, bool]:
    return clip.colours, clip.facts.pixels == FULL_RANGE


def _size_of_stills(materials: Sequence[Material]) -> Size:
    """Upright where most pictures are."""
    tall = [material.height > material.width for material in materials if isinstance(material, Photograph)]
    width, height = USUAL_SIZE
    return (height, width) if sum(tall) * 2 > len(tall) else (width, height)


def _even(pixels: int) -> int:
    return max(2, pixels // 2 * 2)
