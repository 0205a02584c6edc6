"""Real films of real clips: whole, in order, as long as planned, and what need not be encoded is what it was."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from bot.clip import check, plays_inline
from bot.errors import BadFilm
from bot.film import Join, Shot, Still, TitleCard, make, pieces, survey
from bot.film.plan import Copied, Encoded, Plan
from bot.film.reels import Reel
from tests.clips import CORNERS, corners, frames, make_clip, times_of
from tests.films import clip_shot, distance, make_film, plan_of, planes, rows

ENCODERS = (
    {"preset": "medium", "g": "20", "crf": "20"},
    {"preset": "fast", "x264-params": "cabac=0:bframes=2:keyint=17", "crf": "20"},
    {"preset": "ultrafast", "threads": "1"},
    {"preset": "slow", "x264-params": "slices=3:keyint=30:bframes=5:ref=4", "crf": "20"},
)
SIZE = (192, 108)
# Two encodings of one frame differ by no more, of 255.
ALIKE = 3.0


def small(file: Path, **made: Any) -> Path:
    return make_clip(file, **{"size": SIZE, **made})


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Of one size and rate, each by another encoder."""
    folder = tmp_path_factory.mktemp("clips")
    return [
        small(folder / f"{number}.mp4", coder=coder, noise=0.2, seconds=1.5 + number / 8)
        for number, coder in enumerate(ENCODERS)
    ]


def is_whole(file: Path, plan: Plan) -> None:
    """Every frame decodes, each at its own time, as many as were planned; and it plays everywhere."""
    with av.open(file, "r") as film:
        shown = list(film.decode(video=0))
    assert not any(frame.is_corrupt for frame in shown)
    times = [frame.pts * frame.time_base for frame in shown if frame.pts is not None and frame.time_base]
    assert len(times) == plan.frames
    assert all(abs(time - number / plan.format.rate) < Fraction(1, 1000) for number, time in enumerate(times))
    facts = check(file)
    assert plays_inline(facts) and (facts.width, facts.height) == plan.format.size
    assert abs(facts.duration - plan.seconds) < 1 / plan.format.rate
    data = file.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_whole_clips_of_several_encoders_are_joined_as_they_are(tmp_path: Path, clips: list[Path]) -> None:
    plan, file = make_film(tmp_path, *map(clip_shot, [*clips, clips[0]]))
    assert all(isinstance(part, Copied) for part in plan.parts)
    is_whole(file, plan)
    assert planes(file) == [frame for clip in [*clips, clips[0]] for frame in planes(clip)]


@pytest.mark.parametrize("first", range(len(ENCODERS)))
def test_parts_of_clips_are_in_order_and_what_is_copied_is_the_same(
    tmp_path: Path, clips: list[Path], first: int
) -> None:
    """From a key frame on to any frame, between what is encoded."""
    order = [clips[(first + number) % len(clips)] for number in range(len(clips))]
    cuts = ((0.3, None), (0, 1.21), (0.1, 1.45), (0, 0.9))
    shots = [clip_shot(clip, *cut) for clip, cut in zip(order, cuts, strict=True)]
    plan, file = make_film(tmp_path, *shots)
    is_whole(file, plan)
    found, at, copied = planes(file), 0, 0
    for part in plan.parts:
        for piece in [part] if isinstance(part, Copied) else part.pieces:
            span = plan.spans[piece.span]
            source = planes(order[piece.span])
            begin = piece.begin + (0 if isinstance(part, Copied) else round(span.start * 24))  # type: ignore[union-attr]
            for number in range(piece.frames):
                one, near = found[at], source[max(0, begin + number - 1) : begin + number + 2]
                wanted = source[begin + number]
                assert one == wanted if isinstance(part, Copied) else near[nearest(one, near)] == wanted
                at += 1
                copied += isinstance(part, Copied)
    assert copied > plan.frames / 3


