"""Opening the form of a draft, and sending what was written in it."""

import discord

from bot.actions import Accepted, Actions
from bot.catalogue import Catalogue
from bot.drafts import SavedDraft
from bot.jobs import job_id
from bot.video_request import Refusal

from ..showing.answers import answer_alone, answer_outcome, answer_refusal
from ..words.wording import say
from .forms import draft_form
from .reading import missing_permissions, read_draft_ask
from .review import draft_buttons


async def answer_form(
    interaction: discord.Interaction, actions: Actions, catalogue: Catalogue, saved: SavedDraft
) -> None:
    """Open the form of a draft, which is kept first: what comes back must find it, also after a restart."""
    await actions.keep_draft(saved)
    await interaction.response.send_modal(draft_form(saved, catalogue, interaction.locale.value))


async def send_draft(
    interaction: discord.Interaction, actions: Actions, catalogue: Catalogue, saved: SavedDraft
) -> None:
    """Send what was written; where that fails the draft is still there, and a button leads back to it."""
    locale = interaction.locale.value
    outcome: Accepted | Refusal | None = missing_permissions(interaction)
    if outcome is None:
        picture = await actions.draft_picture(saved)
        outcome = await actions.submit(read_draft_ask(interaction, saved, picture))
    if isinstance(outcome, Refusal):
        view = draft_buttons(saved, locale, "edit")
        await answer_refusal(interaction, outcome, saved.draft.prompt, view)
    elif outcome is None:
        await answer_gone(interaction, actions)
    else:
        await answer_outcome(interaction, actions, catalogue, outcome)


async def answer_gone(interaction: discord.Interaction, actions: Actions) -> None:
    """The draft is no more. When this very event sent it, whoever heard that first answers with the card."""
    if await actions.find(job_id(interaction.id)) is None:
        await answer_alone(interaction, say(interaction.locale.value, "review.gone"))
