"""Pictures of any size and colours in the film's: filled where little is lost by it, else between bars."""

from av.filter import Graph
from av.video.frame import VideoFrame

from ..clip.facts import THREADS
from ..clip.shrink import Turner
from .footage import Footage
from .format import Format, Size

# Of a picture at most this share is cropped; one of another shape is shown whole.
CROPPED_MOST = 0.15


def crops(size: Size, frame: Size) -> bool:
    """Whether a picture of `size` is to fill the `frame`."""
    shape, wanted = size[0] / size[1], frame[0] / frame[1]
    return 1 - min(shape, wanted) / max(shape, wanted) <= CROPPED_MOST


def scaled(size: Size, frame: Size) -> Size:
    """How large it is before it is cropped to the frame, or put between bars; even, as the codec wants it."""
    shares = (frame[0] / size[0], frame[1] / size[1])
    share = max(shares) if crops(size, frame) else min(shares)
    return _within(size[0] * share, frame[0]), _within(size[1] * share, frame[1])


def _within(pixels: float, limit: int) -> int:
    """Even; what is within two pixels of the frame's side is as long as that."""
    return limit if abs(pixels - limit) < 2 else max(2, round(pixels / 2) * 2)


class Shaper:
    """Makes frames of one clip such as the film has."""

    def __init__(self, footage: Footage, format_: Format) -> None:
        facts = footage.facts
        self._turner = Turner(facts.turn)
        self._source, self._format = footage.colours, format_
        self._framer = Framer(scaled((facts.width, facts.height), format_.size), format_.size)

    def shape(self, frame: VideoFrame) -> VideoFrame:
        (upright,) = self._turner.turn(frame)
        width, height = self._framer.inner
        fitted = upright.reformat(
            width=width,
            height=height,
            format=self._format.pixels,
            interpolation="BICUBIC",
            src_colorspace=self._source[2],
            dst_colorspace=self._format.colours[2],
            dst_color_range=self._format.colour_range,
            threads=THREADS,
        )
        return self._framer.frame(fitted)


class Framer:
    """Crops what is larger than the film, and puts bars around what is smaller."""

    def __init__(self, inner: Size, outer: Size) -> None:
        self.inner, self._outer = inner, outer
        self._graph: Graph | None = None

    def frame(self, picture: VideoFrame) -> VideoFrame:
        if self.inner == self._outer:
            return picture
        self._graph = self._graph or self._build(picture)
        self._graph.vpush(picture)
        return self._graph.vpull()

    def _build(self, picture: VideoFrame) -> Graph:
        (width, height), (wide, high) = self.inner, self._outer
        graph = Graph()
        first = graph.add_buffer(width=width, height=height, format=picture.format, time_base=picture.time_base)
        crop = graph.add("crop", f"{min(width, wide)}:{min(height, high)}")
        bars = graph.add("pad", f"{wide}:{high}:(ow-iw)/2:(oh-ih)/2:black")
        graph.link_nodes(first, crop, bars, graph.add("buffersink")).configure()
        return graph
