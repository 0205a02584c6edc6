"""Evidence: a clip that moderators rejected is kept for them for a while, and nowhere else."""

import asyncio
import logging

from ..display import DEFAULT_UPLOAD
from ..errors import ClipMissing
from ..jobs import Job
from ..store import Store
from .clip_fitting import ClipFitting
from .clips import Clips
from .persistence import persist

log = logging.getLogger(__name__)

# For so long after the decision, seconds, and at most so many bytes of each clip.
KEPT_FOR = 30 * 24 * 3600.0
MOST = DEFAULT_UPLOAD


class Evidence:
    def __init__(self, store: Store, clips: Clips, clip_fitting: ClipFitting) -> None:
        self._store = store
        self._clips = clips
        self._clip_fitting = clip_fitting

    async def keep(self, job: Job, decided_at: float) -> None:
        """Copy the clips where nobody but moderators finds them, then discard them; harmless when that was done."""
        for part in range(job.parts):
            await self._keep_part(job, part, decided_at + KEPT_FOR)
        self._clip_fitting.forget(job)
        await self._clips.discard(job)
        self._clips.discard_poster(job)

    async def _keep_part(self, job: Job, part: int, until: float) -> None:
        try:
            file = await self._clip_fitting.fit(job, part, MOST)
        except ClipMissing:
            if not await self._clips.restore(job):
                return
            file = await self._clip_fitting.fit(job, part, MOST)
        if file is None:
            log.warning("The clip is too large to be kept as evidence", extra={"job": job.id})
            return
        data = await asyncio.to_thread(file.read_bytes)
        await persist(lambda: self._store.keep_evidence(job, f"clip{part or ''}", data, until))
