"""The pulse: how late the event loop is. While it is, nobody gets an answer."""

import asyncio
import time

# How often the loop is asked whether it is late, seconds.
BEATS_EVERY = 0.02
# What is left of a delay with each beat that is in time: of 0.2 s after a sixth of a second 0.03 s.
FADES = 0.8


class Pulse:
    """`late` is how late the loop was just now, seconds: a delay fades within some beats."""

    def __init__(self) -> None:
        self.late = 0.0
        self._worst = 0.0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            due = time.monotonic() + BEATS_EVERY
            await asyncio.sleep(BEATS_EVERY)
            late = time.monotonic() - due
            self._worst = max(self._worst, late)
            self.late = max(late, FADES * self.late)

    def take_worst(self) -> float:
        """How late it was at worst since somebody last asked, seconds."""
        worst, self._worst = self._worst, 0.0
        return worst
