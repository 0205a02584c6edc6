"""Fitting clips: each is checked before anybody is shown it, and made small enough for where it goes."""

import asyncio
import logging
import os
import uuid
from pathlib import Path

from .. import clip
from ..errors import BadClip, ClipMissing
from ..jobs import Job
from ..workbench import NoChild, Workbench, WorkFailed
from .clips import Clips

log = logging.getLogger(__name__)

# Encoding a clip of some minutes takes about as long as it lasts, on two cores that others use, too; seconds.
LONGEST_WORK = 300.0


class ClipFitting:
    """Heavy work is the workbench's; one clip is made smaller at a time, so that a place stays free for pictures."""

    def __init__(self, clips: Clips, workbench: Workbench) -> None:
        self._clips = clips
        self._workbench = workbench
        self._turn = asyncio.Lock()
        self._plays: dict[Path, bool] = {}
        self._hopeless: set[Path] = set()

    async def check(self, job: Job, part: int) -> None:
        """Look at a clip that was just fetched, and take the card's picture out of the first.

        Raises BadClip when it does not play. One that nobody can look at is taken as it is: it is paid for.
        """
        file = self._clips.file(job, part)
        try:
            facts, poster = await self._workbench.run(clip.examine, file)
        except WorkFailed as error:
            log.warning("The clip cannot be looked at (%s); it is taken as it is", error, extra={"job": job.id})
            return
        self._plays[file] = clip.plays_inline(facts)
        if poster and part == 0:
            await self._clips.keep_poster(job, poster)

    async def fit(self, job: Job, part: int, limit: int) -> Path | None:
        """The file to upload where `limit` bytes are taken: the clip itself, or a copy, which is made once.

        None when it cannot be made to fit. Raises ClipMissing.
        """
        file = self._clips.file(job, part)
        try:
            fits = file.stat().st_size <= limit
        except FileNotFoundError as error:
            raise ClipMissing(file.name) from error
        if fits and await self._plays_inline(file):
            return file
        copy = self._clips.copy(job, part, limit)
        async with self._turn:
            if not copy.is_file() and copy not in self._hopeless:
                await self._shrink(job, file, copy, limit)
        if copy.is_file():
            return copy
        return file if fits else None

    def forget(self, job: Job) -> None:
        """Discord has its clips, or will not have them."""
        for part in range(job.parts):
            self._plays.pop(self._clips.file(job, part), None)
        self._hopeless = {copy for copy in self._hopeless if not self._clips.is_of(job, copy)}

    async def _plays_inline(self, file: Path) -> bool:
        """After a start it is not known any more. What cannot be looked at may play as it is."""
        if file not in self._plays:
            try:
                self._plays[file] = clip.plays_inline(await self._workbench.run(clip.check, file))
            except (BadClip, WorkFailed):
                return True
        return self._plays[file]

    async def _shrink(self, job: Job, file: Path, copy: Path, limit: int) -> None:
        # two processes may share the folder
        partial = copy.with_name(f"{copy.stem}-{uuid.uuid4().hex[:8]}.part")
        try:
            shrunk = await self._workbench.run(clip.shrink, file, partial, limit, seconds=LONGEST_WORK, patient=True)
            await asyncio.to_thread(_settle, partial, copy)
        except (BadClip, WorkFailed, OSError) as error:
            log.warning("The clip cannot be made to fit %d bytes: %s", limit, error, extra={"job": job.id})
            if not isinstance(error, NoChild):
                self._hopeless.add(copy)
        else:
            log.info("Made the clip fit %d bytes: %s, %d bytes", limit, shrunk.way, shrunk.size, extra={"job": job.id})
        finally:
            partial.unlink(missing_ok=True)


def _settle(partial: Path, copy: Path) -> None:
    """Durable before it has its name: what has the name is uploaded."""
    # for writing, or Windows does not let it be synced
    with partial.open("r+b") as file:
        os.fsync(file.fileno())
    os.replace(partial, copy)
