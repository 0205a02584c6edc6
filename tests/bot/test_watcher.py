"""Watching a vendor that listens: looks that find nothing touch no database, and whoever looks writes the same."""

import asyncio
import errno
import logging
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import outages
from bot.catalogue import read_catalogue
from bot.download import LinkRule
from bot.jobs import CLIP_LIFE, Job, Status, change, may_look, needs_drawing
from bot.look_budget import LookBudget
from bot.mulerun import MuleRun
from bot.reasons import Reason
from bot.store import Store
from bot.tracker.clip_fitting import ClipFitting
from bot.tracker.clips import Clips
from bot.tracker.experience import Experience
from bot.tracker.fetching import NO_VIDEO_FOR, Fetching
from bot.tracker.hopeless import Hopeless
from bot.tracker.lanes import Lanes
from bot.tracker.outcomes import Outcomes
from bot.tracker.own_jobs import OwnJobs
from bot.tracker.quiet import Quiet
from bot.tracker.verdict import UNKNOWN_FOR
from bot.tracker.watcher import Watcher
from bot.workbench import Workbench
from sandbox.mulerun import MuleRun as Vendor
from sandbox.mulerun import faults
from tests.clips import make_clip
from tests.jobs import REQUEST, a_job

CATALOGUE = read_catalogue()
SORA = CATALOGUE.default


@dataclass(frozen=True, kw_only=True)
class Scene:
    vendor: Vendor
    mulerun: MuleRun
    store: Store
    lanes: Lanes
    watcher: Watcher
    hopeless: Hopeless
    budget: LookBudget
    clips: Path

    async def send(self, *, age: float = 0.0, **fields: Any) -> Job:
        """A job that the vendor has, and that is watched."""
        task = await self.mulerun.submit(SORA, REQUEST, None)
        at = time.time() - age
        sent = {"status": Status.PENDING, "status_since": at, "submitted_at": at, "task_path": SORA.path}
        job = a_job(**{**sent, "task_id": task.id, **fields})
        await self.store.insert(job)
        self.watcher.watch(job)
        return job

    async def reach(self, job: Job, word: str) -> None:
        """Have the vendor's time pass until that is how it calls the job's task."""
        task = self.vendor.ledger.tasks[job.task_id or ""]
        while task.states[-1].word != word:
            self.vendor.clock.skip(50)
            await asyncio.sleep(0.01)

    async def now(self, job: Job) -> Job:
        found = await self.store.find(job.id)
        assert found
        return found


@pytest.fixture
async def scene(store: Store, tmp_path: Path, workbench: Workbench) -> AsyncIterator[Scene]:
    clip = make_clip(tmp_path / "clip.mp4").read_bytes()
    async with Vendor(pending=100, processing=100, clip=clip) as vendor, aiohttp.ClientSession() as session:
        mulerun = MuleRun(session, session, vendor.base_url, vendor.api_key)
        quiet, experience = Quiet(), Experience(CATALOGUE)
        lanes = Lanes(quiet)
        jobs = OwnJobs(store, lanes)
        outcomes = Outcomes(store, jobs, lanes)
        clips = Clips(tmp_path / "clips", store)
        fetching = Fetching(session, LinkRule(stand_in=True), clips, ClipFitting(clips, workbench), outcomes)
        budget = LookBudget(60_000)
        watcher = Watcher(mulerun, quiet, CATALOGUE, experience, jobs, outcomes, fetching, lanes.looking, budget)
        yield Scene(
            vendor=vendor,
            mulerun=mulerun,
            store=store,
            lanes=lanes,
            watcher=watcher,
            hopeless=Hopeless(jobs, outcomes),
            budget=budget,
            clips=tmp_path / "clips",
        )


async def look(scene: Scene, job: Job, *, asked: bool) -> None:
    """By a person who asks, or because it is due."""
    if asked:
        await scene.watcher.look(job)
    else:
        await scene.watcher.step(job.id)


by_whom = pytest.mark.parametrize("asked", [False, True], ids=["due", "asked"])


async def nothing(work: object) -> None:
    raise AssertionError("the database was touched")


