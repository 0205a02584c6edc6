"""The store, on each real database."""

import asyncio
import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot import clock
from bot.catalogue import Extras, Shots
from bot.display import Post
from bot.drafts import Form, SavedDraft
from bot.errors import StoreBusy, StoreUnusable
from bot.further_pictures import FurtherPicture
from bot.jobs import Decision, Face, Job, PictureState, Status, card_face, change
from bot.line import Active, Room
from bot.outlook import Standing
from bot.reasons import Reason
from bot.store import TASK, Store, open_store
from bot.store.clips import PIECE
from bot.store.line import FEW
from bot.store.schema import decode_face, encode_face, metadata, workers
from bot.usual_times import kind_of
from bot.video_request import Draft
from tests.bot.conftest import Colleague
from tests.jobs import REQUEST, a_job


@pytest.fixture(autouse=True)
def own_time() -> Iterator[None]:
    """What a test makes of the clock ends with it."""
    yield
    clock.set_to(time.time())


async def test_a_job_comes_back_as_it_went_in(store: Store) -> None:
    failure: dict[str, Any] = {"reason": Reason.PICTURE_NOT_A_PICTURE, "facts": {"kind": None, "limit": 5}}
    job = a_job(picture=PictureState.READ, links=("https://x/a",), wait=Reason.BUSY, spoiler=True, **failure)
    job = replace(job, detail="ünï", shown=Status.QUEUED, decided=Decision.LEFT, late=True)
    assert await store.insert(job, b"bytes")
    assert await store.find(job.id) == job
    assert await store.picture(job.id) == b"bytes"


async def test_further_pictures_come_back_as_they_went_in_and_go_when_they_are_read_and_fitted(store: Store) -> None:
    extras = Extras(negative="ünï", seed=4_294_967_295, sound=False, shots=Shots.LISTED, last=True, references=1)
    extras = replace(extras, left_out=("resolution",))
    job = a_job(request=replace(REQUEST, extras=extras), further=PictureState.LINK)
    given = (FurtherPicture(slot="last", url="https://x/a"), FurtherPicture(slot="1", data=b"one"))
    assert await store.insert(job, further=given)
    assert await store.find(job.id) == job
    assert await store.further_pictures(job.id) == {each.slot: each for each in given}

    assert await store.keep_further_fitted(job.id, {"last": b"small"}, epoch=1) is None
    await store.keep_further(job.id, "last", b"lost", lambda now: None, epoch=1)
    await store.keep_further(job.id, "last", b"late", _read_all, epoch=7)
    assert (await store.further_pictures(job.id))["last"].url == "https://x/a"
    await store.keep_further(job.id, "last", b"two", _read_all, epoch=1)
    assert {slot: each.data for slot, each in (await store.further_pictures(job.id)).items()} == {
        "1": b"one",
        "last": b"two",
    }
    assert [await store.claim(2000.0, Room(most=5), 5), await store.fitted_further(job.id)] == [[], {}]
    assert await store.keep_further_fitted(job.id, {"1": b"o", "last": b"t"}, epoch=1)
    assert await store.fitted_further(job.id) == {"1": b"o", "last": b"t"}
    [claimed] = await store.claim(2000.0, Room(most=5), 5)
    assert claimed.further is PictureState.FITTED
    await store.update(job.id, lambda now: change(now, 3000.0, Status.COMPLETED), epoch=None)
    assert await store.fitted_further(job.id) == {} and len(await store.further_pictures(job.id)) == 2
    await store.update(job.id, lambda now: change(now, 3001.0, Status.DELETED), epoch=None)
    assert await store.further_pictures(job.id) == {}


def _read_all(job: Job) -> Job:
    return replace(job, further=PictureState.READ)


async def test_a_successor_has_the_further_pictures_too(store: Store) -> None:
    old = a_job(1, status=Status.UNCONFIRMED, further=PictureState.FITTED)
    await store.insert(old, further=[FurtherPicture(slot="last", data=b"end")])
    new = a_job(2, parent_id=old.id, further=PictureState.READ)
    assert await store.replace_job(old.id, lambda job: replace(job, decided=Decision.SENT_AGAIN), new)
    assert (await store.further_pictures(new.id))["last"].data == b"end"


