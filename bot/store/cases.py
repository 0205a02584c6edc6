"""Cases in the database: what was reported, the one decision about each, and what has to be done about it still."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa

from ..display import THREAD_KEY, Post, copy_key
from ..jobs import Decision, Job, Status, Venue, is_removed, removed
from ..moderation import Action, Case, Ending, Entry, MemberRecord, Report
from ..reasons import Reason
from ..reviews import Block
from .reviews import ReviewRows
from .schema import audit, blocks, cases, evidence, jobs, pauses, reports

_FIELDS = [cases.c[field.name] for field in fields(Case)]


class CaseRows(ReviewRows):
    async def report(self, case: Case, report: Report) -> bool:
        """Keep what a member says of a clip, and open its case; False when they said something before."""
        entry = _entry(case, Action.REPORT, report.reporter_id, report.at, {"why": report.why})

        def keep(db: sa.Connection) -> bool:
            kept = self._insert_of(reports).values(**vars(report)).on_conflict_do_nothing()
            if not db.execute(kept).rowcount:
                return False
            self._open(db, case)
            db.execute(sa.update(cases).where(cases.c.job_id == case.job_id).values(due_at=report.at))
            # moderators are told of it where they decide
            self._record(db, entry, logs=False)
            return True

        return await self._write(keep)

    async def find_case(self, job_id: str) -> Case | None:
        query = sa.select(*_FIELDS).where(cases.c.job_id == job_id)
        return await self._read(lambda db: _first(db, query))

    async def reports(self, job_id: str) -> list[Report]:
        """The oldest first."""
        query = sa.select(reports).where(reports.c.job_id == job_id).order_by(reports.c.at, reports.c.reporter_id)
        return await self._read(lambda db: [Report(**row._mapping) for row in db.execute(query)])

    async def decide_case(
        self,
        case: Case,
        ending: Ending,
        by: int,
        now: float,
        *,
        block: Block | None = None,
        why: str = "",
        until: float,
    ) -> tuple[Case, bool]:
        """Decide, once, with the audit and perhaps a block of its asker; the case as decided, and whether by this.

        What was kept can be taken away later. Nobody else carries it out before `until`, unix seconds.
        """

        def decide(db: sa.Connection) -> tuple[Case, bool]:
            self._open(db, case)
            own = sa.select(*_FIELDS).where(cases.c.job_id == case.job_id).with_for_update()
            known = _first(db, own) or case
            if known.ending is not None and not (
                case.ending is known.ending is Ending.KEPT and ending is Ending.REMOVED
            ):
                return known, False
            if block:
                self._block_member(db, case.guild_id, case.asker_id, block, by, now, job_id=case.job_id)
            action = Action.REMOVE if ending is Ending.REMOVED else Action.KEEP
            number = self._record(db, _entry(case, action, by, now, {"why": why}))
            decided = replace(known, ending=ending, decided_at=now, decided_by=by, entry=number, due_at=until)
            decided = replace(decided, carried=ending is Ending.KEPT)
            self._keep_case(db, decided)
            db.execute(sa.update(evidence).where(evidence.c.job_id == case.job_id).values(until=decided.evidence_until))
            return decided, True

        return await self._write(decide)

    async def due_cases(self, now: float, most: int) -> list[Case]:
        query = sa.select(*_FIELDS).where(cases.c.due_at <= now).order_by(cases.c.due_at).limit(most)
        return await self._read(lambda db: [_case(row) for row in db.execute(query)])

    async def take_case(self, case: Case, now: float, until: float) -> Case | None:
        """Have nobody else see to it before then; None when somebody does."""
        due = (cases.c.job_id == case.job_id, cases.c.due_at <= now)
        taken = sa.update(cases).where(*due).values(due_at=until)
        is_taken = await self._write(lambda db: db.execute(taken).rowcount > 0)
        return replace(case, due_at=until) if is_taken else None

    async def leave_case(self, case: Case, due_at: float | None) -> None:
        """It is to be seen to then, or not any more; unless it became due otherwise since it was taken."""
        own = (cases.c.job_id == case.job_id, cases.c.due_at == case.due_at)
        await self._execute(sa.update(cases).where(*own).values(due_at=due_at))

    async def hasten(self, guild_id: int, now: float) -> None:
        """Have what waits in a server seen to and told at once."""

        def hasten(db: sa.Connection) -> None:
            db.execute(sa.update(cases).where(cases.c.guild_id == guild_id, cases.c.due_at > now).values(due_at=now))
            waits = (audit.c.guild_id == guild_id, audit.c.log_due_at > now)
            db.execute(sa.update(audit).where(*waits).values(log_due_at=now))

        await self._write(hasten)

    async def note_case(self, job_id: str, **changes: Any) -> None:
        await self._execute(sa.update(cases).where(cases.c.job_id == job_id).values(**changes))

    async def note_case_shown(self, case: Case, now: float, **changes: Any) -> None:
        """Note which face its message has; due once more where somebody took the case meanwhile, not knowing that."""
        own, taken = cases.c.job_id == case.job_id, cases.c.due_at == case.due_at
        due_at = sa.case((taken, cases.c.due_at), else_=now)
        await self._execute(sa.update(cases).where(own).values(**changes, due_at=due_at))

    async def note_told(self, case: Case, *, told: bool) -> None:
        """Whether moderators were told of what was reported, as the audit has it."""
        own = (audit.c.guild_id == case.guild_id, audit.c.job_id == case.job_id, audit.c.action == Action.REPORT)
        await self._execute(sa.update(audit).where(*own).values(outcome={"told": told}))

    async def keep_copy(self, job_id: str, channel_id: int, message_id: int) -> bool:
        """Remember a message that shows a clip once more; False, and nothing kept, when it was taken back since."""
        post = Post(key=copy_key(message_id), channel_id=channel_id, message_id=message_id)

        def keep(db: sa.Connection) -> bool:
            status = db.scalar(sa.select(jobs.c.status).where(jobs.c.id == job_id).with_for_update())
            if status != Status.COMPLETED:
                return False
            self._keep_posts(db, job_id, [post])
            return True

        return await self._write(keep)

    async def remove_clip(self, job_id: str, now: float) -> Job | None:
        """Take a clip away for good, and with it the words in the name of its thread; None where there is none."""

        def remove(db: sa.Connection) -> Job | None:
            job = self._change(db, job_id, lambda job: removed(job, now), epoch=None)
            if job and is_removed(job) and job.card_id and job.venue is Venue.THREAD:
                thread = Post(key=THREAD_KEY, channel_id=job.card_id, message_id=job.card_id)
                self._keep_posts(db, job_id, [thread])
            return job

        return await self._write(remove)

    # --- members and places, each with what was before in the audit

    async def member_record(self, guild_id: int, member_id: int) -> MemberRecord:
        """What the server knows of a member."""
        own = (jobs.c.guild_id == guild_id, jobs.c.asker_id == member_id)
        blocked = (audit.c.guild_id == guild_id, audit.c.member_id == member_id, audit.c.action == Action.BLOCK)
        query = sa.select(
            _count(jobs, *own, jobs.c.reason == Reason.CONTENT),
            _count(jobs, *own, jobs.c.decided == Decision.REMOVED),
            _count(audit, *blocked),
        )
        record = await self.record_of(guild_id, member_id)
        refused, taken, times = await self._read(lambda db: tuple(db.execute(query).one()))
        block = await self._read(lambda db: _known_block(db, guild_id, member_id))
        return MemberRecord(**vars(record), refused=refused, removed=taken, blocks=times, block=block)

    async def block_member(self, guild_id: int, member_id: int, block: Block, by: int, now: float) -> None:
        await self._write(lambda db: self._block_member(db, guild_id, member_id, block, by, now))

    async def unblock_member(self, guild_id: int, member_id: int, by: int, now: float) -> bool:
        """False when they were not blocked."""

        def unblock(db: sa.Connection) -> bool:
            known = _known_block(db, guild_id, member_id)
            own = (blocks.c.guild_id == guild_id, blocks.c.member_id == member_id)
            if not db.execute(sa.delete(blocks).where(*own)).rowcount:
                return False
            entry = Entry(guild_id=guild_id, at=now, actor_id=by, action=Action.UNBLOCK, member_id=member_id)
            self._record(db, replace(entry, before=vars(known) if known else {}))
            return True

        return await self._write(unblock)

    async def pause_place(self, guild_id: int, channel_id: int, by: int, now: float) -> bool:
        """False when it was paused before; channel 0 is the whole server."""
        kept = self._insert_of(pauses).values(guild_id=guild_id, channel_id=channel_id).on_conflict_do_nothing()
        entry = Entry(guild_id=guild_id, at=now, actor_id=by, action=Action.PAUSE, after={"channel": str(channel_id)})
        return await self._write(self._if_changed(kept, entry))

    async def resume_place(self, guild_id: int, channel_id: int, by: int, now: float) -> bool:
        """False when it was not paused."""
        gone = sa.delete(pauses).where(pauses.c.guild_id == guild_id, pauses.c.channel_id == channel_id)
        entry = Entry(guild_id=guild_id, at=now, actor_id=by, action=Action.RESUME, before={"channel": str(channel_id)})
        return await self._write(self._if_changed(gone, entry))

    async def paused_places(self, guild_id: int) -> list[int]:
        """The channels that are paused; 0 is the whole server."""
        query = sa.select(pauses.c.channel_id).where(pauses.c.guild_id == guild_id).order_by(pauses.c.channel_id)
        return list(await self._read(lambda db: db.scalars(query).all()))

    # --- inside a transaction

    def _if_changed(self, statement: Any, entry: Entry) -> Callable[[sa.Connection], bool]:
        def execute(db: sa.Connection) -> bool:
            if not db.execute(statement).rowcount:
                return False
            self._record(db, entry)
            return True

        return execute

    def _block_member(
        self,
        db: sa.Connection,
        guild_id: int,
        member_id: int,
        block: Block,
        by: int,
        now: float,
        *,
        job_id: str | None = None,
    ) -> None:
        known = _known_block(db, guild_id, member_id)
        self._block(db, guild_id, member_id, block.until, block.why, now)
        entry = Entry(guild_id=guild_id, at=now, actor_id=by, action=Action.BLOCK, member_id=member_id, job_id=job_id)
        self._record(db, replace(entry, before=vars(known) if known else {}, after=vars(block)))

    def _open(self, db: sa.Connection, case: Case) -> None:
        db.execute(self._insert_of(cases).values(**vars(case)).on_conflict_do_nothing())

    def _keep_case(self, db: sa.Connection, case: Case) -> None:
        db.execute(sa.update(cases).where(cases.c.job_id == case.job_id).values(**vars(case)))


def _entry(case: Case, action: Action, by: int, now: float, after: Mapping[str, Any]) -> Entry:
    return Entry(
        guild_id=case.guild_id,
        at=now,
        actor_id=by,
        action=action,
        member_id=case.asker_id,
        job_id=case.job_id,
        before={"ending": case.ending} if case.ending else {},
        after={key: value for key, value in after.items() if value},
    )


def _known_block(db: sa.Connection, guild_id: int, member_id: int) -> Block | None:
    own = (blocks.c.guild_id == guild_id, blocks.c.member_id == member_id)
    row = db.execute(sa.select(blocks.c.until, blocks.c.why).where(*own)).first()
    return Block(until=row.until, why=row.why) if row else None


def _count(table: sa.Table, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(*where).scalar_subquery()


def _first(db: sa.Connection, query: sa.Select[Any]) -> Case | None:
    row = db.execute(query).first()
    return _case(row) if row else None


def _case(row: sa.Row[Any]) -> Case:
    plain = dict(row._mapping)
    return Case(**{**plain, "ending": Ending(plain["ending"]) if plain["ending"] else None})
