"""`/compose`: a prompt written part by part, after the vendor's advice, and looked over before it is sent."""

import time
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from bot.actions import Actions
from bot.catalogue import Catalogue
from bot.discord_bot import DailiesBot
from bot.drafts import Form, SavedDraft
from bot.jobs import job_id
from bot.video_request import Draft

from ..words.wording import described
from .sending import answer_form


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(compose_command(bot.actions, bot.catalogue))


async def teardown(bot: DailiesBot) -> None:
    bot.tree.remove_command("compose")


def compose_command(actions: Actions, catalogue: Catalogue) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="compose", description=described("command.compose"))
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def compose(interaction: discord.Interaction) -> None:
        """What was written last and not sent comes back."""
        new_id = job_id(interaction.id)
        saved = await actions.last_draft(interaction.user.id, Form.COMPOSE)
        if saved is None:
            saved = SavedDraft(
                id=new_id,
                author_id=interaction.user.id,
                form=Form.COMPOSE,
                draft=Draft(prompt="", model=catalogue.default.id),
                changed_at=time.time(),
            )
        await answer_form(interaction, actions, catalogue, replace(saved, changed_at=time.time()))

    return compose