async def test_a_look_that_finds_nothing_new_touches_no_database(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    job = await scene.send()
    monkeypatch.setattr(scene.store.database, "read", nothing)
    monkeypatch.setattr(scene.store.database, "write", nothing)
    await scene.watcher.step(job.id)
    scene.vendor.faults.next_looks(faults.status(503))
    await scene.watcher.step(job.id)
    scene.vendor.faults.next_looks(faults.status(404))
    await scene.watcher.step(job.id)
    assert not (await scene.watcher.look(job)).job
    assert len(scene.vendor.ledger.visits) == 5 and len(scene.watcher) == 1, "it is looked at further"


@by_whom
async def test_what_is_new_is_written_down_and_wakes_whoever_tells_of_it(scene: Scene, asked: bool) -> None:
    job = await scene.send(card_id=7)
    await scene.reach(job, "processing")
    await look(scene, job, asked=asked)
    assert (await scene.now(job)).status is Status.PROCESSING
    # moderators have nothing to hear of it
    woken = [lane for lane in scene.lanes if lane.knows(job.id)]
    assert woken == [scene.lanes.work, scene.lanes.saying, scene.lanes.drawing]
    assert len(scene.watcher) == 1


@by_whom
async def test_a_finished_clip_is_fetched_in_the_same_look(scene: Scene, asked: bool) -> None:
    job = await scene.send()
    await scene.reach(job, "completed")
    await look(scene, job, asked=asked)
    done = await scene.now(job)
    assert done.status is Status.COMPLETED
    assert done.parts == 1 and (scene.clips / f"{job.id}-0.mp4").stat().st_size > 0
    # nothing more is to be seen
    await scene.watcher.step(job.id)
    assert len(scene.watcher) == 0


@by_whom
@pytest.mark.parametrize("age", [SORA.longest, 2 * SORA.longest], ids=["longest", "twice that"])
async def test_an_overdue_job_is_given_up(scene: Scene, age: float, asked: bool) -> None:
    job = await scene.send(age=age)
    await look(scene, job, asked=asked)
    given_up = await scene.now(job)
    assert (given_up.status, given_up.late) == (Status.EXPIRED, age > SORA.longest)


@by_whom
async def test_a_task_that_stays_unknown_is_believed(scene: Scene, asked: bool) -> None:
    job = await scene.send()
    scene.vendor.faults.next_looks(*[faults.status(404)] * 10)
    for _ in range(9):
        await look(scene, job, asked=asked)
    assert await scene.now(job) == job, "how often it was looked at is nothing: a vendor that is updated says the same"
    scene.watcher._unknown_since[job.id] -= UNKNOWN_FOR
    await look(scene, job, asked=asked)
    lost = await scene.now(job)
    assert (lost.status, lost.reason) == (Status.FAILED, "task_unknown")
    # a person who asks again is told what the vendor says by now
    looked = await scene.watcher.look(lost)
    assert looked.job and (looked.job.status, looked.job.reason) == (Status.PROCESSING, None)


# What a storage may say of a clip that it does not have yet, and what the vendor itself may.
NOT_YET = {
    "no such file": faults.status(404),
    "forbidden": faults.status(403),
    "away": faults.status(503),
    "a page in its place": faults.html(200),
    "cut short": faults.reset(accepted=True),
}


@by_whom
@pytest.mark.parametrize("fault", NOT_YET.values(), ids=NOT_YET)
async def test_a_clip_that_is_not_to_be_had_yet_is_tried_again_until_it_is(
    scene: Scene, fault: faults.Fault, asked: bool
) -> None:
    """Three looks within seconds were believed, and a clip that was paid for was given up."""
    job = await scene.send()
    await scene.reach(job, "completed")
    scene.vendor.faults.next_downloads(*[fault] * 9)
    for _ in range(9):
        await look(scene, await scene.now(job), asked=asked)
    late = await scene.now(job)
    assert (late.status, late.wait) == (Status.PROCESSING, Reason.CLIP_LATE)
    await look(scene, late, asked=asked)
    done = await scene.now(job)
    assert (done.status, done.wait, done.waiting_since) == (Status.COMPLETED, None, None)


@pytest.mark.parametrize(
    ("waited", "status", "reason"),
    [
        (CLIP_LIFE - 60, Status.PROCESSING, None),
        (CLIP_LIFE + 60, Status.FAILED, Reason.CLIP_LOST),
    ],
)
async def test_a_clip_is_lost_when_it_was_not_to_be_had_for_as_long_as_its_link_lives(
    scene: Scene, waited: float, status: Status, reason: Reason | None
) -> None:
    late: dict[str, Any] = {
        "status": Status.PROCESSING,
        "wait": Reason.CLIP_LATE,
        "waiting_since": time.time() - waited,
    }
    job = await scene.send(**late)
    await scene.reach(job, "completed")
    scene.vendor.faults.next_downloads(faults.status(404), faults.status(404))
    await scene.watcher.step(job.id)
    after = await scene.now(job)
    assert (after.status, after.reason) == (status, reason)
    if after.status is Status.FAILED:
        assert may_look(after)
        await scene.watcher.look(after)
        late_again = await scene.now(job)
        assert late_again.wait is Reason.CLIP_LATE, "somebody asked, so it is tried again"
        scene.watcher.watch(late_again)
        await scene.watcher.step(job.id)
        assert (await scene.now(job)).status is Status.COMPLETED


async def test_a_task_that_is_done_without_a_clip_may_get_one(scene: Scene) -> None:
    """One answer with an empty list of videos ended it."""
    job = await scene.send()
    await scene.reach(job, "completed")
    named = scene.vendor.ledger.tasks[job.task_id or ""].videos
    links = list(named)
    named.clear()
    await scene.watcher.step(job.id)
    late = await scene.now(job)
    assert (late.status, late.wait) == (Status.PROCESSING, Reason.CLIP_LATE)
    named.extend(links)
    await scene.watcher.step(job.id)
    assert (await scene.now(job)).status is Status.COMPLETED


async def test_a_task_that_stays_without_a_clip_is_believed_in_the_end(scene: Scene) -> None:
    waiting_since = time.time() - NO_VIDEO_FOR - 1
    job = await scene.send(status=Status.PROCESSING, wait=Reason.CLIP_LATE, waiting_since=waiting_since)
    await scene.reach(job, "completed")
    scene.vendor.ledger.tasks[job.task_id or ""].videos.clear()
    await scene.watcher.step(job.id)
    lost = await scene.now(job)
    assert (lost.status, lost.reason) == (Status.FAILED, Reason.NO_VIDEO)


ODD_TIMES = {
    "the first year": datetime(1, 1, 1, tzinfo=UTC),
    "before the first year": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
    "an hour ago": datetime.now(UTC) - timedelta(hours=1),
    "in an hour": datetime.now(UTC) + timedelta(hours=1),
    "the last year": datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-14))),
}


