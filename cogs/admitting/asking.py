"""Asking the owners of the bot about a server where somebody wants a video: one message to each, once."""

import asyncio
import logging

import discord
from discord.ext import commands

from bot import clock
from bot.discord_away import in_a_line
from bot.discord_bot import DailiesBot
from bot.errors import ShowTroubled, VenueRefused
from bot.jobs import job_id

from ..pressing.components import button, view
from ..showing.discord_errors import TextRefused
from ..showing.posting import Letter, Postman
from ..words.plain import beside
from ..words.wording import say
from .owners import AWAY

log = logging.getLogger(__name__)

# Discord's longest name of a server.
NAME = 100


class Asking(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self._bot = bot
        self._post = Postman(bot, bot.pace)
        self._asking: dict[int, asyncio.Task[None]] = {}

    async def cog_unload(self) -> None:
        for task in [*self._asking.values()]:
            task.cancel()

    def ask(self, guild_id: int, asker_id: int) -> None:
        """In the background: whoever asks for a video is answered meanwhile."""
        if guild_id not in self._asking:
            task = self._asking[guild_id] = asyncio.create_task(self._ask(guild_id, asker_id), name="ask owners")
            task.add_done_callback(lambda _: self._asking.pop(guild_id, None))

    async def _ask(self, guild_id: int, asker_id: int) -> None:
        """It is noted once it is done: until then the next request repeats it, which the nonce makes harmless."""
        try:
            if not await self._bot.actions.admission.is_asked(guild_id):
                await self._write(guild_id, asker_id)
        except (ShowTroubled, *AWAY) as error:
            why = str(error) if isinstance(error, ShowTroubled) else in_a_line(error)
            log.warning("The owner could not be asked about server %s (%s); the next request asks", guild_id, why)
        except Exception:
            log.exception("Asking about server %s failed", guild_id)

    async def _write(self, guild_id: int, asker_id: int) -> None:
        """Raises ShowTroubled, and Discord's errors."""
        admission = self._bot.actions.admission
        owners = await admission.owners.of(None) if admission.owners else None
        # without the intent for members the bot does not hear how their number changes
        guild = await self._bot.fetch_guild(guild_id)
        reached = [await self._write_to(each, guild, asker_id) for each in sorted(owners.ids or ())] if owners else []
        if await admission.note_asked(guild_id, clock.now()) and not any(reached):
            log.warning(
                "No owner of this bot takes a message from it. To let it work in server %s: "
                "python -m bot guilds allow %s",
                guild_id,
                guild_id,
            )

    async def _write_to(self, owner_id: int, guild: discord.Guild, asker_id: int) -> bool:
        """Whether this owner has the message. Raises ShowTroubled."""
        locale = await self._bot.lookup.last_locale(owner_id) or discord.Locale.american_english.value
        subject = job_id(guild.id)
        letter = Letter(
            nonce=f"{subject}:admit",
            text=say(
                locale,
                "admission.asked",
                name=beside(guild.name, NAME),
                count=guild.approximate_member_count or 1,
                asker=f"<@{asker_id}>",
            ),
            view=view(*(button(verb, subject, say(locale, f"button.{verb}")) for verb in ("admit", "leave_guild"))),
        )
        try:
            return await self._post.send(await self._post.open_direct(owner_id), None, letter) is not None
        except (VenueRefused, TextRefused) as error:
            log.info("An owner of this bot cannot be written to: %s", error)
            return False


async def setup(bot: DailiesBot) -> None:
    asking = Asking(bot)
    await bot.add_cog(asking)
    bot.actions.admission.on_undecided = asking.ask
