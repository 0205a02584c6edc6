"""Discord's objects → plain values: who asks, where, what may be done there."""

import discord

from bot.actions import Actor, Ask, Attachment
from bot.discord_bot import NEEDED, NEEDED_FOR_THREAD, NEEDED_IN_THREAD
from bot.jobs import Place
from bot.video_request import Draft, Refusal

# Voice text is closed to those who may not connect.
NEEDED_IN_VOICE = (*NEEDED, "connect")

OPENS_THREADS = (discord.ChannelType.text, discord.ChannelType.news)
VOICE = (discord.ChannelType.voice, discord.ChannelType.stage_voice)
THREADS = (
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
)


def channel_type(interaction: discord.Interaction) -> discord.ChannelType | None:
    return interaction.channel.type if interaction.channel else None


def place_for(interaction: discord.Interaction) -> Place:
    """A thread where one can be opened; otherwise beside the card."""
    granted = interaction.app_permissions
    may_thread = all(getattr(granted, name) for name in NEEDED_FOR_THREAD)
    return Place.THREAD if channel_type(interaction) in OPENS_THREADS and may_thread else Place.CHANNEL


def missing_permissions(interaction: discord.Interaction) -> Refusal | None:
    """The permissions that the interaction shows to be missing; direct messages need none."""
    if interaction.guild_id is None:
        return None
    kind = channel_type(interaction)
    needed = NEEDED_IN_THREAD if kind in THREADS else NEEDED_IN_VOICE if kind in VOICE else NEEDED
    missing = tuple(name for name in needed if not getattr(interaction.app_permissions, name))
    if not missing:
        return None
    return Refusal(
        code="permissions",
        facts={"where": f"<#{interaction.channel_id}>", "permissions": ", ".join(spell(name) for name in missing)},
    )


def spell(permission: str) -> str:
    """A permission as Discord's settings call it."""
    return permission.replace("_", " ").title().replace(" In ", " in ")


def may_moderate(interaction: discord.Interaction) -> bool:
    return interaction.guild_id is not None and interaction.permissions.manage_messages


def read_actor(interaction: discord.Interaction) -> Actor:
    return Actor(id=interaction.user.id, may_moderate=may_moderate(interaction))


def read_attachment(attachment: discord.Attachment | None) -> Attachment | None:
    if attachment is None:
        return None
    shape = (attachment.width, attachment.height) if attachment.width and attachment.height else None
    return Attachment(url=attachment.url, bytes=attachment.size, shape=shape)


def read_ask(interaction: discord.Interaction, draft: Draft, attachment: discord.Attachment | None = None) -> Ask:
    return Ask(
        event_id=interaction.id,
        draft=draft,
        attachment=read_attachment(attachment),
        asker_id=interaction.user.id,
        asker_name=interaction.user.display_name,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id or 0,
        locale=interaction.locale.value,
        place=place_for(interaction),
    )
