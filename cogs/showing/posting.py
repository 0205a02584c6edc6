"""Sending to Discord so that a message is there once, and telling apart what failed: place, moment or text."""

import io
import logging
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import discord
from discord.ext import commands

from bot.discord_bot import DailiesBot
from bot.errors import DailiesError, ShowTroubled

from .pace import CARD, NEWS, RESULT, Pace

log = logging.getLogger(__name__)

THREAD_EXISTS = 160004
UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
# Cloudflare's word, not Discord's: it says nothing about the place.
BLOCKED_ON_THE_WAY = 40333
TOO_LARGE = (40005, 50045)
# Archived (50083), locked (160005), not this kind of channel (50024): the place will not take it, now or later.
PLACE_CODES = (10003, 50001, 50013, 50007, 50024, 50083, 50278, 160005)

# Access that was taken away may be given back: a card is tried again after this long, seconds.
CLOSED_FOR = 300.0

# Without a boost, and in direct messages; what a server that was asked after allows is believed for so long, seconds.
DEFAULT_UPLOAD = 10 * 1024 * 1024
LIMIT_TRUSTED = 600.0

SEARCHED = 200  # messages of history that are read to find one of ours


def smaller_limit(refused: int) -> int:
    """What to try, in bytes, after Discord refused so many though they are within its limit.

    What it takes everywhere; below that, half. It promises boosted servers more than the 25 MiB that it documents for a
    whole request.
    """
    return DEFAULT_UPLOAD if refused > DEFAULT_UPLOAD else refused // 2


class PlaceRefused(DailiesError):
    """This channel takes nothing from the bot: try the next place."""


class FileTooLarge(DailiesError):
    """Discord does not take a file of this size here."""


class TextRefused(DailiesError):
    """Discord does not take this text."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message on its way: the nonce makes a second sending harmless while Discord remembers it."""

    nonce: str
    text: str
    file: Path | None = None
    file_name: str = ""
    view: discord.ui.View | None = None
    ping: int | None = None
    answers: int | None = None
    rank: int = NEWS


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture to be put on a card."""

    name: str
    data: bytes

    def file(self) -> discord.File:
        return discord.File(io.BytesIO(self.data), self.name)


class Postman:
    """Everything here uses the bot's own token, never an interaction's, which dies after 15 minutes."""

    def __init__(self, bot: commands.AutoShardedBot, pace: Pace) -> None:
        self._bot = bot
        self._pace = pace
        self._limits: dict[int, tuple[int, float]] = {}

    async def send(self, channel_id: int, guild_id: int | None, letter: Letter) -> int | None:
        """The id of the message, new or already there under its nonce; None when somebody deleted that since.

        Raises PlaceRefused, FileTooLarge, TextRefused, ShowTroubled.
        """
        channel = self._bot.get_partial_messageable(channel_id, guild_id=guild_id)
        extras: dict[str, Any] = {}
        if letter.answers:
            extras["reference"] = discord.MessageReference(
                message_id=letter.answers, channel_id=channel_id, guild_id=guild_id, fail_if_not_exists=False
            )
        if letter.file:
            extras["file"] = discord.File(letter.file, letter.file_name)
        if letter.view:
            extras["view"] = letter.view
        await self._pace.take(letter.rank)
        with _told_apart():
            message = await channel.send(
                letter.text,
                nonce=letter.nonce,
                allowed_mentions=_mentions(letter.ping),
                **extras,
            )
            return message.id
        return None

    async def send_card(
        self,
        channel_id: int,
        *,
        nonce: str,
        embed: discord.Embed,
        view: discord.ui.View | None,
        picture: Picture | None,
        answers: int | None = None,
    ) -> int | None:
        """As `send`, for a card that no interaction shows."""
        extras: dict[str, Any] = {"view": view} if view else {}
        if answers:
            extras["reference"] = discord.MessageReference(
                message_id=answers, channel_id=channel_id, fail_if_not_exists=False
            )
            extras["allowed_mentions"] = discord.AllowedMentions.none()
        if picture:
            extras["file"] = picture.file()
        channel = self._bot.get_partial_messageable(channel_id)
        await self._pace.take(RESULT)
        with _told_apart():
            message = await channel.send(embed=embed, nonce=nonce, **extras)
            return message.id
        return None

    async def edit_card(
        self,
        channel_id: int,
        message_id: int,
        *,
        embed: discord.Embed,
        view: discord.ui.View | None,
        picture: Picture | None,
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
            with _told_apart():
                await message.edit(embed=embed, view=view, attachments=attachments)
        except TextRefused as error:
            log.warning("The card cannot be edited: %s", error)
        except PlaceRefused as error:
            if getattr(error.__cause__, "code", None) != UNKNOWN_CHANNEL:
                raise ShowTroubled(str(error), retry_after=CLOSED_FOR) from error

    async def names_on(self, channel_id: int, message_id: int) -> set[str]:
        """The names of the files on a message. Raises ShowTroubled; there are none on one that cannot be read."""
        await self._pace.take(CARD)
        try:
            with _told_apart():
                message = await self._bot.get_partial_messageable(channel_id).fetch_message(message_id)
                return {attachment.filename for attachment in message.attachments}
        except (PlaceRefused, TextRefused) as error:
            log.info("The card cannot be read: %s", error)
        return set()

    async def clear_buttons(self, channel_id: int, message_id: int) -> None:
        """Raises ShowTroubled; a message that is gone or may no longer be edited is left."""
        message = self._bot.get_partial_messageable(channel_id).get_partial_message(message_id)
        await self._pace.take(CARD)
        try:
            with _told_apart():
                await message.edit(view=None)
        except (PlaceRefused, TextRefused):
            return

    async def remove(self, channel_id: int, message_id: int) -> None:
        """Delete an own message; one that is gone or out of reach is left. Raises ShowTroubled."""
        message = self._bot.get_partial_messageable(channel_id).get_partial_message(message_id)
        await self._pace.take(NEWS)
        try:
            with _told_apart():
                await message.delete()
        except (PlaceRefused, TextRefused) as error:
            log.info("A message cannot be deleted: %s", error)

    async def open_thread(self, channel_id: int, card_id: int, name: str) -> int:
        """A thread on the card; its id is the card's. Raises PlaceRefused when there can be none, or not soon."""
        await self._pace.take(NEWS)
        try:
            # Client.create_thread needs the guild in its cache; the route does not.
            await self._bot.http.start_thread_with_message(channel_id, card_id, name=name, auto_archive_duration=1440)
        except discord.RateLimited as error:
            if await self._is_there(card_id):
                return card_id
            raise PlaceRefused(f"threads are rate limited for {error.retry_after:.0f} s") from error
        except discord.HTTPException as error:
            if error.code == THREAD_EXISTS:
                return card_id
            # told that there can be no thread, whatever the code: beside the card then
            if 400 <= error.status < 500 and error.status not in (401, 429) and error.code != BLOCKED_ON_THE_WAY:
                raise PlaceRefused(str(error)) from error
            raise _troubled(error) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _troubled(error) from error
        return card_id

    async def _is_there(self, thread_id: int) -> bool:
        """Whether a thread was opened before, by a process that died before it could say so."""
        try:
            await self._bot.http.get_channel(thread_id)
        except (discord.NotFound, discord.RateLimited):
            return False
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _troubled(error) from error
        return True

    async def open_direct(self, user_id: int) -> int:
        """The channel of a member's direct messages."""
        await self._pace.take(NEWS)
        with _told_apart():
            return (await self._bot.create_dm(discord.Object(user_id))).id
        raise PlaceRefused("no direct messages")

    async def find(self, channel_id: int, after: int, wanted: Callable[[discord.Message], bool]) -> int | None:
        """The id of the bot's own message after snowflake `after` that is wanted, if it was posted."""
        channel = self._bot.get_partial_messageable(channel_id)
        me = self._bot.user
        await self._pace.take(NEWS)
        with _told_apart():
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
            with _told_apart():
                return (await self._bot.fetch_guild(guild_id, with_counts=False)).filesize_limit
        except (PlaceRefused, TextRefused) as error:
            log.info("The server cannot be asked for its limit: %s", error)
        return DEFAULT_UPLOAD


