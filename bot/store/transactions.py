"""Transactions: how a row is read and changed, so that nobody writes over what somebody else decided.

What happens inside one is a plain function of a connection: on SQLite it runs in the writer's or a reader's thread, on
PostgreSQL between the event loop's other work.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ..display import Post
from ..jobs import ENDED, Job, PictureState, Status
from ..outages import Outage
from .postgresql import CHANNEL, PostgresqlDatabase
from .schema import OF_REQUEST, clips, drafts, from_row, is_settled, jobs, pictures, posts, to_row
from .sqlite import SqliteDatabase

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Transition = Callable[[Job], Job | None]
Database = SqliteDatabase | PostgresqlDatabase


class Transactions:
    """`worker` is the process that writes: what it changes of another one's jobs, that one is told of."""

    def __init__(self, database: Database, worker: str = "") -> None:
        self.database = database
        self.worker = worker
        # a SQLite file has one process: any other worker in it is from a life before
        self.is_exclusive = database.is_exclusive
        name = f"The database {database.name}"
        self._outage = Outage(log, f"{name} takes nothing", f"{name} takes what is written again", own=True)
        self._insert_of: Callable[..., Any] = sqlite.insert if self.is_exclusive else postgresql.insert

    async def _write(self, work: Callable[[sa.Connection], Result]) -> Result:
        # also on a full disk what is only read is found
        with self._outage.told():
            return await self.database.write(work)

    async def _read(self, work: Callable[[sa.Connection], Result]) -> Result:
        return await self.database.read(work)

    async def _execute(self, statement: sa.Executable) -> None:
        """A transaction of one statement."""

        def execute(db: sa.Connection) -> None:
            db.execute(statement)

        await self._write(execute)

    # --- inside a transaction

    def _insert(self, db: sa.Connection, job: Job, picture: bytes | None, draft_id: str | None = None) -> bool:
        """False when the draft that is to be sent was sent before."""
        if draft_id and not db.execute(sa.delete(drafts).where(drafts.c.id == draft_id)).rowcount:
            return False
        db.execute(sa.insert(jobs), to_row(job))
        if picture is not None:
            db.execute(sa.insert(pictures), {"job_id": job.id, "given": picture})
        return True

    def _twin(self, db: sa.Connection, job: Job, since: float) -> Job | None:
        """A job since then that is the same wish, and goes on; of one member one press at a time is looked at."""
        if not self.is_exclusive:
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(job.asker_id)))
        wish = [jobs.c[name] == getattr(job.request, name) for name in OF_REQUEST if name != "size_given"]
        same = (jobs.c.asker_id == job.asker_id, jobs.c.parent_id == job.parent_id, jobs.c.created_at >= since)
        goes_on = (jobs.c.id != job.id, jobs.c.status.not_in(ENDED))
        found = db.execute(sa.select(jobs).where(*same, *wish, *goes_on).limit(1)).first()
        return from_row(found._mapping) if found else None

    def _change(self, db: sa.Connection, job_id: str, transition: Transition, *, epoch: int | None) -> Job | None:
        """None, and nothing written, when the job is gone, `transition` declines, or `epoch` is not the row's."""
        found = db.execute(sa.select(jobs).where(jobs.c.id == job_id).with_for_update()).first()
        if found is None or (epoch is not None and found.epoch != epoch):
            return None
        after = transition(from_row(found._mapping))
        if after is None:
            return None
        old = found._mapping
        if old["settled"] and not is_settled(after):
            # whoever carried it may be long gone: who opens it again carries it
            after = replace(after, worker=self.worker, epoch=after.epoch + 1)
        new = to_row(after)
        changes = {name: value for name, value in new.items() if value != old[name]}
        if changes:
            db.execute(sa.update(jobs).where(jobs.c.id == job_id).values(changes))
            self._tell(db, after)
        if after.picture is PictureState.FITTED and after.status in ENDED and "status" in changes:
            # it served its purpose; the picture as given stays, to be used again
            db.execute(sa.update(pictures).where(pictures.c.job_id == job_id).values(fitted=None))
        if after.status is Status.DELETED:
            for table in (pictures, clips):
                db.execute(sa.delete(table).where(table.c.job_id == job_id))
        return after

    def _tell(self, db: sa.Connection, job: Job) -> None:
        """Wake the worker whose job this is, once the change is committed."""
        if not self.is_exclusive and job.worker != self.worker:
            db.execute(sa.select(sa.func.pg_notify(CHANNEL, job.id)))

    def _keep_posts(self, db: sa.Connection, job_id: str, posted: Iterable[Post]) -> None:
        for post in posted:
            where = {"channel_id": post.channel_id, "message_id": post.message_id}
            kept = self._insert_of(posts).values(job_id=job_id, key=post.key, **where)
            db.execute(kept.on_conflict_do_update(index_elements=["job_id", "key"], set_=where))

    def _count(self, db: sa.Connection, statuses: Iterable[Status]) -> int:
        query = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.status.in_([*statuses]))
        return db.scalar(query) or 0