HALF = "a fox \ud83e and \0 nothing"
WHOLE = "a fox  and  nothing"


async def test_half_a_character_from_outside_keeps_nothing_from_being_stored(store: Store) -> None:
    """No database takes one: the job of a vendor that cut its own words never ended."""
    outside: dict[str, Any] = {"asker_name": HALF, "detail": HALF, "task_id": HALF, "picture_url": HALF}
    lists: dict[str, Any] = {"links": (HALF,), "facts": {HALF: [HALF, 1, None]}}
    job = a_job(request=replace(REQUEST, prompt=HALF), **outside, **lists)
    assert await store.insert(job)
    found = await store.find(job.id)
    assert found and found.request.prompt == WHOLE
    assert {getattr(found, name) for name in outside} == {WHOLE}
    assert (found.links, found.facts) == ((WHOLE,), {WHOLE: [WHOLE, 1, None]})
    await store.keep_fact(f"refused:{job.id}", HALF)
    assert await store.facts("refused:") == {f"refused:{job.id}": WHOLE}
    await store.keep_draft(SavedDraft(id="d", author_id=1, changed_at=0.0, form=Form.COMPOSE, draft=Draft(prompt=HALF)))
    kept = await store.find_draft("d")
    assert kept and kept.draft.prompt == WHOLE


FACES = {
    "waiting": card_face(a_job(wait=Reason.BUSY)),
    "next in line": card_face(a_job(), Standing(place=1, wait=5.0)),
    "unread": card_face(a_job(picture=PictureState.LINK)),
    "failed": card_face(a_job(status=Status.FAILED, reason=Reason.CREDIT)),
    "late": card_face(a_job(status=Status.EXPIRED, late=True)),
    "decided": card_face(a_job(status=Status.UNCONFIRMED, reason=Reason.INTERRUPTED, decided=Decision.LEFT)),
}


@pytest.mark.parametrize("face", FACES.values(), ids=FACES.keys())
def test_a_face_comes_back_as_it_went_in(face: Face) -> None:
    assert decode_face(encode_face(face)) == face


@pytest.mark.parametrize(
    "text",
    ["", "completed||||1280x720", "null", "[]", "{}", '{"status": "unheard of"}', '{"status": "failed", "hat": 1}'],
)
def test_a_face_of_another_version_is_none(text: str) -> None:
    assert decode_face(text) is None


async def test_a_reason_of_another_version_is_read_as_a_plain_failure(store: Store) -> None:
    await store.insert(a_job(status=Status.FAILED))
    unheard_of = sa.update(metadata.tables["jobs"]).values(reason="never heard of", wait="nor of this")
    await store._execute(unheard_of)
    found = await store.find(a_job().id)
    assert found and (found.reason, found.wait) == (Reason.FAILED, Reason.FAILED)


async def test_the_same_event_makes_one_job(store: Store) -> None:
    assert await store.insert(a_job())
    assert not await store.insert(a_job())


async def test_twenty_copies_of_an_event_at_once_make_one_job(store: Store) -> None:
    made = await asyncio.gather(*(store.insert(a_job()) for _ in range(20)))
    assert len([one for one in made if one]) == 1


async def test_ten_presses_for_the_same_wish_at_once_make_one_job(store: Store) -> None:
    pressed = [a_job(number, parent_id="abc", created_at=1000.0 + number) for number in range(1, 11)]
    there = await asyncio.gather(*(store.insert(job, once_since=1000.0) for job in pressed))
    assert len({job.id for job in there if job}) == 1
    [kept] = [job for job, mine in zip(there, pressed, strict=True) if job and job.id == mine.id]
    other = a_job(11, parent_id="abc", request=replace(REQUEST, seconds=REQUEST.seconds + 4))
    somebody = a_job(12, parent_id="abc", asker_id=8)
    later = a_job(13, parent_id="abc")
    for job, since in ((other, 1000.0), (somebody, 1000.0), (later, kept.created_at + 1)):
        assert await store.insert(job, once_since=since) == job
    # what has ended is no longer on its way: who presses then wants another
    for job in (kept, later):
        await store.update(job.id, lambda now: change(now, 1.0, Status.CANCELLED), epoch=None)
    again = a_job(14, parent_id="abc")
    assert await store.insert(again, once_since=0.0) == again


