"""When jobs are looked at, without any clock: the bot's schedule beside a look every 15 s and beside the optimum."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from bot.catalogue import Model, read_catalogue
from bot.poll_schedule import EARLY, WIDEST, next_look
from bot.usual_times import Expected, UsualTimes, expect

from .lifetimes import Lifetimes, Looks, Mixture, Score
from .optimum import Rules, best_mixture
from .table import Found, draw_table

# The vendor's times as the catalogue has them, and how far those of one kind spread where they are alike.
POOLED = 0.367
KINDS = (0.20, 0.10)
FAILING = 0.05
# So many jobs of a kind were seen before, in each of so many pasts.
SEEN = 300
PASTS, PASTS_QUICK = 40, 4


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    label: str
    jobs: Lifetimes
    is_learned: bool = False


CASES = (
    Case(name="pooled", label=f"all kinds together, sigma {POOLED}", jobs=Lifetimes(sigma=POOLED)),
    *(
        Case(
            name=f"sigma{sigma * 100:.0f}",
            label=f"kind known, sigma {sigma:.2f}",
            jobs=Lifetimes(sigma=sigma),
            is_learned=True,
        )
        for sigma in KINDS
    ),
    Case(name="failing", label="all kinds, 5 % fail early", jobs=Lifetimes(sigma=POOLED, failing=FAILING)),
)


async def measure_schedule(quick: bool) -> Found:
    model = read_catalogue().default
    rows: list[Sequence[object]] = []
    figures: dict[str, float] = {}
    for case in CASES:
        for name, score in compare(case, model, pasts=PASTS_QUICK if quick else PASTS).items():
            rows.append((case.label, name, *(f"{value:.2f}" for value in vars(score).values())))
            figures |= {f"schedule_{case.name}_{name}_{figure}": value for figure, value in vars(score).items()}
    lines = [
        f"schedule: computed, no clock; jobs take 300 s in the median, 900 s at most; a kind is known from {SEEN} jobs",
        "  the optimum knows the distribution, obeys the same floor and gaps, and has as many GETs as ours",
        *draw_table(("jobs", "schedule", "GETs a job", "mean lag s", "p95 s", "p99 s"), rows),
    ]
    return lines, figures


def compare(case: Case, model: Model, *, pasts: int) -> dict[str, Score]:
    """Ours, the baseline and the optimum of as many looks as ours."""
    floor = model.poll_floor
    ours = case.jobs.score(_our_mixture(case, model, pasts))
    fixed = [floor * count for count in range(1, int(model.longest / floor) + 1)]
    rules = Rules(early=int(floor * EARLY), floor=int(floor), widest=int(WIDEST * floor))
    return {
        "ours": ours,
        "baseline": case.jobs.score([(1.0, fixed)]),
        "optimum": case.jobs.score(best_mixture(case.jobs, rules, ours.gets)),
    }


def looks_of(model: Model, expected: Expected) -> Looks:
    """The ages at which the bot looks at a job that goes on to the end."""
    looks: list[float] = []
    look = next_look(model, expected, 0.0)
    while look is not None and look <= model.longest:
        looks.append(look)
        look = next_look(model, expected, look)
    return looks


def _our_mixture(case: Case, model: Model, pasts: int) -> Mixture:
    """What is learned differs from past to past: each is as likely."""
    if not case.is_learned:
        return [(1.0, looks_of(model, expect(model)))]
    return [(1 / pasts, looks_of(model, expect(model, _past(case.jobs, Random(seed))))) for seed in range(pasts)]


def _past(jobs: Lifetimes, dice: Random) -> UsualTimes:
    whole = replace(jobs, failing=0.0)
    past = UsualTimes()
    for _ in range(SEEN):
        past = past.add(whole.draw(dice))
    return past
