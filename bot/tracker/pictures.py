"""A job's pictures, before it is sent: read late when the command had no time for it, then fitted to the frame."""

import logging
from collections.abc import Awaitable
from dataclasses import replace

import aiohttp

from .. import clock, media
from ..catalogue import Catalogue, Model
from ..download import DownloadTroubled, LinkDead, fetch_picture
from ..errors import BadPicture
from ..further_pictures import LAST, references_in
from ..jobs import Job, PictureState, Status
from ..reasons import Reason
from ..start_picture import StartPicture, most_bytes, read_start
from ..store import Store
from ..video_request import choose_size
from ..workbench import NoChild, Workbench, WorkFailed
from .outcomes import Outcomes

log = logging.getLogger(__name__)

# How long a picture that cannot be read is tried, and how often; seconds.
PATIENCE = 600.0
AGAIN_AFTER = 5.0


class Pictures:
    def __init__(
        self,
        *,
        store: Store,
        session: aiohttp.ClientSession,
        catalogue: Catalogue,
        workbench: Workbench,
        outcomes: Outcomes,
    ) -> None:
        self._store = store
        self._session = session
        self._catalogue = catalogue
        self._workbench = workbench
        self._outcomes = outcomes

    async def read(self, job: Job) -> float | None:
        """Fetch what is behind the job's links and check it, one by one; when to try again, or None."""
        try:
            if job.picture is PictureState.LINK:
                await self._read_first(job)
            else:
                await self._read_further(job)
        except _Put as put:
            return put.off_to
        return clock.now()

    async def _read_first(self, job: Job) -> None:
        """Raises _Put."""
        start = await self._fetch(job, job.picture_url or "")
        model = self._catalogue.find(job.request.model)
        data = start.data or b""

        def keep() -> Awaitable[Job | None]:
            return self._store.keep_picture(
                job.id, data, lambda now: with_picture(now, model, start.picture), epoch=job.epoch
            )

        await self._outcomes.keep(job, keep)

    async def _read_further(self, job: Job) -> None:
        """Raises _Put."""
        unread = [each for each in (await self._store.further_pictures(job.id)).values() if each.data is None]
        if not unread:
            await self._outcomes.write(job, lambda now: _further(now, PictureState.READ))
            return
        start = await self._fetch(job, unread[0].url or "")
        state = PictureState.LINK if unread[1:] else PictureState.READ
        slot, data = unread[0].slot, start.data or b""

        def keep() -> Awaitable[Job | None]:
            return self._store.keep_further(job.id, slot, data, lambda now: _further(now, state), epoch=job.epoch)

        await self._outcomes.keep(job, keep)

    async def _fetch(self, job: Job, url: str) -> StartPicture:
        """With its bytes, whatever it was given as. Raises _Put when it cannot be had now, or never."""
        try:
            data = await fetch_picture(self._session, url, most_bytes(url))
            start = await self._workbench.run(read_start, data)
        except DownloadTroubled as error:
            raise _Put(await self._later(job, error, Reason.PICTURE_GONE)) from error
        except LinkDead as error:
            await self._outcomes.fail(job, Reason.PICTURE_GONE)
            raise _Put(None) from error
        except (BadPicture, WorkFailed) as error:
            raise _Put(await self._unusable(job, error)) from error
        return replace(start, data=start.data or data)

    async def _unusable(self, job: Job, error: BadPicture | WorkFailed) -> float | None:
        """What becomes of a job whose picture cannot be looked at or fitted; when to try again, or None."""
        match error:
            case NoChild():
                return await self._later(job, error, Reason.PICTURE_UNREAD)
            case WorkFailed():
                await self._outcomes.fail(job, Reason.PICTURE_UNDECODABLE)
            case BadPicture():
                await self._outcomes.fail(job, Reason(f"picture_{error.code}"), facts=error.facts)
        return None

    async def _later(self, job: Job, error: Exception, reason: Reason) -> float | None:
        if clock.now() - job.status_since > PATIENCE:
            await self._outcomes.fail(job, reason)
            return None
        log.info("The picture cannot be read yet: %s", error, extra={"job": job.id})
        return clock.now() + AGAIN_AFTER

    async def thumbnail(self, job: Job) -> bytes | None:
        """A small JPEG of the job's picture, for its card."""
        given = await self._store.picture(job.id)
        if given is None:
            return None
        try:
            _, small = await self._workbench.run(media.examine, given)
        except (BadPicture, WorkFailed) as error:
            log.warning("No small picture: %s", error, extra={"job": job.id})
            return None
        return small

    async def all_small(self, job: Job) -> bytes | None:
        """A small JPEG of all its pictures, for those who decide about them."""
        further = await self._store.further_pictures(job.id)
        order = (LAST, *references_in(further))
        beside = [data for slot in order if slot in further and (data := further[slot].data)]
        if not beside:
            return await self.thumbnail(job)
        first = await self._store.picture(job.id)
        try:
            return await self._workbench.run(media.side_by_side, [*([first] if first else []), *beside])
        except (BadPicture, WorkFailed) as error:
            log.warning("No small pictures: %s", error, extra={"job": job.id})
            return None

    async def fit(self, job: Job) -> float | None:
        """Bring the pictures to the size and weight that the model takes; when to try again, or None."""
        model = self._catalogue.find(job.request.model)
        if model is None:
            await self._outcomes.fail(job, Reason.MODEL_REMOVED)
            return None
        try:
            if job.picture is PictureState.READ:
                await self._fit_first(job, model)
            if job.further is PictureState.READ:
                await self._fit_further(job, model)
        except _Put as put:
            return put.off_to
        except (BadPicture, WorkFailed) as error:
            return await self._unusable(job, error)
        return None

    async def _fit_first(self, job: Job, model: Model) -> None:
        """Raises BadPicture, WorkFailed, _Put."""
        given = await self._store.picture(job.id)
        if model.picture is None or given is None:
            await self._outcomes.fail(job, Reason.MODEL_REMOVED if given else Reason.PICTURE_GONE)
            raise _Put(None)
        fitted = await self._fit_frame(job, model, given)
        await self._outcomes.keep(job, lambda: self._store.keep_fitted(job.id, fitted, epoch=job.epoch))

    async def _fit_further(self, job: Job, model: Model) -> None:
        """Raises BadPicture, WorkFailed, _Put."""
        pictures = await self._store.further_pictures(job.id)
        given = {slot: picture.data for slot, picture in pictures.items() if picture.data}
        if not given or len(given) < len(pictures):
            await self._outcomes.fail(job, Reason.PICTURE_GONE)
            raise _Put(None)
        fitted = {slot: await self._fit_one(job, model, slot, data) for slot, data in given.items()}
        await self._outcomes.keep(job, lambda: self._store.keep_further_fitted(job.id, fitted, epoch=job.epoch))

    async def _fit_one(self, job: Job, model: Model, slot: str, given: bytes) -> bytes:
        references, last = model.takes.references, model.takes.last_frame
        if (last if slot == LAST else references) is None:
            # the catalogue has changed since
            await self._outcomes.fail(job, Reason.MODEL_REMOVED)
            raise _Put(None)
        if slot == LAST or references is None:
            return await self._fit_frame(job, model, given)
        return await self._workbench.run(media.fit_whole, given, *references.sides, references.limit)

    async def _fit_frame(self, job: Job, model: Model, given: bytes) -> bytes:
        picture = model.picture
        if picture is None:
            await self._outcomes.fail(job, Reason.MODEL_REMOVED)
            raise _Put(None)
        frame, how = model.frame(job.request.size), str(job.request.fit)
        return await self._workbench.run(media.fit_frame, given, *frame, how, picture.limit, picture.sides[0])


class _Put(Exception):
    """The step is over: put off to a time, unix seconds, or for good with None."""

    def __init__(self, off_to: float | None) -> None:
        super().__init__(off_to)
        self.off_to = off_to


def _further(job: Job, state: PictureState) -> Job | None:
    return replace(job, further=state) if job.status in (Status.QUEUED, Status.IN_REVIEW) else None


def with_picture(job: Job, model: Model | None, picture: media.Picture) -> Job | None:
    """The job once its picture is stored, with the size that suits that where nobody chose one; None once it ended."""
    if job.status not in (Status.QUEUED, Status.IN_REVIEW):
        return None
    size = job.request.size
    if model and not job.request.size_given:
        size = choose_size(model, (picture.width, picture.height), job.request.seconds)
    return replace(job, picture=PictureState.READ, picture_url=None, request=replace(job.request, size=size))
