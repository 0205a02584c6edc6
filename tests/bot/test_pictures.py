"""A job's picture where no child can be made to look at it: waited for, and at last told of as what it is."""

import errno
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import NoReturn

import aiohttp
import pytest

from bot.catalogue import read_catalogue
from bot.jobs import Job, PictureState, Status
from bot.reasons import Reason
from bot.store import Store
from bot.tracker.lanes import Lanes
from bot.tracker.outcomes import Outcomes
from bot.tracker.own_jobs import OwnJobs
from bot.tracker.pictures import AGAIN_AFTER, PATIENCE, Pictures
from bot.tracker.quiet import Quiet
from bot.workbench import Workbench
from tests.jobs import a_job
from tests.pictures import jpeg


@dataclass(frozen=True, kw_only=True)
class Scene:
    store: Store
    pictures: Pictures

    async def job(self, *, age: float = 0.0) -> Job:
        began = time.time() - age
        job = a_job(created_at=began, status_since=began, picture=PictureState.READ)
        await self.store.insert(job, jpeg())
        return job

    async def now(self, job: Job) -> tuple[Status, PictureState, Reason | None]:
        found = await self.store.find(job.id)
        assert found
        return found.status, found.picture, found.reason


@pytest.fixture
async def scene(store: Store, workbench: Workbench) -> AsyncIterator[Scene]:
    lanes = Lanes(Quiet())
    async with aiohttp.ClientSession() as session:
        pictures = Pictures(
            store=store,
            session=session,
            catalogue=read_catalogue(),
            workbench=workbench,
            outcomes=Outcomes(store, OwnJobs(store, lanes), lanes),
        )
        yield Scene(store=store, pictures=pictures)


def refuse(*_: object) -> NoReturn:
    raise OSError(errno.EAGAIN, "Resource temporarily unavailable")


async def test_a_picture_is_fitted_when_a_child_can_be_made_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await scene.job()
    with monkeypatch.context() as patch:
        patch.setattr("bot.workbench._start", refuse)
        again = await scene.pictures.fit(job)
        assert again and again <= time.time() + AGAIN_AFTER + 1
        assert await scene.now(job) == (Status.QUEUED, PictureState.READ, None)
    assert await scene.pictures.fit(job) is None
    assert await scene.now(job) == (Status.QUEUED, PictureState.FITTED, None)


async def test_a_picture_that_is_waited_for_in_vain_is_not_called_damaged(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await scene.job(age=PATIENCE + 1)
    monkeypatch.setattr("bot.workbench._start", refuse)
    assert await scene.pictures.fit(job) is None
    assert await scene.now(job) == (Status.FAILED, PictureState.READ, Reason.PICTURE_UNREAD)
