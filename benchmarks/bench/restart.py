"""What a start costs with many jobs live: when looks begin, how many there are, what is said."""

import asyncio
import math
import time
from collections.abc import Sequence

from .contenders import Contender
from .lag import looks_for
from .metrics import LoopDelay, few_collections
from .stage import GUILDS, Plan, Stage, open_stage
from .table import Found, draw_table

LIVE, LIVE_QUICK = 10_000, 100
WATCHED, WATCHED_QUICK = 20.0, 4.0
HEADS = ("bot", "first GET s", "GETs", "jobs asked about", "said", "sandbox p99 ms")


async def measure_restart(quick: bool, contenders: Sequence[Contender]) -> Found:
    live, watched = (LIVE_QUICK, WATCHED_QUICK) if quick else (LIVE, WATCHED)
    rows: list[Sequence[object]] = []
    figures: dict[str, float] = {}
    for contender in contenders:
        plan = Plan(live=live, looks_per_minute=looks_for(live), guilds=10 if quick else GUILDS)
        found = await _measure(contender, plan, watched)
        rows.append((contender.name, *(f"{value:.2f}" for value in found.values())))
        figures |= {f"restart_{contender.name}_{name}": value for name, value in found.items()}
    lines = [
        f"restart: {live} jobs live, from the start of the process",
        f"  GETs, jobs asked about, posts and edits: in the first {watched:.0f} s",
        *draw_table(HEADS, rows),
    ]
    return lines, figures


async def _measure(contender: Contender, plan: Plan, watched: float) -> dict[str, float]:
    async with open_stage(contender, plan) as stage:
        with few_collections():
            began = time.time()
            async with LoopDelay() as delay:
                await stage.start()
                await asyncio.sleep(max(0.0, began + watched - time.time()))
                said = _said(stage, began + watched)
        looks = [visit for visit in stage.vendor.ledger.visits if visit.method == "GET"]
        return {
            "first_get_s": min((visit.at.timestamp() for visit in looks), default=math.nan) - began,
            "gets": len(looks),
            "asked_about": len({visit.path for visit in looks}),
            "said": said,
            "sandbox_p99_ms": delay.p99 * 1000,
        }


def _said(stage: Stage, until: float) -> int:
    """Posts and edits in channels that Discord took."""
    return sum(
        one.method in ("POST", "PATCH") and "/channels/" in one.path and one.status < 300 and one.at <= until
        for one in stage.discord.record
    )
