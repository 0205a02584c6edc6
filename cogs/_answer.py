"""Answering an interaction, once and in time: with a card, or with a sentence that only the asker sees."""

import io
import logging

import aiohttp
import discord

from bot.actions import Accepted, Actions
from bot.catalogue import Model
from bot.jobs import Job
from bot.video_request import Refusal

from ._cards import PICTURE_NAME, card, card_buttons, is_card_of, refusal_text
from ._wording import say

log = logging.getLogger(__name__)

ALREADY_ANSWERED = 40060
# Room for the sentence above the prompt in Discord's 2000 characters.
PASTE_INLINE = 1500


async def answer_refusal(interaction: discord.Interaction, refusal: Refusal, prompt: str = "") -> None:
    """Why not, and the prompt back, so that nobody types it twice."""
    locale = interaction.locale.value
    text = refusal_text(locale, refusal)
    if not prompt.strip():
        await interaction.response.send_message(text, ephemeral=True)
        return
    text = f"{text} {say(locale, 'refusal.paste')}"
    if len(prompt) <= PASTE_INLINE and "```" not in prompt:
        await interaction.response.send_message(f"{text}\n```\n{prompt}\n```", ephemeral=True)
        return
    file = discord.File(io.BytesIO(prompt.encode()), "prompt.txt")
    await interaction.response.send_message(text, file=file, ephemeral=True)


async def answer_card(interaction: discord.Interaction, actions: Actions, accepted: Accepted, model: Model) -> None:
    """Show the card; when its answer is lost, find out, and leave the rest to the tracker, which shows it later."""
    job = accepted.job
    files = [discord.File(io.BytesIO(accepted.thumbnail), PICTURE_NAME)] if accepted.thumbnail else []
    embed = card(job, model, actions.outlook(job), has_picture=bool(files))
    buttons = card_buttons(job)
    view = discord.utils.MISSING if buttons is None else buttons
    try:
        shown = await interaction.response.send_message(embed=embed, view=view, files=files)
        message_id = shown.message_id
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("The card's answer failed (%s)", error, extra={"job": job.id})
        message_id = await _shown_anyway(interaction, job)
    if message_id:
        await actions.card_shown(job, message_id)


async def _shown_anyway(interaction: discord.Interaction, job: Job) -> int | None:
    """The card may be there although the answer to it was lost; what another process answered is none."""
    try:
        message = await interaction.original_response()
    except (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError):
        return None
    return message.id if is_card_of(message, job) else None
