"""The batch board: the message with a line for each take, kept true, and the one that calls to compare them, once."""

import logging
from dataclasses import replace

import discord

from bot.briefs.takes import Reel
from bot.discord_bot import DailiesBot
from bot.display import Captions, Sample
from bot.errors import FileTooLarge, VenueRefused
from bot.jobs import event_of
from bot.pace import NEWS, RESULT

from .batch_notes import (
    batch_buttons,
    batch_footer,
    batch_note,
    call_text,
    captions,
    comparison,
    comparison_buttons,
    comparison_footer,
)
from .posting import CardPicture, Letter, Postman
from .replies import SPOILER

log = logging.getLogger(__name__)

CONTACT_NAME, GRID_NAME = "takes.jpg", "takes.mp4"
# What of so many messages was drawn last is known, so that none is edited into what it is.
DRAWN_KNOWN = 1000


class BatchBoard:
    def __init__(self, bot: DailiesBot, post: Postman) -> None:
        self._model_of = bot.lookup.model
        self._post = post
        self._drawn: dict[int, str] = {}

    # --- the message with a line for each

    async def find_batch(self, reel: Reel) -> int | None:
        return await self._find(reel, batch_footer(reel))

    async def show_batch(self, reel: Reel) -> int | None:
        embed, buttons = batch_note(reel, self._model_of), batch_buttons(reel, self._model_of)
        letter = Letter(nonce=f"{reel.batch.id}:batch", embed=embed, view=buttons, rank=NEWS)
        return await self._send(reel, letter)

    async def redraw_batch(self, reel: Reel, message_id: int) -> bool:
        embed, buttons = batch_note(reel, self._model_of), batch_buttons(reel, self._model_of)
        return await self._redraw(reel, message_id, embed, buttons)

    # --- the call to compare

    async def find_comparison(self, reel: Reel) -> int | None:
        return await self._find(reel, comparison_footer(reel))

    async def show_comparison(self, reel: Reel, sample: Sample, *, calls: bool) -> int | None:
        letter = Letter(
            nonce=f"{reel.batch.id}:over{'' if calls else reel.batch.version}",
            text=call_text(reel, calls=calls),
            embed=comparison(reel, self._model_of),
            view=comparison_buttons(reel),
            ping=reel.batch.asker_id if calls else None,
            files=tuple(_files(reel, sample)),
            rank=RESULT,
        )
        try:
            return await self._send(reel, letter)
        except (VenueRefused, FileTooLarge):
            if not letter.files:
                raise
        # what helps to compare is an extra
        return await self._send(reel, replace(letter, files=()))

    def captions(self, reel: Reel) -> Captions:
        return captions(reel, self._model_of)

    async def redraw_comparison(self, reel: Reel, message_id: int) -> bool:
        """Of what was taken back, or is to be forgotten, no picture stays either."""
        embed, buttons = comparison(reel, self._model_of), comparison_buttons(reel)
        return await self._redraw(reel, message_id, embed, buttons, keep=not reel.shows_what_is_gone)

    async def read_clip(self, channel_id: int, message_id: int, most: int) -> bytes | None:
        return await self._post.read_clip(channel_id, message_id, most)

    # --- for both

    async def _send(self, reel: Reel, letter: Letter) -> int | None:
        return await self._post.deliver(_place(reel), reel.brief.guild_id, letter)

    async def _redraw(
        self, reel: Reel, message_id: int, embed: discord.Embed, buttons: discord.ui.View, *, keep: bool = True
    ) -> bool:
        drawn = f"{embed.to_dict()}{buttons.to_components()}{keep}"
        if self._drawn.get(message_id) == drawn:
            return True
        there = await self._post.redraw(_place(reel), message_id, embed=embed, view=buttons, keep=keep)
        if len(self._drawn) >= DRAWN_KNOWN:
            self._drawn.clear()
        self._drawn[message_id] = drawn
        return there

    async def _find(self, reel: Reel, told: str) -> int | None:
        after = event_of(reel.batch.event or reel.batch.id) - 1
        return await self._post.find_footed(_place(reel), after, told)


def _place(reel: Reel) -> int:
    return reel.brief.place_id or reel.brief.channel_id


def _files(reel: Reel, sample: Sample) -> list[CardPicture]:
    hidden = SPOILER if any(take.job.spoiler for take in reel.takes) else ""
    given = ((CONTACT_NAME, sample.contact), (GRID_NAME, sample.grid))
    return [CardPicture(name=hidden + name, data=data) for name, data in given if data]
