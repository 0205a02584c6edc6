"""Putting a film together: packets that are there, in order, with times of their own; nothing is decoded."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from ..clip.facts import opened, picture_of
from ..clip.shrink import FAST_START
from ..errors import BadClip, BadFilm
from .edit import Clip
from .footage import Footage
from .h264 import Parameters, read_parameters, renumbered, write_parameters
from .parts import file_of, sound_of
from .plan import Copied, Part, Plan

Timed = tuple[Fraction, "Packet[Any]"]
"""When a packet is to be decoded, in seconds, and the packet."""


@dataclass(frozen=True, kw_only=True)
class _Run:
    """`frames` of a file's from its `begin` on, shown from the film's frame `at` on; a file's first is at `origin`.

    `delay` is by how many frames they are decoded before they are shown.
    """

    file: Path
    begin: int
    frames: int
    at: int
    origin: Fraction
    delay: int
    parameters: Parameters


def join(plan: Plan, folder: Path, target: Path) -> int:
    """Write the film, an mp4 that plays before it is whole, of what is copied and the pieces in `folder`; its bytes.

    In a worker process. Raises BadFilm: "missing" with the shot whose clip is, "incomplete" where a piece is or the
    film would not have the frames that were planned; OSError.
    """
    try:
        _join(plan, list(_runs(plan, folder)), sound_of(plan).file(folder), target)
    except BadClip as error:
        raise BadFilm("incomplete", reason=error.code) from error
    return target.stat().st_size


def _join(plan: Plan, runs: Sequence[_Run], sound: Path, target: Path) -> None:
    with ExitStack() as stack:
        pattern = stack.enter_context(opened(runs[0].file))
        out = stack.enter_context(av.open(target, "w", format="mp4", options=dict(FAST_START)))
        tracks: list[Iterator[Timed]] = [_pictures(plan, runs, _picture_track(out, pattern, plan, runs))]
        if plan.has_sound:
            sounds = stack.enter_context(opened(sound))
            tracks.append(_sounds(sounds, out.add_stream_from_template(sounds.streams.audio[0])))
        for _, packet in merge(*tracks, key=lambda timed: timed[0]):
            out.mux(packet)


def _runs(plan: Plan, folder: Path) -> Iterator[_Run]:
    at = 0
    for part in plan.parts:
        yield _copied(part, plan, at) if isinstance(part, Copied) else _made(part, plan, folder, at)
        at += part.frames


def _copied(part: Copied, plan: Plan, at: int) -> _Run:
    span = plan.spans[part.span]
    material, source = span.material, span.shot.source
    assert isinstance(material, Footage) and isinstance(source, Clip) and material.parameters
    if not source.file.is_file():
        raise BadFilm("missing", shot=span.shot.name)
    return _Run(
        file=source.file,
        begin=part.begin,
        frames=part.frames,
        at=at,
        origin=material.origin,
        delay=material.delay,
        parameters=material.parameters,
    )


def _made(part: Part, plan: Plan, folder: Path, at: int) -> _Run:
    assert not isinstance(part, Copied)
    file = file_of(part, plan, folder)
    with opened(file) as piece:
        video = picture_of(piece)
        parameters, packet = read_parameters(video.codec_context.extradata), next(piece.demux(video))
        assert parameters and packet.pts is not None and packet.dts is not None
        base = packet.time_base or Fraction(1)
        return _Run(
            file=file,
            begin=0,
            frames=part.frames,
            at=at,
            origin=packet.pts * base,
            delay=round((packet.pts - packet.dts) * base * plan.format.rate),
            parameters=parameters,
        )


def _sets(runs: Sequence[_Run]) -> list[Parameters]:
    """The one with most frames first: its pictures stay as they are."""
    frames: Counter[Parameters] = Counter()
    for run in runs:
        frames[run.parameters] += run.frames
    return [parameters for parameters, _ in frames.most_common()]


def _picture_track(out: OutputContainer, pattern: InputContainer, plan: Plan, runs: Sequence[_Run]) -> VideoStream:
    track = out.add_stream_from_template(picture_of(pattern))
    track.codec_context.extradata = write_parameters(_sets(runs))
    track.time_base = 1 / plan.format.rate
    return track


def _pictures(plan: Plan, runs: Sequence[_Run], track: VideoStream) -> Iterator[Timed]:
    sets, delay, base = _sets(runs), max(run.delay for run in runs), 1 / plan.format.rate
    done = 0
    for run in runs:
        for place, data, is_key in _packets(run, plan.format.rate, sets.index(run.parameters)):
            packet: Packet[Any] = Packet(data)
            # decoded one after the other, each as early as the part that needs it earliest
            packet.dts, packet.pts, packet.duration = done - delay, run.at + place, 1
            packet.time_base, packet.is_keyframe, packet.stream = base, is_key, track
            yield packet.dts * base, packet
            done += 1
        if done != run.at + run.frames:
            raise BadFilm("incomplete")


def _packets(run: _Run, rate: Fraction, number: int) -> Iterator[tuple[int, bytes, bool]]:
    """A run's pictures in the order of decoding: where each is shown in it, and whether a player can begin there."""
    left = run.frames
    with opened(run.file) as clip:
        video = picture_of(clip)
        base = video.time_base or Fraction(1)
        for packet in clip.demux(video):
            if not left or packet.pts is None or not packet.size:
                continue
            place = round((packet.pts * base - run.origin) * rate) - run.begin
            if place < 0:
                continue
            yield place, renumbered(bytes(packet), run.parameters.prefix, number), packet.is_keyframe
            left -= 1


def _sounds(clip: InputContainer, track: AudioStream) -> Iterator[Timed]:
    for packet in clip.demux(audio=0):
        if packet.dts is not None and packet.time_base is not None:
            at = packet.dts * packet.time_base
            packet.stream = track
            yield at, packet
