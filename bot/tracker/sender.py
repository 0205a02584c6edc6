"""Sending: take jobs from the line, POST each once, write down what came of it."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from .. import clock
from ..catalogue import Catalogue
from ..display import Post
from ..errors import VendorBusy, VendorRefused, VendorSilent, VendorUnreached
from ..jobs import Job, PictureState, Status, change, failed, put_back, sent
from ..line import Room
from ..mulerun import POSTS_AT_ONCE, MuleRun
from ..outages import unless_away
from ..reasons import WITHOUT_MODEL, Reason, read_reason
from ..retry import nap
from ..store import Store, Transition
from .availability import Availability
from .giving_way import LATE, give_way
from .outcomes import Outcomes
from .own_jobs import OwnJobs
from .persistence import persist
from .quiet import Quiet

log = logging.getLogger(__name__)

# Without news the line is read this often: for waits that end and places that other workers free, seconds.
LINE_EVERY = 1.0
# With news it is read this often at most, seconds.
NEWS_TOGETHER = 0.02

# A POST that failed is dear: after the first one the others wait this long, seconds, and then for a sign of life.
AFTER_A_FAILURE = 1.0


class Sender:
    """`news` is set when a job came into the line, or a place at the vendor may be free; `late` gives `Pulse.late`."""

    def __init__(
        self,
        store: Store,
        jobs: OwnJobs,
        mulerun: MuleRun,
        catalogue: Catalogue,
        outcomes: Outcomes,
        availability: Availability,
        quiet: Quiet,
        room: Room,
        news: asyncio.Event,
        late: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._mulerun = mulerun
        self._catalogue = catalogue
        self._outcomes = outcomes
        self._availability = availability
        self._quiet = quiet
        self._room = room
        self._in_flight: dict[str, asyncio.Task[None]] = {}
        self._claiming = 0
        self._news = news
        self._late = late
        self._stopped = False

    def may_be_sending(self, job_id: str) -> bool:
        """Also true while a claim is on its way: its rows may be committed before we hear which they are."""
        return self._claiming > 0 or job_id in self._in_flight

    async def run(self) -> None:
        while not self._stopped:
            with unless_away():
                await self._serve()
            # what comes in the meantime is served together
            await asyncio.sleep(NEWS_TOGETHER)
            await nap(self._news, LINE_EVERY)

    async def stop(self) -> None:
        """Claim nothing more; wait until each POST in flight is answered and written down."""
        self._stopped = True
        self._news.set()
        while self._in_flight or self._claiming:
            if self._in_flight:
                await asyncio.wait(list(self._in_flight.values()))
            else:
                # what is being claimed at this moment is sent, too
                await asyncio.sleep(NEWS_TOGETHER)

    async def _serve(self) -> None:
        # what is claimed is sent at once: a crash in between would leave it in doubt
        hands = give_way(self._hands(), self._late())
        if hands <= 0 or not await self._vendor_is_there():
            return
        with self._at_claim():
            for job in await self._jobs.write_several(lambda: self._store.claim(clock.now(), self._room, hands)):
                self._take_in_hand(job)

    async def show(self, job_id: str, transition: Transition, posted: Iterable[Post]) -> Job | None:
        """Write down that people see the job, and mostly claim it in the same commit: it waited for nothing else.

        The job as it is then; None when it is gone.
        """
        waits = self._stopped or self._quiet.in_doubt or clock.now() < self._quiet.until or self._late() >= LATE
        hands = self._hands()
        if waits or hands <= 0:
            update = self._store.update(job_id, transition, epoch=None, posted=posted)
            return await self._jobs.write(job_id, lambda: update)
        with self._at_claim():
            shown, claimed = await self._jobs.write_with_others(
                job_id, lambda: self._store.change_and_claim(job_id, transition, posted, clock.now(), self._room, hands)
            )
            for job in claimed:
                self._take_in_hand(job)
        return next((job for job in claimed if job.id == job_id), shown)

    def _hands(self) -> int:
        """How many more may be sent at once."""
        return POSTS_AT_ONCE - len(self._in_flight) - self._claiming

    @contextlib.contextmanager
    def _at_claim(self) -> Iterator[None]:
        self._claiming += 1
        try:
            yield
        finally:
            self._claiming -= 1

    def _take_in_hand(self, job: Job) -> None:
        self._in_flight[job.id] = asyncio.create_task(self._send(job), name=f"send {job.id}")

    async def _vendor_is_there(self) -> bool:
        """In an outage each POST would end in doubt, so a look goes first, and nothing is sent until it is answered."""
        asked_at = time.monotonic()
        if clock.now() < self._quiet.until:
            return False
        if not self._quiet.in_doubt:
            return True
        is_there = await self._mulerun.is_there(self._catalogue.default)
        if is_there:
            self._quiet.answered()
        else:
            self._quiet.failed(asked_at)
        return is_there

    async def _send(self, job: Job) -> None:
        outcome: Transition = _interrupted
        try:
            outcome = await self._submit(job)
            await self._outcomes.write(job, outcome)
        except Exception:  # what was found out by then is true; only the words that came with it may be at fault
            log.exception("Sending failed", extra={"job": job.id})
            await self._outcomes.write(job, lambda now: _wordless(outcome(now)))
        finally:
            had_hands = len(self._in_flight) < POSTS_AT_ONCE
            del self._in_flight[job.id]
            if not had_hands:
                self._news.set()

    async def _submit(self, job: Job) -> Transition:
        """POST once, and what that means for the job."""
        model = self._catalogue.find(job.request.model)
        if model is None:
            return lambda now: failed(now, clock.now(), Reason.MODEL_REMOVED)
        fitted: bytes | None = None
        further: dict[str, bytes] = {}
        if job.picture is PictureState.FITTED:
            fitted = await persist(lambda: self._store.fitted_picture(job.id))
        if job.further is PictureState.FITTED:
            further = await persist(lambda: self._store.fitted_further(job.id))
        asked_at = time.monotonic()
        try:
            task = await self._mulerun.submit(model, job.request, fitted, further)
        except (VendorUnreached, VendorBusy) as error:
            self._quiet.failed(asked_at, error.retry_after or AFTER_A_FAILURE)
            return self._not_accepted(job, error)
        except VendorRefused as error:
            # the operator's to mend: the members' own mistakes are not worth a line at this level
            level = logging.ERROR if error.code in ("key", "access", "credit", "no_model") else logging.INFO
            log.log(level, "Refused: %s (trace %s)", error, error.trace or "-", extra={"job": job.id})
            reason, detail = read_reason(error.code), error.detail
            if reason in WITHOUT_MODEL:
                # known before anybody is told, who may press for another model
                await self._availability.note_refusal(model.id, reason)
            return lambda now: failed(now, clock.now(), reason, detail)
        except VendorSilent as error:
            log.error("The answer was lost: %s (trace %s)", error, error.trace or "-", extra={"job": job.id})
            self._quiet.failed(asked_at, AFTER_A_FAILURE)
            reason, detail = read_reason(error.code), error.detail
            return lambda now: change(now, clock.now(), Status.UNCONFIRMED, reason=reason, detail=detail)
        await self._availability.note_success(model.id)
        path = model.path_for(picture=fitted is not None, extras=job.request.extras)
        return lambda now: sent(now, clock.now(), task.id, path)

    def _not_accepted(self, job: Job, error: VendorUnreached | VendorBusy) -> Transition:
        log.info("Not accepted (%s), back into the line", error, extra={"job": job.id})
        wait, retry_after = read_reason(error.code), error.retry_after
        return lambda now: put_back(now, clock.now(), wait, retry_after)


def _interrupted(job: Job) -> Job:
    return change(job, clock.now(), Status.UNCONFIRMED, reason=Reason.INTERRUPTED)


def _wordless(job: Job | None) -> Job | None:
    return replace(job, detail=None) if job else None
