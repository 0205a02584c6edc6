"""Who stands where in a server, by what Discord says at this moment."""

import aiohttp
import discord

from bot.discord_away import in_a_line
from bot.errors import ShowTroubled
from bot.moderation import Rank, may_block


async def may_block_here(interaction: discord.Interaction, member_id: int) -> bool:
    """Whether whoever pressed may block this member. Raises ShowTroubled when Discord does not say."""
    guild, actor = interaction.guild, interaction.user
    if guild is None or not isinstance(actor, discord.Member):
        return False
    return may_block(_rank(guild, actor), await _find_rank(guild, member_id))


async def _find_rank(guild: discord.Guild, member_id: int) -> Rank:
    """Whoever is not in the server any more stands nowhere."""
    try:
        return _rank(guild, await guild.fetch_member(member_id))
    except discord.NotFound:
        return Rank(id=member_id)
    except (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise ShowTroubled(in_a_line(error)) from error


def _rank(guild: discord.Guild, member: discord.Member) -> Rank:
    granted = member.guild_permissions
    return Rank(
        id=member.id,
        position=member.top_role.position,
        is_owner=member.id == guild.owner_id,
        may_moderate=granted.moderate_members or granted.manage_guild or granted.administrator,
    )
