"""Greeting a server that the bot has joined: how to begin, once, where it may write."""

import logging

import discord
from discord.ext import commands

from bot import clock
from bot.discord_bot import DailiesBot
from bot.errors import ShowTroubled, VenueRefused
from bot.jobs import job_id

from ..asking.reading import public_locale
from ..showing.discord_errors import TextRefused
from ..showing.posting import Letter, Postman
from ..words.wording import say

log = logging.getLogger(__name__)

CLOSED = ("guild_undecided", "guild_closed")


class Greeting(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self._bot = bot
        self._post = Postman(bot, bot.pace)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """A server that is only there again after an outage is none that was joined: the library tells them apart."""
        try:
            await self._greet(guild)
        except (VenueRefused, TextRefused, ShowTroubled) as error:
            log.info("Server %s could not be greeted: %s", guild.id, error)
        except Exception:
            log.exception("Greeting server %s failed", guild.id)

    async def _greet(self, guild: discord.Guild) -> None:
        """Raises VenueRefused, TextRefused, ShowTroubled."""
        admission, channel = self._bot.actions.admission, writable(guild)
        if channel is None or not await admission.note_greeted(guild.id, clock.now()):
            return
        refusal = await admission.look(guild.id)
        english = discord.Locale.american_english.value
        locale = public_locale(english, guild.preferred_locale.value, guild.features)
        parts = ("begin", "allow", "manage") if refusal and refusal.code in CLOSED else ("begin", "manage")
        menu = say(locale, "command.menu_animate")
        text = "\n".join(say(locale, f"greeting.{part}", menu=menu) for part in parts)
        await self._post.send(channel.id, guild.id, Letter(nonce=f"{job_id(guild.id)}:greet", text=text))


def writable(guild: discord.Guild) -> discord.TextChannel | None:
    """The system channel, else the first text channel, in which the bot may write; None where it may in none."""
    system = guild.system_channel
    for channel in (*([system] if system else []), *guild.text_channels):
        granted = channel.permissions_for(guild.me)
        if granted.view_channel and granted.send_messages:
            return channel
    return None


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(Greeting(bot))
