"""Delivery: bring a job's thread and card up to date, each message once, in the best place that is left."""

import dataclasses
import logging
import time

import discord
from discord.ext import commands

from bot import media
from bot.catalogue import Model
from bot.discord_bot import DailiesBot
from bot.errors import ClipMissing, ShowTroubled
from bot.jobs import ENDED, Job, PictureState, Place, Status, card_face, next_place, visible_status
from bot.tracker import Post, Shown

from ._cards import (
    PINGS,
    card,
    card_buttons,
    clip_name,
    reply,
    reply_buttons,
    reply_keys,
    thread_name,
    too_large_reply,
)
from ._posting import FileTooLarge, Letter, PlaceRefused, Postman, TextRefused
from ._wording import pattern, say

log = logging.getLogger(__name__)

# Discord forgets a nonce after "a few minutes"; after this long the history is read before posting, seconds.
NONCE_TRUSTED = 120.0
# Statuses whose reply asks for a decision.
DECISIONS = (Status.UNCONFIRMED, Status.EXPIRED, Status.UNFOLLOWED)
DEFAULT_UPLOAD = 10 * 1024 * 1024
DISCORD_EPOCH = 1_420_070_400


class Delivery(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self.bot = bot
        self.post = Postman(bot)

    async def cog_load(self) -> None:
        self._remove = self.bot.tracker.on_show(self.show)

    async def cog_unload(self) -> None:
        self._remove()

    async def show(self, job: Job) -> Shown:
        """Say the job's status in its thread, then bring the card up to date. Raises ShowTroubled, ClipMissing."""
        posted: list[Post] = []
        if job.card_id is None:
            job = await self._put_card(job, posted)
        status = visible_status(job)
        if status not in (None, job.shown) and job.place is not Place.NOWHERE:
            job = await self._say(job, posted)
        face, again_in = await self._refresh_card(job)
        return Shown(
            shown=status or job.shown,
            card_face=face,
            card_id=job.card_id,
            place=job.place,
            posted=tuple(posted),
            again_in=again_in,
        )

    # --- the card

    async def _put_card(self, job: Job, posted: list[Post]) -> Job:
        """A card that a crash or a lost answer kept from appearing: found, or posted by the bot's own token."""
        before = _snowflake(job.created_at - 5)
        try:
            card_id = await self.post.find(job.channel_id, before, lambda message: _belongs(message, job))
            if card_id is None:
                picture = await self._thumbnail(job)
                embed = card(job, self._model(job), has_picture=picture is not None)
                card_id = await self.post.send_card(
                    job.channel_id, nonce=f"{job.id}:card", embed=embed, view=card_buttons(job), picture=picture
                )
        except (PlaceRefused, TextRefused) as error:
            log.warning("The card cannot be shown: %s", error, extra={"job": job.id})
            return dataclasses.replace(job, place=Place.DIRECT)
        if card_id is None:
            return job
        posted.append(Post(key="card", channel_id=job.channel_id, message_id=card_id))
        return dataclasses.replace(job, card_id=card_id)

    async def _refresh_card(self, job: Job) -> tuple[str | None, float | None]:
        """The face that the card has afterwards, and when to try again if Discord cannot be told now."""
        face = card_face(job)
        if job.card_id is None or face == job.card_face:
            return face, None
        read_since = (job.card_face or "").endswith("|") and job.picture is not PictureState.LINK
        has_picture = job.picture not in (PictureState.NONE, PictureState.LINK)
        embed = card(job, self._model(job), has_picture=has_picture)
        try:
            picture = await self._thumbnail(job) if read_since and has_picture else None
            await self.post.edit_card(job.channel_id, job.card_id, embed=embed, view=card_buttons(job), picture=picture)
            await self._clear_decisions(job)
        except ShowTroubled as error:
            return job.card_face, error.retry_after or 5.0
        return face, None

    async def _clear_decisions(self, job: Job) -> None:
        """Take the buttons from a reply whose question is answered."""
        asked = (job.card_face or "").split("|")[0]
        if asked not in DECISIONS or (asked == job.status and reply_buttons(job) is not None):
            return
        post = (await self.bot.store.posts(job.id)).get(asked)
        if post:
            await self.post.clear_buttons(post.channel_id, post.message_id)

    async def _thumbnail(self, job: Job) -> bytes | None:
        given = await self.bot.store.picture(job.id)
        if given is None:
            return None
        _, thumbnail = await self.bot.workbench.run(media.examine, given)
        return thumbnail

    # --- the thread

    async def _say(self, job: Job, posted: list[Post]) -> Job:
        """Post in the best place that takes it; the job with the place it went to."""
        while job.place is not Place.NOWHERE:
            try:
                posted += await self._say_there(job)
            except PlaceRefused as error:
                log.warning("%s refused: %s", job.place, error, extra={"job": job.id})
                job = dataclasses.replace(job, place=next_place(job.place))
                continue
            return job
        log.error("There is no place left to tell of this job", extra={"job": job.id})
        return job

    async def _say_there(self, job: Job) -> list[Post]:
        channel_id = await self._open(job)
        key = str(job.status)
        if time.time() - job.status_since > NONCE_TRUSTED:
            found = await self.post.find(channel_id, job.card_id or 0, lambda message: _says(message, job))
            if found:
                return [Post(key=key, channel_id=channel_id, message_id=found)]
        if job.status is Status.COMPLETED:
            return await self._send_clips(job, channel_id)
        place_in_line = await self.bot.tracker.place_in_line(job) if job.status is Status.QUEUED else None
        letter = self._letter(job, key, reply(job, self._model(job), place_in_line))
        try:
            message_id = await self.post.send(channel_id, job.guild_id, letter)
        except TextRefused as error:
            # an automatic moderator may dislike the vendor's words: say it without them
            log.warning("The text was refused: %s", error, extra={"job": job.id})
            plain = reply(dataclasses.replace(job, detail=None), self._model(job), place_in_line)
            message_id = await self._send_plain(channel_id, job, dataclasses.replace(letter, text=plain))
        return _posts(key, channel_id, message_id)

    async def _send_plain(self, channel_id: int, job: Job, letter: Letter) -> int | None:
        try:
            return await self.post.send(channel_id, job.guild_id, letter)
        except TextRefused as error:
            raise PlaceRefused(str(error)) from error

    async def _open(self, job: Job) -> int:
        """The channel where this job's replies go."""
        if job.place is Place.DIRECT:
            return await self.post.open_direct(job.asker_id)
        if job.place is Place.CHANNEL or job.card_id is None:
            return job.channel_id
        if job.shown is None:
            return await self.post.open_thread(job.channel_id, job.card_id, thread_name(job))
        return job.card_id  # a thread on a message has the message's id

    async def _send_clips(self, job: Job, channel_id: int) -> list[Post]:
        posted: list[Post] = []
        for part in range(len(job.clips)):
            key = str(job.status) if part == 0 else f"{job.status}{part}"
            text = reply(job, self._model(job))
            if part:
                text = say(job.locale, "reply.completed_part", part=part + 1, parts=len(job.clips))
            letter = self._letter(job, key, text, part)
            posted += _posts(key, channel_id, await self._send_clip(job, channel_id, letter, part))
        return posted

    async def _send_clip(self, job: Job, channel_id: int, letter: Letter, part: int) -> int | None:
        file = self.bot.tracker.clip_file(job, part)
        if not file.is_file():
            raise ClipMissing(file.name)
        limit = self._upload_limit(job)
        size = file.stat().st_size
        try:
            if size > limit:
                raise FileTooLarge(f"{size} bytes")
            letter = dataclasses.replace(letter, file=file, file_name=clip_name(job, part))
            return await self.post.send(channel_id, job.guild_id, letter)
        except FileTooLarge as error:
            log.warning("The clip is too large here: %s", error, extra={"job": job.id})
            text = too_large_reply(job, self._model(job), size=size, limit=limit, link=job.links[part])
            linked = dataclasses.replace(letter, file=None, text=text)
            return await self._send_plain(channel_id, job, linked)
        except TextRefused as error:
            raise PlaceRefused(str(error)) from error

    def _letter(self, job: Job, key: str, text: str, part: int = 0) -> Letter:
        return Letter(
            nonce=f"{job.id}:{key}",
            text=text,
            view=reply_buttons(job) if part == 0 else None,
            ping=job.asker_id if job.status in PINGS and part == 0 else None,
            answers=job.card_id if job.place is Place.CHANNEL else None,
        )

    def _upload_limit(self, job: Job) -> int:
        """Bytes a file may have where the job is shown; a guild that is not loaded yet is waited for."""
        if job.guild_id is None or job.place is Place.DIRECT:
            return DEFAULT_UPLOAD
        guild = self.bot.get_guild(job.guild_id)
        if guild is None and not self.bot.is_ready():
            raise ShowTroubled("the guild is not loaded yet", retry_after=2.0)
        return guild.filesize_limit if guild else DEFAULT_UPLOAD

    def _model(self, job: Job) -> Model:
        return self.bot.catalogue.find(job.request.model) or self.bot.catalogue.default


def _posts(key: str, channel_id: int, message_id: int | None) -> list[Post]:
    return [Post(key=key, channel_id=channel_id, message_id=message_id)] if message_id else []


def _belongs(message: discord.Message, job: Job) -> bool:
    """Whether a message has buttons of this job, as every live card has."""
    children = [child for row in message.components for child in getattr(row, "children", [])]
    return any((getattr(child, "custom_id", None) or "").startswith(f"job:{job.id}:") for child in children)


def _says(message: discord.Message, job: Job) -> bool:
    """Whether a message is this job's reply about its present status."""
    if _belongs(message, job) or any(job.id in attachment.filename for attachment in message.attachments):
        return job.status in ENDED
    if job.place is Place.DIRECT:
        return False
    if job.place is Place.CHANNEL and (message.reference is None or message.reference.message_id != job.card_id):
        return False
    return any(pattern(job.locale, key).search(message.content) for key in reply_keys(job.status))


def _snowflake(at: float) -> int:
    """The id that a message made at unix second `at` would have at least."""
    return int((at - DISCORD_EPOCH) * 1000) << 22


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(Delivery(bot))
