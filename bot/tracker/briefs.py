"""Briefs: each is opened in its thread, its board kept true, its phases told, its deadlines kept, whoever stops."""

import asyncio
from dataclasses import replace

from .. import clock
from ..briefs.brief import DRAWN_EVERY, Brief, Halt, after_deadline, moved, sleeps
from ..briefs.desk import BriefRecord, Desk
from ..briefs.ideas import Idea, open_ideas
from ..display import BriefDisplay
from ..errors import ShowTroubled
from ..store import Store
from .clip_posting import NONCE_TRUSTED
from .drawer import WITHOUT_DISPLAY
from .outcomes import persist
from .tending import Tending


class Briefs:
    def __init__(self, store: Store) -> None:
        self.display: BriefDisplay | None = None
        self._store = store
        self._news = asyncio.Event()
        self._tending = Tending("brief", store.brief_dues, self._news, self._see_to)

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
        if brief.card_id is None:
            found = await display.find_card(brief) or await display.show_card(brief)
            brief = await self._note(brief, card_id=found)
        if brief.place_id is None:
            brief = await self._note(brief, place_id=await display.open(brief))
            await display.mark(brief)
        if brief.told_step < brief.step:
            brief = await self._tell(display, brief)
        await self._draw(display, brief)
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
        if not (in_doubt and await display.find_phase(brief)):
            if brief.is_closed:
                rounds = await persist(lambda: self._store.rounds(brief.id))
                await display.tell_record(BriefRecord(desk=desk, rounds=rounds))
            else:
                await display.tell_phase(desk)
        await display.mark(brief)
        return await self._note(brief, told_step=brief.step)

    async def _draw(self, display: BriefDisplay, brief: Brief) -> None:
        if brief.board_id is not None and (brief.drawn == brief.version or _was_drawn_just_now(brief)):
            return
        desk = await self._desk(brief)
        # one may stand there although nobody could write that down
        board_id = desk.brief.board_id or await display.find_board(desk.brief)
        if board_id is None or not await display.redraw_board(desk, board_id):
            board_id = await display.show_board(desk)
        await self._note(brief, board_id=board_id, drawn=desk.brief.version, drawn_at=clock.now())

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
    return clock.now() - brief.drawn_at < DRAWN_EVERY
