"""Telling: have Discord brought up to date about a job, and remember what it accepted."""

import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from ..errors import ClipMissing, ShowTroubled
from ..jobs import CARD_GRACE, Job, Place, Status, backoff, change, needs_showing
from ..store import Post
from .outcomes import Outcomes, only_from

log = logging.getLogger(__name__)

# Until the extension that shows is loaded, seconds.
WITHOUT_DISCORD = 1.0


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What Discord now has of a job: the status its thread heard, the card's face, where it went, what was posted.

    `again_in` seconds the rest can be tried, when not everything could be shown.
    """

    shown: Status | None
    card_face: str | None
    card_id: int | None
    place: Place
    posted: tuple[Post, ...] = ()
    again_in: float | None = None


# Given by the cogs: bring thread and card up to date. Raises ShowTroubled to be called again, ClipMissing.
Show = Callable[[Job], Awaitable[Shown]]


class Teller:
    def __init__(self, outcomes: Outcomes, discard: Callable[[Job], None]) -> None:
        self._outcomes = outcomes
        self._discard = discard
        self._show: Show | None = None
        self._failures: Counter[str] = Counter()

    def on_show(self, show: Show) -> Callable[[], None]:
        """Have `show` called for every job that Discord lags behind on; calling the result undoes that."""
        self._show = show

        def remove() -> None:
            self._show = None

        return remove

    async def step(self, job: Job) -> float | None:
        """Show what is new; when to come back, unix seconds, or None."""
        if not needs_showing(job):
            return None
        if self._show is None:
            return time.time() + WITHOUT_DISCORD
        if job.card_id is None and time.time() < job.created_at + CARD_GRACE:
            # the command that made the job is still answering
            return job.created_at + CARD_GRACE
        try:
            shown = await self._show(job)
        except ShowTroubled as error:
            return self._later(job, error)
        except ClipMissing:
            log.warning("The clip is not on this disk; fetching it again", extra={"job": job.id})
            await self._outcomes.write(job, only_from((Status.COMPLETED,), _unfetched))
            return None
        self._failures.pop(job.id, None)
        return await self._keep(job, shown)

    def _later(self, job: Job, error: ShowTroubled) -> float:
        self._failures[job.id] += 1
        pause = error.retry_after or backoff(self._failures[job.id])
        log.info("Discord cannot be told yet (%s), again in %.0f s", error, pause, extra={"job": job.id})
        return time.time() + pause

    async def _keep(self, job: Job, shown: Shown) -> float | None:
        after = await self._outcomes.write(job, lambda now: _with_shown(now, shown), shown.posted)
        if after is None:
            return None
        if after.shown is Status.COMPLETED and after.place is not Place.NOWHERE:
            self._discard(after)
        return time.time() + (shown.again_in or 0.0) if needs_showing(after) else None


def _unfetched(job: Job) -> Job:
    return change(job, time.time(), Status.PROCESSING, clips=(), links=())


def _with_shown(job: Job, shown: Shown) -> Job:
    return replace(
        job,
        shown=shown.shown,
        card_face=shown.card_face,
        card_id=shown.card_id or job.card_id,
        place=shown.place,
    )
