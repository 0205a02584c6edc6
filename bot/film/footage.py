"""What there is to cut: a clip's frames and where it can be cut without decoding it, and whose content a file has."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import assert_never

from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from .. import media
from ..clip.facts import ClipFacts, check, decoded, opened, picture_of
from ..errors import BadClip, BadFilm, BadPicture
from .edit import Clip, Shot, Still, TitleCard
from .h264 import IDR, PPS, SPS, UNKNOWN, Parameters, kind, read_parameters, units

# What clips come in; a container that rounds its times is believed to mean one of them.
USUAL_RATES = (
    Fraction(24),
    Fraction(30),
    Fraction(25),
    Fraction(24_000, 1001),
    Fraction(30_000, 1001),
    *map(Fraction, (60, 50, 16, 12, 48, 15, 10, 8)),
    Fraction(60_000, 1001),
)
# By so much of a frame may each be early or late.
JITTER = Fraction(1, 4)

UNSPECIFIED = 2
HIGH_DEFINITION = 720
BT_709, BT_601 = 1, 6

Colours = tuple[int, int, int]
"""Primaries, transfer and matrix, as H.264 numbers them."""


@dataclass(frozen=True, kw_only=True)
class Footage:
    """A clip as it can be cut. Frames are counted from 0, as they are shown.

    `rate` is exact where each frame has its place (`steady`), else a mean; `origin` the first frame's time, in seconds.
    A copy may begin at each of `starts` and end before each of `ends`; where `parameters` are None it cannot be copied.
    `delay` is by how many frames they are decoded before they are shown.
    """

    digest: str
    facts: ClipFacts
    frames: int
    rate: Fraction
    steady: bool
    origin: Fraction
    colours: Colours
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    delay: int = 0
    parameters: Parameters | None = None


@dataclass(frozen=True, kw_only=True)
class Photograph:
    """A still picture: its pixels, upright."""

    digest: str
    width: int
    height: int


Material = Footage | Photograph | None
"""What was seen of a shot; of a card there is nothing to see."""


def survey(shot: Shot) -> Material:
    """In a worker process. Raises what `blamed` says."""
    with blamed(shot):
        match shot.source:
            case Clip(file=file):
                return survey_clip(file)
            case Still(file=file):
                picture = media.inspect(file.read_bytes())
                return Photograph(digest=digest_of(file), width=picture.width, height=picture.height)
            case TitleCard():
                return None
            case _:
                assert_never(shot.source)


@contextmanager
def blamed(shot: Shot) -> Iterator[None]:
    """What is wrong with a file leaves as BadFilm with the shot: "bad_clip", "bad_picture" with a reason; "missing"."""
    try:
        yield
    except BadClip as error:
        raise BadFilm("bad_clip", shot=shot.name, reason=error.code) from error
    except BadPicture as error:
        raise BadFilm("bad_picture", shot=shot.name, reason=error.code) from error
    except FileNotFoundError as error:
        raise BadFilm("missing", shot=shot.name) from error


def survey_clip(file: Path) -> Footage:
    """Reads all of it and decodes one frame. Raises what `check` raises."""
    digest, facts = digest_of(file), check(file)
    with opened(file) as clip:
        video = picture_of(clip)
        coder = video.codec_context
        notes = _Notes(video)
        for packet in clip.demux(video):
            notes.take(packet)
        rate = notes.rate()
        starts, ends, delay = notes.cuts()
        return Footage(
            digest=digest,
            facts=facts,
            frames=len(notes.times) or 1,
            rate=rate or Fraction(facts.rate).limit_denominator(1001),
            steady=rate is not None,
            origin=notes.origin,
            colours=named_colours((coder.color_primaries, coder.color_trc, coder.colorspace), coder.height),
            starts=starts,
            ends=ends,
            delay=delay,
            parameters=notes.parameters if rate and _is_plain(clip, video) else None,
        )


def digest_of(file: Path) -> str:
    with file.open("rb") as opened_file:
        return hashlib.file_digest(opened_file, "sha256").hexdigest()


def named_colours(colours: Colours, height: int) -> Colours:
    """What players take where a clip says nothing: BT.709 for large ones, BT.601 for small ones."""
    usual = BT_709 if height >= HIGH_DEFINITION else BT_601
    primaries, transfer, matrix = (usual if each == UNSPECIFIED else each for each in colours)
    return primaries, transfer, matrix


def steady_rate(times: Sequence[Fraction], said: Sequence[Fraction]) -> Fraction | None:
    """The rate at which every frame has its place; `times` in seconds, in order, from 0.

    The one that is `said` where it is exact: from what a container rounded a mean may be made that nobody meant.
    """
    if len(times) < 2 or not times[-1]:
        return None
    mean = (len(times) - 1) / times[-1]
    guesses = sorted(USUAL_RATES, key=lambda rate: abs(rate - mean))
    exact = (rate for rate in said if _keeps(times, rate, Fraction(0)))
    near = (rate for rate in (*guesses, *said) if _keeps(times, rate, JITTER))
    return next(exact, None) or next(near, None)


def _keeps(times: Sequence[Fraction], rate: Fraction, jitter: Fraction) -> bool:
    return all(abs(time * rate - number) <= jitter for number, time in enumerate(times))


def _is_plain(clip: InputContainer, video: VideoStream) -> bool:
    """Square pixels, a picture at a time: what all players show as it is stored."""
    if (video.sample_aspect_ratio or 1) != 1:
        return False
    clip.seek(0)
    frame = next(decoded(clip, video), None)
    return frame is not None and not frame.interlaced_frame


class _Notes:
    """What is learned of a clip's packets, in the order they are decoded in."""

    def __init__(self, video: VideoStream) -> None:
        self.parameters = read_parameters(video.codec_context.extradata)
        self.times: list[int] = []
        self._base = video.time_base or Fraction(1)
        self._said = [rate for rate in (video.average_rate, video.guessed_rate) if rate]
        self._starts: list[int] = []
        self._whole = True

    def take(self, packet: "Packet[VideoStream]") -> None:
        if not packet.size:
            return
        if packet.pts is None or packet.is_discard or packet.is_corrupt:
            # what is hidden, or has no time, only a decoder can tell apart
            self._whole = False
            return
        if self.parameters and IDR in self._look(bytes(packet), self.parameters):
            self._starts.append(len(self.times))
        self.times.append(packet.pts)

    @property
    def origin(self) -> Fraction:
        return min(self.times, default=0) * self._base

    def rate(self) -> Fraction | None:
        """None where frames have no steady places."""
        origin = self.origin
        times = sorted(time * self._base - origin for time in self.times)
        return steady_rate(times, self._said) if self._whole else None

    def cuts(self) -> tuple[tuple[int, ...], tuple[int, ...], int]:
        """Where a copy may begin: nothing before is needed. Where it may end: nothing behind is. And the delay."""
        places = {time: place for place, time in enumerate(sorted(self.times))}
        ends, last, delay = [], -1, 0
        for count, time in enumerate(self.times, 1):
            delay = max(delay, count - 1 - places[time])
            last = max(last, places[time])
            if last == count - 1:
                ends.append(count)
        closed = {0, *ends}
        return tuple(at for at in self._starts if at in closed and places[self.times[at]] == at), tuple(ends), delay

    def _look(self, packet: bytes, parameters: Parameters) -> set[int]:
        """Kinds of units; what cannot be joined is remembered."""
        try:
            found = list(units(packet, parameters.prefix))
        except ValueError:
            self.parameters = None
            return set()
        kinds = {kind(unit) for unit in found}
        described = {unit for unit in found if kind(unit) in (SPS, PPS)}
        if kinds & UNKNOWN or described - {parameters.sps, parameters.pps}:
            self.parameters = None
        return kinds
