"""A lane: job ids by the time they are due, a bounded number in hand, no job twice at once."""

import asyncio
import heapq
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .. import clock
from ..outages import AWAY, WRONG
from ..retry import backoff, nap
from .giving_way import give_way

log = logging.getLogger(__name__)

# Takes a job's id; gives the unix time at which the job is due again, or None.
LaneStep = Callable[[str], Awaitable[float | None]]

# A step that failed so often in a row, for so many seconds, and each time in the same way, is given up.
HOPELESS_AFTER, HOPELESS_FOR = 6, 60.0
# What is woken meanwhile, and a lane that is closed, are looked after this often, seconds.
LONGEST_NAP = 1.0
# What is due within this is taken together, seconds: with many jobs a wake-up for each would cost more than its step.
DUE_TOGETHER = 0.01


@dataclass(frozen=True, kw_only=True)
class Failures:
    """How often a job's step failed in a row, and of these how often and since when in the way that `kind` names."""

    kind: type[Exception] | None = None
    times: int = 0
    alike: int = 0
    since: float = 0.0

    def add(self, error: Exception) -> "Failures":
        # a database that is away is no fault of the job
        kind = type(error) if isinstance(error, WRONG) or not isinstance(error, AWAY) else None
        again = kind is self.kind and self.alike
        since = self.since if again else time.monotonic()
        return Failures(kind=kind, times=self.times + 1, alike=self.alike + 1 if again else 1, since=since)

    @property
    def are_hopeless(self) -> bool:
        lasts = time.monotonic() - self.since
        return self.kind is not None and self.alike >= HOPELESS_AFTER and lasts >= HOPELESS_FOR


class Lane:
    """Events only wake it; what is to be done is read from the database by the step.

    `closed_until` gives a unix time before which nothing is taken up, `late` how late answers are (`Pulse.late`).
    """

    def __init__(
        self,
        name: str,
        *,
        width: int,
        closed_until: Callable[[], float] = lambda: 0.0,
        late: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.name = name
        self.late_by = 0.0
        self._width = width
        self._closed_until = closed_until
        self._late = late
        self._due: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        self._failures: dict[str, Failures] = {}
        self._news = asyncio.Event()
        self._napping_until = 0.0
        self._stopped = False

    def __len__(self) -> int:
        return len(self._due) + len(self._in_hand)

    def wake(self, job_id: str, at: float | None = None) -> None:
        """Have the job stepped at unix time `at`, or at once; the earlier of two wishes wins."""
        at = clock.now() if at is None else at
        if at < self._due.get(job_id, float("inf")):
            self._due[job_id] = at
            heapq.heappush(self._heap, (at, job_id))
            if at < self._napping_until:
                self._news.set()

    def forget(self, job_id: str) -> None:
        """Nothing is wished for the job any more."""
        self._due.pop(job_id, None)

    def forget_all(self) -> None:
        self._due.clear()

    def knows(self, job_id: str) -> bool:
        """Whether the job is in hand, or is to be at a time that was chosen for it."""
        return job_id in self._due or job_id in self._in_hand

    async def run(self, step: LaneStep, give_up: LaneStep) -> None:
        """Until stopped. A step that fails in the same way each time is given up by the other."""
        while not self._stopped:
            now = clock.now()
            for job_id in self._take_due(now):
                task = asyncio.create_task(self._carry(job_id, step, give_up), name=f"{self.name} {job_id}")
                self._in_hand[job_id] = task
            # when all hands are full, the next one that comes free wakes us
            next_due = self._heap[0][0] if self._heap and self._has_room() else now + LONGEST_NAP
            next_due = min(max(next_due, self._closed_until(), now + DUE_TOGETHER), now + LONGEST_NAP)
            self._napping_until = next_due - DUE_TOGETHER if self._has_room() else 0.0
            await nap(self._news, next_due - now)

    async def stop(self) -> None:
        """Take nothing new and wait for what is in hand."""
        self._stopped = True
        self._news.set()
        while self._in_hand:
            await asyncio.wait(list(self._in_hand.values()))

    def _has_room(self) -> bool:
        return len(self._in_hand) < self._width

    def _take_due(self, now: float) -> list[str]:
        taken: list[str] = []
        if now < self._closed_until():
            return taken
        room = self._width - len(self._in_hand)
        if self._heap:
            room = give_way(room, self._late(), now - self._heap[0][0])
        while self._heap and self._heap[0][0] <= now and len(taken) < room:
            at, job_id = heapq.heappop(self._heap)
            # an entry that was overtaken by an earlier wish is only passed over; a job in hand is looked at afterwards
            if self._due.get(job_id) == at and job_id not in self._in_hand:
                del self._due[job_id]
                self.late_by = now - at
                taken.append(job_id)
        return taken

    async def _carry(self, job_id: str, step: LaneStep, give_up: LaneStep) -> None:
        due: float | None
        try:
            due = await step(job_id)
            if self._failures:
                self._failures.pop(job_id, None)
        except Exception as error:  # one job's fault must not stop the others
            due = await self._failed(job_id, error, give_up)
        finally:
            was_full = not self._has_room()
            del self._in_hand[job_id]
            if was_full:
                self._news.set()
        waiting = self._due.pop(job_id, None)
        for wish in (due, waiting):
            if wish is not None:
                self.wake(job_id, wish)

    async def _failed(self, job_id: str, error: Exception, give_up: LaneStep) -> float | None:
        """When to try again, unix seconds, or None when it is given up."""
        failures = self._failures[job_id] = self._failures.get(job_id, Failures()).add(error)
        pause = backoff(failures.times)
        log.error("%s failed", self.name, exc_info=error, extra={"job": job_id})
        if not failures.are_hopeless:
            return clock.now() + pause
        try:
            due = await give_up(job_id)
        except Exception:  # nor can that be written down
            log.exception("%s cannot be given up", self.name, extra={"job": job_id})
            return clock.now() + pause
        del self._failures[job_id]
        return due
