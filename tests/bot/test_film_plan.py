"""The plan of a film: its format, where everything is, and what is copied; from facts alone."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clip import ClipFacts
from bot.errors import BadFilm
from bot.film import Clip, Edit, Footage, Join, Material, Photograph, Plan, Shot, Still, TitleCard, plan_film
from bot.film.footage import steady_rate
from bot.film.format import Format
from bot.film.h264 import MOST_SETS, Parameters
from bot.film.levels import CEILING, LOWEST, NEAR, SILENCE, USUAL, Gain, Heard, aim, corrected, gain
from bot.film.plan import LEAST_COPIED, MOST_ENCODED, Copied, Encoded, Mixed, Straight
from bot.film.shaping import crops, scaled

FILE = Path("a.mp4")
PARAMETERS = Parameters(sps=b"g", pps=b"h", prefix=4)
FACTS = ClipFacts(
    container="mp4", codec="h264", pixels="yuv420p", duration=5.0, width=1280, height=720, rate=24.0, sound="aac"
)


def footage(frames: int = 120, rate: Fraction | int = 24, key: int = 48, **facts: Any) -> Footage:
    """A clip that can be copied from every `key`-th frame on, and up to any."""
    rate = Fraction(rate)
    return Footage(
        digest=f"{frames}",
        facts=replace(FACTS, duration=float(frames / rate), rate=float(rate), **facts),
        frames=frames,
        rate=rate,
        steady=True,
        origin=Fraction(0),
        colours=(1, 1, 1),
        starts=tuple(range(0, frames, key)),
        ends=tuple(range(1, frames + 1)),
        parameters=PARAMETERS,
    )


def shot(source: Clip | Still | TitleCard | None = None, fade: float = 0.0, name: str = "one") -> Shot:
    return Shot(name=name, source=source or Clip(file=FILE), join=Join.FADE if fade else Join.CUT, fade=fade)


def planned(*shots: tuple[Shot, Material]) -> Plan:
    return plan_film(Edit(name="film", shots=tuple(each for each, _ in shots)), [material for _, material in shots])


# --- format

HD, TALL, SMALL = {"width": 1280, "height": 720}, {"width": 720, "height": 1280}, {"width": 640, "height": 360}
FORMATS: dict[str, tuple[list[Footage], tuple[tuple[int, int], float]]] = {
    "of one": ([footage(**SMALL)], ((640, 360), 24)),
    "the most frequent": ([footage(**SMALL), footage(**TALL), footage(**TALL)], ((720, 1280), 24)),
    "of equals the one that is seen longer": ([footage(), footage(121, **TALL)], ((720, 1280), 24)),
    "the rate of those that have the size": (
        [footage(**HD), footage(**HD, rate=30), footage(**HD, rate=30), *[footage(**SMALL, rate=25)] * 2],
        ((1280, 720), 30),
    ),
    "even": ([footage(width=321, height=181)], ((320, 180), 24)),
}


@pytest.mark.parametrize(("clips", "wanted"), FORMATS.values(), ids=FORMATS)
def test_a_film_has_the_format_of_most_of_it(clips: list[Footage], wanted: tuple[tuple[int, int], float]) -> None:
    found = planned(*[(shot(), clip) for clip in clips]).format
    assert (found.size, float(found.rate)) == wanted


def test_a_film_of_pictures_has_their_shape() -> None:
    tall, wide = (Photograph(digest="a", width=w, height=h) for w, h in ((300, 400), (400, 300)))
    still = shot(Still(file=FILE, seconds=2))
    assert planned((still, tall)).format.size == (720, 1280)
    assert planned((still, wide)).format == Format(size=(1280, 720), rate=Fraction(24), colours=(1, 1, 1))
    assert planned((shot(TitleCard(text="a")), None)).frames == 72


SHAPES = {
    "the same": ((1920, 1080), (1280, 720), (1280, 720)),
    "nearly the same is cropped": ((1792, 1024), (1280, 720), (1280, 732)),
    "upright is between bars": ((720, 1280), (1280, 720), (404, 720)),
    "a square is between bars": ((512, 512), (1280, 720), (720, 720)),
    "wide is between bars": ((1280, 720), (720, 1280), (720, 404)),
    "a pixel off is none": ((854, 480), (1280, 720), (1280, 720)),
}


@pytest.mark.parametrize(("size", "frame", "wanted"), SHAPES.values(), ids=SHAPES)
def test_others_are_cropped_a_little_or_shown_whole(
    size: tuple[int, int], frame: tuple[int, int], wanted: tuple[int, int]
) -> None:
    assert scaled(size, frame) == wanted


sides = st.integers(2, 4000).map(lambda side: side * 2)


@given(st.tuples(sides, sides), st.tuples(sides, sides))
def test_a_shape_fills_the_frame_or_fits_in(size: tuple[int, int], frame: tuple[int, int]) -> None:
    found = scaled(size, frame)
    assert all(side % 2 == 0 for side in found)
    assert any(side == limit for side, limit in zip(found, frame, strict=True))
    over = [side - limit for side, limit in zip(found, frame, strict=True)]
    assert min(over) >= 0 if crops(size, frame) else max(over) <= 0


RATES: dict[str, tuple[list[Fraction], list[Fraction], Fraction | None]] = {
    "exact": ([Fraction(n, 24) for n in range(48)], [Fraction(24)], Fraction(24)),
    "in milliseconds": ([Fraction(round(n * 1000 / 24), 1000) for n in range(120)], [Fraction(119, 5)], Fraction(24)),
    "of television": ([Fraction(n * 1001, 30000) for n in range(300)], [], Fraction(30000, 1001)),
    "of a mean that nobody meant": ([Fraction(n, 24) for n in range(24)], [Fraction(24_000, 999)], Fraction(24)),
    "odd": ([Fraction(n, 17) for n in range(20)], [Fraction(17)], Fraction(17)),
    "uneven": ([Fraction(n, 24) + (n > 5) for n in range(20)], [Fraction(24)], None),
    "one frame": ([Fraction(0)], [Fraction(24)], None),
}


@pytest.mark.parametrize(("times", "said", "rate"), RATES.values(), ids=RATES)
def test_the_rate_is_the_one_that_places_every_frame(
    times: list[Fraction], said: list[Fraction], rate: Fraction | None
) -> None:
    assert steady_rate(times, said) == rate


# --- places

REFUSED: dict[str, tuple[list[tuple[Shot, Material]], str, str]] = {
    "nothing": ([], "no_shots", ""),
    "an end before the begin": ([(shot(Clip(file=FILE, start=3, end=2)), footage())], "shot_too_short", "one"),
    "a begin behind the end": ([(shot(Clip(file=FILE, start=6)), footage())], "shot_too_short", "one"),
    "a still for no time": ([(shot(Still(file=FILE, seconds=0)), None)], "shot_too_short", "one"),
    "a fade as long as the shot": (
        [(shot(), footage()), (shot(Clip(file=FILE, end=1), fade=1, name="two"), footage())],
        "fade_too_long",
        "two",
    ),
    "a fade as long as the one before": (
        [(shot(Clip(file=FILE, end=1)), footage()), (shot(fade=1, name="two"), footage())],
        "fade_too_long",
        "one",
    ),
    "fades that leave nothing between": (
        [(shot(), footage()), (shot(fade=3, name="two"), footage()), (shot(fade=2, name="three"), footage())],
        "fade_too_long",
        "two",
    ),
    "hours": ([(shot(Still(file=FILE, seconds=9000)), None)], "film_too_long", ""),
}


@pytest.mark.parametrize(("shots", "code", "named"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_film_is_refused(shots: list[tuple[Shot, Material]], code: str, named: str) -> None:
    with pytest.raises(BadFilm) as bad:
        planned(*shots)
    assert (bad.value.code, bad.value.shot) == (code, named)


def test_what_is_wished_for_beyond_the_end_is_not_there() -> None:
    assert planned((shot(Clip(file=FILE, start=-1, end=99)), footage())).frames == 120


def test_the_first_shot_joins_nothing() -> None:
    assert planned((shot(fade=1), footage())).frames == 120


@st.composite
def films(draw: st.DrawFn) -> list[tuple[Shot, Material]]:
    """Shots of all kinds, and fades that mostly leave something."""
    found: list[tuple[Shot, Material]] = []
    for number in range(draw(st.integers(1, 6))):
        frames, rate, key = draw(
            st.tuples(st.integers(5, 600), st.sampled_from([24, 30]), st.sampled_from([1, 48, 250]))
        )
        start, length = draw(st.floats(0, 2)), draw(st.none() | st.floats(0.1, 20))
        clip = Clip(file=FILE, start=start, end=None if length is None else start + length)
        sources: list[Clip | Still | TitleCard] = [clip, Still(file=FILE, seconds=1 + start), TitleCard(text="a")]
        source = draw(st.sampled_from(sources))
        joined = shot(source, draw(st.sampled_from([0, 0, 0.1, 0.5, 1])), f"{number}")
        material = footage(frames, rate, key, width=draw(st.sampled_from([1280, 720])))
        found.append((joined, material if isinstance(source, Clip) else None))
    return found


def shown(plan: Plan) -> list[tuple[int, int]]:
    """Of each of the film's frames the shot, and its frame."""
    found: list[tuple[int, int]] = []
    for part in plan.parts:
        for piece in [part] if isinstance(part, Copied) else part.pieces:
            span = plan.spans[piece.span]
            match piece:
                case Copied(begin=begin):
                    begin -= round(span.start * plan.format.rate)
                case Straight(begin=begin):
                    pass
                case Mixed():
                    begin = 0
            found += [(piece.span, begin + at) for at in range(piece.frames)]
    return found


