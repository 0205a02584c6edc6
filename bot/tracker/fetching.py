"""Fetching: take the clips that the vendor made, at once, and tell a hiccup from a clip that is not to be had."""

import logging

import aiohttp

from .. import clock
from ..download import ClipUnusable, DownloadTroubled, FolderTroubled, LinkDead, LinkRule, LinkUnsafe, fetch_clip
from ..errors import BadClip
from ..jobs import CLIP_LIFE, FINDABLE, LOOKABLE, Job, awaits_clip, clip_late, completed
from ..mulerun import Task
from ..outages import Outage
from ..reasons import Reason
from .clip_fitting import ClipFitting
from .clips import Clips
from .experience import made_at, took
from .outcomes import Outcomes, only_from

log = logging.getLogger(__name__)

# A vendor that says it is done and names no clip is believed after this long, seconds.
NO_VIDEO_FOR = 600.0


class Fetching:
    def __init__(
        self,
        session: aiohttp.ClientSession,
        link_rule: LinkRule,
        clips: Clips,
        clip_fitting: ClipFitting,
        outcomes: Outcomes,
    ) -> None:
        self._session = session
        self._link_rule = link_rule
        self._clips = clips
        self._clip_fitting = clip_fitting
        self._outcomes = outcomes
        began = f"No clip can be kept in {clips.folder}; those made meanwhile are lost when that lasts for an hour"
        self._full = Outage(log, began, f"Clips can be kept in {clips.folder} again", own=True)

    async def take(self, job: Job, task: Task) -> Job | None:
        """Fetch and check the clips of a finished task, whose links die within the hour.

        The job if anything about it is new. What is not to be had is tried again for as long as it may yet be.
        """
        if job.is_emptied:
            # nobody is to see it any more
            return await self._complete(job, task)
        if not task.videos:
            return await self._not_yet(job, Reason.NO_VIDEO, NO_VIDEO_FOR)
        try:
            await self._fetch(job, task.videos)
        except DownloadTroubled as error:
            if isinstance(error, FolderTroubled):
                self._full.met(error)
            else:
                log.info("The clip cannot be fetched yet: %s", error, extra={"job": job.id})
            return await self._not_yet(job, Reason.CLIP_LOST)
        except (LinkDead, ClipUnusable, BadClip) as error:
            log.info("The clip is not to be had: %s", error, extra={"job": job.id})
            return await self._not_yet(job, Reason.CLIP_LOST if isinstance(error, LinkDead) else Reason.CLIP_UNUSABLE)
        except LinkUnsafe as error:
            log.error("The clip's link is none to follow: %s", error, extra={"job": job.id})
            return await self._fail(job, Reason.CLIP_UNUSABLE)
        return await self._complete(job, task)

    async def _fetch(self, job: Job, links: tuple[str, ...]) -> None:
        """Raises what `fetch_clip` and `ClipFitting.check` raise."""
        try:
            for part, link in enumerate(links):
                await fetch_clip(self._session, link, self._clips.file(job, part), self._link_rule)
                self._full.over()
                await self._clip_fitting.check(job, part)
        except BadClip:
            await self._clips.discard(job)
            self._clips.discard_poster(job)
            raise

    async def _complete(self, job: Job, task: Task) -> Job | None:
        now = clock.now()
        done = only_from(FINDABLE, lambda stored: completed(stored, now, task.videos, made_at(job, task, now)))
        # one that was late to be had was not late to be made
        return await self._outcomes.write(job, done, took=None if awaits_clip(job) else took(job, task, now))

    async def _fail(self, job: Job, reason: Reason) -> Job | None:
        return await self._outcomes.fail(job, reason, among=LOOKABLE)

    async def _not_yet(self, job: Job, reason: Reason, patience: float = CLIP_LIFE) -> Job | None:
        """A storage may lag behind, and what is made is paid for: followed, whatever the job was taken for."""
        now = clock.now()
        if not awaits_clip(job):
            return await self._outcomes.write(job, only_from(FINDABLE, lambda stored: clip_late(stored, now)))
        return await self._fail(job, reason) if now - (job.waiting_since or now) > patience else None
