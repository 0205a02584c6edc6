"""Telling: have Discord brought up to date about a job, thread and card apart, and remember what it accepted."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from ..errors import ClipMissing, ShowRefused, ShowTroubled
from ..jobs import (
    CARD_GRACE,
    ENDED,
    Job,
    Place,
    Status,
    backoff,
    change,
    needs_drawing,
    needs_saying,
    say_from,
    visible_status,
)
from ..outlook import Outlook
from ..store import Post
from .clips import Clips
from .outcomes import Outcomes, only_from, persist
from .screening import Screening
from .turns import Turns

log = logging.getLogger(__name__)

# Until the extension that shows is loaded, seconds.
WITHOUT_DISPLAY = 1.0
# A card of a job that goes on is edited at most this often, seconds: what happens in between is taken together.
DRAW_EVERY = 15.0
# A clip that no place takes is offered again after this long, at first and at most; seconds.
OFFER_FIRST, OFFER_MOST = 60.0, 3600.0


@dataclass(frozen=True, kw_only=True)
class Said:
    """The status that was said, where, in which messages; `uploaded` when Discord has every clip as it was made."""

    status: Status
    place: Place
    posted: tuple[Post, ...] = ()
    uploaded: bool = False


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The face that the card has now, and its id when it was put there just now.

    Without an id there can be no card in its channel: `place` says where else the job is told of.
    """

    face: str
    card_id: int | None
    place: Place
    posted: tuple[Post, ...] = ()


class Display(Protocol):
    """What the cogs do for the tracker.

    All raise ShowTroubled to be asked again; `say` also ShowRefused when no place takes it, and ClipMissing. `prepare`
    does beforehand what would hold up the channel.
    """

    async def prepare(self, job: Job) -> None: ...

    async def say(self, job: Job, outlook: Outlook) -> Said: ...

    async def draw(self, job: Job, outlook: Outlook) -> Drawn: ...


