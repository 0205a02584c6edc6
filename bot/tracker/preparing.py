"""Preparing clips: one may have to be encoded before it is posted, which neither its channel nor a stop waits for."""

import asyncio

from ..display import ClipDisplay
from ..jobs import Job
from .clip_posting import ClipPosting


class Preparing:
    def __init__(self, posting: ClipPosting) -> None:
        self._posting = posting
        self._in_hand: set[asyncio.Task[None]] = set()
        self.stopped = False

    def stop(self) -> None:
        """Leave whatever is in hand to the next start."""
        self.stopped = True
        for task in self._in_hand:
            task.cancel()

    async def prepare(self, display: ClipDisplay, job: Job) -> None:
        """Raises ShowTroubled. Nothing is begun, and what was is left, once this is stopped."""
        if self.stopped:
            return
        task = asyncio.create_task(self._posting.prepare(display, job), name=f"prepare {job.id}")
        self._in_hand.add(task)
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
            self._in_hand.discard(task)
        if not task.cancelled():
            task.result()
