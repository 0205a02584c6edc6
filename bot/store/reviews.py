"""Reviews in the database: what waits for a moderator, and the one decision about each, in one transaction."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ..jobs import Job
from ..reviews import AWAITS, REFUSALS, Block, Kind, Record, Review, Ruled, Ruling, Verdict, ruled
from .audit import AuditRows, Entry
from .rules import RuleRows
from .schema import evidence, from_row, jobs, reports, review_of, reviews

# How many of the last reasons are looked through for different ones.
REASONS_READ = 50


class ReviewRows(RuleRows, AuditRows):
    async def reviews(self, job_id: str) -> list[Review]:
        """Those of a job, the oldest first."""
        query = sa.select(reviews).where(reviews.c.job_id == job_id, reviews.c.kind.in_([*Kind]))
        return await self._read(lambda db: _reviews(db, query.order_by(reviews.c.asked_at)))

    async def find_review(self, job_id: str, kind: Kind) -> Review | None:
        query = sa.select(reviews).where(*_own(job_id, kind))
        return next(iter(await self._read(lambda db: _reviews(db, query))), None)

    async def waiting_reviews(self, guild_id: int, most: int) -> list[tuple[Review, Job]]:
        """What waits for a moderator in a server, the oldest first, with its job."""
        waits = [sa.and_(reviews.c.kind == kind, jobs.c.status == status) for kind, status in AWAITS.items()]
        is_open = (reviews.c.settled.is_(False), reviews.c.guild_id == guild_id, reviews.c.verdict.is_(None))
        query = sa.select(reviews, jobs).join(jobs, jobs.c.id == reviews.c.job_id).where(*is_open, sa.or_(*waits))
        query = query.order_by(reviews.c.asked_at, reviews.c.job_id).limit(most)

        def find(db: sa.Connection) -> list[tuple[Review, Job]]:
            rows = [row._mapping for row in db.execute(query)]
            return [(review_of(_columns(row, reviews)), from_row(_columns(row, jobs))) for row in rows]

        return await self._read(find)

    async def rule(self, ruling: Ruling, *, block: Block | None = None, epoch: int | None = None) -> Ruled | None:
        """Decide about a review, once, with the job and the audit, or neither; None when it waits for nobody any more.

        A `block` of its asker holds whoever decided. With an `epoch`, nothing is done to a job that changed hands.
        """

        def rule(db: sa.Connection) -> Ruled | None:
            own = sa.select(reviews).where(*_own(ruling.job_id, ruling.kind))
            review = next(iter(_reviews(db, own.with_for_update())), None)
            if review is None:
                return None
            ruled = Ruled(review=review) if review.verdict else self._rule(db, review, ruling, epoch)
            if block:
                # after the rows: whoever writes them waits for the audit last
                self._block_asker(db, review, ruling, block)
                ruled = ruled or Ruled(review=replace(review, verdict=Verdict.WITHDRAWN, decided_at=ruling.at))
            return ruled

        return await self._write(rule)

    async def withdraw_review(self, job_id: str, kind: Kind, now: float) -> None:
        """Nobody has to decide about it any more."""
        values = {"verdict": Verdict.WITHDRAWN, "decided_at": now}
        await self._execute(sa.update(reviews).where(*_own(job_id, kind), reviews.c.verdict.is_(None)).values(values))

    async def note_review_shown(self, review: Review, channel_id: int, message_id: int) -> None:
        values = {"channel_id": channel_id, "message_id": message_id}
        await self._execute(sa.update(reviews).where(*_own(review.job_id, review.kind)).values(values))

    async def note_reminded(self, review: Review, now: float) -> None:
        await self._execute(sa.update(reviews).where(*_own(review.job_id, review.kind)).values(reminded_at=now))

    async def settle_review(self, review: Review) -> None:
        """Its verdict is shown. A job with no other review has nothing left to show to moderators."""

        def settle(db: sa.Connection) -> None:
            db.execute(sa.update(reviews).where(*_own(review.job_id, review.kind)).values(settled=True))
            others = (reviews.c.job_id == review.job_id, reviews.c.kind.in_([*Kind]), reviews.c.settled.is_(False))

            def settled(job: Job) -> Job | None:
                # only with the job locked: whoever has it at this moment may be about to ask another question
                return None if db.scalar(sa.select(sa.exists().where(*others))) else replace(job, under_review=False)

            self._change(db, review.job_id, settled, epoch=None)

        await self._write(settle)

    async def last_reasons(self, guild_id: int, most: int, longest: int) -> list[str]:
        """The last different reasons that moderators of a server gave, of at most `longest` characters."""
        given = (
            reviews.c.guild_id == guild_id,
            reviews.c.reason.is_not(None),
            sa.func.length(reviews.c.reason) <= longest,
        )
        query = sa.select(reviews.c.reason).where(*given).order_by(reviews.c.decided_at.desc()).limit(REASONS_READ)
        found = await self._read(lambda db: list(db.scalars(query)))
        return list(dict.fromkeys(found))[:most]

    async def record_of(self, guild_id: int, member_id: int) -> Record:
        """What the server knows of a member."""
        own_jobs = (jobs.c.guild_id == guild_id, jobs.c.asker_id == member_id)
        refused = (reviews.c.guild_id == guild_id, reviews.c.asker_id == member_id, reviews.c.verdict.in_(REFUSALS))
        of_jobs = sa.select(jobs.c.id).where(*own_jobs)
        query = sa.select(
            sa.select(sa.func.count()).select_from(jobs).where(*own_jobs).scalar_subquery(),
            sa.select(sa.func.count()).select_from(reviews).where(*refused).scalar_subquery(),
            sa.select(sa.func.count(sa.distinct(reports.c.job_id)))
            .where(reports.c.job_id.in_(of_jobs))
            .scalar_subquery(),
        )
        asked, denied, reported = await self._read(lambda db: tuple(db.execute(query).one()))
        return Record(asked=asked, denied=denied, reported=reported)

    # --- what was decided about is kept for a while

    async def keep_evidence(self, job: Job, name: str, data: bytes, until: float | None) -> None:
        """Keep a copy of what was rejected, or is to be decided about; harmless when there is one."""
        values = {"guild_id": job.guild_id or 0, "data": data, "until": until}
        kept = self._insert_of(evidence).values(job_id=job.id, name=name, **values)
        await self._execute(kept.on_conflict_do_nothing())

    async def evidence(self, job_id: str) -> dict[str, bytes]:
        query = sa.select(evidence.c.name, evidence.c.data).where(evidence.c.job_id == job_id)
        return await self._read(lambda db: {row.name: row.data for row in db.execute(query)})

    async def forget_evidence(self, now: float) -> None:
        """Throw away what was kept long enough."""
        await self._execute(sa.delete(evidence).where(evidence.c.until < now))

    # --- inside a transaction

    def _rule(self, db: sa.Connection, review: Review, ruling: Ruling, epoch: int | None) -> Ruled | None:
        before: list[Job] = []

        def transition(job: Job) -> Job | None:
            before[:] = [job]
            return ruled(job, ruling)

        after = self._change(db, ruling.job_id, transition, epoch=epoch)
        if after is None:
            return None
        decided: dict[str, Any] = {
            "verdict": ruling.verdict,
            "decided_at": ruling.at,
            "decided_by": ruling.by,
            "reason": ruling.reason,
        }
        db.execute(sa.update(reviews).where(*_own(review.job_id, review.kind)).values(decided))
        self._record(db, _entry(review, ruling, before[0], after))
        return Ruled(review=replace(review, **decided), job=after)

    def _block_asker(self, db: sa.Connection, review: Review, ruling: Ruling, block: Block) -> None:
        self._block(db, review.guild_id, review.asker_id, block.until, block.why, ruling.at)
        after = {"until": block.until, "why": block.why}
        self._record(db, replace(_about(review, ruling, "block"), after=after))


def _entry(review: Review, ruling: Ruling, before: Job, after: Job) -> Entry:
    was, now = {"status": str(before.status)}, {"status": str(after.status), "reason": ruling.reason}
    if before.request.prompt != after.request.prompt:
        was, now = was | {"prompt": before.request.prompt}, now | {"prompt": after.request.prompt}
    return replace(_about(review, ruling, f"review_{ruling.verdict}"), before=was, after=now)


def _about(review: Review, ruling: Ruling, action: str) -> Entry:
    return Entry(
        guild_id=review.guild_id,
        at=ruling.at,
        actor_id=ruling.by,
        action=action,
        member_id=review.asker_id,
        job_id=review.job_id,
    )


def _own(job_id: str, kind: Kind) -> tuple[sa.ColumnElement[bool], ...]:
    return reviews.c.job_id == job_id, reviews.c.kind == kind


def _columns(row: sa.RowMapping, table: sa.Table) -> dict[str, Any]:
    return {column.name: row[column] for column in table.c}


def _reviews(db: sa.Connection, query: sa.Select[Any]) -> list[Review]:
    return [review_of(row._mapping) for row in db.execute(query)]
