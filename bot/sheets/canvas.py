"""The paper that sheets are drawn on: its colours, posters, badges, lines; and its bytes in the end.

Its ground is dark and opaque, so that it reads the same on a dark and on a light Discord.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from PIL import Image, ImageDraw

from ..errors import BadPicture
from ..media.drawing import covering, draw, within
from .fonts import writable
from .lettering import Style, measure, wrap, write
from .places import FOOT, LARGEST, MARGIN, Box, Size

GROUND, TILE, HOLE, LINE = "#2b2d31", "#383a40", "#1e1f22", "#80848e"
INK, SOFT = "#f2f3f5", "#b5bac1"
WON, ADDED, REMOVED, BADGE = "#f0b232", "#7bd88f", "#ff9a9a", "#111214"

HEAVIEST = 8_000_000  # bytes that Discord takes everywhere, with room for the message
QUALITIES = (90, 82, 72, 60, 45)
ALIKE = 0.03
SMOOTH = 4  # shapes are drawn so much larger, for soft edges
STAR = ((50, 4), (62, 36), (97, 38), (70, 60), (79, 94), (50, 75), (21, 94), (30, 60), (3, 38), (38, 36))


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A JPEG, its size in pixels, how many of the things it was given it leaves out."""

    picture: bytes
    width: int
    height: int
    left_out: int = 0


