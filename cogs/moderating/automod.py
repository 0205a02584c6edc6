"""AutoMod: a server's own rules as they are now, for whoever holds a wish against them."""

import asyncio
import logging

import aiohttp
import discord
from discord.ext import commands

from bot.discord_away import in_a_line
from bot.discord_bot import DailiesBot
from bot.errors import Unchecked
from bot.server_rules.automod import AutomodRule

log = logging.getLogger(__name__)

# The first answer has to be there within three seconds.
READ_WITHIN = 1.2

LOOKED_AT = (discord.AutoModRuleTriggerType.keyword, discord.AutoModRuleTriggerType.keyword_preset)


class Automod(commands.Cog):
    """Rules are read when a server first follows them, and again when something about them may have changed.

    Discord tells of changes those only who may manage the server, and reads them to nobody else.
    """

    def __init__(self, bot: DailiesBot) -> None:
        self._bot = bot
        self._known: dict[int, tuple[AutomodRule, ...]] = {}

    async def read(self, guild_id: int) -> tuple[AutomodRule, ...]:
        """Raises Unchecked when they cannot be read."""
        guild = self._bot.get_guild(guild_id)
        if guild is None or not guild.me.guild_permissions.manage_guild:
            self._known.pop(guild_id, None)
            raise Unchecked("automod")
        if guild_id not in self._known:
            self._known[guild_id] = await self._fetch(guild)
        return self._known[guild_id]

    @commands.Cog.listener()
    async def on_automod_rule_create(self, rule: discord.AutoModRule) -> None:
        self._forget(rule.guild.id)

    @commands.Cog.listener()
    async def on_automod_rule_update(self, rule: discord.AutoModRule) -> None:
        self._forget(rule.guild.id)

    @commands.Cog.listener()
    async def on_automod_rule_delete(self, rule: discord.AutoModRule) -> None:
        self._forget(rule.guild.id)

    @commands.Cog.listener()
    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """While the bot could not manage the server, nobody told it of changes."""
        self._forget(after.guild.id)

    @commands.Cog.listener()
    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        self._forget(after.guild.id)

    @commands.Cog.listener()
    async def on_shard_ready(self, _shard_id: int) -> None:
        """A session that is new was told of nothing that happened before it."""
        self._known.clear()

    def _forget(self, guild_id: int) -> None:
        self._known.pop(guild_id, None)

    async def _fetch(self, guild: discord.Guild) -> tuple[AutomodRule, ...]:
        try:
            async with asyncio.timeout(READ_WITHIN):
                rules = await guild.fetch_automod_rules()
        except (TimeoutError, discord.DiscordException, aiohttp.ClientError) as error:
            log.warning("The AutoMod rules of server %s cannot be read: %s", guild.id, in_a_line(error))
            raise Unchecked("automod") from error
        return tuple(read_rule(rule) for rule in rules if rule.trigger.type in LOOKED_AT)


def read_rule(rule: discord.AutoModRule) -> AutomodRule:
    """A rule in plain values."""
    actions = {action.type: action for action in rule.actions}
    block = actions.get(discord.AutoModRuleActionType.block_message)
    alert = actions.get(discord.AutoModRuleActionType.send_alert_message)
    presets = rule.trigger.presets
    return AutomodRule(
        id=rule.id,
        name=rule.name,
        enabled=rule.enabled,
        blocks=block is not None,
        keywords=tuple(rule.trigger.keyword_filter),
        patterns=tuple(rule.trigger.regex_patterns),
        allowed=tuple(rule.trigger.allow_list),
        exempt_roles=frozenset(rule.exempt_role_ids),
        exempt_channels=frozenset(rule.exempt_channel_ids),
        message=block.custom_message if block else None,
        alert_channel=alert.channel_id if alert else None,
        presets=tuple(name for name, is_on in presets if is_on) if presets else (),
    )


async def setup(bot: DailiesBot) -> None:
    automod = Automod(bot)
    bot.actions.content.read_automod = automod.read
    await bot.add_cog(automod)
