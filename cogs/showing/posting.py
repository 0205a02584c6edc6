"""Sending to Discord so that a message is there once."""

import asyncio
import contextlib
import io
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
import discord
from discord.ext import commands

from bot.display import DEFAULT_UPLOAD
from bot.errors import ShowTroubled, VenueRefused
from bot.pace import CARD, NEWS, RESULT, Pace

from .discord_errors import (
    BLOCKED_ON_THE_WAY,
    MessageGone,
    PlaceGone,
    TextRefused,
    ThreadAsleep,
    telling_apart,
    telling_of_file,
    telling_of_place,
    troubled,
)
from .footers import has_footer

log = logging.getLogger(__name__)

THREAD_EXISTS = 160004

# What a server that was asked after lets a file have is believed for so long, seconds.
LIMIT_TRUSTED = 600.0

# Messages that are read to find one of ours, from either end: it was posted when it was due, or not long ago.
SEARCHED = 2000
PAGE = 100  # messages that the library reads with one call


# A word of the bot is written down just after Discord has shown it, seconds.
WRITTEN_BY = 1.0

Found = TypeVar("Found")


async def once_written(find: Callable[[], Awaitable[Found]]) -> Found:
    """What is found of a message that somebody answers to; looked for again a moment later where there is nothing."""
    found = await find()
    if not found:
        await asyncio.sleep(WRITTEN_BY)
        found = await find()
    return found


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

    `files` come behind the `file`. `answers` is the message that it replies to, `ping` the member whom it calls.
    """

    nonce: str
    text: str | None = None
    embed: discord.Embed | None = None
    picture: CardPicture | None = None
    files: tuple[CardPicture, ...] = ()
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
        if letter.files:
            first = [extras.pop("file")] if "file" in extras else []
            extras["files"] = [*first, *(each.file() for each in letter.files)]
        if letter.embed:
            extras["embed"] = letter.embed
        if letter.view:
            extras["view"] = letter.view
        await self._pace.take(letter.rank)
        extras |= {"nonce": letter.nonce, "allowed_mentions": _mentions(letter.ping)}
        try:
            with telling_apart(), telling_of_file() if letter.file else contextlib.nullcontext():
                return (await channel.send(letter.text, **extras)).id
        except MessageGone:
            return None

    async def deliver(self, channel_id: int, guild_id: int | None, letter: Letter) -> int | None:
        """As `send`, where other words cannot help. Raises VenueRefused, FileTooLarge, ShowTroubled."""
        try:
            return await self.send(channel_id, guild_id, letter)
        except TextRefused as error:
            raise VenueRefused(str(error)) from error

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

        Raises ShowTroubled, and VenueRefused where it is closed to us for now; a card that is gone is left.
        """

        async def edit(message: discord.PartialMessage) -> None:
            attachments = [picture.file()] if picture else discord.utils.MISSING if keep else []
            await message.edit(embed=embed, view=view, attachments=attachments)

        await self._pace.take(rank)
        try:
            await self._change(channel_id, message_id, edit)
        except TextRefused as error:
            log.warning("The card cannot be edited: %s", error)

    async def redraw(
        self,
        channel_id: int,
        message_id: int,
        *,
        embed: discord.Embed,
        view: discord.ui.View,
        files: Sequence[CardPicture] = (),
        keep: bool = True,
    ) -> bool:
        """Give an own message another embed and other buttons; False when it is gone.

        What is attached it is to `keep`, where there are no other `files` in its place.

        Raises ShowTroubled, VenueRefused where it is closed to us for now, or what it would say is not taken.
        """

        async def edit(message: discord.PartialMessage) -> None:
            attachments = [each.file() for each in files] if files else discord.utils.MISSING if keep else []
            await message.edit(embed=embed, view=view, attachments=attachments)

        await self._pace.take(NEWS)
        try:
            return await self._change(channel_id, message_id, edit)
        except TextRefused as error:
            raise VenueRefused(str(error)) from error

    async def empty(self, channel_id: int, message_id: int, text: str) -> None:
        """Leave of an own message only this text; one that is gone is left. Raises ShowTroubled, VenueRefused."""
        await self._pace.take(NEWS)
        with telling_of_place():
            await self._change(
                channel_id,
                message_id,
                lambda message: message.edit(content=text, embed=None, view=None, attachments=[]),
            )

    async def keep_files(self, channel_id: int, message_id: int, stays: Callable[[str], bool]) -> None:
        """Leave on an own message only files whose names say so; one that is gone is left.

        Raises ShowTroubled, VenueRefused.
        """

        async def edit(message: discord.PartialMessage) -> None:
            there = await message.fetch()
            kept = [one for one in there.attachments if stays(one.filename)]
            if len(kept) < len(there.attachments):
                # named as they are, the library would say more of them than Discord takes
                await message.edit(attachments=[await one.to_file(spoiler=one.is_spoiler()) for one in kept])

        await self._pace.take(NEWS)
        with telling_of_place():
            await self._change(channel_id, message_id, edit)

    async def pin(self, channel_id: int, message_id: int) -> None:
        """Raises ShowTroubled, VenueRefused, TextRefused."""
        await self._pace.take(CARD)
        await self._change(channel_id, message_id, lambda message: message.pin())

    async def tag_post(self, post_id: int, tags: Sequence[int]) -> None:
        """Give a post of a forum these tags and no others. Raises ShowTroubled, VenueRefused."""
        await self._pace.take(CARD)
        with telling_of_place():
            await self._bot.http.edit_channel(post_id, applied_tags=[str(tag) for tag in tags])

    async def names_on(self, channel_id: int, message_id: int) -> set[str]:
        """The names of the files on a message, those that an embed shows too, which Discord does not list.

        Raises ShowTroubled; there are none on one that cannot be read.
        """
        await self._pace.take(CARD)
        try:
            with telling_of_place():
                message = await self._bot.get_partial_messageable(channel_id).fetch_message(message_id)
        except (MessageGone, VenueRefused) as error:
            log.info("The card cannot be read: %s", error)
            return set()
        shown = (media.url for embed in message.embeds for media in (embed.image, embed.thumbnail) if media.url)
        listed = {attachment.filename for attachment in message.attachments}
        return listed | {urlsplit(url).path.rpartition("/")[2] for url in shown}

    async def read(self, message: discord.Message) -> discord.Message | None:
        """The message as it is now; None when somebody deleted it. Raises VenueRefused, TextRefused, ShowTroubled."""
        await self._pace.take(NEWS)
        try:
            with telling_apart():
                return await message.channel.fetch_message(message.id)
        except MessageGone:
            return None

    async def read_newest(self, channel: discord.abc.Messageable, most: int) -> list[discord.Message]:
        """The newest messages of a channel, oldest first. Raises VenueRefused, TextRefused, ShowTroubled."""
        await self._pace.take(NEWS)
        with telling_apart():
            return [message async for message in channel.history(limit=most)][::-1]

    async def holds(self, channel_id: int, message_id: int) -> bool:
        """Whether the message is there, and can be read. Raises ShowTroubled."""
        await self._pace.take(CARD)
        try:
            with telling_of_place():
                await self._bot.get_partial_messageable(channel_id).fetch_message(message_id)
        except (MessageGone, VenueRefused):
            return False
        return True

    async def read_clip(self, channel_id: int, message_id: int, most: int) -> bytes | None:
        """The clip that an own message brings; None where that is gone, or has more than `most` bytes.

        Raises ShowTroubled, VenueRefused.
        """
        await self._pace.take(NEWS)
        try:
            with telling_of_place():
                message = await self._bot.get_partial_messageable(channel_id).fetch_message(message_id)
                clips = [one for one in message.attachments if one.filename.lower().endswith(".mp4")]
                return await clips[0].read() if clips and clips[0].size <= most else None
        except (MessageGone, PlaceGone):
            return None

    async def clear_buttons(self, channel_id: int, message_id: int) -> None:
        """Raises ShowTroubled; a message that is gone or may no longer be edited is left."""
        await self._pace.take(CARD)
        with contextlib.suppress(VenueRefused, TextRefused):
            await self._change(channel_id, message_id, lambda message: message.edit(view=None))

    async def remove(self, channel_id: int, message_id: int) -> None:
        """Delete an own message; one that is gone is left. Raises ShowTroubled, VenueRefused."""
        await self._pace.take(NEWS)
        with telling_of_place():
            await self._change(channel_id, message_id, lambda message: message.delete())

    async def _change(
        self, channel_id: int, message_id: int, change: Callable[[discord.PartialMessage], Awaitable[object]]
    ) -> bool:
        """Change an own message, for which an archived thread is woken; False for one that is gone.

        Raises ShowTroubled, VenueRefused, TextRefused.
        """
        message = self._bot.get_partial_messageable(channel_id).get_partial_message(message_id)
        with contextlib.suppress(MessageGone, PlaceGone):
            try:
                with telling_apart():
                    await change(message)
            except ThreadAsleep:
                await self._wake(channel_id)
                with telling_apart():
                    await change(message)
            return True
        return False

    async def _wake(self, thread_id: int) -> None:
        """Whoever may send in an archived thread may wake it, unless it is locked."""
        await self._pace.take(NEWS)
        with telling_of_place():
            await self._bot.http.edit_channel(thread_id, archived=False)

    async def rename_thread(self, thread_id: int, name: str) -> None:
        """Give an own thread another name; one that is gone is left. Raises ShowTroubled, VenueRefused."""
        await self._pace.take(NEWS)
        with contextlib.suppress(PlaceGone), telling_of_place():
            # in an archived one nothing can be changed before it is woken, which goes with the same call
            await self._bot.http.edit_channel(thread_id, name=name, archived=False)

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
            raise _no_thread(error) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise troubled(error) from error
        return card_id

    async def open_private_thread(self, channel_id: int, name: str) -> int:
        """A thread that nobody sees who was not let in, but who manages threads; raises as `open_thread`."""
        await self._pace.take(NEWS)
        kind = discord.ChannelType.private_thread.value
        try:
            thread = await self._bot.http.start_thread_without_message(
                channel_id,
                name=name,
                auto_archive_duration=1440,
                type=kind,  # type: ignore[arg-type]  # typed as a literal
                invitable=False,
                rate_limit_per_user=0,
            )
        except discord.RateLimited as error:
            raise VenueRefused(f"threads are rate limited for {error.retry_after:.0f} s") from error
        except discord.HTTPException as error:
            raise _no_thread(error) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise troubled(error) from error
        return int(thread["id"])

    async def invite(self, thread_id: int, user_id: int) -> None:
        """Let somebody into a thread; whoever is in it stays. Raises VenueRefused, ShowTroubled."""
        await self._pace.take(NEWS)
        with telling_of_place():
            await self._bot.http.add_user_to_thread(thread_id, user_id)

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
        with telling_of_place():
            return (await self._bot.create_dm(discord.Object(user_id))).id

    async def find(self, channel_id: int, after: int, wanted: Callable[[discord.Message], bool]) -> int | None:
        """The id of the bot's own message after snowflake `after` that is wanted, if it was posted.

        Where more was written since than is read, one in the middle is missed: rather said twice than lost.
        """
        me = self._bot.user
        with telling_of_place():
            async for message in self._written_since(channel_id, after):
                if me and message.author.id == me.id and wanted(message):
                    return message.id
        return None

    async def find_footed(self, channel_id: int, after: int, footer: str) -> int | None:
        """As `find`, by the footer of its embed."""
        return await self.find(channel_id, after, lambda message: has_footer(message, footer))

    async def _written_since(self, channel_id: int, after: int) -> AsyncIterator[discord.Message]:
        """The oldest messages, and then of those after them the newest."""
        for oldest_first in (True, False):
            read = 0
            async for message in self._history(channel_id, after, oldest_first=oldest_first):
                yield message
                read, last = read + 1, message.id
            if read < SEARCHED:
                return
            after = last

    async def _history(self, channel_id: int, after: int, *, oldest_first: bool) -> AsyncIterator[discord.Message]:
        channel = self._bot.get_partial_messageable(channel_id)
        read = 0
        await self._pace.take(NEWS)
        async for message in channel.history(limit=SEARCHED, after=discord.Object(after), oldest_first=oldest_first):
            yield message
            read += 1
            if read % PAGE == 0:
                await self._pace.take(NEWS)

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
            with telling_of_place():
                return (await self._bot.fetch_guild(guild_id, with_counts=False)).filesize_limit
        except VenueRefused as error:
            log.info("The server cannot be asked for its limit: %s", error)
            return DEFAULT_UPLOAD


def _no_thread(error: discord.HTTPException) -> VenueRefused | ShowTroubled:
    """Told that there can be no thread, whatever the code: another venue then."""
    if 400 <= error.status < 500 and error.status not in (401, 429) and error.code != BLOCKED_ON_THE_WAY:
        return VenueRefused(str(error))
    return troubled(error)


def _mentions(ping: int | None) -> discord.AllowedMentions:
    users = [discord.Object(ping)] if ping else False
    return discord.AllowedMentions(everyone=False, roles=False, users=users, replied_user=False)
