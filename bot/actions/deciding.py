"""Deciding about a job: stopping it, looking again, what is to become of a doubtful one, taking a clip back."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from ..jobs import LOOKABLE, Job, PictureState, Status, change, deleted, is_undecided
from .asking import Asking
from .wishes import Accepted, Ask


@dataclass(frozen=True, kw_only=True)
class Actor:
    id: int
    may_moderate: bool


class Verdict(StrEnum):
    """What came of pressing a button; each has its sentence."""

    CANCELLED = "cancelled"
    BEING_SENT = "being_sent"
    AT_VENDOR = "at_vendor"
    UNFOLLOWED = "unfollowed"
    SENT_AGAIN = "sent_again"
    LEFT = "left"
    FINISHED = "finished"
    STILL_WORKING = "still_working"
    NOT_ANSWERED = "not_answered"
    TOO_LATE = "too_late"
    NOT_YOURS = "not_yours"
    NO_SUCH_JOB = "no_such_job"
    DELETED = "deleted"


class Deciding(Asking):
    async def cancel(self, job_id: str, actor: Actor) -> Verdict:
        """Stop a job that was not sent; one that was cannot be stopped, and the verdict says so."""

        def cancel(job: Job) -> Job | None:
            return change(job, time.time(), Status.CANCELLED) if job.status is Status.QUEUED else None

        verdict = await self._decide(job_id, actor, cancel, Verdict.CANCELLED)
        if verdict is not Verdict.TOO_LATE:
            return verdict
        job = await self._store.find(job_id)
        match job.status if job else None:
            case Status.CANCELLED:
                # the same press, heard by two processes
                return Verdict.CANCELLED
            case Status.SUBMITTING:
                return Verdict.BEING_SENT
            case Status.PENDING | Status.PROCESSING | Status.EXPIRED:
                return Verdict.AT_VENDOR
            case _:
                return Verdict.TOO_LATE

    async def unfollow(self, job_id: str, actor: Actor) -> Verdict:
        """Stop watching a job that the vendor has; it may still be made, and charged."""

        def unfollow(job: Job) -> Job | None:
            followed = (Status.PENDING, Status.PROCESSING, Status.EXPIRED)
            return change(job, time.time(), Status.UNFOLLOWED) if job.status in followed else None

        return await self._decide(job_id, actor, unfollow, Verdict.UNFOLLOWED)

    async def look(self, job_id: str, actor: Actor) -> Verdict:
        """Ask the vendor now about a job that was given up."""
        job = await self._store.find(job_id)
        if job is None:
            return Verdict.NO_SUCH_JOB
        if not may_decide(actor, job):
            return Verdict.NOT_YOURS
        if job.status not in LOOKABLE:
            return Verdict.TOO_LATE
        looked = await self._tracker.look(job)
        if not looked.answered:
            return Verdict.NOT_ANSWERED
        return Verdict.FINISHED if looked.job and looked.job.status not in LOOKABLE else Verdict.STILL_WORKING

    async def send_again(self, job_id: str, actor: Actor, ask: Ask) -> Accepted | Verdict | None:
        """Make a second job of a doubtful one, because a person says so; at most once, whoever presses.

        None when this very press already made one: whoever heard it first answers.
        """
        old = await self._store.find(job_id)
        if old is None:
            return Verdict.NO_SUCH_JOB
        if not may_decide(actor, old):
            return Verdict.NOT_YOURS
        picture = PictureState.NONE if old.picture is PictureState.NONE else PictureState.READ
        new = replace(self._new_job(ask, old.request, read=True), picture=picture, picture_url=None, parent_id=old.id)
        if not await self._store.replace_job(old.id, _settle("sent_again"), new):
            return None if await self._store.find(new.id) else Verdict.TOO_LATE
        self._tracker.wake(old.id)
        self._tracker.wake(new.id)
        given = await self._store.picture(new.id)
        start = await self._examine(given) if given else None
        return Accepted(job=new, thumbnail=start.thumbnail if start else None, parent=old)

    async def leave(self, job_id: str, actor: Actor) -> Verdict:
        """Leave a doubtful job as it is."""
        return await self._decide(job_id, actor, _settle("left"), Verdict.LEFT)

    async def delete(self, job_id: str, actor: Actor) -> Verdict:
        """Take a clip back: its messages go, its card says so."""
        job = await self._store.find(job_id)
        verdict = await self._decide(job_id, actor, lambda now: deleted(now, time.time()), Verdict.DELETED)
        if verdict is Verdict.DELETED and job:
            await self._tracker.clips.discard(job)
        return verdict

    # ---

    async def _decide(
        self, job_id: str, actor: Actor, transition: Callable[[Job], Job | None], done: Verdict
    ) -> Verdict:
        job = await self._store.find(job_id)
        if job is None:
            return Verdict.NO_SUCH_JOB
        if not may_decide(actor, job):
            return Verdict.NOT_YOURS
        changed = await self._store.update(job_id, transition, epoch=None)
        if changed is None:
            return Verdict.TOO_LATE
        self._tracker.wake(job_id)
        return done


def may_decide(actor: Actor, job: Job) -> bool:
    """The asker, and whoever keeps order where it was asked."""
    return actor.id == job.asker_id or actor.may_moderate


def _settle(reason: str) -> Callable[[Job], Job | None]:
    """A doubtful job is decided about once."""
    return lambda job: replace(job, reason=reason) if is_undecided(job) else None
