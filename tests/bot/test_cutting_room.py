"""Films in the making, in real children: told of, killed, carried on, and made to fit."""

import asyncio
import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from bot.clip import check
from bot.cutting_room import CuttingRoom, Progress
from bot.errors import BadFilm
from bot.film import Edit, Plan, Shot, TitleCard, make, pieces
from bot.workbench import Workbench, WorkFailed
from tests.clips import make_clip
from tests.films import clip_shot, cut_together, planes


@pytest.fixture
def room(workbench: Workbench) -> CuttingRoom:
    return CuttingRoom(workbench)


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    """Two clips that are copied, with something to be encoded before, between and behind them."""
    clips = [make_clip(tmp_path / f"{number}.mp4", noise=0.1 * number, size=(192, 108)) for number in range(2)]
    words = [Shot(name=text, source=TitleCard(text=text, seconds=0.5)) for text in ("title", "then", "end")]
    return cut_together(words[0], clip_shot(clips[0]), words[1], clip_shot(clips[1]), words[2])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (folder := tmp_path / "pieces").mkdir()
    return folder


def times_of(folder: Path) -> dict[str, int]:
    """When each finished piece was made."""
    return {file.name: file.stat().st_mtime_ns for file in folder.glob("*.mp4")}


def is_tidy(folder: Path) -> bool:
    """Whether nothing is left that was begun, and no piece that is in a film."""
    return not list(folder.glob("*.part")) and (folder.name != "pieces" or not list(folder.iterdir()))


def shares(told: list[Progress]) -> list[float]:
    return [progress.share for progress in told]


async def test_a_film_is_told_of_as_it_grows_and_leaves_nothing_else(
    tmp_path: Path, room: CuttingRoom, edit: Edit, folder: Path
) -> None:
    told: list[Progress] = []
    plan = await room.plan(edit)
    await room.make(plan, folder, tmp_path / "film.mp4", told.append)
    assert len(planes(tmp_path / "film.mp4")) == plan.frames == 84
    assert len(told) == len(pieces(plan)) + 1 == 5
    assert shares(told) == sorted(shares(told)) and shares(told)[0] > 0 and shares(told)[-1] == 1
    assert is_tidy(folder) and is_tidy(tmp_path)


async def test_after_a_kill_what_was_done_is_not_done_again(
    tmp_path: Path, room: CuttingRoom, edit: Edit, folder: Path
) -> None:
    """The child dies in the middle of a piece, as the machine would."""
    plan = await room.plan(edit)
    made: dict[str, int] = {}

    def kill(progress: Progress) -> None:
        made.update(times_of(folder))
        if len(made) == 2:
            asyncio.get_running_loop().call_later(0.05, kill_children)

    with pytest.raises(WorkFailed):
        await room.make(plan, folder, tmp_path / "film.mp4", kill)
    assert len(made) == 2 and not (tmp_path / "film.mp4").exists()
    assert times_of(folder) == made

    again: dict[str, int] = {}

    def see(progress: Progress) -> None:
        again.update(times_of(folder))

    await room.make(plan, folder, tmp_path / "film.mp4", see)
    assert {name: again[name] for name in made} == made and len(again) == 4
    assert len(planes(tmp_path / "film.mp4")) == plan.frames
    # also what the killed child had begun
    assert is_tidy(folder)


def kill_children() -> None:
    for child in multiprocessing.active_children():
        assert child.pid
        os.kill(child.pid, signal.SIGKILL)


async def test_another_film_of_the_same_shots_has_the_same_pieces(room: CuttingRoom, edit: Edit) -> None:
    """A shot that was added costs what it is, and the sound; a clip with other bytes is another."""
    plan = await room.plan(edit)
    longer = await room.plan(Edit(name="longer", shots=(*edit.shots, edit.shots[1])))
    before, after = ({piece.name for piece in pieces(each) if piece.part} for each in (plan, longer))
    assert before == after
    make_clip(edit.shots[1].source.file, noise=0.3, size=(192, 108))  # type: ignore[union-attr]
    assert (await sound_name(room, edit)) not in {piece.name for piece in pieces(plan)}


