"""The line in the database: who waits, what is at the vendor, and claiming what may be sent."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from ..display import Post
from ..jobs import AT_VENDOR, Job, PictureState, Status, change
from ..line import Active, Line, Room, Turn, Waiting, is_ready, split_line
from ..reasons import Reason
from .schema import from_row, jobs, turns
from .transactions import CHANGE_JOB, Transactions, Transition

# taken while the line is read and served, so that two workers do not both see the last free place
LINE_LOCK = 7_240_114

HOME = sa.func.coalesce(jobs.c.guild_id, jobs.c.asker_id)
# what goes on from a clip that is not there yet has no place: it would hold up those behind it for minutes
WAITING = (jobs.c.status == Status.QUEUED, jobs.c.picture != PictureState.AWAITED)
WAITING_ROWS = sa.select(
    jobs.c.id,
    HOME,
    jobs.c.asker_id,
    jobs.c.created_at,
    jobs.c.model,
    jobs.c.seconds,
    jobs.c.size,
    jobs.c.picture,
    jobs.c.not_before,
    jobs.c.card_id.is_not(None),
    jobs.c.worker,
    jobs.c.further,
).where(*WAITING)
STATUS_ROWS = sa.select(jobs.c.status, sa.func.count()).group_by(jobs.c.status)
GROUPS = (HOME, jobs.c.asker_id, jobs.c.model)
# what is made, and only not to be had yet, takes no place at the vendor
ACTIVE = (jobs.c.status.in_(AT_VENDOR), jobs.c.wait.is_distinct_from(Reason.CLIP_LATE))
ACTIVE_ROWS = sa.select(*GROUPS, sa.func.count()).where(*ACTIVE).group_by(*GROUPS)
FEW = 20
SOME_WAITING = sa.select(sa.func.count()).select_from(
    sa.select(sa.literal(1)).select_from(jobs).where(*WAITING).limit(FEW + 1).subquery()
)
IS_ANY_WAITING = sa.select(sa.exists().where(*WAITING))
AT_VENDOR_COUNT = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.status.in_(AT_VENDOR))
ACTIVE_COUNT = sa.select(sa.func.count()).select_from(jobs).where(*ACTIVE)
CHOSEN = (
    sa.select(jobs)
    .where(jobs.c.id.in_(sa.bindparam("chosen", expanding=True)), jobs.c.status == Status.QUEUED)
    .with_for_update(skip_locked=True)
)
TURN_ROWS = sa.select(turns.c.home, turns.c.asker_id, turns.c.taken_at).where(
    turns.c.home.in_(sa.select(HOME).where(jobs.c.status == Status.QUEUED))
)


class LineRows(Transactions):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        turn = self._insert_of(turns)
        taken = {"taken_at": turn.excluded.taken_at}
        self._take_turn = turn.on_conflict_do_update(index_elements=["home", "asker_id"], set_=taken)

    async def claim(self, now: float, room: Room, most: int) -> list[Job]:
        """Take up to `most` jobs that may be sent now, in the line's order, never more at the vendor than `room` says.

        They come back `submitting` and committed: from here on a lost answer means that nobody knows.
        """
        # mostly there is nothing to claim, and a look at that need not stand in the way of those who write
        if not await self._read(lambda db: self._is_any_ready(db, now, room)):
            return []
        return await self._write(lambda db: self._claim(db, now, room, most))

    async def change_and_claim(
        self, job_id: str, transition: Transition, posted: Iterable[Post], now: float, room: Room, most: int
    ) -> tuple[Job | None, list[Job]]:
        """Change a job, which may have it sent, and in the same commit `claim`, where only a few wait.

        The job as it was changed, None as of `update`; and those that were claimed, itself perhaps among them.
        """

        def change_and_claim(db: sa.Connection) -> tuple[Job | None, list[Job]]:
            changed = self._change(db, job_id, transition, epoch=None)
            if changed is None:
                return None, []
            self._keep_posts(db, job_id, posted)
            # a long line is a long look, which must not be taken with every card
            few = (db.scalar(SOME_WAITING) or 0) <= FEW
            return changed, self._claim(db, now, room, most) if few else []

        return await self._write(change_and_claim)

    async def line(self) -> Line:
        return await self._read(self._line)

    async def count(self, *statuses: Status) -> int:
        return await self._read(lambda db: self._count(db, statuses))

    async def counts(self) -> dict[Status, int]:
        """How many jobs there are of each status that any have."""
        return await self._read(lambda db: {Status(status): number for status, number in db.execute(STATUS_ROWS)})

    # --- inside a transaction

    def _is_any_ready(self, db: sa.Connection, now: float, room: Room) -> bool:
        # mostly nobody waits, and where many do the vendor is mostly full
        if not db.scalar(IS_ANY_WAITING):
            return False
        full = self._at_vendor(db) >= room.most and (db.scalar(ACTIVE_COUNT) or 0) >= room.most
        return not full and any(is_ready(job, now) for job in self._waiting(db))

    def _claim(self, db: sa.Connection, now: float, room: Room, most: int) -> list[Job]:
        if not self.is_exclusive:
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(LINE_LOCK)))
        ready = [job for job in self._waiting(db) if is_ready(job, now)]
        chosen = self._lock(db, [job.id for job in self._free(db, ready, room, most)])
        return [self._claim_one(db, job, now) for job in chosen]

    def _free(self, db: sa.Connection, ready: list[Waiting], room: Room, most: int) -> Sequence[Waiting]:
        """Those for whom there is room, `most` of them, in the line's order."""
        # where all can go nobody has to be put in order, for which all that are at the vendor would be looked through
        limited = any(job.model in room.by_model for job in ready)
        if not limited and len(ready) <= min(most, room.most - self._at_vendor(db)):
            return ready
        return split_line(self._with_others(db, ready), room)[0][:most]

    def _at_vendor(self, db: sa.Connection) -> int:
        """At most so many are: those of which only the clip is late are counted, too, which costs less."""
        return db.scalar(AT_VENDOR_COUNT) or 0

    def _line(self, db: sa.Connection) -> Line:
        waiting = self._waiting(db)
        return self._with_others(db, waiting) if waiting else Line(waiting=())

    def _with_others(self, db: sa.Connection, waiting: Sequence[Waiting]) -> Line:
        active = [Active(*row) for row in db.execute(ACTIVE_ROWS)]
        return Line(waiting=waiting, active=active, turns=[Turn(*row) for row in db.execute(TURN_ROWS)])

    def _waiting(self, db: sa.Connection) -> list[Waiting]:
        return [Waiting(*row) for row in db.execute(WAITING_ROWS)]

    def _lock(self, db: sa.Connection, job_ids: Sequence[str]) -> Iterable[Job]:
        """These jobs, ours until the transaction ends; those that somebody cancelled or holds just now are left out."""
        return [from_row(row._mapping) for row in db.execute(CHOSEN, {"chosen": job_ids})]

    def _claim_one(self, db: sa.Connection, job: Job, now: float) -> Job:
        """The epoch grows when the job changes hands; whose it was may be telling of it just now."""
        epoch = job.epoch if job.worker == self.worker else job.epoch + 1
        claimed = change(job, now, Status.SUBMITTING, worker=self.worker, epoch=epoch)
        changes = {"status": claimed.status, "status_since": now, "worker": self.worker, "epoch": epoch, "lags": True}
        db.execute(CHANGE_JOB, {"job": job.id, **changes})
        self._tell(db, job)
        # who had a turn is remembered: the next goes to somebody else
        turn = {"home": job.guild_id or job.asker_id, "asker_id": job.asker_id, "taken_at": now}
        db.execute(self._take_turn, turn)
        return claimed
