"""The optimum: how late ends are seen at best when all looks share a budget, by whoever knows each job's chance."""

import math
from collections.abc import Sequence


def lost_at_best(chances: Sequence[float], per_second: float, floor: float) -> float:
    """Seconds that are lost each second, Σ h/(2 r), at the rates that lose least: r = min(1/floor, λ √h), Σ r = budget.

    `chances` are those of ending within a second, of all jobs that go on (`bot/look_rates` has the proof). An end
    costs half a look of the budget itself, since it is seen half a gap later.
    """
    weights = sorted((math.sqrt(chance) for chance in chances if chance > 0), reverse=True)
    left, rest, lost = per_second - sum(chances) / 2, sum(weights), 0.0
    for weight in weights:
        rate = min(1 / floor, left * weight / max(rest, weight))
        lost += weight**2 / (2 * rate)
        left -= rate
        rest -= weight
    return lost
