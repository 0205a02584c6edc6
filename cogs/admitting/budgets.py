"""Telling the owners of the bot that a budget is nearly used, and that it is: one message to each, once."""

import asyncio
import logging

import discord
from discord.ext import commands

from bot.actions import Reached, budgets
from bot.discord_away import in_a_line
from bot.discord_bot import DailiesBot
from bot.errors import ShowTroubled, VenueRefused
from bot.outages import unless_away

from ..showing.discord_errors import TextRefused
from ..showing.limits import reached_text
from ..showing.posting import Letter, Postman
from .owners import AWAY

log = logging.getLogger(__name__)


class BudgetNotices(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self._bot = bot
        self._post = Postman(bot, bot.pace)

    async def cog_load(self) -> None:
        self._watching = asyncio.create_task(self._watch(), name="budgets")

    async def cog_unload(self) -> None:
        self._watching.cancel()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(budgets.LOOK_EVERY)
            with unless_away():
                for reached in await self._bot.actions.budgets.untold():
                    await self._tell(reached)

    async def _tell(self, reached: Reached) -> None:
        """Whom Discord keeps from hearing of it now hears of it later."""
        admission = self._bot.actions.admission
        try:
            owners = await admission.owners.of(None) if admission.owners else None
            told = [await self._tell_one(each, reached) for each in sorted(owners.ids or ())] if owners else []
        except (ShowTroubled, *AWAY) as error:
            why = str(error) if isinstance(error, ShowTroubled) else in_a_line(error)
            log.warning("No owner of this bot could be told of its budgets (%s), trying again", why)
            await self._bot.actions.budgets.forget(reached)
            return
        if not any(told):
            log.warning(
                "No owner of this bot takes a message from it: of a budget %s is used (%s)", reached.share, reached.key
            )

    async def _tell_one(self, owner_id: int, reached: Reached) -> bool:
        """Whether this owner has the message. Raises ShowTroubled."""
        locale = await self._bot.lookup.last_locale(owner_id) or discord.Locale.american_english.value
        letter = Letter(
            nonce=f"{reached.key}:{reached.share}:{reached.used % 1000}", text=reached_text(locale, reached)
        )
        try:
            return await self._post.send(await self._post.open_direct(owner_id), None, letter) is not None
        except (VenueRefused, TextRefused) as error:
            log.info("An owner of this bot cannot be written to: %s", error)
            return False


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(BudgetNotices(bot))
