"""What past jobs took, by model, length and size, and what that lets a job expect."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

from .catalogue import Model
from .video_request import VideoRequest

# Times are counted in steps of 5 %: two and a half per cent off at most, and a class stays a few dozen numbers.
STEP = math.log(1.05)
# At this many the counts are halved, so that a vendor who has become faster is believed before long.
MOST_COUNTED = 400
# So many jobs of its own weigh as much in a class as what the catalogue says.
WEIGHT_OF_CATALOGUE = 30

# A vendor refuses early what it refuses: such a share of jobs, so many seconds after they were sent in the mean,
# exponentially; sooner where a kind is quick.
REFUSED, REFUSED_AFTER = 0.02, 12.0
QUICKLY = 1 / 4
# However old a job is, it may end within the next second.
LEAST_CHANCE = 1e-5
# So many spreads above the middle hardly any are left, and a series tells better what becomes of them.
FAR = 5.0

_NORMAL = NormalDist()

Kind = tuple[str, int, str]
"""Model, seconds and size: jobs of one kind take alike long."""


@dataclass(frozen=True, kw_only=True)
class UsualTimes:
    """How many jobs of a kind took how long: counts by logarithmic step. Pure; `add` gives another one."""

    counts: Mapping[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def add(self, seconds: float) -> "UsualTimes":
        kept = dict(self.counts)
        if self.total >= MOST_COUNTED:
            kept = {step: count // 2 for step, count in kept.items() if count > 1}
        step = round(math.log(max(seconds, 0.1)) / STEP)
        return UsualTimes(counts={**kept, step: kept.get(step, 0) + 1})

    def quantile(self, share: float) -> float:
        """The seconds within which `share` of the jobs were done. Raises ValueError when there were none."""
        left = share * self.total
        for step in sorted(self.counts):
            left -= self.counts[step]
            if left <= 0:
                return math.exp(step * STEP)
        raise ValueError("no usual times")


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Seconds from sending to the end: before `soonest` hardly any job is done, by `longest` nearly every one.

    One in ten is done by `low`, half by `middle`, nine in ten by `high`.
    """

    soonest: float
    low: float
    middle: float
    high: float
    longest: float


SHARES = {"soonest": 0.065, "low": 0.1, "middle": 0.5, "high": 0.9, "longest": 0.99}


def kind_of(request: VideoRequest) -> Kind:
    return request.model, request.seconds, request.size


def expect(model: Model, past: UsualTimes | None = None) -> Expected:
    """What the catalogue says, as far as past jobs of the kind do not know better.

    The catalogue's `typical` counts as the tenth and the ninetieth per cent of a log-normal distribution.
    """
    catalogue = NormalDist(*_log_normal(*model.typical))
    weight = past.total / (past.total + WEIGHT_OF_CATALOGUE) if past else 0.0
    seconds: dict[str, float] = {}
    for name, share in SHARES.items():
        prior = catalogue.inv_cdf(share)
        learned = math.log(past.quantile(share)) if past and weight else prior
        seconds[name] = min(model.longest, math.exp(weight * learned + (1 - weight) * prior))
    return Expected(**seconds)


def chance(expected: Expected, age: float) -> float:
    """What is to be expected of one that goes on at `age`, seconds: its chance of ending within the next second.

    The hazard of a log-normal distribution through `low` and `high` and of early refusals; never 0.
    """
    middle, spread = _log_normal(expected.low, expected.high)
    early = 1 / min(REFUSED_AFTER, expected.low * QUICKLY)
    refused = REFUSED * math.exp(-early * age)
    if age <= 0:
        return REFUSED * early + LEAST_CHANCE
    far = (math.log(age) - middle) / spread
    if far > FAR:
        return (far + 1 / far) / (spread * age) + LEAST_CHANCE
    ending = (1 - REFUSED) * _NORMAL.pdf(far) / (spread * age)
    left = (1 - REFUSED) * math.erfc(far / math.sqrt(2)) / 2
    return (refused * early + ending) / (refused + left) + LEAST_CHANCE


def _log_normal(low: float, high: float) -> tuple[float, float]:
    spread = _NORMAL.inv_cdf(SHARES["high"])
    return (math.log(low) + math.log(high)) / 2, max(0.01, math.log(high / low) / (2 * spread))
