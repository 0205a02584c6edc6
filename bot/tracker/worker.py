"""This worker among the others: it says that it lives, and takes up its own jobs and those of the dead."""

import asyncio
import logging

from .. import clock
from ..jobs import Job, Step, next_step
from ..outages import unless_away
from ..retry import nap
from ..store import TASK, Store
from .drawer import Drawer
from .lanes import Lanes
from .own_jobs import OwnJobs
from .persistence import persist
from .watcher import Watcher

log = logging.getLogger(__name__)

# A worker says this often that it lives, and is taken for dead after this long; seconds.
BEAT_EVERY = 5.0
DEAD_AFTER = 30.0
# So far may our clock and the database's be apart, seconds; what is more is a jump, of one that was put right or of a
# machine that slept.
APART = 5.0
# Jobs are taken over and taken up in batches: neither the database nor those who wait for an answer are held up by one.
BATCH = 250


class Worker:
    """`beat_at` is when it last said that it lives, unix seconds; `workers` how many do, this one among them."""

    def __init__(self, store: Store, jobs: OwnJobs, lanes: Lanes, watcher: Watcher, drawer: Drawer) -> None:
        self.beat_at = 0.0
        self.workers = 1
        self._store = store
        self._jobs = jobs
        self._lanes = lanes
        self._watcher = watcher
        self._drawer = drawer
        self._news = asyncio.Event()

    async def join(self) -> None:
        """Say that this worker lives, before it takes up anything: the others take one without a beat for dead."""
        clock.set_to(clock.now() + await persist(self._store.ahead))
        await persist(self._store.beat)

    async def run(self) -> None:
        """Until cancelled."""
        await persist(lambda: self._beat(strays=True))
        while True:
            await nap(self._news, BEAT_EVERY)
            with unless_away():
                await self._beat()

    def hear(self, said: str) -> None:
        """What another process said: a job that it changed, a task that there is news of, nothing when it leaves."""
        if said.startswith(TASK):
            self._watcher.hear(said.removeprefix(TASK))
        elif said:
            self._jobs.changed(said)
        else:
            self._news.set()

    async def _beat(self, *, strays: bool = False) -> None:
        was_silent, faces = 0 < self.beat_at < clock.now() - DEAD_AFTER, self._drawer.drawn_faces()
        await self._store.beat(faces)
        self._drawer.wrote_faces(faces)
        for job_id in faces:
            self._jobs.forget(job_id)
        jumped = await self._keep_time()
        self.beat_at = clock.now()
        if was_silent and not self._store.is_exclusive:
            log.warning("This process was silent for too long; others may have taken its jobs")
        if was_silent or jumped:
            await self._take_stock()
        self.workers = await self._store.count_workers(DEAD_AFTER)
        # the others are to beat once by the new time before anybody is taken for dead
        if not jumped:
            await self._adopt(strays=strays)
        for job_id in await self._store.lagging():
            self._jobs.forget(job_id)
            self._lanes.remind(job_id)
        self._jobs.sweep()

    async def _keep_time(self) -> bool:
        """Go by the database's clock; True when it jumped. Open jobs are as old as before, whatever the time is."""
        ahead = await self._store.ahead()
        if abs(ahead) < APART:
            return False
        log.warning("The time jumped by %.0f s; whatever was planned is planned anew", ahead)
        await self._store.move_times(ahead)
        clock.set_to(clock.now() + ahead)
        return True

    async def _adopt(self, *, strays: bool) -> None:
        count = 0
        while adopted := await self._store.adopt(DEAD_AFTER, most=BATCH, strays=strays):
            for job in adopted:
                self._take_up(job)
            count += len(adopted)
            if len(adopted) < BATCH:
                break
        if count:
            log.info("Took over %d jobs", count)

    async def _take_stock(self) -> None:
        """The time jumped, or this process slept so long that others took its jobs: know again which are its own."""
        self._watcher.forget_all()
        self._jobs.forget_all()
        self._lanes.forget_all()
        after = ""
        while owned := await self._store.open_jobs(after, BATCH):
            for job in owned:
                self._take_up(job)
            after = owned[-1].id

    def _take_up(self, job: Job) -> None:
        """Have done whatever the job needs, and nothing else: after a start there may be thousands."""
        match next_step(job):
            case None:
                self._lanes.line.set()
            case Step.LOOK:
                self._watcher.watch(job, anew=True)
            case Step.READ | Step.FIT | Step.DOUBT:
                self._lanes.work.wake(job.id)
        self._lanes.tell(job)
