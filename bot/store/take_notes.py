"""Notes on takes in the database: each of one event, read with its take."""

from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from ..briefs.notes import NOTES_MOST, Note
from .schema import take_notes, take_votes, takes
from .takes import TakeRows

_OF_NOTE = [take_notes.c[each.name] for each in fields(Note)]


class TakeNoteRows(TakeRows):
    async def note_take(self, note: Note) -> bool:
        """Keep a note, once for its event; False where the take has as many as it can."""
        own = sa.select(sa.func.count()).where(take_notes.c.job_id == note.job_id, take_notes.c.id != note.id)

        def keep(db: sa.Connection) -> bool:
            if (db.scalar(own) or 0) >= NOTES_MOST:
                return False
            db.execute(self._insert_of(take_notes).values(vars(note)).on_conflict_do_nothing())
            self._touch_batches(db, [note.job_id])
            return True

        return await self._write(keep)

    async def take_notes(self, job_id: str) -> list[Note]:
        query = sa.select(*_OF_NOTE).where(take_notes.c.job_id == job_id).order_by(take_notes.c.at)
        return await self._read(lambda db: [_note(row) for row in db.execute(query)])

    async def own_notes(self, member_id: int) -> tuple[list[Note], list[tuple[str, float, str]]]:
        """A member's notes, and what they said of takes: batch, when, choice; the oldest first."""
        noted = sa.select(*_OF_NOTE).where(take_notes.c.author_id == member_id).order_by(take_notes.c.at)
        said = sa.select(take_votes.c.batch_id, take_votes.c.at, take_votes.c.choice)
        said = said.where(take_votes.c.member_id == member_id).order_by(take_votes.c.at)

        def read(db: sa.Connection) -> tuple[list[Note], list[tuple[str, float, str]]]:
            return [_note(row) for row in db.execute(noted)], [tuple(row) for row in db.execute(said)]

        return await self._read(read)


def notes_in(db: sa.Connection, brief_id: str) -> dict[str, list[Note]]:
    """All notes on takes of a brief, by the id of the take's job, the oldest first."""
    query = sa.select(*_OF_NOTE).join(takes, takes.c.job_id == take_notes.c.job_id)
    found: dict[str, list[Note]] = {}
    for row in db.execute(query.where(takes.c.brief_id == brief_id).order_by(take_notes.c.at)):
        found.setdefault(row.job_id, []).append(_note(row))
    return found


def _note(row: sa.Row[Any]) -> Note:
    return Note(**row._mapping)
