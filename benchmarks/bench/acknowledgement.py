"""How soon a command is answered, while commands come in at a rate of their own and many jobs are live."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from .contenders import CONTENDERS, Contender
from .load import ask_openly
from .metrics import LoopDelay, few_collections, percentile
from .stage import GUILDS, Plan, open_stage
from .table import Found, draw_table

RATES = (1.0, 50.0, 200.0)
LIVE = (200, 10_000)
SECONDS = 20.0
# From when a bot hears until it is left to itself: what it does at its start is another section's.
SETTLE = 5.0


@dataclass(frozen=True, kw_only=True)
class Size:
    live: Sequence[int]
    rates: Sequence[float]
    seconds: float
    settle: float
    guilds: int


FULL = Size(live=LIVE, rates=RATES, seconds=SECONDS, settle=SETTLE, guilds=GUILDS)
QUICK = Size(live=(20,), rates=(10.0,), seconds=2.0, settle=0.5, guilds=10)

HEADS = (
    "live jobs",
    "commands/s",
    "bot",
    "p50 ms",
    "p99 ms",
    "max ms",
    "unanswered",
    "loop stall ms",
    "429s",
    "sandbox p99 ms",
    "sandbox max ms",
)


async def measure_acknowledgement(quick: bool, engine: str) -> Found:
    size = QUICK if quick else FULL
    rows: list[Sequence[object]] = []
    figures: dict[str, float] = {}
    for live in size.live:
        for rate in size.rates:
            for contender in CONTENDERS:
                found = await _measure(contender, size, live, rate, engine)
                rows.append((live, f"{rate:.0f}", contender.name, *(f"{value:.0f}" for value in found.values())))
                prefix = f"ack_live{live}_rate{rate:.0f}_{contender.name}"
                figures |= {f"{prefix}_{name}": value for name, value in found.items()}
    lines = [
        f"ack: from a command to its answer, {size.seconds:.0f} s each, open loop, over {size.guilds} servers;"
        f" Discord's own limits; ours on {engine}",
        "  no answer in 3 s counts as that long; loop stall: the bot's own worst; sandbox: how late the other side was",
        *draw_table(HEADS, rows),
    ]
    return lines, figures


async def _measure(contender: Contender, size: Size, live: int, rate: float, engine: str) -> dict[str, float]:
    async with open_stage(contender, Plan(engine=engine, live=live, guilds=size.guilds)) as stage:
        await stage.start()
        await asyncio.sleep(size.settle)
        with few_collections():
            await stage.scrape()
            refused = stage.discord.rates.refused[429]
            async with LoopDelay() as delay:
                asked = await ask_openly(stage, count=round(rate * size.seconds), rate=rate)
            stall = (await stage.scrape())["dailies_loop_stall_seconds"]
        took = [one.answer.took_ms for one in asked]
        return {
            "p50_ms": percentile(took, 0.5),
            "p99_ms": percentile(took, 0.99),
            "max_ms": max(took),
            "unanswered": sum(one.answer.failed is not None for one in asked),
            "stall_ms": stall * 1000,
            "refused": stage.discord.rates.refused[429] - refused,
            "sandbox_p99_ms": delay.p99 * 1000,
            "sandbox_max_ms": delay.worst * 1000,
        }