_POSTMEN: "weakref.WeakKeyDictionary[commands.AutoShardedBot, Postman]" = weakref.WeakKeyDictionary()


def postman(bot: DailiesBot) -> Postman:
    """The one of this bot: the pace is kept by all who send together."""
    if bot not in _POSTMEN:
        _POSTMEN[bot] = Postman(bot, Pace(lambda: bot.tracker.workers))
    return _POSTMEN[bot]


class _told_apart:  # reads as a verb where it is used
    """Turns discord.py's exceptions into ours; swallows only "the message was deleted since"."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        match error:
            case None:
                return False
            case discord.HTTPException(code=code) if code == UNKNOWN_MESSAGE:
                return True
            case discord.HTTPException(code=code) if code in TOO_LARGE or error.status == 413:
                raise FileTooLarge(str(error)) from error
            case discord.HTTPException(code=code) if code in PLACE_CODES or _is_denied(error):
                raise PlaceRefused(str(error)) from error
            case discord.HTTPException(status=400):
                raise TextRefused(str(error)) from error
            case discord.DiscordException() | aiohttp.ClientError() | OSError() | TimeoutError():
                raise _troubled(error) from error
            case _:
                return False


def _is_denied(error: discord.HTTPException) -> bool:
    return error.status in (403, 404) and error.code != BLOCKED_ON_THE_WAY


def _troubled(error: BaseException) -> ShowTroubled:
    retry_after = error.retry_after if isinstance(error, discord.RateLimited) else None
    return ShowTroubled(f"{type(error).__name__} {error}".strip(), retry_after=retry_after)


def _mentions(ping: int | None) -> discord.AllowedMentions:
    users = [discord.Object(ping)] if ping else False
    return discord.AllowedMentions(everyone=False, roles=False, users=users, replied_user=False)
