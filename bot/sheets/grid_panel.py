"""One take in a grid clip: its frames in step with the others, its label, paler once it is over."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from av.container import InputContainer
from av.video.frame import VideoFrame
from PIL import Image

from ..clip import ClipFacts
from ..clip.facts import decoded, opened, picture_of, seconds_of
from .canvas import Canvas, rounded
from .lettering import Style
from .places import Box, Size

# Brightness as clips have it, where there is no colour, and how much is left of what is over.
BLACK, WHITE, COLOURLESS, OVER = 16, 235, 128, 0.55
TURNS = {
    90: Image.Transpose.ROTATE_90,
    -90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    -180: Image.Transpose.ROTATE_180,
}
# Pixels above which threads share one frame: a frame for each would take too much memory.
SHARED = 1920 * 1088
# A label's letters, of the shorter side of its panel; pixels at least.
LETTERS, LEAST_LETTERS = 0.085, 15
# Where a clip does not say how its colours are coded, players take BT.709 from this height on.
HIGH_DEFINITION, UNSPECIFIED = 720, 2

Planes = tuple[Image.Image, Image.Image, Image.Image]
"""Brightness, and the two of colour at half the resolution."""


def blank(size: Size) -> Planes:
    half = size[0] // 2, size[1] // 2
    return Image.new("L", size, BLACK), Image.new("L", half, COLOURLESS), Image.new("L", half, COLOURLESS)


@contextmanager
def open_panel(take: Path, facts: ClipFacts, box: Box, label: str) -> "Iterator[Panel]":
    """Raises BadClip."""
    with opened(take) as clip:
        yield Panel(clip, facts, box, label)


class Panel:
    """`box` has even sides and corners, in pixels."""

    def __init__(self, clip: InputContainer, facts: ClipFacts, box: Box, label: str) -> None:
        video = picture_of(clip)
        # of four takes at once, with four threads each, their stacks alone would be more than a child may have
        video.codec_context.thread_count = 1
        video.thread_type = "AUTO" if facts.width * facts.height <= SHARED else "SLICE"
        self._frames = decoded(clip, video)
        self._facts, self._box = facts, box
        self._label, self._shape = _label(label, box)
        self._start: float | None = None
        self._next: VideoFrame | None = None
        self._advance()
        self._over = False

    def paint(self, page: Planes, at: float) -> None:
        """What the take shows at this second; nothing is painted while that stays as it is."""
        due = None
        while self._next is not None and self._time(self._next) <= at:
            due = self._next
            self._advance()
        if due is not None:
            self._paint(page, due)
        elif not self._over and self._next is None and at >= self._facts.duration:
            self._over = True
            self._pale(page)

    def _advance(self) -> None:
        self._next = next(self._frames, None)
        if self._start is None and self._next is not None:
            self._start = seconds_of(self._next.pts, self._next.time_base)

    def _time(self, frame: VideoFrame) -> float:
        # a frame that is due within the rounding of containers is due
        return seconds_of(frame.pts, frame.time_base) - (self._start or 0.0) - 0.002

    def _paint(self, page: Planes, frame: VideoFrame) -> None:
        box = self._box
        width, height = _inside((self._facts.width, self._facts.height), (box.width, box.height))
        left, top = box.left + (box.width - width) // 4 * 2, box.top + (box.height - height) // 4 * 2
        for paper, plane, share in zip(page, self._planes(frame, (width, height)), (1, 2, 2), strict=True):
            paper.paste(plane, (left // share, top // share))
        self._paint_label(page)

    def _planes(self, frame: VideoFrame, size: Size) -> Planes:
        """The frame upright in this size."""
        turn = self._facts.turn
        width, height = size[::-1] if turn % 180 else size
        high = frame.colorspace == UNSPECIFIED and frame.height >= HIGH_DEFINITION
        small = frame.reformat(
            width=width,
            height=height,
            format="yuv420p",
            src_colorspace="ITU709" if high else None,
            dst_colorspace="ITU709",
            dst_color_range="MPEG",
            interpolation="AREA" if frame.width > width else "BICUBIC",
        )
        drawn = [
            Image.frombytes("L", (plane.width, plane.height), bytes(plane), "raw", "L", plane.line_size, 1)
            for plane in small.planes
        ]
        return cast("Planes", tuple(plane.transpose(TURNS[turn]) if turn in TURNS else plane for plane in drawn))

    def _paint_label(self, page: Planes) -> None:
        margin = max(2, math.ceil(self._label.height / 4) // 2 * 2)
        left, top = self._box.left + margin, self._box.top + margin
        page[0].paste(self._label, (left, top), self._shape)
        half = self._shape.reduce(2)
        for colours in page[1:]:
            colours.paste(COLOURLESS, (left // 2, top // 2), half)

    def _pale(self, page: Planes) -> None:
        for paper, share, towards in zip(page, (1, 2, 2), (BLACK, COLOURLESS, COLOURLESS), strict=True):
            left, top = self._box.left // share, self._box.top // share
            area = (left, top, left + self._box.width // share, top + self._box.height // share)
            part = paper.crop(area)
            paper.paste(Image.blend(Image.new("L", part.size, towards), part, OVER), area)
        self._paint_label(page)


def _label(text: str, box: Box) -> tuple[Image.Image, Image.Image]:
    """Its brightness as clips have it, and its shape; even sides."""
    style = Style(max(LEAST_LETTERS, round(min(box.width, box.height) * LETTERS)), bold=True)
    canvas = Canvas((box.width, box.height))
    drawn = canvas.badge(0, 0, text, style, box.width * 2 // 3)
    size = max(2, drawn.width // 2 * 2), max(2, min(drawn.height, box.height) // 2 * 2)
    grey = canvas.picture.crop((0, 0, *size)).convert("L")
    return grey.point(lambda level: BLACK + level * (WHITE - BLACK) / 255), rounded(size, size[1] // 2)


def _inside(size: Size, frame: Size) -> Size:
    """The whole picture within the frame; sides that are all but the frame's are the frame's."""
    scale = min(frame[0] / size[0], frame[1] / size[1])
    fitted = [max(2, min(edge, round(side * scale / 2) * 2)) for side, edge in zip(size, frame, strict=True)]
    width, height = (edge if edge - side <= edge * 0.03 else side for side, edge in zip(fitted, frame, strict=True))
    return width, height
