"""The store: what the program asks of the database, one plain verb each."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ..jobs import AT_VENDOR, ENDED, Job, PictureState, Status, change, ready_to_send
from ..line import Waiting, order_line
from . import schema
from .schema import facts, from_row, jobs, pictures, posts, to_row, workers

# taken while the line is read and served, so that two workers do not both see the last free place
LINE_LOCK = 7_240_114

Transition = Callable[[Job], Job | None]


@dataclass(frozen=True, kw_only=True)
class Post:
    """A message of a job that Discord accepted. `key` says which: "card", a status, or a status and a part."""

    key: str
    channel_id: int
    message_id: int


class Store:
    """Every method is one transaction. Writes on SQLite queue up here instead of fighting in the file."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(writes=False)
        self._one_writer: contextlib.AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if engine.dialect.name == "sqlite" else contextlib.nullcontext()
        )
        # a SQLite file has one process: any other worker in it is from a life before
        self.is_exclusive = engine.dialect.name == "sqlite"
        self._postgres = engine.dialect.name == "postgresql"

    # --- one job

    async def insert(self, job: Job, picture: bytes | None = None) -> bool:
        """Keep a new job and its picture; False when its id is taken, so the same event came before."""
        try:
            async with self._write() as db:
                await self._insert(db, job, picture)
        except IntegrityError:
            return False
        return True

    async def replace_job(self, old_id: str, transition: Transition, new: Job) -> bool:
        """Change one job and insert its successor, with its picture, or neither; False when it was too late."""
        try:
            async with self._write() as db:
                if await self._change(db, old_id, transition, epoch=None) is None:
                    return False
                picture = await db.scalar(sa.select(pictures.c.given).where(pictures.c.job_id == old_id))
                await self._insert(db, new, picture)
        except IntegrityError:
            return False
        return True

    async def find(self, job_id: str) -> Job | None:
        return next(iter(await self.load([job_id])), None)

    async def load(self, job_ids: Sequence[str]) -> list[Job]:
        async with self._read() as db:
            rows = await db.execute(sa.select(jobs).where(jobs.c.id.in_(job_ids)))
            return [from_row(row._mapping) for row in rows]

    async def update(
        self, job_id: str, transition: Transition, *, epoch: int | None, posted: Iterable[Post] = ()
    ) -> Job | None:
        """Apply a pure transition to the row as it is now, and keep what was posted with it.

        None, and nothing written, when the job is not there, when the transition declines by returning None, or when
        `epoch` is given and the job has gone to another worker since.
        """
        async with self._write() as db:
            changed = await self._change(db, job_id, transition, epoch=epoch)
            if changed is not None:
                await self._keep_posts(db, job_id, posted)
        return changed

    async def keep_picture(self, job_id: str, given: bytes, transition: Transition, *, epoch: int) -> Job | None:
        """Store a picture that was read late, and what that changes in its job."""
        async with self._write() as db:
            changed = await self._change(db, job_id, transition, epoch=epoch)
            if changed is not None:
                await db.execute(sa.delete(pictures).where(pictures.c.job_id == job_id))
                await db.execute(sa.insert(pictures).values(job_id=job_id, given=given))
        return changed

    async def keep_fitted(self, job_id: str, fitted: bytes, *, epoch: int) -> Job | None:
        def fit(job: Job) -> Job | None:
            return replace(job, picture=PictureState.FITTED) if job.picture is PictureState.READ else None

        async with self._write() as db:
            changed = await self._change(db, job_id, fit, epoch=epoch)
            if changed is not None:
                await db.execute(sa.update(pictures).where(pictures.c.job_id == job_id).values(fitted=fitted))
        return changed

    async def picture(self, job_id: str) -> bytes | None:
        """The picture as it was given."""
        async with self._read() as db:
            given: bytes | None = await db.scalar(sa.select(pictures.c.given).where(pictures.c.job_id == job_id))
            return given

    async def fitted_picture(self, job_id: str) -> bytes | None:
        async with self._read() as db:
            fitted: bytes | None = await db.scalar(sa.select(pictures.c.fitted).where(pictures.c.job_id == job_id))
            return fitted

    async def posts(self, job_id: str) -> dict[str, Post]:
        """What was posted for a job, by key."""
        async with self._read() as db:
            rows = await db.execute(sa.select(posts).where(posts.c.job_id == job_id))
            return {row.key: Post(key=row.key, channel_id=row.channel_id, message_id=row.message_id) for row in rows}

    # --- the line

    async def claim(self, worker: str, now: float, most: int) -> list[Job]:
        """Take the jobs that may be sent now, in the line's order, never more at the vendor than `most`.

        They come back `submitting` and committed: from here on a lost answer means that nobody knows.
        """
        async with self._write() as db:
            if self._postgres:
                await db.execute(sa.select(sa.func.pg_advisory_xact_lock(LINE_LOCK)))
            free = most - await self._count(db, AT_VENDOR)
            if free <= 0:
                return []
            ready = [_waiting(job) for job in await self._queued(db) if ready_to_send(job, now)]
            return [
                await self._claim_one(db, job, worker, now) for job in await self._lock(db, order_line(ready)[:free])
            ]

    async def place_in_line(self, job_id: str, most: int) -> int | None:
        """1 for the next to be sent when a place at the vendor, of which there are `most`, comes free.

        None when the job is not waiting, or a place is free for it now.
        """
        async with self._read() as db:
            free = max(0, most - await self._count(db, AT_VENDOR))
            order = order_line([_waiting(job) for job in await self._queued(db)])
        place = order.index(job_id) + 1 - free if job_id in order else 0
        return place if place > 0 else None

    async def count(self, *statuses: Status) -> int:
        async with self._read() as db:
            return await self._count(db, statuses)

    # --- workers

    async def beat(self, worker: str, now: float) -> None:
        """Say that this worker lives."""
        async with self._write() as db:
            changed = await db.execute(sa.update(workers).where(workers.c.id == worker).values(beat_at=now))
            if not changed.rowcount:
                await db.execute(sa.insert(workers).values(id=worker, beat_at=now))

    async def leave(self, worker: str) -> None:
        """Say that this worker stops: its jobs are free at once."""
        async with self._write() as db:
            await db.execute(sa.delete(workers).where(workers.c.id == worker))

    async def adopt(self, worker: str, dead_since: float) -> list[str]:
        """Take over the open jobs of workers whose last beat is older than `dead_since` (unix seconds), or gone.

        Each gets a higher epoch, so that a worker which only seemed dead can no longer write.
        """
        alive = sa.select(workers.c.id).where(workers.c.beat_at >= dead_since)
        orphans = sa.and_(
            jobs.c.settled.is_(False),
            sa.or_(jobs.c.worker.is_(None), sa.and_(jobs.c.worker != worker, jobs.c.worker.not_in(alive))),
        )
        chosen = sa.select(jobs.c.id).where(orphans)
        if self._postgres:
            chosen = chosen.with_for_update(skip_locked=True)
        async with self._write() as db:
            taken = await db.scalars(
                sa.update(jobs)
                .where(jobs.c.id.in_(chosen))
                .values(worker=worker, epoch=jobs.c.epoch + 1)
                .returning(jobs.c.id)
            )
            await db.execute(sa.delete(workers).where(workers.c.beat_at < dead_since, workers.c.id != worker))
            return list(taken)

    async def lagging(self, worker: str) -> list[str]:
        """Own jobs whose thread has not heard the last of them: what another process changed is seen here.

        So is a job that is being sent without this process knowing, because the answer to its claim was lost.
        """
        lagging = sa.or_(jobs.c.shown.is_(None), jobs.c.shown != jobs.c.status, jobs.c.card_face.is_(None))
        async with self._read() as db:
            found = await db.scalars(
                sa.select(jobs.c.id).where(jobs.c.worker == worker, jobs.c.settled.is_(False), lagging)
            )
            return list(found)

    # --- small facts

    async def fact(self, key: str) -> str | None:
        async with self._read() as db:
            return await db.scalar(sa.select(facts.c.value).where(facts.c.key == key))

    async def keep_fact(self, key: str, value: str) -> None:
        async with self._write() as db:
            await db.execute(sa.delete(facts).where(facts.c.key == key))
            await db.execute(sa.insert(facts).values(key=key, value=value))

    # --- inside a transaction

    @contextlib.asynccontextmanager
    async def _write(self) -> AsyncIterator[AsyncConnection]:
        async with self._one_writer, self._engine.begin() as db:
            yield db

    @contextlib.asynccontextmanager
    async def _read(self) -> AsyncIterator[AsyncConnection]:
        async with self._reader.begin() as db:
            yield db

    async def _insert(self, db: AsyncConnection, job: Job, picture: bytes | None) -> None:
        await db.execute(sa.insert(jobs).values(to_row(job)))
        if picture is not None:
            await db.execute(sa.insert(pictures).values(job_id=job.id, given=picture))

    async def _change(
        self, db: AsyncConnection, job_id: str, transition: Transition, *, epoch: int | None
    ) -> Job | None:
        found = (await db.execute(sa.select(jobs).where(jobs.c.id == job_id).with_for_update())).first()
        if found is None or (epoch is not None and found.epoch != epoch):
            return None
        before = from_row(found._mapping)
        after = transition(before)
        if after is None:
            return None
        old, new = dict(found._mapping), to_row(after)
        changes = {name: value for name, value in new.items() if value != old[name]}
        if changes:
            await db.execute(sa.update(jobs).where(jobs.c.id == job_id).values(changes))
        if after.picture is PictureState.FITTED and after.status in ENDED:
            # it served its purpose; the picture as given stays, to be used again
            await db.execute(sa.update(pictures).where(pictures.c.job_id == job_id).values(fitted=None))
        return after

    async def _keep_posts(self, db: AsyncConnection, job_id: str, posted: Iterable[Post]) -> None:
        for post in posted:
            await db.execute(sa.delete(posts).where(posts.c.job_id == job_id, posts.c.key == post.key))
            await db.execute(
                sa.insert(posts).values(
                    job_id=job_id, key=post.key, channel_id=post.channel_id, message_id=post.message_id
                )
            )

    async def _count(self, db: AsyncConnection, statuses: Iterable[Status]) -> int:
        query = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.status.in_([*statuses]))
        return await db.scalar(query) or 0

    async def _queued(self, db: AsyncConnection) -> list[Job]:
        rows = await db.execute(sa.select(jobs).where(jobs.c.status == Status.QUEUED))
        return [from_row(row._mapping) for row in rows]

    async def _lock(self, db: AsyncConnection, job_ids: Sequence[str]) -> list[Job]:
        """These jobs, ours until the transaction ends; those that somebody cancelled or holds just now are left out."""
        still_queued = sa.select(jobs).where(jobs.c.id.in_(job_ids), jobs.c.status == Status.QUEUED)
        rows = await db.execute(still_queued.with_for_update(skip_locked=True))
        return [from_row(row._mapping) for row in rows]

    async def _claim_one(self, db: AsyncConnection, job: Job, worker: str, now: float) -> Job:
        claimed = change(job, now, Status.SUBMITTING, worker=worker, epoch=job.epoch + 1)
        changes = {"status": claimed.status, "status_since": now, "worker": worker, "epoch": claimed.epoch}
        await db.execute(sa.update(jobs).where(jobs.c.id == job.id).values(changes))
        return claimed


def _waiting(job: Job) -> Waiting:
    home = job.guild_id or job.asker_id
    return Waiting(id=job.id, home=home, asker_id=job.asker_id, created_at=job.created_at)


__all__ = ["Post", "Store", "schema"]
