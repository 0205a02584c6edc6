"""Single pictures out of a clip: one that stands for it, and its very last."""

import io
from collections.abc import Iterable
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ..errors import BadClip
from .facts import ClipFacts, Source, check, decoded, opened, picture_of, seconds_of

POSTER = 640  # pixels, the longest side
POSTER_QUALITY = 85
LAST_QUALITY = 96  # a model starts from it
# A clip may fade in: the first frame is taken that shows something, out of so many.
FRAMES_TRIED = 72
# Of 255: a frame darker than this, or with less between its darkest and its brightest part, shows nothing.
DARKEST, FLATTEST = 24, 24
GLANCE = (32, 18)  # pixels that a frame is judged by

# Where a clip does not say how its colours are coded, players take BT.709 from this height on, and BT.601 below it.
HIGH_DEFINITION = 720
UNSPECIFIED = 2


def poster(path: Path, longest: int = POSTER) -> bytes:
    """A JPEG of the first frame that shows something, its longest side at most `longest` pixels. Raises BadClip."""
    with opened(path) as clip:
        return _encode(_telling(decoded(clip, picture_of(clip))), POSTER_QUALITY, longest)


def examine(path: Path) -> tuple[ClipFacts, bytes | None]:
    """What the clip is, and its poster if there can be one. Raises what `check` raises."""
    facts = check(path)
    try:
        return facts, poster(path)
    except BadClip:
        return facts, None


def last_frame(path: Path) -> bytes:
    """A JPEG of the clip's very last frame in its own size, good enough to start another clip from. Raises BadClip."""
    return _last(path)


def last_frame_of(data: bytes) -> bytes:
    """`last_frame`, of a clip in memory."""
    return _last(io.BytesIO(data))


def _last(source: Source) -> bytes:
    with opened(source) as clip:
        video = picture_of(clip)
        video.thread_type = "AUTO"
        # the end may hold nothing that can be decoded from its key frame: then all of it is
        frame = _final(clip, video, from_end=True) or _final(clip, video, from_end=False)
        if frame is None:
            raise BadClip("undecodable")
        return _encode(frame, LAST_QUALITY)


def _final(clip: InputContainer, video: VideoStream, *, from_end: bool) -> VideoFrame | None:
    end = (video.start_time or 0) + (video.duration or 0) if from_end else 0
    if from_end and not video.duration:
        return None
    clip.seek(end, stream=video)
    last = None
    for frame in decoded(clip, video):
        if last is None or seconds_of(frame.pts, frame.time_base) >= seconds_of(last.pts, last.time_base):
            last = frame
    return last


def _telling(frames: Iterable[VideoFrame]) -> VideoFrame:
    """The first that shows something, else the brightest of those tried."""
    best, best_light = None, -1.0
    for number, frame in enumerate(frames):
        light, spread = _glance(frame)
        if light >= DARKEST and spread >= FLATTEST:
            return frame
        if light > best_light:
            best, best_light = frame, light
        if number >= FRAMES_TRIED:
            break
    if best is None:
        raise BadClip("undecodable")
    return best


def _glance(frame: VideoFrame) -> tuple[float, int]:
    """How bright it is, and how far its parts differ; both of 255."""
    width, height = GLANCE
    plane = frame.reformat(width=width, height=height, format="gray", interpolation="AREA").planes[0]
    rows = bytes(plane)
    levels = [level for row in range(height) for level in rows[row * plane.line_size : row * plane.line_size + width]]
    return sum(levels) / len(levels), max(levels) - min(levels)


def _encode(frame: VideoFrame, quality: int, longest: int | None = None) -> bytes:
    """A JPEG, upright."""
    share = min(1.0, longest / max(frame.width, frame.height)) if longest else 1.0
    size = {"width": max(1, round(frame.width * share)), "height": max(1, round(frame.height * share))}
    colours = "ITU709" if frame.colorspace == UNSPECIFIED and frame.height >= HIGH_DEFINITION else None
    smooth = "AREA" if share < 1 else "BICUBIC"
    picture = frame.to_image(**size, src_colorspace=colours, interpolation=smooth)  # type: ignore[no-untyped-call]
    if frame.rotation % 360:
        picture = picture.rotate(frame.rotation, expand=True)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, subsampling=0 if quality >= LAST_QUALITY else 2)
    return file.getvalue()
