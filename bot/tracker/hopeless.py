"""Hopeless: what becomes of a job whose step fails the same way each time. It ends, truthfully, and holds up nobody."""

import logging
from dataclasses import replace

from .. import clock
from ..jobs import LIVE, Job, Status, card_face, change, visible_status
from ..reasons import Reason
from .outcomes import Outcomes
from .own_jobs import OwnJobs
from .teller import OFFER_FIRST, OFFER_MOST

log = logging.getLogger(__name__)


class Hopeless:
    """Each gives up one kind of step; when to come back, unix seconds, or None."""

    def __init__(self, jobs: OwnJobs, outcomes: Outcomes) -> None:
        self._jobs = jobs
        self._outcomes = outcomes

    async def end(self, job_id: str) -> None:
        """It cannot be carried on. What is at the vendor may yet be finished there: whoever asks is told."""
        if job := await self._jobs.find(job_id):
            log.error("It cannot be carried on; its end is told", extra={"job": job_id})
            await self._outcomes.write(job, _end)

    async def leave_unsaid(self, job_id: str) -> float | None:
        """It cannot be told of; a clip is offered further, for it is paid."""
        job = await self._jobs.find(job_id)
        if job is None:
            return None
        log.error("It cannot be told of", extra={"job": job_id})
        if job.status is Status.COMPLETED:
            return clock.now() + OFFER_MOST
        await self._outcomes.write(job, lambda now: replace(now, shown=visible_status(now)))
        return None

    async def leave_undrawn(self, job_id: str) -> None:
        """Its card cannot be drawn as it is now."""
        if job := await self._jobs.find(job_id):
            log.error("Its card cannot be drawn", extra={"job": job_id})
            await self._outcomes.write(job, lambda now: replace(now, card_face=card_face(now)))

    async def leave_unreviewed(self, job_id: str) -> float:
        """Nobody can be asked about it: it waits, for what is not decided is neither sent nor shown."""
        log.error("Nobody can be asked about it", extra={"job": job_id})
        return clock.now() + OFFER_FIRST


def _end(job: Job) -> Job | None:
    if job.status is Status.SUBMITTING:
        return change(job, clock.now(), Status.UNCONFIRMED, reason=Reason.INTERRUPTED)
    if job.status not in LIVE and job.status is not Status.EXPIRED:
        return None
    return change(job, clock.now(), Status.FAILED, reason=Reason.FAULT, detail=None, facts={}, wait=None)
