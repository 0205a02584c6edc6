"""One run of the encoder: pieces of shots and cross-fades that follow one another, in an mp4 of their own."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import av
from av.video.frame import VideoFrame

from ..clip.facts import THREADS
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
VERSION = 1
"""To be raised when a part would come out differently: those that lie about are of no use then."""


def encode(part: Encoded, plan: Plan, target: Path) -> None:
    """Raises BadFilm, with the shot that cannot be used."""
    format_ = plan.format
    with av.open(target, "w", format="mp4") as out:
        video = out.add_stream("libx264", rate=format_.rate, options=dict(OPTIONS))
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
    with ExitStack() as stack:
        reels: dict[int, Reel] = {}

        def reel(number: int, at: int) -> Reel:
            """A shot that goes on is not looked for again."""
            if number not in reels or reels[number].at != at:
                reels[number] = Reel(plan.spans[number], plan.format, at)
                stack.callback(reels[number].close)
            return reels[number]

        for piece in part.pieces:
            match piece:
                case Straight(span=span, begin=begin, frames=frames):
                    taken = reel(span, begin)
                    yield from (taken.take() for _ in range(frames))
                case Mixed(span=span, frames=frames):
                    before = plan.spans[span - 1]
                    yield from fade_pictures(reel(span - 1, before.frames - frames), reel(span, 0), frames, plan.format)