@given(films())
def test_every_frame_is_there_once_and_in_order(shots: list[tuple[Shot, Material]]) -> None:
    try:
        plan = planned(*shots)
    except BadFilm as error:
        assert error.code in ("shot_too_short", "fade_too_long")
        return
    wanted = [(number, at) for number, span in enumerate(plan.spans) for at in range(span.frames - span.fade_out)]
    assert shown(plan) == wanted
    assert plan.frames == len(wanted) == sum(span.frames - span.fade_in for span in plan.spans)
    for before, after in zip(plan.spans, plan.spans[1:], strict=False):
        assert after.first == before.end - after.fade_in and before.fade_out == after.fade_in
        assert after.fade_in == (round(after.shot.fade * plan.format.rate) if after.shot.join is Join.FADE else 0)


@given(films())
def test_a_copy_begins_where_nothing_before_is_needed(shots: list[tuple[Shot, Material]]) -> None:
    try:
        plan = planned(*shots)
    except BadFilm:
        return
    for part in plan.parts:
        if isinstance(part, Copied):
            material = plan.spans[part.span].material
            assert isinstance(material, Footage)
            assert part.begin in material.starts and part.begin + part.frames in material.ends
            assert material.rate == plan.format.rate and material.facts.width == plan.format.size[0]
        else:
            assert part.frames <= MOST_ENCODED or len(part.pieces) == 1


