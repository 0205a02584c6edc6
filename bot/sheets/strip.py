"""The storyboard as a strip: shots in their order, with times and notes, and how each joins the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from ..joins import Join
from .canvas import GROUND, HEAVIEST, INK, LINE, SOFT, TILE, Canvas, Drawn, size_of
from .lettering import Style, wrap
from .places import FOOT, LARGEST, MARGIN, Box, Size, best_columns, common_shape, pad_of, poster_size, scale_of

MOST = 60
# The fewer there are, the larger: up to so many, pixels along a panel's longer side, letters of so many pixels.
SIZES = ((1, 860, 30), (4, 520, 27), (9, 440, 25), (20, 360, 23), (MOST, 300, 20))
NARROWEST = 250  # of a panel, so that number and times have room beside each other
NOTE_LINES = 2


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A shot: `words` stand in place of a poster there is none of, `start` and `length` are as they are written."""

    number: str
    poster: bytes | None = None
    words: str = ""
    start: str = ""
    length: str = ""
    join: Join = Join.CUT
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class StripPlan:
    """In pixels: a box for each panel, the size of each poster in it, the gap before it for the mark of its join."""

    size: Size
    panels: tuple[Box, ...]
    poster: Size
    letters: int
    gap: int
    head: Box | None


def draw_strip(panels: Sequence[Panel], title: str = "", limit: int = HEAVIEST) -> Drawn:
    """A JPEG of up to MOST shots in rows; the rest are left out, and counted. Raises BadPicture("too_heavy")."""
    shown, left_out = panels[:MOST], max(0, len(panels) - MOST)
    shape = common_shape(size for panel in shown if (size := size_of(panel.poster)))
    plan = plan_strip(len(shown), shape, _note_lines(shown, shape), titled=bool(title))
    canvas = Canvas((plan.size[0], plan.size[1] + (FOOT if left_out else 0)))
    if plan.head:
        canvas.write(plan.head, title, _head(plan.letters))
    for box, panel in zip(plan.panels, shown, strict=True):
        _draw_panel(canvas, box, panel, plan)
        if panel is not shown[0]:
            _draw_join(canvas, Box(box.left - plan.gap, box.top, plan.gap, plan.poster[1]), panel.join)
    return canvas.done(left_out, limit)


def plan_strip(count: int, shape: Size, notes: int, *, titled: bool = False) -> StripPlan:
    """For posters of this shape, with so many lines of notes under each."""
    longest, letters = scale_of(count, SIZES)
    poster, style, gap = poster_size(shape, longest, NARROWEST), Style(letters), round(letters * 2.4)
    pad = pad_of(letters)
    # times and notes
    panel = poster[0], poster[1] + pad + style.line + notes * style.line + pad
    columns = best_columns(max(1, count), (panel[0] + gap, panel[1] + MARGIN))
    columns = max(1, min(columns, (LARGEST - MARGIN - gap) // (panel[0] + gap)))
    rows = -(-max(1, count) // columns)
    # a row that goes on from the one before has its mark before its first panel
    before = gap + pad if rows > 1 else MARGIN
    width = before + columns * (panel[0] + gap) - gap + MARGIN
    head = Box(before, MARGIN, width - before - MARGIN, _head(letters).line) if titled else None
    top = MARGIN + (head.height + pad if head else 0)
    boxes = tuple(
        Box(before + number % columns * (panel[0] + gap), top + number // columns * (panel[1] + MARGIN), *panel)
        for number in range(count)
    )
    size = width, top + rows * (panel[1] + MARGIN)
    return StripPlan(size=size, panels=boxes, poster=poster, letters=letters, gap=gap, head=head)


def _head(letters: int) -> Style:
    return Style(round(letters * 1.35), bold=True)


def _note_lines(panels: Sequence[Panel], shape: Size) -> int:
    longest, letters = scale_of(len(panels), SIZES)
    width = poster_size(shape, longest, NARROWEST)[0] - 2 * pad_of(letters)
    return max((len(wrap(panel.note, Style(letters), width, NOTE_LINES)) for panel in panels), default=0)


def _draw_panel(canvas: Canvas, box: Box, panel: Panel, plan: StripPlan) -> None:
    style, pad = Style(plan.letters), pad_of(plan.letters)
    bold = Style(style.size, bold=True)
    canvas.fill(box, TILE, pad)
    poster = Box(box.left, box.top, *plan.poster)
    if not canvas.poster(poster, panel.poster, pad):
        canvas.frame(poster, LINE, 2, pad, GROUND)
        badge = bold.line + pad
        room = Box(poster.left + 2 * pad, poster.top + badge, poster.width - 4 * pad, poster.height - badge - pad)
        canvas.write_amid(room, panel.words, style, INK)
    canvas.badge(poster.left + pad // 2, poster.top + pad // 2, panel.number, bold, poster.width - pad)
    row = Box(box.left + pad, poster.bottom + pad, box.width - 2 * pad, style.line)
    canvas.write_row(row, panel.start, panel.length, bold, style)
    note = Box(row.left, row.bottom, row.width, box.bottom - pad // 2 - row.bottom)
    canvas.write(note, panel.note, style, SOFT)


def _draw_join(canvas: Canvas, gap: Box, join: Join) -> None:
    """A bar for a cut, two wedges that meet for a cross-fade, an arrow where the shot continues."""
    size = round(gap.width * 0.56)
    middle = gap.top + gap.height // 2
    mark = Box(gap.left + (gap.width - size) // 2, middle - size // 2, size, size)
    match join:
        case Join.CUT:
            canvas.fill(Box(mark.left + size // 2 - 2, mark.top, 4, size), LINE)
        case Join.FADE:
            canvas.shape(mark, ((0, 0), (100, 100), (100, 0), (0, 100)), INK)
        case Join.CONTINUE:
            thick = max(3, size // 7)
            canvas.line((mark.left, middle), (mark.right - size // 4, middle), thick=thick, colour=INK)
            canvas.arrow(mark.right, middle, size // 2, INK)
        case _:
            assert_never(join)
