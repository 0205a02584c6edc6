"""Going on: the last frame of another job's clip becomes the picture of the job that awaits it, once it is there."""

import asyncio
import logging
from dataclasses import replace

from .. import clock
from ..awaiting import BROUGHT_WITHIN, REASONS, Before, stands, waited_since
from ..catalogue import Catalogue
from ..display import BatchDisplay, clip_key
from ..errors import BadPicture, ShowTroubled, VenueRefused
from ..jobs import Job, Status, failed
from ..reasons import Reason
from ..start_picture import CLIP_MOST, StartPicture, read_start
from ..store import Store
from ..workbench import NoChild, Workbench, WorkFailed
from .clips import Clips
from .lanes import Lanes
from .outcomes import Outcomes
from .persistence import persist
from .pictures import AGAIN_AFTER, with_picture

log = logging.getLogger(__name__)

# A place that is closed to the bot, and a workbench that is away, are tried again this often, seconds.
CLOSED_AGAIN = 60.0
# So many clips are in memory at once to take a frame of.
AT_ONCE = 2


class GoingOn:
    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        workbench: Workbench,
        outcomes: Outcomes,
        lanes: Lanes,
        clips: Clips,
    ) -> None:
        self.display: BatchDisplay | None = None
        self._store = store
        self._catalogue = catalogue
        self._workbench = workbench
        self._outcomes = outcomes
        self._lanes = lanes
        self._clips = clips
        self._hands = asyncio.Semaphore(AT_ONCE)

    async def read(self, job: Job) -> float | None:
        """Take the picture that the job awaits, if it is there; when to look again, unix seconds, or None.

        Whatever happens to the other job wakes this one, where one process carries both.
        """
        self._lanes.wake_after(job.id, job.parent_id or "")
        parent = await persist(lambda: self._store.find(job.parent_id or ""))
        match stands(job, parent, clock.now()):
            case Before.THERE if parent:
                return await self._go_on(job, parent)
            case Before.FAILED | Before.GONE as before:
                await self._give_up(job, REASONS[before])
                return None
            case _:
                return clock.now() + AGAIN_AFTER

    async def _go_on(self, job: Job, parent: Job) -> float | None:
        try:
            async with self._hands:
                clip = await self._read(parent)
                if clip is None:
                    # it is on its way to Discord
                    return clock.now() + AGAIN_AFTER
                start = await self._workbench.run(read_start, clip)
        except ShowTroubled as error:
            # it is there, and Discord is not
            log.info("The clip before it cannot be read yet: %s", error, extra={"job": job.id})
            return clock.now() + max(error.retry_after or 0.0, AGAIN_AFTER)
        except (VenueRefused, NoChild) as error:
            return await self._later(job, parent, error)
        except (BadPicture, WorkFailed, _ClipGone) as error:
            log.warning("There is nothing to go on from: %s", error, extra={"job": job.id})
            await self._give_up(job, Reason.BEFORE_GONE)
            return None
        # it may have been taken back while it was read
        now_parent = await persist(lambda: self._store.find(parent.id))
        if stands(job, now_parent, clock.now()) is Before.THERE:
            await self._keep(job, now_parent or parent, start)
        return clock.now()

    async def _read(self, parent: Job) -> bytes | None:
        """The last clip of a finished job, None while nobody but its worker has it.

        Raises _ClipGone, ShowTroubled, VenueRefused.
        """
        part = max(parent.parts - 1, 0)
        try:
            return await asyncio.to_thread(self._clips.file(parent, part).read_bytes)
        except OSError:
            # it was posted, or is on another worker's disk
            pass
        post = (await persist(lambda: self._store.posts(parent.id))).get(clip_key(part))
        if post is None:
            kept = await persist(lambda: self._store.kept_clip(parent.id, part))
            if kept is None and parent.shown is Status.COMPLETED:
                raise _ClipGone("its message was deleted")
            return kept
        if self.display is None:
            raise ShowTroubled("nothing is shown yet")
        clip = await self.display.read_clip(post.channel_id, post.message_id, CLIP_MOST)
        if clip is None:
            raise _ClipGone("its message has no clip")
        return clip

    async def _keep(self, job: Job, parent: Job, start: StartPicture) -> None:
        """The job's patience begins anew: what it waited for until now was not its own."""
        model = self._catalogue.find(job.request.model)

        def keep(now: Job) -> Job | None:
            read = with_picture(now, model, start.picture) if _still_awaits(now, job) else None
            if read is None:
                return None
            since = clock.now() if read.status is Status.QUEUED else read.status_since
            return replace(read, status_since=since, spoiler=read.spoiler or parent.spoiler)

        await persist(lambda: self._store.keep_picture(job.id, start.data or b"", keep, epoch=job.epoch))
        self._outcomes.changed(job)

    async def _later(self, job: Job, parent: Job, error: Exception) -> float | None:
        if clock.now() - waited_since(job, parent) > BROUGHT_WITHIN:
            log.warning("The clip before it cannot be read: %s", error, extra={"job": job.id})
            await self._give_up(job, Reason.BEFORE_GONE)
            return None
        log.info("The clip before it cannot be read yet: %s", error, extra={"job": job.id})
        return clock.now() + CLOSED_AGAIN

    async def _give_up(self, job: Job, reason: Reason) -> None:
        """Unless it goes on from another one by now, which took the place of that one."""

        def fail(now: Job) -> Job | None:
            return failed(now, clock.now(), reason) if _still_awaits(now, job) else None

        await self._outcomes.write(job, fail)


class _ClipGone(Exception):
    """A clip that was posted is not there any more."""


def _still_awaits(now: Job, before: Job) -> bool:
    waits = now.status in (Status.QUEUED, Status.IN_REVIEW)
    return waits and now.is_awaiting and now.parent_id == before.parent_id
