"""Watching: look at a task when it is due or somebody asks, and write down what that means."""

import asyncio
import logging
import sys
import time
from dataclasses import dataclass
from typing import assert_never

from .. import clock
from ..catalogue import Catalogue, Model
from ..errors import TaskUnknown, VendorError
from ..jobs import AT_VENDOR, LOOKABLE, Job, Status, Step, awaits_clip, change, followed, next_step, told_late
from ..mulerun import MuleRun, Task
from ..outages import Outage
from ..poll_schedule import next_fetch, next_look
from ..usual_times import Kind, kind_of
from .experience import Experience
from .fetching import Fetching
from .lane import Lane
from .outcomes import Outcomes, only_from
from .own_jobs import OwnJobs
from .quiet import Quiet
from .verdict import Done, Failed, Meaning, Seen, is_overdue, verdict

log = logging.getLogger(__name__)

# How often a job is looked at that the schedule has no more looks for, seconds.
OVERDUE_EVERY = 60.0


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
    ) -> None:
        self._mulerun = mulerun
        self._quiet = quiet
        self._catalogue = catalogue
        self._experience = experience
        self._jobs = jobs
        self._outcomes = outcomes
        self._fetching = fetching
        self._lane = lane
        # Only in memory: a poll that finds nothing writes nothing, and after a restart both follow from the job's age.
        self._watched: dict[str, Watched] = {}
        self._kinds: dict[Kind, Kind] = {}
        self._looking: dict[str, asyncio.Task[Looked]] = {}
        # since when the vendor does not know its task, of the clock that never jumps
        self._unknown_since: dict[str, float] = {}
        self._outage = Outage(
            log, "MuleRun cannot be asked; jobs are kept and asked about later", "MuleRun answers again"
        )

    # --- when

    def watch(self, job: Job, *, anew: bool = False) -> None:
        """Have the job looked at when it is due, for as long as looks are due.

        `anew` says that this process just took the job up: whatever is overdue is looked at now.
        """
        if next_step(job) is not Step.LOOK or told_late(job):
            self.forget(job.id)
            return
        watched = self._watched[job.id] = self._watched_of(job)
        self._lane.wake(job.id, clock.now() if anew and self._is_overdue(watched) else self._plan(watched))

    def forget(self, job_id: str) -> None:
        self._watched.pop(job_id, None)
        self._unknown_since.pop(job_id, None)

    def forget_all(self) -> None:
        for job_id in tuple(self._watched):
            self.forget(job_id)

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

    def _plan(self, watched: Watched) -> float:
        """When to look next, unix seconds."""
        now = clock.now()
        if watched.late_since is not None:
            return now + next_fetch(self._model(watched), now - watched.late_since)
        if self._is_overdue(watched):
            return now + OVERDUE_EVERY
        expected, started = self._experience.expected(watched.kind), watched.status is not Status.PENDING
        look = next_look(self._model(watched), expected, now - watched.since, started=started)
        return now + OVERDUE_EVERY if look is None else watched.since + look

    def _is_overdue(self, watched: Watched) -> bool:
        return is_overdue(self._model(watched), watched.status, clock.now() - watched.since)

    def _model(self, watched: Watched) -> Model:
        return self._catalogue.describe(watched.kind[0])

    # --- looking

    async def step(self, job_id: str) -> float | None:
        """Look; when to look again, unix seconds, or None when nothing more is to be seen."""
        watched = self._watched.get(job_id)
        if watched is None:
            return None
        meaning = self._judge(watched, await self._ask(watched))
        if meaning in (Seen.NOTHING_NEW, Seen.DOUBTED):
            return self._plan(watched)
        if meaning is Seen.STARTED:
            # what every task does needs nothing of its job but the fence
            await self._outcomes.write(watched, only_from((Status.PENDING,), _started))
            meaning = Seen.NOTHING_NEW
        job = await self._jobs.find(job_id)
        if job is None or next_step(job) is not Step.LOOK:
            self.forget(job_id)
            return None
        after = await self._carry_out(job, meaning) or job
        if job_id in self._watched:
            self.watch(after)
        return None

    async def look(self, job: Job) -> Looked:
        """Look at once, because a person asks, in whichever process heard it.

        Whoever asks while somebody else is looking gets the same answer.
        """
        if job.id not in self._looking:
            self._looking[job.id] = asyncio.create_task(self._look(job), name=f"look {job.id}")
            self._looking[job.id].add_done_callback(lambda _: self._looking.pop(job.id, None))
        return await asyncio.shield(self._looking[job.id])

    async def _look(self, job: Job) -> Looked:
        watched = self._watched_of(job)
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
            self._outage.met(error)
            self._quiet.failed(asked_at, error.retry_after)
            return error
        self._quiet.answered()
        self._outage.over()
        return answer

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
