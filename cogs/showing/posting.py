"""Sending to Discord so that a message is there once."""

import io
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import discord
from discord.ext import commands

from bot.display import DEFAULT_UPLOAD
from bot.errors import ShowTroubled, VenueRefused
from bot.pace import CARD, NEWS, RESULT, Pace

from .discord_errors import BLOCKED_ON_THE_WAY, UNKNOWN_CHANNEL, MessageGone, TextRefused, telling_apart, troubled

log = logging.getLogger(__name__)

THREAD_EXISTS = 160004

# Access that was taken away may be given back: a card is tried again after this long, seconds.
CLOSED_FOR = 300.0

# What a server that was asked after lets a file have is believed for so long, seconds.
LIMIT_TRUSTED = 600.0

SEARCHED = 200  # messages of history that are read to find one of ours


@dataclass(frozen=True, kw_only=True)
class CardPicture:
    """A picture to be put on a card."""

    name: str
    data: bytes

    def file(self) -> discord.File:
        return discord.File(io.BytesIO(self.data), self.name)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message on its way: the nonce makes a second sending harmless while Discord remembers it.

    `answers` is the message that it replies to, `ping` the member whom it calls.
    """

    nonce: str
    text: str | None = None
    embed: discord.Embed | None = None
    picture: CardPicture | None = None
    file: Path | None = None
    file_name: str = ""
    view: discord.ui.View | None = None
    ping: int | None = None
    answers: int | None = None
    rank: int = NEWS


class Postman:
    """Everything here uses the bot's own token, never an interaction's, which dies after 15 minutes."""

    def __init__(self, bot: commands.AutoShardedBot, pace: Pace) -> None:
        self._bot = bot
        self._pace = pace
        self._limits: dict[int, tuple[int, float]] = {}

    async def send(self, channel_id: int, guild_id: int | None, letter: Letter) -> int | None:
        """The id of the message, new or already there under its nonce; None when somebody deleted that since.

        Raises VenueRefused, FileTooLarge, TextRefused, ShowTroubled.
        """
        channel = self._bot.get_partial_messageable(channel_id, guild_id=guild_id)
        extras: dict[str, Any] = {}
        if letter.answers:
            extras["reference"] = discord.MessageReference(
                message_id=letter.answers, channel_id=channel_id, guild_id=guild_id, fail_if_not_exists=False
            )
        if letter.file:
            extras["file"] = discord.File(letter.file, letter.file_name)
        if letter.picture:
            extras["file"] = letter.picture.file()
        if letter.embed:
            extras["embed"] = letter.embed
        if letter.view:
            extras["view"] = letter.view
        await self._pace.take(letter.rank)
        extras |= {"nonce": letter.nonce, "allowed_mentions": _mentions(letter.ping)}
        return await _sent(channel.send(letter.text, **extras))

    async def edit_card(
        self,
        channel_id: int,
        message_id: int,
        *,
        embed: discord.Embed,
        view: discord.ui.View | None,
        picture: CardPicture | None,
        keep: bool = True,
        rank: int,
    ) -> None:
        """Without a new `picture` the old one is kept, if it is to `keep` it.

        Raises ShowTroubled, also when the channel is closed to us for now; a card that is gone is left.
        """
        message = self._bot.get_partial_messageable(channel_id).get_partial_message(message_id)
        attachments = [picture.file()] if picture else discord.utils.MISSING if keep else []
        await self._pace.take(rank)
        try:
            with telling_apart():
                await message.edit(embed=embed, view=view, attachments=attachments)
        except MessageGone:
            return
        except TextRefused as error:
            log.warning("The card cannot be edited: %s", error)
        except VenueRefused as error:
            if getattr(error.__cause__, "code", None) != UNKNOWN_CHANNEL:
                raise ShowTroubled(str(error), retry_after=CLOSED_FOR) from error

    async def names_on(self, channel_id: int, message_id: int) -> set[str]:
        """The names of the files on a message. Raises ShowTroubled; there are none on one that cannot be read."""
        await self._pace.take(CARD)
        try:
            with telling_apart():
                message = await self._bot.get_partial_messageable(channel_id).fetch_message(message_id)
        except (MessageGone, VenueRefused, TextRefused) as error:
            log.info("The card cannot be read: %s", error)
            return set()
        return {attachment.filename for attachment in message.attachments}

    async def clear_buttons(self, channel_id: int, message_id: int) -> None:
        """Raises ShowTroubled; a message that is gone or may no longer be edited is left."""
        message = self._bot.get_partial_messageable(channel_id).get_partial_message(message_id)
        await self._pace.take(CARD)
        try:
            with telling_apart():
                await message.edit(view=None)
        except (MessageGone, VenueRefused, TextRefused):
            return

    async def remove(self, channel_id: int, message_id: int) -> None:
        """Delete an own message; one that is gone or out of reach is left. Raises ShowTroubled."""
        message = self._bot.get_partial_messageable(channel_id).get_partial_message(message_id)
        await self._pace.take(NEWS)
        try:
            with telling_apart():
                await message.delete()
        except MessageGone:
            return
        except (VenueRefused, TextRefused) as error:
            log.info("A message cannot be deleted: %s", error)

    async def open_thread(self, channel_id: int, card_id: int, name: str) -> int:
        """A thread on the card; its id is the card's. Raises VenueRefused when there can be none, or not soon."""
        await self._pace.take(NEWS)
        try:
            # Client.create_thread needs the guild in its cache; the route does not.
            await self._bot.http.start_thread_with_message(channel_id, card_id, name=name, auto_archive_duration=1440)
        except discord.RateLimited as error:
            if await self._is_there(card_id):
                return card_id
            raise VenueRefused(f"threads are rate limited for {error.retry_after:.0f} s") from error
        except discord.HTTPException as error:
            if error.code == THREAD_EXISTS:
                return card_id
            # told that there can be no thread, whatever the code: beside the card then
            if 400 <= error.status < 500 and error.status not in (401, 429) and error.code != BLOCKED_ON_THE_WAY:
                raise VenueRefused(str(error)) from error
            raise troubled(error) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise troubled(error) from error
        return card_id

    async def _is_there(self, thread_id: int) -> bool:
        """Whether a thread was opened before, by a process that died before it could say so."""
        try:
            await self._bot.http.get_channel(thread_id)
        except (discord.NotFound, discord.RateLimited):
            return False
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise troubled(error) from error
        return True

    async def open_direct(self, user_id: int) -> int:
        """The channel of a member's direct messages."""
        await self._pace.take(NEWS)
        with telling_apart():
            return (await self._bot.create_dm(discord.Object(user_id))).id

    async def find(self, channel_id: int, after: int, wanted: Callable[[discord.Message], bool]) -> int | None:
        """The id of the bot's own message after snowflake `after` that is wanted, if it was posted."""
        channel = self._bot.get_partial_messageable(channel_id)
        me = self._bot.user
        await self._pace.take(NEWS)
        with telling_apart():
            async for message in channel.history(limit=SEARCHED, after=discord.Object(after)):
                if me and message.author.id == me.id and wanted(message):
                    return message.id
        return None

    async def upload_limit(self, guild_id: int | None) -> int:
        """Bytes that one file may have in this guild now, or in direct messages. Raises ShowTroubled.

        A guild of another process's shard is asked after; so is one that is not loaded yet.
        """
        if guild_id is None:
            return DEFAULT_UPLOAD
        if guild := self._bot.get_guild(guild_id):
            return guild.filesize_limit
        limit, until = self._limits.get(guild_id, (DEFAULT_UPLOAD, 0.0))
        if time.monotonic() >= until:
            limit = await self._ask_limit(guild_id)
            self._limits[guild_id] = (limit, time.monotonic() + LIMIT_TRUSTED)
        return limit

    async def _ask_limit(self, guild_id: int) -> int:
        await self._pace.take(RESULT)
        try:
            with telling_apart():
                return (await self._bot.fetch_guild(guild_id, with_counts=False)).filesize_limit
        except (VenueRefused, TextRefused) as error:
            log.info("The server cannot be asked for its limit: %s", error)
            return DEFAULT_UPLOAD


async def _sent(sending: Awaitable[discord.Message]) -> int | None:
    """The id of what is sent; None when somebody deleted what was already there under its nonce."""
    try:
        with telling_apart():
            return (await sending).id
    except MessageGone:
        return None


def _mentions(ping: int | None) -> discord.AllowedMentions:
    users = [discord.Object(ping)] if ping else False
    return discord.AllowedMentions(everyone=False, roles=False, users=users, replied_user=False)
