"""`/video`: translate, submit, answer."""

import discord
from discord import app_commands

from bot.catalogue import Model
from bot.discord_bot import DailiesBot, Interaction
from bot.drafts import Given
from bot.further_pictures import LAST
from bot.video_request import Draft, Fit

from ..showing.answers import answer_outcome
from ..words.wording import described
from .places import refused_here
from .reading import read_ask, read_attachment
from .suggestions import (
    Choices,
    never_failing,
    read_model,
    read_seconds,
    suggest_lengths,
    suggest_models,
    suggest_sizes,
)

OPTIONS = ("prompt", "seconds", "size", "image", "last_image", "fit", "model")


@app_commands.command(name="video", description=described("command.video"))
@app_commands.describe(**{option: described(f"command.video_{option}") for option in OPTIONS})
@app_commands.choices(fit=[app_commands.Choice(name=described(f"command.fit_{fit}"), value=fit) for fit in Fit])
async def video(
    interaction: Interaction,
    prompt: str,
    seconds: int | None = None,
    size: str | None = None,
    image: discord.Attachment | None = None,
    last_image: discord.Attachment | None = None,
    fit: str | None = None,
    model: str | None = None,
) -> None:
    catalogue, locale = interaction.client.lookup.catalogue, interaction.locale.value
    model = model and read_model(catalogue, model, locale)
    draft = Draft(prompt=prompt, seconds=seconds, size=size, fit=fit, model=model)
    last = read_attachment(last_image)
    further = (Given(slot=LAST, link=last),) if last else ()
    ask = read_ask(interaction, draft, read_attachment(image), further=further)
    outcome = await refused_here(interaction) or await interaction.client.actions.submission.submit(ask)
    await answer_outcome(interaction, outcome, prompt)


# --- what is suggested follows the model that is filled in; everything is checked again on arrival


@video.autocomplete("model")
@never_failing
async def models(interaction: Interaction, typed: str) -> Choices:
    lookup, filled = interaction.client.lookup, interaction.namespace
    return suggest_models(
        lookup.catalogue,
        lookup.refused_models,
        typed,
        has_picture="image" in filled,
        has_last="last_image" in filled,
        locale=interaction.locale.value,
    )


@video.autocomplete("seconds")
@never_failing
async def lengths(interaction: Interaction, typed: str) -> Choices:
    return suggest_lengths(_chosen(interaction), interaction.namespace.size, typed)


@video.autocomplete("size")
@never_failing
async def sizes(interaction: Interaction, typed: str) -> Choices:
    return suggest_sizes(_chosen(interaction), read_seconds(interaction.namespace.seconds), typed)


def _chosen(interaction: Interaction) -> Model:
    catalogue = interaction.client.lookup.catalogue
    named = read_model(catalogue, interaction.namespace.model or "", interaction.locale.value)
    return catalogue.named(named) or catalogue.default


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(video)
