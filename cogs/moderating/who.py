"""Who may do what in a server, looked up at the press: nothing that a command or a button says is trusted."""

from discord import app_commands

from bot.discord_bot import Interaction

from ..showing.answers import answer_alone
from ..words.wording import permission, say

# What belongs to a server is offered in servers alone: by itself `guild_only` does not say so to Discord.
SERVERS_ONLY = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)


async def refused_without(interaction: Interaction, name: str) -> bool:
    """Tell whoever lacks a permission ("manage_guild") here that they do; whether they were told.

    In direct messages nobody has any.
    """
    if interaction.guild_id is not None and getattr(interaction.permissions, name):
        return False
    locale = interaction.locale.value
    key = "who.lacks" if interaction.guild_id else "who.direct"
    await answer_alone(interaction, say(locale, key, permission=permission(locale, name)))
    return True
