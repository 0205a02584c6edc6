"""When to look at a job next: by what its kind takes, at the pace that all looks of the key leave; pure.

How near two looks may be is the model's `poll_floor`, how many there may be in all is the budget (`look_budget`), and
how that is shared out is the `pace` (`look_rates`): how often a second a job of weight 1 is looked at.

A job is due when the time that nobody may have known of its end, as far as is to be expected, comes to 1/(2 pace²)
seconds. Of one that ends with the chance h in every second that is h·wait²/2, so the wait is 1/(pace·√h): its weight is
√h, as `look_rates` proves it should be. And where the chance changes between two looks the rule still holds: it looks
before a rise is over, and soon after a fall.
"""

import math
from collections.abc import Callable

from .catalogue import Model
from .look_queue import Look

# How fine the chances of a kind are told apart: so many steps up to the model's longest time.
STEPS = 512
# What is left of jobs of a kind is reckoned with down to this.
LEAST_LEFT = 1e-250
# No job is of no weight at all.
LEAST_WEIGHT = 1e-4
# A clip that is made and not to be had yet is tried again after one floor, and at last after so many (5 minutes).
SPARSE = 60
# A job that the schedule has no more looks for is looked at each minute at most.
OVERDUE_EVERY = 60.0
# A job is looked at once more by itself when it is this many times the model's longest time old.
LATE = 2


class Chances:
    """How many jobs of one kind go on at which age, and so what a wait may cost."""

    def __init__(self, chance: Callable[[float], float], longest: float) -> None:
        """`chance` is that of ending within a second, by age in seconds, until `longest`."""
        self._step = longest / STEPS
        self._left = [1.0]
        for step in range(STEPS):
            goes_on = math.exp(-self._step * chance((step + 0.5) * self._step))
            self._left.append(max(self._left[-1] * goes_on, LEAST_LEFT))
        # the seconds that are still lived in the mean, by age; from the end, where little is left
        self._lived = [0.0]
        for after, before in zip(self._left[:0:-1], self._left[-2::-1], strict=True):
            self._lived.append(self._lived[-1] + (before + after) / 2 * self._step)
        self._lived.reverse()

    def lost(self, age: float, wait: float) -> float:
        """The seconds that nobody knows of its end, in the mean, when one that goes on at `age` is left for `wait`."""
        return max(wait - (self._lived_after(age) - self._lived_after(age + wait)) / self._left_at(age), 0.0)

    def wait_for(self, age: float, lost: float) -> float:
        """The wait that costs so many seconds; infinity when none until the longest age does."""
        low, high = math.floor(age / self._step), STEPS
        if self.lost(age, high * self._step - age) < lost:
            return math.inf
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.lost(age, middle * self._step - age) >= lost else (middle, high)
        shorter, longer = max(low * self._step - age, 0.0), high * self._step - age
        before, after = (self.lost(age, wait) for wait in (shorter, longer))
        # within a step it grows with the square of the wait
        part = (
            math.sqrt(max(lost - before, 0.0) / (after - before))
            if shorter == 0
            else (lost - before) / (after - before)
        )
        return shorter + part * (longer - shorter)

    def _left_at(self, age: float) -> float:
        return self._between(self._left, age)

    def _lived_after(self, age: float) -> float:
        step = min(int(age / self._step), STEPS - 1)
        part = min(age / self._step - step, 1.0)
        before, after = self._left[step], self._left[step + 1]
        return self._lived[step] - self._step * part * (before + part * (after - before) / 2)

    def _between(self, values: list[float], age: float) -> float:
        step = min(int(age / self._step), STEPS - 1)
        return values[step] + (values[step + 1] - values[step]) * min(age / self._step - step, 1.0)


def next_look(model: Model, chances: Chances, age: float, pace: float, *, seen_waiting: bool = False) -> Look:
    """Of a job that goes on at `age`, seconds.

    A job that was `seen_waiting` just now may have begun since, or be refused: so far it is as young as if it was sent
    now. The last look is at the model's longest age, whatever the pace, and one more when it was given up.
    """
    floor = model.poll_floor
    if age >= model.longest:
        wait = max(last_look(model) - age, floor)
        return Look(wait=wait, weight=1.0, floor=wait)
    since = 0.0 if seen_waiting else age
    wait = max(chances.wait_for(since, 1 / (2 * pace**2)), floor)
    if age + wait + floor > model.longest:
        # none just before the last
        wait = max(model.longest - age, floor)
    weight = math.sqrt(2 * chances.lost(since, wait)) / wait
    return Look(wait=wait, weight=max(weight, LEAST_WEIGHT), floor=floor)


def overdue_look(age: float, pace: float) -> Look:
    """Of a job that took longer than any: the older it is, the longer it may yet take."""
    return _at_weight(math.sqrt(1 / age), OVERDUE_EVERY, pace)


def next_fetch(model: Model, waited: float, pace: float) -> Look:
    """Of a job whose clip has not been to be had for `waited` seconds: densely, then sparsely."""
    floor = model.poll_floor
    return _at_weight(math.sqrt(1 / max(waited, floor)), min(max(waited / 2, floor), floor * SPARSE), pace)


def last_look(model: Model) -> float:
    """The age of the look that a given-up job gets by itself, seconds."""
    return model.longest * LATE


def _at_weight(weight: float, floor: float, pace: float) -> Look:
    return Look(wait=max(floor, 1 / (pace * weight)), weight=weight, floor=floor)
