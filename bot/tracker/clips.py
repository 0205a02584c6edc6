"""Finished clips on their way to Discord: on this disk with what was made of them, and in the database if it lasts."""

import asyncio
import logging
import os
from collections.abc import Collection
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from ..jobs import Job
from ..store import Store

log = logging.getLogger(__name__)


class Clips:
    """`folder` is this machine's. Where one process has database and disk to itself, a second copy serves nobody."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self._store = store
        self._kept: set[str] = set()

    def file(self, job: Job, part: int) -> Path:
        return self.folder / f"{job.id}-{part}.mp4"

    def copy(self, job: Job, part: int, limit: int) -> Path:
        """Where a copy that was made to fit `limit` bytes is."""
        return self.folder / f"{job.id}-{part}-{limit}.mp4"

    def is_of(self, job: Job, file: Path) -> bool:
        return file.name.startswith(f"{job.id}-")

    def are_here(self, job: Job) -> bool:
        return all(self.file(job, part).is_file() for part in range(job.parts))

    async def keep(self, job: Job) -> None:
        """They cannot go to Discord now: put them where they outlive this machine."""
        if self._store.is_exclusive or job.id in self._kept:
            return
        try:
            for part in range(job.parts):
                await self._store.keep_clip(job.id, part, self.file(job, part))
        except (OSError, DBAPIError) as error:
            # they are still on the disk, and it is tried again with the next failure
            log.warning("The clip cannot be kept in the database: %s", type(error).__name__, extra={"job": job.id})
            return
        self._kept.add(job.id)
        log.info("The clip cannot be posted yet; it is kept in the database", extra={"job": job.id})

    async def restore(self, job: Job) -> bool:
        """Bring them from the database to this disk; False when any is missing."""
        if self._store.is_exclusive:
            return False
        for part in range(job.parts):
            file = self.file(job, part)
            if not file.is_file() and not await self._store.restore_clip(job.id, part, file):
                return False
        self._kept.add(job.id)
        return True

    async def discard(self, job: Job) -> None:
        """Discord has them now."""
        await asyncio.to_thread(self._remove, job)
        # a copy may be from a life before, or another worker's
        if not self._store.is_exclusive:
            await self._store.discard_clips(job.id)
            self._kept.discard(job.id)

    async def discard_copies(self, job: Job) -> None:
        """Discord has what was made of them, or nothing; the clips themselves stay with whoever runs the bot."""
        await asyncio.to_thread(self._remove, job, {self.file(job, part) for part in range(job.parts)})

    def _remove(self, job: Job, but: Collection[Path] = ()) -> None:
        """Also what a crash left half written."""
        for file in self.folder.glob(f"{job.id}-*"):
            if file not in but:
                file.unlink(missing_ok=True)

    async def discard_emptied(self) -> None:
        """What is on this disk of jobs that were emptied, whichever worker did."""
        here = {file.name.partition("-")[0].partition(".")[0] for file in await asyncio.to_thread(self._files)}
        for job_id in await self._store.emptied_among(here) if here else ():
            for file in (*self.folder.glob(f"{job_id}-*"), *self.folder.glob(f"{job_id}.*")):
                file.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return list(self.folder.iterdir()) if self.folder.is_dir() else []

    # --- the card's picture

    async def keep_poster(self, job: Job, picture: bytes) -> None:
        """Have a picture of the clip ready for when the card is drawn; one that cannot be kept is no loss."""
        file = self._poster(job)
        partial = file.with_suffix(".part")
        try:
            await asyncio.to_thread(partial.write_bytes, picture)
            os.replace(partial, file)
        except OSError as error:
            log.warning("The clip's picture cannot be kept: %s", error, extra={"job": job.id})

    async def poster(self, job: Job) -> bytes | None:
        try:
            return await asyncio.to_thread(self._poster(job).read_bytes)
        except OSError:
            return None

    def discard_poster(self, job: Job) -> None:
        """The card shows it now, or there is no card."""
        self._poster(job).unlink(missing_ok=True)

    def _poster(self, job: Job) -> Path:
        return self.folder / f"{job.id}.jpg"
