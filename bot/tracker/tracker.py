"""The tracker: the parts that carry every job on, put together; woken by news, told the truth by the database."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from .. import clock
from ..catalogue import Catalogue
from ..display import Display, Post
from ..download import LinkRule
from ..jobs import Job
from ..line import Room
from ..look_budget import PER_MINUTE, LookBudget
from ..mulerun import MuleRun
from ..outages import unless_away
from ..pulse import Pulse
from ..store import Store, Transition
from ..workbench import Workbench
from .audit_log import AuditLog
from .availability import Availability
from .batches import Batches
from .briefs import Briefs
from .cases import Cases
from .clip_fitting import ClipFitting
from .clips import Clips
from .comparing import Comparing
from .drawer import Drawer
from .erasing import Erasing
from .experience import Experience
from .fetching import Fetching
from .film_making import FilmMaking
from .films import Films
from .going_on import GoingOn
from .hopeless import Hopeless
from .lanes import Lanes
from .outcomes import Outcomes
from .outlooks import Outlooks
from .own_jobs import OwnJobs
from .persistence import persist
from .pictures import Pictures
from .quiet import Quiet
from .removal import Removal
from .retention import Retention
from .reviewing import Reviewing
from .sender import Sender
from .standings import Standings
from .storyboards import Storyboards
from .teller import Teller
from .watcher import Looked, Watcher
from .work import Work
from .worker import Worker

# What all workers learned of usual times and of models is read this often, seconds.
LEARN_EVERY = 60.0
# Whoever changes permissions changes several; what they open is tried once, after this long, seconds.
CHANGES_SETTLE = 2.0
# So many reviews of a server are tried again then, the oldest first; the others when their time comes.
MOST_OPENED = 500


class Tracker:
    """One per process. The store's `worker` names the process in the database; `workers` is how many there are.

    `outlooks`, `standings` and `availability` tell what is known of jobs and models, `pulse` how late answers are.
    """

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
        looks_per_minute: int = PER_MINUTE,
        retention_days: int | None = None,
    ) -> None:
        quiet, room = Quiet(), Room(most=max_active, by_model=catalogue.limits)
        budget = LookBudget(looks_per_minute, share=lambda: self.workers)
        self._store = store
        self.pulse = Pulse()
        self.lanes = Lanes(quiet, self._late)
        self._jobs = jobs = OwnJobs(store, self.lanes)
        outcomes = Outcomes(store, jobs, self.lanes)
        self.clips = Clips(data_dir / "clips", store)
        self.clip_fitting = ClipFitting(self.clips, workbench)
        self.availability = Availability(store)
        self._experience = Experience(catalogue)
        self.standings = Standings(store, room, self._experience, self.lanes.drawing)
        self.outlooks = Outlooks(catalogue, self._experience, self.standings, self.availability)
        pictures = Pictures(store=store, session=session, catalogue=catalogue, workbench=workbench, outcomes=outcomes)
        self.removal = Removal(store)
        self.cases, self.audit_log = Cases(store, jobs, self.clips, pictures, self.removal), AuditLog(store)
        comparing = Comparing(workbench)
        self.briefs = Briefs(store, comparing)
        self.batches = Batches(store, self.lanes.batches, comparing)
        self.storyboards = Storyboards(store, workbench)
        self.films = Films(store, FilmMaking(data_dir / "films", store, workbench))
        self._drawer = Drawer(store, outcomes, self.clips, pictures, jobs, self.outlooks, self.removal)
        self._teller = Teller(outcomes, self.clips, self.clip_fitting, jobs, self.outlooks)
        self._reviewing = Reviewing(store, outcomes, jobs, self.clips, self.clip_fitting, pictures, self.outlooks)
        self._sender = Sender(
            store, jobs, mulerun, catalogue, outcomes, self.availability, quiet, room, self.lanes.line, self._late
        )
        fetching = Fetching(session, link_rule, self.clips, self.clip_fitting, outcomes)
        self._watcher = Watcher(
            mulerun, quiet, catalogue, self._experience, jobs, outcomes, fetching, self.lanes.looking, budget
        )
        self._going_on = GoingOn(store, catalogue, workbench, outcomes, self.lanes, self.clips)
        self._work = Work(jobs, outcomes, self.lanes, pictures, self._going_on, self._sender, self._watcher, self.clips)
        self.erasing = Erasing(store, jobs)
        self._retention = Retention(store, jobs, self.clips, retention_days)
        self._hopeless = Hopeless(jobs, outcomes)
        self._worker = Worker(store, jobs, self.lanes, self._watcher, self._drawer)

    # --- what others ask of it

    @property
    def worker(self) -> str:
        return self._store.worker

    @property
    def workers(self) -> int:
        return self._worker.workers

    @property
    def beat_at(self) -> float:
        """When this process last said that it lives, unix seconds."""
        return self._worker.beat_at

    @property
    def looks(self) -> tuple[int, float]:
        """How many jobs are to be looked at, and how late the last one was, seconds."""
        return len(self._watcher), self._watcher.late_by

    def wake(self, job_id: str, *, reviewed: bool = False) -> None:
        """Something about the job changed in the database, perhaps also what moderators are to be shown."""
        self._jobs.forget(job_id)
        self.lanes.wake(job_id, reviewed=reviewed)

    async def write(self, job_id: str, write: Callable[[], Awaitable[Job | None]]) -> Job | None:
        """What `write` returns, a transaction of the store that gives the job's row as it is then; it is carried on."""
        written = await self._jobs.write(job_id, write)
        if written is not None and written.id == job_id:
            self.lanes.carry_on(written, None)
        return written

    async def show(self, job_id: str, transition: Transition, post: Post) -> None:
        """Write down that people see a job: now it may be sent, and told of."""
        shown = await self._sender.show(job_id, transition, [post])
        if shown is not None:
            self.lanes.carry_on(shown, None)

    async def look(self, job: Job) -> Looked:
        """Ask the vendor now how the job stands, and write down what is new."""
        return await self._watcher.look(job)

    async def hear(self, task_id: str) -> bool:
        """There may be news of a task: whoever carries its job looks before all others. False when nobody does.

        Raises the database's errors.
        """
        return self._watcher.hear(task_id) or await self._store.tell_of_task(task_id)

    def on_show(self, display: Display) -> None:
        """Have `display` asked for every job that Discord lags behind on."""
        self._teller.display, self._drawer.display, self.removal.display = display, display.card, display
        self._reviewing.display = display.reviews
        self.cases.display = self.audit_log.display = display.order
        self.erasing.display = display
        self.briefs.display = display.briefs
        self.batches.display = self._going_on.display = display.batches
        self.storyboards.display = display.storyboards
        self.films.display = display.films

    async def on_open(self, guild_id: int) -> None:
        """Try again what could not be shown in a guild where the bot may do more than before."""
        at = clock.now() + CHANGES_SETTLE
        for job_id in await persist(lambda: self._store.lagging_in(guild_id)):
            self.lanes.saying.wake(job_id, at)
            self.lanes.drawing.wake(job_id, at)
        for review, _ in await persist(lambda: self._store.waiting_reviews(guild_id, MOST_OPENED)):
            self.lanes.reviewing.wake(review.job_id, at)
        await persist(lambda: self._store.hasten(guild_id, at))

    # --- its life

    async def join(self) -> None:
        """Say that this worker lives, before it takes up anything: the others take one without a beat for dead."""
        await self._worker.join()

    async def run(self) -> None:
        """Until cancelled. An exception out of here is a fault of the program: the process must end and start anew."""
        await persist(self._learn)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.pulse.run(), name="pulse")
            # the lanes need not wait until thousands of jobs are taken up
            tasks.create_task(self._worker.run(), name="worker")
            tasks.create_task(self._keep_learning(), name="learn")
            tasks.create_task(self._store.hear(self._worker.hear), name="hear")
            tasks.create_task(self._sender.run(), name="line")
            tasks.create_task(self._watcher.run(), name="looks")
            tasks.create_task(self.standings.run(), name="standings")
            tasks.create_task(self.cases.run(), name="cases")
            tasks.create_task(self.audit_log.run(), name="audit log")
            tasks.create_task(self.briefs.run(), name="briefs")
            tasks.create_task(self.batches.run(), name="batches")
            tasks.create_task(self.storyboards.run(), name="storyboards")
            tasks.create_task(self.films.run(), name="films")
            tasks.create_task(self.erasing.run(), name="erasing")
            tasks.create_task(self._retention.run(), name="retention")
            hopeless = self._hopeless
            tasks.create_task(self.lanes.work.run(self._work.step, hopeless.end), name="work lane")
            tasks.create_task(self.lanes.looking.run(self._watcher.step, hopeless.end), name="look lane")
            tasks.create_task(self.lanes.saying.run(self._teller.say, hopeless.leave_unsaid), name="say lane")
            tasks.create_task(self.lanes.drawing.run(self._drawer.draw, hopeless.leave_undrawn), name="draw lane")
            reviewing = self.lanes.reviewing
            tasks.create_task(reviewing.run(self._reviewing.step, hopeless.leave_unreviewed), name="review lane")
            # lanes and line return when they are stopped; until somebody cancels, the tracker is not over
            await asyncio.Event().wait()

    async def drain(self) -> None:
        """Take up nothing new; wait until the POST in flight and every step in hand are written down."""
        self._teller.stop()
        self._drawer.stop()
        self._reviewing.stop()
        await asyncio.gather(self._sender.stop(), *(lane.stop() for lane in self.lanes))

    def _late(self) -> float:
        return self.pulse.late

    async def _keep_learning(self) -> None:
        while True:
            await asyncio.sleep(LEARN_EVERY)
            with unless_away():
                await self._learn()

    async def _learn(self) -> None:
        self._experience.read(await self._store.usual_times())
        await self.availability.read()
        await self._store.forget_evidence(clock.now())
