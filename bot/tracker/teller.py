"""Telling: have the thread hear each status once, in the best venue that is left, and remember what was accepted."""

import logging
from collections import Counter
from dataclasses import dataclass, replace

from .. import clock
from ..display import Display, Post
from ..errors import ClipMissing, ShowRefused, ShowTroubled, VenueRefused
from ..jobs import (
    ENDED,
    Job,
    Status,
    Venue,
    needs_drawing,
    needs_saying,
    next_venue,
    say_from,
    unfetched,
    visible_status,
)
from ..outlook import Outlook
from ..retry import backoff
from .channel_turns import ChannelTurns
from .clip_fitting import ClipFitting
from .clip_posting import ClipPosting
from .clips import Clips
from .drawer import WITHOUT_DISPLAY
from .outcomes import Outcomes, only_from
from .outlooks import Outlooks
from .own_jobs import OwnJobs
from .preparing import Preparing

log = logging.getLogger(__name__)

# A clip that no venue takes is offered again after this long, at first and at most; seconds.
OFFER_FIRST, OFFER_MOST = 60.0, 3600.0


@dataclass(frozen=True, kw_only=True)
class Said:
    """The status that was said, where, in which messages; `uploaded` when Discord has every clip as it was made."""

    status: Status
    venue: Venue
    posted: tuple[Post, ...]
    uploaded: bool = False


class Teller:
    def __init__(
        self, outcomes: Outcomes, clips: Clips, clip_fitting: ClipFitting, jobs: OwnJobs, outlooks: Outlooks
    ) -> None:
        self.display: Display | None = None
        self._outcomes = outcomes
        self._clips = clips
        self._clip_fitting = clip_fitting
        self._posting = ClipPosting(clips, clip_fitting)
        self._jobs = jobs
        self._outlooks = outlooks
        self._turns = ChannelTurns()
        self._preparing = Preparing(self._posting)
        self._failures: Counter[str] = Counter()

    def stop(self) -> None:
        """Whoever still waits for a turn, or prepares, leaves it to the next start."""
        self._preparing.stop()

    async def say(self, job_id: str) -> float | None:
        """Say what is new; when to come back, unix seconds, or None."""
        job = await self._jobs.find(job_id)
        if job is None or not needs_saying(job):
            return None
        if clock.now() < say_from(job):
            return say_from(job)
        if self.display is None:
            return clock.now() + WITHOUT_DISPLAY
        try:
            if job.status is Status.COMPLETED:
                await self._preparing.prepare(self.display.clips, job)
        except ShowTroubled as error:
            return await self._unsaid_yet(job, error)
        async with self._turns.take(_destination(job), 0 if job.status in ENDED else 1):
            # it may have moved on while it waited: only the newest is said
            job = await self._jobs.find(job_id)
            if self._preparing.stopped or job is None or not needs_saying(job):
                return None
            try:
                return await self._keep_said(job, await self._say(self.display, job, self._outlooks.of(job)))
            except ShowTroubled as error:
                return await self._unsaid_yet(job, error)
            except ShowRefused as error:
                return await self._unsaid(job, error)
            except ClipMissing:
                return await self._find_clips(job)

    # --- saying it

    async def _say(self, display: Display, job: Job, outlook: Outlook) -> Said:
        """In the best venue that takes it. Raises ShowTroubled, ShowRefused, ClipMissing."""
        venue: Venue | None = job.venue
        while venue:
            try:
                return await self._say_there(display, replace(job, venue=venue), outlook)
            except VenueRefused as error:
                log.warning("%s refused: %s", venue, error, extra={"job": job.id})
                venue, refusal = next_venue(venue), error
        raise ShowRefused(str(refusal)) from refusal

    async def _say_there(self, display: Display, job: Job, outlook: Outlook) -> Said:
        channel_id = await display.thread.open(job)
        if job.status is Status.COMPLETED:
            posted, uploaded = await self._posting.post_all(display.clips, job, outlook, channel_id)
            return Said(status=job.status, venue=job.venue, posted=posted, uploaded=uploaded)
        found = await display.thread.find(job, channel_id) if self._posting.in_doubt(job) else None
        message_id = found or await display.thread.say(job, outlook, channel_id)
        posts = (Post(key=str(job.status), channel_id=channel_id, message_id=message_id),) if message_id else ()
        return Said(status=job.status, venue=job.venue, posted=posts)

    # --- what came of it

    async def _keep_said(self, job: Job, said: Said) -> float | None:
        self._failures.pop(job.id, None)
        # what is said on the way may be said again, and is known by its nonce: nobody waits for it to be written down
        patient = said.status not in ENDED
        after = await self._outcomes.write(job, lambda now: _heard(now, said), said.posted, patient=patient)
        if after and said.status is Status.COMPLETED:
            await self._clear_up(after, uploaded=said.uploaded)
        return clock.now() if after and needs_saying(after) else None

    async def _clear_up(self, job: Job, *, uploaded: bool) -> None:
        self._clip_fitting.forget(job)
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
        self._failures[job.id] += 1
        pause = error.retry_after or backoff(self._failures[job.id])
        log.info("Discord cannot be told yet (%s), again in %.0f s", error, pause, extra={"job": job.id})
        return clock.now() + pause

    async def _unsaid(self, job: Job, error: ShowRefused) -> float | None:
        """A paid clip is offered until somebody takes it; anything less is not worth insisting."""
        if job.status is not Status.COMPLETED:
            log.warning("No venue takes the news: %s", error, extra={"job": job.id})
            await self._outcomes.write(job, lambda now: replace(now, shown=visible_status(job)))
            return None
        await self._clips.keep(job)
        self._failures[job.id] += 1
        pause = backoff(self._failures[job.id], first=OFFER_FIRST, most=OFFER_MOST)
        log.error("No venue takes the clip (%s); it is kept, again in %.0f s", error, pause, extra={"job": job.id})
        return clock.now() + pause

    async def _find_clips(self, job: Job) -> float | None:
        """Another machine's disk had them: take the copy, or have them fetched again."""
        if await self._clips.restore(job):
            log.warning("The clip was not on this disk; taken from the database", extra={"job": job.id})
            return clock.now()
        log.warning("The clip is not on this disk; fetching it again", extra={"job": job.id})
        await self._outcomes.write(job, only_from((Status.COMPLETED,), lambda now: unfetched(now, clock.now())))
        return None


def _heard(job: Job, said: Said) -> Job:
    # what was taken back while it was being posted is removed with the next drawing
    face = None if job.status is Status.DELETED else job.card_face
    return replace(job, shown=said.status, venue=said.venue, card_face=face)


def _destination(job: Job) -> int:
    """The channel whose turn it is: a thread that stands has its own."""
    return job.card_id if job.venue is Venue.THREAD and job.shown and job.card_id else job.channel_id
