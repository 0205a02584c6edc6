"""The contact sheet: takes beside each other, numbered, with what differs under each, and the winner marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from .canvas import GROUND, HEAVIEST, INK, SOFT, TILE, WON, Canvas, Drawn, size_of
from .lettering import Style, wrap
from .places import FOOT, LARGEST, Box, Size, best_columns, common_shape, pad_of, poster_size, scale_of

MOST = 60
# The fewer there are, the larger each is: up to so many, pixels along the longer side, letters of so many pixels.
SIZES = ((1, 960, 30), (4, 640, 28), (9, 520, 26), (20, 400, 24), (MOST, 320, 21))
NARROWEST = 230  # of a tile, so that its words have room
MOST_LINES = 4  # under each


@dataclass(frozen=True, kw_only=True)
class Tile:
    """`lines` are what is written under it; `reason` stands in place of a poster that there is none of."""

    number: str
    poster: bytes | None = None
    lines: tuple[str, ...] = ()
    won: bool = False
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactPlan:
    """Where everything stands, in pixels: a box for each tile, and of each poster within it the size."""

    size: Size
    tiles: tuple[Box, ...]
    poster: Size
    letters: int
    head: Box | None


def draw_contact(tiles: Sequence[Tile], title: str = "", limit: int = HEAVIEST) -> Drawn:
    """A JPEG of up to MOST tiles in rows; the rest are left out, and counted. Raises BadPicture("too_heavy")."""
    shown = list(tiles[:MOST])
    sizes = [size for tile in shown if (size := size_of(tile.poster))]
    shape = common_shape(sizes)
    plan = plan_contact(len(shown), shape, _lines_needed(shown, shape), titled=bool(title))
    left_out = len(tiles) - len(shown)
    canvas = Canvas((plan.size[0], plan.size[1] + (FOOT if left_out else 0)))
    if plan.head:
        canvas.write(plan.head, title, Style(_title_size(plan.letters), bold=True))
    for box, tile in zip(plan.tiles, shown, strict=True):
        _draw_tile(canvas, box, tile, plan)
    return canvas.done(left_out, limit)


def plan_contact(count: int, shape: Size, lines: int, *, titled: bool = False) -> ContactPlan:
    """For posters of this shape with so many lines under each."""
    longest, letters = scale_of(count, SIZES)
    poster, pad, gap = poster_size(shape, longest, NARROWEST), pad_of(letters), pad_of(letters) * 2
    under = lines * Style(letters).line + (pad if lines else 0)
    tile = poster[0] + 2 * pad, poster[1] + 2 * pad + under
    columns = best_columns(max(1, count), tile)
    columns = max(1, min(columns, (LARGEST - gap) // (tile[0] + gap)))
    rows = -(-max(1, count) // columns)
    width = gap + columns * (tile[0] + gap)
    head = Box(gap, gap, width - 2 * gap, Style(_title_size(letters)).line) if titled else None
    top = gap + (head.bottom if head else 0)
    boxes = tuple(
        Box(gap + number % columns * (tile[0] + gap), top + number // columns * (tile[1] + gap), *tile)
        for number in range(count)
    )
    return ContactPlan(
        size=(width, top + rows * (tile[1] + gap)), tiles=boxes, poster=poster, letters=letters, head=head
    )


def _title_size(letters: int) -> int:
    return round(letters * 1.35)


def _lines_needed(tiles: Sequence[Tile], shape: Size) -> int:
    longest, letters = scale_of(len(tiles), SIZES)
    width = poster_size(shape, longest, NARROWEST)[0]
    return max((len(_wrapped(tile, Style(letters), width)) for tile in tiles), default=0)


def _wrapped(tile: Tile, style: Style, width: int) -> list[tuple[int, str]]:
    """The first of a tile's lines may take two; each with the number of the line that it is of."""
    lines: list[tuple[int, str]] = []
    for number, text in enumerate(tile.lines):
        most = min(2 if number == 0 else 1, MOST_LINES - len(lines))
        lines += [(number, line) for line in wrap(text, style, width, most)]
    return lines


def _draw_tile(canvas: Canvas, box: Box, tile: Tile, plan: ContactPlan) -> None:
    style, pad = Style(plan.letters), pad_of(plan.letters)
    radius = pad
    if tile.won:
        # the border is outside: nothing of the picture is lost
        canvas.frame(box.inset(-(pad // 2)), WON, pad // 2, radius + pad // 2, TILE)
    else:
        canvas.fill(box, TILE, radius)
    poster = Box(box.left + pad, box.top + pad, *plan.poster)
    if not canvas.poster(poster, tile.poster, radius // 2):
        canvas.fill(poster, GROUND, radius // 2)
        side = 2 * style.line
        canvas.write_amid(Box(poster.left + pad, poster.top + side, poster.width - 2 * pad, poster.height - 2 * side),
                          tile.reason, style, SOFT)  # fmt: skip
    canvas.badge(poster.left + pad // 2, poster.top + pad // 2, tile.number, Style(style.size, bold=True),
                 poster.width - pad, won=tile.won)  # fmt: skip
    room = Box(poster.left, poster.bottom + pad, poster.width, box.bottom - pad - poster.bottom)
    for at, (number, line) in enumerate(_wrapped(tile, style, room.width)):
        line_box = Box(room.left, room.top + at * style.line, room.width, style.line)
        canvas.write_lines(line_box, (line,), style, SOFT if number else INK)
