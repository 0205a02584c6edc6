"""Posting a job's clips where it is told of, and finding those that were posted before."""

from dataclasses import replace

import discord

from bot import clock
from bot.discord_bot import DailiesBot
from bot.display import Clip, Post, clip_key
from bot.jobs import Job, Venue
from bot.outlook import Outlook

from .batch_notes import take_heading
from .buttons import reply_buttons
from .posting import Postman
from .replies import clip_name, clip_reply, is_clip, stands_for_clip
from .thread import is_about, job_letter, said_after


class Uploads:
    def __init__(self, bot: DailiesBot, post: Postman) -> None:
        self._lookup = bot.lookup
        self._post = post

    async def limit(self, job: Job) -> int:
        return await self._post.upload_limit(None if job.venue is Venue.DIRECT else job.guild_id)

    async def find(self, job: Job, channel_id: int, part: int, size: int) -> tuple[int, bool] | None:
        whole, heading = False, await self._heading(job)

        def has_clip(message: discord.Message) -> bool:
            nonlocal whole
            sizes = [attachment.size for attachment in message.attachments if is_clip(attachment.filename, job, part)]
            whole = size in sizes
            return bool(sizes) or (is_about(message, job) and stands_for_clip(message.content, job, part, heading))

        message_id = await self._post.find(channel_id, said_after(job), has_clip)
        return (message_id, whole) if message_id else None

    async def post(self, job: Job, outlook: Outlook, channel_id: int, clip: Clip) -> int | None:
        """The buttons stand under the first clip, and whoever asked is called by it: of takes once all are over."""
        heading = await self._heading(job)
        text = clip_reply(job, self._lookup.model(job), outlook, clip, clock.now(), heading)
        is_first = clip.part == 0
        view = reply_buttons(job, self._lookup.catalogue, outlook) if is_first else None
        letter = job_letter(job, clip_key(clip.part), text, view, pings=is_first and heading is None)
        if clip.file:
            letter = replace(letter, file=clip.file, file_name=clip_name(job, clip.part))
        return await self._post.deliver(channel_id, job.guild_id, letter)

    async def _heading(self, job: Job) -> str | None:
        """What a take is posted under; None for a job that is told of by itself."""
        found = await self._lookup.take_of(job.id) if job.venue is Venue.BATCH else None
        return take_heading(*found, self._lookup.model(job)) if found else None

    async def remove(self, post: Post) -> None:
        await self._post.remove(post.channel_id, post.message_id)