@pytest.mark.parametrize("said_at", ODD_TIMES.values(), ids=ODD_TIMES)
async def test_a_vendor_whose_clock_is_off_costs_no_clip(scene: Scene, said_at: datetime) -> None:
    """The first 503 of a storage was the end of a clip that the vendor said was made in the year 1."""
    job = await scene.send()
    await scene.reach(job, "completed")
    states = scene.vendor.ledger.tasks[job.task_id or ""].states
    states[-1] = replace(states[-1], at=said_at)
    scene.vendor.faults.next_downloads(faults.status(503))
    await scene.watcher.step(job.id)
    await scene.watcher.step(job.id)
    done = await scene.now(job)
    assert done.status is Status.COMPLETED
    assert done.made_at == pytest.approx(time.time(), abs=30), "people are told until when the link lives"


async def test_what_the_vendor_said_no_to_is_not_asked_about_again(scene: Scene) -> None:
    job = await scene.send(status=Status.FAILED, reason=Reason.CONTENT)
    assert not may_look(job)
    assert may_look(replace(job, reason=Reason.PROVIDER))
    assert not may_look(replace(job, reason=Reason.PROVIDER, task_id=None)), "it never reached the vendor"


async def test_an_outage_is_no_answer_and_quietens_all(scene: Scene) -> None:
    job = await scene.send()
    scene.vendor.faults.next_looks(faults.status(429, retry_after=60))
    looked = await scene.watcher.look(job)
    assert (looked.job, looked.answered) == (None, False)
    assert (await scene.watcher.look(job)).answered


