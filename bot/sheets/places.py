"""Where things stand in a picture: boxes of whole pixels, and how many columns suit so many of them. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# A picture is shown about so wide for its height in a message.
SHOWN = 1.5
# Shapes of clips, as width by height; a poster's own is taken for the nearest.
SHAPES = ((16, 9), (9, 16), (1, 1), (4, 3), (3, 4), (21, 9))

LARGEST = 4096  # pixels a side that Discord still shows
MARGIN = 28
# Where something is left out, the room below for how much.
FOOT = 48

Size = tuple[int, int]


@dataclass(frozen=True)
class Box:
    """Pixels, from the left upper corner."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height

    def inset(self, by: int) -> "Box":
        return Box(self.left + by, self.top + by, max(1, self.width - 2 * by), max(1, self.height - 2 * by))

    def meets(self, other: "Box") -> bool:
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)

    def holds(self, other: "Box") -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


def best_columns(count: int, tile: Size, shown: float = SHOWN) -> int:
    """The number of columns that makes a whole of `count` tiles nearest to the shape that it is shown in.

    Of two that are as good, the one with fewer holes in its last row.
    """

    def badness(columns: int) -> float:
        rows = math.ceil(count / columns)
        holes = (columns * rows - count) / (columns * rows)
        return abs(math.log(columns * tile[0] / (rows * tile[1]) / shown)) + 2 * holes

    return min(range(1, count + 1), key=badness, default=1)


def common_shape(sizes: Iterable[Size]) -> Size:
    """The most frequent shape of these pictures, the first of them in a tie; 16:9 of none."""
    nearest = [min(SHAPES, key=lambda shape: abs(_slope(shape) - _slope(size))) for size in sizes]
    return Counter(nearest).most_common(1)[0][0] if nearest else SHAPES[0]


def _slope(size: Size) -> float:
    return math.log(size[0] / size[1])


def scale_of(count: int, sizes: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    """The longest side of a poster among so many, and the size of letters: the first of `sizes` that is for as many."""
    return next(((longest, letters) for most, longest, letters in sizes if count <= most), sizes[-1][1:])


def poster_size(shape: Size, longest: int, narrowest: int) -> Size:
    """As large as others of its number, whatever its shape: it is the area that is alike."""
    scale = longest * (9 / 16) ** 0.5 / (shape[0] * shape[1]) ** 0.5
    return max(narrowest, round(shape[0] * scale)), round(shape[1] * scale)


def pad_of(letters: int) -> int:
    """The room around letters of that size, pixels."""
    return round(letters * 0.45)
