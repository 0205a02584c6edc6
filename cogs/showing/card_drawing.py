"""Drawing cards: put there where none is, brought up to date where one is, with the right picture on it."""

import logging
from dataclasses import dataclass, replace

import discord

from bot.discord_bot import DailiesBot
from bot.display import Drawn, Post, Sheet
from bot.errors import VenueRefused
from bot.jobs import (
    AWAITS_DECISION,
    ENDED,
    Face,
    Job,
    PictureState,
    Status,
    Venue,
    card_face,
    event_of,
    may_show_start,
    showed_end,
    shows_start,
)
from bot.pace import CARD, NEWS, RESULT

from .buttons import card_buttons, reply_buttons
from .card import PICTURE_NAME, POSTER_NAME, card, is_card_of
from .discord_errors import TextRefused
from .posting import CardPicture, Letter, Postman

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The picture that a card shows, by name, None for none; `new` when it is not on it yet."""

    name: str | None = None
    new: CardPicture | None = None


class Cards:
    def __init__(self, bot: DailiesBot, post: Postman) -> None:
        self._lookup = bot.lookup
        self._post = post

    async def draw(self, sheet: Sheet) -> Drawn:
        job = sheet.job
        if job.card_id is None:
            return await self._put(sheet) if job.status is not Status.DELETED else _undrawn(sheet)
        shown = await self._picture(sheet, job.card_id)
        await self._post.edit_card(
            job.channel_id,
            job.card_id,
            embed=self._embed(sheet, shown),
            view=card_buttons(job, sheet.outlook),
            picture=shown.new,
            keep=shown.name is not None or (may_show_start(job) and not showed_end(job)),
            rank=NEWS if job.status in ENDED else CARD,
        )
        await self._clear(sheet)
        return Drawn(face=_face(sheet), card_id=job.card_id, venue=job.venue)

    async def _put(self, sheet: Sheet) -> Drawn:
        """A card that a crash or a lost answer kept from appearing: found, or posted by the bot's own token."""
        job = sheet.job
        face: Face | None = _face(sheet)
        try:
            # the event that asked for the job is older than anything said of it
            card_id = await self._post.find(job.channel_id, event_of(job.id), lambda message: is_card_of(message, job))
            if card_id:
                face = None
            else:
                card_id = await self._send(sheet)
        except (VenueRefused, TextRefused) as error:
            log.warning("The card cannot be shown: %s", error, extra={"job": job.id})
            card_id = None
        if card_id is None:
            return Drawn(face=face, card_id=None, venue=Venue.DIRECT)
        post = Post(key="card", channel_id=job.channel_id, message_id=card_id)
        return Drawn(face=face, card_id=card_id, venue=job.venue, posted=(post,))

    async def _send(self, sheet: Sheet) -> int | None:
        job, shown = sheet.job, _given(sheet)
        view, embed = card_buttons(job, sheet.outlook), self._embed(sheet, shown)
        letter = Letter(nonce=f"{job.id}:card", embed=embed, view=view, picture=shown.new, rank=RESULT)
        return await self._post.send(job.channel_id, job.guild_id, letter)

    def _embed(self, sheet: Sheet, shown: Shown) -> discord.Embed:
        job, model = sheet.job, self._lookup.model(sheet.job)
        return card(job, model, sheet.outlook, picture=shown.name, parent=sheet.parent, left=sheet.left)

    async def _picture(self, sheet: Sheet, card_id: int) -> Shown:
        """What the card is to show, put on it now or there already: the picture to start from, at last the clip's."""
        job = sheet.job
        if job.status is Status.COMPLETED and not sheet.poster and not job.is_hidden:
            # drawn before, perhaps elsewhere, or there never was one: the card itself knows
            names = await self._post.names_on(job.channel_id, card_id)
            if name := next((name for name in (POSTER_NAME, PICTURE_NAME) if name in names), None):
                return Shown(name=name)
        unread = (PictureState.NONE, PictureState.LINK, PictureState.AWAITED)
        if job.picture in unread or job.status is Status.DELETED or sheet.poster:
            return _given(sheet)
        return Shown(name=PICTURE_NAME) if shows_start(job) else _given(sheet)

    async def _clear(self, sheet: Sheet) -> None:
        """Take the buttons from replies whose question is answered."""
        job = sheet.job
        for asked in AWAITS_DECISION:
            if asked in sheet.posts and (asked is not job.status or self._asks_nothing(job)):
                await self._post.clear_buttons(sheet.posts[asked].channel_id, sheet.posts[asked].message_id)

    def _asks_nothing(self, job: Job) -> bool:
        return reply_buttons(job, self._lookup.catalogue) is None


def _face(sheet: Sheet) -> Face:
    return replace(card_face(sheet.job, sheet.outlook.standing), left=sheet.left)


def _undrawn(sheet: Sheet) -> Drawn:
    """What was taken back needs no card to say so, if it had none."""
    return Drawn(face=_face(sheet), card_id=None, venue=sheet.job.venue)


def _given(sheet: Sheet) -> Shown:
    """The picture that came with the sheet."""
    if sheet.poster:
        return Shown(name=POSTER_NAME, new=CardPicture(name=POSTER_NAME, data=sheet.poster))
    if sheet.start:
        return Shown(name=PICTURE_NAME, new=CardPicture(name=PICTURE_NAME, data=sheet.start))
    return Shown()
