"""One run of the encoder: pieces of shots and cross-fades that follow one another, in an mp4 of their own."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import av
from av.video.frame import VideoFrame

from ..clip.facts import THREADS
from .format import is_large
from .mixing import fade_pictures
from .plan import Encoded, Mixed, Plan, Straight
from .reels import Reel

# Beside what was encoded once already, this is hardly to be told from it, and it takes a third of the usual time.
OPTIONS = {
    "preset": "veryfast",
    "crf": "18",
    "profile": "high",
    "threads": str(THREADS),
    # every run describes its pictures in the same way, so that the film has one description for all of them
    "x264-params": "stitchable=1",
}
LIMITED, FULL = 1, 2
# Of large pictures fewer are looked at ahead, and by fewer threads: a child has only so much memory.
OPTIONS_LARGE = {**OPTIONS, "threads": "2", "x264-params": f"{OPTIONS['x264-params']}:rc-lookahead=4:sync-lookahead=0"}
VERSION = 1
"""To be raised when a part would come out differently: those that lie about are of no use then."""


def encode(part: Encoded, plan: Plan, target: Path) -> None:
    """Raises BadFilm, with the shot that cannot be used."""
    format_ = plan.format
    with av.open(target, "w", format="mp4") as out:
        options = OPTIONS_LARGE if is_large(format_.size) else OPTIONS
        video = out.add_stream("libx264", rate=format_.rate, options=dict(options))
        video.width, video.height = format_.size
        video.pix_fmt = format_.pixels
        coder = video.codec_context
        coder.time_base = 1 / format_.rate
        coder.color_primaries, coder.color_trc, coder.colorspace = format_.colours
        coder.color_range = FULL if format_.full else LIMITED
        for number, picture in enumerate(_pictures(part, plan)):
            picture.pts, picture.time_base = number, 1 / format_.rate
            # which kind of frame it was is none of the new encoder's business
            picture.pict_type = 0
            out.mux(video.encode(picture))
        out.mux(video.encode())


def _pictures(part: Encoded, plan: Plan) -> Iterator[VideoFrame]:
    with closing(_Reels(plan)) as reels:
        for piece in part.pieces:
            match piece:
                case Straight(span=span, begin=begin, frames=frames):
                    reel = reels.at(span, begin)
                    yield from (reel.take() for _ in range(frames))
                case Mixed(span=span, frames=frames):
                    before = reels.at(span - 1, plan.spans[span - 1].frames - frames)
                    yield from fade_pictures(before, reels.at(span, 0), frames, plan.format)
                    reels.close_before(span)


class _Reels:
    """The shots that are read from; one that goes on is not looked for again."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._open: dict[int, Reel] = {}

    def at(self, number: int, frame: int) -> Reel:
        """A shot from its `frame` on; of those before only the one that it may fade from stays open."""
        self.close_before(number - 1)
        reel = self._open.get(number)
        if reel is None or reel.at != frame:
            self._open[number] = reel = Reel(self._plan.spans[number], self._plan.format, frame)
        return reel

    def close_before(self, number: int) -> None:
        for done in [each for each in self._open if each < number]:
            self._open.pop(done).close()

    def close(self) -> None:
        self.close_before(len(self._plan.spans))
