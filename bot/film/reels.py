"""The pictures of a shot, one after the other as the film has them."""

import itertools
from collections.abc import Generator, Iterator
from fractions import Fraction
from pathlib import Path
from typing import assert_never

from av.container import InputContainer
from av.video.frame import VideoFrame
from PIL import Image

from ..clip.facts import decoded, opened, picture_of
from ..errors import BadClip
from ..media import How
from ..media.fitting import frame_picture
from .cards import draw_card
from .edit import Clip, Still, TitleCard
from .footage import Footage, Material, Photograph, blamed
from .format import Format, is_large
from .plan import Span
from .shaping import Shaper, crops

# A frame that is late by less than this share of the film's own is seen.
LATE = Fraction(1, 4)
# How far before what is wanted a key frame is looked for; seconds.
BACK = 1


class Reel:
    """The pictures of one shot from its frame `at` on, without end: the last one stays."""

    def __init__(self, span: Span, format_: Format, at: int) -> None:
        self.at = at
        self._pictures = _pictures(span, format_, at)

    def take(self) -> VideoFrame:
        """Raises BadFilm, with the shot and the reason."""
        self.at += 1
        return next(self._pictures)

    def close(self) -> None:
        self._pictures.close()


def _pictures(span: Span, format_: Format, at: int) -> Generator[VideoFrame]:
    with blamed(span.shot):
        match span.shot.source:
            case Clip(file=file):
                yield from _of_clip(file, span, format_, at)
            case Still(file=file):
                yield from _of_picture(_fitted(file.read_bytes(), span.material, format_), format_)
            case TitleCard(text=text):
                yield from _of_picture(draw_card(text, format_.size), format_)
            case _:
                assert_never(span.shot.source)


def _of_picture(picture: Image.Image, format_: Format) -> Iterator[VideoFrame]:
    frame: VideoFrame = VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
    coded = frame.reformat(
        format=format_.pixels, dst_colorspace=format_.colours[2], dst_color_range=format_.colour_range
    )
    return itertools.repeat(coded)


def _fitted(data: bytes, material: Material, format_: Format) -> Image.Image:
    assert isinstance(material, Photograph)
    how: How = "crop" if crops((material.width, material.height), format_.size) else "pad"
    return frame_picture(data, format_.size, how)


def _of_clip(file: Path, span: Span, format_: Format, at: int) -> Iterator[VideoFrame]:
    assert isinstance(span.material, Footage)
    shaper, shown = Shaper(span.material, format_), None
    with opened(file) as clip:
        for frame, until in _with_ends(_frames_from(clip, span.material.origin, span.start + at / format_.rate)):
            shown = None
            while until is None or span.start + (at + LATE) / format_.rate < until:
                shown = shown or shaper.shape(frame)
                yield shown
                at += 1
    raise BadClip("undecodable")


def _with_ends(frames: Iterator[tuple[Fraction, VideoFrame]]) -> Iterator[tuple[VideoFrame, Fraction | None]]:
    """Each with the time at which the next one is shown."""
    held: VideoFrame | None = None
    for time, frame in frames:
        if held is not None:
            yield held, time
        held = frame
    if held is not None:
        yield held, None


def _frames_from(clip: InputContainer, origin: Fraction, time: Fraction) -> Iterator[tuple[Fraction, VideoFrame]]:
    """Frames with their times behind the first, in seconds, from the one on that is seen at `time`, or earlier."""
    video = picture_of(clip)
    video.thread_type = "AUTO"
    if is_large((video.codec_context.width, video.codec_context.height)):
        # each thread holds frames of its own, and of two shots that fade there are twice as many
        video.codec_context.thread_count = 1
    base = video.time_base or Fraction(1)
    for to in (time - BACK, None):
        # where a key frame is decoded long before it is shown, the one that is found may come too late
        clip.seek(int((origin + max(to or 0, 0)) / base), stream=video)
        frames = ((frame.pts * base - origin, frame) for frame in decoded(clip, video) if frame.pts is not None)
        first = next(frames, None)
        if first and (first[0] <= time or to is None):
            yield first
            yield from frames
            return