class Canvas:
    def __init__(self, size: Size) -> None:
        assert max(size) <= LARGEST
        self.picture = Image.new("RGB", size, GROUND)

    def fill(self, box: Box, colour: str, radius: int = 0) -> None:
        self.picture.paste(colour, (box.left, box.top), rounded((box.width, box.height), radius))

    def frame(self, box: Box, colour: str, thick: int, radius: int, inside: str) -> None:
        """A border within `box`, and what it holds."""
        self.fill(box, colour, radius)
        self.fill(box.inset(thick), inside, max(0, radius - thick))

    def poster(self, box: Box, data: bytes | None, radius: int) -> bool:
        """The whole picture in the middle of a dark box; False if there is none that can be drawn."""
        self.fill(box, HOLE, radius)
        drawn = _drawn(data, (box.width, box.height)) if data else None
        if drawn is None:
            return False
        at = (box.left + (box.width - drawn.width) // 2, box.top + (box.height - drawn.height) // 2)
        mask = rounded((box.width, box.height), radius)
        inner = (at[0] - box.left, at[1] - box.top)
        self.picture.paste(drawn, at, mask.crop((*inner, inner[0] + drawn.width, inner[1] + drawn.height)))
        return True

    def write(self, box: Box, text: str, style: Style, colour: str = INK, align: str = "") -> int:
        """As many lines as `box` holds; how many there were."""
        lines = wrap(text, style, box.width, box.height // style.line)
        write(self.picture, box, lines, style, colour, align)
        return len(lines)

    def write_lines(self, box: Box, lines: tuple[str, ...], style: Style, colour: str = INK) -> None:
        """Lines that `wrap` made."""
        write(self.picture, box, lines, style, colour)

    def write_amid(self, box: Box, text: str, style: Style, colour: str = INK) -> None:
        """In the middle of `box`."""
        lines = wrap(text, style, box.width, max(1, box.height // style.line))
        down = max(0, (box.height - len(lines) * style.line) // 2)
        room = Box(box.left, box.top + down, box.width, max(box.height - down, style.line))
        write(self.picture, room, lines, style, colour, "centre")

    def write_row(self, box: Box, first: str, second: str, style: Style, other: Style) -> None:
        """Two things on one line, the second softly at its end, as far as the first leaves room."""
        wide = min(measure(writable(first), style), box.width)
        self.write(Box(box.left, box.top, max(1, wide), box.height), first, style)
        rest = box.width - wide - style.size // 2
        said = min(rest, measure(writable(second), other))
        if said > 0:
            self.write(Box(box.right - said, box.top, said, box.height), second, other, SOFT)

    def badge(self, left: int, top: int, text: str, style: Style, most: int, *, won: bool = False) -> Box:
        """A number on its own dark ground, a star before it when it won; at most so wide. Where it stands."""
        high = style.line + style.size // 3
        star = style.line if won else 0
        wide = min(most, max(high, measure(text, style) + star + round(style.size * 0.9)))
        box = Box(left, top, max(1, wide), high)
        self.fill(box, WON if won else BADGE, high // 2)
        if won:
            self.star(Box(left + style.size // 3, top + style.size // 6, star, style.line), BADGE)
        room = Box(left + star, top + style.size // 6, box.width - star, style.line)
        self.write_amid(room, text, style, BADGE if won else INK)
        return box

    def star(self, box: Box, colour: str) -> None:
        self.picture.paste(colour, (box.left, box.top), _star((box.width, box.height)))

    def line(self, *points: Size, thick: int = 2, colour: str = LINE) -> None:
        """Along right angles."""
        pen = ImageDraw.Draw(self.picture)
        for (x, y), (other_x, other_y) in pairwise(points):
            left, top = min(x, other_x) - thick // 2, min(y, other_y) - thick // 2
            across = abs(x - other_x) + thick - 1, abs(y - other_y) + thick - 1
            pen.rectangle((left, top, left + across[0], top + across[1]), fill=colour)

    def arrow(self, x: int, y: int, size: int, colour: str = LINE) -> None:
        """A head whose tip, to the right, is at this point."""
        self.shape(Box(x - size, y - size // 2, size, size), ((0, 0), (100, 50), (0, 100)), colour)

    def shape(self, box: Box, corners: tuple[Size, ...], colour: str) -> None:
        """Corners in hundredths of the box."""
        self.picture.paste(colour, (box.left, box.top), _polygon((box.width, box.height), corners))

    def more(self, left_out: int) -> None:
        """How many there are beside those that are drawn, at the foot of the page."""
        if left_out:
            width, height = self.picture.size
            style, text = Style(FOOT // 2, bold=True), f"+{left_out}"
            wide = min(width, measure(text, style) + FOOT)
            self.badge(max(0, width - wide - MARGIN), height - FOOT - MARGIN // 3, text, style, wide)

    def done(self, left_out: int = 0, limit: int = HEAVIEST) -> Drawn:
        """Raises BadPicture("too_heavy") when no quality is below the limit, in bytes."""
        self.more(left_out)
        width, height = self.picture.size
        for quality in QUALITIES:
            file = io.BytesIO()
            # letters lose their edges where colour has half the resolution
            self.picture.save(file, "JPEG", quality=quality, subsampling=0 if quality > QUALITIES[2] else 2)
            if file.tell() <= limit:
                return Drawn(picture=file.getvalue(), width=width, height=height, left_out=left_out)
        raise BadPicture("too_heavy", limit=limit)


def size_of(data: bytes | None) -> Size | None:
    """A poster's, as its header says."""
    try:
        with Image.open(io.BytesIO(data or b""), formats=("JPEG", "PNG")) as picture:
            return picture.size
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def _drawn(data: bytes, frame: Size) -> Image.Image | None:
    """Whole; but the last pixels of a shape that is all but the frame's are not worth a rim."""
    size = size_of(data) or frame
    alike = abs(size[0] * frame[1] / (size[1] * frame[0]) - 1) < ALIKE
    try:
        return draw(data, frame, covering if alike else within)
    except BadPicture:
        return None


@lru_cache(maxsize=32)
def rounded(size: Size, radius: int) -> Image.Image:
    """The shape of a box with round corners, 0 to 255."""
    if not radius:
        return Image.new("L", size, 255)
    mask = Image.new("L", size, 255)
    side = min(radius, *size)
    corner = Image.new("L", (side * 2 * SMOOTH,) * 2)
    ImageDraw.Draw(corner).ellipse((0, 0, side * 2 * SMOOTH - 1, side * 2 * SMOOTH - 1), fill=255)
    round_ = corner.reduce(SMOOTH)
    half = min(side, size[0] // 2), min(side, size[1] // 2)
    for across in (0, 1):
        for down in (0, 1):
            part = round_.crop(
                (
                    across * (2 * side - half[0]),
                    down * (2 * side - half[1]),
                    across * (2 * side - half[0]) + half[0],
                    down * (2 * side - half[1]) + half[1],
                )
            )
            mask.paste(part, (across * (size[0] - half[0]), down * (size[1] - half[1])))
    return mask


@lru_cache(maxsize=32)
def _polygon(size: Size, corners: tuple[Size, ...]) -> Image.Image:
    large = Image.new("L", (size[0] * SMOOTH, size[1] * SMOOTH))
    points = [(x * large.width / 100, y * large.height / 100) for x, y in corners]
    ImageDraw.Draw(large).polygon(points, fill=255)
    return large.reduce(SMOOTH)


def _star(size: Size) -> Image.Image:
    return _polygon(size, STAR)
