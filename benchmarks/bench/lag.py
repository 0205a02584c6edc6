"""How long after the vendor a job's thread knows, for jobs begun together, and what each job cost."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from bot.look_budget import PER_MINUTE
from bot.settings import LOOKS_A_JOB
from sandbox.discord import Discord

from .contenders import OURS, Contender
from .costs import Bill, draw_costs
from .lifetimes import Lifetimes
from .load import ask_openly
from .metrics import LoopDelay, few_collections, mean, percentile
from .news import News, read_news
from .stage import GUILDS, SETTLE, SETTLE_QUICK, Plan, Times, open_stage
from .table import Found, draw_table

TOGETHER = (10, 200, 2_000)
TOGETHER_QUICK = (4,)
SCALE, SCALE_QUICK = 0.1, 0.01
# Commands come this fast, so that what is measured is not how a burst of them is answered.
PER_SECOND = 200.0
SPREAD = 0.367
# Seconds of real time before a task is worked on, and after which a clip that did not come is given up.
PENDING = (10.0, 20.0)
LONGEST = 900
PATIENCE, QUIET = 3000.0, 600.0
# What a computer takes does not shrink: so long is waited at least.
PATIENCE_AT_LEAST = 20.0
LOOK_AGAIN = 0.25

HEADS = (
    "jobs",
    "bot",
    "news",
    "told",
    "mean s",
    "p50 s",
    "p95 s",
    "max s",
    "mean real s",
    "p95 real s",
)
ABOUT = ("jobs", "bot", "answered", "sandbox p99 ms")


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What became of jobs that were begun together: `answered` is a share of them, `costs` are each one's."""

    news: News
    answered: float
    costs: dict[str, float]
    sandbox_p99_ms: float


async def measure_lag(quick: bool, contenders: Sequence[Contender], scale: float | None) -> Found:
    """`scale` is what every wait is multiplied by; None is the usual one."""
    scale = scale or (SCALE_QUICK if quick else SCALE)
    rows: list[Sequence[object]] = []
    costs: list[tuple[Sequence[object], dict[str, float]]] = []
    figures: dict[str, float] = {"lag_scale": scale}
    for jobs in TOGETHER_QUICK if quick else TOGETHER:
        for bot, contender, has_webhooks in _bots(contenders):
            plan = Plan(
                scale=scale,
                looks_per_minute=looks_for(jobs),
                has_webhooks=has_webhooks,
                guilds=10 if quick else GUILDS,
                draw=times(scale, Random(jobs)),
            )
            carried = await _measure(contender, plan, jobs, SETTLE_QUICK if quick else SETTLE)
            prefix = f"lag_{jobs}_{bot}"
            for name, lags in vars(carried.news).items():
                told = {"told": len(lags) / jobs, **_spread(lags, scale)}
                share, *spread = told.values()
                rows.append((jobs, bot, name, f"{share:.0%}", *(f"{lag:.2f}" for lag in spread)))
                figures |= {f"{prefix}_{name}_{figure}": value for figure, value in told.items()}
            about = (jobs, bot, f"{carried.answered:.0%}", f"{carried.sandbox_p99_ms:.0f}")
            costs.append((about, carried.costs))
            figures |= {f"{prefix}_{figure}": value for figure, value in carried.costs.items()}
            figures |= {f"{prefix}_answered": carried.answered, f"{prefix}_sandbox_p99_ms": carried.sandbox_p99_ms}
    lines = [
        f"lag: from the vendor's change to the message; everything at {scale:g} of real time",
        "  (durations, looks, Discord's limits, the bots' waits; not what a computer takes);",
        "  webhooks: ours, while the vendor posts events; what that takes is no wait, so read it as measured",
        *draw_table(HEADS, rows),
        "  for each job, from its command until it was told of its end:",
        *draw_costs(ABOUT, costs),
    ]
    return lines, figures


def _bots(contenders: Sequence[Contender]) -> Iterator[tuple[str, Contender, bool]]:
    """Whom is measured under which name, and whether the vendor posts events to it."""
    for contender in contenders:
        yield contender.name, contender, False
        if contender is OURS:
            yield "webhooks", contender, True


def looks_for(jobs: int) -> int:
    """What LOOKS_PER_MINUTE is by itself where MAX_ACTIVE is so many."""
    return max(PER_MINUTE, LOOKS_A_JOB * jobs)


def times(scale: float, dice: Random) -> Callable[[], Times]:
    """Log-normal with a median of 300 s, cut off at 900 s, at this scale; a little of it before work begins."""
    jobs = Lifetimes(sigma=SPREAD, longest=LONGEST)

    def draw() -> Times:
        total = jobs.draw(dice)
        pending = min(dice.uniform(*PENDING), total / 2)
        return pending * scale, (total - pending) * scale

    return draw


async def _measure(contender: Contender, plan: Plan, jobs: int, settle: float) -> Carried:
    async with open_stage(contender, plan) as stage:
        await stage.start()
        await asyncio.sleep(settle)
        with few_collections():
            async with Bill(stage, jobs) as bill, LoopDelay() as delay:
                asked = await ask_openly(stage, count=jobs, rate=PER_SECOND)
                await _wait_for_clips(stage.discord, jobs, plan.scale)
        return Carried(
            news=read_news(contender, stage.discord, stage.vendor.ledger),
            answered=sum(one.answer.failed is None for one in asked) / jobs,
            costs=bill.costs,
            sandbox_p99_ms=delay.p99 * 1000,
        )


async def _wait_for_clips(discord: Discord, jobs: int, scale: float) -> None:
    """Until every job has its clip, or none came for long, or for too long."""
    read = clips = 0
    patience, quiet = (max(PATIENCE_AT_LEAST, seconds * scale) for seconds in (PATIENCE, QUIET))
    until = quiet_until = time.monotonic() + patience
    while clips < jobs and time.monotonic() < min(until, quiet_until):
        fresh = discord.record.exchanges[read:]
        read += len(fresh)
        if found := sum(bool(one.files) and one.method == "POST" and one.status == 200 for one in fresh):
            clips += found
            quiet_until = time.monotonic() + quiet
        await asyncio.sleep(LOOK_AGAIN)
    # what follows a clip belongs to the job: its row, its card
    await asyncio.sleep(max(1.0, 5 * scale))


def _spread(lags: list[float], scale: float) -> dict[str, float]:
    """In seconds as measured, and what they are in real time."""
    middle, high = mean(lags), percentile(lags, 0.95)
    return {
        "mean_s": middle,
        "p50_s": percentile(lags, 0.5),
        "p95_s": high,
        "max_s": percentile(lags, 1.0),
        "mean_real_s": middle / scale,
        "p95_real_s": high / scale,
    }
