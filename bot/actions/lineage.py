"""Families drawn: posters of their clips as Discord has them, and the picture, made in child processes."""

import asyncio
import logging
import tempfile
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import clip
from ..display import Post
from ..errors import BadClip, BadPicture, DailiesError
from ..lineage import Portrait, draw_family
from ..sheets import Drawn
from ..tracker.batches import CLIP_MOST
from ..workbench import Workbench, WorkFailed

log = logging.getLogger(__name__)

# Of so many clips a poster is made for one picture, so many are read at a time, and whoever asked waits so long for
# them, seconds.
POSTERS_MOST, READ_AT_ONCE, READ_WITHIN = 24, 3, 20.0
# A poster's longest side in pixels: twice what it has in a family. So many are kept in memory, of some 15 kB each.
POSTER, KEPT = 320, 400
LONGEST_DRAWING = 60.0


@dataclass(frozen=True, kw_only=True)
class StoredClip:
    """A clip as Discord has it, of `size` bytes."""

    size: int
    read: Callable[[], Awaitable[bytes]]


FindClip = Callable[[Post], Awaitable[StoredClip | None]]
"""The clip that a message brings; None for one that is hidden. Raises DailiesError where there is none to be had."""


class Lineages:
    """One piece of work at a time: a place at the workbench stays free for pictures that somebody waits for."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._reading = asyncio.Semaphore(READ_AT_ONCE)
        self._turn = asyncio.Lock()
        self._served: set[int] = set()

    async def picture(
        self,
        member_id: int,
        clips: Mapping[str, Post],
        find: FindClip,
        portraits: Callable[[Mapping[str, bytes]], Sequence[Portrait]],
        title: str,
    ) -> Drawn | None:
        """A family with the posters of its `clips`; None where there can be none, and while a member has another."""
        if member_id in self._served:
            return None
        self._served.add(member_id)
        try:
            return await self.draw(portraits(await self.posters(clips, find)), title)
        finally:
            self._served.discard(member_id)

    async def posters(self, clips: Mapping[str, Post], find: FindClip) -> dict[str, bytes]:
        """Small JPEGs of the first of these clips, by the same keys; what is not to be had in time is left out."""
        wanted = list(clips.items())[:POSTERS_MOST]
        tasks = {asyncio.create_task(self._poster(post, find)): key for key, post in wanted}
        if not tasks:
            return {}
        try:
            done, _ = await asyncio.wait(tasks, timeout=READ_WITHIN)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return {tasks[task]: poster for task in done if (poster := task.result())}

    async def draw(self, portraits: Sequence[Portrait], title: str) -> Drawn | None:
        """None where there can be no picture."""
        try:
            async with self._turn:
                return await self._workbench.run(draw_family, portraits, title, seconds=LONGEST_DRAWING)
        except (WorkFailed, BadPicture) as error:
            log.warning("A family cannot be drawn: %s", error)
            return None

    async def _poster(self, post: Post, find: FindClip) -> bytes:
        """Empty for none. Whether the clip is still there is asked each time: what is gone is not shown from memory."""
        async with self._reading:
            try:
                found = await find(post)
                if found is None or found.size > CLIP_MOST:
                    return b""
                if (known := self._kept.get(post.message_id)) is not None:
                    self._kept.move_to_end(post.message_id)
                    return known
                made = await self._make(await found.read())
            except (DailiesError, OSError) as error:
                log.info("A clip is shown without its poster: %s", error)
                return b""
        self._kept[post.message_id] = made
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return made

    async def _make(self, data: bytes) -> bytes:
        """Empty for a clip that does not play, which is not read again."""
        with tempfile.TemporaryDirectory(prefix="tree-", ignore_cleanup_errors=True) as folder:
            file = Path(folder) / "clip.mp4"
            await asyncio.to_thread(file.write_bytes, data)
            try:
                async with self._turn:
                    return await self._workbench.run(clip.poster, file, POSTER)
            except BadClip:
                return b""
