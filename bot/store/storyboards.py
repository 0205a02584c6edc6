"""Storyboards in the database: each change of their order is a row, so that it can be taken back."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from ..briefs.brief import Brief, Halt
from ..briefs.drawing import may_draw_from
from ..briefs.storyboard import (
    Kind,
    Made,
    Shot,
    Step,
    Storyboard,
    standing,
    undoable,
    undone,
    with_step,
)
from ..briefs.takes import Batch, Reel
from ..display import clip_key
from ..joins import Join
from .briefs import first_brief
from .dues import Dues
from .schema import batches, from_row, jobs, posts, shots, storyboard_steps, storyboards, takes
from .takes import NewTake, Sent, TakeRows, batch_row
from .transactions import Weighing

_OF_SHOT = [column for column in shots.c if column.name not in ("brief_id", "guild_id", "picture")]


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """Shots as they are to be; what is new among them is kept, and `picture` with it."""

    shots: tuple[Shot, ...]
    picture: bytes | None = None


class StoryboardRows(TakeRows):
    async def storyboard(self, brief_id: str) -> Storyboard | None:
        """Of a brief without one it is empty; None without the brief."""

        def read(db: sa.Connection) -> Storyboard | None:
            brief = first_brief(db, brief_id)
            return read_storyboard(db, brief) if brief else None

        return await self._read(read)

    async def storyboard_of_message(self, message_id: int) -> Storyboard | None:
        """The storyboard that a message shows."""
        query = sa.select(storyboards.c.id).where(storyboards.c.message_id == message_id)
        brief_id: str | None = await self._read(lambda db: db.scalar(query))
        return await self.storyboard(brief_id) if brief_id else None

    async def arrange(
        self,
        brief_id: str,
        event: str,
        member_id: int,
        transition: Callable[[Storyboard], Arranged | Halt],
        now: float,
    ) -> Storyboard | Halt:
        """Change the order or a shot; what the same event did before is given instead."""

        def arrange(db: sa.Connection) -> Storyboard | Halt:
            brief = self._lock_brief(db, brief_id)
            if brief is None:
                return Halt.GONE
            steps = _steps(db, brief_id)
            board = _storyboard(db, brief, steps)
            if any(step.event == event for step in steps):
                return board
            after = transition(board)
            if isinstance(after, Halt):
                return after
            known = {shot.id for shot in board.shots}
            for shot in after.shots:
                if shot.id not in known:
                    picture = after.picture if shot.id == shot.source else None
                    db.execute(sa.insert(shots), {**_shot_row(shot, brief), "picture": picture})
            kept = with_step(steps, event, member_id, [shot.id for shot in after.shots])
            self._keep_steps(db, brief, steps, kept, now)
            self._touch_storyboard(db, brief, now)
            return _storyboard(db, brief, kept)

        return await self._write(arrange)

    async def undo(
        self, brief_id: str, event: str, judge: Callable[[Storyboard], Halt | None], now: float
    ) -> Storyboard | Halt:
        """Take the last change back, once for an event."""

        def undo(db: sa.Connection) -> Storyboard | Halt:
            brief = self._lock_brief(db, brief_id)
            if brief is None:
                return Halt.GONE
            steps = _steps(db, brief_id)
            if any(step.undone_by == event for step in steps):
                return _storyboard(db, brief, steps)
            if halt := judge(_storyboard(db, brief, steps)):
                return halt
            kept = undone(steps, event)
            if isinstance(kept, Halt):
                return kept
            self._keep_steps(db, brief, steps, kept, now)
            self._touch_storyboard(db, brief, now)
            return _storyboard(db, brief, kept)

        return await self._write(undo)

    async def shot_picture(self, source: str) -> bytes | None:
        query = sa.select(shots.c.picture).where(shots.c.id == source)
        picture: bytes | None = await self._read(lambda db: db.scalar(query))
        return picture

    async def begin_storyboard(self, brief_id: str, now: float) -> None:
        """Have it shown, also while it is empty."""

        def begin(db: sa.Connection) -> None:
            if brief := self._lock_brief(db, brief_id):
                self._touch_storyboard(db, brief, now)

        await self._write(begin)

    async def send_shots(
        self,
        batch: Batch,
        new: Sequence[NewTake],
        weighings: Sequence[Weighing],
        judge: Callable[[Storyboard], Halt | None],
        now: float,
    ) -> Sent | Batch | Halt:
        """Keep a batch with the jobs of shots, all or none, as `send_batch`; the batch itself when it is there already.

        Raises NotAdmitted, GrantTaken, with nothing kept.
        """

        def send(db: sa.Connection) -> Sent | Batch | Halt:
            brief = self._lock_brief(db, batch.brief_id)
            if brief is None:
                return Halt.GONE
            if reel := self._lock_reel(db, batch.id):
                return reel.batch
            if halt := judge(_storyboard(db, brief, _steps(db, brief.id))):
                return halt
            db.execute(sa.insert(batches), batch_row(batch, brief.rules))
            sent = self._send_all(db, Reel(batch=batch, brief=brief, idea=None), batch.id, new, weighings, now)
            self._touch_storyboard(db, brief, now)
            return sent

        return await self._write(send)

    # --- what has to be shown

    @property
    def storyboard_dues(self) -> Dues:
        def due_of(db: sa.Connection, brief_id: str) -> float | None:
            row = db.execute(sa.select(storyboards).where(storyboards.c.id == brief_id).with_for_update()).first()
            return may_draw_from(row.drawn_at) if row and row.drawn < row.version else None

        return Dues(self, storyboards, due_of)

    async def note_storyboard(self, brief_id: str, **shown: Any) -> None:
        """Keep what is shown of it now: columns by name."""
        await self._execute(sa.update(storyboards).where(storyboards.c.id == brief_id).values(shown))

    # --- inside a transaction

    def _keep_steps(
        self, db: sa.Connection, brief: Brief, before: Sequence[Step], after: Sequence[Step], now: float
    ) -> None:
        own = storyboard_steps.c.brief_id == brief.id
        known = {step.number: step for step in before}
        kept = {step.number for step in after}
        if lost := known.keys() - kept:
            db.execute(sa.delete(storyboard_steps).where(own, storyboard_steps.c.number.in_(lost)))
        for step in after:
            if step.number not in known:
                db.execute(sa.insert(storyboard_steps), {**_step_row(step, brief), "at": now})
            elif step != known[step.number]:
                which = (own, storyboard_steps.c.number == step.number)
                db.execute(sa.update(storyboard_steps).where(*which).values(undone_by=step.undone_by))


def read_storyboard(db: sa.Connection, brief: Brief) -> Storyboard:
    return _storyboard(db, brief, _steps(db, brief.id))


def _steps(db: sa.Connection, brief_id: str) -> list[Step]:
    query = sa.select(storyboard_steps).where(storyboard_steps.c.brief_id == brief_id)
    return [
        Step(number=row.number, event=row.event, by=row.member_id, shots=tuple(row.shots), undone_by=row.undone_by)
        for row in db.execute(query.order_by(storyboard_steps.c.number))
    ]


def _step_row(step: Step, brief: Brief) -> dict[str, Any]:
    return {
        "brief_id": brief.id,
        "guild_id": brief.guild_id,
        "number": step.number,
        "event": step.event,
        "undone_by": step.undone_by,
        "member_id": step.by,
        "shots": list(step.shots),
    }


def _storyboard(db: sa.Connection, brief: Brief, steps: Sequence[Step]) -> Storyboard:
    step, last = standing(steps), undoable(steps)
    lying = _shots(db, step.shots if step else ())
    row = db.execute(sa.select(storyboards).where(storyboards.c.id == brief.id)).first()
    shown = {name: row._mapping[name] for name in _SHOWN} if row else {}
    return Storyboard(
        brief=brief,
        shots=lying,
        made=_made(db, lying),
        step=step.number if step else 0,
        undoable=last is not None,
        undoable_by=last.by if last else None,
        **shown,
    )


_SHOWN = ("message_id", "version", "drawn", "drawn_at", "tries")


def _shots(db: sa.Connection, ids: Sequence[str]) -> tuple[Shot, ...]:
    found = {row.id: _shot(row) for row in db.execute(sa.select(*_OF_SHOT).where(shots.c.id.in_(ids)))} if ids else {}
    return tuple(found[shot_id] for shot_id in ids if shot_id in found)


def _made(db: sa.Connection, lying: Collection[Shot]) -> Mapping[str, Made]:
    """Of a wish the newest that was made of it."""
    sources = {shot.source for shot in lying if shot.kind is Kind.WISH}
    of_takes = {shot.job_id for shot in lying if shot.job_id is not None}
    if not sources and not of_takes:
        return {}
    where = sa.and_(posts.c.job_id == jobs.c.id, posts.c.key == clip_key(0))
    columns = (*jobs.c, takes.c.number, takes.c.shot, posts.c.channel_id.label("at"), posts.c.message_id)
    query = sa.select(*columns).select_from(takes.join(jobs, jobs.c.id == takes.c.job_id).outerjoin(posts, where))
    query = query.where(sa.or_(takes.c.shot.in_(sources), takes.c.job_id.in_([*of_takes]))).order_by(takes.c.number)
    made: dict[str, Made] = {}
    for row in db.execute(query):
        one = Made(
            number=row.number,
            job=from_row(row._mapping),
            clip=(row.at, row.message_id) if row.message_id is not None else None,
        )
        if row.shot in sources:
            made[row.shot] = one
        # a take may be in several places
        made |= {shot.source: one for shot in lying if shot.job_id == row.id}
    return made


def _shot(row: sa.Row[Any]) -> Shot:
    plain = dict(row._mapping)
    channel, message = plain.pop("clip_channel"), plain.pop("clip_message")
    clip = (channel, message) if message is not None else None
    return Shot(**{**plain, "kind": Kind(plain["kind"]), "join": Join(plain["join"])}, clip=clip)


def _shot_row(shot: Shot, brief: Brief) -> dict[str, Any]:
    plain = {each.name: getattr(shot, each.name) for each in fields(Shot) if each.name != "clip"}
    channel, message = shot.clip or (None, None)
    where = {"brief_id": brief.id, "guild_id": brief.guild_id}
    return {**plain, **where, "clip_channel": channel, "clip_message": message}
