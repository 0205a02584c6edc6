"""How often each job is looked at: its share of one budget, by its weight; pure.

Why by the square root of its chance. Let job i end within the next second with the chance h_i, and be looked at r_i
times a second, evenly. Its end falls anywhere between two looks that are 1/r_i apart, so it is seen 1/(2 r_i) later in
the mean, and all jobs together lose Σ h_i/(2 r_i) seconds a second. That is to be least while Σ r_i = B, the budget.
By Lagrange -h_i/(2 r_i²) + μ = 0 for every i, with one μ for all, so r_i = √h_i/√(2μ): in proportion to √h_i. The sum
is convex in r, so this is the least: r_i = B √h_i/Σ √h, at which (Σ √h)²/(2B) is lost.

No job is looked at more often than once in its floor f_i. Where r_i ≤ 1/f_i binds, its own multiplier takes up the rest
(Karush, Kuhn, Tucker): those jobs have 1/f_i, and the others share what they leave in the same proportion. So there is
one pace λ = 1/√(2μ) for all, r_i = min(1/f_i, λ √h_i), and Σ r_i = B says which: water that fills vessels of different
heights. With few jobs every vessel is full, and some of the budget is left.
"""

import math
from collections import Counter
from collections.abc import Hashable

# Weights and floors are told apart in steps of 5 %: a few dozen classes, however many jobs there are.
STEP = math.log(1.05)
# The pace is worked out anew when one in so many jobs has another weight.
STALE_AFTER = 64

Class = tuple[int, int]
"""Steps of weight and of floor."""


class LookRates:
    """The weights of all jobs that are looked at, and the pace that follows from them."""

    def __init__(self) -> None:
        self._class_of: dict[Hashable, Class] = {}
        self._counts: Counter[Class] = Counter()
        self._changes = 0
        self._known: tuple[float, float] = (0.0, math.inf)

    def __len__(self) -> int:
        return len(self._class_of)

    def put(self, job: Hashable, weight: float, floor: float) -> None:
        """Have the job counted at this weight, looked at once in `floor` seconds at most."""
        self.drop(job)
        its_class = (round(math.log(weight) / STEP), round(math.log(floor) / STEP))
        self._class_of[job] = its_class
        self._counts[its_class] += 1

    def drop(self, job: Hashable) -> None:
        its_class = self._class_of.pop(job, None)
        self._changes += 1
        if its_class is not None:
            self._counts[its_class] -= 1
            if not self._counts[its_class]:
                del self._counts[its_class]

    def pace(self, per_second: float) -> float:
        """How often a second a job of weight 1 is looked at, when all looks together are to be `per_second`.

        Infinity when every job can be looked at once in its floor.
        """
        budget, pace = self._known
        if budget != per_second or self._changes * STALE_AFTER > len(self._class_of):
            pace = _fill(self._counts, per_second)
            self._known = (per_second, pace)
            self._changes = 0
        return pace


def _fill(counts: Counter[Class], per_second: float) -> float:
    """Those that need the least pace to be full come first: the others share what is left."""
    vessels = sorted(
        (math.exp(-STEP * (weight + floor)), count * math.exp(STEP * weight), count * math.exp(-STEP * floor))
        for (weight, floor), count in counts.items()
    )
    left, open_weight = per_second, sum(weight for _, weight, _ in vessels)
    for full_at, weight, most in vessels:
        if left <= full_at * open_weight:
            return left / open_weight
        left -= most
        open_weight -= weight
    return math.inf
