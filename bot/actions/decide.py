"""Deciding about a job: stopping it, looking again, what is to become of a doubtful one, taking a clip back."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from ..jobs import FOLLOWED, LOOKABLE, Decision, Job, PictureState, Status, change, deleted, is_undecided
from ..store import Store
from ..tracker import Tracker
from .ask import Accepted, Ask
from .pictures import PictureReader
from .submit import Submission


@dataclass(frozen=True, kw_only=True)
class Actor:
    id: int
    may_moderate: bool


class Effect(StrEnum):
    """What a press brought about; each has its sentence."""

    CANCELLED = "cancelled"
    BEING_SENT = "being_sent"
    AT_VENDOR = "at_vendor"
    UNFOLLOWED = "unfollowed"
    LEFT = "left"
    FINISHED = "finished"
    STILL_WORKING = "still_working"
    NOT_ANSWERED = "not_answered"
    TOO_LATE = "too_late"
    NOT_YOURS = "not_yours"
    NO_SUCH_JOB = "no_such_job"
    DELETED = "deleted"


class Decisions:
    def __init__(self, *, store: Store, tracker: Tracker, submission: Submission, pictures: PictureReader) -> None:
        self._store = store
        self._tracker = tracker
        self._submission = submission
        self._pictures = pictures

    async def cancel(self, job_id: str, actor: Actor) -> Effect:
        """Stop a job that was not sent; one that was cannot be stopped, and the effect says so."""

        def cancel(job: Job) -> Job | None:
            return change(job, time.time(), Status.CANCELLED) if job.status is Status.QUEUED else None

        effect = await self._decide(job_id, actor, cancel, Effect.CANCELLED)
        if effect is not Effect.TOO_LATE:
            return effect
        job = await self._store.find(job_id)
        match job.status if job else None:
            case Status.CANCELLED:
                # the same press, heard by two processes
                return Effect.CANCELLED
            case Status.SUBMITTING:
                return Effect.BEING_SENT
            case status:
                return Effect.AT_VENDOR if status in FOLLOWED else Effect.TOO_LATE

    async def unfollow(self, job_id: str, actor: Actor) -> Effect:
        """Stop watching a job that the vendor has; it may still be made, and charged."""

        def unfollow(job: Job) -> Job | None:
            return change(job, time.time(), Status.UNFOLLOWED) if job.status in FOLLOWED else None

        return await self._decide(job_id, actor, unfollow, Effect.UNFOLLOWED)

    async def look(self, job_id: str, actor: Actor) -> Effect:
        """Ask the vendor now about a job that was given up."""
        job = await self._store.find(job_id)
        if job is None:
            return Effect.NO_SUCH_JOB
        if not may_decide(actor, job):
            return Effect.NOT_YOURS
        if job.status not in LOOKABLE:
            return Effect.TOO_LATE
        looked = await self._tracker.look(job)
        if not looked.answered:
            return Effect.NOT_ANSWERED
        return Effect.FINISHED if looked.job and looked.job.status not in LOOKABLE else Effect.STILL_WORKING

    async def send_again(self, job_id: str, actor: Actor, ask: Ask) -> Accepted | Effect | None:
        """Make a second job of a doubtful one, because a person says so; at most once, whoever presses.

        None when this very press already made one: whoever heard it first answers.
        """
        old = await self._store.find(job_id)
        if old is None:
            return Effect.NO_SUCH_JOB
        if not may_decide(actor, old):
            return Effect.NOT_YOURS
        picture = PictureState.NONE if old.picture is PictureState.NONE else PictureState.READ
        new = replace(self._submission.new_job(ask, old.request, picture), parent_id=old.id, spoiler=old.spoiler)
        if not await self._store.replace_job(old.id, _settle(Decision.SENT_AGAIN), new):
            return None if await self._store.find(new.id) else Effect.TOO_LATE
        self._tracker.wake(old.id)
        self._tracker.wake(new.id)
        given = None if new.spoiler else await self._store.picture(new.id)
        thumbnail = (await self._pictures.look_at(given)).thumbnail if given else None
        return Accepted(job=new, thumbnail=thumbnail, parent=old)

    async def leave(self, job_id: str, actor: Actor) -> Effect:
        """Leave a doubtful job as it is."""
        return await self._decide(job_id, actor, _settle(Decision.LEFT), Effect.LEFT)

    async def delete(self, job_id: str, actor: Actor) -> Effect:
        """Take a clip back: its messages go, its card says so."""
        job = await self._store.find(job_id)
        effect = await self._decide(job_id, actor, lambda now: deleted(now, time.time()), Effect.DELETED)
        if effect is Effect.DELETED and job:
            await self._tracker.clips.discard(job)
        return effect

    # --- for all of them

    async def _decide(self, job_id: str, actor: Actor, transition: Callable[[Job], Job | None], done: Effect) -> Effect:
        job = await self._store.find(job_id)
        if job is None:
            return Effect.NO_SUCH_JOB
        if not may_decide(actor, job):
            return Effect.NOT_YOURS
        changed = await self._store.update(job_id, transition, epoch=None)
        if changed is None:
            return Effect.TOO_LATE
        self._tracker.wake(job_id)
        return done


def may_decide(actor: Actor, job: Job) -> bool:
    """The asker, and whoever keeps order where it was asked."""
    return actor.id == job.asker_id or actor.may_moderate


def _settle(decided: Decision) -> Callable[[Job], Job | None]:
    """A doubtful job is decided about once."""
    return lambda job: replace(job, decided=decided) if is_undecided(job) else None
