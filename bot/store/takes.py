"""Takes in the database: batches planned and sent whole or not at all, what they came to, votes among them."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import sqlalchemy as sa

from ..briefs.brief import Brief, Halt, Rules, changed
from ..briefs.takes import Batch, Plan, Reel, Take, Taken, counted, due, is_choice
from ..display import clip_key
from ..further_pictures import FurtherPicture
from ..jobs import Job, Status
from .briefs import BriefRows, find_idea, find_taken, first_brief
from .dues import Dues
from .schema import batches, from_row, jobs, posts, take_notes, take_votes, takes
from .transactions import Weighing

_OF_BATCH = [batches.c[each.name] for each in fields(Batch)]
_OF_PLAN = {each.name for each in fields(Plan)}
# What plans have said since then only where somebody chose it.
_LATER = ("inherits", "heir_of")


@dataclass(frozen=True, kw_only=True)
class NewTake:
    """A take as it is sent: its job, the pictures that that starts from, the `source` of the shot that it is for."""

    job: Job
    picture: bytes | None = None
    further: Sequence[FurtherPicture] = ()
    shot: str | None = None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A batch that was sent just now, and its jobs in the order of their numbers."""

    batch: Batch
    jobs: tuple[Job, ...]


class TakeRows(BriefRows):
    # --- a plan

    async def plan_batch(self, batch: Batch) -> Batch:
        """Keep a plan in place of the one before of the same member in the same brief; that of the same event is given.

        Of a plan nobody else knows, so there is never more than one to be thrown away.
        """
        of_asker = (batches.c.brief_id == batch.brief_id, batches.c.asker_id == batch.asker_id)
        # never the one that another process makes of the same event just now
        before = (*of_asker, batches.c.event.is_(None), batches.c.id != batch.id)

        def plan(db: sa.Connection) -> Batch:
            if known := _batch_of(db, batch.id):
                return known
            db.execute(sa.delete(batches).where(*before))
            # nobody sees to a plan, whatever the rules
            db.execute(self._insert_of(batches).values(batch_row(batch, Rules())).on_conflict_do_nothing())
            return batch

        return await self._write(plan)

    async def change_batch(
        self, batch_id: str, transition: Callable[[Reel], Batch | Halt], now: float, *, tells_board: bool = False
    ) -> Batch | Halt:
        """With `tells_board` its brief has something new to show, too."""

        def change(db: sa.Connection) -> Batch | Halt:
            reel = self._lock_reel(db, batch_id)
            if reel is None:
                return Halt.GONE
            after = transition(reel)
            if isinstance(after, Batch):
                self._keep_batch(db, after, reel.brief)
                if tells_board:
                    self._keep_brief(db, changed(reel.brief, now), reel.brief)
            return after

        return await self._write(change)

    # --- all of it, or nothing

    async def send_batch(
        self,
        batch_id: str,
        event: str,
        new: Sequence[NewTake],
        weighings: Sequence[Weighing],
        judge: Callable[[Reel], Halt | None],
        now: float,
    ) -> Sent | Batch | Halt:
        """Keep all jobs of a batch, each as its weighing lets it pass beside those before it; or none.

        The batch itself when it was sent before. Raises NotAdmitted, GrantTaken, with nothing kept.
        """

        def send(db: sa.Connection) -> Sent | Batch | Halt:
            reel = self._lock_reel(db, batch_id)
            if reel is None:
                return Halt.GONE
            if reel.batch.is_sent:
                return reel.batch
            if halt := judge(reel):
                return halt
            return self._send_all(db, reel, event, new, weighings, now)

        return await self._write(send)

    # --- what came of it

    async def reel(self, batch_id: str) -> Reel | None:
        return await self._read(lambda db: _reel_of(db, _batch_of(db, batch_id)))

    async def take_of(self, job_id: str) -> tuple[Reel, Take] | None:
        """The batch that a job is a take of, with that; None for a job that is none."""

        def read(db: sa.Connection) -> tuple[Reel, Take] | None:
            batch_id = db.scalar(sa.select(takes.c.batch_id).where(takes.c.job_id == job_id))
            reel = _reel_of(db, _batch_of(db, batch_id)) if batch_id else None
            take = next((take for take in reel.takes if take.job.id == job_id), None) if reel else None
            return (reel, take) if reel and take else None

        return await self._read(read)

    async def taken(self, job_ids: Iterable[str]) -> dict[str, Taken]:
        """Those of these jobs that are takes, by the job's id."""
        ids = {*job_ids}
        found = await self._read(lambda db: find_taken(db, takes.c.job_id.in_(ids)))
        return {take.job_id: take for take in found}

    async def has_lost_take(self, brief: Brief, since: float) -> bool:
        """Whether one of its takes was taken back, or forgotten, since then, unix seconds."""
        taken_back = sa.and_(jobs.c.status == Status.DELETED, jobs.c.status_since >= since)
        lost = sa.or_(taken_back, jobs.c.emptied_at >= since)
        query = sa.select(takes.c.number).join(jobs, jobs.c.id == takes.c.job_id).where(_is_of(brief), lost).limit(1)
        return await self._read(lambda db: db.execute(query).first() is not None)

    async def vote_for_take(
        self, batch_id: str, member_id: int, choice: str, judge: Callable[[Reel], Halt | None], at: float
    ) -> Halt | None:
        """Put a member's vote in the place of the one before, unless that is newer than `at`; why not, if not."""

        def vote(db: sa.Connection) -> Halt | None:
            reel = self._lock_reel(db, batch_id)
            if reel is None:
                return Halt.GONE
            if halt := judge(reel):
                return halt
            own = (take_votes.c.batch_id == batch_id, take_votes.c.member_id == member_id)
            before = db.execute(sa.select(take_votes.c.choice, take_votes.c.at).where(*own)).first()
            if before and before.at > at:
                return None
            if before:
                db.execute(sa.update(take_votes).where(*own).values(choice=choice, at=at))
            else:
                whose = {"id": secrets.token_hex(8), "member_id": member_id, "guild_id": reel.batch.guild_id}
                db.execute(sa.insert(take_votes), {"batch_id": batch_id, **whose, "at": at, "choice": choice})
            if not before or before.choice != choice:
                self._keep_batch(db, replace(reel.batch, version=reel.batch.version + 1), reel.brief)
            return None

        return await self._write(vote)

    async def take_vote(self, batch_id: str, member_id: int) -> str | None:
        """What a member said of the takes of a batch."""
        own = (take_votes.c.batch_id == batch_id, take_votes.c.member_id == member_id)
        choice: str | None = await self._read(lambda db: db.scalar(sa.select(take_votes.c.choice).where(*own)))
        return choice

    # --- what has to be shown

    @property
    def batch_dues(self) -> Dues:
        def due_of(db: sa.Connection, batch_id: str) -> float | None:
            batch = _batch_of(db, batch_id, locked=True)
            brief = first_brief(db, batch.brief_id) if batch else None
            return due(batch, brief.rules) if batch and brief else None

        return Dues(self, batches, due_of)

    async def note_batch(self, batch_id: str, **shown: Any) -> None:
        """Keep what is shown of it now: fields of Batch by name."""
        await self._execute(sa.update(batches).where(batches.c.id == batch_id).values(shown))

    # --- inside a transaction

    def _send_all(
        self,
        db: sa.Connection,
        reel: Reel,
        event: str,
        new: Sequence[NewTake],
        weighings: Sequence[Weighing],
        now: float,
    ) -> Sent:
        """Raises NotAdmitted, GrantTaken."""
        number = 1 + (db.scalar(sa.select(sa.func.max(takes.c.number)).where(_is_of(reel.brief))) or 0)
        kept: list[Job] = []
        for take, weighing in zip(new, weighings, strict=True):
            weighed = self._weigh(db, take.job, weighing)
            self._insert(db, weighed.job, take.picture, further=take.further)
            self._keep_review(db, weighed.review)
            self._keep_take(db, reel.batch, weighed.job, number + len(kept), take.shot)
            kept.append(weighed.job)
        sent = replace(reel.batch, event=event, sent_at=now, version=1)
        self._keep_batch(db, sent, reel.brief)
        self._keep_brief(db, changed(reel.brief, now), reel.brief)
        return Sent(batch=sent, jobs=tuple(kept))

    def _pass_on_take(self, db: sa.Connection, old_id: str, new: Job) -> None:
        """Have the job that takes another's place be the take that that was."""
        if db.execute(sa.update(takes).where(takes.c.job_id == old_id).values(job_id=new.id)).rowcount:
            db.execute(sa.update(take_notes).where(take_notes.c.job_id == old_id).values(job_id=new.id))
            self._touch_batches(db, [new.id])

    def _keep_take(self, db: sa.Connection, batch: Batch, job: Job, number: int, shot: str | None) -> None:
        where = {"brief_id": batch.brief_id, "guild_id": batch.guild_id, "batch_id": batch.id}
        db.execute(sa.insert(takes), {"job_id": job.id, **where, "number": number, "shot": shot})

    def _lock_reel(self, db: sa.Connection, batch_id: str) -> Reel | None:
        """A brief is locked before its batches: whoever closes it goes on to them."""
        known = _batch_of(db, batch_id)
        brief = self._lock_brief(db, known.brief_id) if known else None
        return _reel_of(db, _batch_of(db, batch_id, locked=True)) if brief else None

    def _keep_batch(self, db: sa.Connection, batch: Batch, brief: Brief) -> None:
        db.execute(sa.update(batches).where(batches.c.id == batch.id).values(batch_row(batch, brief.rules)))


