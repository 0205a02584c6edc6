"""What nobody expected: logged with its trace, answered with one sentence."""

import contextlib
import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_bot import DailiesBot
from bot.drafts import assemble

from ..showing.answers import answer_alone
from ..words.wording import say
from .forms import read_form

log = logging.getLogger(__name__)

# Somebody else answered, or Discord gave up waiting: there is nothing left to say it to.
TOO_LATE = (10062, 40060)


class ErrorReplies(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        self.bot.tree.error(self.on_command_error)

    @commands.Cog.listener()
    async def on_interaction_trouble(self, interaction: discord.Interaction, error: Exception) -> None:
        await self.reply(interaction, error)

    async def on_command_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await self.reply(interaction, cause)

    async def reply(self, interaction: discord.Interaction, error: Exception) -> None:
        if isinstance(error, discord.HTTPException) and error.code in TOO_LATE:
            log.warning("Interaction %s could not be answered: %s", interaction.id, error)
            return
        log.error("Interaction %s failed", interaction.id, exc_info=error)
        text = say(interaction.locale.value, "error.unexpected")
        with contextlib.suppress(discord.DiscordException, OSError):
            await answer_alone(interaction, text, _prompt(interaction))


def _prompt(interaction: discord.Interaction) -> str:
    """What was typed, to be given back."""
    if filled := read_form(interaction):
        return filled.values.get("prompt") or assemble(filled.values)
    is_command = interaction.type is discord.InteractionType.application_command
    return str(getattr(interaction.namespace, "prompt", "") or "") if is_command else ""


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(ErrorReplies(bot))