async def test_what_somebody_left_in_the_meantime_stays_left(scene: Scene) -> None:
    job = await scene.send()
    await scene.store.update(job.id, lambda now: change(now, time.time(), Status.UNFOLLOWED), epoch=None)
    await scene.reach(job, "completed")
    await scene.watcher.step(job.id)
    assert len(scene.watcher) == 0
    assert (await scene.now(job)).status is Status.UNFOLLOWED
    assert not list(scene.clips.glob("*"))


async def test_whoever_asks_about_a_job_that_was_left_gets_its_clip(scene: Scene) -> None:
    job = await scene.send(status=Status.UNFOLLOWED)
    await scene.reach(job, "completed")
    scene.vendor.faults.next_downloads(faults.status(503))
    await scene.watcher.look(job)
    # made, but not here yet: it is followed again
    followed = await scene.now(job)
    assert followed.status is Status.PROCESSING
    await scene.watcher.look(followed)
    assert (await scene.now(job)).status is Status.COMPLETED


async def test_a_job_of_another_worker_is_let_go(scene: Scene) -> None:
    job = await scene.send()
    await scene.store.update(job.id, lambda now: replace(now, worker="other", epoch=now.epoch + 1), epoch=None)
    await scene.reach(job, "processing")
    await scene.watcher.step(job.id)
    assert (await scene.now(job)).status is Status.PENDING
    assert len(scene.watcher) == 0


async def test_a_full_disk_is_an_error_said_once_and_so_is_its_end(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.tracker.fetching")
    job = await scene.send(status=Status.PROCESSING)
    await scene.reach(job, "completed")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse_for_want_of_room)
        for _ in range(3):
            await scene.watcher.look(job)
    assert (await scene.now(job)).wait is Reason.CLIP_LATE
    assert [line.levelname for line in caplog.records] == ["ERROR"]
    assert str(scene.clips) in caplog.text
    # what is small may find room on a full disk: only a while without a failure is an end
    monkeypatch.setattr(outages, "LATELY", 0.0)
    await scene.watcher.look(job)
    assert (await scene.now(job)).status is Status.COMPLETED
    assert [line.levelname for line in caplog.records] == ["ERROR", "ERROR"]