async def test_an_older_epoch_can_no_longer_write(store: Store) -> None:
    job = a_job(epoch=2)
    await store.insert(job)
    assert await store.update(job.id, lambda j: replace(j, wait=Reason.BUSY), epoch=1) is None
    assert (await store.find(job.id)) == job
    assert await store.update(job.id, lambda j: replace(j, wait=Reason.BUSY), epoch=2)


async def test_a_transition_that_declines_writes_nothing(store: Store) -> None:
    await store.insert(a_job())
    posted = [Post(key="card", channel_id=1, message_id=2)]
    assert await store.update(a_job().id, lambda j: None, epoch=None, posted=posted) is None
    assert await store.posts(a_job().id) == {}


async def test_an_outcome_and_its_posts_are_kept_together(store: Store) -> None:
    await store.insert(a_job())
    post = Post(key="pending", channel_id=1, message_id=2)
    changed = await store.update(a_job().id, lambda j: replace(j, shown=Status.PENDING), epoch=1, posted=[post])
    assert changed and changed.shown is Status.PENDING
    assert await store.posts(a_job().id) == {"pending": post}


# --- the line

MANY = 50


async def test_the_line_never_lets_more_to_the_vendor_than_allowed(store: Store, colleague: Colleague) -> None:
    for number in range(1, 8):
        await store.insert(a_job(number))
    workers = [store, *(colleague(f"w{number}") for number in range(2, 6))]
    taken = await asyncio.gather(*(worker.claim(2000.0, Room(most=3), MANY) for worker in workers))
    claimed = [job.id for jobs in taken for job in jobs]
    assert len(claimed) == len(set(claimed)) == 3
    assert await store.count(Status.SUBMITTING) == 3
    assert await store.counts() == {Status.SUBMITTING: 3, Status.QUEUED: 4}


async def test_a_worker_takes_no_more_than_it_can_send_at_once(store: Store) -> None:
    for number in range(1, 8):
        await store.insert(a_job(number))
    assert [len(await store.claim(2000.0, Room(most=MANY), 3)) for _ in range(4)] == [3, 3, 1, 0]


async def test_a_model_has_a_limit_of_its_own(store: Store) -> None:
    for number in range(1, 4):
        await store.insert(a_job(number))
    other = replace(a_job(4), request=replace(a_job().request, model="sora-2"))
    await store.insert(other)
    room = Room(most=MANY, by_model={"sora-2-pro": 1})
    assert [job.id for job in await store.claim(2000.0, room, MANY)] == [a_job(1).id, other.id]
    assert await store.claim(2000.0, room, MANY) == []


@pytest.mark.parametrize(("wait", "claimed"), [(None, 0), (Reason.CLIP_LATE, 1)])
async def test_what_is_made_and_not_to_be_had_yet_takes_no_place(
    store: Store, wait: Reason | None, claimed: int
) -> None:
    """Ten clips that a storage was late with would have stopped the bot for an hour."""
    await store.insert(a_job(1, status=Status.PROCESSING, wait=wait))
    await store.insert(a_job(2, card_id=7))
    assert len(await store.claim(2000.0, Room(most=1), MANY)) == claimed


async def show(store: Store, job: Job, room: Room) -> tuple[Job | None, list[Job]]:
    post = Post(key="card", channel_id=2, message_id=7)
    return await store.change_and_claim(job.id, lambda now: replace(now, card_id=7), [post], 2000.0, room, 1)


async def test_a_job_that_is_shown_is_claimed_in_the_same_commit(store: Store) -> None:
    await store.insert(job := a_job(1, created_at=1999.0))
    before = store.database.commits
    shown, [claimed] = await show(store, job, Room(most=1))
    assert store.database.commits == before + 1
    assert shown and (shown.status, shown.card_id) == (Status.QUEUED, 7)
    assert (claimed.id, claimed.status, claimed.card_id) == (job.id, Status.SUBMITTING, 7)
    assert await store.find(job.id) == claimed
    assert (await store.posts(job.id))["card"].message_id == 7
    assert await store.claim(2000.0, Room(most=5), MANY) == []


