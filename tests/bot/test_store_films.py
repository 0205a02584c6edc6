"""Films in the database, on both: one in work of a brief, given again where it is the same, lost with what is in it."""

import asyncio
from dataclasses import replace

import pytest

from bot.briefs.brief import Halt
from bot.briefs.films import Cut, Film, Progress, changed, cuts_of
from bot.briefs.storyboard import Kind, Shot, Storyboard
from bot.jobs import Status
from bot.store import Store
from bot.store.storyboards import Arranged
from tests.bot.conftest import Colleague
from tests.bot.test_store_briefs import begin
from tests.jobs import a_job

NOW = 500.0


def still(number: int = 1, **fields: object) -> Shot:
    own = {"id": f"s{number}", "source": f"s{number}", "kind": Kind.STILL, "author_id": 7, "author_name": "Ana"}
    return Shot(**{**own, "made_at": NOW, "has_picture": True, **fields})  # type: ignore[arg-type]


def film_of(event: str, **fields: object) -> Film:
    own = {"id": event, "brief_id": "b", "guild_id": 5, "asker_id": 1, "made_at": NOW, "step": 1, "cuts": ()}
    return Film(**{**own, **fields})  # type: ignore[arg-type]


def cut(board: Storyboard, event: str = "f1", **fields: object) -> Film | Halt:
    cuts = cuts_of(board, {shot.id: f"Shot {board.number(shot)}" for shot in board.shots})
    return cuts if isinstance(cuts, Halt) else film_of(event, cuts=cuts, **fields)


async def arranged(store: Store, *shots: Shot) -> None:
    await begin(store)
    board = await store.arrange("b", "e", 7, lambda _: Arranged(shots=shots, picture=b"picture"), NOW)
    assert isinstance(board, Storyboard), board


async def end(store: Store, film: Film, progress: Progress) -> None:
    assert await store.change_film(film.id, lambda now: changed(now, progress=progress))


async def test_a_film_is_kept_as_it_was_cut(store: Store) -> None:
    clip = still(2, kind=Kind.CLIP, has_picture=False, clip=(8, 9), seconds=2.5, spoiler=True)
    await arranged(store, still(seconds=2.0), clip)
    film = await store.begin_film("b", "f1", lambda board: cut(board, title="Rain", end="The end"))
    assert isinstance(film, Film)
    assert film.cuts == (
        Cut(name="Shot 1", source="s1", seconds=2.0),
        Cut(name="Shot 2", source="s2", clip=(8, 9), seconds=2.5, spoiler=True),
    )
    assert await store.film("f1") == await store.newest_film("b") == film and film.is_spoiler
    screening = await store.screening("f1")
    assert screening and screening.film == film and screening.place_id == screening.brief.channel_id


async def test_presses_at_once_make_one_film(store: Store, colleague: Colleague) -> None:
    await arranged(store, still())
    both = (store, colleague("another"))
    begun = await asyncio.gather(
        *(
            each.begin_film("b", f"f{number}", lambda board, number=number: cut(board, f"f{number}"))
            for number in range(5)
            for each in both
        )
    )
    made = [one for one in begun if isinstance(one, Film)]
    assert len({film.id for film in made}) == 1 and len(made) == 2
    assert {one for one in begun if not isinstance(one, Film)} == {Halt.FILM_IN_WORK}


async def test_the_same_film_is_given_and_another_is_made(store: Store) -> None:
    await arranged(store, still())
    first = await store.begin_film("b", "f1", cut)
    assert isinstance(first, Film)
    await end(store, first, Progress.MADE)
    again = await store.begin_film("b", "f2", lambda board: cut(board, "f2"))
    assert isinstance(again, Film) and again.id == "f1" and again.progress is Progress.MADE
    titled = await store.begin_film("b", "f3", lambda board: cut(board, "f3", title="Rain"))
    assert isinstance(titled, Film) and titled.id == "f3"
    await end(store, titled, Progress.FAILED)
    # one that failed, or whose message is gone, is made once more
    for event, anew in (("f4", False), ("f5", True)):
        title = "" if anew else "Rain"
        more = await store.begin_film("b", event, lambda board, e=event, t=title: cut(board, e, title=t), anew=anew)
        assert isinstance(more, Film) and more.id == event
        await end(store, more, Progress.GONE)


async def test_without_a_shot_there_is_none(store: Store) -> None:
    await begin(store)
    assert await store.begin_film("b", "f1", cut) is Halt.FILM_INCOMPLETE
    assert await store.begin_film("c", "f1", cut) is Halt.GONE
    assert await store.newest_film("b") is None and await store.film("f1") is None


@pytest.mark.parametrize("lost", ["deleted", "emptied", "nowhere"])
async def test_a_film_is_lost_with_a_clip_that_was_made(store: Store, lost: str) -> None:
    await begin(store)
    job = a_job(id="j1", created_at=NOW, status=Status.COMPLETED)
    assert await store.insert(job)
    film = film_of("f1", cuts=(Cut(name="Shot 1", source="s", clip=(8, 9), job_id="j1"),))
    assert await store.lost_cut(film) is None
    match lost:
        case "deleted":
            await store.update("j1", lambda now: replace(now, status=Status.DELETED), epoch=None)
        case "emptied":
            await store.empty_own(job.asker_id, NOW * 1e9, NOW, most=9)
        case _:
            film = replace(film, cuts=(replace(film.cuts[0], job_id="j2"),))
    assert await store.lost_cut(film) == film.cuts[0]


@pytest.mark.parametrize("number", [1, 2])
async def test_a_film_is_lost_with_what_somebody_gave(store: Store, number: int) -> None:
    clip = still(2, kind=Kind.CLIP, has_picture=False, clip=(8, 9), author_id=8)
    await arranged(store, still(), clip)
    film = await store.begin_film("b", "f1", cut)
    assert isinstance(film, Film) and await store.lost_cut(film) is None
    await end(store, film, Progress.MADE)
    await store.note_film("f1", drawn=2, drawn_at=NOW)
    await store.film_dues.leave("f1")
    assert await store.film_dues.find(NOW * 2, 5) == []
    await store.empty_member(6 + number, NOW)
    lost = await store.lost_cut(film)
    assert lost and lost.name == f"Shot {number}"
    # somebody is to look at it
    assert await store.film_dues.find(NOW * 2, 5) == ["f1"]


async def test_who_holds_a_film_too_long_has_lost_it(store: Store) -> None:
    await arranged(store, still())
    await store.begin_film("b", "f1", cut)
    dues = store.film_dues
    assert await dues.take("f1", NOW, NOW + 30) == 0 and await dues.take("f1", NOW, NOW + 30) is None
    await dues.hold("f1", NOW + 31)
    assert await dues.renew("f1", NOW + 31, NOW + 40) and not await dues.renew("f1", NOW + 31, NOW + 50)
    # another takes it when its time is up, and then it is that one's
    assert await dues.take("f1", NOW + 41, NOW + 70) == 0
    assert not await dues.renew("f1", NOW + 40, NOW + 80)
