"""Writing down what came of a step, however long the database takes, and waking whoever goes on from there."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from .. import clock
from ..display import Post
from ..jobs import CARDLESS, Job, Status, failed
from ..outages import AWAY, WRONG
from ..reasons import Reason
from ..retry import retry
from ..store import Store, Took, Transition
from .lanes import Lanes

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Outcomes:
    def __init__(self, store: Store, lanes: Lanes) -> None:
        self._store = store
        self._lanes = lanes

    async def write(
        self,
        job: Job,
        transition: Transition,
        posted: Iterable[Post] = (),
        took: Took | None = None,
    ) -> Job | None:
        """Write it and wake the lanes, which go on from there.

        The job as it is now written; None when it was taken over or has moved on, so that nothing was.
        """
        before: list[Job] = []

        def noted(now: Job) -> Job | None:
            before[:] = [now]
            return transition(now)

        written = await persist(lambda: self._store.update(job.id, noted, epoch=job.epoch, posted=posted, took=took))
        if written is None:
            log.info("The outcome came too late, the job has moved on", extra={"job": job.id})
            return None
        if written.status is not before[0].status:
            why = f" ({written.reason})" if written.reason else ""
            log.info("%s%s", written.status, why, extra={"job": job.id})
        self._lanes.wake(job.id, reviewed=written.under_review)
        if written.venue in CARDLESS:
            self._lanes.batches.set()
        return written

    def wake(self, job: Job) -> None:
        """Something about the job was written elsewhere."""
        self._lanes.wake(job.id, reviewed=True)

    async def forget_face(self, job: Job) -> None:
        """Have the card drawn again by whoever has the job now."""
        await persist(lambda: self._store.update(job.id, lambda now: replace(now, card_face=None), epoch=None))

    async def fail(
        self,
        job: Job,
        reason: Reason,
        detail: str = "",
        *,
        facts: Mapping[str, object] | None = None,
        among: Iterable[Status] = (),
    ) -> Job | None:
        """`among` are the statuses that the job may have come to since; without them it has to be as it was."""
        statuses = among or (job.status,)
        return await self.write(job, only_from(statuses, lambda now: failed(now, clock.now(), reason, detail, facts)))


def only_from(statuses: Iterable[Status], transition: Callable[[Job], Job]) -> Transition:
    """A transition that declines when the job has gone elsewhere since: a person may have decided in between."""
    allowed = tuple(statuses)
    return lambda job: transition(job) if job.status in allowed else None


async def persist(write: Callable[[], Awaitable[Result]]) -> Result:
    """A fact about money or messages is written, or read, as soon as the database answers again."""

    def tell(error: Exception, pause: float) -> None:
        log.debug("The database does not answer (%s), trying again in %.1f s", type(error).__name__, pause)

    return await retry(write, AWAY, but=WRONG, tell=tell, first=0.2, most=5.0)
