"""What the gate costs a command: processor time and round trips of the database, with a million past jobs."""

import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from bot.actions.ask import Ask
from bot.actions.content import Content
from bot.actions.gate import Gate, Passed
from bot.catalogue import Catalogue, read_catalogue
from bot.jobs import Job, Venue, job_id
from bot.moderation import Entry
from bot.server_rules.document import parse_document
from bot.server_rules.limits import MONTH, SPANS, Limit
from bot.store import Store, Weighing, open_store
from bot.store.schema import jobs, spent
from bot.video_request import Draft, VideoRequest, parse
from bot.workbench import Workbench

from ..chaos.database import open_database
from .table import Found, draw_table

PAST, PAST_QUICK = 1_000_000, 1_000
ASKED, ASKED_QUICK = 400, 20
# So many jobs of one server wait or are made at once, at most; then they are done.
GOING_ON = 100
GATE = "the gate"
SHOWN = {"cpu_ms": ".2f", "trips": ".1f", "wall_ms": ".2f"}
UNSETTLED = jobs.c.settled.is_(False)
GUILD, CHANNEL, MEMBER, ROLE = 1, 2, 7, 5

# All that can be limited is, and nothing of it is full: the dearest that there is to decide.
PLENTY = {"clips_day": 10**8, "seconds_day": 10**8, "clips_month": 10**8, "seconds_month": 10**8, "at_once": 10**6}
RULES = {
    "version": 1,
    "server": {
        "roles_denied": ["99"],
        "max_seconds": 12,
        "limits": {"member": PLENTY, "channel": PLENTY, "server": PLENTY, "roles": {str(ROLE): PLENTY}},
    },
    "channels": {str(CHANNEL): {"sizes": ["1280x720"], "limits": {"channel": PLENTY}}},
}
BOT = Limit(clips_day=10**8, clips_month=10**8)


async def measure_deciding(quick: bool, engines: Sequence[str]) -> Found:
    past, asked = (PAST_QUICK, ASKED_QUICK) if quick else (PAST, ASKED)
    rows: list[Sequence[object]] = []
    figures: dict[str, float] = {}
    for engine in engines:
        compared = await _compare(engine, past, asked)
        for what, found in compared.items():
            rows.append((engine, what, *(f"{found[name]:{spec}}" for name, spec in SHOWN.items())))
        figures |= {f"deciding_{engine}_{name}": value for name, value in compared[GATE].items()}
    lines = [
        f"deciding: a command with {past:,} past jobs",
        "  rules for member, role, channel, server and bot, in clips, seconds, days, months and at once",
        *draw_table(("database", "what", "cpu ms", "statements", "wall ms"), rows),
    ]
    return lines, figures


async def _compare(engine: str, past: int, asked: int) -> dict[str, dict[str, float]]:
    async with _filled(engine, past) as store:
        plain = await _measure(store, asked, 0, gated=False)
        gated = await _measure(store, asked, asked, gated=True)
    more = {name: gated[name] - plain[name] for name in gated}
    return {"kept, without a gate": plain, "weighed and kept": gated, GATE: more}


@contextlib.asynccontextmanager
async def _filled(engine: str, past: int) -> AsyncIterator[Store]:
    """A store with so many jobs, half of them of one server, and usage in every quarter of an hour of a month."""
    async with contextlib.AsyncExitStack() as stack:
        if engine == "postgresql":
            url = (await stack.enter_async_context(open_database(own_server=True))).url
        else:
            url = f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}/dailies.db"
        store = await stack.enter_async_context(open_store(url, "w1"))
        now = time.time()
        entry = Entry(guild_id=GUILD, at=now, actor_id=MEMBER, action="rules_import")
        await store.change_rules(GUILD, lambda _: parse_document(RULES), lambda *_: entry)
        await store.database.write(lambda db: _fill(db, past, now))
        yield store


