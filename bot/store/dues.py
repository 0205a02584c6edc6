"""Dues: rows that somebody has to see to when they are due, each in one worker's hand at a time."""

from collections.abc import Callable

import sqlalchemy as sa

from .transactions import Transactions

DueOf = Callable[[sa.Connection, str], float | None]
"""When a row is due next by what it says, unix seconds, None for never; it is locked while that is looked at."""


class Dues:
    """Of a `table` with `due_at`, `taken_until` and `tries`: how often in a row what is due could not be done."""

    def __init__(self, of: Transactions, table: sa.Table, due_of: DueOf) -> None:
        self._read, self._write, self._is_exclusive = of._read, of._write, of.is_exclusive
        self._table = table
        self._due_of = due_of

    async def find(self, now: float, most: int) -> list[str]:
        """The ids of rows that are due and in nobody's hand, the longest due first."""
        query = sa.select(self._table.c.id).where(*self._is_due(now)).order_by(self._table.c.due_at).limit(most)
        return await self._read(lambda db: list(db.scalars(query)))

    async def next(self) -> float | None:
        """When the next one is due that nobody has in hand, unix seconds."""
        later = sa.func.max if self._is_exclusive else sa.func.greatest
        at = later(self._table.c.due_at, sa.func.coalesce(self._table.c.taken_until, 0.0))
        query = sa.select(sa.func.min(at)).where(self._table.c.due_at.is_not(None))
        found: float | None = await self._read(lambda db: db.scalar(query))
        return found

    async def take(self, row_id: str, now: float, until: float) -> int | None:
        """Have nobody else see to it before then; how often that failed in a row, None when somebody else does."""
        own = self._table.c.id == row_id
        mine = sa.update(self._table).where(own, *self._is_due(now)).values(taken_until=until)

        def take(db: sa.Connection) -> int | None:
            taken = db.execute(mine).rowcount > 0
            return db.scalar(sa.select(self._table.c.tries).where(own)) if taken else None

        return await self._write(take)

    async def hold(self, row_id: str, until: float) -> None:
        """It takes longer: nobody else sees to it before then."""
        held = sa.update(self._table).where(self._table.c.id == row_id).values(taken_until=until)
        await self._write(lambda db: db.execute(held))

    async def renew(self, row_id: str, was: float, until: float) -> bool:
        """As `hold`, of what was held until `was`; False, and nothing done, where it came into other hands since."""
        own = (self._table.c.id == row_id, self._table.c.taken_until == was)
        renewed = sa.update(self._table).where(*own).values(taken_until=until)
        return await self._write(lambda db: db.execute(renewed).rowcount > 0)

    async def leave(self, row_id: str, again_at: float | None = None) -> None:
        """It is out of hand; what could not be done is tried again then, unix seconds."""

        def leave(db: sa.Connection) -> None:
            own = self._table.c.id == row_id
            done = {"due_at": self._due_of(db, row_id), "tries": 0}
            failed = {"due_at": again_at, "tries": self._table.c.tries + 1}
            left = done if again_at is None else failed
            db.execute(sa.update(self._table).where(own).values(taken_until=None, **left))

        await self._write(leave)

    async def free(self) -> None:
        """In a SQLite file whoever had any in hand is gone."""
        if self._is_exclusive:
            freed = sa.update(self._table).where(self._table.c.taken_until.is_not(None)).values(taken_until=None)
            await self._write(lambda db: db.execute(freed))

    async def put_back(self, now: float) -> None:
        """What was drawn later than now was so before the time was put back: it waits no longer than anything else."""
        if "drawn_at" in self._table.c:
            drawn_at = self._table.c.drawn_at
            later = (drawn_at > now, self._table.c.due_at.is_not(None))
            put_back = sa.update(self._table).where(*later).values(drawn_at=now, due_at=now)
            await self._write(lambda db: db.execute(put_back))

    def _is_due(self, now: float) -> tuple[sa.ColumnElement[bool], ...]:
        untaken = sa.or_(self._table.c.taken_until.is_(None), self._table.c.taken_until <= now)
        return self._table.c.due_at <= now, untaken
