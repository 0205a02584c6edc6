"""Watching: look at a task when it is due, take what the vendor made, and give up truthfully."""

import asyncio
import logging
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import assert_never

import aiohttp

from ..catalogue import Catalogue, Model
from ..download import ClipUnusable, DownloadTroubled, LinkDead, LinkRule, LinkUnsafe, fetch_clip
from ..durations import Kind, kind_of
from ..errors import BadClip, TaskUnknown, VendorBusy, VendorError, VendorTroubled
from ..jobs import AT_VENDOR, CLIP_LIFE, LOOKABLE, Job, Status, Step, change, failed, next_step, told_late
from ..mulerun import MuleRun, Task, TaskState
from ..poll_schedule import last_look, next_look
from .clips import Clips
from .experience import Experience
from .outages import Outage
from .outcomes import Outcomes, only_from
from .quiet import Quiet
from .screening import Screening

log = logging.getLogger(__name__)

# How often a dead link or an unknown task is met in a row before it is believed: a hiccup looks the same.
BELIEVED_AFTER = {"task_unknown": 5, "clip_lost": 3, "clip_unusable": 3}
# A task that cannot be asked about is kept this long after it was sent, and asked about this often; seconds.
PATIENCE = 24 * 3600.0
OVERDUE_EVERY = 60.0


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What came of a look: the job if anything about it is new, and whether the vendor answered at all."""

    job: Job | None
    answered: bool


@dataclass(slots=True)
class Watched:
    """What a look needs of its job, kept in memory: one that finds nothing new touches no database."""

    task_path: str
    task_id: str
    kind: Kind
    since: float
    status: Status


class Watcher:
    """`find` gives a job that is this worker's own, or None."""

    def __init__(
        self,
        *,
        mulerun: MuleRun,
        session: aiohttp.ClientSession,
        catalogue: Catalogue,
        outcomes: Outcomes,
        experience: Experience,
        quiet: Quiet,
        find: Callable[[str], Awaitable[Job | None]],
        clips: Clips,
        screening: Screening,
        link_rule: LinkRule,
    ) -> None:
        self._mulerun = mulerun
        self._session = session
        self._catalogue = catalogue
        self._outcomes = outcomes
        self._experience = experience
        self._quiet = quiet
        self._find = find
        self._clips = clips
        self._screening = screening
        self._link_rule = link_rule
        # Only in memory: a poll that finds nothing writes nothing, and after a restart both follow from the job's age.
        self._watched: dict[str, Watched] = {}
        self._kinds: dict[Kind, Kind] = {}
        self._looking: dict[str, asyncio.Task[Looked]] = {}
        self._doubts: Counter[str] = Counter()
        self._outage = Outage(
            log, "MuleRun cannot be asked; jobs are kept and asked about later", "MuleRun answers again"
        )

    # --- when

    def watch(self, job: Job, *, anew: bool = False) -> float | None:
        """Have the job looked at: the unix time of the next look, or None when none is due any more.

        `anew` says that this process just took the job up: whatever is overdue is looked at now.
        """
        if next_step(job) is not Step.LOOK or told_late(job):
            self.forget(job.id)
            return None
        # of what many jobs share one copy is enough
        kind = self._kinds.setdefault(kind := kind_of(job.request), kind)
        path = sys.intern(job.task_path or "")
        watched = Watched(path, job.task_id or "", kind, _start(job), job.status)
        self._watched[job.id] = watched
        return time.time() if anew and self._is_overdue(watched) else self._plan(watched)

    def forget(self, job_id: str) -> None:
        self._watched.pop(job_id, None)
        self._doubts.pop(job_id, None)

    def forget_all(self) -> None:
        self._watched.clear()
        self._doubts.clear()

    async def step(self, job_id: str) -> float | None:
        """Look; when to look again, unix seconds, or None when nothing more is to be seen."""
        watched = self._watched.get(job_id)
        if watched is None:
            return None
        asked_at = time.time()
        try:
            task = await self._ask(watched.task_path, watched.task_id)
        except VendorError as error:
            return await self._troubled(job_id, watched, asked_at, error)
        if self._is_news(watched, task):
            return await self._take_news(job_id, task)
        self._doubts.pop(job_id, None)
        return self._plan(watched)

    def _is_news(self, watched: Watched, task: Task) -> bool:
        if task.state is TaskState.WAITING:
            return self._is_overdue(watched)
        started = watched.status is not Status.PENDING
        return task.state is not TaskState.WORKING or not started or self._is_overdue(watched)

    def _is_overdue(self, watched: Watched) -> bool:
        model, age = self._model(watched), time.time() - watched.since
        return age >= (last_look(model) if watched.status is Status.EXPIRED else model.longest)

    async def _take_news(self, job_id: str, task: Task) -> float | None:
        job = await self._find(job_id)
        if job is None:
            self.forget(job_id)
            return None
        after = await self._take(job, task) or job
        return self._go_on(after)

    async def _troubled(self, job_id: str, watched: Watched, asked_at: float, error: VendorError) -> float | None:
        if isinstance(error, TaskUnknown):
            job = await self._find(job_id)
            return self._go_on(await self._believe(job, "task_unknown") or job) if job else None
        self._outage.met(error)
        self._quiet.failed(asked_at, error.retry_after)
        if self._is_overdue(watched) and (job := await self._find(job_id)):
            return self._go_on(await self._lose_patience(job) or job)
        return self._plan(watched)

    def _go_on(self, job: Job) -> float | None:
        watched = self._watched.get(job.id)
        if watched is None or next_step(job) is not Step.LOOK or told_late(job):
            self.forget(job.id)
            return None
        watched.status = job.status
        return self._plan(watched)

    def _plan(self, watched: Watched) -> float:
        """When to look next, unix seconds."""
        now = time.time()
        if self._is_overdue(watched):
            return now + OVERDUE_EVERY
        expected = self._experience.expected(watched.kind)
        started = watched.status is not Status.PENDING
        look = next_look(self._model(watched), expected, now - watched.since, started=started)
        return now + OVERDUE_EVERY if look is None else watched.since + look

    def _model(self, watched: Watched) -> Model:
        return self._catalogue.describe(watched.kind[0])

    # --- looking when asked

    async def look(self, job: Job) -> Looked:
        """Ask the vendor once how the job stands and write what is new.

        What a person's "Look now" does, in whichever process heard it. Whoever asks while somebody else is looking gets
        the same answer.
        """
        if job.id not in self._looking:
            self._looking[job.id] = asyncio.create_task(self._look(job), name=f"look {job.id}")
            self._looking[job.id].add_done_callback(lambda _: self._looking.pop(job.id, None))
        return await asyncio.shield(self._looking[job.id])

    async def _look(self, job: Job) -> Looked:
        asked_at = time.time()
        try:
            task = await self._ask(job.task_path or "", job.task_id or "")
        except TaskUnknown:
            return Looked(job=await self._believe(job, "task_unknown"), answered=True)
        except (VendorBusy, VendorTroubled) as error:
            self._outage.met(error)
            self._quiet.failed(asked_at, error.retry_after)
            return Looked(job=await self._lose_patience(job), answered=False)
        return Looked(job=await self._take(job, task), answered=True)

    async def _ask(self, path: str, task_id: str) -> Task:
        try:
            task = await self._mulerun.look(path, task_id)
        except TaskUnknown:
            self._note_answer()
            raise
        self._note_answer()
        return task

    # --- what

    async def _take(self, job: Job, task: Task) -> Job | None:
        match task.state:
            case TaskState.WAITING | TaskState.WORKING:
                self._doubts.pop(job.id, None)
                return await self._still_waiting(job, task)
            case TaskState.FAILED:
                log.info("The vendor failed: %s (trace %s)", task.detail, task.trace or "-", extra={"job": job.id})
                return await self._fail(job, task.reason, task.detail)
            case TaskState.DONE:
                return await self._fetch(job, task)
            case _:
                assert_never(task.state)

    async def _still_waiting(self, job: Job, task: Task) -> Job | None:
        model, age = self._catalogue.describe(job.request.model), time.time() - _start(job)
        if job.status is Status.EXPIRED and age >= last_look(model):
            return await self._tell_late(job)
        if job.status in AT_VENDOR and age >= model.longest:
            return await self._expire(job, "late" if age >= last_look(model) else None)
        if job.status is Status.PENDING and task.state is TaskState.WORKING:
            return await self._outcomes.write(
                job, only_from((Status.PENDING,), lambda now: change(now, time.time(), Status.PROCESSING))
            )
        return None

    async def _fetch(self, job: Job, task: Task) -> Job | None:
        """Take the clips at once: their links die within the hour."""
        if not task.videos:
            return await self._fail(job, "no_video")
        try:
            for part, link in enumerate(task.videos):
                await fetch_clip(self._session, link, self._clips.file(job, part), self._link_rule)
                await self._screening.check(job, part)
        except DownloadTroubled as error:
            log.info("The clip cannot be fetched yet: %s", error, extra={"job": job.id})
            gone = time.time() - (task.updated_at or job.status_since) > CLIP_LIFE
            return await self._fail(job, "clip_lost") if gone else await self._follow(job)
        except (LinkDead, ClipUnusable, BadClip) as error:
            log.info("The clip cannot be had: %s", error, extra={"job": job.id})
            if isinstance(error, BadClip):
                await self._clips.discard(job)
                self._clips.discard_poster(job)
            reason = "clip_lost" if isinstance(error, LinkDead) else "clip_unusable"
            return await self._believe(job, reason) or await self._follow(job)
        except LinkUnsafe as error:
            log.error("The clip's link is none to follow: %s", error, extra={"job": job.id})
            return await self._fail(job, "clip_unusable")
        names = tuple(self._clips.file(job, part).name for part in range(len(task.videos)))
        made: dict[str, object] = {"made_at": task.updated_at or time.time(), "reason": None, "detail": None}
        return await self._outcomes.write(
            job,
            only_from(
                LOOKABLE,
                lambda now: change(now, time.time(), Status.COMPLETED, clips=names, links=task.videos, **made),
            ),
            took=self._experience.learn(job, task),
        )

    async def _follow(self, job: Job) -> Job | None:
        """The clip is made but not here yet: nobody watches a job that was left, so take it up again."""
        if job.status is not Status.UNFOLLOWED and not told_late(job):
            return None
        left = (Status.UNFOLLOWED, Status.EXPIRED)
        return await self._outcomes.write(
            job, only_from(left, lambda now: change(now, time.time(), Status.PROCESSING, reason=None))
        )

    async def _fail(self, job: Job, reason: str, detail: str = "") -> Job | None:
        return await self._outcomes.write(
            job, only_from(LOOKABLE, lambda now: failed(now, time.time(), reason, detail))
        )

    async def _expire(self, job: Job, reason: str | None = None) -> Job | None:
        return await self._outcomes.write(
            job, only_from(AT_VENDOR, lambda now: change(now, time.time(), Status.EXPIRED, reason=reason))
        )

    async def _believe(self, job: Job, reason: str) -> Job | None:
        self._doubts[job.id] += 1
        return await self._fail(job, reason) if self._doubts[job.id] >= BELIEVED_AFTER[reason] else None

    async def _lose_patience(self, job: Job) -> Job | None:
        """The vendor cannot be asked: say so when the job is overdue, go on asking for a day."""
        age = time.time() - _start(job)
        if job.status in AT_VENDOR and age >= self._catalogue.describe(job.request.model).longest:
            return await self._expire(job)
        if job.status is Status.EXPIRED and age > PATIENCE:
            return await self._tell_late(job)
        return None

    async def _tell_late(self, job: Job) -> Job | None:
        return await self._outcomes.write(
            job, only_from((Status.EXPIRED,), lambda now: change(now, now.status_since, now.status, reason="late"))
        )

    def _note_answer(self) -> None:
        self._quiet.answered()
        self._outage.over()


def _start(job: Job) -> float:
    return job.submitted_at or job.status_since
