"""Storyboards: the message of each is kept true, with its shots as a strip of pictures."""

import asyncio
import contextlib
import logging
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from .. import clip, clock, media
from ..briefs.storyboard import Shot, Storyboard
from ..display import StoryboardDisplay
from ..errors import BadClip, BadPicture, ShowTroubled, VenueRefused
from ..sheets import draw_strip
from ..store import Store
from ..workbench import Workbench, WorkFailed
from .batches import CLIP_MOST
from .drawer import WITHOUT_DISPLAY
from .persistence import persist
from .tending import Tending

log = logging.getLogger(__name__)

Result = TypeVar("Result")

# Nobody else sees to a storyboard while its strip is made, seconds.
DRAWN_WITHIN = 120.0
LONGEST_WORK = 60.0
# The strip is done without after so many tries.
STRIP_TRIES = 2
# Of the longest side of a poster in a strip, pixels; so many are remembered.
POSTER = 480
POSTERS_KEPT = 300


class Storyboards:
    def __init__(self, store: Store, workbench: Workbench) -> None:
        self.display: StoryboardDisplay | None = None
        self._store = store
        self._workbench = workbench
        self._dues = store.storyboard_dues
        self._news = asyncio.Event()
        self._tending = Tending("storyboard", self._dues, self._news, self._see_to)
        self._posters: OrderedDict[str, bytes] = OrderedDict()
        self._turn = asyncio.Lock()

    def wake(self) -> None:
        """Something about a storyboard changed."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        await self._tending.run()

    async def _see_to(self, brief_id: str) -> None:
        if self.display is None:
            raise ShowTroubled("nothing is shown yet", retry_after=WITHOUT_DISPLAY)
        if board := await persist(lambda: self._store.storyboard(brief_id)):
            await self._show(self.display, board)

    # --- one storyboard

    async def _show(self, display: StoryboardDisplay, board: Storyboard) -> None:
        """Raises ShowTroubled, VenueRefused."""
        if board.brief.place_id is None:
            raise ShowTroubled("the brief has no place yet")
        strip = await self._strip(display, board)
        message_id = board.message_id
        if message_id is None and _in_doubt(board):
            message_id = await display.find_storyboard(board)
        if message_id is None or not await display.redraw_storyboard(board, message_id, strip):
            message_id = await display.show_storyboard(board, strip)
        shown = {"message_id": message_id, "drawn": board.version, "drawn_at": clock.now()}
        await persist(lambda: self._store.note_storyboard(board.brief.id, **shown))

    async def _strip(self, display: StoryboardDisplay, board: Storyboard) -> bytes | None:
        if not board.shots or board.tries > STRIP_TRIES:
            return None
        await persist(lambda: self._dues.hold(board.brief.id, clock.now() + DRAWN_WITHIN))
        async with self._turn:
            posters = {shot.id: await self._poster(display, board, shot) for shot in board.shots}
            panels = [
                replace(panel, poster=posters[shot.id])
                for shot, panel in zip(board.shots, display.panels(board), strict=True)
            ]
            drawn = await self._try(draw_strip, panels, display.heading(board))
        return drawn.picture if drawn else None

    async def _poster(self, display: StoryboardDisplay, board: Storyboard, shot: Shot) -> bytes | None:
        """None for one that there is none of, and of what is hidden."""
        if display.hides(board, shot):
            return None
        where = board.clip_of(shot)
        key = f"{where[1]}" if where else f"{shot.source}"
        if known := self._posters.get(key):
            self._posters.move_to_end(key)
            return known
        poster = await (self._of_clip(display, where) if where else self._of_picture(shot))
        if poster is not None:
            self._posters[key] = poster
            while len(self._posters) > POSTERS_KEPT:
                self._posters.popitem(last=False)
        return poster

    async def _of_clip(self, display: StoryboardDisplay, where: tuple[int, int]) -> bytes | None:
        data: bytes | None = None
        # one in a place that was closed since is left out
        with contextlib.suppress(VenueRefused):
            data = await display.read_clip(*where, CLIP_MOST)
        if data is None:
            return None
        with tempfile.TemporaryDirectory(prefix="shots-", ignore_cleanup_errors=True) as folder:
            file = Path(folder) / "shot.mp4"
            try:
                await asyncio.to_thread(file.write_bytes, data)
            except OSError as error:
                log.warning("A shot is shown without its picture: %s", error)
                return None
            return await self._try(clip.poster, file, POSTER)

    async def _of_picture(self, shot: Shot) -> bytes | None:
        given = await persist(lambda: self._store.shot_picture(shot.source)) if shot.has_picture else None
        examined = await self._try(media.examine, given) if given else None
        return examined[1] if examined else None

    async def _try(self, work: Callable[..., Result], *args: object) -> Result | None:
        try:
            return await self._workbench.run(work, *args, seconds=LONGEST_WORK, patient=True)
        except (WorkFailed, BadClip, BadPicture, OSError) as error:
            log.warning("A storyboard is shown without what cannot be drawn: %s", error)
            return None


def _in_doubt(board: Storyboard) -> bool:
    """Whether it may stand there although nobody could write that down; cheap enough to ask each first time."""
    return board.tries > 0 or board.version > 1
