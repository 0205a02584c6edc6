"""Whether a job can be told of where it is asked for: what keeps the bot from it, said before anything is paid."""

import asyncio
import logging

import aiohttp
import discord

from bot.discord_away import in_a_line
from bot.discord_bot import DailiesBot, Interaction
from bot.permissions import lacking, needed_in
from bot.video_request import Refusal

from .command_permissions import refused_by_settings
from .reading import channel_type, granted_in

log = logging.getLogger(__name__)

# The first answer has to be there within three seconds.
ASKED_WITHIN = 1.0


async def refused_here(interaction: Interaction) -> Refusal | None:
    """Why nothing can be made where an interaction comes from; in direct messages nothing is in the way.

    Commands and menus Discord itself holds to what the server set for them.
    """
    guild, granted = interaction.guild, interaction.app_permissions
    if guild is None:
        return None
    return (
        _timed_out(guild, granted)
        or await _shut_out(interaction.channel, granted)
        or missing_in(interaction.channel_id or 0, channel_type(interaction), granted)
        or await _kept_out(interaction)
    )


async def refused_at(bot: DailiesBot, message: discord.Message) -> Refusal | None:
    """The same where a message stands, as far as it can be known: whoever is mentioned in a thread is in it."""
    guild, granted = message.guild, granted_in(message)
    if guild is None or granted is None:
        return None
    return (
        _timed_out(guild, granted)
        or missing_in(message.channel.id, message.channel.type, granted)
        or await refused_by_settings(bot, message.author, message.channel, message.channel.id)
    )


def missing_in(channel_id: int, kind: discord.ChannelType | None, granted: discord.Permissions) -> Refusal | None:
    """What the bot lacks in a channel of a server."""
    missing = lacking(needed_in(kind), granted)
    if not missing:
        return None
    return Refusal(code="permissions", facts={"where": f"<#{channel_id}>", "permissions": missing})


async def _kept_out(interaction: Interaction) -> Refusal | None:
    if interaction.type is discord.InteractionType.application_command:
        return None
    bot, channel_id = interaction.client, interaction.channel_id or 0
    return await refused_by_settings(bot, interaction.user, interaction.channel, channel_id)


def _timed_out(guild: discord.Guild, granted: discord.Permissions) -> Refusal | None:
    """An interaction could still be answered, but nothing posted. Who may do everything cannot be timed out."""
    until = guild.me.timed_out_until
    if until is None or not guild.me.is_timed_out() or granted.administrator:
        return None
    return Refusal(code="timed_out", facts={"until": until.timestamp()})


async def _shut_out(place: object, granted: discord.Permissions) -> Refusal | None:
    """In a private thread that nobody let the bot into it can answer, and post nothing; its permissions do not tell."""
    if not isinstance(place, discord.Thread) or not place.is_private() or granted.manage_threads:
        return None
    try:
        async with asyncio.timeout(ASKED_WITHIN):
            await place.fetch_member(place.guild.me.id)
    except (TimeoutError, discord.DiscordException, aiohttp.ClientError) as error:
        # also where nobody says so in time: a mention lets it in either way
        log.info("Not known to be in thread %s: %s", place.id, in_a_line(error))
        return Refusal(code="not_in_thread")
    return None
