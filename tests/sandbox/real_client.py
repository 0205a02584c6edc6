"""The real client library, logged in to the sandbox, with one command for each way of answering."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands
from discord.http import Route

from sandbox.discord import Discord
from tests.sandbox import client_payloads

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


def fresh(label: str = "Change") -> ui.View:
    """The buttons of the card. They are answered in `Bot.on_interaction`: nothing is kept of them."""
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label=label, custom_id="change"))
    view.add_item(ui.Button(label="Touch", custom_id="touch"))
    return view.add_item(ui.Button(label="Wait", custom_id="wait"))


class Form(ui.Modal, title="Change"):
    """A form opened by a command or a button."""

    prompt: ui.Label[Any] = ui.Label(text="Prompt", component=ui.TextInput(default="a boat", custom_id="prompt"))
    image: ui.Label[Any] = ui.Label(text="Picture", component=ui.FileUpload(custom_id="image", required=False))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.prompt.component, ui.TextInput)
        if interaction.message:
            await interaction.response.edit_message(content=self.prompt.component.value)
        else:
            await interaction.response.send_message(self.prompt.component.value)


class Bot(commands.AutoShardedBot):
    """Answers every kind of interaction; errors of its own end up in `errors`."""

    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.errors: list[BaseException] = []
        self.tree.add_command(video)
        self.tree.add_command(privately)
        self.tree.add_command(ask)
        self.tree.add_command(animate)

    async def setup_hook(self) -> None:
        await self.tree.sync()

        async def keep(interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
            self.errors.append(error)

        self.tree.error(keep)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError(event_method)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        match interaction.custom_id:
            case "change":
                await interaction.response.send_modal(Form())
            case "touch":
                await interaction.response.edit_message(embed=client_payloads.card(), view=fresh("Changed"))
            case "wait":
                await interaction.response.defer()
                await interaction.edit_original_response(content="waited", attachments=[])


@app_commands.command(description="Shows a card, edits it and follows it up")
@app_commands.choices(seconds=[app_commands.Choice(name=f"{n} s", value=n) for n in (4, 8, 12)])
async def video(
    interaction: discord.Interaction,
    prompt: app_commands.Range[str, 1, 2000],
    seconds: int = 8,
    model: str = "sora-2-pro",
    image: discord.Attachment | None = None,
) -> None:
    picture = await image.read() if image else b""
    shown = await interaction.response.send_message(
        prompt, embed=client_payloads.card(), file=client_payloads.still(), view=fresh()
    )
    assert shown.message_id
    await interaction.edit_original_response(content=f"{prompt}, {seconds} s, {len(picture)} bytes", view=fresh())
    assert (await interaction.original_response()).content
    more = await interaction.followup.send("more", file=client_payloads.still(), wait=True)
    await more.edit(content="even more")
    await more.delete()


@video.autocomplete("model")
async def models(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=name, value=name) for name in ("sora-2", "sora-2-pro") if current in name]


@app_commands.command(description="Answers for one member only, later")
async def privately(interaction: discord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    await interaction.edit_original_response(content="only you see this")


@app_commands.command(description="Opens a form")
async def ask(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(Form())


@app_commands.context_menu(name="Animate this picture")
async def animate(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message("\n".join(found_pictures(message)), ephemeral=True)


def found_pictures(message: discord.Message) -> list[str]:
    """File names of a message and of what it forwards, and links to what its embeds show."""
    found: list[str] = []
    parts: list[discord.Message | discord.MessageSnapshot] = [message, *message.message_snapshots]
    for part in parts:
        found += [file.filename for file in part.attachments]
        shown = [media for embed in part.embeds for media in (embed.image, embed.thumbnail)]
        found += [media.proxy_url for media in shown if media.proxy_url]
    return found


@asynccontextmanager
async def logged_in(sandbox: Discord, intents: discord.Intents = INTENTS) -> AsyncIterator[Bot]:
    """The bot, ready; the address it was turned away from is put back at the end."""
    before, Route.BASE = Route.BASE, sandbox.api_url
    bot = Bot(intents)
    running = asyncio.create_task(bot.start(sandbox.token))
    try:
        ready = asyncio.create_task(sandbox.wait_until_connected())
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
        await bot.wait_until_ready()
        yield bot
    finally:
        await bot.close()
        await running
        Route.BASE = before
