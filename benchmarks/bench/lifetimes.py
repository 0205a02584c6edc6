"""Lifetimes: how long jobs take, as a distribution."""

import math
from dataclasses import dataclass
from random import Random
from statistics import NormalDist


@dataclass(frozen=True, kw_only=True)
class Lifetimes:
    """A log-normal of this median and spread (sigma), cut off at `longest` seconds.

    A share of `failing` ends early instead, exponentially with `early_mean` seconds.
    """

    median: float = 300.0
    sigma: float
    longest: int = 900
    failing: float = 0.0
    early_mean: float = 12.0

    def draw(self, dice: Random) -> float:
        """Seconds that one job takes which does not fail early."""
        while True:
            seconds = dice.lognormvariate(math.log(self.median), self.sigma)
            if seconds < self.longest:
                return seconds

    def draw_any(self, dice: Random) -> float:
        """Seconds that one job takes, however it ends."""
        return dice.expovariate(1 / self.early_mean) if dice.random() < self.failing else self.draw(dice)

    def chance(self, age: float) -> float:
        """That one which goes on at `age` ends within the next second."""
        ending, left = self._of_normal(age)
        early = self.failing * math.exp(-age / self.early_mean)
        left = early + (1 - self.failing) * left
        return (early / self.early_mean + (1 - self.failing) * ending) / left if left > 0 else 0.0

    def _of_normal(self, age: float) -> tuple[float, float]:
        """Density and what is left, of those that do not fail early."""
        if not 0 < age < self.longest:
            return 0.0, float(age <= 0)
        normal = NormalDist(math.log(self.median), self.sigma)
        whole = normal.cdf(math.log(self.longest))
        return normal.pdf(math.log(age)) / age / whole, max(0.0, whole - normal.cdf(math.log(age))) / whole