async def test_who_waits_for_longer_is_claimed_before_one_that_is_shown(store: Store) -> None:
    await store.insert(a_job(1, card_id=7))
    await store.insert(job := a_job(2, created_at=1999.0))
    # the same member's, and room for one
    shown, [claimed] = await show(store, job, Room(most=1))
    assert shown and claimed.id == a_job(1).id


@pytest.mark.parametrize("room", [0, 5])
async def test_a_job_that_is_shown_waits_in_a_full_or_long_line(store: Store, room: int) -> None:
    for number in range(2, FEW + 3 if room else 2):
        await store.insert(a_job(number, card_id=7))
    await store.insert(job := a_job(1, created_at=1999.0))
    shown, claimed = await show(store, job, Room(most=room))
    assert shown and shown.card_id == 7 and claimed == []


async def test_a_job_that_is_gone_or_stopped_is_not_claimed(store: Store) -> None:
    assert await show(store, a_job(1), Room(most=1)) == (None, [])
    await store.insert(job := a_job(1, status=Status.CANCELLED))
    shown, claimed = await show(store, job, Room(most=1))
    assert shown and shown.status is Status.CANCELLED and claimed == []


async def test_a_claimed_job_is_committed_as_being_sent_with_a_new_epoch(store: Store, colleague: Colleague) -> None:
    await store.insert(a_job())
    [job] = await colleague("w2").claim(2000.0, Room(most=1), MANY)
    assert (job.status, job.worker, job.epoch) == (Status.SUBMITTING, "w2", 2)
    assert await store.find(job.id) == job


async def test_a_picture_that_does_not_fit_yet_keeps_its_job_in_the_line(store: Store) -> None:
    job = a_job(picture=PictureState.READ)
    await store.insert(job, b"big")
    assert await store.claim(2000.0, Room(most=5), MANY) == []
    assert await store.keep_fitted(job.id, b"small", epoch=1)
    assert [taken.id for taken in await store.claim(2000.0, Room(most=5), MANY)] == [job.id]
    assert await store.fitted_picture(job.id) == b"small"


async def test_the_line_tells_who_waits_and_what_is_at_the_vendor(store: Store) -> None:
    await store.insert(a_job(1))
    await store.insert(a_job(2, guild_id=None, card_id=5, not_before=9.0))
    await store.insert(a_job(3, status=Status.PROCESSING))
    line = await store.line()
    first, second = sorted(line.waiting)
    assert (first.id, first.home, first.has_card, first.kind) == (a_job(1).id, 1, False, ("sora-2-pro", 8, "1280x720"))
    assert (second.home, second.has_card, second.not_before, second.worker) == (7, True, 9.0, "w1")
    assert line.active == [Active(home=1, asker_id=7, model="sora-2-pro", jobs=1)]


async def test_who_had_a_turn_is_remembered(store: Store) -> None:
    for number, guild in ((1, 1), (2, 1), (3, 2)):
        await store.insert(a_job(number, guild_id=guild))
    served = []
    for now in (2000.0, 2001.0, 2002.0):
        [job] = await store.claim(now, Room(most=MANY), 1)
        await store.update(job.id, lambda job: change(job, 2000.0, Status.CANCELLED), epoch=None)
        served.append(job.id)
    assert served == [a_job(1).id, a_job(3).id, a_job(2).id]


# --- workers


async def fall_silent(worker: Store) -> None:
    """As if its last beat had been long ago."""
    await worker._execute(
        sa.update(workers).where(workers.c.id == worker.worker).values(beat_at=workers.c.beat_at - 60)
    )


