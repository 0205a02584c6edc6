"""Drawing: have a job's card brought up to date, not too often, and remember what it shows."""

import logging
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from .. import clock
from ..display import CardDisplay, Drawn, Post, Sheet
from ..errors import ShowTroubled, VenueRefused
from ..jobs import CARD_GRACE, ENDED, Face, Job, PictureState, Status, may_show_start, needs_drawing, shows_start
from ..outlook import Outlook
from ..retry import backoff
from ..store import Store
from .channel_turns import ChannelTurns
from .clips import Clips
from .outcomes import Outcomes
from .outlooks import Outlooks
from .own_jobs import OwnJobs
from .pictures import Pictures
from .removal import Removal

log = logging.getLogger(__name__)

# Until the extension that shows is loaded, seconds.
WITHOUT_DISPLAY = 1.0
# A card of a job that goes on is edited at most this often, seconds: what happens in between is taken together.
DRAW_EVERY = 15.0
# A place that is closed to the bot is tried again after this long, for so long since there was news to show; seconds.
CLOSED_FOR = 300.0
CLOSED_PATIENCE = 24 * 3600.0
# As good as never, seconds: the job is woken by news of the place.
UNTIL_NEWS = 10 * 365 * 24 * 3600.0


class Drawer:
    def __init__(
        self,
        store: Store,
        outcomes: Outcomes,
        clips: Clips,
        pictures: Pictures,
        jobs: OwnJobs,
        outlooks: Outlooks,
        removal: Removal,
    ) -> None:
        self.display: CardDisplay | None = None
        self._store = store
        self._outcomes = outcomes
        self._clips = clips
        self._pictures = pictures
        self._jobs = jobs
        self._outlooks = outlooks
        self._removal = removal
        self._turns = ChannelTurns()
        self._stopped = False
        self._failures: Counter[str] = Counter()
        # Faces of jobs that go on: drawing one again after a crash does no harm, so they are written down with the next
        # beat. One that follows an end (a clip to be fetched again) is written at once: the end would else be taken for
        # drawn when it returns.
        self._faces: dict[str, Face] = {}
        self._drawn_at: dict[str, float] = {}

    def stop(self) -> None:
        """Whoever still waits for a turn leaves it to the next start."""
        self._stopped = True

    async def draw(self, job_id: str) -> float | None:
        """Bring the card up to date; when to come back, unix seconds, or None."""
        job = await self._faced(job_id)
        if job is None or not needs_drawing(job, self._outlooks.of(job).standing):
            return None
        if (later := self._draw_from(job)) > clock.now():
            return later
        async with self._turns.take(job.channel_id, 0 if job.status in ENDED else 1):
            job = await self._faced(job_id)
            if self._stopped or job is None or self.display is None:
                return None
            outlook = self._outlooks.of(job)
            if not needs_drawing(job, outlook.standing):
                return None
            try:
                sheet = await self._sheet(job, outlook)
                if sheet.left and job.card_face and job.card_face.left:
                    return self._when_open(job, "a clip that was taken back is still there")
                return await self._keep_drawn(job, await self.display.draw(sheet))
            except VenueRefused as error:
                return self._when_open(job, str(error))
            except ShowTroubled as error:
                return self._later(job, error)

    def _draw_from(self, job: Job) -> float:
        """When the card may be drawn, unix seconds. What is final is shown at once, the rest is taken together."""
        if self.display is None:
            return clock.now() + WITHOUT_DISPLAY
        if job.card_id is None:
            # the command that made the job is still answering
            return job.created_at + CARD_GRACE
        if job.status in ENDED:
            return 0.0
        return clock.now() + self._drawn_at.get(job.id, 0.0) + DRAW_EVERY - time.monotonic()

    async def _sheet(self, job: Job, outlook: Outlook) -> Sheet:
        shows_poster = job.status is Status.COMPLETED and not job.is_hidden
        poster = await self._clips.poster(job) if shows_poster else None
        has_start = job.picture in (PictureState.READ, PictureState.FITTED) and may_show_start(job)
        needs_start = has_start and poster is None and not shows_start(job)
        return Sheet(
            job=job,
            outlook=outlook,
            parent=await self._store.find(job.parent_id) if job.parent_id else None,
            posts=await self._posts(job) if job.status in ENDED else {},
            start=await self._pictures.thumbnail(job) if needs_start else None,
            poster=poster,
        )

    async def _posts(self, job: Job) -> Mapping[str, Post]:
        return await (self._removal.remove(job) if job.status is Status.DELETED else self._store.posts(job.id))

    # --- what cards show

    def drawn_faces(self) -> dict[str, Face]:
        """What cards of jobs that go on show, as far as it is not written down; `wrote_faces` when it is."""
        now = time.monotonic()
        self._drawn_at = {job_id: at for job_id, at in self._drawn_at.items() if now - at < DRAW_EVERY}
        return dict(self._faces)

    def wrote_faces(self, faces: dict[str, Face]) -> None:
        for job_id, face in faces.items():
            if self._faces.get(job_id) == face:
                del self._faces[job_id]

    async def _faced(self, job_id: str) -> Job | None:
        job = await self._jobs.find(job_id)
        return replace(job, card_face=self._faces[job_id]) if job and job_id in self._faces else job

    async def _keep_drawn(self, job: Job, drawn: Drawn) -> float | None:
        self._failures.pop(job.id, None)
        stored = await self._jobs.find(job.id)
        if stored is None:
            # the job was taken over while we drew: our face may stand over a newer one, so its worker draws again
            await self._outcomes.forget_face(job)
            self._clips.discard_poster(job)
            return None
        goes_on = job.status not in ENDED and (stored.card_face is None or stored.card_face.status not in ENDED)
        if job.card_id is not None and drawn.face and goes_on:
            self._faces[job.id] = drawn.face
            self._drawn_at[job.id] = time.monotonic()
            return None
        self._faces.pop(job.id, None)
        # a card that stood before may be drawn again: nobody waits for that to be written down
        patient = job.card_id is not None
        after = await self._outcomes.write(job, lambda now: _with_card(now, drawn), drawn.posted, patient=patient)
        if job.status is Status.COMPLETED and drawn.face:
            self._clips.discard_poster(job)
        return clock.now() if after and needs_drawing(after) else None

    def _when_open(self, job: Job, why: str) -> float:
        """Access that was taken away may be given back; after a day it takes news of the place, or a start."""
        self._failures.pop(job.id, None)
        pause = CLOSED_FOR if clock.now() - job.status_since < CLOSED_PATIENCE else UNTIL_NEWS
        log.info("The place is closed to the bot (%s), again in %.0f s", why, pause, extra={"job": job.id})
        return clock.now() + pause

    def _later(self, job: Job, error: ShowTroubled) -> float:
        self._failures[job.id] += 1
        pause = error.retry_after or backoff(self._failures[job.id])
        log.info("The card cannot be drawn yet (%s), again in %.0f s", error, pause, extra={"job": job.id})
        return clock.now() + pause


def _with_card(job: Job, drawn: Drawn) -> Job:
    venue = job.venue if drawn.card_id else drawn.venue
    return replace(job, card_face=drawn.face, card_id=drawn.card_id or job.card_id, venue=venue)