async def sound_name(room: CuttingRoom, edit: Edit) -> str:
    (name,) = (piece.name for piece in pieces(await room.plan(edit)) if piece.part is None)
    return name


async def test_whatever_a_piece_is_made_of_is_in_its_name(room: CuttingRoom, tmp_path: Path) -> None:
    file, other = (
        make_clip(tmp_path / f"{name}.mp4", noise=noise, seconds=2) for name, noise in (("a", 0), ("b", 0.2))
    )
    films: list[tuple[Any, ...]] = [
        (clip_shot(file, 0.1), clip_shot(file, 0.2)),
        (clip_shot(file, 0.1), clip_shot(file, 0.3)),
        (clip_shot(file, 0.1, 1.5), clip_shot(file, 0.2)),
        (clip_shot(file, 0.1), clip_shot(other, 0.2)),
        (clip_shot(file, 0.1), clip_shot(file, 0.2, fade=0.5)),
        (clip_shot(file, 0.1), clip_shot(file, 0.2, fade=0.25)),
        (clip_shot(file, 0.1), Shot(name="a", source=TitleCard(text="a", seconds=1.8))),
        (clip_shot(file, 0.1), Shot(name="a", source=TitleCard(text="b", seconds=1.8))),
    ]
    names = [{piece.name for piece in pieces(await room.plan(cut_together(*shots)))} for shots in films]
    assert all(one.isdisjoint(other) for at, one in enumerate(names) for other in names[:at])


async def test_a_shot_that_cannot_be_used_is_named(room: CuttingRoom, edit: Edit, tmp_path: Path) -> None:
    (bad := tmp_path / "bad.mp4").write_bytes(b"hello")
    with pytest.raises(BadFilm) as found:
        await room.plan(Edit(name="film", shots=(*edit.shots, clip_shot(bad, name="the hat"))))
    assert (found.value.code, found.value.shot, found.value.reason) == ("bad_clip", "the hat", "not_a_clip")


async def test_a_piece_that_is_missing_makes_no_film(room: CuttingRoom, edit: Edit, folder: Path) -> None:
    """What somebody tidied away meanwhile is made again, not left out."""
    plan = await room.plan(edit)

    def tidy(progress: Progress) -> None:
        for file in folder.glob("*.mp4"):
            file.unlink()

    target = folder.parent / "film.mp4"
    with pytest.raises(BadFilm, match="incomplete"):
        await room.make(plan, folder, target, tidy)
    assert not target.exists()
    await room.make(plan, folder, target)
    assert len(planes(target)) == plan.frames


async def test_a_film_is_made_to_fit_once_and_the_full_one_stays(room: CuttingRoom, tmp_path: Path) -> None:
    full = make_clip(tmp_path / "film.mp4", noise=0.4, seconds=2)
    size, copy = full.stat().st_size, tmp_path / "film-small.mp4"
    assert await room.fit(full, copy, size) == full and not copy.exists()
    assert await room.fit(full, copy, size // 2) == copy
    assert copy.stat().st_size <= size // 2 and full.stat().st_size == size
    assert check(copy).duration == pytest.approx(check(full).duration, abs=0.05)
    made = copy.stat().st_mtime_ns
    assert await room.fit(full, copy, size // 2) == copy and copy.stat().st_mtime_ns == made
    assert await room.fit(full, copy, 5_000) is None
    assert is_tidy(tmp_path)


async def test_memory_does_not_grow_with_the_film(tmp_path: Path, room: CuttingRoom, workbench: Workbench) -> None:
    clip = make_clip(tmp_path / "a.mp4", size=(640, 360), codec="libx265", sound=None)
    peaks, lengths = [], []
    for times in (2, 9):
        plan = await room.plan(cut_together(*[clip_shot(clip, fade=0.1)] * times))
        peaks.append(await workbench.run(peak_of, plan, tmp_path, seconds=100, patient=True))
        lengths.append(plan.frames)
    raw = 640 * 360 * 3 // 2 * (lengths[1] - lengths[0])
    assert raw > 50_000_000 and peaks[1] - peaks[0] < raw / 4


def peak_of(plan: Plan, folder: Path) -> int:
    """What making all of it took of memory at its worst, bytes; in a child."""
    for piece in pieces(plan):
        make(piece, plan, folder)
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))