async def test_jobs_of_a_dead_worker_are_taken_over_once(store: Store, colleague: Colleague) -> None:
    dead, alive, other = colleague("dead"), colleague("alive"), colleague("other")
    for worker in (dead, alive, other):
        await worker.beat()
    await fall_silent(dead)
    await store.insert(a_job(1, worker="dead", epoch=4))
    if not store.is_exclusive:
        await store.insert(a_job(2, worker="alive"))
    face = card_face(a_job(status=Status.CANCELLED))
    await store.insert(a_job(3, worker="dead", status=Status.CANCELLED, shown=Status.CANCELLED, card_face=face))
    living = [alive] if store.is_exclusive else [alive, other]
    both = await asyncio.gather(*(worker.adopt(30.0, most=MANY) for worker in living))
    [adopted] = [job for jobs in both for job in jobs]
    assert (adopted.id, adopted.epoch) == (a_job(1).id, 5)
    assert await store.find(adopted.id) == adopted


async def test_a_dead_worker_is_forgotten_only_when_nothing_of_it_is_left(store: Store, colleague: Colleague) -> None:
    dead = colleague("dead")
    await dead.beat()
    await fall_silent(dead)
    for number in range(1, 6):
        await store.insert(a_job(number, worker="dead"))
    assert [len(await store.adopt(30.0, most=2)) for _ in range(4)] == [2, 2, 1, 0]


async def test_who_left_is_dead_at_once(store: Store, colleague: Colleague) -> None:
    leaver = colleague("leaver")
    await leaver.beat()
    await store.insert(a_job(1, worker="leaver"))
    if not store.is_exclusive:
        assert await store.adopt(30.0, most=MANY) == []
    await leaver.leave()
    assert [job.id for job in await store.adopt(30.0, most=MANY)] == [a_job(1).id]


async def test_who_lives_is_judged_by_the_databases_clock(store: Store, colleague: Colleague) -> None:
    """Two machines whose clocks differ took each other's jobs, with a POST of theirs in flight."""
    ahead = colleague("ahead")
    clock.set_to(time.time() + 3600)
    await ahead.beat()
    clock.set_to(time.time())
    await store.beat()
    await store.insert(a_job(1, worker="ahead"))
    clock.set_to(time.time() + 3600)
    if store.is_exclusive:
        # in a file it can only be from a life before, whatever it said the time was
        assert [job.id for job in await store.adopt(30.0, most=MANY)] == [a_job(1).id]
    else:
        assert (await store.adopt(30.0, most=MANY), await store.count_workers(30.0)) == ([], 2)


@pytest.mark.parametrize("ahead", [-3600.0, 0.0, 3600.0])
async def test_it_is_known_how_far_the_databases_clock_is_ahead(store: Store, ahead: float) -> None:
    clock.set_to(time.time() - ahead)
    assert await store.ahead() == pytest.approx(ahead, abs=1)


async def test_open_jobs_keep_their_age_when_the_time_jumps(store: Store) -> None:
    job = a_job(1, created_at=1000.0, status_since=1010.0, submitted_at=1020.0, waiting_since=None, not_before=1030.0)
    await store.insert(job)
    await store.insert(replace(job, id="2", worker="another"))
    await store.move_times(3600.0)
    ahead = replace(job, created_at=4600.0, submitted_at=4620.0, not_before=4630.0)
    assert await store.find(job.id) == ahead, "since when it may have been said is not forgotten"
    await store.move_times(-3600.0)
    assert await store.find(job.id) == replace(job, status_since=1010.0 - 3600)
    assert await store.find("2") == replace(job, id="2", worker="another")


async def test_what_lies_in_the_future_is_past_for_who_takes_it_over(store: Store, colleague: Colleague) -> None:
    """The time was put back before this start: a job must not wait until it is that late again."""
    later = time.time() + 3600
    await store.insert(a_job(1, worker="dead", created_at=later, status_since=later, submitted_at=later, made_at=None))
    await colleague("dead").beat()
    await fall_silent(colleague("dead"))
    [job] = await store.adopt(30.0, most=MANY)
    times = (job.created_at, job.status_since, job.submitted_at)
    assert all(at is not None and at <= time.time() for at in times) and job.made_at is None


