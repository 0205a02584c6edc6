"""Asking for a video: from a wish to a committed job, or to the rule that it breaks."""

import time
from dataclasses import replace
from typing import Any

from ..catalogue import Model
from ..jobs import Job, PictureState, card_face, job_id
from ..outlook import Outlook
from ..store import Post
from ..video_request import Refusal, VideoRequest, choose_size, parse
from .reading import Reading
from .wishes import Accepted, Ask


class Asking(Reading):
    async def submit(self, ask: Ask) -> Accepted | Refusal | None:
        """Commit a job for `ask`; or say which rule it breaks.

        None when this very event already made one, or its draft was sent already.
        """
        parent = await self._store.find(ask.parent_id) if ask.parent_id else None
        if parent and ask.keeps_picture:
            ask = await self._with_picture_of(parent, ask)
        request = parse(replace(ask.draft, **_picture_facts(ask)), self._catalogue)
        if isinstance(request, Refusal):
            return request
        read = await self._picture(ask)
        if isinstance(read, Refusal):
            return read
        if read and read.shape:
            request = self._fit_size(request, read.shape)
        job = self._new_job(ask, request, read=read is not None)
        if not await self._store.insert(job, read.data if read else None, draft_id=ask.draft_id):
            return None
        self._tracker.wake(job.id)
        return Accepted(job=job, thumbnail=read.thumbnail if read else None, parent=parent)

    async def card_shown(self, job: Job, message_id: int) -> None:
        """The card is there: remember where."""

        def keep(now_job: Job) -> Job:
            return replace(now_job, card_id=message_id, card_face=card_face(job))

        post = Post(key="card", channel_id=job.channel_id, message_id=message_id)
        await self._store.update(job.id, keep, epoch=None, posted=[post])
        self._tracker.wake(job.id)

    async def find(self, job_id: str) -> Job | None:
        return await self._store.find(job_id)

    @property
    def refused_models(self) -> frozenset[str]:
        """The ids of the models that the vendor refused lately. From memory."""
        return self._tracker.availability.refused

    def nearest(self, job: Job) -> Model | None:
        """The live model that comes nearest to the job's, when that one is not to be had."""
        return self._tracker.nearest(job)

    def outlook(self, job: Job) -> Outlook:
        """What the job can look forward to."""
        return self._tracker.outlook(job)

    def _fit_size(self, request: VideoRequest, shape: tuple[int, int]) -> VideoRequest:
        model = self._catalogue.find(request.model)
        if request.size_given or model is None:
            return request
        return replace(request, size=choose_size(model, shape, request.seconds))

    def _new_job(self, ask: Ask, request: VideoRequest, *, read: bool) -> Job:
        now = time.time()
        picture = PictureState.READ if read else PictureState.LINK if ask.link else PictureState.NONE
        return Job(
            id=job_id(ask.event_id),
            created_at=now,
            status_since=now,
            request=request,
            picture=picture,
            picture_url=ask.link.url if ask.link and not read else None,
            parent_id=ask.parent_id,
            asker_id=ask.asker_id,
            asker_name=ask.asker_name,
            guild_id=ask.guild_id,
            channel_id=ask.channel_id,
            locale=ask.locale,
            place=ask.place,
            worker=self._tracker.worker,
            epoch=1,
        )


def _picture_facts(ask: Ask) -> dict[str, Any]:
    """What the rules have to know of the picture."""
    return {"has_picture": bool(ask.link or ask.picture), "picture": ask.link.shape if ask.link else None}
