"""A finished job's clips, as Discord keeps them: read from the job's own messages, by the bot's own token."""

import contextlib
import re
from collections.abc import Iterator

import aiohttp
import discord

from bot.discord_bot import DailiesBot
from bot.errors import DailiesError, ShowTroubled
from bot.jobs import Job, Status
from bot.tracker import Post

KEY = re.compile(rf"{Status.COMPLETED}(\d*)")


class ClipsGone(DailiesError):
    """The messages with the clips are gone, may not be read, or have no clip."""


async def stored_clips(bot: DailiesBot, job: Job) -> list[discord.Attachment]:
    """The clips of a job, in the order of its parts; their links are fresh, and live for a day.

    Raises ClipsGone, and ShowTroubled when Discord does not answer for now.
    """
    posts = await bot.store.posts(job.id)
    clips = [clip for post in clip_posts(posts) for clip in await _clips_of(bot, post)]
    if not clips:
        raise ClipsGone("no clip was posted")
    return clips


def clip_posts(posts: dict[str, Post]) -> list[Post]:
    """Those of a job's messages that bring its clips: "completed", "completed1", …"""
    found = {int(match[1] or 0): post for key, post in posts.items() if (match := KEY.fullmatch(key))}
    return [found[part] for part in sorted(found)]


async def read_clip(clip: discord.Attachment) -> bytes:
    """Raises ClipsGone, and ShowTroubled when Discord does not answer for now."""
    with _told_apart():
        return await clip.read()


async def _clips_of(bot: DailiesBot, post: Post) -> list[discord.Attachment]:
    channel = bot.get_partial_messageable(post.channel_id)
    with _told_apart():
        message = await channel.fetch_message(post.message_id)
    clips = [attachment for attachment in message.attachments if attachment.filename.lower().endswith(".mp4")]
    if not clips:
        raise ClipsGone("the message has no clip")
    return clips


@contextlib.contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except (discord.NotFound, discord.Forbidden) as error:
        raise ClipsGone(str(error)) from error
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
        retry_after = error.retry_after if isinstance(error, discord.RateLimited) else None
        raise ShowTroubled(f"{type(error).__name__} {error}".strip(), retry_after=retry_after) from error