async def test_a_job_of_nobody_is_found_at_a_start(store: Store) -> None:
    await store.beat()
    await store.insert(a_job(1, worker="never said that it lives"))
    assert await store.adopt(30.0, most=MANY) == []
    assert [job.id for job in await store.adopt(30.0, most=MANY, strays=True)] == [a_job(1).id]


async def test_a_beat_writes_down_what_the_cards_of_own_open_jobs_show(store: Store) -> None:
    settled = a_job(3, status=Status.CANCELLED, shown=Status.CANCELLED)
    settled = replace(settled, card_face=card_face(settled))
    for job in (a_job(1), a_job(2, worker="other"), settled):
        await store.insert(job)
    drawn = Face(status=Status.PROCESSING)
    await store.beat({a_job(number).id: drawn for number in (1, 2, 3)})
    faces = [found.card_face for number in (1, 2, 3) if (found := await store.find(a_job(number).id))]
    assert faces == [drawn, None, settled.card_face]


async def test_open_jobs_come_in_pages(store: Store) -> None:
    for number in range(1, 6):
        await store.insert(a_job(number, worker="w1" if number != 3 else "other"))
    first = await store.open_jobs("", 2)
    assert [job.id for job in first] == [a_job(1).id, a_job(2).id]
    assert [job.id for job in await store.open_jobs(first[-1].id, 9)] == [a_job(4).id, a_job(5).id]


DECISIONS = {
    "cancelled": (Status.QUEUED, lambda job: change(job, 2000.0, Status.CANCELLED)),
    "sent again": (Status.UNCONFIRMED, lambda job: replace(job, decided=Decision.SENT_AGAIN)),
}


@pytest.mark.parametrize(("status", "decide"), DECISIONS.values(), ids=DECISIONS.keys())
async def test_what_another_process_changed_is_found(store: Store, status: Status, decide: Any) -> None:
    job = a_job(1, status=status, shown=status, card_id=5)
    await store.insert(replace(job, card_face=card_face(job)))
    assert await store.lagging() == []
    await store.update(job.id, decide, epoch=None)
    assert await store.lagging() == [job.id]


async def test_what_another_process_changed_is_told_at_once(store: Store, colleague: Colleague) -> None:
    """Only PostgreSQL can tell; a SQLite file has nobody else."""
    heard: asyncio.Queue[str] = asyncio.Queue()
    hearing = asyncio.create_task(store.hear(heard.put_nowait))
    other = colleague("other")
    await store.insert(a_job(1))
    await store.insert(a_job(2, worker="other"))
    try:
        if store.is_exclusive:
            await hearing
            return
        for _ in range(100):  # until it listens
            await other.update(a_job(1).id, lambda job: replace(job, attempts=job.attempts + 1), epoch=None)
            with contextlib.suppress(TimeoutError):
                assert await asyncio.wait_for(heard.get(), 0.1) == a_job(1).id
                break
        await other.update(a_job(2).id, lambda job: replace(job, attempts=9), epoch=None)
        await store.update(a_job(1).id, lambda job: replace(job, attempts=0), epoch=None)
        await other.leave()
        assert await heard.get() == "", "one's own changes, and those of others' jobs, are no news"
    finally:
        hearing.cancel()


async def test_whoever_carries_a_task_hears_that_there_is_news_of_it(store: Store, colleague: Colleague) -> None:
    """In a SQLite file nobody else could."""
    await store.insert(a_job(1, worker="other", status=Status.PROCESSING, task_id="task-1"))
    await store.insert(a_job(2, worker="other", status=Status.FAILED, task_id="task-2", shown=Status.FAILED, card_id=5))
    assert not await store.tell_of_task("task-3")
    assert await store.tell_of_task("task-1") is not store.is_exclusive
    if store.is_exclusive:
        return
    heard: asyncio.Queue[str] = asyncio.Queue()
    hearing = asyncio.create_task(colleague("other").hear(heard.put_nowait))
    try:
        async with asyncio.timeout(10):
            while heard.empty():  # until it listens
                await store.tell_of_task("task-1")
                await asyncio.sleep(0.1)
            assert await heard.get() == f"{TASK}task-1"
    finally:
        hearing.cancel()


