"""What was said while the bot was not connected, where Discord tells that something was: it is not sent later."""

import logging
from collections.abc import AsyncIterator

import discord

from bot import clock
from bot.discord_bot import DailiesBot
from bot.errors import DailiesError

from ..showing.posting import Postman

log = logging.getLogger(__name__)

# Who has said something longer ago has given up, seconds.
MISSED_FOR = 600.0
# Each channel costs a call of the 50 a second, while everybody else waits for the bot to be back.
MOST_CHANNELS = 50
MOST_MESSAGES = 100

Place = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


async def missed(bot: DailiesBot, post: Postman, shard_id: int) -> AsyncIterator[discord.Message]:
    """What was said lately in the servers of a shard, and not answered; of many channels those used last."""
    since = clock.now() - MISSED_FOR
    places = [place for guild in bot.guilds if guild.shard_id == shard_id for place in _places(guild)]
    lively = sorted((place for place in places if _last(place) >= since), key=_last, reverse=True)
    for place in lively[:MOST_CHANNELS]:
        try:
            page = await post.read_newest(place, MOST_MESSAGES)
        except DailiesError as error:  # whatever keeps one from being read, the others may be
            log.info("Channel %s cannot be read: %s", place.id, error)
            continue
        answered = {one.reference.message_id for one in page if one.reference and one.author == bot.user}
        for message in page:
            if message.created_at.timestamp() >= since and message.id not in answered:
                yield message


def _places(guild: discord.Guild) -> list[Place]:
    return [*guild.text_channels, *guild.voice_channels, *guild.stage_channels, *guild.threads]


def _last(place: Place) -> float:
    """When something was said there last, as far as Discord told; seconds since 1970."""
    return discord.utils.snowflake_time(place.last_message_id).timestamp() if place.last_message_id else 0.0
