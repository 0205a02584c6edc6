"""The message command "Animate picture": any message that shows a picture, and a form for the prompt."""

import time

import discord
from discord import app_commands

from bot.actions import Actions
from bot.catalogue import Catalogue
from bot.discord_bot import DailiesBot
from bot.drafts import Form, SavedDraft
from bot.jobs import job_id
from bot.video_request import Draft, Refusal

from ..showing.answers import answer_refusal
from ..words.wording import described, say
from .reading import missing_permissions, pictures_of
from .sending import answer_form

LOCALE = "en"


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(picture_menu(bot.actions, bot.catalogue))


async def teardown(bot: DailiesBot) -> None:
    bot.tree.remove_command(say(LOCALE, "command.menu_animate"), type=discord.AppCommandType.message)


def picture_menu(actions: Actions, catalogue: Catalogue) -> app_commands.ContextMenu:
    @app_commands.context_menu(name=described("command.menu_animate"))
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def animate(interaction: discord.Interaction, message: discord.Message) -> None:
        links = pictures_of(message)
        refusal = missing_permissions(interaction) or (None if links else Refusal(code="no_picture_there"))
        if refusal:
            await answer_refusal(interaction, refusal)
            return
        saved = SavedDraft(
            id=job_id(interaction.id),
            author_id=interaction.user.id,
            form=Form.ANIMATE,
            draft=Draft(prompt=""),
            changed_at=time.time(),
            links=links,
            picked=0,
        )
        await answer_form(interaction, actions, catalogue, saved)

    return animate
