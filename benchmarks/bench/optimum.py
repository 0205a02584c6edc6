"""The optimum: how late ends are seen at best when all looks share a budget, by whoever knows each job's chance."""

import math
from collections.abc import Sequence
from itertools import accumulate


def lost_at_best(chances: Sequence[float], per_second: float, floor: float) -> float:
    """Seconds that are lost each second, Σ h/(2 r), at the rates that lose least: r = min(1/floor, λ √h), Σ r = budget.

    `chances` are those of ending within a second, of all jobs that go on (`bot/look_rates` has the proof). An end
    costs half a look of the budget itself, since it is seen half a gap later.
    """
    weights = sorted(math.sqrt(chance) for chance in chances if chance > 0)
    # the smallest first, so that little things add up
    sums = list(accumulate(weights))
    left, lost = per_second - sum(chances) / 2, 0.0
    while weights and left * weights[-1] > sums[-1] / floor:
        lost += weights.pop() ** 2 * floor / 2
        sums.pop()
        left -= 1 / floor
    # all others at one pace: Σ w²/(2 w left/Σ w)
    return lost + (sums[-1] ** 2 / (2 * left) if weights else 0.0)
