"""Usage, to be looked at and to be granted: what was asked for, what is left of limits, more of it for somebody."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from .. import clock
from ..catalogue import Catalogue
from ..server_rules.limits import DAY, in_money
from ..store import Store
from ..store.audit import Entry
from ..usage_chart import draw_usage
from ..usage_report import DAYS, Left, Row, by_day, by_member, by_model, shares
from ..workbench import Workbench, WorkFailed
from .ask import Ask
from .gate import Gate

# Of members and of models so many have a bar of their own.
BARS = 8
# Jobs in an export, the newest: a file that Discord takes everywhere.
EXPORTED = 20_000
MOST_GRANTED = 1000
LONGEST_GRANT = 366 * DAY


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was asked for in the last 30 days, what is left of limits, and a picture of it where one can be drawn.

    `granted` is how many clips beyond their limits the asker has, and until when.
    """

    rows: tuple[Row, ...]
    left: tuple[Left, ...]
    granted: tuple[int, float]
    chart: bytes | None


class Grant(StrEnum):
    """What became of a grant; each has its sentence."""

    GRANTED = "granted"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"


class Usages:
    def __init__(self, *, store: Store, catalogue: Catalogue, gate: Gate, workbench: Workbench) -> None:
        self._store = store
        self._catalogue = catalogue
        self._gate = gate
        self._workbench = workbench

    async def report(self, ask: Ask, *, everybody: bool) -> Report:
        """Of whoever asks, or of their whole server. Raises BadRules."""
        now = clock.now()
        member_id = None if everybody else ask.asker_id
        rows = await self._store.usage_rows(now - DAYS * DAY, guild_id=ask.guild_id, member_id=member_id)
        granted = await self._store.granted(ask.guild_id, ask.asker_id, now) if ask.guild_id else (0, 0.0)
        return Report(
            rows=tuple(rows),
            left=tuple(await self._gate.limits_left(ask)),
            granted=granted,
            chart=await self._draw(rows, now, with_members=everybody),
        )

    async def export(self, guild_id: int | None, member_id: int | None) -> bytes:
        """The newest jobs of a server, of one member there or in direct messages, as CSV; without any words."""
        rows = await self._store.exported_jobs(guild_id, member_id, EXPORTED)
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(["job", "asked_at", "member", "channel", "model", "seconds", "size", "status", "estimated_cost"])
        for row in rows:
            asked_at = datetime.fromtimestamp(row.created_at, UTC).isoformat(timespec="seconds")
            cost = "" if row.cost is None else in_money(row.cost)
            place = (row.asker_id, row.within_id or row.channel_id)
            table.writerow([row.id, asked_at, *place, row.model, row.seconds, row.size, row.status, cost])
        return text.getvalue().encode()

    async def grant(self, guild_id: int, member_id: int, clips: int, until: float, by: int) -> Grant:
        """Let a member have clips beyond their own limits; 0 takes back what was granted."""
        now = clock.now()
        if not 0 <= clips <= MOST_GRANTED:
            return Grant.TOO_MANY
        if not now < until <= now + LONGEST_GRANT:
            return Grant.TOO_LONG
        left, ends = await self._store.granted(guild_id, member_id, now)
        entry = Entry(
            guild_id=guild_id,
            at=now,
            actor_id=by,
            action="grant",
            member_id=member_id,
            before={"clips": left, "until": ends},
            after={"clips": clips, "until": until},
        )
        await self._store.grant(entry, clips, until)
        return Grant.GRANTED

    async def _draw(self, rows: list[Row], now: float, *, with_members: bool) -> bytes | None:
        if not rows:
            return None
        today = int(now // DAY)
        members = [(str(place), clips) for place, (_, clips) in enumerate(shares(by_member(rows), BARS), 1)]
        models = [
            (self._catalogue.describe(str(model)).name if model else "…", clips)
            for model, clips in shares(by_model(rows), BARS)
        ]
        try:
            return await self._workbench.run(
                draw_usage,
                by_day(rows, today),
                _date(today - DAYS + 1),
                _date(today),
                members if with_members else [],
                models,
            )
        except WorkFailed:
            # the figures are what matters
            return None


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * DAY, UTC).strftime("%m-%d")
