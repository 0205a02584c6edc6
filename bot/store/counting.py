"""Counting: what jobs use, added up by quarter of an hour in the transaction that keeps a job or changes it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ..jobs import LIVE, Job
from ..server_rules.holding import Counted, held, key_of, keys_of
from ..server_rules.limits import (
    QUARTER,
    SPANS,
    UNITS,
    Amount,
    Limit,
    Used,
    Whose,
    Window,
    oldest_quarter,
    stretches,
)
from .schema import grants, jobs, spent

# Taken while usage is read and added to, so that two workers do not both see the last of it.
USAGE_LOCK = 7_240_115

CHANNEL = sa.func.coalesce(jobs.c.within_id, jobs.c.channel_id)
HOME = sa.func.coalesce(jobs.c.guild_id, jobs.c.asker_id)


def _part(window: Window, span: int) -> sa.Select[Any]:
    """Usage that counts within a window, as far as it is added up by times of so many seconds."""
    columns = (spent.c.whose, sa.literal_column(f"'{window}'").label("window"), *(spent.c[unit] for unit in UNITS))
    within = [spent.c.whose.in_(sa.bindparam("names", expanding=True)), spent.c.span == span]
    within.append(spent.c.start >= sa.bindparam(_bound(window, span, "from")))
    if span != SPANS[-1]:
        within.append(spent.c.start < sa.bindparam(_bound(window, span, "to")))
    return sa.select(*columns).where(*within)


def _bound(window: Window, span: int, side: str) -> str:
    return f"{window}_{span}_{side}"


# Statements are put together once: that costs more than what the database does with them.
_parts = sa.union_all(*(_part(window, span) for window in Window for span in SPANS)).subquery()
SUMS = sa.select(_parts.c.whose, _parts.c.window, *(sa.func.sum(_parts.c[unit]) for unit in UNITS)).group_by(
    _parts.c.whose, _parts.c.window
)
_at_home = sa.and_(sa.bindparam("home", type_=sa.BigInteger) == HOME)
_AT_ONCE: Mapping[Whose, sa.ColumnElement[bool]] = {
    Whose.MEMBER: _at_home & (jobs.c.asker_id == sa.bindparam("member", type_=sa.BigInteger)),
    Whose.CHANNEL: sa.and_(sa.bindparam("channel", type_=sa.BigInteger) == CHANNEL),
    Whose.SERVER: _at_home,
    Whose.CEILING: _at_home,
    Whose.BOT: sa.true(),
}
_live = sa.select(*(sa.func.count().filter(own).label(f"at_once_{whose}") for whose, own in _AT_ONCE.items()))
_going_on = _live.where(jobs.c.status.in_(LIVE)).subquery()
_sums = SUMS.subquery()
# One look for both: beside each sum stands how many jobs go on, also where there is no sum.
SUMS_AND_AT_ONCE = sa.select(*_going_on.c, *_sums.c).select_from(_going_on.outerjoin(_sums, sa.true()))


class Counting:
    """All of it happens within a transaction that somebody else began."""

    def __init__(self, insert_of: Callable[..., Any], *, is_exclusive: bool) -> None:
        self._is_exclusive = is_exclusive
        added = insert_of(spent)
        more = {unit: spent.c[unit] + added.excluded[unit] for unit in UNITS}
        self._add_up = added.on_conflict_do_update(index_elements=["whose", "span", "start"], set_=more)

    def used(self, db: sa.Connection, asked: Counted, now: float, limits: Mapping[Whose, Limit]) -> dict[Whose, Used]:
        """What counts at `now` towards each of the limits that a job has to fit in; nobody adds to it meanwhile."""
        names = {whose: key_of(whose, asked) for whose, limit in limits.items() if limit}
        if not names:
            return {}
        if not self._is_exclusive:
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(USAGE_LOCK)))
        given = _given(names.values(), now)
        if all(limit.at_once is None for limit in limits.values()):
            sums = _sums_of(db.execute(SUMS, given))
            return {whose: sums.get(name, Used()) for whose, name in names.items()}
        rows = [[*row] for row in db.execute(SUMS_AND_AT_ONCE, given | _place_of(asked))]
        at_once = dict(zip(_AT_ONCE, rows[0], strict=False))
        sums = _sums_of(row[len(_AT_ONCE) :] for row in rows if row[len(_AT_ONCE)] is not None)
        return {whose: replace(sums.get(name, Used()), at_once=at_once[whose]) for whose, name in names.items()}

    def sums(self, db: sa.Connection, names: Iterable[str], now: float) -> dict[str, Used]:
        """By name what counts within the day and within the month."""
        return _sums_of(db.execute(SUMS, _given(names, now)))

    def quarters(self, db: sa.Connection, name: str, now: float, window: Window) -> dict[int, Amount]:
        """What counts within a window by quarter of an hour."""
        own = (spent.c.whose == name, spent.c.span == QUARTER, spent.c.start >= oldest_quarter(now, window))
        rows = db.execute(sa.select(spent).where(*own))
        return {row.start: _amount([getattr(row, unit) for unit in UNITS]) for row in rows}

    def count_in(self, db: sa.Connection, job: Job) -> None:
        """Have a new job count from now on."""
        self._add(db, job, held(job))

    def recount(self, db: sa.Connection, before: Job, after: Job) -> None:
        """Give back, or take once more, what follows from a change of a job."""
        more = held(after) - held(before)
        self._add(db, after, more)
        if after.granted and more.clips:
            db.execute(sa.update(grants).where(*_grant_of(after)).values(left=grants.c.left - more.clips))

    def take_grant(self, db: sa.Connection, job: Job, now: float) -> bool:
        """Take one of the clips that were granted to a job's asker; False when there is none."""
        open_grant = (*_grant_of(job), grants.c.left > 0, grants.c.until > now)
        return bool(db.execute(sa.update(grants).where(*open_grant).values(left=grants.c.left - 1)).rowcount)

    def _add(self, db: sa.Connection, job: Job, amount: Amount) -> None:
        if job.counted_at is None or amount == Amount():
            return
        same = {unit: getattr(amount, unit) for unit in UNITS}
        spans = [{"span": span, "start": int(job.counted_at // span)} for span in SPANS]
        db.execute(self._add_up, [{"whose": name, **span, **same} for name in keys_of(job) for span in spans])


def _given(names: Iterable[str], now: float) -> dict[str, Any]:
    """What SUMS wants to know."""
    given: dict[str, Any] = {"names": [*{*names}]}
    for window in Window:
        for span, (start, end) in stretches(now, window).items():
            given[_bound(window, span, "from")] = start
            if end is not None:
                given[_bound(window, span, "to")] = end
    return given


def _place_of(asked: Counted) -> dict[str, int]:
    """Whose jobs at once are counted."""
    return {
        "home": asked.guild_id or asked.asker_id,
        "member": asked.asker_id,
        "channel": asked.within_id or asked.channel_id,
    }


def _sums_of(rows: Iterable[Iterable[Any]]) -> dict[str, Used]:
    found = {(name, window): _amount(each) for name, window, *each in rows}
    nothing = Amount()
    return {
        name: Used(day=found.get((name, Window.DAY), nothing), month=found.get((name, Window.MONTH), nothing))
        for name in {name for name, _ in found}
    }


def _grant_of(job: Job) -> tuple[sa.ColumnElement[bool], ...]:
    return grants.c.guild_id == job.guild_id, grants.c.member_id == job.asker_id


def _amount(sums: Iterable[Any]) -> Amount:
    # PostgreSQL's sums of bigint are decimals
    return Amount(**dict(zip(UNITS, map(int, sums), strict=True)))
