"""The tracker: who carries which job, woken by news, told the truth by the database."""

import asyncio
import contextlib
import logging
import time
from pathlib import Path
from typing import assert_never

import aiohttp

from ..catalogue import Catalogue, Model
from ..display import Display
from ..download import LinkRule
from ..durations import Expected, Kind
from ..jobs import (
    Job,
    PictureState,
    Status,
    Step,
    change,
    lacks_model,
    needs_drawing,
    needs_saying,
    next_step,
    say_from,
)
from ..line import Room
from ..mulerun import LOOKS_AT_ONCE, MuleRun
from ..outlook import Outlook, Standing
from ..store import Store
from ..workbench import Workbench
from .availability import Availability, nearest
from .clips import Clips
from .drawer import Drawer
from .experience import Experience
from .lane import Lane
from .outages import AWAY, Outage
from .outcomes import Outcomes, only_from, persist
from .pictures import Pictures
from .places import Places
from .quiet import Quiet
from .screening import Screening
from .sender import Sender
from .teller import Teller
from .watcher import Watcher

log = logging.getLogger(__name__)

# A worker says this often that it lives, and is taken for dead after this long; seconds.
BEAT_EVERY = 5.0
DEAD_AFTER = 30.0
# What all workers learned of durations is read this often, seconds.
LEARN_EVERY = 60.0
# Jobs are taken over and taken up in batches: neither the database nor those who wait for an answer are held up by one.
BATCH = 250


