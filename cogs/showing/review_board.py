"""The review board: puts questions to moderators into their channel, once each, and takes them down when decided."""

import logging

import discord

from bot.discord_bot import DailiesBot
from bot.display import Clip, ClipDisplay, Notice, Post
from bot.errors import ShowTroubled, VenueRefused
from bot.jobs import Job, job_id
from bot.outlook import Outlook
from bot.pace import NEWS, RESULT
from bot.permissions import NEEDED
from bot.reviews import Kind

from ..words.wording import say
from .footers import later_than
from .posting import CardPicture, Letter, Postman
from .replies import SPOILER, clip_name, is_clip
from .review_notes import is_note_of, note, note_buttons, reminder

log = logging.getLogger(__name__)

PICTURE_NAME = f"{SPOILER}picture.jpg"


class ReviewBoard:
    def __init__(self, bot: DailiesBot, post: Postman) -> None:
        self._bot = bot
        self._lookup = bot.lookup
        self._post = post

    async def find(self, notice: Notice, channel_id: int) -> int | None:
        return await self._post.find(channel_id, asked_after(notice), lambda one: is_note_of(one, notice.review))

    async def ask(self, notice: Notice, channel_id: int) -> int | None:
        picture = CardPicture(name=PICTURE_NAME, data=notice.start) if notice.start else None
        return await self._send(notice, channel_id, self.letter(notice, picture=picture))

    def clips(self, notice: Notice) -> ClipDisplay:
        return HeldClips(self, self._post, notice)

    async def is_there(self, notice: Notice, channel_id: int, message_id: int) -> bool:
        return self._is_open(notice, channel_id) and await self._post.holds(channel_id, message_id)

    async def remind(self, notice: Notice, channel_id: int, message_id: int) -> None:
        nonce = f"{_nonce(notice)}:r"
        await self._send(notice, channel_id, Letter(nonce=nonce, text=reminder(notice), answers=message_id))

    async def close(self, notice: Notice, channel_id: int, message_id: int) -> None:
        embed = note(notice, self._lookup.model(notice.job))
        await self._post.edit_card(
            channel_id, message_id, embed=embed, view=note_buttons(notice), picture=None, keep=False, rank=NEWS
        )

    async def warn(self, notice: Notice, channel_id: int | None) -> None:
        """In the server's own channel for such things, where the bot may write there."""
        job, guild = notice.job, self._bot.get_guild(notice.review.guild_id)
        where = f"<#{channel_id}>" if channel_id else say(job.locale, "reviewing.no_channel")
        text = say(job.locale, "reviewing.closed", channel=where)
        try:
            if guild is None or guild.system_channel is None:
                raise VenueRefused("the server has no channel for it")
            nonce = f"unseen:{job_id(channel_id or guild.id)}"
            await self._send(notice, guild.system_channel.id, Letter(nonce=nonce, text=text))
        except (VenueRefused, ShowTroubled) as error:
            log.warning("A review channel is closed, and nobody could be told: %s", error, extra={"job": job.id})

    def letter(self, notice: Notice, picture: CardPicture | None = None) -> Letter:
        """The question itself."""
        embed = note(notice, self._lookup.model(notice.job))
        view = note_buttons(notice)
        return Letter(nonce=_nonce(notice), embed=embed, view=view, picture=picture, rank=RESULT)

    async def _send(self, notice: Notice, channel_id: int, letter: Letter) -> int | None:
        return await self._post.deliver(channel_id, notice.job.guild_id, letter)

    def _is_open(self, notice: Notice, channel_id: int) -> bool:
        """As far as it is known without asking: of a thread that sleeps, or in another shard's server, nothing is."""
        guild = self._bot.get_guild(notice.review.guild_id)
        channel = guild.get_channel(channel_id) if guild else None
        if guild is None or channel is None:
            return True
        granted = channel.permissions_for(guild.me)
        return all(getattr(granted, name) for name in NEEDED)


class HeldClips:
    """The clips of one job on their way to moderators: hidden until somebody clicks, the question with the first."""

    def __init__(self, board: ReviewBoard, post: Postman, notice: Notice) -> None:
        self._board = board
        self._post = post
        self._notice = notice

    async def limit(self, job: Job) -> int:
        return await self._post.upload_limit(job.guild_id)

    async def find(self, job: Job, channel_id: int, part: int, size: int) -> tuple[int, bool] | None:
        def is_this(message: discord.Message) -> bool:
            if part == 0:
                return is_note_of(message, self._notice.review)
            return any(is_clip(attachment.filename, job, part) for attachment in message.attachments)

        message_id = await self._post.find(channel_id, asked_after(self._notice), is_this)
        return (message_id, True) if message_id else None

    async def post(self, job: Job, outlook: Outlook, channel_id: int, clip: Clip) -> int | None:
        question = self._board.letter(self._notice)
        letter = Letter(
            nonce=question.nonce if clip.part == 0 else f"{job.id}:p{clip.part}",
            embed=question.embed if clip.part == 0 else None,
            view=question.view if clip.part == 0 else None,
            text=None if clip.file else f"||{job.links[clip.part]}||",
            file=clip.file,
            file_name=SPOILER + clip_name(job, clip.part).removeprefix(SPOILER),
            rank=RESULT,
        )
        return await self._post.deliver(channel_id, job.guild_id, letter)

    async def remove(self, post: Post) -> None:
        await self._post.remove(post.channel_id, post.message_id)


def asked_after(notice: Notice) -> int:
    """A snowflake older than the question, by Discord's clock: the event's is known."""
    return later_than(notice.job.id, notice.review.asked_at - notice.job.created_at)


def _nonce(notice: Notice) -> str:
    """Discord takes 25 characters; a question that somebody deleted is asked anew under the same, later."""
    return f"{notice.job.id}:{'s' if notice.review.kind is Kind.SENDING else 'p'}"
