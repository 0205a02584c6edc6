"""Writing down what came of a step, however long the database takes, and waking whoever goes on from there."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from .. import clock
from ..display import Post
from ..jobs import CARDLESS, Job, Status, failed
from ..reasons import Reason
from ..store import Store, Took, Transition
from .lanes import Lanes
from .own_jobs import OwnJobs
from .persistence import persist

log = logging.getLogger(__name__)


class Fenced(Protocol):
    """A job, or as much of it as a write needs: of an `epoch` that is not the row's any more nothing is written."""

    @property
    def id(self) -> str: ...
    @property
    def epoch(self) -> int: ...


class Outcomes:
    def __init__(self, store: Store, jobs: OwnJobs, lanes: Lanes) -> None:
        self._store = store
        self._jobs = jobs
        self._lanes = lanes

    async def write(
        self,
        job: Fenced,
        transition: Transition,
        posted: Iterable[Post] = (),
        took: Took | None = None,
        *,
        patient: bool = False,
    ) -> Job | None:
        """Write it and wake the lanes, which go on from there; what is `patient` when others write, too.

        The job as it is now written; None when it was taken over or has moved on, so that nothing was.
        """
        before: list[Job] = []

        def noted(now: Job) -> Job | None:
            before[:] = [now]
            return transition(now)

        def write() -> Awaitable[Job | None]:
            return self._store.update(job.id, noted, epoch=job.epoch, posted=posted, took=took, patient=patient)

        written = await self._jobs.write(job.id, lambda: persist(write))
        if written is None:
            log.info("The outcome came too late, the job has moved on", extra={"job": job.id})
            return None
        if written.status is not before[0].status:
            why = f" ({written.reason})" if written.reason else ""
            log.info("%s%s", written.status, why, extra={"job": job.id})
        self._lanes.carry_on(written, before[0])
        if written.venue in CARDLESS:
            self._lanes.batches.set()
        return written

    async def keep(self, job: Job, write: Callable[[], Awaitable[Job | None]]) -> Job | None:
        """Write it by a transaction of its own; whoever asks for that says what comes next."""
        return await self._jobs.write(job.id, write)

    def changed(self, job: Job) -> None:
        """Something about the job was written elsewhere."""
        self._jobs.changed(job.id)

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
