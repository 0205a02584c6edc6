"""Drafts in the database: kept with every change, emptied once they are sent."""

from typing import Any

import sqlalchemy as sa

from ..draft_content import from_content, to_content
from ..drafts import Form, SavedDraft
from .schema import UNSENT, drafts, jobs
from .transactions import Transactions

COLUMNS = (
    drafts.c.id,
    drafts.c.author_id,
    drafts.c.changed_at,
    drafts.c.content,
    drafts.c.picture.is_not(None).label("has_picture"),
)


class DraftRows(Transactions):
    async def keep_draft(self, saved: SavedDraft) -> None:
        """Keep what is written, if it was not sent already; the picture's bytes stay as they are."""
        values = {"author_id": saved.author_id, "changed_at": saved.changed_at, "content": to_content(saved)}
        kept = self._insert_of(drafts).values(id=saved.id, **values)
        await self._execute(kept.on_conflict_do_update(index_elements=["id"], set_=values, where=UNSENT))

    async def keep_draft_picture(self, draft_id: str, picture: bytes | None) -> None:
        await self._execute(sa.update(drafts).where(drafts.c.id == draft_id).values(picture=picture))

    async def find_draft(self, draft_id: str) -> SavedDraft | None:
        return await self._find_draft(sa.select(*COLUMNS).where(drafts.c.id == draft_id))

    async def last_draft(self, author_id: int, form: Form) -> SavedDraft | None:
        """What this member last wrote in such a form and did not send."""
        query = sa.select(*COLUMNS).where(drafts.c.author_id == author_id).order_by(drafts.c.changed_at.desc())
        return await self._find_draft(query.where(drafts.c.content["form"].as_string() == str(form)).limit(1))

    async def draft_picture(self, draft_id: str) -> bytes | None:
        query = sa.select(drafts.c.picture).where(drafts.c.id == draft_id)
        picture: bytes | None = await self._read(lambda db: db.scalar(query))
        return picture

    async def is_taken(self, event: str) -> bool:
        """Whether an event became a job, at once or by a draft that was sent."""
        sent = sa.exists().where(drafts.c.id == event, sa.not_(UNSENT))
        query = sa.select(sa.exists().where(jobs.c.id == event) | sent)
        return bool(await self._read(lambda db: db.scalar(query)))

    async def discard_draft(self, draft_id: str) -> None:
        await self._execute(sa.delete(drafts).where(drafts.c.id == draft_id, UNSENT))

    async def discard_drafts(self, before: float) -> None:
        """Throw away what nobody touched since `before`, unix seconds."""
        await self._execute(sa.delete(drafts).where(drafts.c.changed_at < before))

    async def _find_draft(self, query: sa.Select[Any]) -> SavedDraft | None:
        row = await self._read(lambda db: db.execute(query).first())
        return read_draft(row) if row and row.content else None


def read_draft(row: sa.Row[Any]) -> SavedDraft:
    """A draft that was not sent, of its `COLUMNS`."""
    return from_content(
        row.content,
        draft_id=row.id,
        author_id=row.author_id,
        changed_at=row.changed_at,
        has_picture=bool(row.has_picture),
    )
