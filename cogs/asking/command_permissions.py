"""What a server set in Discord's own settings (Integrations) about /video, kept and followed, for every other way in.

Discord itself holds commands and menus to it; mentions, replies and buttons obey only if we do. What cannot be read
counts as a no.
"""

import asyncio
import logging

import aiohttp
import discord
from discord.ext import commands

from bot.discord_away import in_a_line
from bot.discord_bot import DailiesBot
from bot.server_rules.command_permissions import CommandRights, read_rights
from bot.video_request import Refusal

log = logging.getLogger(__name__)

# Whoever presses has to be answered within three seconds.
READ_WITHIN = 1.0
# What the other ways in lead to.
COMMAND = "video"


class CommandPermissions(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self._bot = bot
        # as they are being read, or were: what changes meanwhile is read anew
        self._rights: dict[int, asyncio.Task[CommandRights]] = {}

    async def refused(self, member: discord.Member, channel_id: int) -> Refusal | None:
        """Why a member may not use the bot in a channel; of a thread, the one that it belongs to."""
        if member.guild_permissions.administrator:
            return None
        guild_id = member.guild.id
        try:
            async with asyncio.timeout(READ_WITHIN):
                rights = await asyncio.shield(self._reading(guild_id))
        except TimeoutError:
            log.warning("Discord does not say in time who may use commands in server %s", guild_id)
            return Refusal(code="command_unread")
        except (discord.DiscordException, aiohttp.ClientError, OSError, LookupError, ValueError, TypeError) as error:
            log.warning("Who may use commands in server %s cannot be read: %s", guild_id, in_a_line(error))
            return Refusal(code="command_unread")
        may = rights.may_use(channel_id, member.id, [role.id for role in member.roles])
        return None if may else Refusal(code="command_closed", facts={"command": f"/{COMMAND}"})

    async def _read(self, guild_id: int) -> CommandRights:
        application_id = self._bot.application_id or 0
        ids = {each.name: each.id for each in await self._bot.tree.fetch_commands()}
        answer = await self._bot.http.get_guild_application_command_permissions(application_id, guild_id)
        return read_rights(guild_id, application_id, ids[COMMAND], answer)

    def _reading(self, guild_id: int) -> asyncio.Task[CommandRights]:
        """What was read, or is being read; what could not be is read anew."""
        task = self._rights.get(guild_id)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self._rights[guild_id] = asyncio.create_task(self._read(guild_id), name=f"rights in {guild_id}")
        return task

    @commands.Cog.listener()
    async def on_raw_app_command_permissions_update(self, event: discord.RawAppCommandPermissionsUpdateEvent) -> None:
        self._rights.pop(event.guild.id, None)

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """Whatever changed while nobody listened."""
        self._rights.clear()

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self._rights.pop(guild.id, None)

    async def cog_unload(self) -> None:
        for task in self._rights.values():
            task.cancel()


async def refused_by_settings(
    bot: DailiesBot, user: discord.User | discord.Member, channel: object, channel_id: int
) -> Refusal | None:
    """Why the server's settings keep somebody from using the bot there; nobody sets any in direct messages."""
    if not isinstance(user, discord.Member):
        return None
    cog = bot.get_cog(CommandPermissions.__cog_name__)
    if not isinstance(cog, CommandPermissions):
        return Refusal(code="command_unread")
    holder = channel.parent_id if isinstance(channel, discord.Thread) else channel_id
    return await cog.refused(user, holder)


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(CommandPermissions(bot))
