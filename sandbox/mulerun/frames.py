"""How large a clip becomes: what the vendor makes of its fields for size, and of the picture that it starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import assert_never

Size = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Pixels:
    """A field with width and height, `between` them a sign."""

    field: str
    between: str = "x"


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """A field with the shape, and one that says how many pixels the shorter side has.

    A shape that is no ratio is that of the picture, or 16:9 without one.
    """

    field: str
    quality: str
    shorter: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class ShapeOfPicture:
    """The picture's own shape. The field says how many pixels the shorter side has."""

    quality: str
    shorter: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class AreaOfPicture:
    """The picture's own shape. The field says how many pixels there are in all: as in a frame of this size."""

    quality: str
    like: Mapping[str, Size]


Frame = Pixels | Ratio | ShapeOfPicture | AreaOfPicture


def measure(frame: Frame, values: Mapping[str, object], picture: Size | None) -> Size:
    """Width and height of the clip in pixels, both even."""
    own = picture or (16, 9)
    match frame:
        case Pixels():
            width, _, height = str(values[frame.field]).partition(frame.between)
            return int(width), int(height)
        case Ratio():
            width, colon, height = str(values[frame.field]).partition(":")
            shape = (int(width), int(height)) if colon else own
            return by_shorter(shape, frame.shorter[str(values[frame.quality])])
        case ShapeOfPicture():
            return by_shorter(own, frame.shorter[str(values[frame.quality])])
        case AreaOfPicture():
            like = frame.like[str(values[frame.quality])]
            scale = sqrt(like[0] * like[1] / (own[0] * own[1]))
            return even(own[0] * scale), even(own[1] * scale)
        case _:
            assert_never(frame)


def by_shorter(shape: Size, pixels: int) -> Size:
    scale = pixels / min(shape)
    return even(shape[0] * scale), even(shape[1] * scale)


def even(pixels: float) -> int:
    return max(2, round(pixels / 2) * 2)
