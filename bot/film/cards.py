"""Title and end cards: words in the middle of a black picture, in the letters of the sheets."""

import unicodedata

from PIL import Image

from ..sheets.fonts import writable
from ..sheets.lettering import Style, measure, wrap, write
from ..sheets.places import Box
from .format import Size

INK, GROUND = "#f2f3f5", "#000000"
# Of the picture's shorter side: the largest and the smallest letters; of each side, what words may fill.
LARGEST, SMALLEST = 1 / 9, 1 / 40
FILLED = 0.8
STEP = 0.9


def draw_card(text: str, size: Size) -> Image.Image:
    """As large as it fits, in several lines where it has to; what fits in no way ends in an ellipsis."""
    picture = Image.new("RGB", size, GROUND)
    width, height = round(size[0] * FILLED), round(size[1] * FILLED)
    style = _fitting(text, size, width, height)
    lines = _lines(text, style, width, max(1, height // style.line))
    room = Box((size[0] - width) // 2, (size[1] - len(lines) * style.line) // 2, width, len(lines) * style.line)
    write(picture, room, lines, style, INK, "centre")
    return picture


def _fitting(text: str, size: Size, width: int, height: int) -> Style:
    """The largest in which all of it has room. So that no word is cut they may be smaller, but stay well readable."""
    styles = _styles(size)
    roomy = [style for style in styles if len(_lines(text, style, width, None)) * style.line <= height]
    readable = [style for style in roomy if style.size * 2 >= styles[0].size]
    uncut = (style for style in readable if not any(measure(word, style) > width for word in _whole_words(text)))
    return next(uncut, next(iter(roomy), styles[-1]))


def _styles(size: Size) -> list[Style]:
    """From the largest to the smallest."""
    styles, height = [], min(size) * LARGEST
    while height >= min(size) * SMALLEST:
        styles.append(Style(max(1, round(height))))
        height *= STEP
    return styles


def _lines(text: str, style: Style, width: int, most: int | None) -> tuple[str, ...]:
    """Each paragraph begins a line."""
    paragraphs = text.split("\n")
    if most is not None and len(paragraphs) > 1:
        lines = _lines(text, style, width, None)
        return lines if len(lines) <= most else wrap(text, style, width, most)
    return tuple(line for each in paragraphs for line in wrap(each, style, width, most or len(text) + 1))


def _whole_words(text: str) -> list[str]:
    """Those of scripts that part words by spaces."""
    words = writable(text).split()
    return [word for word in words if not any(unicodedata.east_asian_width(letter) in "WF" for letter in word)]
