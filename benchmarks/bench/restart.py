"""What a start costs with many jobs live: when looks begin, when those that are due were made, what is said."""

import asyncio
import math
import time
from collections.abc import Sequence

from bot.catalogue import read_catalogue
from bot.poll_schedule import next_look
from bot.usual_times import expect
from sandbox.mulerun import Ledger

from .contenders import BASELINE, Contender
from .live import LiveJob
from .metrics import LoopDelay, few_collections, percentile
from .stage import GUILDS, Plan, Stage, open_stage
from .table import Found, draw_table

LIVE, LIVE_QUICK = 10_000, 100
WATCHED, WATCHED_QUICK = 20.0, 4.0
# Looks that were due so soon after the process began, seconds: one for each job that is looked at all the time.
DUE_WITHIN = 15.0
PATIENCE = 120.0
MOST = 0.95
HEADS = ("bot", "first GET s", f"{MOST:.0%} of due s", "due looks", "late p95 s", "said", "sandbox p99 ms")


async def measure_restart(quick: bool, contenders: Sequence[Contender]) -> Found:
    live, watched = (LIVE_QUICK, WATCHED_QUICK) if quick else (LIVE, WATCHED)
    rows: list[Sequence[object]] = []
    figures: dict[str, float] = {}
    for contender in contenders:
        found = await _measure(contender, Plan(live=live, guilds=10 if quick else GUILDS), watched)
        rows.append((contender.name, *(f"{value:.2f}" for value in found.values())))
        figures |= {f"restart_{contender.name}_{name}": value for name, value in found.items()}
    lines = [
        f"restart: {live} jobs live, from the start of the process",
        f"  due: looks that each bot's own schedule has in the first {DUE_WITHIN:.0f} s;"
        f" said: posts and edits in the first {watched:.0f} s",
        *draw_table(HEADS, rows),
    ]
    return lines, figures


async def _measure(contender: Contender, plan: Plan, watched: float) -> dict[str, float]:
    async with open_stage(contender, plan) as stage:
        with few_collections():
            began = time.time()
            due = {one.task.id: at for one in stage.live if (at := _due_at(contender, one, began)) < began + DUE_WITHIN}
            async with LoopDelay() as delay:
                await stage.start()
                await asyncio.sleep(max(0.0, began + watched - time.time()))
                said = _said(stage, began + watched)
                await _wait_for_most(stage, due, began + PATIENCE)
        first = _first_looks(stage.vendor.ledger)
        seen = [first.get(task, math.inf) for task in due]
        return {
            "first_get_s": min(first.values(), default=math.nan) - began,
            "most_due_s": percentile(seen, MOST) - began,
            "due": len(due),
            "late_p95_s": percentile([at - due[task] for task, at in zip(due, seen, strict=True)], 0.95),
            "said": said,
            "sandbox_p99_ms": delay.p99 * 1000,
        }


def _due_at(contender: Contender, live: LiveJob, now: float) -> float:
    """When the job's next look after `now` is due by the bot's own schedule; unix seconds."""
    age = now - live.sent_at
    if contender is not BASELINE:
        model = read_catalogue().default
        look = next_look(model, expect(model), age)
        return live.sent_at + look if look is not None else math.inf
    return live.sent_at + DUE_WITHIN * math.ceil(age / DUE_WITHIN)


def _said(stage: Stage, until: float) -> int:
    """Posts and edits in channels that Discord took."""
    return sum(
        one.method in ("POST", "PATCH") and "/channels/" in one.path and one.status < 300 and one.at <= until
        for one in stage.discord.record
    )


async def _wait_for_most(stage: Stage, due: dict[str, float], until: float) -> None:
    while time.time() < until:
        first = _first_looks(stage.vendor.ledger)
        if sum(task in first for task in due) >= MOST * len(due):
            return
        await asyncio.sleep(1.0)


def _first_looks(ledger: Ledger) -> dict[str, float]:
    """By task, when it was first asked about; unix seconds."""
    first: dict[str, float] = {}
    for visit in ledger.visits:
        if visit.method == "GET":
            first.setdefault(visit.path.rpartition("/")[2], visit.at.timestamp())
    return first
