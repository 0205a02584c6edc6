"""The rules of servers in the database, and what holds for one member just now: blocked, paused, appealed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..server_rules.document import Document, parse_document, plain_document
from ..server_rules.limits import DAY
from .audit import AuditRows, Entry
from .schema import blocks, grants, jobs, pauses, reviews, rules

# Documents are read often and change seldom: so many are kept as they were parsed.
KEPT = 1000
WHOLE_SERVER = 0


GUILD, MEMBER = (sa.bindparam(name, type_=sa.BigInteger) for name in ("guild", "member"))


def _one(query: sa.Select[Any], name: str) -> sa.Label[Any]:
    return query.scalar_subquery().label(name)


def _of_member(table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.guild_id == GUILD, table.c.member_id == MEMBER


_paused = (pauses.c.guild_id == GUILD, pauses.c.channel_id.in_(sa.bindparam("channels", expanding=True)))
_granted = (*_of_member(grants), grants.c.left > 0, grants.c.until > sa.bindparam("now", type_=sa.Double))
_appealed = (
    reviews.c.guild_id == GUILD,
    reviews.c.asker_id == MEMBER,
    reviews.c.asked_at >= sa.bindparam("since", type_=sa.Double),
    reviews.c.why == "appeal",
)
# put together once: that costs more than what the database does with it
SITUATION = sa.select(
    _one(sa.select(rules.c.document).where(rules.c.guild_id == GUILD), "document"),
    _one(sa.select(rules.c.changed_at).where(rules.c.guild_id == GUILD), "changed_at"),
    _one(sa.select(blocks.c.until).where(*_of_member(blocks)), "until"),
    _one(sa.select(blocks.c.why).where(*_of_member(blocks)), "why"),
    sa.exists(sa.select(pauses.c.guild_id).where(*_paused)).label("paused"),
    sa.exists(sa.select(grants.c.left).where(*_granted)).label("granted"),
    _one(sa.select(sa.func.count()).where(*_appealed), "appeals"),
    # not EXISTS: PostgreSQL reads the whole table for that where few members asked for many jobs
    _one(sa.select(sa.func.min(jobs.c.created_at)).where(jobs.c.asker_id == MEMBER), "first_asked"),
)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What a server's people decided that bears on one member in one place. `changed_at` names the document's state.

    `has_asked` is whether that member ever had a job, wherever that was.
    """

    document: Document = field(default_factory=Document)
    changed_at: float = 0.0
    blocked_until: float = 0.0
    blocked_why: str = ""
    paused: bool = False
    appeals: int = 0
    granted: bool = False
    has_asked: bool = False


class RuleRows(AuditRows):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._parsed: dict[int, tuple[float, Document]] = {}

    async def situation(self, guild_id: int, member_id: int, channel_ids: Iterable[int], now: float) -> Situation:
        """All in one look. Raises BadRules when the rules are of a version that this one cannot read."""
        where = {"guild": guild_id, "member": member_id, "channels": [WHOLE_SERVER, *channel_ids], "now": now}
        row = await self._read(lambda db: db.execute(SITUATION, where | {"since": now - DAY}).one())
        return Situation(
            document=self._parse(guild_id, row.changed_at, row.document),
            changed_at=row.changed_at or 0.0,
            blocked_until=row.until or 0.0,
            blocked_why=row.why or "",
            paused=bool(row.paused),
            granted=bool(row.granted),
            appeals=row.appeals,
            has_asked=row.first_asked is not None,
        )

    async def rules(self, guild_id: int) -> Document:
        """Raises BadRules when they are of a version that this one cannot read."""
        query = sa.select(rules).where(rules.c.guild_id == guild_id)
        row = await self._read(lambda db: db.execute(query).first())
        return self._parse(guild_id, row.changed_at, row.document) if row else Document()

    async def change_rules(
        self, guild_id: int, change: Callable[[Document], Document], entry: Callable[[Document, Document], Entry]
    ) -> tuple[Document, Document]:
        """Change a server's rules, and record it by `entry`, or neither; the rules before and after.

        Two people who change them at once do so one after the other. Raises what `change` raises.
        """

        def change_them(db: sa.Connection) -> tuple[Document, Document]:
            if not self.is_exclusive:
                db.execute(sa.select(sa.func.pg_advisory_xact_lock(guild_id)))
            row = db.execute(sa.select(rules).where(rules.c.guild_id == guild_id)).first()
            before = parse_document(row.document) if row else Document()
            after = change(before)
            if after != before:
                recorded = entry(before, after)
                self._keep_rules(db, guild_id, after, recorded.actor_id, recorded.at)
                self._record(db, recorded)
            return before, after

        return await self._write(change_them)

    def _block(self, db: sa.Connection, guild_id: int, member_id: int, until: float, why: str, now: float) -> None:
        values = {"at": now, "until": until, "why": why}
        kept = self._insert_of(blocks).values(guild_id=guild_id, member_id=member_id, **values)
        db.execute(kept.on_conflict_do_update(index_elements=["guild_id", "member_id"], set_=values))

    def _keep_rules(self, db: sa.Connection, guild_id: int, document: Document, by: int, now: float) -> None:
        values = {"document": plain_document(document), "changed_by": by, "changed_at": now}
        kept = self._insert_of(rules).values(guild_id=guild_id, **values)
        db.execute(kept.on_conflict_do_update(index_elements=["guild_id"], set_=values))

    def _parse(self, guild_id: int, changed_at: float | None, plain: Any) -> Document:
        if changed_at is None:
            return Document()
        known = self._parsed.get(guild_id)
        if known is None or known[0] != changed_at:
            if len(self._parsed) >= KEPT:
                self._parsed.clear()
            known = self._parsed[guild_id] = (changed_at, parse_document(plain))
        return known[1]
