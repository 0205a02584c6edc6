"""Forgetting in the database: jobs and members' rows emptied as `bot.privacy` says, in batches, and who is to be."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace

import sqlalchemy as sa

from ..display import Post
from ..drafts import SavedDraft
from ..jobs import ENDED, LIVE, Job, Status
from ..privacy import OF_JOB, TABLES, Erasure, Own
from ..reviews import Verdict
from .drafts import COLUMNS, read_draft
from .postgresql import CHANNEL
from .schema import (
    UNSENT,
    briefs,
    cases,
    drafts,
    erasures,
    films,
    from_row,
    guilds,
    ideas,
    jobs,
    metadata,
    posts,
    reviews,
    shots,
    take_notes,
)
from .transactions import Transactions

NOT_EMPTIED = jobs.c.emptied_at.is_(None)
# One that is being sent at this moment is left until that is over: what is sent would else lack its picture.
EMPTIABLE = jobs.c.status != Status.SUBMITTING

SHOWN = sa.or_(jobs.c.card_id.is_not(None), sa.exists().where(posts.c.job_id == jobs.c.id))

Shown = tuple[Job, Mapping[str, Post]]
"""A job, and its messages by key."""


@dataclass(frozen=True, kw_only=True)
class Emptied:
    """How many jobs, and the ids of those that this worker may still be at work on."""

    count: int
    open: tuple[str, ...]


class PrivacyRows(Transactions):
    # --- emptying

    async def empty_old(self, before: float, now: float, *, most: int) -> Emptied:
        """Empty up to `most` jobs that ended before `before`, the oldest first."""
        old = (jobs.c.created_at < before, jobs.c.status_since < before, jobs.c.status.in_(ENDED))
        return await self._empty_jobs(*old, now=now, most=most)

    async def empty_own(self, member_id: int, until: float, now: float, *, most: int) -> Emptied:
        """Empty up to `most` jobs that a member asked for until then. What was not sent is cancelled."""
        own = (jobs.c.asker_id == member_id, jobs.c.created_at <= until)
        return await self._empty_jobs(*own, now=now, most=most)

    async def _empty_jobs(self, *which: sa.ColumnElement[bool], now: float, most: int) -> Emptied:
        oldest = sa.select(jobs.c.id).where(*which, NOT_EMPTIED, EMPTIABLE).order_by(jobs.c.created_at).limit(most)

        def empty(db: sa.Connection) -> Emptied:
            meant = list(db.scalars(oldest))
            # as whoever decides about them: a review first, then its job
            db.execute(sa.select(reviews.c.job_id).where(reviews.c.job_id.in_(meant)).with_for_update())
            chosen = sa.select(jobs.c.id, jobs.c.worker, jobs.c.settled)
            chosen = chosen.where(jobs.c.id.in_(meant), NOT_EMPTIED, EMPTIABLE)
            found = db.execute(chosen.with_for_update(skip_locked=True)).all()
            if found:
                self._empty(db, [row.id for row in found], now)
            at_work = [row for row in found if not row.settled]
            for row in at_work:
                if not self.is_exclusive and row.worker != self.worker:
                    db.execute(sa.select(sa.func.pg_notify(CHANNEL, row.id)))
            return Emptied(count=len(found), open=tuple(row.id for row in at_work))

        return await self._write(empty)

    def _empty(self, db: sa.Connection, job_ids: list[str], now: float) -> None:
        self._touch_batches(db, job_ids)
        in_line = jobs.c.status.in_([Status.QUEUED, Status.IN_REVIEW])
        for row in db.execute(sa.select(jobs).where(jobs.c.id.in_(job_ids), in_line)).all():
            job = from_row(row._mapping)
            self._counting.recount(db, job, replace(job, status=Status.CANCELLED))
        is_held = jobs.c.status == Status.HELD
        cancelled = {
            "status": sa.case((in_line, Status.CANCELLED), (is_held, Status.COMPLETED), else_=jobs.c.status),
            "status_since": sa.case((sa.or_(in_line, is_held), now), else_=jobs.c.status_since),
        }
        # one that was taken back, and of which something is still there, is carried on
        over = sa.or_(in_line, is_held, jobs.c.status.in_([status for status in ENDED if status is not Status.DELETED]))
        over = sa.and_(over, sa.not_(jobs.c.under_review))
        ended = {"settled": sa.or_(over, jobs.c.settled), "lags": sa.and_(sa.not_(over), jobs.c.lags)}
        undecided = (reviews.c.job_id.in_(job_ids), reviews.c.verdict.is_(None))
        moot = {"verdict": Verdict.FORGOTTEN, "decided_at": now}
        db.execute(sa.update(reviews).where(*undecided).values(moot))
        # where moderators were told of a case that is decided, its message is drawn anew, without the words
        decided = (cases.c.job_id.in_(job_ids), cases.c.ending.is_not(None), cases.c.message_id.is_not(None))
        db.execute(sa.update(cases).where(*decided).values(face="", due_at=now))
        for name, table in TABLES.items():
            if table.job is None:
                continue
            rows = metadata.tables[name]
            theirs = rows.c[table.job].in_(job_ids)
            if table.goes:
                db.execute(sa.delete(rows).where(theirs))
            elif rows is jobs:
                db.execute(sa.update(jobs).where(theirs).values(**OF_JOB, **cancelled, **ended, emptied_at=now))
            elif table.emptied:
                db.execute(sa.update(rows).where(theirs).values(dict(table.emptied)))

    async def empty_member(self, member_id: int, until: float) -> None:
        """Empty what was a member's by then, but for their jobs: drafts, turns, whatever else `bot.privacy` names."""

        def empty(db: sa.Connection) -> None:
            # a board that tells of them is drawn anew
            theirs = sa.select(ideas.c.brief_id).where(ideas.c.author_id == member_id, ideas.c.made_at <= until)
            drawn_anew = {"version": briefs.c.version + 1, "due_at": until}
            db.execute(sa.update(briefs).where(briefs.c.id.in_(theirs)).values(drawn_anew))
            own_notes = (take_notes.c.author_id == member_id, take_notes.c.at <= until)
            self._touch_batches(db, db.scalars(sa.select(take_notes.c.job_id).where(*own_notes)))
            whose = sa.or_(shots.c.author_id == member_id, shots.c.noter_id == member_id)
            self._touch_shown(db, sa.select(shots.c.brief_id).where(whose, shots.c.made_at <= until))
            asked_for = (films.c.asker_id == member_id, films.c.made_at <= until)
            self._touch_shown(db, sa.select(films.c.brief_id).where(*asked_for))
            for name, table in TABLES.items():
                rows = metadata.tables[name]
                if table.member is None or table.at is None or rows is jobs:
                    continue
                own = (rows.c[table.member] == member_id, rows.c[table.at] <= until)
                if table.goes:
                    db.execute(sa.delete(rows).where(*own))
                elif table.emptied:
                    db.execute(sa.update(rows).where(*own).values(dict(table.emptied)))
                for column, emptied in table.others.items():
                    of_them = (rows.c[column] == member_id, rows.c[table.at] <= until)
                    db.execute(sa.update(rows).where(*of_them).values(dict(emptied)))

        await self._write(empty)

    async def emptied_among(self, job_ids: Collection[str]) -> set[str]:
        query = sa.select(jobs.c.id).where(jobs.c.id.in_([*job_ids]), sa.not_(NOT_EMPTIED))
        return await self._read(lambda db: set(db.scalars(query)))

    # --- members who asked to be forgotten

    async def ask_erasure(self, erasure: Erasure) -> None:
        """Keep that a member asked to be forgotten; who asks again begins anew."""
        values = asdict(erasure)
        kept = self._insert_of(erasures).values(values)
        await self._execute(kept.on_conflict_do_update(index_elements=["member_id"], set_=values))

    async def take_erasure(self, now: float, lease: float) -> Erasure | None:
        """One that is due, which nobody else gets for the next `lease` seconds."""
        due = sa.select(erasures).where(erasures.c.not_before <= now).order_by(erasures.c.not_before).limit(1)

        def take(db: sa.Connection) -> Erasure | None:
            row = db.execute(due.with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            taken = replace(Erasure(**row._mapping), not_before=now + lease)
            db.execute(
                sa.update(erasures).where(erasures.c.member_id == taken.member_id).values(not_before=taken.not_before)
            )
            return taken

        # mostly there is none, and a look at that need not stand in the way of those who write
        if not await self._read(lambda db: db.execute(due).first()):
            return None
        return await self._write(take)

    async def keep_erasure(self, erasure: Erasure) -> None:
        """How far it has come, unless the member asked again meanwhile."""
        await self._execute(sa.update(erasures).where(*_same(erasure)).values(asdict(erasure)))

    async def end_erasure(self, erasure: Erasure) -> None:
        await self._execute(sa.delete(erasures).where(*_same(erasure)))

    async def count_erasures(self) -> int:
        query = sa.select(sa.func.count()).select_from(erasures).where(erasures.c.told.is_(False))
        return await self._read(lambda db: db.scalar(query) or 0)

    async def shown_of(self, erasure: Erasure, most: int) -> list[Shown]:
        """The next emptied jobs of which messages may still be there, up to `most`, in the order of ids."""
        meant = (jobs.c.asker_id == erasure.member_id, jobs.c.created_at <= erasure.asked_at)
        query = sa.select(jobs).where(*meant, jobs.c.id > erasure.after, sa.not_(NOT_EMPTIED), SHOWN)
        return await self._read(lambda db: self._with_posts(db, query.order_by(jobs.c.id).limit(most)))

    async def forget_shown(self, job_id: str, keys: Collection[str]) -> None:
        """These messages of a job are there no more; with its card, what pointed there goes, too."""

        def forget(db: sa.Connection) -> None:
            db.execute(sa.delete(posts).where(posts.c.job_id == job_id, posts.c.key.in_([*keys])))
            if "card" in keys:
                db.execute(sa.update(jobs).where(jobs.c.id == job_id).values(card_id=None))

        await self._write(forget)

    async def goes_on(self, erasure: Erasure) -> bool:
        """Whether any job that is meant is still at the vendor, or has its words."""
        meant = (jobs.c.asker_id == erasure.member_id, jobs.c.created_at <= erasure.asked_at)
        query = sa.select(sa.exists().where(*meant, sa.or_(jobs.c.status.in_(LIVE), NOT_EMPTIED)))
        return bool(await self._read(lambda db: db.scalar(query)))

    # --- what a member may know

    async def count_own(self, member_id: int) -> Own:
        worded = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.asker_id == member_id, NOT_EMPTIED)
        unsent = sa.select(sa.func.count()).select_from(drafts).where(drafts.c.author_id == member_id, UNSENT)
        proposed = sa.select(sa.func.count()).select_from(ideas).where(ideas.c.author_id == member_id)
        counts = {"jobs": worded, "drafts": unsent, "ideas": proposed}
        return await self._read(lambda db: Own(**{name: db.scalar(query) or 0 for name, query in counts.items()}))

    async def own_jobs(self, member_id: int, after: str, most: int) -> list[Shown]:
        """Up to `most` jobs of a member with ids above `after`, in the order of their ids, with their messages."""
        query = sa.select(jobs).where(jobs.c.asker_id == member_id, jobs.c.id > after)
        return await self._read(lambda db: self._with_posts(db, query.order_by(jobs.c.id).limit(most)))

    async def own_drafts(self, member_id: int) -> list[SavedDraft]:
        query = sa.select(*COLUMNS).where(drafts.c.author_id == member_id, UNSENT).order_by(drafts.c.changed_at)
        return await self._read(lambda db: [read_draft(row) for row in db.execute(query)])

    # --- servers

    async def note_here(self, guild_ids: Collection[int]) -> None:
        """The bot is in these servers."""
        await self._note_guilds(dict.fromkeys(guild_ids))

    async def note_left(self, guild_ids: Collection[int], now: float) -> None:
        await self._note_guilds(dict.fromkeys(guild_ids, now))

    async def known_guilds(self) -> list[int]:
        """Those that the bot was in when it last knew."""
        query = sa.select(guilds.c.id).where(guilds.c.left_at.is_(None))
        return await self._read(lambda db: list(db.scalars(query)))

    async def delete_guild(self, before: float, *, most: int) -> bool:
        """Delete up to `most` rows of each table of a server that the bot left before then; whether there was one."""
        gone = sa.select(guilds.c.id).where(guilds.c.left_at < before).limit(1)

        def delete(db: sa.Connection) -> bool:
            guild_id = db.scalar(gone.with_for_update(skip_locked=True))
            if guild_id is None:
                return False
            if not self._delete_rows(db, guild_id, most):
                db.execute(sa.delete(guilds).where(guilds.c.id == guild_id))
            return True

        return await self._write(delete)

    # --- inside a transaction

    async def _note_guilds(self, left: Mapping[int, float | None]) -> None:
        if not left:
            return
        first = self._insert_of(guilds)
        noted = first.on_conflict_do_update(index_elements=["id"], set_={"left_at": first.excluded.left_at})
        rows = [{"id": guild_id, "left_at": at} for guild_id, at in left.items()]

        def note(db: sa.Connection) -> None:
            db.execute(noted, rows)

        await self._write(note)

    def _delete_rows(self, db: sa.Connection, guild_id: int, most: int) -> int:
        """How many, but for the row that says when the server was left: that one goes last."""
        count = 0
        for name, table in TABLES.items():
            rows = metadata.tables[name]
            if table.guild is None or rows is guilds:
                continue
            chosen = sa.select(*rows.primary_key).where(rows.c[table.guild] == guild_id).limit(most)
            count += db.execute(sa.delete(rows).where(sa.tuple_(*rows.primary_key).in_(chosen))).rowcount
        return count

    def _with_posts(self, db: sa.Connection, query: sa.Select[tuple[object, ...]]) -> list[Shown]:
        found = [from_row(row._mapping) for row in db.execute(query)]
        shown: dict[str, dict[str, Post]] = {job.id: {} for job in found}
        for row in db.execute(sa.select(posts).where(posts.c.job_id.in_([*shown]))):
            shown[row.job_id][row.key] = Post(key=row.key, channel_id=row.channel_id, message_id=row.message_id)
        return [(job, shown[job.id]) for job in found]


def _same(erasure: Erasure) -> tuple[sa.ColumnElement[bool], ...]:
    return (erasures.c.member_id == erasure.member_id, erasures.c.asked_at == erasure.asked_at)
