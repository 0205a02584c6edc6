"""`/video`: translate, submit, answer."""

from typing import Any

import discord
from discord import app_commands

from bot.actions import Actions
from bot.catalogue import Catalogue
from bot.discord_bot import DailiesBot
from bot.video_request import Draft, Fit, Refusal

from ._answer import answer_card, answer_refusal
from ._intake import missing_permissions, read_ask, read_attachment
from ._wording import say, spell_size

LOCALE = "en"
OPTIONS = ("prompt", "seconds", "size", "image", "fit", "model")


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(video_command(bot.actions, bot.catalogue))


async def teardown(bot: DailiesBot) -> None:
    bot.tree.remove_command("video")


def video_command(actions: Actions, catalogue: Catalogue) -> app_commands.Command[Any, ..., None]:
    """The command, its choices taken from the catalogue; each is checked again on arrival."""

    @app_commands.command(name="video", description=say(LOCALE, "command.video"))
    @app_commands.describe(**{option: say(LOCALE, f"command.video_{option}") for option in OPTIONS})
    @app_commands.choices(**_choices(catalogue))
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
        outcome = missing_permissions(interaction) or await actions.submit(read_ask(interaction, draft, image))
        if isinstance(outcome, Refusal):
            await answer_refusal(interaction, outcome, prompt)
        elif outcome:
            await answer_card(interaction, actions, outcome, catalogue.models[outcome.job.request.model])

    return video


def _choices(catalogue: Catalogue) -> dict[str, list[app_commands.Choice[str | int | float]]]:
    """All that any model offers, in the catalogue's order; Discord shows at most 25."""
    models = catalogue.models.values()
    lengths = sorted({value for model in models for value in model.seconds.values})
    sizes = list(dict.fromkeys(value for model in models for value in model.size.values))
    return {
        "seconds": [app_commands.Choice(name=f"{value} s", value=value) for value in lengths[:25]],
        "size": [app_commands.Choice(name=spell_size(value), value=value) for value in sizes[:25]],
        "fit": [app_commands.Choice(name=say(LOCALE, f"command.fit_{fit}"), value=fit.value) for fit in Fit],
        "model": [app_commands.Choice(name=model.name, value=model.id) for model in list(models)[:25]],
    }
