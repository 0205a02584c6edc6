"""Delivery: say a job's news in the best place that is left, each message once, and keep its card up to date."""

import dataclasses
import logging
import time

import discord
from discord.ext import commands

from bot import media
from bot.catalogue import Model
from bot.discord_bot import DailiesBot
from bot.errors import ClipMissing, ShowRefused
from bot.jobs import ENDED, Job, PictureState, Place, Status, card_face, next_place
from bot.outlook import Outlook
from bot.tracker import Drawn, Post, Said
from bot.workbench import WorkFailed

from ._cards import (
    PINGS,
    card,
    card_buttons,
    clip_name,
    is_card_of,
    reply,
    reply_buttons,
    reply_keys,
    subject,
    thread_name,
    too_large_reply,
)
from ._pace import CARD, NEWS, RESULT, Pace
from ._posting import FileTooLarge, Letter, PlaceRefused, Postman, TextRefused
from ._wording import pattern, say

log = logging.getLogger(__name__)

# Discord forgets a nonce after "a few minutes"; after this long the history is read before posting, seconds.
NONCE_TRUSTED = 120.0
# Statuses whose reply asks for a decision.
DECISIONS = (Status.UNCONFIRMED, Status.EXPIRED, Status.UNFOLLOWED)


class Delivery(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self.bot = bot
        self.post = Postman(bot, Pace(lambda: bot.tracker.workers))

    async def cog_load(self) -> None:
        self._remove = self.bot.tracker.on_show(self)

    async def cog_unload(self) -> None:
        self._remove()

    # --- the card

    async def draw(self, job: Job, outlook: Outlook) -> Drawn:
        """Bring the card up to date, or put it there. Raises ShowTroubled."""
        if job.card_id is None:
            return await self._put_card(job, outlook)
        has_picture = job.picture not in (PictureState.NONE, PictureState.LINK)
        # one that was read after the card appeared is put on it now; so is one that may or may not be on it
        shows_picture = bool(job.card_face) and not str(job.card_face).endswith("|")
        picture = await self._thumbnail(job) if has_picture and not shows_picture else None
        has_picture = has_picture and (shows_picture or picture is not None)
        embed = card(job, self._model(job), outlook, has_picture=has_picture)
        await self.post.edit_card(
            job.channel_id,
            job.card_id,
            embed=embed,
            view=card_buttons(job),
            picture=picture,
            rank=NEWS if job.status in ENDED else CARD,
        )
        await self._clear_decisions(job)
        return Drawn(face=card_face(job, outlook.standing), card_id=job.card_id, place=job.place)

    async def _put_card(self, job: Job, outlook: Outlook) -> Drawn:
        """A card that a crash or a lost answer kept from appearing: found, or posted by the bot's own token."""
        try:
            # the event that asked for the job is older than anything said of it
            card_id = await self.post.find(job.channel_id, int(job.id, 36), lambda message: is_card_of(message, job))
            face = "" if card_id else card_face(job, outlook.standing)
            if card_id is None:
                picture = await self._thumbnail(job)
                embed = card(job, self._model(job), outlook, has_picture=picture is not None)
                card_id = await self.post.send_card(
                    job.channel_id, nonce=f"{job.id}:card", embed=embed, view=card_buttons(job), picture=picture
                )
        except (PlaceRefused, TextRefused) as error:
            log.warning("The card cannot be shown: %s", error, extra={"job": job.id})
            card_id = None
        if card_id is None:
            return Drawn(face=card_face(job, outlook.standing), card_id=None, place=Place.DIRECT)
        post = Post(key="card", channel_id=job.channel_id, message_id=card_id)
        return Drawn(face=face, card_id=card_id, place=job.place, posted=(post,))

    async def _clear_decisions(self, job: Job) -> None:
        """Take the buttons from replies whose question is answered."""
        if job.status not in ENDED:
            return
        posts = await self.bot.store.posts(job.id)
        for asked in DECISIONS:
            if asked in posts and (asked is not job.status or reply_buttons(job) is None):
                await self.post.clear_buttons(posts[asked].channel_id, posts[asked].message_id)

    async def _thumbnail(self, job: Job) -> bytes | None:
        given = await self.bot.store.picture(job.id)
        if given is None:
            return None
        try:
            _, thumbnail = await self.bot.workbench.run(media.examine, given)
        except WorkFailed as error:
            log.warning("No small picture: %s", error, extra={"job": job.id})
            return None
        return thumbnail

    # --- the thread

    async def say(self, job: Job, outlook: Outlook) -> Said:
        """Say the job's status in the best place that takes it. Raises ShowTroubled, ShowRefused, ClipMissing."""
        place: Place | None = job.place
        while place:
            try:
                return await self._say_there(dataclasses.replace(job, place=place), outlook)
            except PlaceRefused as error:
                log.warning("%s refused: %s", place, error, extra={"job": job.id})
                place, refusal = next_place(place), error
        raise ShowRefused(str(refusal))

    async def _say_there(self, job: Job, outlook: Outlook) -> Said:
        channel_id = await self._open(job)
        if job.status is Status.COMPLETED:
            return await self._say_completed(job, outlook, channel_id)
        key = str(job.status)
        message_id = await self._find_said(job, channel_id) or await self._send_words(job, outlook, channel_id, key)
        return Said(status=job.status, place=job.place, posted=_posts(key, channel_id, message_id))

    async def _open(self, job: Job) -> int:
        """The channel where this job's replies go."""
        if job.place is Place.DIRECT:
            return await self.post.open_direct(job.asker_id)
        if job.place is Place.CHANNEL or job.card_id is None:
            return job.channel_id
        if job.shown is None:
            return await self.post.open_thread(job.channel_id, job.card_id, thread_name(job))
        return job.card_id  # a thread on a message has the message's id

    async def _find_said(self, job: Job, channel_id: int, file_name: str = "") -> int | None:
        """After a doubt that outlasts the nonce: the message that says this already.

        A clip that was fetched twice may have been posted the first time; its age counts from when it was made.
        """
        began = min(job.status_since, job.made_at or job.status_since)
        missing = bool(file_name) and not self.bot.tracker.clips.are_here(job)
        if time.time() - began <= NONCE_TRUSTED and not missing:
            return None
        return await self.post.find(channel_id, int(job.id, 36), lambda message: _says(message, job, file_name))

    async def _send_words(self, job: Job, outlook: Outlook, channel_id: int, key: str) -> int | None:
        letter = self._letter(job, key, reply(job, self._model(job), outlook))
        try:
            return await self.post.send(channel_id, job.guild_id, letter)
        except TextRefused as error:
            # an automatic moderator may dislike the vendor's words: say it without them
            log.warning("The text was refused: %s", error, extra={"job": job.id})
            plain = reply(dataclasses.replace(job, detail=None), self._model(job), outlook)
            return await self._send_or_leave(channel_id, job, dataclasses.replace(letter, text=plain))

    async def _send_or_leave(self, channel_id: int, job: Job, letter: Letter) -> int | None:
        try:
            return await self.post.send(channel_id, job.guild_id, letter)
        except TextRefused as error:
            raise PlaceRefused(str(error)) from error

    # --- the clips

    async def _say_completed(self, job: Job, outlook: Outlook, channel_id: int) -> Said:
        posted: tuple[Post, ...] = ()
        uploaded = True
        for part in range(len(job.clips)):
            key = str(job.status) if part == 0 else f"{job.status}{part}"
            message_id = await self._find_said(job, channel_id, clip_name(job, part))
            if message_id is None:
                message_id, went_up = await self._send_clip(job, outlook, channel_id, key, part)
                uploaded = uploaded and went_up
            posted += _posts(key, channel_id, message_id)
        return Said(status=job.status, place=job.place, posted=posted, uploaded=uploaded)

    async def _send_clip(
        self, job: Job, outlook: Outlook, channel_id: int, key: str, part: int
    ) -> tuple[int | None, bool]:
        """The message's id, and whether the clip is in it: one that is too large is linked, and kept."""
        file = self.bot.tracker.clips.file(job, part)
        if not file.is_file():
            raise ClipMissing(file.name)
        letter = self._letter(job, key, self._clip_text(job, outlook, part), part)
        limit = await self.post.upload_limit(None if job.place is Place.DIRECT else job.guild_id)
        size = file.stat().st_size
        try:
            if size > limit:
                raise FileTooLarge(f"{size} bytes")
            loaded = dataclasses.replace(letter, file=file, file_name=clip_name(job, part))
            return await self._send_or_leave(channel_id, job, loaded), True
        except FileTooLarge as error:
            log.warning("The clip is too large here: %s", error, extra={"job": job.id})
            text = too_large_reply(job, self._model(job), outlook, part=part, size=size, limit=limit, now=time.time())
            return await self._send_or_leave(channel_id, job, dataclasses.replace(letter, text=text)), False

    def _clip_text(self, job: Job, outlook: Outlook, part: int) -> str:
        if part:
            return say(job.locale, "reply.completed_part", part=part + 1, parts=len(job.clips))
        return reply(job, self._model(job), outlook)

    def _letter(self, job: Job, key: str, text: str, part: int = 0) -> Letter:
        return Letter(
            nonce=f"{job.id}:{key}",
            text=text,
            view=reply_buttons(job) if part == 0 else None,
            ping=job.asker_id if job.status in PINGS and part == 0 else None,
            answers=job.card_id if job.place is Place.CHANNEL else None,
            rank=RESULT if job.status in ENDED else NEWS,
        )

    def _model(self, job: Job) -> Model:
        return self.bot.catalogue.describe(job.request.model)


def _posts(key: str, channel_id: int, message_id: int | None) -> tuple[Post, ...]:
    return (Post(key=key, channel_id=channel_id, message_id=message_id),) if message_id else ()


def _says(message: discord.Message, job: Job, file_name: str) -> bool:
    """Whether a message is this job's reply about its present status, or has its clip."""
    if file_name and any(attachment.filename == file_name for attachment in message.attachments):
        return True
    if job.place is Place.DIRECT and not message.content.startswith(subject(job)):
        return False
    if job.place is Place.CHANNEL and (message.reference is None or message.reference.message_id != job.card_id):
        return False
    return any(pattern(job.locale, key).search(message.content) for key in reply_keys(job.status))


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(Delivery(bot))
