"""Text in a picture: measured, broken into lines, cut with an ellipsis, written from the side that it is read from."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

from .fonts import face, writable
from .places import Box

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

ELLIPSIS = "…"
# What says nothing before one.
LOOSE = " ·…"
# The direction of a whole text holds for each of its lines, whatever letter that begins with.
LEFT_TO_RIGHT, RIGHT_TO_LEFT = "\u200e", "\u200f"
# Of a line's height: where its letters stand. Arabic and stacked marks need more room than Latin.
LINE, BASELINE = 1.36, 0.77
# Nobody reads more in a picture, and measuring costs.
MOST_LETTERS = 400


class Style(NamedTuple):
    """`size` in pixels."""

    size: int
    bold: bool = False

    @property
    def line(self) -> int:
        """From one line to the next, pixels."""
        return max(1, round(self.size * LINE))


def wrap(text: str, style: Style, width: int, most: int) -> tuple[str, ...]:
    """The text in up to `most` lines of `width` pixels, the last with an ellipsis when there is more of it."""
    plain = writable(text[:MOST_LETTERS]) + (ELLIPSIS if len(text) > MOST_LETTERS else "")
    if not plain or most < 1:
        return ()
    mark = RIGHT_TO_LEFT if reads_from_right(plain) else LEFT_TO_RIGHT
    lines: list[str] = []
    for line in _lines(plain, style, width):
        if len(lines) == most:
            lines[-1] = _cut(lines[-1].rstrip(LOOSE) + ELLIPSIS, style, width)
            break
        lines.append(line)
    return tuple(mark + line for line in lines)


def measure(text: str, style: Style) -> int:
    """How wide it is drawn, pixels."""
    return _measure(text, style)


def write(picture: Image.Image, box: Box, lines: tuple[str, ...], style: Style, colour: str, align: str = "") -> None:
    """Lines as `wrap` makes them, from the top of `box`; nothing of them leaves it.

    `align` is "centre", or "" for the side that the text is read from.
    """
    for number, line in enumerate(lines):
        room = Box(box.left, box.top + number * style.line, box.width, style.line)
        if room.bottom > box.bottom + 1:
            return
        _write_line(picture, room, line, style, colour, align)


def reads_from_right(text: str) -> bool:
    """By its first letter that has a direction."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind in ("R", "AL") for kind in strong if kind in ("L", "R", "AL")), False)


def _write_line(picture: Image.Image, room: Box, line: str, style: Style, colour: str, align: str) -> None:
    mask, ascent = _mask(line, style)
    free = room.width - mask.width
    left = room.left + max(0, free // 2 if align == "centre" else free if reads_from_right(line) else 0)
    top = room.top + round(style.line * BASELINE) - ascent
    over, under = max(0, room.top - top), max(0, top + mask.height - room.bottom)
    seen = mask.crop((0, over, min(mask.width, room.width), max(over, mask.height - under)))
    picture.paste(colour, (left, top + over), seen)


def _mask(line: str, style: Style) -> tuple[Image.Image, int]:
    """The letters' shapes, and how far they rise above the line that they stand on, pixels."""
    font = _set(line, style)
    font.draw_glyphs_to_bitmap(antialiased=True)
    shapes = font.get_image()
    height, width = shapes.shape
    mask = Image.frombytes("L", (width, height), shapes.tobytes()) if width and height else Image.new("L", (1, 1))
    return mask, height - round(font.get_descent() / 64)


@lru_cache(maxsize=20_000)
def _measure(text: str, style: Style) -> int:
    width: int = _set(text, style).get_width_height()[0]
    return -(-width // 64)


def _set(text: str, style: Style) -> "FT2Font":
    from matplotlib.ft2font import LoadFlags

    font = face(style.bold)
    font.set_size(style.size, 72)
    font.set_text(text, 0.0, LoadFlags.TARGET_LIGHT)
    return font


def _lines(text: str, style: Style, width: int) -> Iterator[str]:
    line = ""
    for space, piece in _pieces(text):
        longer = f"{line} {piece}" if space and line else line + piece
        if _measure(longer, style) <= width:
            line = longer
            continue
        if line and _measure(piece, style) <= width:
            yield line
            line = piece
        else:
            # what has to be broken anyway begins where there is room
            line = longer
        while _measure(line, style) > width:
            length = _fitting(line, style, width)
            yield line[:length].rstrip()
            line = line[length:].lstrip()
    if line:
        yield line


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """What may stand on a line of its own, and whether a space is before it: words; signs of scripts without spaces."""
    for word in text.split(" "):
        piece, space = "", True
        for letter in word:
            if piece and (_is_wide(letter) or _is_wide(piece[-1])) and not _clings(letter):
                yield space, piece
                piece, space = "", False
            piece += letter
        yield space, piece


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in ("W", "F") and unicodedata.category(letter) != "So"


def _clings(letter: str) -> bool:
    """Whether it must not begin a line."""
    return unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf", "Pe", "Pf", "Po")


def _cut(text: str, style: Style, width: int) -> str:
    """As much of it as fits, with an ellipsis; of a text that ends with one already, too."""
    if _measure(text, style) <= width:
        return text
    body = text.rstrip(ELLIPSIS)
    length = _fitting(body, style, width - _measure(ELLIPSIS, style))
    while length > 0 and _measure(body[:length].rstrip(LOOSE) + ELLIPSIS, style) > width:
        length -= 1
    return body[:length].rstrip(LOOSE) + ELLIPSIS


def _fitting(text: str, style: Style, width: int) -> int:
    """How many letters of it fit: one at least, and no mark is parted from its letter."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _measure(text[:middle], style) <= width else (low, middle - 1)
    length = low
    while length > 1 and length < len(text) and _clings(text[length]):
        length -= 1
    return length
