"""The owners of the bot's application, as Discord says: who they are, and which servers they manage."""

import asyncio
import logging
import time

import aiohttp
import discord
from discord.ext import commands

from bot.admission import Owner
from bot.discord_away import asked_pause, in_a_line
from bot.discord_bot import DailiesBot
from bot.pace import RESULT
from bot.retry import retry

log = logging.getLogger(__name__)

AWAY = (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError)
# An answer has to be there within three seconds, and more than this is asked for one.
ASKED_WITHIN = 1.0
# How long it is believed that an owner manages a server, or does not; seconds.
BELIEVED = 300.0
# How often Discord is asked who the owners are, seconds.
READ_EVERY = 3600.0

MAY_DECIDE = (discord.TeamMemberRole.admin, discord.TeamMemberRole.developer)


class Owners(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self._bot = bot
        # read at every login
        self._ids = owners_of(bot.application) if bot.application else None
        self._managed: dict[int, tuple[bool, float]] = {}

    async def cog_load(self) -> None:
        self._reading = asyncio.create_task(self._keep_reading(), name="owners")

    async def cog_unload(self) -> None:
        self._reading.cancel()

    async def of(self, guild_id: int | None) -> Owner:
        """Who they are, and whether one of them manages this server."""
        manages = None if guild_id is None or self._ids is None else await self._manage(guild_id, self._ids)
        return Owner(ids=self._ids, manages=manages)

    async def owns(self, user_id: int) -> bool | None:
        """Whether somebody is one of them now; None when Discord does not say in time."""
        try:
            async with asyncio.timeout(ASKED_WITHIN):
                self._ids = await self._read()
        except AWAY as error:
            log.warning("Discord does not say who owns this bot: %s", in_a_line(error))
            return None
        return user_id in self._ids

    async def _keep_reading(self) -> None:
        def tell(error: Exception, pause: float) -> None:
            log.warning("Discord does not say who owns this bot (%s), asking again in %.0f s", in_a_line(error), pause)

        while True:
            if self._ids is not None:
                await asyncio.sleep(READ_EVERY)
            self._ids = await retry(self._read, AWAY, tell=tell, asked=asked_pause, first=5.0, most=600.0)

    async def _read(self) -> frozenset[int]:
        await self._bot.pace.take(RESULT)
        return owners_of(await self._bot.application_info())

    async def _manage(self, guild_id: int, ids: frozenset[int]) -> bool | None:
        guild = self._bot.get_guild(guild_id)
        if guild and guild.owner_id in ids:
            return True
        known, until = self._managed.get(guild_id, (False, 0.0))
        if time.monotonic() < until:
            return known
        try:
            async with asyncio.timeout(ASKED_WITHIN):
                manage = await self._ask(guild or await self._bot.fetch_guild(guild_id, with_counts=False), ids)
        except AWAY as error:
            log.info("Not known who manages server %s: %s", guild_id, in_a_line(error))
            return None
        self._managed[guild_id] = manage, time.monotonic() + BELIEVED
        return manage

    async def _ask(self, guild: discord.Guild, ids: frozenset[int]) -> bool:
        if guild.owner_id in ids:
            return True
        for owner_id in sorted(ids):
            await self._bot.pace.take(RESULT)
            try:
                member = await guild.fetch_member(owner_id)
            except discord.NotFound:
                continue
            # an administrator has every permission
            if member.guild_permissions.manage_guild:
                return True
        return False


def owners_of(application: discord.AppInfo) -> frozenset[int]:
    """The owner; of a team whoever owns it, and those of its members who may do more than read.

    Source: Teams, "Team Member Roles".
    """
    team = application.team
    if team is None:
        return frozenset({application.owner.id})
    accepted = [one for one in team.members if one.membership_state is discord.TeamMembershipState.accepted]
    members = {one.id for one in accepted if one.role in MAY_DECIDE}
    return frozenset(members | ({team.owner_id} if team.owner_id else set()))


async def setup(bot: DailiesBot) -> None:
    owners = Owners(bot)
    await bot.add_cog(owners)
    bot.actions.admission.owners = owners
