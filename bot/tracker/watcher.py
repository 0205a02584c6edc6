"""Watching: look at a task when it is due or somebody asks, and write down what that means."""

import asyncio
import logging
import sys
import time
from collections import deque
from dataclasses import dataclass
from typing import assert_never

from .. import clock
from ..catalogue import Catalogue, Model
from ..errors import TaskUnknown, VendorBusy, VendorError
from ..jobs import AT_VENDOR, LOOKABLE, Job, Status, Step, awaits_clip, change, followed, next_step, told_late
from ..look_budget import LookBudget
from ..look_queue import Look, LookQueue
from ..mulerun import LOOKS_AT_ONCE, MuleRun, Task
from ..outages import Outage
from ..poll_schedule import next_fetch, next_look, overdue_look
from ..retry import nap
from ..usual_times import Kind, kind_of
from .experience import Experience
from .fetching import Fetching
from .lane import Lane
from .outcomes import Outcomes, only_from
from .own_jobs import OwnJobs
from .quiet import Quiet
from .verdict import Done, Failed, Meaning, Seen, is_overdue, verdict

log = logging.getLogger(__name__)

# A vendor that takes longer than this to answer has too much to do, seconds.
SLOW = 5.0
# So many tasks that are followed no more are known further.
ENDED_KEPT = 1000
# Looks whose turn comes within this are taken together, seconds: a wake-up for each would cost more than a look.
TOGETHER = 0.01
# While as many looks are made as there may be at once, and for news that come otherwise, seconds.
HANDS_FULL, LONGEST_NAP = 0.02, 1.0


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What came of a look: the job if anything about it is new, and whether the vendor answered at all."""

    job: Job | None
    answered: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """What a look needs of its job, kept in memory: one that finds nothing new touches no database."""

    id: str
    task_path: str
    task_id: str
    kind: Kind
    since: float
    status: Status
    late_since: float | None  # since when its clip is not to be had
    epoch: int


class Watcher:
    def __init__(
        self,
        mulerun: MuleRun,
        quiet: Quiet,
        catalogue: Catalogue,
        experience: Experience,
        jobs: OwnJobs,
        outcomes: Outcomes,
        fetching: Fetching,
        lane: Lane,
        budget: LookBudget,
    ) -> None:
        self._mulerun = mulerun
        self._quiet = quiet
        self._catalogue = catalogue
        self._experience = experience
        self._jobs = jobs
        self._outcomes = outcomes
        self._fetching = fetching
        self._lane = lane
        self._budget = budget
        self._queue = LookQueue(budget)
        # those whose turn it is, until they were looked at
        self._in_turn: set[str] = set()
        self._news = asyncio.Event()
        self._napping_until = 0.0
        # Only in memory: a poll that finds nothing writes nothing, and after a restart both follow from the job's age.
        self._watched: dict[str, Watched] = {}
        self._by_task: dict[str, str] = {}
        # those that ended lately: events of them come late
        self._ended: deque[str] = deque(maxlen=ENDED_KEPT)
        self._kinds: dict[Kind, Kind] = {}
        self._looking: dict[str, asyncio.Task[Looked]] = {}
        # since when the vendor does not know its task, of the clock that never jumps
        self._unknown_since: dict[str, float] = {}
        self._outage = Outage(
            log, "MuleRun cannot be asked; jobs are kept and asked about later", "MuleRun answers again"
        )

    # --- when

    def __len__(self) -> int:
        return len(self._queue)

    @property
    def late_by(self) -> float:
        """How late the last look was that was due, seconds."""
        return self._queue.late_by

    def watch(self, job: Job, *, anew: bool = False) -> None:
        """Have the job looked at when it is due, for as long as looks are due.

        `anew` says that this process just took the job up: whatever is overdue is looked at now.
        """
        known = self._watched.get(job.id)
        if known == self._watched_of(job) and (job.id in self._queue or self._lane.knows(job.id)):
            return
        self._follow(job)
        if anew and job.id in self._queue and self._is_overdue(self._watched[job.id]):
            self._queue.put_first(job.id)

    def _follow(self, job: Job) -> None:
        if next_step(job) is not Step.LOOK or told_late(job):
            self.forget(job.id)
            return
        watched = self._watched[job.id] = self._watched_of(job)
        self._by_task[watched.task_id] = job.id
        self._plan(watched)

    def hear(self, task_id: str) -> bool:
        """There may be news of a task: look before all others; False when it is none of ours."""
        job_id = self._by_task.get(task_id)
        if job_id is not None:
            self._queue.put_first(job_id)
            self._news.set()
        return job_id is not None or task_id in self._ended

    def forget(self, job_id: str) -> None:
        watched = self._watched.pop(job_id, None)
        if watched is not None:
            self._by_task.pop(watched.task_id, None)
            self._ended.append(watched.task_id)
        self._queue.drop(job_id)
        self._unknown_since.pop(job_id, None)

    def forget_all(self) -> None:
        for job_id in tuple(self._watched):
            self.forget(job_id)

    async def run(self) -> None:
        """Until cancelled: hand over each job whose turn it is."""
        while True:
            now = time.monotonic()
            while (ready := self._may_look()) and (job_id := self._queue.take(now)):
                self._in_turn.add(job_id)
                self._lane.wake(job_id)
            pause = min(self._queue.next_at(now) - now, LONGEST_NAP) if ready else HANDS_FULL
            self._napping_until = now + pause
            await nap(self._news, pause)
            await asyncio.sleep(TOGETHER)

    def _may_look(self) -> bool:
        return len(self._lane) < LOOKS_AT_ONCE and clock.now() >= self._quiet.until

    def _watched_of(self, job: Job) -> Watched:
        # of what many jobs share one copy is enough
        kind = kind_of(job.request)
        return Watched(
            id=job.id,
            task_path=sys.intern(job.task_path or ""),
            task_id=job.task_id or "",
            kind=self._kinds.setdefault(kind, kind),
            since=job.submitted_at or job.status_since,
            status=job.status,
            late_since=job.waiting_since if awaits_clip(job) else None,
            epoch=job.epoch,
        )

    def _plan(self, watched: Watched, *, just_seen: bool = False) -> None:
        look = self._next_look(watched, seen_waiting=just_seen and watched.status is Status.PENDING)
        now = time.monotonic()
        self._queue.put(watched.id, look, now)
        if now + look.floor < self._napping_until:
            self._news.set()

    def _next_look(self, watched: Watched, *, seen_waiting: bool) -> Look:
        now, pace = clock.now(), self._queue.pace(time.monotonic())
        model, age = self._model(watched), now - watched.since
        if watched.late_since is not None:
            return next_fetch(model, now - watched.late_since, pace)
        if self._is_overdue(watched):
            return overdue_look(age, pace)
        return next_look(model, self._experience.chances(watched.kind), age, pace, seen_waiting=seen_waiting)

    def _is_overdue(self, watched: Watched) -> bool:
        return is_overdue(self._model(watched), watched.status, clock.now() - watched.since)

    def _model(self, watched: Watched) -> Model:
        return self._catalogue.describe(watched.kind[0])

    # --- looking

    async def step(self, job_id: str) -> None:
        """Look; when to look again is planned with what is seen."""
        watched, is_in_turn = self._watched.get(job_id), job_id in self._in_turn
        self._in_turn.discard(job_id)
        if watched is None:
            return
        if not is_in_turn:
            # it is tried again after a failure
            await self._wait_for_turn()
        answer = await self._ask(watched)
        meaning = self._judge(watched, answer)
        if meaning in (Seen.NOTHING_NEW, Seen.DOUBTED):
            if self._watched.get(job_id) is watched:
                self._plan(watched, just_seen=isinstance(answer, Task))
            return
        if meaning is Seen.STARTED:
            # what every task does needs nothing of its job but the fence
            await self._outcomes.write(watched, only_from((Status.PENDING,), _started))
            meaning = Seen.NOTHING_NEW
        job = await self._jobs.find(job_id)
        if job is None or next_step(job) is not Step.LOOK:
            self.forget(job_id)
            return
        after = await self._carry_out(job, meaning) or job
        if job_id in self._watched:
            self._follow(after)

    async def _wait_for_turn(self) -> None:
        """For a look that is not planned: it takes the next of the budget."""
        now = time.monotonic()
        await asyncio.sleep(self._budget.book(now) - now)

    async def look(self, job: Job) -> Looked:
        """Look before all others, because a person asks, in whichever process heard it.

        Whoever asks while somebody else is looking gets the same answer.
        """
        if job.id not in self._looking:
            self._looking[job.id] = asyncio.create_task(self._look(job), name=f"look {job.id}")
            self._looking[job.id].add_done_callback(lambda _: self._looking.pop(job.id, None))
        return await asyncio.shield(self._looking[job.id])

    async def _look(self, job: Job) -> Looked:
        watched = self._watched_of(job)
        await self._wait_for_turn()
        answer = await self._ask(watched)
        after = await self._carry_out(job, self._judge(watched, answer))
        return Looked(job=after, answered=isinstance(answer, Task | TaskUnknown))

    async def _ask(self, watched: Watched) -> Task | VendorError:
        """What the vendor says; a failure to answer holds up whatever else it would be asked."""
        answer: Task | VendorError
        asked_at = time.monotonic()
        try:
            answer = await self._mulerun.look(watched.task_path, watched.task_id)
        except TaskUnknown as error:
            answer = error
        except VendorError as error:
            self._note_pace(asked_at, is_busy=isinstance(error, VendorBusy))
            self._outage.met(error)
            self._quiet.failed(asked_at, error.retry_after)
            return error
        self._note_pace(asked_at)
        self._quiet.answered()
        self._outage.over()
        return answer

    def _note_pace(self, asked_at: float, *, is_busy: bool = False) -> None:
        """A vendor that has too much to do is asked less."""
        now = time.monotonic()
        if is_busy or now - asked_at > SLOW:
            self._budget.lower(asked_at, now)

    def _judge(self, watched: Watched, answer: Task | VendorError) -> Meaning:
        now = time.monotonic()
        if isinstance(answer, Task):
            self._unknown_since.pop(watched.id, None)
        unknown_since = self._unknown_since.setdefault(watched.id, now) if isinstance(answer, TaskUnknown) else now
        return verdict(
            answer,
            self._model(watched),
            watched.status,
            clock.now() - watched.since,
            unknown_for=now - unknown_since,
            is_made=watched.late_since is not None,
        )

    async def _carry_out(self, job: Job, meaning: Meaning) -> Job | None:
        """The job if anything about it is new."""
        match meaning:
            case Seen.NOTHING_NEW | Seen.DOUBTED:
                return None
            case Seen.STARTED:
                return await self._outcomes.write(job, only_from((Status.PENDING,), _started))
            case Seen.OVERDUE:
                return await self._outcomes.write(job, only_from(AT_VENDOR, _given_up))
            case Seen.LATE:
                return await self._outcomes.write(job, only_from((*AT_VENDOR, Status.EXPIRED), _told_late))
            case Seen.ALIVE:
                return await self._outcomes.write(job, only_from((Status.FAILED,), _alive))
            case Done():
                return await self._fetching.take(job, meaning.task)
            case Failed() if job.status is Status.FAILED:
                return None
            case Failed():
                # its words may quote the prompt: the card has them
                log.info(
                    "The vendor failed: %s (trace %s)", meaning.reason, meaning.trace or "-", extra={"job": job.id}
                )
                return await self._outcomes.fail(job, meaning.reason, meaning.detail, among=LOOKABLE)
            case _:
                assert_never(meaning)


def _started(job: Job) -> Job:
    return change(job, clock.now(), Status.PROCESSING)


def _alive(job: Job) -> Job:
    return followed(job, clock.now())


def _given_up(job: Job) -> Job:
    return change(job, clock.now(), Status.EXPIRED, late=False)


def _told_late(job: Job) -> Job:
    since = job.status_since if job.status is Status.EXPIRED else clock.now()
    return change(job, since, Status.EXPIRED, late=True)
