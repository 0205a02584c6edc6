"""Usage in the database, to be read: what counts, and since when; who was granted more."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from ..jobs import Status
from ..server_rules.holding import Counted, key_of
from ..server_rules.limits import (
    DAY,
    QUARTER,
    SPANS,
    Amount,
    Lack,
    Limit,
    Used,
    Whose,
    Window,
    first_whole,
    oldest_quarter,
    room_again,
)
from ..usage_report import Row, window_of
from .audit import AuditRows, Entry
from .schema import grants, jobs, spent

EXPORTED = tuple(
    jobs.c[name]
    for name in (
        "id",
        "created_at",
        "asker_id",
        "channel_id",
        "within_id",
        "model",
        "seconds",
        "size",
        "status",
        "cost",
    )
)


class UsageRows(AuditRows):
    async def used(self, asked: Counted, now: float, limits: Mapping[Whose, Limit]) -> dict[Whose, Used]:
        """What counts at `now` towards limits that whoever asks has to fit in."""
        return await self._write(lambda db: self._counting.used(db, asked, now, limits))

    async def sums(self, names: Iterable[str], now: float) -> dict[str, Used]:
        """What counts within the day and the month, by the names that `bot.server_rules.holding` gives."""
        return await self._read(lambda db: self._counting.sums(db, names, now))

    async def quarters(self, name: str, now: float, window: Window = Window.MONTH) -> dict[int, Amount]:
        """Usage within a window by quarter of an hour."""
        return await self._read(lambda db: self._counting.quarters(db, name, now, window))

    async def first_return(self, name: str, now: float, window: Window) -> float | None:
        """When the oldest of what counts within a window no longer does, unix seconds."""
        quarters = await self.quarters(name, now, window)
        used = [quarter for quarter, amount in quarters.items() if amount != Amount()]
        return float((min(used) + 1) * QUARTER + window.seconds) if used else None

    async def room_again(self, lack: Lack, asked: Counted, now: float) -> float | None:
        """When there is room for what was lacked, unix seconds; None when time alone makes none."""
        window = window_of(lack.key)
        return room_again(lack, await self.quarters(key_of(lack.whose, asked), now, window)) if window else None

    async def usage_rows(self, since: float, *, guild_id: int | None, member_id: int | None = None) -> list[Row]:
        """What was asked for since then in a server, or by one member there; without a server in direct messages."""
        day = sa.cast(sa.func.floor(jobs.c.counted_at / DAY), sa.Integer)
        has_task = jobs.c.task_id.is_not(None)
        kinds = (day, jobs.c.asker_id, jobs.c.model, jobs.c.status, has_task, jobs.c.reason)
        sums = (sa.func.count(), sa.func.sum(jobs.c.seconds), sa.func.coalesce(sa.func.sum(jobs.c.cost), 0))
        where = [jobs.c.guild_id == guild_id, jobs.c.created_at >= since, jobs.c.counted_at >= since]
        if member_id is not None:
            where.append(jobs.c.asker_id == member_id)
        found = await self._read(lambda db: db.execute(sa.select(*kinds, *sums).where(*where).group_by(*kinds)).all())
        return [
            Row(
                day=day,
                member_id=asker_id,
                model=model,
                status=Status(status),
                has_task=bool(task),
                reason=reason,
                whole=Amount(clips=int(clips), seconds=int(seconds), money=int(money)),
            )
            for day, asker_id, model, status, task, reason, clips, seconds, money in found
        ]

    async def forget_usage(self, now: float) -> None:
        """Throw away what counts no more."""
        oldest = oldest_quarter(now, Window.MONTH)
        for span in SPANS:
            await self._execute(sa.delete(spent).where(spent.c.span == span, spent.c.start < first_whole(span, oldest)))

    async def grant(self, entry: Entry, clips: int, until: float) -> None:
        """Let a member have so many clips beyond their own limits, in place of before, as the audit's `entry` says."""
        values = {"left": clips, "until": until}
        granted = self._insert_of(grants).values(guild_id=entry.guild_id, member_id=entry.member_id, **values)
        granted = granted.on_conflict_do_update(index_elements=["guild_id", "member_id"], set_=values)

        def grant(db: sa.Connection) -> None:
            db.execute(granted)
            self._record(db, entry)

        await self._write(grant)

    async def exported_jobs(self, guild_id: int | None, member_id: int | None, most: int) -> list[sa.Row[Any]]:
        """The newest jobs of a server, or of one member there: what they were, and none of their words."""
        query = sa.select(*EXPORTED).where(jobs.c.guild_id == guild_id).order_by(jobs.c.created_at.desc()).limit(most)
        if member_id is not None:
            query = query.where(jobs.c.asker_id == member_id)
        return await self._read(lambda db: [*db.execute(query)])

    async def granted(self, guild_id: int, member_id: int, now: float) -> tuple[int, float]:
        """How many clips a member has left beyond their own limits, and until when, unix seconds; (0, 0) for none."""
        own = (grants.c.guild_id == guild_id, grants.c.member_id == member_id, grants.c.until > now, grants.c.left > 0)
        row = await self._read(lambda db: db.execute(sa.select(grants.c.left, grants.c.until).where(*own)).first())
        return (row.left, row.until) if row else (0, 0.0)
