"""A job's picture, before it is sent: read late when the command had no time for it, then fitted to the frame."""

import logging
from dataclasses import replace

import aiohttp

from .. import clock, media
from ..catalogue import Catalogue, Model
from ..download import DownloadTroubled, LinkDead, fetch_picture
from ..errors import BadPicture
from ..jobs import Job, PictureState, Status
from ..reasons import Reason
from ..start_picture import most_bytes, read_start
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
        """Fetch the picture behind the job's link and check it; when to try again, or None."""
        try:
            url = job.picture_url or ""
            data = await fetch_picture(self._session, url, most_bytes(url))
            start = await self._workbench.run(read_start, data)
        except BadPicture as error:
            await self._outcomes.fail(job, Reason(f"picture_{error.code}"), facts=error.facts)
            return None
        except NoChild as error:
            return await self._later(job, error, Reason.PICTURE_UNREAD)
        except WorkFailed:
            await self._outcomes.fail(job, Reason.PICTURE_UNDECODABLE)
            return None
        except LinkDead:
            await self._outcomes.fail(job, Reason.PICTURE_GONE)
            return None
        except DownloadTroubled as error:
            return await self._later(job, error, Reason.PICTURE_GONE)
        model = self._catalogue.find(job.request.model)
        kept, picture = start.data or data, start.picture
        await self._store.keep_picture(job.id, kept, lambda now: _read(now, model, picture), epoch=job.epoch)
        return clock.now()

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

    async def fit(self, job: Job) -> float | None:
        """Bring the picture to the size and weight that the model takes; when to try again, or None."""
        model = self._catalogue.find(job.request.model)
        given = await self._store.picture(job.id)
        if model is None or model.picture is None or given is None:
            await self._outcomes.fail(job, Reason.MODEL_REMOVED if given else Reason.PICTURE_GONE)
            return None
        try:
            fitted = await self._workbench.run(
                media.fit_frame,
                given,
                *model.frame(job.request.size),
                str(job.request.fit),
                model.picture.limit,
                model.picture.sides[0],
            )
        except BadPicture as error:
            await self._outcomes.fail(job, Reason(f"picture_{error.code}"), facts=error.facts)
            return None
        except NoChild as error:
            return await self._later(job, error, Reason.PICTURE_UNREAD)
        except WorkFailed:
            await self._outcomes.fail(job, Reason.PICTURE_UNDECODABLE)
            return None
        await self._store.keep_fitted(job.id, fitted, epoch=job.epoch)
        return None


def _read(job: Job, model: Model | None, picture: media.Picture) -> Job | None:
    if job.status not in (Status.QUEUED, Status.IN_REVIEW):
        return None
    size = job.request.size
    if model and not job.request.size_given:
        size = choose_size(model, (picture.width, picture.height), job.request.seconds)
    return replace(job, picture=PictureState.READ, picture_url=None, request=replace(job.request, size=size))
