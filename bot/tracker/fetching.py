"""Fetching: take the clips that the vendor made, at once, and tell a hiccup from a clip that is not to be had."""

import logging
import time
from collections import Counter
from dataclasses import replace

import aiohttp

from ..download import ClipUnusable, DownloadTroubled, FolderTroubled, LinkDead, LinkRule, LinkUnsafe, fetch_clip
from ..errors import BadClip
from ..jobs import CLIP_LIFE, LOOKABLE, Job, Status, change, told_late
from ..mulerun import Task
from ..outages import Outage
from ..reasons import Reason
from .clip_fitting import ClipFitting
from .clips import Clips
from .experience import took
from .outcomes import Outcomes, only_from

log = logging.getLogger(__name__)

# So often a link has to be dead, or what it leads to no clip, before that is believed: a hiccup looks the same.
BELIEVED_AFTER = 3


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
        self._doubts: Counter[str] = Counter()
        began = f"No clip can be kept in {clips.folder}; those made meanwhile are lost when that lasts for an hour"
        self._full = Outage(log, began, f"Clips can be kept in {clips.folder} again", own=True)

    def forget(self, job_id: str) -> None:
        self._doubts.pop(job_id, None)

    async def take(self, job: Job, task: Task) -> Job | None:
        """Fetch and check the clips of a finished task, whose links die within the hour.

        The job if anything about it is new; None when it is to be tried again.
        """
        if not task.videos:
            return await self._fail(job, Reason.NO_VIDEO)
        try:
            await self._fetch(job, task.videos)
        except DownloadTroubled as error:
            if isinstance(error, FolderTroubled):
                self._full.met(error)
            else:
                log.info("The clip cannot be fetched yet: %s", error, extra={"job": job.id})
            gone = time.time() - (task.updated_at or job.status_since) > CLIP_LIFE
            return await (self._fail(job, Reason.CLIP_LOST) if gone else self._follow(job))
        except (LinkDead, ClipUnusable, BadClip) as error:
            log.info("The clip cannot be had: %s", error, extra={"job": job.id})
            return await self._doubt(job, Reason.CLIP_LOST if isinstance(error, LinkDead) else Reason.CLIP_UNUSABLE)
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
        made_at = task.updated_at or time.time()

        def complete(now: Job) -> Job:
            made = change(now, time.time(), Status.COMPLETED, links=task.videos, made_at=made_at)
            return replace(made, reason=None, detail=None)

        self.forget(job.id)
        return await self._outcomes.write(job, only_from(LOOKABLE, complete), took=took(job, task))

    async def _doubt(self, job: Job, reason: Reason) -> Job | None:
        self._doubts[job.id] += 1
        return await (self._fail(job, reason) if self._doubts[job.id] >= BELIEVED_AFTER else self._follow(job))

    async def _fail(self, job: Job, reason: Reason) -> Job | None:
        self.forget(job.id)
        return await self._outcomes.fail(job, reason, among=LOOKABLE)

    async def _follow(self, job: Job) -> Job | None:
        """The clip is made but not here yet: nobody watches a job that was left, so take it up again."""
        if job.status is not Status.UNFOLLOWED and not told_late(job):
            return None
        return await self._outcomes.write(job, only_from((Status.UNFOLLOWED, Status.EXPIRED), _followed))


def _followed(job: Job) -> Job:
    return change(job, time.time(), Status.PROCESSING, late=False)
