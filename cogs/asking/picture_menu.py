"""The message command "Animate picture": any message that shows a picture, and a form for the prompt."""

import time

import discord
from discord import app_commands

from bot.discord_bot import DailiesBot, Interaction
from bot.drafts import Form, SavedDraft
from bot.jobs import job_id
from bot.video_request import Draft, Refusal

from ..showing.answers import answer_refusal
from ..words.wording import described
from .reading import missing_permissions, pictures_of
from .sending import answer_form


@app_commands.context_menu(name=described("command.menu_animate"))
async def animate(interaction: Interaction, message: discord.Message) -> None:
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
    await answer_form(interaction, saved)


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(animate)