def test_a_player_can_begin_anywhere(tmp_path: Path, clips: list[Path]) -> None:
    """Each part begins with a picture that needs none before it."""
    plan, file = make_film(tmp_path, *[clip_shot(clip, 0.2, 1.4) for clip in clips])
    wanted = planes(file)
    for begin in [sum(part.frames for part in plan.parts[:number]) for number in range(len(plan.parts))]:
        with av.open(file, "r") as film:
            film.seek(round(begin / plan.format.rate * av.time_base))
            frame = next(film.decode(video=0))
            assert frame.pts is not None and frame.time_base
            assert rows(frame) == wanted[round(frame.pts * frame.time_base * plan.format.rate)]


@pytest.mark.parametrize("number", range(len(ENCODERS)))
def test_a_reel_begins_with_any_frame(clips: list[Path], number: int) -> None:
    plan = plan_of(clip_shot(clips[number]))
    wanted = planes(clips[number])
    for at in range(0, plan.frames, 3):
        reel = Reel(plan.spans[0], plan.format, at)
        assert [rows(reel.take()) for _ in range(2)] == [*wanted[at : at + 2], wanted[-1]][:2]
        reel.close()


def test_a_film_of_everything(tmp_path: Path, clips: list[Path]) -> None:
    (picture := tmp_path / "p.png").write_bytes(b"")
    Image.new("RGB", (300, 300), (20, 120, 220)).save(picture)
    shots = [
        Shot(name="title", source=TitleCard(text="Rain", seconds=0.5)),
        clip_shot(clips[0], fade=0.25),
        clip_shot(clips[1], join=Join.CONTINUE),
        clip_shot(small(tmp_path / "upright.mp4", size=(108, 192), rate=30)),
        clip_shot(small(tmp_path / "hevc.mp4", codec="libx265", sound=None), fade=0.5),
        clip_shot(small(tmp_path / "webm.webm", codec="libvpx-vp9", sound="libopus", rate=60)),
        clip_shot(small(tmp_path / "uneven.mp4", times=UNEVEN)),
        Shot(name="still", source=Still(file=picture, seconds=0.5), join=Join.FADE, fade=0.2),
        Shot(name="end", source=TitleCard(text="نهاية · 終 · Ende", seconds=0.5)),
    ]
    plan, file = make_film(tmp_path, *shots)
    is_whole(file, plan)
    assert plan.format.size == SIZE and plan.format.rate == 24
    # a half second, three clips of one and a bit, … less what fades share
    assert plan.frames == 12 + 36 - 6 + 39 + 24 + 24 - 12 + 24 + round(1.3 * 24) + 12 - 5 + 12
    pictures = frames(file)
    middle = {span.shot.name: pictures[span.first + span.frames // 2] for span in plan.spans}
    for name in ("0", "1", "hevc", "webm", "uneven"):
        assert all(close(*pair) for pair in zip(corners(middle[name]), CORNERS, strict=True)), name
    # between bars
    assert all(close(corner, (0, 0, 0)) for corner in corners(middle["upright"]))
    assert all(close(a, b) for a, b in zip(corners(middle["upright"].crop((66, 0, 126, 108))), CORNERS, strict=True))
    assert close(middle["still"].getpixel((96, 54)), (20, 120, 220))  # type: ignore[arg-type]
    for name in ("title", "end"):
        levels = middle[name].convert("L").tobytes()
        assert min(levels) < 30 and max(levels) > 200


def close(found: tuple[int, int, int], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) <= 24 for a, b in zip(found, wanted, strict=True))


def test_a_fade_goes_from_one_shot_to_the_other(tmp_path: Path) -> None:
    cards = [tmp_path / f"{colour}.png" for colour in ("black", "white")]
    for card in cards:
        Image.new("RGB", SIZE, card.stem).save(card)
    shots = [
        Shot(name=card.stem, source=Still(file=card, seconds=1), join=Join.FADE, fade=number * 0.5)
        for number, card in enumerate(cards)
    ]
    plan, file = make_film(tmp_path, *shots)
    is_whole(file, plan)
    levels = [sum(corners(picture)[0]) / 3 for picture in frames(file)]
    assert len(levels) == 36 and all(level < 4 for level in levels[:12]) and all(level > 251 for level in levels[24:])
    steps = [after - before for before, after in pairwise(levels[11:25])]
    assert all(10 < step < 30 for step in steps)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("size", [(1280, 720), SIZE])
def test_what_is_encoded_has_the_colours_of_what_is_copied(tmp_path: Path, size: tuple[int, int], full: bool) -> None:
    file = small(tmp_path / "a.mp4", size=size, seconds=0.25, pixels="yuvj420p" if full else "yuv420p")
    plan, film = make_film(tmp_path, clip_shot(file), clip_shot(file, 0.1))
    assert [type(part) for part in plan.parts] == [Copied, Encoded]
    found = planes(film)
    assert distance(found[5], found[6 + 5 - 2]) < ALIKE


UNEVEN = [number / 24 + (0.3 if number > 10 else 0) for number in range(24)]


@pytest.mark.parametrize(("rate", "times"), [(60, None), (15, None), (24, UNEVEN)], ids=["quick", "slow", "uneven"])
def test_moments_come_when_they_came(tmp_path: Path, rate: int, times: list[float] | None) -> None:
    """A clip of another rate is as long as it was, and shows at each moment what it showed."""
    other = make_clip(tmp_path / "other.mp4", rate=rate, times=times, sound=None)
    usual = make_clip(tmp_path / "usual.mp4", sound=None, seconds=0.5)
    plan, file = make_film(tmp_path, clip_shot(usual), clip_shot(other, 0.125), clip_shot(usual))
    is_whole(file, plan)
    length = check(other).duration
    assert plan.spans[1].frames == round(length * 24) - 3 and not plan.has_sound
    found, source, shown = planes(file)[12:], planes(other), times_of(other)
    for number in range(0, plan.spans[1].frames, 4):
        moment = (number + 3 + 0.25) / 24
        wanted = max(at for at, time in enumerate(shown) if time <= moment)
        assert nearest(found[number], source) == wanted
    with av.open(file, "r") as film:
        assert not film.streams.audio


def nearest(frame: bytes, source: list[bytes]) -> int:
    return min(range(len(source)), key=lambda at: distance(frame, source[at]))


# --- what cannot be used


def test_a_damaged_clip_is_named(tmp_path: Path) -> None:
    good, bad = small(tmp_path / "good.mp4"), tmp_path / "bad.mp4"
    bad.write_bytes(good.read_bytes()[:900])
    with pytest.raises(BadFilm) as found:
        plan_of(clip_shot(good), clip_shot(bad, name="the chase"))
    assert (found.value.code, found.value.shot, found.value.reason) == ("bad_clip", "the chase", "not_a_clip")


def test_a_clip_that_was_damaged_since_is_named(tmp_path: Path) -> None:
    file = small(tmp_path / "a.mp4", codec="libx265")
    plan = plan_of(clip_shot(file, name="the chase"))
    data = bytearray(file.read_bytes())
    at = data.index(b"mdat") + 4
    data[at:] = bytes(len(data) - at)
    file.write_bytes(data)
    with pytest.raises(BadFilm) as found:
        pieces_made(tmp_path, plan)
    assert (found.value.code, found.value.shot) == ("bad_clip", "the chase")


def pieces_made(folder: Path, plan: Plan) -> None:
    for piece in pieces(plan):
        make(piece, plan, folder)


def test_a_clip_with_a_hole_is_as_long_as_it_was(tmp_path: Path) -> None:
    file = small(tmp_path / "a.mp4", coder=ENCODERS[0], noise=0.2, seconds=1.5)
    data = bytearray(file.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = bytes(3000)
    file.write_bytes(data)
    plan, film = make_film(tmp_path, clip_shot(file, 0.1, 1.4))
    assert len(planes(film)) == plan.frames == 32


def test_a_picture_that_is_none_is_named(tmp_path: Path) -> None:
    (file := tmp_path / "a.png").write_bytes(b"hello")
    with pytest.raises(BadFilm) as found:
        survey(Shot(name="the hat", source=Still(file=file, seconds=1)))
    assert (found.value.code, found.value.shot, found.value.reason) == ("bad_picture", "the hat", "not_a_picture")


@pytest.mark.parametrize("source", [clip_shot(Path("gone.mp4")).source, Still(file=Path("gone.png"), seconds=1)])
def test_what_is_gone_is_named(source: Still) -> None:
    with pytest.raises(BadFilm) as found:
        survey(Shot(name="the end", source=source))
    assert (found.value.code, found.value.shot) == ("missing", "the end")
