"""Posting clips: as they are where they fit, as a copy where they do not, smaller each time, and at last as a link."""

import contextlib
import logging

from .. import clock
from ..display import DEFAULT_UPLOAD, Clip, ClipDisplay, Post, clip_key
from ..errors import ClipMissing, FileTooLarge, VenueRefused
from ..jobs import Job
from ..outlook import Outlook
from .clip_fitting import ClipFitting
from .clips import Clips

log = logging.getLogger(__name__)

# Discord forgets a nonce after "a few minutes"; after this long the history is read before posting, seconds.
NONCE_TRUSTED = 120.0
# How often a clip is offered, smaller each time, before it is linked.
UPLOADS = 3


def smaller_limit(refused: int) -> int:
    """What to try, in bytes, after Discord refused so many though they are within its limit, or they took too long.

    What it takes everywhere; below that, half. It promises boosted servers more than the 25 MiB that it documents for a
    whole request.
    """
    return DEFAULT_UPLOAD if refused > DEFAULT_UPLOAD else refused // 2


class ClipPosting:
    def __init__(self, clips: Clips, clip_fitting: ClipFitting) -> None:
        self._clips = clips
        self._clip_fitting = clip_fitting

    def in_doubt(self, job: Job) -> bool:
        """Whether what is to be said may have been said already, longer ago than Discord remembers a nonce.

        A clip that was fetched twice may have been posted the first time; its age counts from when it was made.
        """
        began = min(job.status_since, job.made_at or job.status_since)
        return clock.latest() - began > NONCE_TRUSTED or not self._clips.are_here(job)

    async def prepare(self, display: ClipDisplay, job: Job) -> None:
        """Have clips that are too large here made smaller, before the channel's turn is taken. Raises ShowTroubled."""
        limit = await display.limit(job)
        # what is not there may have been posted: that is found out when it is
        with contextlib.suppress(ClipMissing):
            for part in range(job.parts):
                await self._clip_fitting.fit(job, part, limit)

    async def post_all(
        self, display: ClipDisplay, job: Job, outlook: Outlook, channel_id: int
    ) -> tuple[tuple[Post, ...], bool]:
        """The messages, and whether Discord has every clip as it was made.

        Raises ClipMissing, ShowTroubled, VenueRefused.
        """
        posts, uploaded = [], True
        for part in range(job.parts):
            message_id, whole = await self._post(display, job, outlook, channel_id, part)
            uploaded = uploaded and whole
            if message_id:
                posts.append(Post(key=clip_key(part), channel_id=channel_id, message_id=message_id))
        return tuple(posts), uploaded

    async def _post(
        self, display: ClipDisplay, job: Job, outlook: Outlook, channel_id: int, part: int
    ) -> tuple[int | None, bool]:
        """The message's id, and whether the clip is in it as it was made."""
        original = self._clips.file(job, part)
        if not original.is_file():
            if found := await display.find(job, channel_id, part, 0):
                return found
            raise ClipMissing(original.name)
        size, limit = original.stat().st_size, await display.limit(job)
        for chance in reversed(range(UPLOADS + 1)):
            file = await self._clip_fitting.fit(job, part, limit) if chance else None
            # only now: a copy may take longer to make than Discord remembers a nonce
            if self.in_doubt(job) and (found := await display.find(job, channel_id, part, size)):
                return found
            became = file.stat().st_size if file else None
            clip = Clip(part=part, size=size, file=file, became=became, is_copy=file != original)
            try:
                return await display.post(job, outlook, channel_id, clip), file == original
            except FileTooLarge as error:
                log.warning("The clip is too large here: %s", error, extra={"job": job.id})
                limit = smaller_limit(became or limit)
        raise VenueRefused("not even a link is taken")
