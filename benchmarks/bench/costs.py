"""What a bot spends on a job: processor time, transactions, looks at the vendor, calls of Discord."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from sandbox.discord import Discord
from sandbox.mulerun import Ledger

from .processor import processor_time
from .stage import Stage
from .table import draw_table

# Each figure with what stands above it.
HEADS = {
    "cpu_ms": "cpu ms",
    "children_ms": "children ms",
    "reads": "reads",
    "writes": "writes",
    "commits": "commits",
    "gets": "GETs",
    "calls": "calls",
    "refused": "429s",
}
# By the name that both bots' `/metrics` have for it.
COUNTED = {name: f"dailies_database_{name}_total" for name in ("reads", "writes", "commits")}
STALL = "dailies_loop_stall_seconds"


class Bill:
    """What the bot spent while the block ran, whatever on, for each of so many jobs: figures by the names in HEADS.

    `cpu_ms` is of its own process, `children_ms` of those that it started; a read or a write is a transaction, and
    commits are fewer where several share one. `stall` is the event loop's worst delay meanwhile, seconds.
    """

    def __init__(self, stage: Stage, jobs: int) -> None:
        self.costs: dict[str, float] = {}
        self.stall = 0.0
        self._stage = stage
        self._jobs = jobs

    async def __aenter__(self) -> Self:
        self._before = await self._totals()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            after = await self._totals()
            self.costs = {name: (after[name] - before) / self._jobs for name, before in self._before.items()}

    async def _totals(self) -> dict[str, float]:
        stage = self._stage
        took = processor_time(stage.bot.pid)
        told = await stage.scrape()
        self.stall = told[STALL]
        calls, refused = _calls(stage.discord)
        return {
            "cpu_ms": took.own * 1000,
            "children_ms": took.children * 1000,
            **{name: told[counter] for name, counter in COUNTED.items()},
            "gets": _looks(stage.vendor.ledger),
            "calls": calls,
            "refused": refused,
        }


def draw_costs(heads: Sequence[str], rows: Sequence[tuple[Sequence[object], dict[str, float]]]) -> list[str]:
    """Rows of what they are about, under `heads`, and the costs of that."""
    written = [(*about, *(f"{costs[name]:.1f}" for name in HEADS)) for about, costs in rows]
    return draw_table((*heads, *HEADS.values()), written)


def _looks(ledger: Ledger) -> int:
    return sum(visit.method == "GET" and "/results/" not in visit.path for visit in ledger.visits)


def _calls(discord: Discord) -> tuple[int, int]:
    """Requests that count against the limit of 50 a second: those that were let in, and those that were told 429."""
    statuses = [one.status for one in discord.record if not one.template.startswith(("/interactions/", "/webhooks/"))]
    return len(statuses) - statuses.count(429), statuses.count(429)
