"""Own jobs: those that this worker carries, as it wrote or read them a moment ago; the database has the truth.

Most of what happens to a job is this worker's own doing, step upon step. So the row that a write gave back, or a read,
is what the next steps work with, for `KNOWN_FOR` at most. It is read anew

- when somebody else changed it: a press, another process (NOTIFY), whoever empties jobs (`changed`, `forget`);
- when a write was declined, or nobody knows whether it was committed;
- when it was overtaken: of two accesses that were under way together neither is kept, since their answers may come in
  another order than their commits;
- when one could not hear of others meanwhile (`Store.hearing`), or slept: then another worker may have the job.

What is remembered decides only what is begun. Each outcome is a transition of the row as it is in its transaction,
fenced by `epoch`; a POST follows from a claim alone; a message has its nonce, and is looked for where that is too old.
So a row that is a moment too old costs a step in vain, and since whoever changes a job wakes it after the change,
there is another step.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from .. import clock
from ..jobs import Job
from ..store import Store
from .lanes import Lanes
from .persistence import persist

# Seconds. A worker that is silent for longer than `worker.DEAD_AFTER`, several times as long, may lose its jobs.
KNOWN_FOR = 5.0


@dataclass(frozen=True, slots=True)
class _Access:
    """When one began, unix seconds; under which `Store.hearing`; and its place in the order of all that happened."""

    at: float
    hearing: int | None
    count: int


@dataclass(frozen=True, slots=True)
class _Known:
    """A job as an access gave it; None when it was only touched."""

    job: Job | None
    access: _Access


class OwnJobs:
    def __init__(self, store: Store, lanes: Lanes) -> None:
        self._store = store
        self._lanes = lanes
        self._known: dict[str, _Known] = {}
        self._reading: dict[str, asyncio.Task[Job | None]] = {}
        # accesses and changes, in the order in which they were heard of
        self._count = 0

    async def find(self, job_id: str) -> Job | None:
        """None for a job that is gone, or another worker's by now. Waits until the database answers."""
        known = self._known.get(job_id)
        if known and known.job and self._holds(known.access):
            return known.job
        # a change of the job wakes several lanes, which need it once
        reading = self._reading.get(job_id)
        if reading is None:
            reading = self._reading[job_id] = asyncio.create_task(self._read(job_id), name=f"find {job_id}")
        return await asyncio.shield(reading)

    async def write(self, job_id: str, write: Callable[[], Awaitable[Job | None]]) -> Job | None:
        """What `write` returns, a transaction of the store that gives the job's row as it is then; None declines."""
        access, written = self._touch(job_id), None
        try:
            written = await write()
        finally:
            self._keep(job_id, written, access)
        return written

    async def write_several(self, write: Callable[[], Awaitable[Sequence[Job]]]) -> Sequence[Job]:
        """The same for a transaction that chooses its jobs itself."""
        access = self._begin()
        try:
            written = await write()
        except BaseException:
            # whichever they were
            self.forget_all()
            raise
        for job in written:
            self._keep(job.id, job, access)
        return written

    async def write_with_others(
        self, job_id: str, write: Callable[[], Awaitable[tuple[Job | None, Sequence[Job]]]]
    ) -> tuple[Job | None, Sequence[Job]]:
        """Both: one that is written, and what is chosen with it, the same one perhaps."""
        access = self._touch(job_id)
        try:
            written, others = await write()
        except BaseException:
            self.forget_all()
            raise
        for job in {job.id: job for job in (written, *others) if job}.values():
            self._keep(job.id, job, access)
        return written, others

    # --- what others do

    def changed(self, job_id: str) -> None:
        """Somebody else changed the job, perhaps also what moderators are to be shown: have everybody look anew."""
        self.forget(job_id)
        self._lanes.wake(job_id, reviewed=True)

    def forget(self, job_id: str) -> None:
        """Whatever is known of it, or is about to be."""
        self._touch(job_id)

    def forget_all(self) -> None:
        for job_id in (*self._known, *self._reading):
            self._touch(job_id)

    def sweep(self) -> None:
        """Let go of what is too old to be used: with every beat, so that jobs that only wait take no memory."""
        self._known = {job_id: known for job_id, known in self._known.items() if self._holds(known.access)}

    # --- in which order

    async def _read(self, job_id: str) -> Job | None:
        access, this = self._begin(), asyncio.current_task()
        try:
            job = await persist(lambda: self._store.find(job_id))
        finally:
            if self._reading.get(job_id) is this:
                del self._reading[job_id]
        if job is None or job.worker != self._store.worker:
            return None
        self._keep(job_id, job, access)
        return job

    def _keep(self, job_id: str, job: Job | None, access: _Access) -> None:
        """Remember what came of an access, unless anything else happened to the job since that began."""
        known = self._known.get(job_id)
        overtaken = known is not None and known.access.count > access.count
        self._touch(job_id)
        if job is None or overtaken or job.worker != self._store.worker:
            return
        # its parent is changed together with another job; and what was emptied needs next to nothing
        if not (job.is_awaiting or job.is_emptied):
            self._known[job_id] = _Known(job, replace(access, count=self._count))

    def _touch(self, job_id: str) -> _Access:
        """Whatever is under way is overtaken."""
        self._reading.pop(job_id, None)
        access = self._begin()
        self._known[job_id] = _Known(None, access)
        return access

    def _begin(self) -> _Access:
        self._count += 1
        return _Access(clock.latest(), self._store.hearing, self._count)

    def _holds(self, access: _Access) -> bool:
        """Whether all that others did since it began would have been heard of."""
        heard = access.hearing is not None and access.hearing == self._store.hearing
        return heard and 0 <= clock.latest() - access.at < KNOWN_FOR
