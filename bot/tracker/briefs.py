"""Briefs: each is opened in its thread, its board kept true, its phases told, its deadlines kept, whoever stops."""

import asyncio
import contextlib
import logging
from dataclasses import replace

from .. import clock
from ..briefs.brief import Brief, Halt, after_deadline, moved, sleeps
from ..briefs.desk import BriefRecord, Desk
from ..briefs.drawing import may_draw_from
from ..briefs.ideas import Idea, open_ideas
from ..briefs.record import on_sheet
from ..display import BriefDisplay
from ..errors import ShowTroubled, VenueRefused
from ..store import Store
from .batches import CLIP_MOST
from .clip_posting import NONCE_TRUSTED
from .comparing import Comparing
from .drawer import WITHOUT_DISPLAY
from .persistence import persist
from .take_votes import end_vote
from .tending import Tending

log = logging.getLogger(__name__)

# Nobody else sees to a brief while its record is made, and the contact sheet within that; seconds.
TOLD_WITHIN, CONTACT_WITHIN = 300.0, 240.0
# It is done without after so many tries.
CONTACT_TRIES = 2


class Briefs:
    def __init__(self, store: Store, comparing: Comparing) -> None:
        self.display: BriefDisplay | None = None
        self._store = store
        self._dues = store.brief_dues
        self._comparing = comparing
        self._news = asyncio.Event()
        self._tending = Tending("brief", self._dues, self._news, self._see_to)

    def wake(self) -> None:
        """Something about a brief changed."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        await self._tending.run()

    async def _see_to(self, brief_id: str) -> None:
        if self.display is None:
            raise ShowTroubled("nothing is shown yet", retry_after=WITHOUT_DISPLAY)
        if brief := await persist(lambda: self._store.find_brief(brief_id)):
            await self._show(self.display, brief)

    # --- one brief

    async def _show(self, display: BriefDisplay, brief: Brief) -> None:
        """Everything that lags behind, in the order in which people read it. Raises ShowTroubled, VenueRefused."""
        brief = await self._keep_time(brief)
        seen = brief.version
        if brief.card_id is None:
            found = await display.find_card(brief) or await display.show_card(brief)
            brief = await self._note(brief, card_id=found)
        if brief.place_id is None:
            brief = await self._note(brief, place_id=await display.open(brief))
            await display.mark(brief)
        if brief.told_step < brief.step:
            if brief.is_closed and brief.board_id is not None:
                # its record takes some time, and nobody is to press in vain meanwhile
                await self._draw(display, brief, seen)
            brief = await self._tell(display, brief)
        elif brief.sheet_at is not None and await self._has_lost_take(brief, brief.sheet_at):
            brief = await self._take_sheet_away(display, brief)
        await self._draw(display, brief, seen)
        if sleeps(brief, clock.now()):
            # noted first: to ask twice would be worse than not at all
            brief = await self._note(brief, asked_at=clock.now())
            await display.ask_whether_over(brief)

    async def _keep_time(self, brief: Brief) -> Brief:
        """A phase whose time is up ends, once: whoever comes later finds another step."""
        now = clock.now()
        if brief.ends_at is None or now < brief.ends_at or brief.is_closed:
            return brief

        def move(known: Brief, ideas: list[Idea]) -> Brief | Halt:
            if known.step != brief.step or known.ends_at is None:
                return Halt.MOVED_ON
            to = after_deadline(known, open_ideas(ideas))
            return moved(known, to, now) if to else replace(known, ends_at=None)

        after = await persist(lambda: self._store.change_brief(brief.id, move))
        return after if isinstance(after, Brief) else await self._reread(brief)

    async def _tell(self, display: BriefDisplay, brief: Brief) -> Brief:
        desk = await self._desk(brief)
        brief = desk.brief
        in_doubt = clock.latest() - brief.phase_since > NONCE_TRUSTED
        told_id, sheet_id = await display.find_phase(brief) if in_doubt else None, brief.sheet_id
        if brief.is_closed:
            sheet_id = told_id or await self._tell_record(display, brief)
        elif told_id is None:
            await display.tell_phase(desk)
        await display.mark(brief)
        return await self._note(brief, told_step=brief.step, sheet_id=sheet_id)

    async def _tell_record(self, display: BriefDisplay, brief: Brief) -> int | None:
        """Its message. The sheet of an earlier record goes: one is looked after, from before it is made."""
        if brief.sheet_id is not None:
            brief = await self._take_sheet_away(display, brief)
        if brief.sheet_at is None:
            await self._note(brief, sheet_at=clock.now())
        record = await self._record(brief)
        return await display.tell_record(record, await self._contact(display, record))

    async def _has_lost_take(self, brief: Brief, since: float) -> bool:
        return await persist(lambda: self._store.has_lost_take(brief, since))

    async def _take_sheet_away(self, display: BriefDisplay, brief: Brief) -> Brief:
        """Noted after: whoever comes back from a crash does it once more."""
        await display.take_sheet_away(brief)
        return await self._note(brief, sheet_id=None, sheet_at=None)

    async def _record(self, brief: Brief) -> BriefRecord:
        """With what came of every vote: who closes a brief ends those that were going on."""
        record = await self._read_record(brief)
        going_on = [reel for reel in record.reels if reel.batch.is_compared]
        for reel in going_on:
            await end_vote(self._store, reel)
        return await self._read_record(brief) if going_on else record

    async def _read_record(self, brief: Brief) -> BriefRecord:
        record = await persist(lambda: self._store.brief_record(brief.id))
        if record is None:
            raise ShowTroubled("the brief is gone")
        return record

    async def _contact(self, display: BriefDisplay, record: BriefRecord) -> bytes | None:
        """That a brief is over has to be told: what takes too long, or failed before, is done without."""
        brief, captions = record.desk.brief, display.contact_captions(record)
        clips = {take.number: take.clip for _, take in on_sheet(record)}
        if not clips or brief.tries >= CONTACT_TRIES:
            return None
        await persist(lambda: self._dues.hold(brief.id, clock.now() + TOLD_WITHIN))

        async def read(number: int) -> bytes | None:
            where = clips.get(number)
            # one in a place that was closed since is left out
            with contextlib.suppress(VenueRefused):
                return await display.read_clip(*where, CLIP_MOST) if where else None
            return None

        try:
            async with asyncio.timeout(CONTACT_WITHIN):
                return await self._comparing.contact(captions, read)
        except TimeoutError:
            log.warning("A contact sheet takes too long and is left out", extra={"job": brief.id})
            return None

    async def _draw(self, display: BriefDisplay, brief: Brief, seen: int) -> None:
        """What changed since the version `seen` is looked at once more, though the board may show it already."""
        if brief.board_id is not None and (brief.drawn == brief.version or _was_drawn_just_now(brief)):
            return
        desk = await self._desk(brief)
        # one may stand there although nobody could write that down
        board_id = desk.brief.board_id or await display.find_board(desk.brief)
        if board_id is None or not await display.redraw_board(desk, board_id):
            board_id = await display.show_board(desk)
        await self._note(brief, board_id=board_id, drawn=seen, drawn_at=clock.now())

    async def _desk(self, brief: Brief) -> Desk:
        desk = await persist(lambda: self._store.desk(brief.id))
        if desk is None:
            raise ShowTroubled("the brief is gone")
        return desk

    async def _note(self, brief: Brief, **shown: object) -> Brief:
        noted = await persist(lambda: self._store.note_brief(brief.id, **shown))
        return noted or brief

    async def _reread(self, brief: Brief) -> Brief:
        return await persist(lambda: self._store.find_brief(brief.id)) or brief


def _was_drawn_just_now(brief: Brief) -> bool:
    return clock.now() < may_draw_from(brief.drawn_at)
