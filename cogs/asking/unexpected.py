"""What nobody expected: logged with its trace, answered with one sentence."""

import contextlib
import logging

import discord
from discord import app_commands

from bot.discord_away import in_a_line
from bot.discord_bot import DailiesBot, Interaction
from bot.drafts import assemble

from ..showing.answers import answer_alone
from ..words.wording import say
from .forms import read_form

log = logging.getLogger(__name__)

# Somebody else answered, or Discord gave up waiting: there is nothing left to say it to.
TOO_LATE = (10062, 40060)


async def answer_unexpected(interaction: Interaction, error: Exception) -> None:
    if isinstance(error, discord.HTTPException) and error.code in TOO_LATE:
        log.warning("Interaction %s could not be answered: %s", interaction.id, in_a_line(error))
        return
    log.error("Interaction %s failed", interaction.id, exc_info=error)
    with contextlib.suppress(discord.DiscordException, OSError):
        await answer_alone(interaction, say(interaction.locale.value, "error.unexpected"), _prompt(interaction))


async def answer_command_error(interaction: Interaction, error: app_commands.AppCommandError) -> None:
    await answer_unexpected(
        interaction, error.original if isinstance(error, app_commands.CommandInvokeError) else error
    )


def _prompt(interaction: Interaction) -> str:
    """What was typed, to be given back."""
    if interaction.type is discord.InteractionType.application_command:
        return str(getattr(interaction.namespace, "prompt", "") or "")
    filled = read_form(interaction)
    return filled.values.get("prompt") or assemble(filled.values)


async def setup(bot: DailiesBot) -> None:
    bot.tree.error(answer_command_error)
