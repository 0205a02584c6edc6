"""Whose turn it is to be looked at: the budget is given to whoever is due first of those that rested; pure.

No look of the budget is left while somebody is to be had for it: who is due later goes sooner then, but never before
the floor between two looks at one job is over. So with few jobs each is looked at once in its floor, and with many at
the pace that `look_rates` tells.
"""

import heapq
import math
from dataclasses import dataclass

from .look_budget import LookBudget
from .look_rates import LookRates


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """The next look at a job: wanted in `wait` seconds, at its `weight` until then; not before `floor`."""

    wait: float
    weight: float
    floor: float


FIRST = float("-inf")

# Not all of the budget is planned, lest whoever is due has to wait: so much times the root of the looks a second is
# left, since that is how chance varies, and this share at most. It goes to those who are due next.
ROOM = MOST_ROOM = 0.2

Entry = tuple[float, float, str]
"""Until when a job rests, when it is due, its id; as long as it does not rest any more, both are when it is due."""


class LookQueue:
    """All times are of a clock that never jumps, seconds. `late_by` is how late the last look was taken."""

    def __init__(self, budget: LookBudget) -> None:
        self.late_by = 0.0
        self._budget = budget
        self._rates = LookRates()
        self._entries: dict[str, Entry] = {}
        self._resting: list[Entry] = []
        self._ready: list[Entry] = []

    def __contains__(self, job_id: object) -> bool:
        return job_id in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def pace(self, now: float) -> float:
        """How often a second a job of weight 1 is to be looked at."""
        return self._rates.pace(_planned(self._budget.per_second(now)))

    def put(self, job_id: str, look: Look, now: float) -> None:
        """Have the job looked at; what was planned before is forgotten, but that it goes before all others."""
        self._rates.put(job_id, look.weight, look.floor)
        if self._entries.get(job_id) == (FIRST, FIRST, job_id):
            return
        entry = self._entries[job_id] = (now + look.floor, now + look.wait, job_id)
        heapq.heappush(self._resting, entry)

    def put_first(self, job_id: str) -> None:
        """Have the job looked at before all others, however lately it was."""
        entry = self._entries[job_id] = (FIRST, FIRST, job_id)
        heapq.heappush(self._ready, entry)

    def drop(self, job_id: str) -> None:
        self._entries.pop(job_id, None)
        self._rates.drop(job_id)

    def next_at(self, now: float) -> float:
        """When a job can be taken, `now` at the earliest; infinity when there is none."""
        at = max(now, self._budget.free_at)
        self._wake_rested(at)
        if self._ready:
            return at
        return max(at, self._resting[0][0]) if self._resting else float("inf")

    def take(self, now: float) -> str | None:
        """The job to look at now, its look taken from the budget; it is in the queue no more."""
        if now < self._budget.free_at:
            return None
        self._wake_rested(now)
        if not self._ready:
            return None
        _, due, job_id = heapq.heappop(self._ready)
        del self._entries[job_id]
        self._budget.book(now)
        self.late_by = max(0.0, now - due) if due != FIRST else 0.0
        return job_id

    def _wake_rested(self, now: float) -> None:
        """Those that have rested by then are ready; what was forgotten is gone from the heads of both heaps."""
        while self._resting and (self._resting[0][0] <= now or self._is_old(self._resting[0])):
            entry = heapq.heappop(self._resting)
            if not self._is_old(entry):
                _, due, job_id = entry
                self._entries[job_id] = entry = (due, due, job_id)
                heapq.heappush(self._ready, entry)
        while self._ready and self._is_old(self._ready[0]):
            heapq.heappop(self._ready)

    def _is_old(self, entry: Entry) -> bool:
        return self._entries.get(entry[2]) is not entry


def _planned(per_second: float) -> float:
    return max(per_second - ROOM * math.sqrt(per_second), (1 - MOST_ROOM) * per_second)
