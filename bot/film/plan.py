"""How a film is made: its format, where each shot is in it, what is copied and what is encoded. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from ..errors import BadFilm
from ..joins import Join
from .edit import Clip, Edit, Shot, Still, TitleCard
from .footage import Footage, Material
from .format import Format, can_be_copied, choose_format
from .h264 import MOST_SETS

# Of so little nothing is gained by copying it; frames.
LEAST_COPIED = 12
# So much is encoded at a time, and lost when it is interrupted; frames.
MOST_ENCODED = 240
# Of a longer film nothing worth seeing would fit where most people could be shown it; seconds.
LONGEST = 1800.0


@dataclass(frozen=True, kw_only=True)
class Span:
    """A shot in its place: from the film's frame `first` on for so many `frames`; the fades are among them.

    `start` is where in its clip it begins, in seconds behind the clip's first frame.
    """

    shot: Shot
    material: Material
    first: int
    frames: int
    fade_in: int
    fade_out: int
    start: Fraction

    @property
    def end(self) -> int:
        return self.first + self.frames


@dataclass(frozen=True, kw_only=True)
class Straight:
    """`frames` of one shot from its `begin` on, by the numbers of spans and their own frames."""

    span: int
    begin: int
    frames: int


@dataclass(frozen=True, kw_only=True)
class Mixed:
    """The end of one shot over the begin of the next, whose number `span` is."""

    span: int
    frames: int


@dataclass(frozen=True, kw_only=True)
class Copied:
    """`frames` of a clip from its own frame `begin` on, as they are."""

    span: int
    begin: int
    frames: int


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """Pieces that follow one another, in one run of the encoder."""

    pieces: tuple[Straight | Mixed, ...]

    @property
    def frames(self) -> int:
        return sum(piece.frames for piece in self.pieces)


Part = Copied | Encoded


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All of a film: `parts` follow one another and fill it; `frames` is its exact length."""

    format: Format
    spans: tuple[Span, ...]
    parts: tuple[Part, ...]
    has_sound: bool

    @property
    def frames(self) -> int:
        return self.spans[-1].end

    @property
    def seconds(self) -> float:
        return float(self.frames / self.format.rate)

    @property
    def encoded(self) -> tuple[Encoded, ...]:
        return tuple(part for part in self.parts if isinstance(part, Encoded))


def plan_film(edit: Edit, materials: Sequence[Material]) -> Plan:
    """From what is wished for and what was seen of each shot.

    Raises BadFilm: "no_shots", "film_too_long"; with its shot "shot_too_short" (less than a frame is left of it),
    "fade_too_long" (nothing would be left between a shot's fades).
    """
    if not edit.shots:
        raise BadFilm("no_shots")
    format_ = choose_format(materials)
    spans = tuple(_placed(edit, materials, format_.rate))
    if spans[-1].end > LONGEST * format_.rate:
        raise BadFilm("film_too_long")
    copyable = _copyable(spans, format_)
    pieces = (
        piece for number, span in enumerate(spans) for piece in _pieces(number, span, number in copyable, format_.rate)
    )
    sounds = any(isinstance(material, Footage) and material.facts.has_audio for material in materials)
    return Plan(format=format_, spans=spans, parts=tuple(_gathered(pieces)), has_sound=sounds)


# --- where each shot is


def _placed(edit: Edit, materials: Sequence[Material], rate: Fraction) -> Iterator[Span]:
    fades = [0, *(_fade(shot, rate) for shot in edit.shots[1:]), 0]
    first = 0
    for shot, material, (fade_in, fade_out) in zip(edit.shots, materials, pairwise(fades), strict=True):
        start, frames = _taken(shot, material, rate)
        if frames < 1:
            raise BadFilm("shot_too_short", shot=shot.name)
        if fade_in + fade_out >= frames:
            raise BadFilm("fade_too_long", shot=shot.name)
        first -= fade_in
        yield Span(
            shot=shot, material=material, first=first, frames=frames, fade_in=fade_in, fade_out=fade_out, start=start
        )
        first += frames