class Tracker:
    """One per process. The store's `worker` names the process in the database; `workers` is how many there are."""

    def __init__(
        self,
        *,
        store: Store,
        mulerun: MuleRun,
        session: aiohttp.ClientSession,
        catalogue: Catalogue,
        workbench: Workbench,
        data_dir: Path,
        max_active: int,
        link_rule: LinkRule,
    ) -> None:
        self.beat_at = 0.0
        self.workers = 1
        self._store = store
        self._outcomes = Outcomes(store, self.wake)
        self._news = asyncio.Event()
        quiet = Quiet()
        room = Room(most=max_active, by_model=catalogue.limits)
        self.clips = Clips(data_dir / "clips", store)
        self._catalogue = catalogue
        self.screening = Screening(self.clips, workbench)
        self._experience = Experience(catalogue)
        self.availability = Availability(store)
        self._places = Places(store, room, lambda kind: self._experience.expected(kind).middle, self._redraw)
        self._sender = Sender(
            store=store,
            mulerun=mulerun,
            catalogue=catalogue,
            outcomes=self._outcomes,
            availability=self.availability,
            quiet=quiet,
            room=room,
        )
        self._watcher = Watcher(
            mulerun=mulerun,
            session=session,
            catalogue=catalogue,
            outcomes=self._outcomes,
            experience=self._experience,
            quiet=quiet,
            find=self._mine,
            clips=self.clips,
            screening=self.screening,
            link_rule=link_rule,
        )
        self._pictures = Pictures(
            store=store, session=session, catalogue=catalogue, workbench=workbench, outcomes=self._outcomes
        )
        self._drawer = Drawer(
            store=store,
            outcomes=self._outcomes,
            clips=self.clips,
            pictures=self._pictures,
            find=self._mine,
            outlook=self.outlook,
        )
        self._teller = Teller(
            outcomes=self._outcomes,
            clips=self.clips,
            screening=self.screening,
            find=self._mine,
            outlook=self.outlook,
        )
        self.work = Lane("work", self._work, width=64)
        self.looking = Lane("look", self._watcher.step, width=LOOKS_AT_ONCE, closed_until=lambda: quiet.until)
        # most of those in hand wait for their channel's turn
        self.saying = Lane("say", self._teller.say, width=512)
        self.drawing = Lane("draw", self._drawer.draw, width=512)
        self.look = self._watcher.look

    @property
    def worker(self) -> str:
        return self._store.worker

    @property
    def lanes(self) -> tuple[Lane, ...]:
        return self.work, self.looking, self.saying, self.drawing

    def wake(self, job_id: str) -> None:
        """Something about the job changed in the database."""
        for lane in (self.work, self.saying, self.drawing):
            lane.wake(job_id)
        self._sender.wake()

    def on_show(self, display: Display) -> None:
        """Have `display` asked for every job that Discord lags behind on."""
        self._teller.display, self._drawer.display = display, display.card

    def outlook(self, job: Job) -> Outlook:
        """What the job can look forward to: its place among those that wait, what its kind takes, or another model."""
        return self._experience.outlook(job, self._places.standing(job), self.nearest(job))

    def nearest(self, job: Job) -> Model | None:
        """The live model that comes nearest to one which is not to be had; None for a job that had its model."""
        if not lacks_model(job):
            return None
        model = self._catalogue.describe(job.request.model)
        has_picture = job.picture is not PictureState.NONE
        return nearest(self._catalogue, model, self.availability.refused, job.request, has_picture=has_picture)

    async def queue(self) -> dict[str, Standing | None]:
        """The whole line by the jobs' ids, in its order: where each stands, None for one that need not wait."""
        return await self._places.queue()

    def expected(self, kind: Kind) -> Expected:
        """What jobs of a kind take."""
        return self._experience.expected(kind)

    async def join(self) -> None:
        """Say that this worker lives, before it takes up anything: the others take one without a beat for dead."""
        await persist(lambda: self._store.beat(time.time()))

    async def run(self) -> None:
        """Until cancelled. An exception out of here is a fault of the program: the process must end and start anew."""
        async with asyncio.TaskGroup() as tasks:
            # the lanes need not wait until thousands of jobs are taken up
            tasks.create_task(self._keep_beating(), name="beat")
            tasks.create_task(self._keep_learning(), name="learn")
            tasks.create_task(self._store.hear(self._hear), name="hear")
            tasks.create_task(self._sender.run(), name="line")
            tasks.create_task(self._places.run(), name="places")
            for lane in self.lanes:
                tasks.create_task(lane.run(), name=f"{lane.name} lane")
            # lanes and line return when they are stopped; until somebody cancels, the tracker is not over
            await asyncio.Event().wait()

    async def drain(self) -> None:
        """Take up nothing new; wait until the POST in flight and every step in hand are written down."""
        self._teller.stop()
        self._drawer.stop()
        await asyncio.gather(self._sender.stop(), *(lane.stop() for lane in self.lanes))

    # --- this worker and the others

    async def _keep_beating(self) -> None:
        outage = Outage(log, "The database does not answer", "The database answers again")
        self._experience.read(await persist(self._store.durations))
        await persist(self.availability.read)
        await persist(lambda: self._beat(strays=True))
        while True:
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BEAT_EVERY):
                    await self._news.wait()
            with outage.of_the_database():
                await self._beat()

    async def _beat(self, *, strays: bool = False) -> None:
        now, faces = time.time(), self._drawer.drawn_faces()
        was_silent = 0 < self.beat_at < now - DEAD_AFTER
        await self._store.beat(now, faces)
        self._drawer.wrote_faces(faces)
        self.beat_at = now
        if was_silent:
            await self._take_stock()
        dead_since = now if self._store.is_exclusive else now - DEAD_AFTER
        self.workers = await self._store.count_workers(dead_since)
        await self._adopt(dead_since, strays=strays)
        for job_id in await self._store.lagging():
            for lane in (self.work, self.saying, self.drawing):
                if not lane.knows(job_id):
                    lane.wake(job_id)

    async def _adopt(self, dead_since: float, *, strays: bool) -> None:
        count = 0
        while adopted := await self._store.adopt(dead_since, most=BATCH, strays=strays):
            for job in adopted:
                self._take_up(job)
            count += len(adopted)
            if len(adopted) < BATCH:
                break
        if count:
            log.info("Took over %d jobs", count)

    async def _take_stock(self) -> None:
        """This process slept so long that others took its jobs: know again which are its own."""
        log.warning("This process was silent for too long; others may have taken its jobs")
        self._watcher.forget_all()
        after = ""
        while owned := await self._store.open_jobs(after, BATCH):
            for job in owned:
                self._take_up(job)
            after = owned[-1].id

    def _take_up(self, job: Job) -> None:
        """Have done whatever the job needs, and nothing else: after a start there may be thousands."""
        match next_step(job):
            case None:
                self._sender.wake()
            case Step.LOOK:
                self._watch(job, anew=True)
            case Step.READ | Step.FIT | Step.DOUBT:
                self.work.wake(job.id)
        if needs_saying(job):
            self.saying.wake(job.id, max(time.time(), say_from(job)))
        if needs_drawing(job):
            self.drawing.wake(job.id)

    def _watch(self, job: Job, *, anew: bool = False) -> None:
        due = self._watcher.watch(job, anew=anew)
        if due is not None:
            self.looking.wake(job.id, due)

    def _hear(self, job_id: str) -> None:
        """What another process said: a job that it changed, or nothing when it leaves."""
        if job_id:
            self.wake(job_id)
        else:
            self._news.set()

    def _redraw(self, job_id: str) -> None:
        self.drawing.wake(job_id)

    async def _keep_learning(self) -> None:
        while True:
            await asyncio.sleep(LEARN_EVERY)
            # an outage is told of by the beat
            with contextlib.suppress(*AWAY):
                self._experience.read(await self._store.durations())
                await self.availability.read()

    # --- a job's own work

    async def _work(self, job_id: str) -> float | None:
        job = await self._mine(job_id)
        if job is None:
            self._watcher.forget(job_id)
            return None
        if job.status is Status.SUBMITTING and self._sender.may_be_sending(job_id):
            return time.time() + BEAT_EVERY
        match next_step(job):
            case None:
                self._watcher.forget(job_id)
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
                self._watch(job)
                return None
            case step:
                assert_never(step)

    async def _mine(self, job_id: str) -> Job | None:
        job = await persist(lambda: self._store.find(job_id))
        return job if job and job.worker == self.worker else None


def _interrupted(job: Job) -> Job:
    return change(job, time.time(), Status.UNCONFIRMED, reason="interrupted")
