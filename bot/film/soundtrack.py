"""All of a film's sound: every shot as loud as the others, joined without a click, faded where pictures fade."""

from collections.abc import Generator, Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.filter import Graph

from .levels import Gain, Heard, aim, corrected, gain
from .plan import Plan, Span
from .sound import BASE, FORMAT, LAYOUT, RATE, Tape, hear, play, ready, sample_at

BITS = 192_000
# At this rate hardly to be told from the thorough way, which takes four times as long.
OPTIONS = {"aac_coder": "fast"}
TRIES = 3
VERSION = 1
"""To be raised when sound would come out differently: what lies about is of no use then."""


def write_sound(plan: Plan, target: Path) -> None:
    """An mp4 of AAC, 48 kHz, stereo, as long as the film. Raises BadFilm, with the shot that cannot be used."""
    with av.open(target, "w", format="mp4") as out:
        track = out.add_stream("aac", rate=RATE, layout=LAYOUT, bit_rate=BITS, options=dict(OPTIONS))
        done = 0
        for frame in mixed(plan):
            frame.pts, frame.time_base, frame.sample_rate = done, BASE, RATE
            done += frame.samples
            out.mux(track.encode(frame))
        out.mux(track.encode())


def mixed(plan: Plan) -> Iterator[AudioFrame]:
    """The film's samples, from the first to the last."""
    rate = plan.format.rate
    levels = level_all(plan)
    tapes = [Tape(_play(span, rate, level)) for span, level in zip(plan.spans, levels, strict=True)]
    for tape, after, span in zip(tapes, [*tapes[1:], tapes[-1]], plan.spans, strict=True):
        begin, fade, end = (
            sample_at(at, rate) for at in (span.first + span.fade_in, span.end - span.fade_out, span.end)
        )
        yield from tape.take(fade - begin)
        if end > fade:
            yield from _added(tape.take(end - fade), after.take(end - fade))
        tape.close()


def level_all(plan: Plan) -> list[tuple[Gain, Heard]]:
    """How each shot is played, and what was heard of it."""
    rate = plan.format.rate
    heard = [hear(span, _samples(span, rate)) for span in plan.spans]
    wanted = aim(heard)
    return [(_settled(span, rate, each, wanted), each) for span, each in zip(plan.spans, heard, strict=True)]


def _settled(span: Span, rate: Fraction, heard: Heard, wanted: float) -> Gain:
    """Holding peaks down makes a shot less loud: it is listened to again until it is near what is wanted."""
    found = gain(heard, wanted)
    for _ in range(TRIES if found.limited else 0):
        better = corrected(found, hear(span, _samples(span, rate), found), wanted)
        if better is None:
            break
        found = better
    return found


def _play(span: Span, rate: Fraction, level: tuple[Gain, Heard]) -> Generator[AudioFrame]:
    first, body, fade, end = (
        sample_at(at, rate) for at in (span.first, span.first + span.fade_in, span.end - span.fade_out, span.end)
    )
    return play(span, end - first, level, (body - first, end - fade))


def _samples(span: Span, rate: Fraction) -> int:
    return sample_at(span.end, rate) - sample_at(span.first, rate)


def _added(one: Iterator[AudioFrame], other: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    """Two that are equally long, over each other; each has its own fade already."""
    graph, at = _adder(), 0
    for frames in zip(one, other, strict=True):
        for number, frame in enumerate(frames):
            frame.pts, frame.time_base, frame.sample_rate = at, BASE, RATE
            graph.push(frame, number)
        at += frames[0].samples
        yield from ready(graph)
    graph.push(None)
    yield from ready(graph)


def _adder() -> Graph:
    graph = Graph()
    both = graph.add("amix", "inputs=2:normalize=0")
    for number in (0, 1):
        graph.add_abuffer(sample_rate=RATE, format=FORMAT, layout=LAYOUT, time_base=BASE).link_to(both, 0, number)
    both.link_to(graph.add("abuffersink"))
    graph.configure()
    return graph
