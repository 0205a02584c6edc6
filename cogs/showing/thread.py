"""Speaking in a job's thread, or wherever else its replies go: each status once."""

import logging
from dataclasses import replace

import discord

from bot.discord_bot import DailiesBot
from bot.display import THREAD_KEY
from bot.jobs import ENDED, Job, Status, Venue
from bot.outlook import Outlook
from bot.pace import NEWS, RESULT

from ..words.wording import pattern, say
from .buttons import reply_buttons
from .discord_errors import TextRefused
from .footers import later_than
from .posting import Letter, Postman
from .replies import PINGS, reply, reply_keys, subject, thread_name

log = logging.getLogger(__name__)


class Threads:
    def __init__(self, bot: DailiesBot, post: Postman) -> None:
        self._lookup = bot.lookup
        self._opened = bot.actions.submission.thread_opened
        self._post = post

    async def open(self, job: Job) -> int:
        if job.venue is Venue.DIRECT:
            return await self._post.open_direct(job.asker_id)
        if job.venue is Venue.PRIVATE:
            return await self._open_private(job)
        if job.venue is Venue.CHANNEL or job.card_id is None:
            return job.channel_id
        if job.shown is None:
            return await self._post.open_thread(job.channel_id, job.card_id, thread_name(job))
        return job.card_id  # a thread on a message has the message's id

    async def unname(self, job: Job) -> None:
        if job.card_id:
            await self._post.rename_thread(job.card_id, say(job.locale, "reply.thread", id=job.id))

    async def _open_private(self, job: Job) -> int:
        """The thread that was opened, or a new one: remembered before its asker is let in, so that they see but one."""
        known = (await self._lookup.posts(job.id)).get(THREAD_KEY)
        if known and job.shown:
            return known.channel_id
        thread_id = known.channel_id if known else 0
        if not thread_id:
            thread_id = await self._post.open_private_thread(job.channel_id, thread_name(job))
            await self._opened(job, thread_id)
        await self._post.invite(thread_id, job.asker_id)
        return thread_id

    async def find(self, job: Job, channel_id: int) -> int | None:
        return await self._post.find(channel_id, said_after(job), lambda message: _says(message, job))

    async def say(self, job: Job, outlook: Outlook, channel_id: int) -> int | None:
        model = self._lookup.model(job)
        view = reply_buttons(job, self._lookup.catalogue, outlook)
        letter = job_letter(job, str(job.status), reply(job, model, outlook), view, pings=job.status in PINGS)
        try:
            return await self._post.send(channel_id, job.guild_id, letter)
        except TextRefused as error:
            # an automatic moderator may dislike the vendor's words: say it without them
            log.warning("The text was refused: %s", error, extra={"job": job.id})
            plain = reply(replace(job, detail=None), model, outlook)
            return await self._post.deliver(channel_id, job.guild_id, replace(letter, text=plain))


def job_letter(job: Job, key: str, text: str, view: discord.ui.View | None, *, pings: bool) -> Letter:
    """A message about a job; its nonce is made of what it says."""
    return Letter(
        nonce=f"{job.id}:{key}",
        text=text,
        view=view,
        ping=job.asker_id if pings else None,
        answers=job.card_id if job.venue is Venue.CHANNEL else None,
        rank=RESULT if job.status in ENDED else NEWS,
    )


def said_after(job: Job) -> int:
    """A snowflake older than whatever was said of the job's status, by Discord's clock: the event's is known.

    What is done may have been done before, when its clip has to be fetched once more.
    """
    began = job.submitted_at if job.status is Status.COMPLETED else job.status_since
    return later_than(job.id, (began or job.status_since) - job.created_at)


def is_about(message: discord.Message, job: Job) -> bool:
    """Where several jobs are told of in one channel: whether it is about this one."""
    if job.venue is Venue.DIRECT and not message.content.startswith(subject(job)):
        return False
    return job.venue is not Venue.CHANNEL or (
        message.reference is not None and message.reference.message_id == job.card_id
    )


def _says(message: discord.Message, job: Job) -> bool:
    """Whether a message is this job's reply about its present status."""
    keys = reply_keys(job.status)
    return is_about(message, job) and any(pattern(job.locale, key).search(message.content) for key in keys)
