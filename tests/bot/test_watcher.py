"""Watching a vendor that listens: looks that find nothing touch no database, and whoever looks writes the same."""

import asyncio
import errno
import logging
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import outages
from bot.catalogue import read_catalogue
from bot.download import LinkRule
from bot.jobs import Job, Status, change
from bot.mulerun import MuleRun
from bot.store import Store
from bot.tracker.clip_fitting import ClipFitting
from bot.tracker.clips import Clips
from bot.tracker.experience import Experience
from bot.tracker.fetching import Fetching
from bot.tracker.lanes import Lanes
from bot.tracker.outcomes import Outcomes
from bot.tracker.own_jobs import OwnJobs
from bot.tracker.quiet import Quiet
from bot.tracker.verdict import UNKNOWN_AFTER
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
        outcomes = Outcomes(store, lanes)
        clips = Clips(tmp_path / "clips", store)
        fetching = Fetching(session, LinkRule(stand_in=True), clips, ClipFitting(clips, workbench), outcomes)
        watcher = Watcher(mulerun, quiet, CATALOGUE, experience, OwnJobs(store), outcomes, fetching, lanes.looking)
        yield Scene(vendor=vendor, mulerun=mulerun, store=store, lanes=lanes, watcher=watcher, clips=tmp_path / "clips")


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
    assert (due := await scene.watcher.step(job.id)) and due > time.time()
    scene.vendor.faults.next_looks(faults.status(503))
    assert await scene.watcher.step(job.id)
    scene.vendor.faults.next_looks(faults.status(404))
    assert await scene.watcher.step(job.id)
    assert not (await scene.watcher.look(job)).job


@by_whom
async def test_what_is_new_is_written_down_and_wakes_whoever_tells_of_it(scene: Scene, asked: bool) -> None:
    job = await scene.send()
    await scene.reach(job, "processing")
    await look(scene, job, asked=asked)
    assert (await scene.now(job)).status is Status.PROCESSING
    assert all(lane.knows(job.id) for lane in scene.lanes)


@by_whom
async def test_a_finished_clip_is_fetched_in_the_same_look(scene: Scene, asked: bool) -> None:
    job = await scene.send()
    await scene.reach(job, "completed")
    await look(scene, job, asked=asked)
    done = await scene.now(job)
    assert done.status is Status.COMPLETED
    assert done.parts == 1 and (scene.clips / f"{job.id}-0.mp4").stat().st_size > 0
    # nothing more is to be seen
    assert await scene.watcher.step(job.id) is None


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
    scene.vendor.faults.next_looks(*[faults.status(404)] * UNKNOWN_AFTER)
    for _ in range(UNKNOWN_AFTER - 1):
        await look(scene, job, asked=asked)
    assert await scene.now(job) == job
    await look(scene, job, asked=asked)
    lost = await scene.now(job)
    assert (lost.status, lost.reason) == (Status.FAILED, "task_unknown")


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
    assert await scene.watcher.step(job.id) is None
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
    await scene.store.update(job.id, lambda now: replace(now, worker="other"), epoch=None)
    await scene.reach(job, "processing")
    assert await scene.watcher.step(job.id) is None
    assert (await scene.now(job)).status is Status.PENDING
    assert await scene.watcher.step(job.id) is None


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
    assert await scene.now(job) == job
    assert [line.levelname for line in caplog.records] == ["ERROR"]
    assert str(scene.clips) in caplog.text
    # what is small may find room on a full disk: only a while without a failure is an end
    monkeypatch.setattr(outages, "LATELY", 0.0)
    await scene.watcher.look(job)
    assert (await scene.now(job)).status is Status.COMPLETED
    assert [line.levelname for line in caplog.records] == ["ERROR", "ERROR"]


def refuse_for_want_of_room(descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
