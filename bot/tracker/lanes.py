"""The lanes: what is woken by news of a job, so that Discord and the vendor hold up nothing but their own."""

import asyncio
from collections.abc import Callable, Iterator

from .. import clock
from ..jobs import Job, card_face, needs_drawing, needs_saying, say_from
from ..line import moves_line
from ..mulerun import LOOKS_AT_ONCE
from .lane import Lane
from .quiet import Quiet


class Lanes:
    """`line` is set when a job came into the line, or a place at the vendor may be free; `batches` when the line that
    a job has in its batch's message may have to be drawn anew. `late` gives `Pulse.late`.
    """

    def __init__(self, quiet: Quiet, late: Callable[[], float] = lambda: 0.0) -> None:
        self.work = Lane("work", width=64, late=late)
        self.looking = Lane("look", width=LOOKS_AT_ONCE, closed_until=lambda: quiet.until, late=late)
        # most of those in hand wait for their channel's turn
        self.saying = Lane("say", width=512, late=late)
        self.drawing = Lane("draw", width=512, late=late)
        self.reviewing = Lane("review", width=64, late=late)
        self._after: dict[str, set[str]] = {}
        self.line = asyncio.Event()
        self.batches = asyncio.Event()

    def __iter__(self) -> Iterator[Lane]:
        return iter((self.work, self.looking, self.saying, self.drawing, self.reviewing))

    def wake(self, job_id: str, *, reviewed: bool) -> None:
        """Something about the job changed in the database. When it is to be looked at, its work says.

        `reviewed` is whether there may be something to show to moderators.
        """
        for lane in (self.saying, self.drawing, *([self.reviewing] if reviewed else [])):
            lane.wake(job_id)
        self._wake_work(job_id)
        self.line.set()

    def carry_on(self, job: Job, before: Job | None) -> None:
        """The job was just written, and was as `before`, if that is known: wake what has something to do now."""
        self.tell(job)
        # what the card shows may not be in the row yet
        if before is None or card_face(before) != card_face(job):
            self.drawing.wake(job.id)
        self._wake_work(job.id)
        if moves_line(before, job):
            self.line.set()

    def tell(self, job: Job) -> None:
        """Wake whatever has something to say or show of the job as it is."""
        if needs_saying(job):
            self.saying.wake(job.id, max(clock.now(), say_from(job)))
        if needs_drawing(job):
            self.drawing.wake(job.id)
        if job.under_review:
            self.reviewing.wake(job.id)

    def _wake_work(self, job_id: str) -> None:
        for each in (job_id, *self._after.pop(job_id, ())):
            self.work.wake(each)

    def wake_after(self, job_id: str, parent_id: str) -> None:
        """Have a job's work woken, once, with the next news of another job."""
        self._after.setdefault(parent_id, set()).add(job_id)

    def forget_all(self) -> None:
        """Whatever was planned is to be planned anew."""
        for lane in self:
            lane.forget_all()
        self._after.clear()

    def remind(self, job_id: str) -> None:
        """Discord lags behind on the job: wake what does not have it in mind."""
        for lane in (self.work, self.saying, self.drawing):
            if not lane.knows(job_id):
                lane.wake(job_id)
        # what it has in mind of this one may be hours away
        self.reviewing.wake(job_id)
