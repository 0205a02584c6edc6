"""How the takes of a grid clip stand beside each other: their one shape, rate and length. Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..clip import ClipFacts
from .places import Box, Size, common_shape

# Pixels of the longer side of all together: of more, players make no use in a message.
LONGEST = 1280
# What a message shows a clip in: the arrangement is taken in which each take is largest there.
SHOWN: Size = (16, 11)
BETWEEN = 4  # pixels
FASTEST = 30
MOST_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class GridPlan:
    """`size` in pixels, even; a panel for each take; `rate` in frames a second; `frames` how many there are."""

    size: Size
    panels: tuple[Box, ...]
    rate: int
    frames: int

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


def plan_grid(facts: Sequence[ClipFacts]) -> GridPlan:
    shape = common_shape((each.width, each.height) for each in facts)
    columns = max(range(1, len(facts) + 1), key=lambda across: _scale(shape, across, len(facts)))
    rows = math.ceil(len(facts) / columns)
    scale = min((LONGEST - BETWEEN * (columns - 1)) / (columns * shape[0]),
                (LONGEST - BETWEEN * (rows - 1)) / (rows * shape[1]))  # fmt: skip
    # nothing is made larger than the largest of them is
    scale = min(scale, max(max(each.width / shape[0], each.height / shape[1]) for each in facts))
    width, height = _even(shape[0] * scale), _even(shape[1] * scale)
    across, down = width + BETWEEN, height + BETWEEN
    rate = _common_rate(facts)
    return GridPlan(
        size=(columns * across - BETWEEN, rows * down - BETWEEN),
        panels=tuple(
            Box(number % columns * across, number // columns * down, width, height) for number in range(len(facts))
        ),
        rate=rate,
        frames=max(1, round(min(MOST_SECONDS, max(each.duration for each in facts)) * rate)),
    )


def _scale(shape: Size, columns: int, count: int) -> float:
    return min(SHOWN[0] / (columns * shape[0]), SHOWN[1] / (math.ceil(count / columns) * shape[1]))


def _common_rate(facts: Sequence[ClipFacts]) -> int:
    """The most frequent, the higher in a tie; halved where it is more than a comparison needs."""
    counted = Counter(max(1, round(each.rate)) for each in facts)
    rate = max(counted, key=lambda each: (counted[each], each))
    while rate > FASTEST:
        rate = math.ceil(rate / 2)
    return rate


def _even(pixels: float) -> int:
    """The codec halves the resolution of colour, so sides are even."""
    return max(2, int(pixels / 2) * 2)