def _is_of(brief: Brief) -> sa.ColumnElement[bool]:
    return takes.c.brief_id == brief.id


def _batch_of(db: sa.Connection, batch_id: str, *, locked: bool = False) -> Batch | None:
    query = sa.select(*_OF_BATCH).where(batches.c.id == batch_id)
    row = db.execute(query.with_for_update() if locked else query).first()
    return _batch(row) if row else None


def _reel_of(db: sa.Connection, batch: Batch | None) -> Reel | None:
    brief = first_brief(db, batch.brief_id) if batch else None
    if batch is None or brief is None:
        return None
    found = [take for _, take in find_takes(db, takes.c.batch_id == batch.id)]
    reel = Reel(batch=batch, brief=brief, idea=find_idea(db, brief.id, batch.idea), takes=tuple(found))
    said = db.scalars(sa.select(take_votes.c.choice).where(take_votes.c.batch_id == batch.id))
    return with_votes(reel, said)


def with_votes(reel: Reel, said: Iterable[str]) -> Reel:
    """Votes for what was taken back since count for nothing."""
    return replace(reel, count=counted(choice for choice in said if is_choice(choice, reel)))


def find_takes(db: sa.Connection, *which: sa.ColumnElement[bool], most: int | None = None) -> list[tuple[str, Take]]:
    """Takes with the ids of their batches, by number."""
    where = sa.and_(posts.c.job_id == jobs.c.id, posts.c.key == clip_key(0))
    noted = sa.select(sa.func.count()).where(take_notes.c.job_id == jobs.c.id).scalar_subquery().label("notes")
    columns = (*jobs.c, *(takes.c[name] for name in ("number", "shot", "batch_id")))
    posted = (posts.c.channel_id.label("at"), posts.c.message_id, noted)
    query: sa.Select[Any] = sa.select(*columns, *posted)
    query = query.select_from(takes.join(jobs, jobs.c.id == takes.c.job_id).outerjoin(posts, where))
    query = query.where(*which).order_by(takes.c.number).limit(most)
    return [(row.batch_id, _take(row)) for row in db.execute(query)]


def _take(row: sa.Row[Any]) -> Take:
    clip = (row.at, row.message_id) if row.message_id is not None else None
    return Take(number=row.number, job=from_row(row._mapping), shot=row.shot, clip=clip, notes=row.notes)


def find_batches(db: sa.Connection, brief_id: str, most: int) -> list[Batch]:
    """Those of a brief that were sent, in that order."""
    query = sa.select(*_OF_BATCH).where(batches.c.brief_id == brief_id, batches.c.event.is_not(None))
    return [_batch(row) for row in db.execute(query.order_by(batches.c.sent_at, batches.c.id).limit(most))]


def _batch(row: sa.Row[Any]) -> Batch:
    plain = dict(row._mapping)
    # of who asked to be forgotten nothing of it is left
    planned: dict[str, Any] = {name: _unlisted(value) for name, value in plain["plan"].items() if name in _OF_PLAN}
    return Batch(**{**plain, "plan": Plan(**planned)})


def _unlisted(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def batch_row(batch: Batch, rules: Rules) -> dict[str, Any]:
    # a worker of the version before reads no word that it does not know
    plan = {name: value for name, value in asdict(batch.plan).items() if value or name not in _LATER}
    return {**vars(batch), "plan": plan, "due_at": due(batch, rules)}
