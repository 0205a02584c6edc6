"""The brief board: opens a brief in its thread, keeps its board there, and tells of each phase once."""

import logging

import discord

from bot.briefs.brief import Brief
from bot.briefs.desk import BriefRecord, Desk
from bot.discord_bot import DailiesBot
from bot.display import Captions
from bot.errors import FileTooLarge, ShowTroubled, VenueRefused
from bot.jobs import event_of
from bot.pace import NEWS, RESULT
from bot.permissions import OPENS_THREADS

from ..words.plain import thread_words
from ..words.wording import pattern, say
from .brief_notes import (
    board,
    board_buttons,
    board_footer,
    card,
    footer,
    phase_tags,
    phase_text,
    sleep_buttons,
    sleep_text,
)
from .discord_errors import TextRefused
from .footers import later_than
from .posting import CardPicture, Letter, Postman
from .record_notes import SHEET_ENDS, contact_captions, contact_files, record_files, record_text

log = logging.getLogger(__name__)

# Discord takes so many characters of a thread's name, and lets a post have so many tags.
NAME_MOST, TAGS_MOST = 100, 5


class BriefBoard:
    def __init__(self, bot: DailiesBot, post: Postman) -> None:
        self._bot = bot
        self._model_of = bot.lookup.model
        self._post = post

    # --- where it takes place

    async def find_card(self, brief: Brief) -> int | None:
        return await self._find(brief.channel_id, brief, footer(brief))

    async def show_card(self, brief: Brief) -> int | None:
        letter = Letter(nonce=f"{brief.id}:brief", embed=card(brief), rank=RESULT)
        return await self._send(brief.channel_id, brief, letter)

    async def open(self, brief: Brief) -> int:
        """Within a thread, or where there can be none, it takes place right there."""
        if brief.within_id is not None or brief.card_id is None or not await self._opens_threads(brief.channel_id):
            return brief.channel_id
        name = thread_words(brief.topic, NAME_MOST - 1) or say(brief.locale, "brief.thread", id=brief.id)
        try:
            return await self._post.open_thread(brief.channel_id, brief.card_id, name)
        except VenueRefused as error:
            log.info("A brief takes place in the channel: %s", error, extra={"job": brief.id})
            return brief.channel_id

    async def mark(self, brief: Brief) -> None:
        """What the server does not let the bot do is left: tags are an extra."""
        post = self._bot.get_channel(brief.place_id or 0)
        if not isinstance(post, discord.Thread) or not isinstance(post.parent, discord.ForumChannel):
            return
        tags = phase_tags(brief, [(tag.id, tag.name) for tag in post.parent.available_tags])
        worn = [tag.id for tag in post.applied_tags]
        wanted = [tag for tag in worn if tag not in tags] + [tag for tag, fits in tags.items() if fits]
        if set(wanted) == set(worn) or len(wanted) > TAGS_MOST:
            return
        try:
            await self._post.tag_post(post.id, wanted)
        except (VenueRefused, TextRefused, ShowTroubled) as error:
            log.info("The post keeps its tags: %s", error, extra={"job": brief.id})

    # --- the board

    async def find_board(self, brief: Brief) -> int | None:
        return await self._find(brief.place_id or brief.channel_id, brief, board_footer(brief))

    async def show_board(self, desk: Desk) -> int | None:
        brief = desk.brief
        # the first by one nonce, whatever it shows: a worker that slept may post it again; one in its place is another
        nonce = f"{brief.id}:board{'' if brief.board_id is None else brief.version}"
        letter = Letter(nonce=nonce, embed=board(desk), view=self._buttons(desk), rank=NEWS)
        board_id = await self._send(brief.place_id or brief.channel_id, brief, letter)
        if board_id and brief.place_id:
            await self._pin(brief.place_id, board_id)
        return board_id

    async def redraw_board(self, desk: Desk, board_id: int) -> bool:
        place = desk.brief.place_id or desk.brief.channel_id
        return await self._post.redraw(place, board_id, embed=board(desk), view=self._buttons(desk))

    def _buttons(self, desk: Desk) -> discord.ui.View:
        return board_buttons(desk, suggests=self._bot.actions.suggest is not None)

    # --- what is said

    async def find_phase(self, brief: Brief) -> int | None:
        key = "free" if brief.is_free else str(brief.phase)
        told = pattern(brief.locale, "brief.record" if brief.is_closed else f"brief.begins_{key}")
        since = later_than(brief.id, brief.phase_since - brief.made_at)
        place = brief.place_id or brief.channel_id
        return await self._post.find(place, since, lambda message: bool(told.match(message.content)))

    async def tell_phase(self, desk: Desk) -> None:
        await self._say(desk.brief, f"step{desk.brief.step}", phase_text(desk))

    async def tell_record(self, record: BriefRecord, contact: bytes | None) -> int | None:
        brief = record.desk.brief
        text, files = record_text(record), record_files(record, self._model_of)
        sheet = contact_files(record, contact)
        key = f"step{brief.step}"
        try:
            return await self._say(brief, key, text, files=(*files, *sheet))
        except (VenueRefused, FileTooLarge):
            if not sheet:
                raise
        # the sheet is an extra, the record is not
        return await self._say(brief, key, text, files=files)

    async def take_sheet_away(self, brief: Brief) -> None:
        if brief.sheet_id is not None:
            await self._post.keep_files(
                brief.place_id or brief.channel_id, brief.sheet_id, lambda name: not name.endswith(SHEET_ENDS)
            )

    def contact_captions(self, record: BriefRecord) -> Captions:
        return contact_captions(record, self._model_of)

    async def read_clip(self, channel_id: int, message_id: int, most: int) -> bytes | None:
        return await self._post.read_clip(channel_id, message_id, most)

    async def ask_whether_over(self, brief: Brief) -> None:
        await self._say(brief, "sleeps", sleep_text(brief), sleep_buttons(brief), ping=brief.director_id)

    # --- for all of them

    async def _say(
        self,
        brief: Brief,
        key: str,
        text: str,
        buttons: discord.ui.View | None = None,
        *,
        ping: int | None = None,
        files: tuple[CardPicture, ...] = (),
    ) -> int | None:
        letter = Letter(nonce=f"{brief.id}:{key}", text=text, view=buttons, ping=ping, files=files, rank=NEWS)
        return await self._send(brief.place_id or brief.channel_id, brief, letter)

    async def _send(self, channel_id: int, brief: Brief, letter: Letter) -> int | None:
        return await self._post.deliver(channel_id, brief.guild_id, letter)

    async def _pin(self, place_id: int, message_id: int) -> None:
        """Where the bot may; a board without a pin is one all the same."""
        try:
            await self._post.pin(place_id, message_id)
        except (VenueRefused, TextRefused, ShowTroubled) as error:
            log.info("The board is not pinned: %s", error)

    async def _find(self, channel_id: int, brief: Brief, told: str) -> int | None:
        return await self._post.find_footed(channel_id, event_of(brief.id) - 1, told)

    async def _opens_threads(self, channel_id: int) -> bool:
        channel = self._bot.get_channel(channel_id)
        return channel is None or getattr(channel, "type", None) in OPENS_THREADS
