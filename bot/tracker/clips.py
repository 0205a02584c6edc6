"""Finished clips on their way to Discord: on this disk, and in the database when that takes longer."""

import logging
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from ..jobs import Job
from ..store import Store

log = logging.getLogger(__name__)


class Clips:
    """`folder` is this machine's. Where one process has database and disk to itself, a second copy serves nobody."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._kept: set[str] = set()

    def file(self, job: Job, part: int) -> Path:
        return self._folder / f"{job.id}-{part}.mp4"

    def are_here(self, job: Job) -> bool:
        return all(self.file(job, part).is_file() for part in range(len(job.clips)))

    async def keep(self, job: Job) -> None:
        """Discord does not take them now: put them where they outlive this machine."""
        if self._store.is_exclusive or job.id in self._kept:
            return
        try:
            for part in range(len(job.clips)):
                await self._store.keep_clip(job.id, part, self.file(job, part))
        except (OSError, DBAPIError) as error:
            # they are still on the disk, and it is tried again with the next failure
            log.warning("The clip cannot be kept in the database: %s", type(error).__name__, extra={"job": job.id})
            return
        self._kept.add(job.id)
        log.info("Discord does not take the clip; it is kept in the database", extra={"job": job.id})

    async def restore(self, job: Job) -> bool:
        """Bring them from the database to this disk; False when any is missing."""
        if self._store.is_exclusive:
            return False
        for part in range(len(job.clips)):
            file = self.file(job, part)
            if not file.is_file() and not await self._store.restore_clip(job.id, part, file):
                return False
        self._kept.add(job.id)
        return True

    async def discard(self, job: Job) -> None:
        """Discord has them now."""
        for part in range(len(job.clips)):
            self.file(job, part).unlink(missing_ok=True)
        if job.id in self._kept:
            await self._store.discard_clips(job.id)
            self._kept.discard(job.id)
