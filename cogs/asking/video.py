"""`/video`: translate, submit, answer."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

import discord
from discord import app_commands

from bot.actions import Actions
from bot.catalogue import Catalogue, Model
from bot.discord_bot import DailiesBot
from bot.video_request import Draft, Fit

from ..showing.answers import answer_outcome
from ..words.wording import described
from .reading import missing_permissions, read_ask, read_attachment
from .suggestions import suggest_lengths, suggest_models, suggest_sizes

log = logging.getLogger(__name__)

OPTIONS = ("prompt", "seconds", "size", "image", "fit", "model")


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(video_command(bot.actions, bot.catalogue))


async def teardown(bot: DailiesBot) -> None:
    bot.tree.remove_command("video")


def video_command(actions: Actions, catalogue: Catalogue) -> app_commands.Command[Any, ..., None]:
    """The command. What is suggested follows the model that is filled in; everything is checked again on arrival."""

    def chosen(interaction: discord.Interaction) -> Model:
        return catalogue.named(interaction.namespace.model or "") or catalogue.default

    @never_raising
    async def models(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        has_picture = "image" in interaction.namespace
        locale = interaction.locale.value
        return suggest_models(catalogue, actions.refused_models, typed, has_picture=has_picture, locale=locale)

    @never_raising
    async def lengths(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[int]]:
        size = interaction.namespace.size
        return suggest_lengths(chosen(interaction), size, typed, locale=interaction.locale.value)

    @never_raising
    async def sizes(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return suggest_sizes(chosen(interaction), read_seconds(interaction.namespace.seconds), typed)

    @app_commands.command(name="video", description=described("command.video"))
    @app_commands.describe(**{option: described(f"command.video_{option}") for option in OPTIONS})
    @app_commands.choices(fit=[app_commands.Choice(name=described(f"command.fit_{fit}"), value=fit) for fit in Fit])
    @app_commands.autocomplete(model=models, seconds=lengths, size=sizes)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def video(
        interaction: discord.Interaction,
        prompt: str,
        seconds: int | None = None,
        size: str | None = None,
        image: discord.Attachment | None = None,
        fit: str | None = None,
        model: str | None = None,
    ) -> None:
        file = read_attachment(image)
        draft = Draft(
            prompt=prompt,
            seconds=seconds,
            size=size,
            fit=fit,
            model=model,
            has_picture=file is not None,
            picture=file.shape if file else None,
        )
        outcome = missing_permissions(interaction) or await actions.submit(read_ask(interaction, draft, file))
        await answer_outcome(interaction, actions, catalogue, outcome, prompt)

    return video


Suggest = Callable[[discord.Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[Any]]]]


def never_raising(suggest: Suggest) -> Suggest:
    """Without suggestions a member can still type; an error would only be noise beside what they are writing."""

    async def guarded(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[Any]]:
        try:
            return await suggest(interaction, str(typed))
        except Exception:
            log.exception("No suggestions")
            return []

    return guarded


def read_seconds(filled: object) -> int | None:
    """A length that is filled in; Discord hands on as text what is still being typed."""
    text = str(filled)
    return int(text) if text.isascii() and text.isdigit() else None