def _fill(db: sa.Connection, past: int, now: float) -> None:
    rows = (
        "SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < :past"
        if db.dialect.name == "sqlite"
        else "SELECT n FROM generate_series(1, :past) AS n"
    )
    with_numbers = f"WITH {'RECURSIVE ' if db.dialect.name == 'sqlite' else ''}numbers(n) AS ({rows}) "
    db.execute(sa.text(with_numbers + JOBS), {"past": past, "now": now, "month": MONTH})
    usage = [
        {"whose": whose, "span": span, "start": int(now // span) - age, "clips": 3, "seconds": 24, "money": 0}
        for whose in (f"server:{GUILD}", f"channel:{CHANNEL}", "bot", f"member:{GUILD}:{MEMBER}")
        for span in SPANS
        for age in range(1, MONTH // span)
    ]
    db.execute(sa.insert(spent), usage)


JOBS = """
INSERT INTO jobs (id, created_at, status, status_since, model, prompt, seconds, size, size_given, fit, picture,
    asker_id, asker_name, guild_id, channel_id, locale, venue, attempts, not_before, links, facts, epoch, settled, lags)
SELECT 'past' || n, :now - (n % :month), 'completed', :now, 'sora-2-pro', 'A paper boat', 8, '1280x720', TRUE, 'crop',
    'none', n % 5000, 'Ana', 1 + n % 2 * (n % 200), 2 + n % 50, 'en-US', 'thread', 0, 0, '[]', '{}', 1, TRUE, FALSE
FROM numbers
"""


async def _measure(store: Store, asked: int, first: int, *, gated: bool) -> dict[str, float]:
    """Means for one command."""
    catalogue = read_catalogue()
    gate = Gate(store, catalogue, Content(store, Workbench(), None), ceiling=BOT, bot=BOT, tells_rules=False)
    wishes = [_wish(catalogue, 1_400_000_000_000_000_000 + first + number) for number in range(asked)]
    cpu = wall = trips = 0.0
    for some in batched(wishes, GOING_ON):
        with _counted(store) as statements:
            cpu, wall = cpu - time.process_time(), wall - time.perf_counter()
            for ask, job in some:
                await _ask(store, gate if gated else None, ask, job)
            cpu, wall, trips = cpu + time.process_time(), wall + time.perf_counter(), trips + len(statements)
        await store.database.write(lambda db: db.execute(sa.update(jobs).where(UNSETTLED).values(status="completed")))
    return {"cpu_ms": cpu / asked * 1000, "trips": trips / asked, "wall_ms": wall / asked * 1000}


def batched(wishes: list[tuple[Ask, Job]], size: int) -> Iterator[list[tuple[Ask, Job]]]:
    for first in range(0, len(wishes), size):
        yield wishes[first : first + size]


async def _ask(store: Store, gate: Gate | None, ask: Ask, job: Job) -> None:
    async def keep(weighing: Weighing) -> Job | None:
        return await store.insert(job, weighing=weighing)

    if gate is None:
        await store.insert(job)
    elif not isinstance(await gate.admit(ask, job, keep), Passed):
        raise RuntimeError("there was room for all of it")


def _wish(catalogue: Catalogue, event_id: int) -> tuple[Ask, Job]:
    request = parse(Draft(prompt="A paper boat", seconds=8, size="1280x720"), catalogue)
    assert isinstance(request, VideoRequest)
    where: dict[str, Any] = {"asker_id": MEMBER, "asker_name": "Ana", "guild_id": GUILD, "channel_id": CHANNEL}
    now = time.time()
    job = Job(id=job_id(event_id), created_at=now, status_since=now, request=request, worker="w1", epoch=1, **where)
    ask = Ask(
        event_id=event_id,
        draft=Draft(prompt="A paper boat"),
        link=None,
        locale="en-US",
        venue=Venue.THREAD,
        role_ids=frozenset({ROLE}),
        joined_at=now - MONTH,
        **where,
    )
    return ask, replace(job, locale=ask.locale)


@contextlib.contextmanager
def _counted(store: Store) -> Iterator[list[str]]:
    """Every statement that goes to the database meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
