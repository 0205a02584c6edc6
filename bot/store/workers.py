"""Workers in the database: who lives, and whose jobs are free to be taken over."""

from collections.abc import Mapping

import sqlalchemy as sa

from ..jobs import Face, Job
from .postgresql import CHANNEL
from .schema import encode_face, from_row, jobs, workers
from .transactions import Transactions


class WorkerRows(Transactions):
    async def beat(self, now: float, faces: Mapping[str, Face] | None = None) -> None:
        """Say that this worker lives, and write down what the cards of its jobs show, in the same commit."""

        def beat(db: sa.Connection) -> None:
            alive = self._insert_of(workers).values(id=self.worker, beat_at=now)
            db.execute(alive.on_conflict_do_update(index_elements=["id"], set_={"beat_at": now}))
            if faces:
                # what is settled shows its end
                own = (jobs.c.id == sa.bindparam("job"), jobs.c.worker == self.worker, jobs.c.settled.is_(False))
                shown = sa.update(jobs).where(*own).values(card_face=sa.bindparam("face"))
                db.execute(shown, [{"job": job_id, "face": encode_face(face)} for job_id, face in faces.items()])

        await self._write(beat)

    async def count_workers(self, dead_since: float) -> int:
        """How many workers live, this one among them."""
        if self.is_exclusive:
            return 1
        alive = sa.select(sa.func.count()).select_from(workers).where(workers.c.beat_at >= dead_since)
        return await self._read(lambda db: db.scalar(alive) or 1)

    async def leave(self) -> None:
        """Say that this worker stops: its jobs are free at once."""

        def leave(db: sa.Connection) -> None:
            db.execute(sa.update(workers).where(workers.c.id == self.worker).values(beat_at=0.0))
            if not self.is_exclusive:
                db.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))

        await self._write(leave)

    async def adopt(self, dead_since: float, *, most: int, strays: bool = False) -> list[Job]:
        """Take over up to `most` open jobs of workers whose last beat is older than `dead_since` (unix seconds).

        Each gets a higher epoch, so that a worker which only seemed dead can no longer write. `strays` are also looked
        for: jobs of nobody who ever said that it lives.
        """
        dead = sa.select(workers.c.id).where(workers.c.beat_at < dead_since, workers.c.id != self.worker)
        nobodys = sa.or_(jobs.c.worker.is_(None), jobs.c.worker.not_in(sa.select(workers.c.id)))
        free = sa.or_(jobs.c.worker.in_(dead), nobodys if strays else sa.false())
        chosen = sa.select(jobs.c.id).where(jobs.c.settled.is_(False), free).limit(most)

        def adopt(db: sa.Connection) -> list[Job]:
            taken = db.execute(
                sa.update(jobs)
                .where(jobs.c.id.in_(chosen.with_for_update(skip_locked=True)))
                .values(worker=self.worker, epoch=jobs.c.epoch + 1)
                .returning(*jobs.c)
            )
            adopted = [from_row(row._mapping) for row in taken]
            if len(adopted) < most:
                open_jobs = sa.select(jobs.c.id).where(jobs.c.settled.is_(False), jobs.c.worker == workers.c.id)
                db.execute(sa.delete(workers).where(workers.c.id.in_(dead), ~sa.exists(open_jobs)))
            return adopted

        if not strays and not await self._read(lambda db: db.scalar(sa.select(sa.exists(dead)))):
            return []
        return await self._write(adopt)

    async def open_jobs(self, after: str, most: int) -> list[Job]:
        """Up to `most` open jobs of this worker with ids above `after`, in the order of their ids."""
        own = sa.select(jobs).where(jobs.c.settled.is_(False), jobs.c.worker == self.worker, jobs.c.id > after)
        query = own.order_by(jobs.c.id).limit(most)
        return await self._read(lambda db: [from_row(row._mapping) for row in db.execute(query)])

    async def lagging(self) -> list[str]:
        """Own jobs of which Discord has not heard the last: what another process changed is seen here.

        So is a job that is being sent without this process knowing, because the answer to its claim was lost.
        """
        lagging = (jobs.c.worker == self.worker, jobs.c.lags.is_(True), jobs.c.settled.is_(False))
        return await self._read(lambda db: list(db.scalars(sa.select(jobs.c.id).where(*lagging))))