async def test_what_lags_in_a_guild_is_found_and_others_are_told(store: Store, colleague: Colleague) -> None:
    told = replace(a_job(1, status=Status.COMPLETED, shown=Status.COMPLETED, card_id=5))
    jobs = [a_job(2), a_job(3, guild_id=2), a_job(4, worker="other"), replace(told, card_face=card_face(told))]
    for job in jobs:
        await store.insert(job)
    assert await store.lagging_in(1) == [a_job(2).id]
    if store.is_exclusive:
        return
    heard: asyncio.Queue[str] = asyncio.Queue()
    hearing = asyncio.create_task(colleague("other").hear(heard.put_nowait))
    try:
        async with asyncio.timeout(10):
            while heard.empty():  # until it listens
                await store.lagging_in(1)
                await asyncio.sleep(0.1)
            assert await heard.get() == a_job(4).id
    finally:
        hearing.cancel()


async def test_what_was_posted_is_forgotten_by_its_key(store: Store) -> None:
    await store.insert(a_job())
    posts = [Post(key=key, channel_id=2, message_id=number) for number, key in enumerate(("card", "completed"))]
    await store.update(a_job().id, lambda job: job, epoch=None, posted=posts)
    await store.forget_posts(a_job().id, ["completed", "completed1"])
    assert list(await store.posts(a_job().id)) == ["card"]


# --- clips


async def test_a_clip_that_waits_comes_back_whole(store: Store, tmp_path: Path) -> None:
    await store.insert(a_job())
    clip, back = tmp_path / "clip.mp4", tmp_path / "elsewhere" / "clip.mp4"
    clip.write_bytes(os.urandom(2 * PIECE + 5))
    assert not await store.restore_clip(a_job().id, 0, back) and not back.exists()
    await store.keep_clip(a_job().id, 0, clip)
    await store.keep_clip(a_job().id, 0, clip)
    assert await store.restore_clip(a_job().id, 0, back)
    assert back.read_bytes() == clip.read_bytes()
    assert not await store.restore_clip(a_job().id, 1, tmp_path / "second.mp4")
    await store.discard_clips(a_job().id)
    assert not await store.restore_clip(a_job().id, 0, back)
    assert [file.name for file in back.parent.iterdir()] == ["clip.mp4"]


async def test_a_clip_that_waits_can_be_read_by_whoever_goes_on_from_it(store: Store, tmp_path: Path) -> None:
    await store.insert(a_job())
    file = tmp_path / "clip.mp4"
    file.write_bytes(b"x" * PIECE + b"end")
    await store.keep_clip(a_job().id, 1, file)
    assert await store.kept_clip(a_job().id, 1) == file.read_bytes()
    assert await store.kept_clip(a_job().id, 0) is None


async def test_a_clip_that_is_gone_cannot_be_kept(store: Store, tmp_path: Path) -> None:
    await store.insert(a_job())
    with pytest.raises(FileNotFoundError):
        await store.keep_clip(a_job().id, 0, tmp_path / "gone.mp4")


# --- what jobs took


async def test_what_a_job_took_is_learned_with_its_end_and_by_all(store: Store, colleague: Colleague) -> None:
    kind = kind_of(REQUEST)
    for number in range(1, 11):
        await store.insert(a_job(number))
    workers = [store, colleague("w2")]
    await asyncio.gather(
        *(
            workers[number % 2].update(
                a_job(number).id, lambda job: replace(job, attempts=1), epoch=1, took=(kind, 300.0)
            )
            for number in range(1, 11)
        )
    )
    durations = await store.usual_times()
    assert list(durations) == [kind]
    assert durations[kind].total == 10
    assert durations[kind].quantile(0.5) == pytest.approx(300.0, rel=0.03)


async def test_nothing_is_learned_of_an_end_that_came_too_late(store: Store) -> None:
    await store.insert(a_job())
    assert await store.update(a_job().id, lambda job: job, epoch=7, took=(kind_of(REQUEST), 300.0)) is None
    assert await store.usual_times() == {}


