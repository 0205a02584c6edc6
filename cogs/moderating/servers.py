"""Servers that the bot is in, and those that removed it: their days are counted until they are deleted."""

import discord
from discord.ext import commands

from bot.discord_bot import DailiesBot


class Servers(commands.Cog):
    """One that is only unavailable is still there; the library tells of that by another event."""

    def __init__(self, bot: DailiesBot) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._bot.actions.servers.is_in(guild.id)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._bot.actions.servers.has_left(guild.id)

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """Discord names all servers of a shard when it begins to speak, also those that are away at the moment."""
        if count := self._bot.shard_count:
            present = [guild.id for guild in self._bot.guilds if guild.shard_id == shard_id]
            await self._bot.actions.servers.hear_shard(shard_id, count, present)


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(Servers(bot))
