"""Workers in the database: who lives, and whose jobs are free to be taken over."""

from collections.abc import Mapping

import sqlalchemy as sa

from .. import clock
from ..jobs import Face, Job
from .postgresql import CHANNEL, TASK
from .schema import encode_face, from_row, jobs, workers
from .transactions import Transactions

# What is done with a job follows from these, and what may have been said already from the others.
PATIENCE = ("created_at", "not_before", "waiting_since", "submitted_at")
TIMES = (*PATIENCE, "status_since", "made_at")


class WorkerRows(Transactions):
    async def beat(self, faces: Mapping[str, Face] | None = None) -> None:
        """Say that this worker lives, and write down what the cards of its jobs show, in the same commit."""

        def beat(db: sa.Connection) -> None:
            alive = self._insert_of(workers).values(id=self.worker, beat_at=self.database.now)
            db.execute(alive.on_conflict_do_update(index_elements=["id"], set_={"beat_at": self.database.now}))
            if faces:
                # what is settled shows its end
                own = (jobs.c.id == sa.bindparam("job"), jobs.c.worker == self.worker, jobs.c.settled.is_(False))
                shown = sa.update(jobs).where(*own).values(card_face=sa.bindparam("face"))
                db.execute(shown, [{"job": job_id, "face": encode_face(face)} for job_id, face in faces.items()])

        await self._write(beat)

    async def ahead(self) -> float:
        """How far the database's clock is ahead of `bot.clock`, seconds; 0 as far as a slow answer may explain it."""
        asked_at = clock.now()
        query = sa.select(sa.cast(self.database.now, sa.Double))
        told = await self._read(lambda db: float(db.scalars(query).one()))
        return min(told - asked_at, 0.0) or max(told - clock.now(), 0.0)

    async def move_times(self, seconds: float) -> None:
        """Take this worker's open jobs along with a clock that jumped: they wait and are looked at as if it had not.

        What may have been said in a sleep was: since when, is put back only.
        """
        own = (jobs.c.settled.is_(False), jobs.c.worker == self.worker)
        moved = TIMES if seconds < 0 else PATIENCE
        await self._execute(sa.update(jobs).where(*own).values({name: jobs.c[name] + seconds for name in moved}))

    async def count_workers(self, silent_for: float) -> int:
        """How many workers live, this one among them: those that were not silent for so many seconds."""
        if self.is_exclusive:
            return 1
        alive = sa.select(sa.func.count()).select_from(workers).where(~self._are_silent(silent_for))
        return await self._read(lambda db: db.scalar(alive) or 1)

    async def tell_of_task(self, task_id: str) -> bool:
        """Have another worker hear that there may be news of a task; False when its job is none that goes on."""
        if self.is_exclusive:
            return False
        query = sa.select(sa.exists().where(jobs.c.settled.is_(False), jobs.c.task_id == task_id))

        def tell(db: sa.Connection) -> bool:
            is_known = bool(db.scalar(query))
            if is_known:
                db.execute(sa.select(sa.func.pg_notify(CHANNEL, TASK + task_id)))
            return is_known

        return await self._write(tell)

    async def leave(self) -> None:
        """Say that this worker stops: its jobs are free at once."""

        def leave(db: sa.Connection) -> None:
            db.execute(sa.update(workers).where(workers.c.id == self.worker).values(beat_at=0.0))
            if not self.is_exclusive:
                db.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))

        await self._write(leave)

    async def adopt(self, silent_for: float, *, most: int, strays: bool = False) -> list[Job]:
        """Take over up to `most` open jobs of workers that were silent for so many seconds; in a SQLite file, of any.

        Each gets a higher epoch, so that a worker which only seemed dead can no longer write. `strays` are also looked
        for: jobs of nobody who ever said that it lives.
        """
        is_dead = sa.true() if self.is_exclusive else self._are_silent(silent_for)
        dead = sa.select(workers.c.id).where(is_dead, workers.c.id != self.worker)
        nobodys = sa.or_(jobs.c.worker.is_(None), jobs.c.worker.not_in(sa.select(workers.c.id)))
        free = sa.or_(jobs.c.worker.in_(dead), nobodys if strays else sa.false())
        chosen = sa.select(jobs.c.id).where(jobs.c.settled.is_(False), free).limit(most)

        def adopt(db: sa.Connection) -> list[Job]:
            taken = db.execute(
                sa.update(jobs)
                .where(jobs.c.id.in_(chosen.with_for_update(skip_locked=True)))
                .values(worker=self.worker, epoch=jobs.c.epoch + 1, **self._past_times())
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

    def _are_silent(self, seconds: float) -> sa.ColumnElement[bool]:
        return workers.c.beat_at < self.database.now - seconds

    def _past_times(self) -> dict[str, sa.ColumnElement[float]]:
        """The times of a job by a clock that was put back since: what lies in the future would keep it waiting."""
        now = clock.now()
        return {name: sa.case((jobs.c[name] > now, now), else_=jobs.c[name]) for name in TIMES}

    async def open_jobs(self, after: str, most: int) -> list[Job]:
        """Up to `most` open jobs of this worker with ids above `after`, in the order of their ids."""
        own = sa.select(jobs).where(jobs.c.settled.is_(False), jobs.c.worker == self.worker, jobs.c.id > after)
        query = own.order_by(jobs.c.id).limit(most)
        return await self._read(lambda db: [from_row(row._mapping) for row in db.execute(query)])

    async def lagging_in(self, guild_id: int) -> list[str]:
        """Own jobs of a guild of which Discord has not heard the last; whoever carries another is woken for it."""
        lagging = (jobs.c.guild_id == guild_id, jobs.c.lags.is_(True), jobs.c.settled.is_(False))
        query = sa.select(jobs.c.id, jobs.c.worker).where(*lagging)

        def find(db: sa.Connection) -> list[str]:
            found = list(db.execute(query))
            for job_id in (row.id for row in found if row.worker != self.worker and not self.is_exclusive):
                db.execute(sa.select(sa.func.pg_notify(CHANNEL, job_id)))
            return [row.id for row in found if row.worker == self.worker]

        return await (self._read(find) if self.is_exclusive else self._write(find))

    async def lagging(self) -> list[str]:
        """Own jobs of which Discord has not heard the last: what another process changed is seen here.

        So is a job that is being sent without this process knowing, because the answer to its claim was lost.
        """
        lagging = (jobs.c.worker == self.worker, jobs.c.lags.is_(True), jobs.c.settled.is_(False))
        return await self._read(lambda db: list(db.scalars(sa.select(jobs.c.id).where(*lagging))))
