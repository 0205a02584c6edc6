"""Telling the owners of the bot what is theirs to mend: budgets that are used, a default model that is away.

One message to each, once.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import discord
from discord.ext import commands

from bot.actions import Away, Reached, budgets
from bot.discord_away import in_a_line
from bot.discord_bot import DailiesBot
from bot.errors import ShowTroubled, VenueRefused
from bot.outages import unless_away
from bot.reasons import Reason

from ..showing.discord_errors import TextRefused
from ..showing.limits import reached_text
from ..showing.posting import Letter, Postman
from ..words.wording import say
from .owners import AWAY

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """`about` is what the log calls it, `text` what it says in a language; `forget` has it told once more, later."""

    about: str
    nonce: str
    text: Callable[[str], str]
    forget: Callable[[], Awaitable[None]]


class Notices(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self._bot = bot
        self._post = Postman(bot, bot.pace)

    async def cog_load(self) -> None:
        self._watching = asyncio.create_task(self._watch(), name="notices")

    async def cog_unload(self) -> None:
        self._watching.cancel()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(budgets.LOOK_EVERY)
            with unless_away():
                async for notice in self._untold():
                    await self._tell(notice)

    async def _untold(self) -> AsyncIterator[Notice]:
        actions = self._bot.actions
        for reached in await actions.budgets.untold():
            yield _of_budget(reached, actions.budgets)
        if away := await actions.stand_ins.untold():
            yield _of_default(away, lambda: actions.stand_ins.forget(away))

    async def _tell(self, notice: Notice) -> None:
        """Whom Discord keeps from hearing of it now hears of it later."""
        admission = self._bot.actions.admission
        try:
            owners = await admission.owners.of(None) if admission.owners else None
            told = [await self._tell_one(each, notice) for each in sorted(owners.ids or ())] if owners else []
        except (ShowTroubled, *AWAY) as error:
            why = str(error) if isinstance(error, ShowTroubled) else in_a_line(error)
            log.warning("No owner of this bot could be told of %s (%s), trying again", notice.about, why)
            await notice.forget()
            return
        if not any(told):
            log.warning("No owner of this bot takes a message from it, which was to tell of %s", notice.about)

    async def _tell_one(self, owner_id: int, notice: Notice) -> bool:
        """Whether this owner has the message. Raises ShowTroubled."""
        locale = await self._bot.lookup.last_locale(owner_id) or discord.Locale.american_english.value
        letter = Letter(nonce=notice.nonce, text=notice.text(locale))
        try:
            return await self._post.send(await self._post.open_direct(owner_id), None, letter) is not None
        except (VenueRefused, TextRefused) as error:
            log.info("An owner of this bot cannot be written to: %s", error)
            return False


def _of_budget(reached: Reached, of: budgets.Budgets) -> Notice:
    return Notice(
        about=f"a budget of which {reached.share} is used ({reached.key})",
        nonce=f"{reached.key}:{reached.share}:{reached.used % 1000}",
        text=lambda locale: reached_text(locale, reached),
        forget=lambda: of.forget(reached),
    )


def _of_default(away: Away, forget: Callable[[], Awaitable[None]]) -> Notice:
    return Notice(
        about=f"the default model {away.model.id}, which is not to be had ({away.reason})",
        nonce=f"away:{away.model.id}"[:25],
        text=lambda locale: away_text(locale, away),
        forget=forget,
    )


def away_text(locale: str, away: Away) -> str:
    """Why the default model is not to be had, and what becomes of those who choose none."""
    why = say(locale, "default.access" if away.reason == Reason.ACCESS else "default.no_model", model=away.model.name)
    if away.instead is None:
        return f"{why} {say(locale, 'default.nothing')}"
    return f"{why} {say(locale, 'default.stood_in', instead=away.instead.name)}"


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(Notices(bot))
