"""Films on this disk: what each is cut of is fetched once, and what nobody needs any more goes."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.briefs.films import Cut, Film, Progress, changed
from bot.briefs.storyboard import Storyboard
from bot.errors import BadFilm, VenueRefused
from bot.film import Clip, Join, Still, TitleCard
from bot.store import Store
from bot.tracker.film_making import KEPT_DAYS, FilmMaking, edit_of
from bot.workbench import Workbench
from tests.bot.test_store_films import arranged, cut, film_of, still

CUTS = (
    Cut(name="Shot 1", source="s1", clip=(8, 9), seconds=2.5),
    Cut(name="Shot 2", source="s2", seconds=1.5, join=Join.FADE, fade=0.5),
)


def everything(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


@pytest.fixture
def making(tmp_path: Path, store: Store, workbench: Workbench) -> FilmMaking:
    return FilmMaking(tmp_path / "films", store, workbench)


def test_a_film_is_wished_for_with_its_cards() -> None:
    files = [Path("a.mp4"), Path("b.picture")]
    edit = edit_of(film_of("f1", cuts=CUTS, title="Rain", end="The end"), files)
    assert [shot.source for shot in edit.shots] == [
        TitleCard(text="Rain"),
        Clip(file=files[0], end=2.5),
        Still(file=files[1], seconds=1.5),
        TitleCard(text="The end"),
    ]
    assert [(shot.join, shot.fade) for shot in edit.shots] == [
        (Join.CUT, 0),
        (Join.CUT, 0),
        (Join.FADE, 0.5),
        (Join.CUT, 0),
    ]
    assert [shot.name for shot in edit_of(film_of("f1", cuts=CUTS), files).shots] == ["Shot 1", "Shot 2"]


async def test_what_is_here_whole_is_not_fetched_again(making: FilmMaking, tmp_path: Path) -> None:
    asked = []

    async def read(channel_id: int, message_id: int, most: int) -> bytes | None:
        asked.append((channel_id, message_id))
        return b"clip"

    film = film_of("f1", cuts=(CUTS[0], replace(CUTS[0], name="Shot 2")))
    for _ in range(2):
        edit = await making.gather(film, read)
    assert asked == [(8, 9)] and {shot.source.file.read_bytes() for shot in edit.shots} == {b"clip"}  # type: ignore[union-attr]
    assert ".part" not in {file.suffix for file in everything(tmp_path)}


@pytest.mark.parametrize("gone", [None, VenueRefused("closed")])
async def test_what_is_not_to_be_had_is_named(making: FilmMaking, gone: VenueRefused | None) -> None:
    async def read(channel_id: int, message_id: int, most: int) -> bytes | None:
        if gone:
            raise gone
        return None

    for cuts, name in ((CUTS, "Shot 1"), (CUTS[1:], "Shot 2")):
        with pytest.raises(BadFilm) as found:
            await making.gather(film_of("f1", cuts=cuts), read)
        assert (found.value.code, found.value.shot) == ("missing", name)


@pytest.mark.parametrize(
    ("progress", "smaller", "days", "stays"),
    [
        (Progress.MAKING, False, 99, {"f1", "f1.mp4", "f1-ab.part"}),
        (Progress.MADE, False, 0, set()),
        (Progress.MADE, True, 0, {"f1.mp4"}),
        (Progress.MADE, True, KEPT_DAYS + 1, set()),
        (Progress.FAILED, False, 0, {"f1.mp4"}),
        (Progress.FAILED, False, KEPT_DAYS + 1, set()),
        (Progress.GONE, True, 0, set()),
        (None, False, 0, set()),
    ],
)
async def test_of_films_that_are_over_only_what_nobody_else_has_stays(
    making: FilmMaking,
    store: Store,
    tmp_path: Path,
    progress: Progress | None,
    smaller: bool,
    days: float,
    stays: set[str],
) -> None:
    if progress:
        await arranged(store, still())
        film = await store.begin_film("b", "f1", _cut)
        assert isinstance(film, Film)
        await store.change_film("f1", lambda now: changed(now, progress=progress, smaller=smaller))
    folder = tmp_path / "films"
    (folder / "f1" / "pieces").mkdir(parents=True)
    for name in ("f1/9.mp4", "f1/pieces/a.mp4", "f1.mp4", "f1-ab.part"):
        (folder / name).write_bytes(b"film")
        os.utime(folder / name, (time.time() - days * 24 * 3600,) * 2)
    await making.discard_old()
    assert {file.name for file in folder.iterdir()} == stays


async def test_without_a_film_there_is_nothing_to_tidy(making: FilmMaking, tmp_path: Path) -> None:
    await making.discard_old()
    await making.discard(film_of("f1"))
    assert not (tmp_path / "films").exists()


def _cut(board: Storyboard) -> Film:
    film = cut(board)
    assert isinstance(film, Film)
    return film
