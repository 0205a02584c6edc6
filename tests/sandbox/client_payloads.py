"""Payloads as the real client library writes them: messages, layouts, forms, callbacks and commands."""

import io
import json
from typing import Any

import discord
from discord import app_commands, ui
from discord.http import MultipartParameters, handle_message_parameters
from discord.utils import MISSING

from tests.sandbox.payloads import Payload


def written(parameters: MultipartParameters) -> Payload:
    """The JSON of a request, with or without files."""
    with parameters:
        if parameters.multipart:
            found: Payload = json.loads(parameters.multipart[0]["value"])
            return found
        return parameters.payload or {}


def still() -> discord.File:
    return discord.File(io.BytesIO(b"1"), "still.png", description="The first frame")


def card() -> discord.Embed:
    """An embed with all its parts."""
    made = discord.Embed(title="A boat", description="At night", timestamp=discord.utils.utcnow(), colour=0xFFAA00)
    made.set_thumbnail(url="attachment://still.png").set_footer(text="asked by Ana", icon_url="https://cdn.example/a")
    return made.set_author(name="Ana", url="https://example.com").add_field(name="Length", value="8 s", inline=True)


def buttons() -> ui.View:
    """Buttons with and without link and emoji, and a select."""
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label="Cancel", custom_id="job:1:cancel", emoji="🎬", style=discord.ButtonStyle.danger))
    view.add_item(ui.Button(label="Look", url="https://example.com"))
    view.add_item(ui.Button(emoji=discord.PartialEmoji(name="boat", id=5, animated=True), custom_id="b"))
    view.add_item(ui.Select(options=[discord.SelectOption(label="a", emoji="🎬", description="d")], placeholder="?"))
    view.add_item(ui.ChannelSelect(channel_types=[discord.ChannelType.text], min_values=0))
    return view


def layout() -> ui.LayoutView:
    """One component of each sort of the new layout."""
    view = ui.LayoutView(timeout=None)
    section: ui.Section[Any] = ui.Section("a", accessory=ui.Thumbnail("attachment://still.png", description="d"))
    pictures: ui.MediaGallery[Any] = ui.MediaGallery(discord.MediaGalleryItem("attachment://still.png"))
    row: ui.ActionRow[Any] = ui.ActionRow(ui.Button(label="q", custom_id="q"))
    view.add_item(ui.Container(ui.TextDisplay("x"), section, ui.Separator(), pictures, row, accent_colour=5))
    return view.add_item(ui.File("attachment://still.png"))


NOBODY = discord.AllowedMentions.none()
ANA = discord.AllowedMentions(everyone=False, users=[discord.Object(1)], roles=False, replied_user=False)
CALM = discord.MessageFlags(suppress_embeds=True, suppress_notifications=True)


def messages() -> dict[str, Payload]:
    """New messages; those that carry a file carry `still.png` as `files[0]`."""
    reply = discord.MessageReference(message_id=5, channel_id=6, fail_if_not_exists=False)
    return {
        "text": written(handle_message_parameters(content="x", nonce="job-1-queued", allowed_mentions=NOBODY)),
        "card": written(handle_message_parameters(embed=card(), file=still(), view=buttons())),
        "reply": written(handle_message_parameters("x", message_reference=reply.to_dict(), allowed_mentions=ANA)),
        "calm": written(handle_message_parameters("x", flags=CALM, nonce=2**63 - 1)),
        "layout": written(handle_message_parameters(view=layout(), file=still())),
    }


def edits() -> dict[str, Payload]:
    """Edits of a message; the one with a file brings `still.png` as `files[0]`."""
    return {
        "text": written(handle_message_parameters(content="y", embed=None, view=None)),
        "card": written(handle_message_parameters(embed=card(), attachments=[still()], view=buttons())),
        "bare": written(handle_message_parameters(attachments=[], content="z")),
        "layout": written(handle_message_parameters(content=None, embeds=[], view=layout(), attachments=[still()])),
    }


class Change(ui.Modal, title="Change"):
    """A form with one field of each sort."""

    prompt: ui.Label[Any] = ui.Label(text="Prompt", component=ui.TextInput(style=discord.TextStyle.long, default="x"))
    seconds: ui.Label[Any] = ui.Label(text="Seconds", component=ui.Select(options=[discord.SelectOption(label="4")]))
    image: ui.Label[Any] = ui.Label(text="Picture", component=ui.FileUpload(required=False, min_values=0))
    size: ui.Label[Any] = ui.Label(
        text="Size",
        description="Of the picture",
        component=ui.RadioGroup(options=[discord.RadioGroupOption(label=each) for each in ("wide", "tall")]),
    )
    sound: ui.Label[Any] = ui.Label(text="Sound", component=ui.Checkbox(default=True))


def callbacks() -> dict[str, Payload]:
    """Answers to interactions, by their sort."""
    message = written(
        handle_message_parameters("x", flags=discord.MessageFlags(ephemeral=True), previous_allowed_mentions=NOBODY)
    )
    update = written(handle_message_parameters(content="y", embeds=[card()], view=buttons(), attachments=MISSING))
    return {
        "message": {"type": 4, "data": message},
        "deferred": {"type": 5, "data": {"flags": 64}},
        "deferred update": {"type": 6},
        "update": {"type": 7, "data": update},
        "choices": {"type": 8, "data": {"choices": [app_commands.Choice(name="8 s", value="8").to_dict()]}},
        "modal": {"type": 9, "data": Change().to_dict()},
    }


def threads() -> dict[str, Payload]:
    """Threads on a message, and in a forum."""
    channel = {"name": "A boat", "auto_archive_duration": 1440, "rate_limit_per_user": None}
    return {
        "on message": channel,
        "alone": {**channel, "type": 11, "invitable": True},
        "forum": written(handle_message_parameters("x", embed=card(), channel_payload=channel)),
    }


def commands() -> list[Payload]:
    """A slash command with options of several sorts, a group, and a message menu."""
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents.none()))

    @tree.command(name="video", description="Make a video", nsfw=False)
    @app_commands.choices(seconds=[app_commands.Choice(name="4 s", value="4")])
    @app_commands.default_permissions(manage_messages=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def video(
        interaction: discord.Interaction,
        prompt: app_commands.Range[str, 1, 2000],
        seconds: str = "4",
        image: discord.Attachment | None = None,
        times: app_commands.Range[int, 1, 3] = 1,
        channel: discord.TextChannel | None = None,
    ) -> None: ...

    @tree.context_menu(name="Animate this picture")
    async def animate(interaction: discord.Interaction, message: discord.Message) -> None: ...

    group = app_commands.Group(name="settings", description="How it works here")

    @group.command(name="show", description="Show them")
    async def show(interaction: discord.Interaction, all: bool = False) -> None: ...

    tree.add_command(group)
    return [command.to_dict(tree) for command in tree.get_commands()]
