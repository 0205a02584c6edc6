"""The sound of one shot: 48 kHz, stereo, from its first sample to its last in the film, silence where it has none."""

import contextlib
import itertools
import math
from collections.abc import Generator, Iterable, Iterator
from fractions import Fraction

import av
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.filter import Graph

from ..clip.facts import opened, sound_of
from .edit import Clip
from .footage import Footage, blamed
from .levels import CEILING, Gain, Heard
from .plan import Span

RATE = 48_000
BASE = Fraction(1, RATE)
FORMAT, LAYOUT = "fltp", "stereo"
# So much at a time; samples.
CHUNK = 4096
# At a cut a wave is faded in and out, or one hears a click: samples, 8 ms.
EDGE = 384
# How far before its begin sound is looked for, so that its decoder has warmed up; seconds.
BACK = Fraction(1, 4)
NOTHING = -120.0

# A fade in pictures is linear; of sounds that have nothing to do with each other the powers add up.
CURVE = "qsin"

# Gaps are filled, what comes before the first sample is cut off, and sound that begins late begins with silence.
_IN_STEP = ("aresample", f"{RATE}:async=1:first_pts=0")
_ALIKE = ("aformat", f"sample_fmts={FORMAT}:channel_layouts={LAYOUT}")

Filters = Iterator[tuple[str, str]]
"""Names and what they are given."""


def sample_at(frame: int, rate: Fraction) -> int:
    """The sample that a film's frame begins with."""
    return round(frame * RATE / rate)


class Tape:
    """The sound of a shot, to be taken piece by piece; behind its end there is silence."""

    def __init__(self, frames: Generator[AudioFrame]) -> None:
        self._sound = frames
        self._frames = itertools.chain(frames, silence())
        self._fifo = AudioFifo()

    def take(self, samples: int) -> Iterator[AudioFrame]:
        """Exactly so many, in pieces that are the same for each tape."""
        while samples > 0:
            piece = min(samples, CHUNK)
            while self._fifo.samples < piece:
                frame = next(self._frames)
                frame.pts = None
                self._fifo.write(frame)
            taken = self._fifo.read(piece)
            assert taken
            yield taken
            samples -= piece

    def close(self) -> None:
        """Nothing more is wanted of it."""
        self._sound.close()


def silence() -> Iterator[AudioFrame]:
    frame = AudioFrame(format=FORMAT, layout=LAYOUT, samples=CHUNK)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate, frame.time_base = RATE, BASE
    return itertools.repeat(frame)


def hear(span: Span, samples: int, gain: Gain | None = None) -> Heard:
    """How loud `samples` of it are, with the gain if there is one. Raises BadFilm."""
    filters = [*_gaining(gain or Gain()), ("ebur128", "peak=true:metadata=1:framelog=quiet")]
    loudness = peak = NOTHING
    count = 0
    for frame in _filtered(span, samples, filters):
        count += frame.samples
        loudness = float(frame.metadata.get("lavfi.r128.I", loudness))
        peak = max(peak, _decibels(float(frame.metadata.get("lavfi.r128.true_peak", 0))))
    return Heard(loudness=loudness, peak=peak, samples=count)


def play(span: Span, samples: int, level: tuple[Gain, Heard], fades: tuple[int, int]) -> Generator[AudioFrame]:
    """`samples` of it, or as many as there are, with its gain and its fades in and out (samples). Raises BadFilm."""
    gain, heard = level
    fade_in, fade_out = (min(max(fade, EDGE), samples // 2 if fade < EDGE else samples) for fade in fades)
    filters = [*_gaining(gain), ("afade", f"type=in:ns={fade_in}:curve={CURVE}")]
    # where the sound ends before the picture does, it ends in a click
    ends = [(samples, fade_out), *([(heard.samples, EDGE)] if EDGE < heard.samples < samples else [])]
    filters += [("afade", f"type=out:ss={end - fade}:ns={fade}:curve={CURVE}") for end, fade in ends]
    return _filtered(span, samples, filters)


def _gaining(gain: Gain) -> Filters:
    if gain.decibels:
        yield "volume", f"{gain.decibels:.3f}dB:precision=float"
    if gain.limited:
        yield "alimiter", f"limit={10 ** (CEILING / 20):.4f}:level=false:attack=3:release=60:latency=true"


def _decibels(level: float) -> float:
    return 20 * math.log10(level) if level > 0 else NOTHING


def _filtered(span: Span, samples: int, filters: Iterable[tuple[str, str]]) -> Generator[AudioFrame]:
    """What there is of it, from its first sample on; nothing where it has no sound that can be decoded."""
    if not (
        isinstance(span.shot.source, Clip) and isinstance(span.material, Footage) and span.material.facts.has_audio
    ):
        return
    with blamed(span.shot), opened(span.shot.source.file) as clip:
        sound = sound_of(clip)
        assert sound
        graph: Graph | None = None
        for frame in _frames(clip, sound, span.material.origin + span.start, samples):
            # what holds peaks down works in numbers of its own kind
            steps = [_IN_STEP, _ALIKE, ("atrim", f"end_sample={samples}"), *filters, _ALIKE]
            graph = graph or _graph(frame, steps)
            try:
                graph.push(frame)
            except av.EOFError:
                break
            yield from ready(graph)
        if graph:
            graph.push(None)
            yield from ready(graph)


def _frames(clip: InputContainer, sound: AudioStream, begin: Fraction, samples: int) -> Iterator[AudioFrame]:
    """As they are stored, their times counted from `begin` on, in seconds; a broken packet costs its own only."""
    base = sound.time_base or BASE
    clip.seek(int(max(begin - BACK, Fraction(0)) / base), stream=sound)
    for packet in clip.demux(sound):
        with contextlib.suppress(av.error.InvalidDataError):
            for frame in packet.decode():
                if frame.pts is None:
                    continue
                time = frame.pts * (frame.time_base or base) - begin
                if time * RATE >= samples:
                    return
                frame.time_base = Fraction(1, frame.sample_rate)
                frame.pts = round(time * frame.sample_rate)
                yield frame


def _graph(frame: AudioFrame, filters: Iterable[tuple[str, str]]) -> Graph:
    graph = Graph()
    first = graph.add_abuffer(
        sample_rate=frame.sample_rate,
        format=frame.format.name,
        layout=frame.layout.name,
        time_base=frame.time_base,
    )
    graph.link_nodes(first, *(graph.add(name, given) for name, given in filters), graph.add("abuffersink")).configure()
    return graph


def ready(graph: Graph) -> Iterator[AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        assert isinstance(frame, AudioFrame)
        yield frame
