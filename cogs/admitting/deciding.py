"""Deciding about a server by a button: who owns the bot is looked up, one decision is kept, the message says it."""

import logging

import discord

from bot import clock
from bot.admission import Decided, KeptGuild
from bot.discord_away import in_a_line

from ..pressing.components import Press, button, view
from ..showing.answers import answer_alone
from ..words.wording import say
from .owners import AWAY

log = logging.getLogger(__name__)

UNKNOWN_GUILD = 10004


async def admit(press: Press) -> None:
    if kept := await _decide(press, Decided.ALLOWED):
        await _show(press, kept)


async def leave_guild(press: Press) -> None:
    """The decision is kept first: where leaving fails, nothing is made there all the same."""
    kept = await _decide(press, Decided.DENIED)
    if kept is None:
        return
    if kept.admission is Decided.DENIED and not await _leave(press, kept.id):
        again = view(button("leave_guild", press.subject, say(press.locale, "button.leave_guild")))
        await _show(press, kept, "not_left", again)
    else:
        await _show(press, kept)


async def _decide(press: Press, decided: Decided) -> KeptGuild | None:
    """What is decided now, perhaps by somebody a moment before; None, and said so, for whoever may not decide."""
    admission, user_id = press.bot.actions.admission, press.interaction.user.id
    owns = await admission.owners.owns(user_id) if admission.owners else None
    if owns:
        return await admission.decide(int(press.subject, 36), decided, user_id, clock.now())
    key = "admission.owner_unknown" if owns is None else "admission.not_owner"
    await answer_alone(press.interaction, say(press.locale, key))
    return None


async def _leave(press: Press, guild_id: int) -> bool:
    try:
        await press.bot.http.leave_guild(guild_id)
    except AWAY as error:
        if isinstance(error, discord.HTTPException) and error.code == UNKNOWN_GUILD:
            return True
        log.warning("Server %s could not be left: %s", guild_id, in_a_line(error))
        return False
    return True


async def _show(press: Press, kept: KeptGuild, key: str = "", left: discord.ui.View | None = None) -> None:
    """Below the question, of which everything else that was said is in the message already."""
    who = f"<@{kept.admitted_by}>" if kept.admitted_by else say(press.locale, "admission.operator")
    told = say(press.locale, f"admission.{key or kept.admission}", who=who)
    question = press.interaction.message.content.split("\n\n")[0] if press.interaction.message else ""
    await press.interaction.response.edit_message(content=f"{question}\n\n{told}", view=left)