def _fade(shot: Shot, rate: Fraction) -> int:
    return max(0, round(_exact(shot.fade) * rate)) if shot.join is Join.FADE else 0


def _taken(shot: Shot, material: Material, rate: Fraction) -> tuple[Fraction, int]:
    """From where in its clip, in seconds, and how many of the film's frames."""
    match shot.source:
        case Still(seconds=seconds) | TitleCard(seconds=seconds):
            return Fraction(0), round(_exact(seconds) * rate)
        case Clip(start=start, end=end):
            assert isinstance(material, Footage)
            whole = material.frames / material.rate if material.steady else _exact(material.facts.duration)
            until = min(whole, whole if end is None else _exact(end))
            begin = round(max(Fraction(0), _exact(start)) * rate)
            return begin / rate, round(until * rate) - begin
        case _:
            assert_never(shot.source)


def _exact(seconds: float) -> Fraction:
    return Fraction(seconds).limit_denominator(1_000_000)


# --- what is copied, and what is encoded


def _copyable(spans: Sequence[Span], format_: Format) -> set[int]:
    """Numbers of those; one track has room for so many encoders' parameters, and ours are among them."""
    can = {number: span.material for number, span in enumerate(spans) if can_be_copied(span.material, format_)}
    sets = {number: material.parameters for number, material in can.items() if isinstance(material, Footage)}
    most = {parameters for parameters, _ in Counter(sets.values()).most_common(MOST_SETS - 1)}
    return {number for number, parameters in sets.items() if parameters in most}


def _pieces(number: int, span: Span, copied: bool, rate: Fraction) -> Iterator[Straight | Mixed | Copied]:
    """A shot from its first fade on to its last, which belongs to the next shot."""
    if span.fade_in:
        yield Mixed(span=number, frames=span.fade_in)
    at, end = span.fade_in, span.frames - span.fade_out
    begin, until = _run(span, at, end, round(span.start * rate)) if copied else (end, end)
    if at < begin:
        yield Straight(span=number, begin=at, frames=begin - at)
    if begin < until:
        yield Copied(span=number, begin=begin + round(span.start * rate), frames=until - begin)
    if until < end:
        yield Straight(span=number, begin=until, frames=end - until)


def _run(span: Span, at: int, end: int, offset: int) -> tuple[int, int]:
    """The longest run of frames that can be copied within the shot's own; none is at its end."""
    assert isinstance(span.material, Footage)
    begin = next((start - offset for start in span.material.starts if start - offset >= at), end)
    until = next((stop - offset for stop in reversed(span.material.ends) if stop - offset <= end), begin)
    return (begin, until) if until - begin >= LEAST_COPIED or (begin, until) == (at, end) else (end, end)


def _gathered(pieces: Iterable[Straight | Mixed | Copied]) -> Iterator[Part]:
    """Neighbours that are encoded in one run, of some length at most."""
    waiting: list[Straight | Mixed] = []
    for piece in _cut_up(pieces):
        full = sum(each.frames for each in waiting) + piece.frames > MOST_ENCODED
        if waiting and (full or isinstance(piece, Copied)):
            yield Encoded(pieces=tuple(waiting))
            waiting = []
        if isinstance(piece, Copied):
            yield piece
        else:
            waiting.append(piece)
    if waiting:
        yield Encoded(pieces=tuple(waiting))


def _cut_up(pieces: Iterable[Straight | Mixed | Copied]) -> Iterator[Straight | Mixed | Copied]:
    for piece in pieces:
        if not isinstance(piece, Straight):
            yield piece
            continue
        for done in range(0, piece.frames, MOST_ENCODED):
            frames = min(MOST_ENCODED, piece.frames - done)
            yield Straight(span=piece.span, begin=piece.begin + done, frames=frames)
