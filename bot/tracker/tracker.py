"""The tracker: who carries which job, woken by news, told the truth by the database."""

import asyncio
import logging
import time
from pathlib import Path
from typing import assert_never

import aiohttp
from sqlalchemy.exc import DBAPIError

from ..catalogue import Catalogue
from ..download import LinkRule
from ..jobs import Job, Status, Step, change, next_step
from ..mulerun import MuleRun
from ..store import Store
from ..workbench import Workbench
from .lane import Lane
from .outcomes import Outcomes, only_from, persist
from .pictures import Pictures
from .quiet import Quiet
from .sender import Sender
from .teller import Teller
from .watcher import Watcher

log = logging.getLogger(__name__)

# A worker says this often that it lives, and is taken for dead after this long; seconds.
BEAT_EVERY = 5.0
DEAD_AFTER = 30.0


class Tracker:
    """One per process; `worker` names the process in the database."""

    def __init__(
        self,
        *,
        worker: str,
        store: Store,
        mulerun: MuleRun,
        session: aiohttp.ClientSession,
        catalogue: Catalogue,
        workbench: Workbench,
        data_dir: Path,
        max_active: int,
        link_rule: LinkRule,
    ) -> None:
        self.worker = worker
        self.beat_at = 0.0
        self._store = store
        self._max_active = max_active
        self.work = Lane("work", self._work, width=64)
        self._outcomes = Outcomes(store, self.wake)
        quiet = Quiet()
        self._sender = Sender(
            worker=worker,
            store=store,
            mulerun=mulerun,
            catalogue=catalogue,
            outcomes=self._outcomes,
            quiet=quiet,
            max_active=max_active,
        )
        self._watcher = Watcher(
            mulerun=mulerun,
            session=session,
            catalogue=catalogue,
            outcomes=self._outcomes,
            quiet=quiet,
            clips=data_dir / "clips",
            link_rule=link_rule,
        )
        self._pictures = Pictures(
            store=store, session=session, catalogue=catalogue, workbench=workbench, outcomes=self._outcomes
        )
        self._teller = Teller(self._outcomes, self._mine, self._discard_clips)
        # most of those in hand wait for their channel's turn
        self.saying = Lane("say", self._teller.say, width=512)
        self.drawing = Lane("draw", self._teller.draw, width=512)
        self.on_show = self._teller.on_show
        self.look = self._watcher.look
        self.clip_file = self._watcher.clip_file

    @property
    def lanes(self) -> tuple[Lane, ...]:
        return self.work, self.saying, self.drawing

    def wake(self, job_id: str) -> None:
        """Something about the job changed in the database."""
        for lane in self.lanes:
            lane.wake(job_id)
        self._sender.wake()

    async def place_in_line(self, job: Job) -> int | None:
        """The job's place among those that wait for the vendor to have room; None when it need not wait."""
        return await self._store.place_in_line(job.id, self._max_active)

    async def run(self) -> None:
        """Until cancelled. An exception out of here is a fault of the program: the process must end and start anew."""
        # before anything is claimed: the others take a worker without a beat for dead
        await persist(self._beat)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_beating(), name="beat")
            tasks.create_task(self._sender.run(), name="line")
            for lane in self.lanes:
                tasks.create_task(lane.run(), name=f"{lane.name} lane")
            # lanes and line return when they are stopped; until somebody cancels, the tracker is not over
            await asyncio.Event().wait()

    async def drain(self) -> None:
        """Take up nothing new; wait until the POST in flight and every step in hand are written down."""
        self._teller.stop()
        await asyncio.gather(self._sender.stop(), *(lane.stop() for lane in self.lanes))

    async def _keep_beating(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY)
            try:
                await self._beat()
            except (DBAPIError, OSError) as error:
                log.warning("The database does not answer: %s", type(error).__name__)

    async def _beat(self) -> None:
        now = time.time()
        await self._store.beat(self.worker, now)
        self.beat_at = now
        dead_since = now if self._store.is_exclusive else now - DEAD_AFTER
        for job_id in await self._store.adopt(self.worker, dead_since):
            self.wake(job_id)
        for job_id in await self._store.lagging(self.worker):
            for lane in self.lanes:
                if not lane.knows(job_id):
                    lane.wake(job_id)

    async def _work(self, job_id: str) -> float | None:
        job = await self._mine(job_id)
        if job is None:
            return None
        if job.status is Status.SUBMITTING and self._sender.may_be_sending(job_id):
            return time.time() + BEAT_EVERY
        match next_step(job):
            case None:
                return None
            case Step.READ:
                return await self._pictures.read(job)
            case Step.FIT:
                await self._pictures.fit(job)
                self._sender.wake()
                return None
            case Step.DOUBT:
                # whoever sent this job is gone, and the answer with it
                await self._outcomes.write(job, only_from((Status.SUBMITTING,), _interrupted))
                return None
            case Step.LOOK:
                return await self._watcher.step(job)
            case step:
                assert_never(step)

    async def _mine(self, job_id: str) -> Job | None:
        job = await self._store.find(job_id)
        return job if job and job.worker == self.worker else None

    def _discard_clips(self, job: Job) -> None:
        """Discord has them now."""
        for part in range(len(job.clips)):
            self.clip_file(job, part).unlink(missing_ok=True)


def _interrupted(job: Job) -> Job:
    return change(job, time.time(), Status.UNCONFIRMED, reason="interrupted")
