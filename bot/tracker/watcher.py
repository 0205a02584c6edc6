"""Watching: look at a task when it is due, take what the vendor made, and give up truthfully."""

import asyncio
import logging
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

import aiohttp

from ..catalogue import Catalogue, Model
from ..download import ClipUnusable, DownloadTroubled, LinkDead, LinkRule, LinkUnsafe, fetch_clip
from ..errors import TaskUnknown, VendorBusy, VendorError, VendorTroubled
from ..jobs import AT_VENDOR, CLIP_LIFE, LOOKABLE, Job, Status, Step, change, failed, next_step, told_late
from ..mulerun import MuleRun, Task, TaskState
from ..poll_schedule import last_look, next_look
from .outcomes import Outcomes, only_from
from .quiet import Quiet

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


class Watcher:
    def __init__(
        self,
        *,
        mulerun: MuleRun,
        session: aiohttp.ClientSession,
        catalogue: Catalogue,
        outcomes: Outcomes,
        quiet: Quiet,
        clips: Path,
        link_rule: LinkRule,
    ) -> None:
        self._mulerun = mulerun
        self._session = session
        self._catalogue = catalogue
        self._outcomes = outcomes
        self._quiet = quiet
        self._clips = clips
        self._link_rule = link_rule
        # Only in memory: a poll that finds nothing writes nothing, and after a restart both follow from the job's age.
        self._planned: dict[str, float] = {}
        self._looking: dict[str, asyncio.Task[Looked]] = {}
        self._doubts: Counter[str] = Counter()
        self._outage: str | None = None

    def clip_file(self, job: Job, part: int) -> Path:
        """Where a fetched clip waits for Discord."""
        return self._clips / f"{job.id}-{part}.mp4"

    async def step(self, job: Job) -> float | None:
        """Look if it is time; when to come back, unix seconds, or None when nothing more is to be seen."""
        planned = self._planned.get(job.id) or self._first_plan(job)
        if planned is None:
            return None
        if planned > time.time():
            self._planned[job.id] = planned
            return planned
        job = (await self.look(job)).job or job
        if next_step(job) is not Step.LOOK or (planned := self._next_plan(job)) is None:
            self._forget(job)
            return None
        self._planned[job.id] = planned
        return planned

    async def look(self, job: Job) -> Looked:
        """Ask the vendor once how the job stands and write what is new.

        Also what a person's "Look now" does, in whichever process heard it. Whoever asks while somebody else is
        looking gets the same answer.
        """
        if job.id not in self._looking:
            self._looking[job.id] = asyncio.create_task(self._look(job), name=f"look {job.id}")
            self._looking[job.id].add_done_callback(lambda _: self._looking.pop(job.id, None))
        return await asyncio.shield(self._looking[job.id])

    async def _look(self, job: Job) -> Looked:
        try:
            task = await self._mulerun.look(job.task_path or "", job.task_id or "")
        except TaskUnknown:
            return Looked(job=await self._believe(job, "task_unknown"), answered=True)
        except (VendorBusy, VendorTroubled) as error:
            self._note_outage(error)
            self._quiet.keep(error.retry_after)
            return Looked(job=await self._lose_patience(job), answered=False)
        self._note_outage(None)
        return Looked(job=await self._take(job, task), answered=True)

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

    # --- when

    def _first_plan(self, job: Job) -> float | None:
        """After a start: whatever is overdue is looked at now."""
        overdue = job.status is not Status.EXPIRED and self._age(job) >= self._model(job).longest
        late = job.status is Status.EXPIRED and self._age(job) >= last_look(self._model(job))
        return time.time() if overdue or (late and not told_late(job)) else self._next_plan(job)

    def _next_plan(self, job: Job) -> float | None:
        if told_late(job):
            return None
        look = next_look(self._model(job), self._age(job))
        overdue = look is None or (job.status is not Status.EXPIRED and self._age(job) >= self._model(job).longest)
        due = time.time() + OVERDUE_EVERY if overdue or look is None else _start(job) + look
        return max(due, self._quiet.until)

    def _age(self, job: Job) -> float:
        return time.time() - _start(job)

    def _model(self, job: Job) -> Model:
        return self._catalogue.describe(job.request.model)

    def _forget(self, job: Job) -> None:
        self._planned.pop(job.id, None)
        self._doubts.pop(job.id, None)

    # --- what

    async def _still_waiting(self, job: Job, task: Task) -> Job | None:
        model, age = self._model(job), self._age(job)
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
                await fetch_clip(self._session, link, self.clip_file(job, part), self._link_rule)
        except DownloadTroubled as error:
            log.info("The clip cannot be fetched yet: %s", error, extra={"job": job.id})
            gone = time.time() - (task.updated_at or job.status_since) > CLIP_LIFE
            return await self._fail(job, "clip_lost") if gone else await self._follow(job)
        except (LinkDead, ClipUnusable) as error:
            log.info("The clip cannot be had: %s", error, extra={"job": job.id})
            reason = "clip_lost" if isinstance(error, LinkDead) else "clip_unusable"
            return await self._believe(job, reason) or await self._follow(job)
        except LinkUnsafe as error:
            log.error("The clip's link is none to follow: %s", error, extra={"job": job.id})
            return await self._fail(job, "clip_unusable")
        names = tuple(self.clip_file(job, part).name for part in range(len(task.videos)))
        made: dict[str, object] = {"made_at": task.updated_at or time.time(), "reason": None, "detail": None}
        return await self._outcomes.write(
            job,
            only_from(
                LOOKABLE,
                lambda now: change(now, time.time(), Status.COMPLETED, clips=names, links=task.videos, **made),
            ),
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
        if job.status in AT_VENDOR and self._age(job) >= self._model(job).longest:
            return await self._expire(job)
        if job.status is Status.EXPIRED and self._age(job) > PATIENCE:
            return await self._tell_late(job)
        return None

    async def _tell_late(self, job: Job) -> Job | None:
        return await self._outcomes.write(
            job, only_from((Status.EXPIRED,), lambda now: change(now, now.status_since, now.status, reason="late"))
        )

    def _note_outage(self, error: VendorError | None) -> None:
        """One line when an outage begins, one when it ends."""
        if error and self._outage is None:
            log.warning("MuleRun cannot be asked (%s); jobs are kept and asked about later", error)
            self._outage = error.code
        elif error is None and self._outage:
            log.warning("MuleRun answers again")
            self._outage = None


def _start(job: Job) -> float:
    return job.submitted_at or job.status_since
