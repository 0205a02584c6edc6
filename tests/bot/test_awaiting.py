"""Awaiting the clip of another job: how that one has to stand, and its last frame taken, on each real database."""

import io
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.awaiting import BROUGHT_WITHIN, Before, stands
from bot.catalogue import read_catalogue
from bot.jobs import Decision, Job, PictureState, Status, failed
from bot.reasons import Reason
from bot.store import Store
from bot.tracker.clips import Clips
from bot.tracker.going_on import GoingOn
from bot.tracker.lanes import Lanes
from bot.tracker.outcomes import Outcomes
from bot.tracker.own_jobs import OwnJobs
from bot.tracker.pictures import AGAIN_AFTER
from bot.tracker.quiet import Quiet
from bot.video_request import VideoRequest
from bot.workbench import Workbench
from tests.clips import make_clip
from tests.jobs import REQUEST, a_job

NOW = 10_000.0
LATE = NOW - BROUGHT_WITHIN - 1
COMES = {Status.IN_REVIEW, Status.QUEUED, Status.SUBMITTING, Status.PENDING, Status.PROCESSING, Status.HELD}
MAY_COME = {Status.UNCONFIRMED, Status.EXPIRED, Status.UNFOLLOWED}


def parent(status: Status, **fields: Any) -> Job:
    return a_job(1, status=status, **{"status_since": NOW - 5, **fields})


def child(**fields: Any) -> Job:
    plain = {"picture": PictureState.AWAITED, "parent_id": a_job(1).id, "status_since": LATE}
    return a_job(2, **{**plain, **fields})


@pytest.mark.parametrize("status", Status)
def test_how_the_clip_stands_that_a_job_goes_on_from(status: Status) -> None:
    expected = {Status.COMPLETED: Before.THERE, Status.DELETED: Before.GONE}
    comes = status in COMES | MAY_COME
    stood = expected.get(status, Before.TO_COME if comes else Before.FAILED)
    assert stands(child(), parent(status), NOW) is stood


@pytest.mark.parametrize("status", Status)
def test_an_hour_later_only_what_hangs_on_a_person_is_given_up(status: Status) -> None:
    before, later = (stands(child(), parent(status, status_since=since), NOW) for since in (NOW, LATE))
    assert later is (Before.FAILED if status in MAY_COME else before)
    # whoever asked for it since has the hour, too
    assert stands(child(status_since=NOW), parent(status, status_since=LATE), NOW) is before


@pytest.mark.parametrize(
    ("fields", "stood"),
    [
        ({"task_id": "t", "reason": Reason.PROVIDER}, Before.TO_COME),
        ({"task_id": "t", "reason": Reason.CONTENT}, Before.FAILED),
        ({"reason": Reason.KEY}, Before.FAILED),
        ({"task_id": "t", "reason": Reason.PROVIDER, "status_since": LATE}, Before.FAILED),
    ],
)
def test_what_failed_may_yet_be_found(fields: dict[str, Any], stood: Before) -> None:
    assert stands(child(), parent(Status.FAILED, **fields), NOW) is stood


@pytest.mark.parametrize("decided", [Decision.LEFT, Decision.SENT_AGAIN])
def test_what_was_decided_about_is_not_waited_for(decided: Decision) -> None:
    assert stands(child(), parent(Status.UNCONFIRMED, decided=decided), NOW) is Before.FAILED


@pytest.mark.parametrize("status", Status)
def test_of_what_was_emptied_nothing_comes(status: Status) -> None:
    assert stands(child(), parent(status, emptied_at=NOW), NOW) is Before.GONE
    assert stands(child(), None, NOW) is Before.GONE


# --- and its last frame


@dataclass(frozen=True, kw_only=True)
class Scene:
    store: Store
    lanes: Lanes
    clips: Clips
    going_on: GoingOn

    async def made(self, *, parts: int = 1, **fields: Any) -> Job:
        """A job that is done, and its clips on this disk; the last of them ends red."""
        links = tuple(f"https://x/{part}" for part in range(parts))
        job = a_job(1, status=Status.COMPLETED, status_since=time.time(), links=links, **fields)
        await self.store.insert(job)
        for part in range(parts):
            colour = (200, 0, 0) if part == parts - 1 else (0, 0, 200)
            make_clip(self.clips.file(job, part), size=(180, 320), seconds=0.5, last=colour)
        return job

    async def awaiting(self, **fields: Any) -> Job:
        job = child(**{"status_since": time.time(), **fields})
        await self.store.insert(job)
        return job

    async def now(self, job: Job) -> Job:
        found = await self.store.find(job.id)
        assert found
        return found