class Teller:
    """`find` gives a job that is this worker's own, or None; `outlook` what it can look forward to."""

    def __init__(
        self,
        outcomes: Outcomes,
        clips: Clips,
        screening: Screening,
        find: Callable[[str], Awaitable[Job | None]],
        outlook: Callable[[Job], Outlook],
    ) -> None:
        self._outcomes = outcomes
        self._clips = clips
        self._screening = screening
        self._find = find
        self._outlook = outlook
        self._display: Display | None = None
        self._turns = Turns()
        self._stopped = False
        self._preparing: set[asyncio.Task[None]] = set()
        self._failures: Counter[str] = Counter()
        # Faces of jobs that go on: drawing one again after a crash does no harm, so they are written down with the next
        # beat. One that follows an end (a clip to be fetched again) is written at once: the end would else be taken for
        # drawn when it returns.
        self._faces: dict[str, str] = {}
        self._drawn_at: dict[str, float] = {}

    def on_show(self, display: Display) -> Callable[[], None]:
        """Have `display` asked for every job that Discord lags behind on; calling the result undoes that."""
        self._display = display

        def remove() -> None:
            self._display = None

        return remove

    def stop(self) -> None:
        """Whoever still waits for a turn, or prepares, leaves it to the next start."""
        self._stopped = True
        for task in self._preparing:
            task.cancel()

    # --- the thread

    async def say(self, job_id: str) -> float | None:
        """Say what is new; when to come back, unix seconds, or None."""
        job = await self._find(job_id)
        if job is None or not needs_saying(job):
            return None
        if time.time() < say_from(job):
            return say_from(job)
        if self._display is None:
            return time.time() + WITHOUT_DISPLAY
        try:
            await self._prepare(self._display, job)
        except ShowTroubled as error:
            return await self._unsaid_yet(job, error)
        async with self._turns.take(_destination(job), _rank(job)):
            # it may have moved on while it waited: only the newest is said
            job = await self._find(job_id)
            if self._stopped or job is None or not needs_saying(job):
                return None
            try:
                return await self._keep_said(job, await self._display.say(job, self._outlook(job)))
            except ShowTroubled as error:
                return await self._unsaid_yet(job, error)
            except ShowRefused as error:
                return await self._unsaid(job, error)
            except ClipMissing:
                return await self._find_clips(job)

    async def _prepare(self, display: Display, job: Job) -> None:
        """A clip may have to be encoded, which takes a while: neither its channel nor a stop waits for that."""
        if self._stopped:
            return
        task = asyncio.create_task(display.prepare(job), name=f"prepare {job.id}")
        self._preparing.add(task)
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
            self._preparing.discard(task)
        if not task.cancelled():
            task.result()

    async def _keep_said(self, job: Job, said: Said) -> float | None:
        self._failures.pop(job.id, None)
        after = await self._outcomes.write(
            job, lambda now: replace(now, shown=said.status, place=said.place), said.posted
        )
        if after and said.status is Status.COMPLETED:
            await self._clear_up(after, uploaded=said.uploaded)
        return time.time() if after and needs_saying(after) else None

    async def _clear_up(self, job: Job, *, uploaded: bool) -> None:
        self._screening.forget(job)
        if uploaded:
            await self._clips.discard(job)
        else:
            await self._clips.discard_copies(job)
        if not needs_drawing(job):
            self._clips.discard_poster(job)

    async def _unsaid_yet(self, job: Job, error: ShowTroubled) -> float:
        """Discord cannot be told for now: a clip is then kept where it outlives this machine."""
        if job.status is Status.COMPLETED:
            await self._clips.keep(job)
        return self._later(job, error)

    async def _unsaid(self, job: Job, error: ShowRefused) -> float | None:
        """A paid clip is offered until somebody takes it; anything less is not worth insisting."""
        if job.status is not Status.COMPLETED:
            log.warning("No place takes the news: %s", error, extra={"job": job.id})
            await self._outcomes.write(job, lambda now: replace(now, shown=visible_status(job)))
            return None
        await self._clips.keep(job)
        self._failures[job.id] += 1
        pause = backoff(self._failures[job.id], first=OFFER_FIRST, most=OFFER_MOST)
        log.error("No place takes the clip (%s); it is kept, again in %.0f s", error, pause, extra={"job": job.id})
        return time.time() + pause

    async def _find_clips(self, job: Job) -> float | None:
        """Another machine's disk had them: take the copy, or have them fetched again."""
        if await self._clips.restore(job):
            log.warning("The clip was not on this disk; taken from the database", extra={"job": job.id})
            return time.time()
        log.warning("The clip is not on this disk; fetching it again", extra={"job": job.id})
        await self._outcomes.write(job, only_from((Status.COMPLETED,), _unfetched))
        return None

    # --- the card

    async def draw(self, job_id: str) -> float | None:
        """Bring the card up to date; when to come back, unix seconds, or None."""
        job = await self._faced(job_id)
        if job is None or not needs_drawing(job, self._outlook(job).standing):
            return None
        if (later := self._draw_from(job)) > time.time():
            return later
        async with self._turns.take(("card", job.channel_id), _rank(job)):
            job = await self._faced(job_id)
            if self._stopped or job is None or self._display is None:
                return None
            outlook = self._outlook(job)
            if not needs_drawing(job, outlook.standing):
                return None
            try:
                return await self._keep_drawn(job, await self._display.draw(job, outlook))
            except ShowTroubled as error:
                return self._later(job, error)

    def _draw_from(self, job: Job) -> float:
        """When the card may be drawn, unix seconds. What is final is shown at once, the rest is taken together."""
        if self._display is None:
            return time.time() + WITHOUT_DISPLAY
        if job.card_id is None:
            # the command that made the job is still answering
            return job.created_at + CARD_GRACE
        if job.status in ENDED:
            return 0.0
        return self._drawn_at.get(job.id, 0.0) + DRAW_EVERY

    def drawn_faces(self) -> dict[str, str]:
        """What cards of jobs that go on show, as far as it is not written down; `wrote_faces` when it is."""
        now = time.time()
        self._drawn_at = {job_id: at for job_id, at in self._drawn_at.items() if now - at < DRAW_EVERY}
        return dict(self._faces)

    def wrote_faces(self, faces: dict[str, str]) -> None:
        for job_id, face in faces.items():
            if self._faces.get(job_id) == face:
                del self._faces[job_id]

    async def _faced(self, job_id: str) -> Job | None:
        job = await self._find(job_id)
        return replace(job, card_face=self._faces[job_id]) if job and job_id in self._faces else job

    async def _keep_drawn(self, job: Job, drawn: Drawn) -> float | None:
        self._failures.pop(job.id, None)
        stored = await persist(lambda: self._find(job.id))
        if stored is None:
            # the job was taken over while we drew: our face may stand over a newer one, so its worker draws again
            await self._outcomes.forget_face(job)
            self._clips.discard_poster(job)
            return None
        goes_on = job.status not in ENDED and (stored.card_face or "").split("|")[0] not in ENDED
        if job.card_id is not None and goes_on:
            self._faces[job.id] = drawn.face
            self._drawn_at[job.id] = time.time()
            return None
        self._faces.pop(job.id, None)
        after = await self._outcomes.write(job, lambda now: _with_card(now, drawn), drawn.posted)
        if job.status is Status.COMPLETED and drawn.face:
            self._clips.discard_poster(job)
        return time.time() if after and needs_drawing(after) else None

    def _later(self, job: Job, error: ShowTroubled) -> float:
        self._failures[job.id] += 1
        pause = error.retry_after or backoff(self._failures[job.id])
        log.info("Discord cannot be told yet (%s), again in %.0f s", error, pause, extra={"job": job.id})
        return time.time() + pause


def _rank(job: Job) -> int:
    """What somebody waits for goes before what only keeps them posted."""
    return 0 if job.status in ENDED else 1


def _destination(job: Job) -> int:
    """The channel whose turn it is: a thread that stands has its own."""
    return job.card_id if job.place is Place.THREAD and job.shown and job.card_id else job.channel_id


def _with_card(job: Job, drawn: Drawn) -> Job:
    place = job.place if drawn.card_id else drawn.place
    return replace(job, card_face=drawn.face, card_id=drawn.card_id or job.card_id, place=place)


def _unfetched(job: Job) -> Job:
    """Back to where it is fetched; the thread need not hear of it."""
    return change(job, time.time(), Status.PROCESSING, clips=(), links=(), shown=Status.PROCESSING)
