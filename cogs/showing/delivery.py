"""Delivery: say a job's news in the best place that is left, each message once, and keep its card up to date."""

import contextlib
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

from ..words.wording import pattern
from .buttons import card_buttons, reply_buttons
from .card import (
    PICTURE_NAME,
    PINGS,
    POSTER_NAME,
    Upload,
    card,
    clip_name,
    clip_reply,
    is_card_of,
    reply,
    reply_keys,
    stands_for_clip,
    subject,
    thread_name,
)
from .pace import CARD, NEWS, RESULT
from .posting import FileTooLarge, Letter, Picture, PlaceRefused, TextRefused, postman, smaller_limit

log = logging.getLogger(__name__)

# Discord forgets a nonce after "a few minutes"; after this long the history is read before posting, seconds.
NONCE_TRUSTED = 120.0
# How often a clip is offered, smaller each time, before it is linked.
UPLOADS = 3
# Statuses whose reply asks for a decision.
DECISIONS = (Status.UNCONFIRMED, Status.EXPIRED, Status.UNFOLLOWED)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sight:
    """The picture that a card shows, by name, None for none; `new` when it is not on it yet."""

    name: str | None = None
    new: Picture | None = None

    @property
    def has_picture(self) -> bool:
        return self.name == PICTURE_NAME

    @property
    def has_poster(self) -> bool:
        return self.name == POSTER_NAME


