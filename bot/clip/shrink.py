"""Making a clip small enough: its streams alone in a fresh container, or encoded anew."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol, TypeVar

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ..errors import BadClip
from .facts import THREADS, ClipFacts, check, opened, picture_of, sound_of
from .plan import AIM, SOUND_RATES, Encoding, Way, choose_way, plan_encoding, sound_plays

Frame = TypeVar("Frame")

# Half as quick again as the next better one, and hardly worse at the rates that are left for a clip.
PRESET = "veryfast"
TRIES = 2
# After one that came out too heavy, so much less than what would have been right is aimed at.
CAUTION = 0.97
BEST_SOUND = SOUND_RATES[0]
SAMPLE_RATES = (48_000, 44_100, 32_000, 24_000)

FAST_START = {"movflags": "+faststart"}
# How to stand frames up that are stored turned, by degrees counterclockwise.
TURNS = {90: ("transpose=cclock",), -90: ("transpose=clock",), 180: ("hflip", "vflip"), -180: ("hflip", "vflip")}


@dataclass(frozen=True, kw_only=True)
class Shrunk:
    """What came of it: `size` in bytes."""

    way: Way
    size: int


def shrink(source: Path, target: Path, limit: int) -> Shrunk:
    """Write to `target` an mp4 of at most `limit` bytes that plays everywhere: H.264 in yuv420p, AAC, faststart.

    Picture and sound are kept as they are where that is enough. Raises BadClip: what `check` raises, "too_long" when
    nothing worth having fits, "too_large" when the encoder would not keep to it; nothing is left in `target` then.
    """
    facts, size = check(source), source.stat().st_size
    try:
        if choose_way(facts, size=size, payload=_payload(source, facts), limit=limit) is not Way.ENCODE:
            remux(source, target, facts)
            if (came := target.stat().st_size) <= limit:
                return Shrunk(way=Way.REMUX, size=came)
        return _encode_to_fit(source, target, facts, size, limit)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def remux(source: Path, target: Path, facts: ClipFacts) -> None:
    """The same picture in a fresh mp4 that plays before it is whole, the same sound or AAC. Raises BadClip."""
    with opened(source) as clip, av.open(target, "w", format="mp4", options=dict(FAST_START)) as out:
        video, sound = picture_of(clip), sound_of(clip)
        tracks: dict[int, _Track] = {video.index: _Copy(out, video)}
        if sound:
            tracks[sound.index] = _Copy(out, sound) if sound_plays(facts) else _Voice(out, sound, BEST_SOUND)
        _carry(clip, tracks)


def encode(source: Path, target: Path, facts: ClipFacts, encoding: Encoding) -> None:
    """An mp4 of H.264 and AAC that plays before it is whole. Raises BadClip."""
    with opened(source) as clip, av.open(target, "w", format="mp4", options=dict(FAST_START)) as out:
        video, sound = picture_of(clip), sound_of(clip)
        video.thread_type = "AUTO"
        tracks: dict[int, _Track] = {video.index: _Picture(out, video, facts, encoding)}
        if sound and encoding.sound_rate:
            tracks[sound.index] = _Voice(out, sound, encoding.sound_rate)
        _carry(clip, tracks)


class _Track(Protocol):
    def take(self, packet: "Packet[Stream]") -> None: ...

    def end(self) -> None: ...


def _carry(clip: InputContainer, tracks: Mapping[int, _Track]) -> None:
    for packet in clip.demux(*(clip.streams[index] for index in tracks)):
        # the packets that end the streams know their stream, not its number
        tracks[packet.stream.index].take(packet)
    for track in tracks.values():
        track.end()


def _payload(source: Path, facts: ClipFacts) -> int:
    """What picture and sound would weigh in a fresh container, bytes."""
    with opened(source) as clip:
        video, sound = picture_of(clip), sound_of(clip) if sound_plays(facts) else None
        copied = sum(packet.size for packet in clip.demux(*filter(None, (video, sound))))
    return copied + (0 if sound_plays(facts) else round(BEST_SOUND * facts.duration / 8))


def _encode_to_fit(source: Path, target: Path, facts: ClipFacts, size: int, limit: int) -> Shrunk:
    aim = AIM
    for _ in range(TRIES):
        encode(source, target, facts, plan_encoding(facts, size=size, limit=limit, aim=aim))
        if (came := target.stat().st_size) <= limit:
            return Shrunk(way=Way.ENCODE, size=came)
        aim *= CAUTION * limit / came
    raise BadClip("too_large")


def _decoded(decode: Callable[["Packet[Stream]"], list[Frame]], packet: "Packet[Stream]") -> list[Frame]:
    """A broken packet costs its own frames only."""
    try:
        return decode(packet)
    except av.error.InvalidDataError:
        return []


class _Copy:
    """Hands on what was encoded, as it is."""

    def __init__(self, out: OutputContainer, source: VideoStream | AudioStream) -> None:
        self._out, self._stream = out, out.add_stream_from_template(source)

    def take(self, packet: "Packet[Stream]") -> None:
        if packet.dts is not None:
            packet.stream = self._stream
            self._out.mux(packet)

    def end(self) -> None:
        pass


class _Picture:
    """Decodes, thins out, stands up, scales and encodes the picture, each frame at its own time."""

    def __init__(self, out: OutputContainer, video: VideoStream, facts: ClipFacts, encoding: Encoding) -> None:
        rate = Fraction(facts.rate / encoding.step).limit_denominator(1001)
        options = {
            "preset": PRESET,
            "profile": "high",
            "threads": str(THREADS),
            "maxrate": str(encoding.video_rate),
            "bufsize": str(encoding.buffer),
        }
        self._out, self._source, self._encoding, self._turner = out, video, encoding, Turner(facts.turn)
        self._stream = out.add_stream("libx264", rate=rate, options=options)
        self._stream.width, self._stream.height = encoding.width, encoding.height
        self._stream.pix_fmt = "yuv420p"
        self._stream.bit_rate = encoding.video_rate
        coder, source = self._stream.codec_context, video.codec_context
        # frames of a clip whose rate varies keep their times
        coder.time_base = video.time_base or 1 / rate
        coder.color_primaries, coder.color_trc = source.color_primaries, source.color_trc
        coder.colorspace = source.colorspace
        self._count = 0
        self._last = -1 << 62

    def take(self, packet: "Packet[Stream]") -> None:
        for frame in _decoded(self._source.decode, packet):
            self._count += 1
            if (self._count - 1) % self._encoding.step or frame.pts is None or frame.pts <= self._last:
                continue
            self._last = frame.pts
            for upright in self._turner.turn(frame):
                self._out.mux(self._stream.encode(self._fit(upright)))

    def end(self) -> None:
        """Raises BadClip when there was no picture in all of it."""
        if not self._count:
            raise BadClip("undecodable")
        self._out.mux(self._stream.encode())

    def _fit(self, frame: VideoFrame) -> VideoFrame:
        fitted = frame.reformat(
            width=self._encoding.width,
            height=self._encoding.height,
            format="yuv420p",
            interpolation="BICUBIC",
            dst_color_range="MPEG",
            threads=THREADS,
        )
        # which kind of frame it was is none of the new encoder's business
        fitted.pict_type = 0
        return fitted


class Turner:
    """Stands frames up that are stored turned; `degrees` counterclockwise."""

    def __init__(self, degrees: int) -> None:
        self._filters = TURNS.get(degrees, ())
        self._graph: Graph | None = None

    def turn(self, frame: VideoFrame) -> Iterator[VideoFrame]:
        if not self._filters:
            yield frame
            return
        self._graph = self._graph or self._build(frame)
        self._graph.vpush(frame)
        yield self._graph.vpull()

    def _build(self, frame: VideoFrame) -> Graph:
        graph = Graph()
        first = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
        steps = [graph.add(*name.split("=")) for name in self._filters]
        graph.link_nodes(first, *steps, graph.add("buffersink")).configure()
        return graph


class _Voice:
    """Decodes and encodes the sound, mono or stereo."""

    def __init__(self, out: OutputContainer, sound: AudioStream, bits: int) -> None:
        source = sound.codec_context
        rate = source.sample_rate if source.sample_rate in SAMPLE_RATES else SAMPLE_RATES[0]
        self._out, self._source = out, sound
        layout = "mono" if source.channels == 1 else "stereo"
        self._stream = out.add_stream("aac", rate=rate, layout=layout, bit_rate=bits)

    def take(self, packet: "Packet[Stream]") -> None:
        for frame in _decoded(self._source.decode, packet):
            self._out.mux(self._stream.encode(frame))

    def end(self) -> None:
        self._out.mux(self._stream.encode())
