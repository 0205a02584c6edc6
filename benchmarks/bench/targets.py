"""Targets: what some figures should be at most, each at the load where it comes nearest to that or goes beyond."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .contenders import BASELINE, OURS, OURS_ON_POSTGRESQL, Contender
from .table import draw_table

HEADS = ("target", "measured", "at most", "met", "at")


@dataclass(frozen=True, kw_only=True)
class Target:
    """`figures`, added up, of the bot `of` are to be `most` at most, or, with `beside`, so many times that bot's.

    `rows` is a pattern of what stands before the bot in a figure's name.
    """

    what: str
    rows: str
    figures: Sequence[str]
    most: float
    of: Contender = OURS
    beside: Contender | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    row: str
    measured: float
    most: float

    @property
    def is_met(self) -> bool:
        return self.measured <= self.most

    @property
    def share(self) -> float:
        """Of what it may be; where that is nothing, as much as there is."""
        return self.measured / (self.most or 1.0)


# Whole lives of jobs; everywhere; the crowd that answers are judged by.
LIVES = r"lag_\d+"
EVERYWHERE = rf"ack_live\d+_rate\d+|{LIVES}"
CROWD = "ack_live10000_rate50"

TARGETS = (
    Target(what="processor ms a job", rows=EVERYWHERE, figures=("cpu_ms",), most=1, beside=BASELINE),
    Target(what="  with its children", rows=EVERYWHERE, figures=("cpu_ms", "children_ms"), most=1, beside=BASELINE),
    Target(what="  on PostgreSQL", rows=EVERYWHERE, figures=("cpu_ms",), most=1.5, of=OURS_ON_POSTGRESQL, beside=OURS),
    Target(what="answer p50, ms", rows=CROWD, figures=("p50_ms",), most=2, beside=BASELINE),
    Target(what="answer p99, ms", rows=CROWD, figures=("p99_ms",), most=1, beside=BASELINE),
    Target(what="unanswered", rows=CROWD, figures=("unanswered",), most=0),
    Target(what="reads a job", rows=LIVES, figures=("reads",), most=4),
    Target(what="writes a job", rows=LIVES, figures=("writes",), most=6),
    Target(what="Discord calls a job", rows=LIVES, figures=("calls",), most=6),
)


def draw_targets(figures: Mapping[str, float]) -> list[str]:
    """Those of which there are figures; nothing where there are none."""
    rows = [_written(target, worst) for target in TARGETS if (worst := find_worst(target, figures))]
    return ["targets: each at the load where it is nearest to its limit", *draw_table(HEADS, rows)] if rows else []


def find_worst(target: Target, figures: Mapping[str, float]) -> Finding | None:
    return max(_findings(target, figures), key=lambda finding: finding.share, default=None)


def _findings(target: Target, figures: Mapping[str, float]) -> Iterator[Finding]:
    named = re.compile(rf"({target.rows})_{target.of.name}_{target.figures[0]}")
    for row in (found[1] for name in figures if (found := named.fullmatch(name))):
        measured = _sum(figures, f"{row}_{target.of.name}", target.figures)
        beside = _sum(figures, f"{row}_{target.beside.name}", target.figures) if target.beside else 1.0
        if math.isfinite(measured) and math.isfinite(beside):
            yield Finding(row=row, measured=measured, most=target.most * beside)


def _sum(figures: Mapping[str, float], prefix: str, names: Sequence[str]) -> float:
    return sum(figures.get(f"{prefix}_{name}", math.nan) for name in names)


def _written(target: Target, found: Finding) -> Sequence[object]:
    met = "yes" if found.is_met else "no"
    return target.what, f"{found.measured:.1f}", f"{found.most:.1f}", met, found.row.replace("_", " ")