class Delivery(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self.bot = bot
        self.post = postman(bot)

    async def cog_load(self) -> None:
        self._remove = self.bot.tracker.on_show(self)

    async def cog_unload(self) -> None:
        self._remove()

    # --- the card

    async def draw(self, job: Job, outlook: Outlook) -> Drawn:
        """Bring the card up to date, or put it there. Raises ShowTroubled."""
        if job.card_id is None:
            return await self._put_card(job, outlook)
        sight = await self._sight(job)
        parent = await self._parent(job)
        await self.post.edit_card(
            job.channel_id,
            job.card_id,
            embed=self._card(job, outlook, sight, parent),
            view=card_buttons(job, outlook),
            picture=sight.new,
            keep=sight.name is not None or not (_showed_end(job) or job.status is Status.DELETED),
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
                sight = await self._poster(job) or await self._start_picture(job)
                card_id = await self.post.send_card(
                    job.channel_id,
                    nonce=f"{job.id}:card",
                    embed=self._card(job, outlook, sight, await self._parent(job)),
                    view=card_buttons(job, outlook),
                    picture=sight.new,
                )
        except (PlaceRefused, TextRefused) as error:
            log.warning("The card cannot be shown: %s", error, extra={"job": job.id})
            card_id = None
        if card_id is None:
            return Drawn(face=card_face(job, outlook.standing), card_id=None, place=Place.DIRECT)
        post = Post(key="card", channel_id=job.channel_id, message_id=card_id)
        return Drawn(face=face, card_id=card_id, place=job.place, posted=(post,))

    async def _clear_decisions(self, job: Job) -> None:
        """Take the buttons from replies whose question is answered, and what was taken back altogether."""
        if job.status not in ENDED:
            return
        posts = await self.bot.store.posts(job.id)
        if job.status is Status.DELETED:
            for key, post in posts.items():
                if key.startswith(Status.COMPLETED):
                    await self.post.remove(post.channel_id, post.message_id)
        for asked in DECISIONS:
            if asked in posts and (asked is not job.status or self._buttons(job) is None):
                await self.post.clear_buttons(posts[asked].channel_id, posts[asked].message_id)

    def _card(self, job: Job, outlook: Outlook, sight: Sight, parent: Job | None) -> discord.Embed:
        shown = {"has_picture": sight.has_picture, "has_poster": sight.has_poster}
        return card(job, self._model(job), outlook, parent=parent, **shown)

    # --- the card's picture

    async def _sight(self, job: Job) -> Sight:
        """What the card is to show, put on it now or there already: the picture to start from, at last the clip's."""
        if job.status is Status.COMPLETED:
            if sight := await self._poster(job):
                return sight
            # drawn before, perhaps elsewhere, or there never was one: the card itself knows
            names = await self.post.names_on(job.channel_id, job.card_id or 0)
            if name := next((name for name in (POSTER_NAME, PICTURE_NAME) if name in names), None):
                return Sight(name=name)
        if job.picture in (PictureState.NONE, PictureState.LINK) or job.status is Status.DELETED:
            return Sight()
        # one that was read after the card appeared is put on it now; so is one that may or may not be on it
        return Sight(name=PICTURE_NAME) if _shows_start(job) else await self._start_picture(job)

    async def _poster(self, job: Job) -> Sight | None:
        if job.status is not Status.COMPLETED or not (data := await self.bot.tracker.clips.poster(job)):
            return None
        return Sight(name=POSTER_NAME, new=Picture(name=POSTER_NAME, data=data))

    async def _start_picture(self, job: Job) -> Sight:
        given = await self.bot.store.picture(job.id)
        if given is None:
            return Sight()
        try:
            _, small = await self.bot.workbench.run(media.examine, given)
        except WorkFailed as error:
            log.warning("No small picture: %s", error, extra={"job": job.id})
            return Sight()
        return Sight(name=PICTURE_NAME, new=Picture(name=PICTURE_NAME, data=small))

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

    async def _find_said(self, job: Job, channel_id: int) -> int | None:
        """After a doubt that outlasts the nonce: the message that says this already."""
        if not self._in_doubt(job):
            return None
        return await self.post.find(channel_id, int(job.id, 36), lambda message: _says(message, job))

    def _in_doubt(self, job: Job) -> bool:
        """A clip that was fetched twice may have been posted the first time; its age counts from when it was made."""
        began = min(job.status_since, job.made_at or job.status_since)
        return time.time() - began > NONCE_TRUSTED or not self.bot.tracker.clips.are_here(job)

    async def _send_words(self, job: Job, outlook: Outlook, channel_id: int, key: str) -> int | None:
        letter = self._letter(job, outlook, key, reply(job, self._model(job), outlook))
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

    async def prepare(self, job: Job) -> None:
        """Have clips that are too large here made smaller, before the channel's turn is taken. Raises ShowTroubled."""
        if job.status is not Status.COMPLETED:
            return
        limit = await self._limit(job)
        # what is not there may have been posted: that is for `say` to find out
        with contextlib.suppress(ClipMissing):
            for part in range(len(job.clips)):
                await self.bot.tracker.screening.fit(job, part, limit)

    async def _say_completed(self, job: Job, outlook: Outlook, channel_id: int) -> Said:
        posted: tuple[Post, ...] = ()
        uploaded = True
        for part in range(len(job.clips)):
            key = str(job.status) if part == 0 else f"{job.status}{part}"
            message_id, whole = await self._post_clip(job, outlook, channel_id, key, part)
            uploaded = uploaded and whole
            posted += _posts(key, channel_id, message_id)
        return Said(status=job.status, place=job.place, posted=posted, uploaded=uploaded)

    async def _post_clip(
        self, job: Job, outlook: Outlook, channel_id: int, key: str, part: int
    ) -> tuple[int | None, bool]:
        """The message's id, and whether the clip is in it as it was made.

        One that is too large goes as a copy, smaller each time Discord refuses it all the same, and at last as a link.
        """
        original = self.bot.tracker.clips.file(job, part)
        if not original.is_file():
            if found := await self._find_clip(job, channel_id, part, 0):
                return found
            raise ClipMissing(original.name)
        size, limit = original.stat().st_size, await self._limit(job)
        for chance in reversed(range(UPLOADS + 1)):
            file = await self.bot.tracker.screening.fit(job, part, limit) if chance else None
            # only now: a copy may take longer to make than Discord remembers a nonce
            if self._in_doubt(job) and (found := await self._find_clip(job, channel_id, part, size)):
                return found
            came = file.stat().st_size if file else None
            upload = Upload(size=size, became=came, is_copy=file != original)
            text = clip_reply(job, self._model(job), outlook, part=part, upload=upload, now=time.time())
            letter = self._letter(job, outlook, key, text, part)
            if file:
                letter = dataclasses.replace(letter, file=file, file_name=clip_name(job, part))
            try:
                return await self._send_or_leave(channel_id, job, letter), file == original
            except FileTooLarge as error:
                log.warning("The clip is too large here: %s", error, extra={"job": job.id})
                limit = smaller_limit(came or limit)
        raise PlaceRefused("not even a link is taken")

    async def _find_clip(self, job: Job, channel_id: int, part: int, size: int) -> tuple[int, bool] | None:
        """The message that has this clip, or stands for it, and whether it is the clip of `size` bytes itself."""
        whole = False

        def has_clip(message: discord.Message) -> bool:
            nonlocal whole
            name = clip_name(job, part)
            sizes = [attachment.size for attachment in message.attachments if attachment.filename == name]
            whole = size in sizes
            return bool(sizes) or (_is_about(message, job) and stands_for_clip(message.content, job, part))

        message_id = await self.post.find(channel_id, int(job.id, 36), has_clip)
        return (message_id, whole) if message_id else None

    async def _limit(self, job: Job) -> int:
        """What one file may weigh where the job is told of, bytes. Raises ShowTroubled."""
        return await self.post.upload_limit(None if job.place is Place.DIRECT else job.guild_id)

    def _letter(self, job: Job, outlook: Outlook, key: str, text: str, part: int = 0) -> Letter:
        return Letter(
            nonce=f"{job.id}:{key}",
            text=text,
            view=self._buttons(job, outlook) if part == 0 else None,
            ping=job.asker_id if job.status in PINGS and part == 0 else None,
            answers=job.card_id if job.place is Place.CHANNEL else None,
            rank=RESULT if job.status in ENDED else NEWS,
        )

    def _buttons(self, job: Job, outlook: Outlook | None = None) -> discord.ui.View | None:
        return reply_buttons(job, self.bot.catalogue, outlook)

    async def _parent(self, job: Job) -> Job | None:
        return await self.bot.store.find(job.parent_id) if job.parent_id else None

    def _model(self, job: Job) -> Model:
        return self.bot.catalogue.describe(job.request.model)


def _posts(key: str, channel_id: int, message_id: int | None) -> tuple[Post, ...]:
    return (Post(key=key, channel_id=channel_id, message_id=message_id),) if message_id else ()


def _says(message: discord.Message, job: Job) -> bool:
    """Whether a message is this job's reply about its present status."""
    return _is_about(message, job) and any(
        pattern(job.locale, key).search(message.content) for key in reply_keys(job.status)
    )


def _is_about(message: discord.Message, job: Job) -> bool:
    """Where several jobs are told of in one channel: whether it is about this one."""
    if job.place is Place.DIRECT and not message.content.startswith(subject(job)):
        return False
    return job.place is not Place.CHANNEL or (
        message.reference is not None and message.reference.message_id == job.card_id
    )


def _shows_start(job: Job) -> bool:
    """Whether the picture to start from is on the card: put there with the first face that knew its size."""
    face = job.card_face or ""
    return bool(face) and not face.endswith("|") and not _showed_end(job)


def _showed_end(job: Job) -> bool:
    """Whether the card showed the clip's picture instead, of a clip that has to be fetched again."""
    return (job.card_face or "").startswith(f"{Status.COMPLETED}|")


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(Delivery(bot))
