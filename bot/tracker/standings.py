"""Standings: what each waiting job of this process is told of its place in line, kept up to date in one reading."""

import asyncio
import logging
import time

from ..jobs import Job
from ..line import Line, Room, Waiting, estimate_wait, split_line
from ..outages import unless_away
from ..outlook import Standing, round_minutes, round_place
from ..store import Store
from .experience import Experience
from .lane import Lane

log = logging.getLogger(__name__)

# The line is read this often, seconds; less often where placing all that wait would take more than one part in so many
# of the processor's time.
READ_EVERY = 2.0
SHARE = 50


class Standings:
    """Cards of jobs whose place changed go into the lane `drawing`."""

    def __init__(self, store: Store, room: Room, experience: Experience, drawing: Lane) -> None:
        self._store = store
        self._room = room
        self._experience = experience
        self._drawing = drawing
        self._standings: dict[str, Standing] = {}

    def standing(self, job: Job) -> Standing | None:
        """None for a job that need not wait, or whose place is not known yet."""
        return self._standings.get(job.id)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            cost = 0.0
            with unless_away():
                cost = await self.read()
            await asyncio.sleep(max(READ_EVERY, SHARE * cost))

    async def read(self) -> float:
        """What it cost to place all that wait, seconds of the processor: a busy machine makes the clock's longer."""
        line = await self._store.line()
        # a long line is a long computation: not in the way of those who wait for an answer
        found, cost = await asyncio.to_thread(self._place, line) if line.waiting else ({}, 0.0)
        before, self._standings = self._standings, found
        for job_id in before.keys() | found.keys():
            if _told(before.get(job_id)) != _told(found.get(job_id)):
                self._drawing.wake(job_id)
        return cost

    async def queue(self) -> dict[str, Standing | None]:
        """All that wait, whoever carries them, by id and in the order in which they are sent, as of now.

        None for those that need not wait.
        """
        line = await self._store.line()
        return await asyncio.to_thread(self._place_all, line) if line.waiting else {}

    def _place(self, line: Line) -> tuple[dict[str, Standing], float]:
        began = time.thread_time()
        _, placed = split_line(line, self._room)
        own = {job.id: self._stand(place, job) for place, job in placed if job.worker == self._store.worker}
        return own, time.thread_time() - began

    def _place_all(self, line: Line) -> dict[str, Standing | None]:
        free, placed = split_line(line, self._room)
        return {**{job.id: None for job in free}, **{job.id: self._stand(place, job) for place, job in placed}}

    def _stand(self, place: int, job: Waiting) -> Standing:
        middle = self._experience.expected(job.kind).middle
        return Standing(place=place, wait=estimate_wait(place, self._room, job.model, middle))


def _told(standing: Standing | None) -> tuple[int, int] | None:
    """What people are told of a standing: only that is worth an edit."""
    return (round_place(standing.place), round_minutes(standing.wait)) if standing else None
