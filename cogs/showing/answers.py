"""Answering an interaction, once and in time: with a card, or with a sentence that only the asker sees."""

import io
import logging
from typing import Any

import aiohttp
import discord

from bot.actions import Accepted, Repeated, ToConfirm
from bot.discord_away import in_a_line
from bot.discord_bot import Interaction
from bot.jobs import Job, Venue, card_face
from bot.video_request import Refusal

from ..words.wording import say
from .buttons import card_buttons, refusal_buttons
from .card import PICTURE_NAME, card, is_card_of
from .confirming import confirm_buttons, question_text
from .limits import near_text
from .links import card_link
from .refusals import pasted, refusal_text

log = logging.getLogger(__name__)


async def answer_refusal(
    interaction: discord.Interaction, refusal: Refusal, prompt: str = "", view: discord.ui.View | None = None
) -> None:
    """Why not, and the prompt back, so that nobody types it twice; where a moderator can be asked, that is offered."""
    view = view or refusal_buttons(interaction.locale.value, refusal)
    await answer_alone(interaction, refusal_text(interaction.locale.value, refusal), prompt, view)


async def answer_alone(
    interaction: discord.Interaction,
    text: str | None = None,
    prompt: str = "",
    view: discord.ui.View | None = None,
    embed: discord.Embed | None = None,
) -> None:
    """Something that only the asker sees, and below it the prompt that it is about, to be copied."""
    extras: dict[str, Any] = {name: shown for name, shown in (("view", view), ("embed", embed)) if shown}
    if prompt.strip():
        locale, sentence = interaction.locale.value, text or ""
        text = pasted(locale, sentence, prompt)
        if text is None:
            text = f"{sentence} {say(locale, 'refusal.paste')}"
            extras["file"] = discord.File(io.BytesIO(prompt.encode()), "prompt.txt")
    if interaction.response.is_done():
        await interaction.followup.send(text or discord.utils.MISSING, ephemeral=True, **extras)
    else:
        await interaction.response.send_message(text, ephemeral=True, **extras)


async def answer_outcome(
    interaction: Interaction, outcome: Accepted | Repeated | ToConfirm | Refusal | None, prompt: str = ""
) -> None:
    """What came of a wish; None was answered by whoever heard the same event first."""
    match outcome:
        case ToConfirm():
            await answer_alone(
                interaction,
                question_text(interaction.locale.value, outcome),
                view=confirm_buttons(outcome, interaction.locale.value),
            )
        case Refusal():
            await answer_refusal(interaction, outcome, prompt)
        case Repeated(job=job):
            link, locale = card_link(job), interaction.locale.value
            there = say(locale, "ask.repeated", link=link) if link else say(locale, "ask.repeated_soon")
            await answer_alone(interaction, there)
        case Accepted(job=job) if job.venue is Venue.BATCH:
            # it is a line among others, and has no card
            await answer_alone(interaction, say(interaction.locale.value, "take.sent_again"))
        case Accepted():
            await answer_card(interaction, outcome)
            await _warn(interaction, outcome)


async def answer_card(interaction: Interaction, accepted: Accepted) -> None:
    """Show the card; when its answer is lost, find out, and leave the rest to the tracker, which shows it later."""
    bot, job = interaction.client, accepted.job
    outlook = bot.lookup.outlook(job)
    files = [discord.File(io.BytesIO(accepted.thumbnail), PICTURE_NAME)] if accepted.thumbnail else []
    embed = card(job, bot.lookup.model(job), outlook, picture=PICTURE_NAME if files else None, parent=accepted.parent)
    view = card_buttons(job, outlook) or discord.utils.MISSING
    message_id = await answer_openly(interaction, job.id, embed=embed, view=view, files=files)
    if message_id is None:
        message_id = await _shown_anyway(interaction, job)
    if message_id:
        await bot.actions.submission.card_shown(job, message_id, card_face(job, outlook.standing))


async def answer_openly(interaction: Interaction, about: str, **shown: Any) -> int | None:
    """Answer for everybody; None when nobody heard whether that got there. `about` is what is committed already."""
    try:
        return (await interaction.response.send_message(**shown)).message_id
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("The card's answer failed (%s)", in_a_line(error), extra={"job": about})
        return None


async def _warn(interaction: Interaction, accepted: Accepted) -> None:
    """Tell the asker alone which of their limits are nearly used up: once, when they come to that."""
    if not accepted.near:
        return
    lines = [near_text(interaction.locale.value, each) for each in accepted.near]
    try:
        await answer_alone(interaction, "\n".join(lines))
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError, OSError) as error:
        log.info("The asker cannot be warned: %s", error, extra={"job": accepted.job.id})


async def _shown_anyway(interaction: discord.Interaction, job: Job) -> int | None:
    """The card may be there although the answer to it was lost; what another process answered is none."""
    try:
        message = await interaction.original_response()
    except (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError):
        return None
    return message.id if is_card_of(message, job) else None
