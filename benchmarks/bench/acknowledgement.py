"""How soon a command is answered, and what it costs, while they come in at a rate of their own and many jobs are live.

The bots take turns at each load: a machine that gets slower is slower for all of them.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from .contenders import Contender
from .costs import HEADS as COSTS
from .costs import Bill, draw_costs
from .load import ask_openly
from .metrics import LoopDelay, few_collections, mean, percentile
from .stage import GUILDS, SETTLE, SETTLE_QUICK, Plan, open_stage
from .table import Found, draw_table


@dataclass(frozen=True, kw_only=True)
class Load:
    """So many jobs are at the vendor, and so many commands come in a second, for so many `seconds`."""

    live: int
    rate: float
    seconds: float = 5.0


@dataclass(frozen=True, kw_only=True)
class Size:
    loads: Sequence[Load]
    turns: int
    settle: float
    guilds: int


FULL = Size(
    loads=[
        # what Discord's limit of calls leaves to be carried on as quickly as it comes
        Load(live=10, rate=10.0, seconds=8.0),
        Load(live=200, rate=50.0),
        # the baseline sleeps for 15 seconds before its first looks, which are to be met
        Load(live=10_000, rate=50.0, seconds=13.0),
    ],
    turns=2,
    settle=SETTLE,
    guilds=GUILDS,
)
QUICK = Size(loads=[Load(live=20, rate=10.0, seconds=2.0)], turns=1, settle=SETTLE_QUICK, guilds=10)

ABOUT = ("live jobs", "commands/s", "bot")
HEADS = ("p50 ms", "p99 ms", "max ms", "unanswered", "loop stall ms", "sandbox p99 ms", "sandbox max ms")


@dataclass(frozen=True, kw_only=True)
class Turn:
    """`took` and `sandbox`, how late the other side was, in milliseconds; of commands that nobody answered, 3 s."""

    took: Sequence[float]
    unanswered: int
    stall_ms: float
    sandbox: Sequence[float]
    costs: dict[str, float]


async def measure_acknowledgement(quick: bool, contenders: Sequence[Contender]) -> Found:
    size = QUICK if quick else FULL
    rows: list[Sequence[object]] = []
    costs: list[tuple[Sequence[object], dict[str, float]]] = []
    figures: dict[str, float] = {}
    for load in size.loads:
        for contender, turns in (await _take_turns(contenders, size, load)).items():
            about = (load.live, f"{load.rate:.0f}", contender.name)
            found, cost = _together(turns), _mean_costs(turns)
            rows.append((*about, *(f"{value:.0f}" for value in found.values())))
            costs.append((about, cost))
            prefix = f"ack_live{load.live}_rate{load.rate:.0f}_{contender.name}"
            figures |= {f"{prefix}_{name}": value for name, value in (found | cost).items()}
    lines = [
        f"ack: from a command to its answer, open loop over {size.guilds} servers; Discord's own limits;"
        f" each bot had {size.turns} of the turns",
        "  no answer in 3 s counts as that long; loop stall: the bot's own worst; sandbox: how late the other side was",
        *draw_table((*ABOUT, *HEADS), rows),
        "  for each of these commands what the bot did meanwhile: looks at live jobs are in it, what it put off is not",
        *draw_costs(ABOUT, costs),
    ]
    return lines, figures


async def _take_turns(contenders: Sequence[Contender], size: Size, load: Load) -> dict[Contender, list[Turn]]:
    turns: dict[Contender, list[Turn]] = {contender: [] for contender in contenders}
    for _ in range(size.turns):
        for contender, had in turns.items():
            had.append(await _take_one(contender, size, load))
    return turns


async def _take_one(contender: Contender, size: Size, load: Load) -> Turn:
    async with open_stage(contender, Plan(live=load.live, guilds=size.guilds)) as stage:
        await stage.start()
        await asyncio.sleep(size.settle)
        count = round(load.rate * load.seconds)
        with few_collections():
            async with Bill(stage, count) as bill, LoopDelay() as delay:
                asked = await ask_openly(stage, count=count, rate=load.rate)
        return Turn(
            took=[one.answer.took_ms for one in asked],
            unanswered=sum(one.answer.failed is not None for one in asked),
            stall_ms=bill.stall * 1000,
            sandbox=[late * 1000 for late in delay.delays],
            costs=bill.costs,
        )


def _together(turns: Sequence[Turn]) -> dict[str, float]:
    took = [each for turn in turns for each in turn.took]
    sandbox = [each for turn in turns for each in turn.sandbox]
    return {
        "p50_ms": percentile(took, 0.5),
        "p99_ms": percentile(took, 0.99),
        "max_ms": max(took),
        "unanswered": sum(turn.unanswered for turn in turns),
        "stall_ms": max(turn.stall_ms for turn in turns),
        "sandbox_p99_ms": percentile(sandbox, 0.99),
        "sandbox_max_ms": percentile(sandbox, 1.0),
    }


def _mean_costs(turns: Sequence[Turn]) -> dict[str, float]:
    return {name: mean([turn.costs[name] for turn in turns]) for name in COSTS}
