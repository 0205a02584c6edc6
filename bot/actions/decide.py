"""Deciding about a job: stopping it, looking again, what is to become of a doubtful one, taking a clip back."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from .. import clock
from ..display import bring_clips
from ..errors import ShowTroubled
from ..jobs import (
    FOLLOWED,
    LOOKABLE,
    Decision,
    Job,
    PictureState,
    Status,
    Venue,
    awaits_clip,
    change,
    deleted,
    is_undecided,
    may_look,
    may_show_start,
)
from ..store import Store, Weighing
from ..tracker import Tracker
from ..video_request import Refusal
from .admission import Admission
from .ask import Accepted, Ask, ToConfirm
from .gate import Gate, Passed
from .pictures import PictureReader
from .submit import Submission

# What is not deleted by then is told to go later: whoever pressed has to be answered within three seconds.
REMOVED_WITHIN = 1.5


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
    CLIP_LATE = "clip_late"
    STILL_FAILED = "still_failed"
    NOT_ANSWERED = "not_answered"
    TOO_LATE = "too_late"
    NOT_YOURS = "not_yours"
    NO_SUCH_JOB = "no_such_job"
    DELETED = "deleted"
    DELETE_REFUSED = "delete_refused"
    DELETE_LATER = "delete_later"


class Decisions:
    def __init__(
        self,
        *,
        store: Store,
        tracker: Tracker,
        submission: Submission,
        pictures: PictureReader,
        gate: Gate,
        admission: Admission,
    ) -> None:
        self._store = store
        self._admission = admission
        self._gate = gate
        self._tracker = tracker
        self._submission = submission
        self._pictures = pictures

    async def cancel(self, job_id: str, actor: Actor) -> Effect:
        """Stop a job that was not sent; one that was cannot be stopped, and the effect says so."""

        def cancel(job: Job) -> Job | None:
            unsent = job.status in (Status.IN_REVIEW, Status.QUEUED)
            return change(job, clock.now(), Status.CANCELLED, wait=None) if unsent else None

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
            return change(job, clock.now(), Status.UNFOLLOWED) if job.status in FOLLOWED else None

        return await self._decide(job_id, actor, unfollow, Effect.UNFOLLOWED)

    async def look(self, job_id: str, actor: Actor) -> Effect:
        """Ask the vendor now about a job that was given up, or that failed there."""
        job = await self._store.find(job_id)
        if job is None:
            return Effect.NO_SUCH_JOB
        if not may_decide(actor, job):
            return Effect.NOT_YOURS
        if not may_look(job):
            return Effect.TOO_LATE
        looked = await self._tracker.look(job)
        if not looked.answered:
            return Effect.NOT_ANSWERED
        return _effect_of_look(job, looked.job)

    async def send_again(self, job_id: str, actor: Actor, ask: Ask) -> Accepted | Effect | ToConfirm | Refusal | None:
        """Make a second job of a doubtful one, because a person says so; at most once, whoever presses.

        None when this very press already made one: whoever heard it first answers.
        """
        if refusal := await self._admission.refuse(ask.guild_id, ask.asker_id):
            return refusal
        old = await self._store.find(job_id)
        if old is None:
            return Effect.NO_SUCH_JOB
        if not may_decide(actor, old):
            return Effect.NOT_YOURS
        if old.venue is Venue.BATCH:
            # it takes the other's place there
            ask = replace(ask, venue=old.venue, channel_id=old.channel_id, within_id=old.within_id)
        picture, further = _given_again(old.picture), _given_again(old.further)
        new = self._submission.new_job(ask, old.request, picture, further)
        new = replace(new, parent_id=old.id, spoiler=old.spoiler)

        def keep(weighing: Weighing) -> Awaitable[Job | None]:
            return self._store.replace_job(job_id, _settle(Decision.SENT_AGAIN), new, weighing=weighing)

        given = await self._store.picture(old.id) if picture is PictureState.READ else None
        seen = await self._pictures.look_at(given) if given else None
        beside = [each.data for each in (await self._store.further_pictures(old.id)).values() if each.data]
        seen_beside = [await self._pictures.look_at(data) for data in beside]
        passed = await self._gate.admit(ask, new, keep, [*([seen] if seen else []), *seen_beside])
        if isinstance(passed, ToConfirm):
            # it is pressed once more, as the successor of this job, which a draft is not
            await self._store.discard_draft(passed.saved.id)
        if not isinstance(passed, Passed):
            return passed
        if passed.job is None:
            return None if await self._store.find(new.id) else Effect.TOO_LATE
        self._tracker.wake(old.id)
        self._tracker.wake(new.id, reviewed=passed.job.under_review)
        thumbnail = seen.thumbnail if seen and may_show_start(passed.job) else None
        return Accepted(job=passed.job, thumbnail=thumbnail, parent=old, near=passed.near)

    async def leave(self, job_id: str, actor: Actor) -> Effect:
        """Leave a doubtful job as it is."""
        return await self._decide(job_id, actor, _settle(Decision.LEFT), Effect.LEFT)

    async def delete(self, job_id: str, actor: Actor) -> Effect:
        """Take a clip back: its messages go, its card says so. What Discord does not let go is tried again later."""
        job = await self._store.find(job_id)
        effect = await self._decide(job_id, actor, lambda now: deleted(now, clock.now()), Effect.DELETED)
        if effect is not Effect.DELETED or job is None:
            return effect
        await self._tracker.clips.discard(job)
        try:
            async with asyncio.timeout(REMOVED_WITHIN):
                left = await self._tracker.removal.remove(job)
        except (ShowTroubled, TimeoutError):
            return Effect.DELETE_LATER
        return Effect.DELETE_REFUSED if bring_clips(left) else Effect.DELETED

    # --- for all of them

    async def _decide(self, job_id: str, actor: Actor, transition: Callable[[Job], Job | None], done: Effect) -> Effect:
        job = await self._store.find(job_id)
        if job is None:
            return Effect.NO_SUCH_JOB
        if not may_decide(actor, job):
            return Effect.NOT_YOURS
        changed = await self._tracker.write(job_id, lambda: self._store.update(job_id, transition, epoch=None))
        return Effect.TOO_LATE if changed is None else done


def may_decide(actor: Actor, job: Job) -> bool:
    """The asker, and whoever keeps order where it was asked."""
    return actor.id == job.asker_id or actor.may_moderate


def _given_again(state: PictureState) -> PictureState:
    """What was sent was read; it is fitted anew."""
    return PictureState.NONE if state is PictureState.NONE else PictureState.READ


def _effect_of_look(before: Job, after: Job | None) -> Effect:
    now = after or before
    if awaits_clip(now):
        return Effect.CLIP_LATE
    if now.status in LOOKABLE:
        return Effect.STILL_WORKING
    return Effect.FINISHED if after else Effect.STILL_FAILED


def _settle(decided: Decision) -> Callable[[Job], Job | None]:
    """A doubtful job is decided about once."""
    return lambda job: replace(job, decided=decided) if is_undecided(job) else None
