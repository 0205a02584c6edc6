"""The optimum: the best ages to look at that any schedule under the same rules can have, by a dynamic programme."""

import math
from dataclasses import dataclass

from .lifetimes import Lifetimes, Mixture

# What a look may cost in seconds of lag: below the first every look allowed is worth it, above the last hardly any.
PRICES = (0.01, 100.0)
HALVINGS = 24


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Whole seconds: one look at `early`, then a gap of any length, then none below `floor` or above `widest`."""

    early: int = 20
    floor: int = 15
    widest: int = 60


def best_looks(jobs: Lifetimes, rules: Rules, price: float) -> list[float]:
    """The looks that minimise mean lag + price * mean number of looks, on a grid of one second."""
    done, missed, last = jobs.done, jobs.missed, jobs.longest
    cost = [0.0] * (last + 1)
    following = [last] * (last + 1)
    for age in range(last - 1, rules.early - 1, -1):
        farthest = last if age == rules.early else min(last, age + rules.widest)
        cost[age], following[age] = min(
            (missed[look] - missed[age] - done[age] * (look - age) + cost[look], look)
            for look in range(min(age + rules.floor, last), farthest + 1)
        )
        cost[age] += price * (1 - done[age])
    looks = [rules.early]
    while looks[-1] < last:
        looks.append(following[looks[-1]])
    return [float(look) for look in looks]


def best_mixture(jobs: Lifetimes, rules: Rules, gets: float) -> Mixture:
    """The least lag for so many looks a job: the two best schedules beside that number, mixed so as to meet it."""
    cheap, dear = PRICES
    many, few = best_looks(jobs, rules, cheap), best_looks(jobs, rules, dear)
    for _ in range(HALVINGS):
        price = math.sqrt(cheap * dear)
        looks = best_looks(jobs, rules, price)
        if jobs.score([(1.0, looks)]).gets > gets:
            many, cheap = looks, price
        else:
            few, dear = looks, price
    most, least = jobs.score([(1.0, many)]).gets, jobs.score([(1.0, few)]).gets
    share = min(1.0, max(0.0, (gets - least) / (most - least))) if most > least else 1.0
    return [(share, many), (1 - share, few)]
