"""The grid clip: real takes in, one mp4 out that plays, with every label, in step and within its limit."""

from fractions import Fraction
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from bot.clip import ClipFacts, check, plays_inline
from bot.errors import BadClip
from bot.sheets import draw_grid
from bot.sheets.grid_plan import GridPlan, plan_grid
from bot.sheets.places import Box
from bot.workbench import Workbench
from tests.clips import CORNERS, corners, frames, make_clip, turned

LIMIT = 8_000_000
LABELS = "ABCD"


def facts(width: int = 640, height: int = 360, duration: float = 8, rate: float = 24) -> ClipFacts:
    return ClipFacts(container="mp4", codec="h264", pixels="yuv420p", duration=duration, width=width, height=height,
                     rate=rate, sound=None)  # fmt: skip


def plan_of(*takes: Path) -> GridPlan:
    return plan_grid([check(take) for take in takes])


def cut(frame: Image.Image, box: Box) -> Image.Image:
    return frame.crop((box.left, box.top, box.right, box.bottom))


def unlabelled(frame: Image.Image, box: Box) -> Image.Image:
    """The lower half of a panel, where no label is."""
    return frame.crop((box.left, box.top + box.height // 2, box.right, box.bottom))


def distance(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def near(found: tuple[int, int, int], wanted: tuple[int, int, int], share: float = 1.0) -> bool:
    return all(abs(one - share * other) <= 28 for one, other in zip(found, wanted, strict=True))


@given(
    st.lists(
        st.builds(facts, st.integers(16, 4096), st.integers(16, 4096), st.floats(0.1, 90), st.floats(1, 120)),
        min_size=2, max_size=4,
    )
)  # fmt: skip
def test_panels_are_apart_even_and_within_the_picture(takes: list[ClipFacts]) -> None:
    plan = plan_grid(takes)
    whole = Box(0, 0, *plan.size)
    assert len(plan.panels) == len(takes)
    assert len({(box.width, box.height) for box in plan.panels}) == 1
    for number, box in enumerate(plan.panels):
        assert whole.holds(box)
        assert not any(box.meets(other) for other in plan.panels[:number])
        assert not any(side % 2 for side in (box.left, box.top, box.width, box.height))
    assert max(plan.size) <= 1280
    assert not any(side % 2 for side in plan.size)
    assert 1 <= plan.rate <= 30
    assert abs(plan.seconds - min(60, max(take.duration for take in takes))) <= 1 / plan.rate


@pytest.mark.parametrize(
    ("shapes", "columns"),
    [([(16, 9)] * 2, 1), ([(16, 9)] * 3, 2), ([(16, 9)] * 4, 2), ([(9, 16)] * 2, 2), ([(9, 16)] * 4, 4),
     ([(9, 16), (16, 9), (16, 9)], 2)],
)  # fmt: skip
def test_takes_stand_so_that_each_is_largest(shapes: list[tuple[int, int]], columns: int) -> None:
    plan = plan_grid([facts(width * 60, height * 60) for width, height in shapes])
    assert len({box.left for box in plan.panels}) == columns


@pytest.mark.parametrize(("rates", "rate"), [((24, 24, 30), 24), ((24, 30), 30), ((60, 60), 30), ((23.976, 24), 24)])
def test_the_most_frequent_rate_wins(rates: tuple[float, ...], rate: int) -> None:
    assert plan_grid([facts(rate=each) for each in rates]).rate == rate


@pytest.mark.parametrize("count", [2, 3, 4])
def test_takes_play_beside_each_other_in_step_with_their_labels(tmp_path: Path, count: int) -> None:
    takes = [make_clip(tmp_path / f"{at}.mp4", size=(320, 180), seconds=0.5) for at in range(count)]
    target = tmp_path / "grid.mp4"
    grid = draw_grid(takes, LABELS[:count], target, LIMIT)
    plan, shown = plan_of(*takes), frames(target)
    assert plays_inline(check(target))
    assert not check(target).has_audio
    assert (grid.width, grid.height) == plan.size == shown[0].size
    assert grid.size == target.stat().st_size <= LIMIT
    assert len(shown) == 12
    assert target.read_bytes().index(b"moov") < target.read_bytes().index(b"mdat")
    labels = set()
    for frame in shown:
        first = unlabelled(frame, plan.panels[0])
        for box in plan.panels:
            assert near(corners(cut(frame, box))[3], CORNERS[3])
            assert distance(unlabelled(frame, box), first) < 6
            label = cut(frame, Box(box.left + 4, box.top + 4, 22, 22)).convert("L")
            assert label.getextrema()[0] < 50  # type: ignore[operator]
            assert label.getextrema()[1] > 190  # type: ignore[operator]
    for box in plan.panels:
        label = cut(shown[5], Box(box.left, box.top, 30, 30)).convert("L")
        labels.add(label.point(lambda level: 255 * (level > 128)).tobytes())
    assert len(labels) == count
    # it moves
    assert distance(unlabelled(shown[0], plan.panels[0]), unlabelled(shown[11], plan.panels[0])) > 2


def test_what_ends_before_stays_on_its_last_frame_paler(tmp_path: Path) -> None:
    short = make_clip(tmp_path / "short.mp4", size=(320, 180), seconds=0.5)
    long = make_clip(tmp_path / "long.mp4", size=(320, 180), seconds=1)
    draw_grid([short, long], "AB", tmp_path / "grid.mp4", LIMIT)
    shown, plan = frames(tmp_path / "grid.mp4"), plan_of(short, long)
    assert len(shown) == 24
    at_end = [corners(cut(shown[number], plan.panels[0]))[1] for number in (11, 12, 23)]
    assert [near(colour, CORNERS[1], share) for colour, share in zip(at_end, (1, 0.55, 0.55), strict=True)] == [
        True
    ] * 3
    assert near(corners(cut(shown[23], plan.panels[1]))[1], CORNERS[1])
    assert distance(unlabelled(shown[13], plan.panels[0]), unlabelled(shown[23], plan.panels[0])) < 3


def test_takes_of_different_rates_show_the_same_moment(tmp_path: Path) -> None:
    # a clip whose every frame is as bright as its time
    takes = [grow_brighter(tmp_path / f"{rate}.mp4", rate) for rate in (24, 12, 60)]
    draw_grid(takes, "ABC", tmp_path / "grid.mp4", LIMIT)
    plan = plan_of(*takes)
    for number, frame in enumerate(frames(tmp_path / "grid.mp4")):
        lights = [ImageStat.Stat(unlabelled(frame, box).convert("L")).mean[0] for box in plan.panels]
        now = 20 + 200 * number / plan.rate
        # the slowest changes twelve times a second, and none shows what is still to come
        assert now - 200 / 12 - 6 <= min(lights) <= max(lights) <= now + 6, number


def grow_brighter(file: Path, rate: int) -> Path:
    with av.open(file, "w") as clip:
        video = clip.add_stream("libx264", rate=rate, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = 160, 90, "yuv420p"
        for number in range(rate):
            light = 20 + 200 * number // rate
            frame = av.VideoFrame.from_image(Image.new("RGB", (160, 90), (light,) * 3))  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = number, Fraction(1, rate)
            clip.mux(video.encode(frame))
        clip.mux(video.encode())
    return file


def test_takes_of_other_shapes_are_shown_whole_and_upright(tmp_path: Path) -> None:
    wide = make_clip(tmp_path / "wide.mp4", size=(320, 180), seconds=0.3)
    tall = turned(make_clip(tmp_path / "tall.mp4", size=(320, 180), seconds=0.3), 90)
    draw_grid([wide, wide, tall], "ABC", tmp_path / "grid.mp4", LIMIT)
    box = plan_of(wide, wide, tall).panels[2]
    panel = cut(frames(tmp_path / "grid.mp4")[2], box)
    width = round(panel.height * 180 / 320)
    inside = panel.crop(((panel.width - width) // 2 + 2, 0, (panel.width + width) // 2 - 2, panel.height))
    wanted = [CORNERS[2], CORNERS[0], CORNERS[3], CORNERS[1]]
    assert all(near(*pair) for pair in zip(corners(inside), wanted, strict=True))
    assert max(panel.getpixel((panel.width - 4, panel.height - 4))) < 24  # type: ignore[arg-type]


def test_the_sound_is_of_the_take_that_is_asked_for(tmp_path: Path) -> None:
    loud = make_clip(tmp_path / "loud.mp4", size=(160, 90), seconds=1)
    silent = make_clip(tmp_path / "silent.mp4", size=(160, 90), seconds=1, sound=None)
    for sound, heard in ((None, None), (0, "aac"), (1, None)):
        draw_grid([loud, silent], "AB", tmp_path / "grid.mp4", LIMIT, sound)
        assert check(tmp_path / "grid.mp4").sound == heard
        assert abs(check(tmp_path / "grid.mp4").duration - 1) < 0.05


def test_it_keeps_to_its_limit(tmp_path: Path) -> None:
    takes = [make_clip(tmp_path / f"{at}.mp4", size=(320, 180), seconds=1, noise=0.6) for at in range(2)]
    whole = draw_grid(takes, "AB", tmp_path / "grid.mp4", LIMIT)
    smaller = draw_grid(takes, "AB", tmp_path / "grid.mp4", whole.size // 3)
    assert smaller.size <= whole.size // 3
    assert len(frames(tmp_path / "grid.mp4")) == 24


@pytest.mark.parametrize(("limit", "code"), [(2000, "too_long")])
def test_what_would_be_no_use_is_not_made(tmp_path: Path, limit: int, code: str) -> None:
    takes = [make_clip(tmp_path / f"{at}.mp4", size=(160, 90), seconds=1) for at in range(2)]
    with pytest.raises(BadClip, match=code):
        draw_grid(takes, "AB", tmp_path / "grid.mp4", limit)
    assert not (tmp_path / "grid.mp4").exists()


def test_of_a_take_that_is_no_clip_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "no.mp4").write_bytes(b"nothing")
    clip = make_clip(tmp_path / "yes.mp4", size=(160, 90), seconds=0.2)
    with pytest.raises(BadClip, match="not_a_clip"):
        draw_grid([clip, tmp_path / "no.mp4"], "AB", tmp_path / "grid.mp4", LIMIT)
    assert not (tmp_path / "grid.mp4").exists()


async def test_four_large_takes_are_laid_out_in_a_child_with_little_memory(
    tmp_path: Path, workbench: Workbench
) -> None:
    take = make_clip(tmp_path / "large.mp4", size=(3840, 2160), seconds=0.3, sound=None)
    grid = await workbench.run(
        draw_grid, [take] * 4, list(LABELS), tmp_path / "grid.mp4", LIMIT, seconds=100, patient=True
    )
    assert (grid.width, grid.height) == (1280, 720)
    assert plays_inline(check(tmp_path / "grid.mp4"))
