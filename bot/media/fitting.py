"""Fitting pictures to a frame: which size suits them, and the JPEG of it that the vendor gets; thumbnails."""

import io
import math
from collections.abc import Sequence
from typing import Literal, assert_never

from PIL import Image, ImageFilter, ImageOps

from ..errors import BadPicture
from .drawing import covering, draw, shrunk, within
from .headers import Size
from .opening import Picture, inspect

THUMBNAIL = 320  # pixels, the longest side
GAP = 8  # pixels, between pictures in a row

How = Literal["crop", "pad"]

LEAST = 64
"""Pixels a side that are to be left of a picture in a frame: with fewer there is next to nothing to be seen."""
SAME_SHAPE = math.log(1.02)
QUALITIES = (92, 88, 83, 77, 70, 60, 45, 30)


def thumbnail(data: bytes, *, longest: int = THUMBNAIL) -> bytes:
    """A small JPEG, upright, without metadata, on white; never larger than the original.

    Decodes the whole picture: raises BadPicture("undecodable") for a truncated one, and what `inspect` raises.
    """
    inspect(data)
    return encode(draw(data, (longest, longest), shrunk), quality=85)


def grey(data: bytes, *, longest: int = THUMBNAIL) -> Image.Image:
    """The same in shades of grey, to be looked at by the program. Raises what `thumbnail` raises."""
    inspect(data)
    return draw(data, (longest, longest), shrunk).convert("L")


def examine(data: bytes) -> tuple[Picture, bytes]:
    """Header and thumbnail in one go, which is the whole check; raises what they raise."""
    return inspect(data), thumbnail(data)


def fit(data: bytes, *, width: int, height: int, how: How, limit: int, least: int = 1) -> bytes:
    """A JPEG of exactly `width` x `height` pixels and at most `limit` bytes: upright, sRGB, without metadata, on white.

    "crop" covers the frame, centred; "pad" shows the whole picture over a blurred copy of itself.
    Raises what `thumbnail` and `check_sides` raise, and BadPicture("too_heavy") when no quality is below the limit.
    """
    picture = inspect(data)
    check_sides((picture.width, picture.height), (width, height), how, least)
    return lightest_needed(frame_picture(data, (width, height), how), limit)


def fit_whole(data: bytes, least: int, most: int, limit: int) -> bytes:
    """The whole picture as such a JPEG, in its own shape, made smaller where a side has more than `most` pixels.

    Raises what `fit` raises.
    """
    picture = inspect(data)
    width, height = shrunk((picture.width, picture.height), (most, most))[0]
    if min(width, height) < least:
        raise BadPicture("too_small", width=width, height=height, least=least)
    return lightest_needed(draw(data, (most, most), shrunk), limit)


def lightest_needed(picture: Image.Image, limit: int) -> bytes:
    """The best JPEG of at most `limit` bytes. Raises BadPicture("too_heavy")."""
    for quality in QUALITIES:
        if len(encoded := encode(picture, quality=quality)) <= limit:
            return encoded
    raise BadPicture("too_heavy", limit=limit)


def side_by_side(pictures: Sequence[bytes], *, height: int = THUMBNAIL // 2) -> bytes:
    """A JPEG of several pictures in a row, for people to look at. Raises what `thumbnail` raises."""
    drawn = [draw(data, (height * 2, height), shrunk) for data in pictures]
    row = Image.new("RGB", (sum(each.width for each in drawn) + GAP * (len(drawn) - 1), height), "white")
    left = 0
    for each in drawn:
        row.paste(each, (left, (height - each.height) // 2))
        left += each.width + GAP
    return encode(row, quality=85)


def fit_frame(data: bytes, width: int, height: int, how: How, limit: int, least: int = 1) -> bytes:
    """`fit`, for callers that can only pass arguments by position, as a worker process does."""
    return fit(data, width=width, height=height, how=how, limit=limit, least=least)


def check_sides(size: Size, frame: Size, how: How, least: int) -> None:
    """Whether a picture is large enough for its model, whose `least` is in pixels a side, and for the frame.

    Raises BadPicture("too_small"): width and height of what can be used, and how many pixels a side it needs (least).
    """
    for (width, height), needed in ((size, least), (rest(size, frame, how), LEAST)):
        if min(width, height) < needed:
            raise BadPicture("too_small", width=width, height=height, least=needed)


def rest(size: Size, frame: Size, how: How) -> Size:
    """What the frame shows of a picture, in pixels that the picture has: those that enlarging makes up do not count."""
    match how:
        case "crop":
            left, top, right, lower = covering(size, frame)[1]
            return round(right - left), round(lower - top)
        case "pad":
            return shrunk(size, frame)[0]
        case _:
            assert_never(how)


def best_size(width: int, height: int, sizes: Sequence[Size]) -> Size:
    """The one of `sizes` that a picture loses least in.

    Its own pixel size, else the nearest shape; shapes within 2 % count as the same, and then fewer pixels win: they
    cost less. A tie goes to the earlier one.
    """
    if (width, height) in sizes:
        return width, height
    shape = math.log(width / height)
    # rounded, since 16:9 and 9:16 are equally far from a square only up to the last bit
    nearest = min(sizes, key=lambda size: round(abs(shape_of(size) - shape), 9))
    alike = [size for size in sizes if abs(shape_of(size) - shape_of(nearest)) <= SAME_SHAPE]
    return min(alike, key=lambda size: size[0] * size[1])


def shape_of(size: Size) -> float:
    return math.log(size[0] / size[1])


def frame_picture(data: bytes, frame: Size, how: How) -> Image.Image:
    match how:
        case "crop":
            return draw(data, frame, covering)
        case "pad":
            return pad(draw(data, frame, within), frame)
        case _:
            assert_never(how)


def pad(whole: Image.Image, frame: Size) -> Image.Image:
    """The whole picture, centred, over itself blurred and a little paler, so that no bar is black."""
    small = (max(1, frame[0] // 8), max(1, frame[1] // 8))
    blurred = ImageOps.fit(whole, small).filter(ImageFilter.GaussianBlur(6))
    ground = Image.blend(blurred, Image.new("RGB", small, "white"), 0.15).resize(frame, Image.Resampling.BICUBIC)
    ground.paste(whole, ((frame[0] - whole.width) // 2, (frame[1] - whole.height) // 2))
    return ground


def encode(picture: Image.Image, *, quality: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()