async def test_a_doubtful_job_is_sent_again_once(store: Store) -> None:
    old = a_job(1, status=Status.UNCONFIRMED, picture=PictureState.FITTED)
    await store.insert(old, b"picture")

    def settle(job: Job) -> Job | None:
        return replace(job, decided=Decision.SENT_AGAIN) if job.decided is None else None

    made = await asyncio.gather(*(store.replace_job(old.id, settle, a_job(n, parent_id=old.id)) for n in range(2, 6)))
    assert len([one for one in made if one]) == 1
    new = next(number for number, was_made in zip(range(2, 6), made, strict=True) if was_made)
    assert await store.picture(a_job(new).id) == b"picture"


async def test_what_awaits_a_doubtful_job_s_clip_goes_on_from_its_successor(store: Store) -> None:
    old, new = a_job(1, status=Status.UNCONFIRMED), a_job(9, parent_id=a_job(1).id)
    child = a_job(2, parent_id=old.id, picture=PictureState.AWAITED)
    other = a_job(3, parent_id=old.id, picture=PictureState.READ)
    for job in (old, child, other):
        await store.insert(job)
    assert await store.replace_job(old.id, lambda _: None, new) is None
    assert (await store.find(child.id)) == child
    assert await store.replace_job(old.id, lambda job: replace(job, decided=Decision.SENT_AGAIN), new)
    parents = [found.parent_id for job in (child, other, new) if (found := await store.find(job.id))]
    assert parents == [new.id, old.id, old.id]


async def test_what_awaits_a_clip_has_no_place_in_the_line(store: Store) -> None:
    await store.insert(a_job(1, picture=PictureState.AWAITED, card_id=5))
    await store.insert(a_job(2, card_id=6))
    assert [job.id for job in (await store.line()).waiting] == [a_job(2).id]
    claimed = await store.claim(2000.0, Room(most=5), 5)
    assert [job.id for job in claimed] == [a_job(2).id]


async def test_facts_are_kept(store: Store) -> None:
    assert await store.fact("commands") is None
    await store.keep_fact("commands", "1")
    await store.keep_fact("commands", "2")
    assert await store.fact("commands") == "2"


async def test_the_migrations_make_exactly_the_tables_the_code_reads(store: Store) -> None:
    def columns(connection: sa.Connection) -> dict[str, set[str]]:
        inspector = sa.inspect(connection)
        return {
            table: {column["name"] for column in inspector.get_columns(table)}
            for table in inspector.get_table_names()
            if table != "alembic_version"
        }

    found = await store.database.read(columns)
    assert found == {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}


async def test_a_second_process_on_the_same_file_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'dailies.db'}"
    async with open_store(url):
        with pytest.raises(StoreBusy, match="already running"):
            async with open_store(url):
                pass
    async with open_store(url):
        pass


@pytest.mark.parametrize(
    ("written", "name"),
    [("what%3F.db", "what?.db"), ("50%25.db", "50%.db"), ("50%.db", "50%.db"), ("a#b@c:d.db",) * 2, ("ü 夢.db",) * 2],
)
async def test_a_file_and_its_lock_have_the_name_that_was_written(tmp_path: Path, written: str, name: str) -> None:
    async with open_store(f"sqlite:///{tmp_path / written}") as store:
        await store.insert(a_job())
    assert set(os.listdir(tmp_path)) == {name, f"{name}.lock"}


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL, errno.EIO])
async def test_a_folder_that_cannot_lock_files_is_not_called_a_second_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """As on a network share, whose kernel answers one of these."""

    def flock(_file: object, _operation: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    with pytest.raises(StoreUnusable, match=r"cannot lock files.*network share.*DATABASE_URL") as refused:
        async with open_store(f"sqlite:///{tmp_path / 'dailies.db'}"):
            pass
    assert os.strerror(number) in str(refused.value) and "already running" not in str(refused.value)


async def test_opening_twice_migrates_once(empty_database_url: str) -> None:
    for _ in range(2):
        async with open_store(empty_database_url) as store:
            await store.insert(a_job())
    async with open_store(empty_database_url) as store:
        assert await store.find(a_job().id)