# --- what is copied

WHOLE = [Copied(span=0, begin=0, frames=120)]
COPIES: dict[str, tuple[Footage, bool]] = {
    "as it is": (footage(), True),
    "turned": (footage(turn=90), False),
    "of another codec": (footage(codec="hevc"), False),
    "of ten bits": (footage(pixels="yuv420p10le"), False),
    "of another size": (footage(width=640), False),
    "of another rate": (footage(100, rate=20), False),
    "of another range": (footage(pixels="yuvj420p"), False),
    "of other colours": (replace(footage(), colours=(6, 6, 6)), False),
    "uneven": (replace(footage(), steady=False), False),
    "of parameters that are not known": (replace(footage(), parameters=None), False),
    "of another encoder": (replace(footage(), parameters=replace(PARAMETERS, sps=b"other")), True),
}


@pytest.mark.parametrize(("clip", "copied"), COPIES.values(), ids=COPIES)
def test_what_is_like_the_film_is_copied(clip: Footage, copied: bool) -> None:
    plan = planned(*[(shot(), footage())] * 2, (shot(), clip))
    assert isinstance(plan.parts[0], Copied) and isinstance(plan.parts[-1], Copied) is copied


def test_of_a_trimmed_clip_what_is_between_key_frames_is_encoded() -> None:
    plan = planned((shot(Clip(file=FILE, start=1, end=4.5)), footage()))
    head, copied = plan.parts
    assert head == Encoded(pieces=(Straight(span=0, begin=0, frames=24),))
    assert copied == Copied(span=0, begin=48, frames=60)


def test_what_is_hardly_worth_it_is_not_copied() -> None:
    least = LEAST_COPIED / 24
    for seconds, copied in ((least - 1 / 24, False), (least, True)):
        plan = planned((shot(Clip(file=FILE, start=1, end=2 + seconds)), footage()))
        assert any(isinstance(part, Copied) for part in plan.parts) is copied


def test_the_end_of_a_copy_waits_for_frames_that_lean_on_later_ones() -> None:
    clip = replace(footage(), ends=tuple(range(4, 121, 4)))
    plan = planned((shot(Clip(file=FILE, end=90 / 24)), clip))
    assert plan.parts[0] == Copied(span=0, begin=0, frames=88)
    assert plan.parts[1] == Encoded(pieces=(Straight(span=0, begin=88, frames=2),))


def test_one_track_has_room_for_so_many_encoders() -> None:
    clips = [replace(footage(), parameters=replace(PARAMETERS, sps=b"%d" % number)) for number in range(MOST_SETS + 5)]
    plan = planned(*[(shot(), clip) for clip in clips])
    assert sum(isinstance(part, Copied) for part in plan.parts) == MOST_SETS - 1


# --- loudness

heards = st.builds(Heard, loudness=st.floats(-70, -5), peak=st.floats(-40, 3), samples=st.just(48_000))


@given(st.lists(heards, max_size=6))
def test_all_that_is_heard_becomes_as_loud_and_no_peak_is_too_high(heard: list[Heard]) -> None:
    wanted = aim(heard)
    assert LOWEST <= wanted <= USUAL
    for each in heard:
        found = gain(each, wanted)
        if each.loudness < SILENCE:
            assert found == Gain()
            continue
        assert each.loudness + found.decibels == pytest.approx(wanted)
        assert found.limited is (each.peak + found.decibels > CEILING)


def test_where_holding_peaks_down_took_too_much_more_is_given() -> None:
    first = Gain(decibels=10, limited=True)
    near, far = (Heard(loudness=-16 - miss, peak=-2, samples=48_000) for miss in (NEAR / 2, 2))
    assert corrected(first, near, -16) is None
    assert corrected(first, far, -16) == Gain(decibels=12, limited=True)
