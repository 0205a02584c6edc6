"""The pictures that servers refuse, in the database: kept, taken off, and found again by what is alike."""

from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ..moderation import Action
from ..refused_pictures import MOST, PARTS, RefusedPicture, is_alike, parts
from .audit import AuditRows, Entry
from .schema import refused_pictures as table

COLUMNS = [table.c[name] for name in RefusedPicture.__dataclass_fields__]
NEWEST_FIRST = (table.c.added_at.desc(), table.c.hash)

# The entries with a part of a hash in common: all that are alike, and a few more, some of them twice. Each part is
# asked for by itself: of several at once SQLite would use no index but the server's.
CANDIDATES = sa.union_all(
    *(
        sa.select(*COLUMNS).where(
            table.c.guild_id == sa.bindparam("guild_id"), table.c[f"part_{number}"] == sa.bindparam(f"part_{number}")
        )
        for number in range(PARTS)
    )
)


class Added(StrEnum):
    """What became of a picture that was to be refused."""

    ADDED = "added"
    KNOWN = "known"
    FULL = "full"


class RefusedPictureRows(AuditRows):
    async def add_refused_picture(self, refused: RefusedPicture, *, member_id: int | None = None) -> Added:
        """Keep an entry, unless the very same is kept, or the server has as many as it may; with the audit, or neither.

        `member_id` is whose picture it was.
        """
        row = {**asdict(refused), **_parts(refused.hash)}
        entry = replace(
            _entry(Action.REFUSE_PICTURE, refused, refused.added_by, refused.added_at),
            member_id=member_id,
            after=_facts(refused),
        )

        def add(db: sa.Connection) -> Added:
            if _find(db, refused.guild_id, refused.hash):
                return Added.KNOWN
            if _count(db, refused.guild_id) >= MOST:
                return Added.FULL
            kept = db.execute(self._insert_of(table).values(row).on_conflict_do_nothing())
            if not kept.rowcount:
                return Added.KNOWN
            self._record(db, entry)
            return Added.ADDED

        return await self._write(add)

    async def remove_refused_picture(
        self, guild_id: int, picture_hash: str, by: int, now: float
    ) -> RefusedPicture | None:
        """Take an entry off the list, with the audit; what it was, or None when it was not there."""

        def remove(db: sa.Connection) -> RefusedPicture | None:
            found = _find(db, guild_id, picture_hash)
            gone = db.execute(sa.delete(table).where(*_is(guild_id, picture_hash)))
            if found is None or not gone.rowcount:
                return None
            entry = _entry(Action.ALLOW_PICTURE, found, by, now)
            self._record(db, replace(entry, before={**_facts(found), "hits": found.hits}))
            return found

        return await self._write(remove)

    async def refused_pictures(self, guild_id: int, *, after: int = 0, most: int = MOST) -> list[RefusedPicture]:
        """A server's entries, the newest first, a page at a time."""
        query = sa.select(*COLUMNS).where(table.c.guild_id == guild_id)
        query = query.order_by(*NEWEST_FIRST).offset(after).limit(most)
        return [_read(row) for row in await self._read(lambda db: db.execute(query).all())]

    async def count_refused_pictures(self, guild_id: int) -> int:
        return await self._read(lambda db: _count(db, guild_id))

    async def find_refused_picture(self, guild_id: int, picture_hash: str) -> RefusedPicture | None:
        """The first of a server's entries that looks like a picture with this hash; None when none does."""
        asked = {"guild_id": guild_id, **_parts(picture_hash)}
        rows = await self._read(lambda db: db.execute(CANDIDATES, asked).all())
        alike = [_read(row) for row in rows if is_alike(row.hash, picture_hash)]
        return min(alike, key=lambda refused: (refused.added_at, refused.hash), default=None)

    async def count_refused_hit(self, guild_id: int, picture_hash: str) -> None:
        """An entry kept a picture out once more."""
        counted = sa.update(table).where(*_is(guild_id, picture_hash)).values(hits=table.c.hits + 1)
        await self._execute(counted)


def _entry(action: Action, refused: RefusedPicture, by: int, now: float) -> Entry:
    return Entry(guild_id=refused.guild_id, at=now, actor_id=by, action=action, job_id=refused.job_id)


def _facts(refused: RefusedPicture) -> dict[str, Any]:
    facts = {"hash": refused.hash, "why": refused.why}
    return {name: fact for name, fact in facts.items() if fact}


def _find(db: sa.Connection, guild_id: int, picture_hash: str) -> RefusedPicture | None:
    row = db.execute(sa.select(*COLUMNS).where(*_is(guild_id, picture_hash))).first()
    return _read(row) if row else None


def _is(guild_id: int, picture_hash: str) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.guild_id == guild_id, table.c.hash == picture_hash


def _count(db: sa.Connection, guild_id: int) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(table.c.guild_id == guild_id)
    return db.scalar(query) or 0


def _parts(picture_hash: str) -> dict[str, int]:
    return {f"part_{number}": part for number, part in enumerate(parts(picture_hash))}


def _read(row: sa.Row[Any]) -> RefusedPicture:
    return RefusedPicture(**row._mapping)
