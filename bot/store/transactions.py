"""Transactions: how a row is read and changed, so that nobody writes over what somebody else decided.

What happens inside one is a plain function of a connection: on SQLite it runs in the writer's or a reader's thread, on
PostgreSQL between the event loop's other work.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ..briefs import drawing
from ..briefs.films import Progress
from ..display import Post
from ..errors import GrantTaken
from ..further_pictures import FurtherPicture
from ..jobs import CARDLESS, ENDED, Job, PictureState, Status
from ..outages import Outage
from ..privacy import OF_JOB
from ..reviews import Kind, Review
from ..server_rules.limits import Limit, Used, Whose
from .counting import Counting
from .postgresql import CHANNEL, PostgresqlDatabase
from .schema import (
    OF_REQUEST,
    UNSENT,
    batches,
    briefs,
    clips,
    draft_pictures,
    drafts,
    films,
    from_row,
    further_pictures,
    is_settled,
    jobs,
    pictures,
    posts,
    review_of,
    review_row,
    reviews,
    storyboards,
    takes,
    to_row,
)
from .sqlite import SqliteDatabase

log = logging.getLogger(__name__)

Result = TypeVar("Result")

# Statements are put together once: that costs more than what the database does with them.
_is_job, _of_job = (table.c[name] == sa.bindparam("job") for table, name in ((jobs, "id"), (posts, "job_id")))
JOB = sa.select(jobs).where(_is_job)
JOB_TO_CHANGE = JOB.with_for_update()
CHANGE_JOB = sa.update(jobs).where(_is_job)
NEW_JOB = sa.insert(jobs)
POSTS = sa.select(posts.c.key, posts.c.channel_id, posts.c.message_id).where(_of_job)
_is_draft = drafts.c.id == sa.bindparam("draft")
SEND_DRAFT = sa.update(drafts).where(_is_draft, UNSENT).values(content={}, picture=None)
SEND_DRAFT_PICTURES = sa.delete(draft_pictures).where(draft_pictures.c.draft_id == sa.bindparam("draft"))
TELL = sa.select(sa.func.pg_notify(CHANNEL, sa.bindparam("job")))

# What does not tell one wish from another; extras are those of the same parent, and JSON that no database compares.
UNTOLD = ("size_given", "by_default", "extras")
Transition = Callable[[Job], Job | None]
Database = SqliteDatabase | PostgresqlDatabase


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """The job as it may be kept, and what a moderator is asked about it first."""

    job: Job
    review: Review | None = None


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """What has to be known of usage before a job may be kept, and who says as what it is; raises NotAdmitted."""

    limits: Mapping[Whose, Limit]
    judge: Callable[[Mapping[Whose, Used]], Weighed]


def drawn_anew(table: sa.Table) -> sa.Update:
    """Have rows of what a team looks at drawn anew, as soon as that may be."""
    return sa.update(table).values(version=table.c.version + 1, due_at=table.c.drawn_at + drawing.DRAWN_EVERY)


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
        self._counting = Counting(self._insert_of, is_exclusive=self.is_exclusive)
        post = self._insert_of(posts)
        where = {name: post.excluded[name] for name in ("channel_id", "message_id")}
        self._keep_post = post.on_conflict_do_update(index_elements=["job_id", "key"], set_=where)

    async def _write(self, work: Callable[[sa.Connection], Result], *, patient: bool = False) -> Result:
        # also on a full disk what is only read is found
        with self._outage.told():
            return await self.database.write(work, patient=patient)

    async def _read(self, work: Callable[[sa.Connection], Result]) -> Result:
        return await self.database.read(work)

    async def _execute(self, statement: sa.Executable) -> None:
        """A transaction of one statement."""

        def execute(db: sa.Connection) -> None:
            db.execute(statement)

        await self._write(execute)

    # --- inside a transaction

    def _insert(
        self,
        db: sa.Connection,
        job: Job,
        picture: bytes | None,
        draft_id: str | None = None,
        further: Iterable[FurtherPicture] = (),
    ) -> bool:
        """False when the draft that is to be sent was sent before."""
        # what an event was asked about is settled by the job that it became after all
        draft = {"draft": draft_id or job.id}
        if not db.execute(SEND_DRAFT, draft).rowcount and draft_id:
            return False
        db.execute(NEW_JOB, to_row(job))
        self._counting.count_in(db, job)
        if picture is not None:
            db.execute(sa.insert(pictures), {"job_id": job.id, "given": picture})
        db.execute(SEND_DRAFT_PICTURES, draft)
        for each in further:
            row = {"job_id": job.id, "slot": each.slot, "given": each.data, "url": each.url}
            db.execute(sa.insert(further_pictures), row)
        return True

    def _weigh(self, db: sa.Connection, job: Job, weighing: Weighing | None) -> Weighed:
        """The job as it may be kept. Raises NotAdmitted, GrantTaken, which undo the transaction."""
        if weighing is None:
            return Weighed(job=job)
        weighed = weighing.judge(self._counting.used(db, job, job.created_at, weighing.limits))
        if weighed.job.granted and not self._counting.take_grant(db, weighed.job, job.created_at):
            raise GrantTaken
        return weighed

    def _keep_review(self, db: sa.Connection, review: Review | None) -> None:
        if review:
            db.execute(self._insert_of(reviews).values(review_row(review)).on_conflict_do_nothing())

    def _ask_to_publish(self, db: sa.Connection, job: Job) -> None:
        """Ask moderators about a clip. What was flagged about its wish they decided about before it was sent."""
        own = sa.select(reviews).where(reviews.c.job_id == job.id, reviews.c.kind == Kind.SENDING)
        found = db.execute(own).first()
        before = review_of(found._mapping) if found else None
        flags = before.flags if before else ()
        review = Review(
            job_id=job.id,
            kind=Kind.PUBLISHING,
            guild_id=job.guild_id or 0,
            asker_id=job.asker_id,
            asked_at=job.status_since,
            why="flagged" if flags else "all",
            flags=flags,
            joined_at=before.joined_at if before else None,
        )
        self._keep_review(db, review)

    def _came_before(self, db: sa.Connection, job: Job, draft_id: str | None) -> bool:
        """Whether the very event made a job already, or its draft was sent."""
        unsent = sa.exists().where(drafts.c.id == draft_id, UNSENT)
        there = sa.exists().where(jobs.c.id == job.id)
        return bool(db.scalar(sa.select(sa.or_(there, sa.not_(unsent) if draft_id else sa.false()))))

    def _twin(self, db: sa.Connection, job: Job, since: float) -> Job | None:
        """A job since then that is the same wish, and goes on; of one member one press at a time is looked at."""
        if not self.is_exclusive:
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(job.asker_id)))
        wish = [jobs.c[name] == getattr(job.request, name) for name in OF_REQUEST if name not in UNTOLD]
        same = (jobs.c.asker_id == job.asker_id, jobs.c.parent_id == job.parent_id, jobs.c.created_at >= since)
        goes_on = (jobs.c.id != job.id, jobs.c.status.not_in(ENDED))
        found = db.execute(sa.select(jobs).where(*same, *wish, *goes_on).limit(1)).first()
        return from_row(found._mapping) if found else None

    def _change(self, db: sa.Connection, job_id: str, transition: Transition, *, epoch: int | None) -> Job | None:
        """None, and nothing written, when the job is gone, `transition` declines, or `epoch` is not the row's."""
        found = db.execute(JOB_TO_CHANGE, {"job": job_id}).first()
        if found is None or (epoch is not None and found.epoch != epoch):
            return None
        old = dict(found._mapping)
        before = from_row(old)
        after = transition(before)
        if after is None:
            return None
        if old["settled"] and not is_settled(after):
            # whoever carried it may be long gone: who opens it again carries it
            after = replace(after, worker=self.worker, epoch=after.epoch + 1)
        new = to_row(after)
        if after.is_emptied:
            # whoever was at work still had the words: what is emptied stays so
            new |= OF_JOB
            after = from_row(new)
        changes = {name: value for name, value in new.items() if value != old[name]}
        if changes:
            db.execute(CHANGE_JOB, {"job": job_id, **changes})
            if before.venue in CARDLESS:
                self._touch_batches(db, [job_id])
            self._counting.recount(db, before, after)
            self._tell(db, after)
        if after.status in ENDED and "status" in changes:
            # they served their purpose; the pictures as given stay, to be used again
            self._forget_fitted(db, after)
        if after.status is Status.HELD and before.status is not Status.HELD:
            self._ask_to_publish(db, after)
        if after.status is Status.DELETED:
            for table in (pictures, further_pictures, clips):
                db.execute(sa.delete(table).where(table.c.job_id == job_id))
        return after

    def _touch_batches(self, db: sa.Connection, job_ids: Iterable[str]) -> None:
        """Have the messages of batches drawn anew that these jobs are takes of, and what else shows those."""
        of_them = takes.c.job_id.in_([*job_ids])
        theirs = sa.select(takes.c.batch_id).where(of_them)
        db.execute(drawn_anew(batches).where(batches.c.id.in_(theirs)))
        self._touch_shown(db, sa.select(takes.c.brief_id).where(of_them))

    def _touch_shown(self, db: sa.Connection, brief_ids: sa.Select[tuple[str]]) -> None:
        """Have the storyboards of briefs drawn anew, and looked at whether their films and sheets may stay."""
        db.execute(drawn_anew(storyboards).where(storyboards.c.id.in_(brief_ids)))
        shown = (films.c.brief_id.in_(brief_ids), films.c.progress == Progress.MADE)
        db.execute(drawn_anew(films).where(*shown))
        with_sheet = (briefs.c.id.in_(brief_ids), briefs.c.sheet_at.is_not(None))
        db.execute(drawn_anew(briefs).where(*with_sheet))

    def _forget_fitted(self, db: sa.Connection, job: Job) -> None:
        for table, state in ((pictures, job.picture), (further_pictures, job.further)):
            if state is PictureState.FITTED:
                db.execute(sa.update(table).where(table.c.job_id == job.id).values(fitted=None))

    def _tell(self, db: sa.Connection, job: Job) -> None:
        """Wake the worker whose job this is, once the change is committed."""
        if not self.is_exclusive and job.worker != self.worker:
            db.execute(TELL, {"job": job.id})

    def _keep_posts(self, db: sa.Connection, job_id: str, posted: Iterable[Post]) -> None:
        rows = [{"job_id": job_id, **vars(post)} for post in posted]
        if rows:
            db.execute(self._keep_post, rows)

    def _count(self, db: sa.Connection, statuses: Iterable[Status]) -> int:
        query = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.status.in_([*statuses]))
        return db.scalar(query) or 0
