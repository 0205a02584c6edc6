"""`/compose`: a prompt written part by part, after the vendor's advice, and looked over before it is sent."""

from dataclasses import replace

from discord import app_commands

from bot import clock
from bot.discord_bot import DailiesBot, Interaction
from bot.drafts import Form, SavedDraft
from bot.jobs import job_id
from bot.video_request import Draft

from ..words.wording import described
from .sending import answer_form


@app_commands.command(name="compose", description=described("command.compose"))
async def compose(interaction: Interaction) -> None:
    """What was written last and not sent comes back."""
    bot, author_id = interaction.client, interaction.user.id
    saved = await bot.actions.drafts.take_up(author_id, Form.COMPOSE) or SavedDraft(
        id=job_id(interaction.id),
        author_id=author_id,
        form=Form.COMPOSE,
        draft=Draft(prompt=""),
        changed_at=0.0,
    )
    await answer_form(interaction, replace(saved, changed_at=clock.now()))


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(compose)
