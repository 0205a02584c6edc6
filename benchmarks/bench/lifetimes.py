"""Lifetimes: how long jobs take, as a distribution, and what looking at given ages costs and misses, exactly."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from statistics import NormalDist

# Looks at these ages, seconds.
Looks = Sequence[float]
# Several ways to look, with the share of jobs that each is used for.
Mixture = Sequence[tuple[float, Looks]]

HALVINGS = 40


@dataclass(frozen=True, kw_only=True)
class Score:
    """Looks a job, and how long after a job's end it was seen, in seconds: mean and percentiles."""

    gets: float
    lag: float
    p95: float
    p99: float


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
    done: tuple[float, ...] = field(init=False, repr=False)
    missed: tuple[float, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """By whole second: the share that is done, and the integral of that."""
        done = [self.share_done(float(age)) for age in range(self.longest + 1)]
        missed = [0.0]
        for before, after in pairwise(done):
            missed.append(missed[-1] + (before + after) / 2)
        object.__setattr__(self, "done", tuple(done))
        object.__setattr__(self, "missed", tuple(missed))

    def share_done(self, age: float) -> float:
        if age <= 0:
            return 0.0
        if age >= self.longest:
            return 1.0
        early = -math.expm1(-age / self.early_mean)
        return self.failing * early + (1 - self.failing) * self._share_of_normal(age)

    def draw(self, dice: Random) -> float:
        """Seconds that one job takes which does not fail early."""
        while True:
            seconds = dice.lognormvariate(math.log(self.median), self.sigma)
            if seconds < self.longest:
                return seconds

    def score(self, mixture: Mixture) -> Score:
        """Exactly, each look being at its age: no job is drawn. The last look must come when all are done."""
        gets = sum(share * self._gets(looks) for share, looks in mixture)
        lag = sum(share * self._lag(looks) for share, looks in mixture)
        return Score(gets=gets, lag=lag, p95=self._percentile(mixture, 0.95), p99=self._percentile(mixture, 0.99))

    def _share_of_normal(self, age: float) -> float:
        whole = NormalDist().cdf(math.log(self.longest / self.median) / self.sigma)
        return NormalDist().cdf(math.log(age / self.median) / self.sigma) / whole

    def _gets(self, looks: Looks) -> float:
        return sum(1 - self.share_done(before) for before, _ in pairwise((0.0, *looks)))

    def _lag(self, looks: Looks) -> float:
        return sum(
            self._missed(look) - self._missed(before) - self.share_done(before) * (look - before)
            for before, look in pairwise((0.0, *looks))
        )

    def _missed(self, age: float) -> float:
        second = min(int(age), self.longest)
        return self.missed[second] + (age - second) * (self.done[second] + self.share_done(age)) / 2

    def _percentile(self, mixture: Mixture, share: float) -> float:
        return _solve(lambda lag: sum(part * self._later(looks, lag) for part, looks in mixture), 1 - share)

    def _later(self, looks: Looks, lag: float) -> float:
        """The share of jobs that are seen more than `lag` seconds after their end."""
        return sum(
            self.share_done(look - lag) - self.share_done(before)
            for before, look in pairwise((0.0, *looks))
            if look - lag > before
        )


def _solve(falling: Callable[[float], float], wanted: float) -> float:
    """Where a falling function of 0 to 900 seconds meets a value."""
    low, high = 0.0, 900.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > wanted else (low, middle)
    return high
