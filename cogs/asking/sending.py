"""Opening the form of a draft, and sending what was written in it."""

from bot.actions import Accepted, Repeated, ToConfirm
from bot.discord_bot import Interaction
from bot.drafts import SavedDraft
from bot.jobs import job_id
from bot.video_request import Refusal

from ..showing.answers import answer_alone, answer_outcome, answer_refusal
from ..showing.buttons import draft_buttons
from ..words.wording import say
from .forms import draft_form
from .places import refused_here
from .reading import read_draft_ask


async def answer_form(interaction: Interaction, saved: SavedDraft) -> None:
    """Open the form of a draft, which is kept first: what comes back must find it, also after a restart."""
    bot = interaction.client
    await bot.actions.drafts.keep(saved)
    await interaction.response.send_modal(draft_form(saved, bot.lookup.catalogue, interaction.locale.value))


async def send_draft(interaction: Interaction, saved: SavedDraft, *, confirmed: int | None = None) -> None:
    """Send what was written; where that fails the draft is still there, and a button leads back to it."""
    outcome: Accepted | Repeated | ToConfirm | Refusal | None = await refused_here(interaction)
    if outcome is None:
        ask = read_draft_ask(interaction, saved, confirmed=confirmed)
        outcome = await interaction.client.actions.submission.submit(ask)
    if isinstance(outcome, Refusal):
        back = draft_buttons(saved, interaction.locale.value, "edit", *(["appeal"] if outcome.appeal else []))
        await answer_refusal(interaction, outcome, saved.draft.prompt, back)
    elif outcome is None:
        await answer_gone(interaction)
    else:
        await answer_outcome(interaction, outcome)


async def answer_gone(interaction: Interaction) -> None:
    """The draft is no more. When this very event sent it, whoever heard that first answers with the card."""
    if await interaction.client.lookup.find(job_id(interaction.id)) is None:
        await answer_alone(interaction, say(interaction.locale.value, "review.gone"))
