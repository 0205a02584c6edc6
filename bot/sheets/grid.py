"""The grid clip: two to four takes beside each other in step, each with its label, in one mp4 that plays everywhere.

It lasts as long as the longest. One that ends before stays on its last frame, paler: started again it would show
another moment than its neighbours, and could not be compared with them any more.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ..clip import ClipFacts, check
from ..clip.facts import THREADS, opened, seconds_of, sound_of
from ..errors import BadClip
from .grid_panel import Planes, blank, open_panel
from .grid_plan import GridPlan, plan_grid

FEWEST, MOST = 2, 4
# How good it is where the limit lets; what of the limit is aimed at, again after a try that came out too heavy.
QUALITY, AIM, CAUTION, TRIES = "23", 0.92, 0.95, 3
LEAST_RATE = 60_000  # bits a second, below which nothing can be seen
PRESET = "veryfast"
SOUND_RATE, SOUND_SAMPLES = 96_000, 48_000
FAST_START = {"movflags": "+faststart"}
BT709 = 1  # as ffmpeg counts primaries, curves and matrices


@dataclass(frozen=True, kw_only=True)
class Grid:
    """What came of it: bytes, pixels, seconds."""

    size: int
    width: int
    height: int
    seconds: float


def draw_grid(takes: Sequence[Path], labels: Sequence[str], target: Path, limit: int, sound: int | None = None) -> Grid:
    """Write to `target` an mp4 of at most `limit` bytes; silent, or with the sound of the take of that number, from 0.

    Raises BadClip: what `check` raises of a take, "too_long" when it would be no use, "too_large" when the encoder
    would not keep to it; nothing is left in `target` then.
    """
    assert FEWEST <= len(takes) <= MOST
    assert len(takes) == len(labels)
    facts = [check(take) for take in takes]
    heard = takes[sound] if sound is not None and facts[sound].has_audio else None
    work = _Grid(takes=takes, labels=labels, facts=facts, plan=plan_grid(facts), heard=heard)
    try:
        return work.fit(target, limit)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


@dataclass(frozen=True, kw_only=True)
class _Grid:
    takes: Sequence[Path]
    labels: Sequence[str]
    facts: Sequence[ClipFacts]
    plan: GridPlan
    heard: Path | None

    def fit(self, target: Path, limit: int) -> Grid:
        width, height = self.plan.size
        bits = int(limit * AIM * 8 / self.plan.seconds) - (SOUND_RATE if self.heard else 0)
        for _ in range(TRIES):
            if bits < LEAST_RATE:
                raise BadClip("too_long")
            self._encode(target, bits)
            if (came := target.stat().st_size) <= limit:
                return Grid(size=came, width=width, height=height, seconds=self.plan.seconds)
            bits = int(bits * CAUTION * limit / came)
        raise BadClip("too_large")

    def _encode(self, target: Path, bits: int) -> None:
        plan = self.plan
        with ExitStack() as stack, av.open(target, "w", format="mp4", options=dict(FAST_START)) as out:
            parts = zip(self.takes, self.facts, plan.panels, self.labels, strict=True)
            panels = [stack.enter_context(open_panel(*part)) for part in parts]
            video = _video(out, plan, bits)
            voice = stack.enter_context(_voice(out, self.heard, plan.seconds)) if self.heard else None
            page = blank(plan.size)
            for number in range(plan.frames):
                for panel in panels:
                    panel.paint(page, number / plan.rate)
                out.mux(video.encode(_frame(page, number, plan)))
                if voice:
                    voice.up_to((number + 1) / plan.rate)
            out.mux(video.encode())
            if voice:
                voice.end()


def _video(out: OutputContainer, plan: GridPlan, bits: int) -> VideoStream:
    """As good as QUALITY, but no more than so many bits a second."""
    options = {"preset": PRESET, "profile": "high", "threads": str(THREADS), "crf": QUALITY, "maxrate": str(bits)}
    video = out.add_stream("libx264", rate=plan.rate, options={**options, "bufsize": str(bits)})
    video.width, video.height = plan.size
    video.pix_fmt = "yuv420p"
    coder = video.codec_context
    coder.color_primaries, coder.color_trc, coder.colorspace = BT709, BT709, BT709
    return video


def _frame(page: Planes, number: int, plan: GridPlan) -> VideoFrame:
    frame = VideoFrame(*plan.size, "yuv420p")
    for plane, paper in zip(frame.planes, page, strict=True):
        plane.update(paper.tobytes("raw", "L", plane.line_size, 1))
    frame.pts, frame.time_base = number, Fraction(1, plan.rate)
    return frame


@contextmanager
def _voice(out: OutputContainer, take: Path, seconds: float) -> Iterator["_Voice"]:
    with opened(take) as clip:
        yield _Voice(out, clip, seconds)


class _Voice:
    """The sound of a take, encoded as far as the picture is."""

    def __init__(self, out: OutputContainer, clip: InputContainer, seconds: float) -> None:
        sound = sound_of(clip)
        assert sound is not None
        self._out, self._seconds = out, seconds
        self._stream = out.add_stream("aac", rate=SOUND_SAMPLES, layout="stereo", bit_rate=SOUND_RATE)
        self._frames = _heard(clip, sound)
        self._next = next(self._frames, None)

    def up_to(self, seconds: float) -> None:
        """Encode what is heard until then; frames of sound are not cut."""
        while self._next and _end(self._next) <= min(seconds, self._seconds):
            self._out.mux(self._stream.encode(self._next))
            self._next = next(self._frames, None)

    def end(self) -> None:
        self._out.mux(self._stream.encode())


def _heard(clip: InputContainer, sound: AudioStream) -> Iterator[AudioFrame]:
    """A broken packet costs its own frames only."""
    for packet in clip.demux(sound):
        with suppress(av.error.InvalidDataError):
            yield from packet.decode()


def _end(frame: AudioFrame) -> float:
    return seconds_of(frame.pts, frame.time_base) + frame.samples / frame.sample_rate
