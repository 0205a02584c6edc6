"""Servers in the database: what was decided about each, and what it was told of once."""

from typing import Any, Literal

import sqlalchemy as sa

from ..admission import Decided, KeptGuild
from .schema import guilds
from .transactions import Transactions

Once = Literal["asked_at", "greeted_at"]


class GuildRows(Transactions):
    async def kept_guild(self, guild_id: int) -> KeptGuild:
        """What is kept of a server; of one that was never heard of, nothing but its id."""
        return await self._read(lambda db: self._kept_guild(db, guild_id))

    async def kept_guilds(self) -> list[KeptGuild]:
        """All that anything is kept of, by id."""
        rows = await self._read(lambda db: db.execute(sa.select(guilds).order_by(guilds.c.id)).all())
        return [_from_row(row) for row in rows]

    async def decide_guild(
        self, guild_id: int, decided: Decided, by: int | None, now: float, *, anew: bool
    ) -> KeptGuild:
        """Keep a decision, in place of an earlier one only if `anew`; what is kept now."""
        values = {"admission": decided, "admitted_by": by, "admitted_at": now}

        def decide(db: sa.Connection) -> KeptGuild:
            self._have_guild(db, guild_id)
            statement = sa.update(guilds).where(guilds.c.id == guild_id).values(values)
            db.execute(statement if anew else statement.where(guilds.c.admission.is_(None)))
            return self._kept_guild(db, guild_id)

        return await self._write(decide)

    async def note_guild(self, guild_id: int, once: Once, now: float) -> bool:
        """Note that something was done, at `now`, unix seconds; False when it was noted before."""
        column = guilds.c[once]

        def note(db: sa.Connection) -> bool:
            self._have_guild(db, guild_id)
            fresh = sa.update(guilds).where(guilds.c.id == guild_id, column.is_(None))
            return bool(db.execute(fresh.values({once: now})).rowcount)

        return await self._write(note)

    # --- inside a transaction

    def _have_guild(self, db: sa.Connection, guild_id: int) -> None:
        db.execute(self._insert_of(guilds).values(id=guild_id).on_conflict_do_nothing())

    def _kept_guild(self, db: sa.Connection, guild_id: int) -> KeptGuild:
        row = db.execute(sa.select(guilds).where(guilds.c.id == guild_id)).first()
        return _from_row(row) if row else KeptGuild(id=guild_id)


def _from_row(row: sa.Row[Any]) -> KeptGuild:
    """A word that is not known counts as a no."""
    plain = dict(row._mapping)
    word = plain["admission"]
    if word is not None:
        plain["admission"] = Decided.ALLOWED if word == Decided.ALLOWED else Decided.DENIED
    return KeptGuild(**plain)
