"""Places: what could not be shown in a server is tried again when the bot may do more there than before."""

from typing import Any

import discord
from discord.ext import commands

from bot.discord_bot import DailiesBot


class Places(commands.Cog):
    """Nobody says that a place is open again: it follows from what changed of a server, role, channel or thread."""

    def __init__(self, bot: DailiesBot) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._bot.on_open(guild.id)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        if before.permissions != after.permissions:
            await self._bot.on_open(after.guild.id)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Without its intent the bot hears of nobody but itself."""
        if before.roles != after.roles or before.timed_out_until != after.timed_out_until:
            await self._bot.on_open(after.guild.id)

    @commands.Cog.listener()
    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        if before.overwrites != after.overwrites:
            await self._bot.on_open(after.guild.id)

    @commands.Cog.listener()
    async def on_raw_thread_update(self, update: discord.RawThreadUpdateEvent) -> None:
        """Of a thread that was archived the library knows no more."""
        now: Any = update.data["thread_metadata"]
        if (update.thread is None or update.thread.locked) and not now.get("locked"):
            await self._bot.on_open(update.guild_id)


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(Places(bot))
