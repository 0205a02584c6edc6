"""Comparing: what helps people to compare takes is made of their clips, in child processes; what fails is left out."""

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from .. import clip
from ..display import DEFAULT_UPLOAD, Caption, Captions, Sample
from ..errors import BadClip, BadPicture
from ..sheets import Tile, draw_contact, draw_grid
from ..workbench import Workbench, WorkFailed

log = logging.getLogger(__name__)

Result = TypeVar("Result")

# In step so many can be looked at; encoding them takes longer than they last. Seconds.
IN_STEP = 4
FEWEST = 2
LONGEST_WORK = 120.0
# Of the longest side of a poster that stands among others, pixels.
POSTER = 960


class Comparing:
    """One batch at a time, and only while nobody wants the processor for what somebody waits for."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._turn = asyncio.Lock()

    async def sample(self, clips: Mapping[int, bytes], captions: Captions) -> Sample:
        """A contact sheet of all takes and a grid clip of the first few, by the clips of those that there are."""
        async with self._turn:
            with tempfile.TemporaryDirectory(prefix="takes-", ignore_cleanup_errors=True) as folder:
                files = {number: Path(folder) / f"{number}.mp4" for number in clips}
                try:
                    await asyncio.to_thread(_write, files, clips)
                except OSError as error:
                    log.warning("Takes cannot be laid beside each other: %s", error)
                    return Sample()
                posters = {number: await self._try(clip.poster, file, POSTER) for number, file in files.items()}
                shown = {number: file for number, file in files.items() if posters[number]}
                return Sample(
                    contact=await self._contact(posters, captions),
                    grid=await self._grid(shown, captions, Path(folder) / "grid.mp4"),
                )

    async def contact(self, captions: Captions, read: Callable[[int], Awaitable[bytes | None]]) -> bytes | None:
        """A contact sheet of takes that may be many: the clip of each is read when its turn comes, and not kept."""
        posters = {}
        for number in (one.number for one in captions.takes):
            if (data := await read(number)) and (poster := await self._poster(number, data)):
                posters[number] = poster
        if not posters:
            return None
        seen = replace(captions, takes=tuple(one for one in captions.takes if one.number in posters))
        async with self._turn:
            return await self._contact(posters, seen)

    async def _poster(self, number: int, data: bytes) -> bytes | None:
        async with self._turn:
            with tempfile.TemporaryDirectory(prefix="takes-", ignore_cleanup_errors=True) as folder:
                file = Path(folder) / f"{number}.mp4"
                try:
                    await asyncio.to_thread(file.write_bytes, data)
                except OSError as error:
                    log.warning("A take cannot be looked at: %s", error)
                    return None
                return await self._try(clip.poster, file, POSTER)

    async def _contact(self, posters: Mapping[int, bytes | None], captions: Captions) -> bytes | None:
        tiles = [_tile(one, posters.get(one.number)) for one in captions.takes]
        drawn = await self._try(draw_contact, tiles, captions.title)
        return drawn.picture if drawn else None

    async def _grid(self, files: Mapping[int, Path], captions: Captions, target: Path) -> bytes | None:
        shown = [one for one in captions.takes if one.number in files][:IN_STEP]
        if len(shown) < FEWEST:
            return None
        takes, labels = [files[one.number] for one in shown], [str(one.number) for one in shown]
        made = await self._try(draw_grid, takes, labels, target, DEFAULT_UPLOAD)
        return await asyncio.to_thread(target.read_bytes) if made else None

    async def _try(self, work: Callable[..., Result], *args: object) -> Result | None:
        try:
            return await self._workbench.run(work, *args, seconds=LONGEST_WORK, patient=True)
        except (WorkFailed, BadClip, BadPicture, OSError) as error:
            log.warning("What helps to compare takes is left out: %s", error)
            return None


def _tile(one: Caption, poster: bytes | None) -> Tile:
    return Tile(number=str(one.number), poster=poster, lines=one.lines, reason=one.reason, won=one.won)


def _write(files: Mapping[int, Path], clips: Mapping[int, bytes]) -> None:
    for number, file in files.items():
        file.write_bytes(clips[number])