def refuse_for_want_of_room(descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


POISON = {
    "sqlite": """CREATE TRIGGER poison BEFORE UPDATE ON jobs WHEN NEW.detail LIKE '%poison%'
        BEGIN SELECT RAISE(ABORT, 'poison'); END""",
    "postgresql": "ALTER TABLE jobs ADD CONSTRAINT poison CHECK (detail NOT LIKE '%poison%')",
}


async def test_a_job_whose_end_no_database_takes_ends_all_the_same(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It was looked at for ever, and kept its place at the vendor: ten of them stopped the bot."""
    monkeypatch.setattr("bot.tracker.lane.backoff", lambda _: 0.0)
    monkeypatch.setattr("bot.tracker.lane.HOPELESS_FOR", 0.0)
    statement = POISON["sqlite" if scene.store.is_exclusive else "postgresql"]
    await scene.store._write(lambda db: db.exec_driver_sql(statement) and None)
    job = await scene.send()
    await scene.reach(job, "completed")
    task = scene.vendor.ledger.tasks[job.task_id or ""]
    scene.vendor.ledger.enter(task, "failed")
    task.error["detail"] = "poison"
    scene.lanes.looking.wake(job.id)
    running = asyncio.create_task(scene.lanes.looking.run(scene.watcher.step, scene.hopeless.end))
    try:
        async with asyncio.timeout(30):
            while (await scene.now(job)).status is not Status.FAILED:  # noqa: ASYNC110  # it is the row that tells
                await asyncio.sleep(0.05)
    finally:
        await scene.lanes.looking.stop()
        await running
    ended = await scene.now(job)
    assert (ended.reason, ended.detail) == (Reason.FAULT, None)
    assert may_look(ended), "it has a task, of which the vendor may have made a clip"
    assert "It cannot be carried on" in caplog.text


@pytest.mark.parametrize(
    ("status", "after"),
    [
        (Status.QUEUED, Status.FAILED),
        (Status.SUBMITTING, Status.UNCONFIRMED),
        (Status.PROCESSING, Status.FAILED),
        (Status.EXPIRED, Status.FAILED),
        (Status.COMPLETED, Status.COMPLETED),
        (Status.CANCELLED, Status.CANCELLED),
    ],
)
async def test_what_becomes_of_a_job_that_cannot_be_carried_on(scene: Scene, status: Status, after: Status) -> None:
    job = a_job(status=status)
    await scene.store.insert(job)
    await scene.hopeless.end(job.id)
    assert (await scene.now(job)).status is after


@pytest.mark.parametrize(("status", "shown"), [(Status.FAILED, Status.FAILED), (Status.COMPLETED, None)])
async def test_news_that_cannot_be_told_are_left_but_for_a_clip(
    scene: Scene, status: Status, shown: Status | None
) -> None:
    job = a_job(status=status, card_id=7)
    await scene.store.insert(job)
    again_at = await scene.hopeless.leave_unsaid(job.id)
    assert (again_at is None) == (shown is not None)
    assert (await scene.now(job)).shown is shown
    await scene.hopeless.leave_undrawn(job.id)
    assert not needs_drawing(await scene.now(job))


class Turns:
    """The watcher's own work beside its lane, while the block runs."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    async def __aenter__(self) -> None:
        lane, watcher = self._scene.lanes.looking, self._scene.watcher
        self._running = [
            asyncio.create_task(watcher.run()),
            asyncio.create_task(lane.run(watcher.step, Hopeless(watcher._jobs, watcher._outcomes).end)),
        ]

    async def __aexit__(self, *_: object) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


def looks_made(scene: Scene) -> int:
    return sum(visit.method == "GET" and "/results/" not in visit.path for visit in scene.vendor.ledger.visits)


async def test_a_job_is_looked_at_when_its_turn_comes(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene.watcher, "_model", lambda _: replace(SORA, poll_floor=0.02))
    job = await scene.send(age=300.0)
    async with Turns(scene), asyncio.timeout(30):
        await scene.vendor.ledger.until(lambda _: looks_made(scene) >= 3)
        await scene.reach(job, "completed")
        while (await scene.now(job)).status is not Status.COMPLETED:  # noqa: ASYNC110  # it is the row that tells
            await asyncio.sleep(0.02)
    assert len(scene.watcher) == 0


async def test_no_job_is_looked_at_before_its_floor_is_over_but_for_news(scene: Scene) -> None:
    job = await scene.send(age=300.0)
    async with Turns(scene), asyncio.timeout(30):
        await asyncio.sleep(0.3)
        assert looks_made(scene) == 0
        assert scene.watcher.hear(job.task_id or "")
        await scene.vendor.ledger.until(lambda _: looks_made(scene) == 1)
        assert not scene.watcher.hear("another task")
        await asyncio.sleep(0.3)
    assert looks_made(scene) == 1, "news are heard once"


async def test_looks_are_counted_whoever_wants_them(scene: Scene) -> None:
    before = scene.budget.free_at
    job = await scene.send()
    await scene.watcher.look(job)
    asked = scene.budget.free_at
    await scene.watcher.step(job.id)
    assert before < asked < scene.budget.free_at


async def test_a_vendor_that_has_too_much_to_do_is_asked_less(scene: Scene) -> None:
    job = await scene.send()
    whole = scene.budget.per_second(time.monotonic())
    scene.vendor.faults.next_looks(faults.status(503))
    await scene.watcher.look(job)
    assert scene.budget.per_second(time.monotonic()) == whole, "that is an outage, and waited out"
    scene.vendor.faults.next_looks(faults.status(429))
    await scene.watcher.look(job)
    assert scene.budget.per_second(time.monotonic()) == pytest.approx(whole / 2, rel=0.01)


async def test_a_slow_vendor_is_asked_less(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.tracker.watcher.SLOW", 0.1)
    job = await scene.send()
    whole = scene.budget.per_second(time.monotonic())
    scene.vendor.faults.next_looks(faults.slow(0.2))
    await scene.watcher.look(job)
    assert scene.budget.per_second(time.monotonic()) == pytest.approx(whole / 2, rel=0.01)


async def test_what_is_written_of_a_job_postpones_no_look(scene: Scene) -> None:
    job = await scene.send(age=300.0)
    planned = scene.watcher._queue._entries[job.id]
    scene.watcher.watch(await scene.now(job))
    assert scene.watcher._queue._entries[job.id] is planned
