"""The edit as a list that cutting programs read: OpenTimelineIO's JSON."""

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from .edit import Clip, Still, TitleCard
from .footage import Footage
from .plan import Plan, Span

Item = dict[str, object]
ONLY = "DEFAULT_MEDIA"


def write_otio(name: str, plan: Plan, links: Sequence[str]) -> str:
    """The film as one track of pictures and one of sound; `links` lead to the shots' files, one each, unused for cards.

    A cross-fade is a transition around the middle of what both shots share, as cutting programs have it.
    """
    kinds = ("Video", "Audio") if plan.has_sound else ("Video",)
    tracks = [_track(kind, list(_items(plan, links))) for kind in kinds]
    stack = {**_item("Stack.1", "tracks"), "children": tracks}
    timeline = {"OTIO_SCHEMA": "Timeline.1", "metadata": {}, "name": name, "global_start_time": None, "tracks": stack}
    return json.dumps(timeline, indent=4, ensure_ascii=False)


def _track(kind: str, items: list[Item]) -> Item:
    return {**_item("Track.1", kind), "children": items, "kind": kind}


def _items(plan: Plan, links: Sequence[str]) -> Iterator[Item]:
    """Clips, and between those that share time a transition."""
    rate = plan.format.rate
    shares = [0, *(_before(span.fade_in) for span in plan.spans[1:]), 0]
    for span, link, (_, later) in zip(plan.spans, links, pairwise(shares), strict=True):
        if span.fade_in:
            yield _transition(span, rate)
        # half of what is shared belongs to the shot before, half to the one behind
        begin, end = _before(span.fade_in), span.frames - (span.fade_out - later)
        yield _clip(span, link, begin, end - begin, rate)


def _before(fade: int) -> int:
    """How much of a fade is before the cut in its middle."""
    return fade // 2


def _clip(span: Span, link: str, begin: int, frames: int, rate: Fraction) -> Item:
    start = round(span.start * rate) + begin
    return {
        **_item("Clip.2", span.shot.name),
        "metadata": {"dailies": {"join": span.shot.join.value}},
        "source_range": _range(start, frames, rate),
        "media_references": {ONLY: _medium(span, link, rate)},
        "active_media_reference_key": ONLY,
    }


def _transition(span: Span, rate: Fraction) -> Item:
    before = _before(span.fade_in)
    return {
        "OTIO_SCHEMA": "Transition.1",
        "metadata": {},
        "name": "",
        "in_offset": _time(before, rate),
        "out_offset": _time(span.fade_in - before, rate),
        "transition_type": "SMPTE_Dissolve",
    }


def _medium(span: Span, link: str, rate: Fraction) -> Item:
    shared: Item = {"metadata": {}, "name": span.shot.name, "available_image_bounds": None}
    match span.shot.source:
        case TitleCard(text=text):
            generator: Item = {"generator_kind": "Title", "parameters": {"text": text}}
            whole = _range(0, span.frames, rate)
            return {"OTIO_SCHEMA": "GeneratorReference.1", **shared, "available_range": whole, **generator}
        case Still():
            whole = _range(0, span.frames, rate)
        case Clip():
            assert isinstance(span.material, Footage)
            whole = _range(0, span.material.frames, span.material.rate)
        case _:
            assert_never(span.shot.source)
    return {"OTIO_SCHEMA": "ExternalReference.1", **shared, "available_range": whole, "target_url": link}


def _item(schema: str, name: str) -> Item:
    return {
        "OTIO_SCHEMA": schema,
        "metadata": {},
        "name": name,
        "source_range": None,
        "effects": [],
        "markers": [],
        "enabled": True,
        "color": None,
    }


def _range(start: int, frames: int, rate: Fraction) -> Item:
    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": _time(start, rate), "duration": _time(frames, rate)}


def _time(frames: int, rate: Fraction) -> Item:
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": float(rate), "value": float(frames)}
