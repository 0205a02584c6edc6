"""The audit in the database: what people who keep order did, numbered for each server, never changed or removed."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ..moderation import Entry
from .schema import audit
from .transactions import Transactions

__all__ = ["AuditRows", "Entry"]

_FIELDS = [column for column in audit.c if column.name != "log_due_at"]


class AuditRows(Transactions):
    async def record(self, entry: Entry) -> int:
        """Add an action; its number in the server."""
        return await self._write(lambda db: self._record(db, entry))

    async def note_outcome(self, guild_id: int, number: int, outcome: Mapping[str, Any]) -> None:
        """What became of an action that could only be begun when it was recorded; what was noted before stays."""
        own = _own(guild_id, number)

        def note(db: sa.Connection) -> None:
            known = db.scalar(sa.select(audit.c.outcome).where(*own).with_for_update()) or {}
            db.execute(sa.update(audit).where(*own).values(outcome={**known, **outcome}))

        await self._write(note)

    async def find_entry(self, guild_id: int, number: int) -> Entry | None:
        query = sa.select(*_FIELDS).where(*_own(guild_id, number))
        row = await self._read(lambda db: db.execute(query).first())
        return Entry(**row._mapping) if row else None

    async def entries(
        self,
        guild_id: int,
        most: int,
        *,
        before: int | None = None,
        after: int | None = None,
        member_id: int | None = None,
    ) -> list[Entry]:
        """The newest actions with a number below `before`, or the oldest above `after`, newest first.

        Of one member those that they did, and those about them.
        """
        query = sa.select(*_FIELDS).where(audit.c.guild_id == guild_id).limit(most)
        query = query.order_by(audit.c.number.desc() if after is None else audit.c.number)
        if before is not None:
            query = query.where(audit.c.number < before)
        if after is not None:
            query = query.where(audit.c.number > after)
        if member_id is not None:
            query = query.where(sa.or_(audit.c.member_id == member_id, audit.c.actor_id == member_id))
        rows = await self._read(lambda db: db.execute(query).all())
        found = [Entry(**row._mapping) for row in rows]
        return found if after is None else found[::-1]

    # --- the log channel

    async def unlogged(self, now: float, most: int) -> list[Entry]:
        """Actions that a log channel is to be told of now, the oldest first."""
        query = sa.select(*_FIELDS).where(audit.c.log_due_at <= now).order_by(audit.c.guild_id, audit.c.number)
        rows = await self._read(lambda db: db.execute(query.limit(most)).all())
        return [Entry(**row._mapping) for row in rows]

    async def take_unlogged(self, entry: Entry, now: float, until: float) -> bool:
        """Have nobody else tell of it before then; False when somebody does."""
        own = (*_own(entry.guild_id, entry.number), audit.c.log_due_at <= now)
        return await self._write(
            lambda db: db.execute(sa.update(audit).where(*own).values(log_due_at=until)).rowcount > 0
        )

    async def note_logged(self, entry: Entry, due_at: float | None = None) -> None:
        """It was told, or is to be tried again then."""
        own = _own(entry.guild_id, entry.number)
        await self._execute(sa.update(audit).where(*own).values(log_due_at=due_at))

    # --- inside a transaction

    def _record(self, db: sa.Connection, entry: Entry, *, logs: bool = True) -> int:
        """`logs` says that the log channel is to be told."""
        if not self.is_exclusive:
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(entry.guild_id)))
        newest = sa.select(sa.func.max(audit.c.number)).where(audit.c.guild_id == entry.guild_id)
        number = (db.scalar(newest) or 0) + 1
        due_at = entry.at if logs else None
        db.execute(sa.insert(audit), vars(entry) | {"number": number, "log_due_at": due_at})
        return number


def _own(guild_id: int, number: int) -> tuple[sa.ColumnElement[bool], ...]:
    return audit.c.guild_id == guild_id, audit.c.number == number