@pytest.fixture
def scene(store: Store, workbench: Workbench, tmp_path: Path) -> Scene:
    lanes, clips = Lanes(Quiet()), Clips(tmp_path, store)
    going_on = GoingOn(store, read_catalogue(), workbench, Outcomes(store, OwnJobs(store, lanes), lanes), lanes, clips)
    return Scene(store=store, lanes=lanes, clips=clips, going_on=going_on)


UNSIZED = VideoRequest(
    model=REQUEST.model, prompt="It goes on", seconds=4, size="1280x720", size_given=False, fit=REQUEST.fit
)


async def test_the_last_frame_of_the_last_clip_becomes_the_picture(scene: Scene) -> None:
    await scene.made(parts=2, spoiler=True)
    job = await scene.awaiting(request=UNSIZED)
    again = await scene.going_on.read(job)
    assert again and again <= time.time()
    now, picture = await scene.now(job), await scene.store.picture(job.id)
    assert (now.status, now.picture, now.spoiler, now.request.size) == (
        Status.QUEUED,
        PictureState.READ,
        True,
        "720x1280",
    )
    assert picture
    with Image.open(io.BytesIO(picture)) as frame:
        red, green, blue = frame.convert("RGB").getpixel((90, 160))  # type: ignore[misc]  # three of RGB
    assert red > 150 > 100 > max(green, blue)


async def test_a_size_that_was_chosen_stays_and_the_job_s_patience_begins_anew(scene: Scene) -> None:
    await scene.made()
    job = await scene.awaiting(status_since=1000.0)
    await scene.going_on.read(job)
    now = await scene.now(job)
    assert now.request.size == REQUEST.size and now.status_since > time.time() - 60


async def test_what_waits_for_a_moderator_has_its_picture_too(scene: Scene) -> None:
    await scene.made()
    job = await scene.awaiting(status=Status.IN_REVIEW, under_review=True, unapproved=True)
    await scene.going_on.read(job)
    now = await scene.now(job)
    assert (now.status, now.picture, now.status_since) == (Status.IN_REVIEW, PictureState.READ, job.status_since)


async def test_a_clip_that_is_not_made_is_waited_for_and_news_of_it_wake_the_one_that_waits(scene: Scene) -> None:
    await scene.store.insert(a_job(1, status=Status.PROCESSING))
    job = await scene.awaiting(status_since=1000.0)
    again = await scene.going_on.read(job)
    assert again and time.time() < again <= time.time() + AGAIN_AFTER
    assert await scene.now(job) == job and not scene.lanes.work.knows(job.id)
    scene.lanes.wake(a_job(1).id, reviewed=False)
    assert scene.lanes.work.knows(job.id)


async def test_a_clip_that_nobody_could_post_yet_is_read_where_it_is_kept(scene: Scene) -> None:
    made = await scene.made()
    job = await scene.awaiting()
    await scene.store.keep_clip(made.id, 0, scene.clips.file(made, 0))
    scene.clips.file(made, 0).unlink()
    await scene.going_on.read(job)
    assert (await scene.now(job)).picture is PictureState.READ


async def test_a_clip_that_is_on_another_s_disk_is_waited_for_until_it_is_posted(scene: Scene) -> None:
    made = await scene.made()
    job = await scene.awaiting()
    scene.clips.file(made, 0).unlink()
    assert await scene.going_on.read(job)
    assert await scene.now(job) == job
    # its message was deleted before it could be written down
    await scene.store.update(made.id, lambda now: _told(now), epoch=None)
    assert await scene.going_on.read(job) is None
    assert (await scene.now(job)).reason is Reason.BEFORE_GONE


async def test_what_is_no_clip_is_nothing_to_go_on_from(scene: Scene) -> None:
    made = await scene.made()
    scene.clips.file(made, 0).write_bytes(b"no clip")
    job = await scene.awaiting()
    assert await scene.going_on.read(job) is None
    now = await scene.now(job)
    assert (now.status, now.reason) == (Status.FAILED, Reason.BEFORE_GONE)


async def test_a_job_that_goes_on_from_another_by_now_is_not_given_up(scene: Scene) -> None:
    """It was loaded before somebody had the one before it sent again."""
    await scene.store.insert(a_job(1, status=Status.CANCELLED))
    job = await scene.awaiting()
    await scene.store.insert(a_job(3))
    moved = await scene.store.update(job.id, lambda now: _of(now, a_job(3).id), epoch=None)
    assert await scene.going_on.read(job) is None and await scene.now(job) == moved
    assert moved and await scene.going_on.read(moved)
    await scene.store.update(a_job(3).id, lambda now: failed(now, 5.0, Reason.KEY), epoch=None)
    await scene.going_on.read(moved)
    assert (await scene.now(job)).reason is Reason.BEFORE_FAILED


def _told(job: Job) -> Job:
    return Job(**{**vars(job), "shown": Status.COMPLETED})


def _of(job: Job, parent_id: str) -> Job:
    return Job(**{**vars(job), "parent_id": parent_id})
