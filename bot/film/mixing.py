"""Cross-fades: two shots over each other, picture by picture."""

from collections.abc import Iterator
from itertools import islice

import av
from av.filter import Graph
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from .format import Format
from .reels import Reel


def fade_pictures(before: Reel, after: Reel, frames: int, format_: Format) -> Iterator[VideoFrame]:
    """`frames` of both: the first hardly of the one after, the last hardly of the one before."""
    # a fade starts at nothing: its first is of one alone
    return islice(_faded(before, after, frames, format_), 1, frames + 1)


def _faded(before: Reel, after: Reel, frames: int, format_: Format) -> Iterator[VideoFrame]:
    graph, base = _fader(frames + 1, format_), 1 / format_.rate
    for number, pictures in enumerate(zip(_doubled(before, frames), _doubled(after, frames), strict=True)):
        for at, picture in enumerate(pictures):
            picture.pts, picture.time_base = number, base
            graph.push(picture, at)
        yield from _ready(graph)
    graph.push(None)
    yield from _ready(graph)


def _ready(graph: Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            yield graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return


def _doubled(reel: Reel, frames: int) -> Iterator[VideoFrame]:
    """The first and the last twice, since what is made of these is not kept."""
    yield (picture := reel.take())
    yield picture
    for _ in range(frames - 1):
        yield (picture := reel.take())
    yield picture


def _fader(frames: int, format_: Format) -> Graph:
    graph, (width, height), rate = Graph(), format_.size, format_.rate
    fade = graph.add("xfade", f"transition=fade:offset=0:duration={float(frames / rate):.6f}")
    pixels = VideoFormat(format_.pixels, width, height)
    for at in (0, 1):
        source = graph.add_buffer(width=width, height=height, format=pixels, time_base=1 / rate)
        steady = graph.add("fps", f"{rate.numerator}/{rate.denominator}")
        source.link_to(steady)
        steady.link_to(fade, 0, at)
    fade.link_to(graph.add("buffersink"))
    graph.configure()
    return graph
