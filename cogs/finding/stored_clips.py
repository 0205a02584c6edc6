"""A finished job's clips, as Discord keeps them: read from the job's own messages, by the bot's own token."""

import discord

from bot.discord_bot import DailiesBot
from bot.display import Post, clip_part
from bot.errors import DailiesError, VenueRefused

from ..showing.discord_errors import MessageGone, telling_apart


class ClipsGone(DailiesError):
    """The messages with the clips are gone, may not be read, or have no clip."""


def clip_posts(posts: dict[str, Post]) -> list[Post]:
    """Those of a job's messages that bring its clips, in the order of its parts."""
    found = {part: post for key, post in posts.items() if (part := clip_part(key)) is not None}
    return [found[part] for part in sorted(found)]


async def stored_clips(bot: DailiesBot, posts: list[Post]) -> list[discord.Attachment]:
    """The clips of a job, in the order of its parts; their links are fresh, and live for a day.

    Raises ClipsGone, and ShowTroubled when Discord does not answer for now.
    """
    return [clip for post in posts for clip in await _clips_of(bot, post)]


async def read_clip(clip: discord.Attachment) -> bytes:
    """Raises ClipsGone, and ShowTroubled when Discord does not answer for now."""
    try:
        with telling_apart():
            return await clip.read()
    except (MessageGone, VenueRefused) as error:
        raise ClipsGone(str(error)) from error


async def _clips_of(bot: DailiesBot, post: Post) -> list[discord.Attachment]:
    try:
        with telling_apart():
            message = await bot.get_partial_messageable(post.channel_id).fetch_message(post.message_id)
    except (MessageGone, VenueRefused) as error:
        raise ClipsGone(str(error)) from error
    clips = [attachment for attachment in message.attachments if attachment.filename.lower().endswith(".mp4")]
    if not clips:
        raise ClipsGone("the message has no clip")
    return clips
