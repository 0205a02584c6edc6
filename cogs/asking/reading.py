"""Discord's objects → plain values: who asks, where, in which language, what may be done there."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import discord

from bot.actions import Actor, Ask
from bot.drafts import Link, SavedDraft
from bot.jobs import Venue
from bot.permissions import NEEDED, NEEDED_FOR_THREAD, NEEDED_IN_THREAD, NEEDED_IN_VOICE, OPENS_THREADS, THREADS, VOICE
from bot.video_request import Draft, Refusal

from .names import in_words

# A select menu has 25 options at most.
MOST_LINKS = 25
# What Discord does not call a picture, though it is one.
PICTURE_ENDINGS = (".heic", ".heif", ".avif", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".png", ".jpg", ".jpeg")


def channel_type(interaction: discord.Interaction) -> discord.ChannelType | None:
    return interaction.channel.type if interaction.channel else None


def venue_for(kind: discord.ChannelType | None, granted: discord.Permissions) -> Venue:
    """A thread where one can be opened; otherwise beside the card."""
    may_thread = all(getattr(granted, name) for name in NEEDED_FOR_THREAD)
    return Venue.THREAD if kind in OPENS_THREADS and may_thread else Venue.CHANNEL


def missing_permissions(interaction: discord.Interaction) -> Refusal | None:
    """The permissions that the interaction shows to be missing; direct messages need none."""
    if interaction.guild_id is None:
        return None
    return missing_in(interaction.channel_id or 0, channel_type(interaction), interaction.app_permissions)


def missing_in(channel_id: int, kind: discord.ChannelType | None, granted: discord.Permissions) -> Refusal | None:
    """What the bot lacks in a channel of a server."""
    needed = NEEDED_IN_THREAD if kind in THREADS else NEEDED_IN_VOICE if kind in VOICE else NEEDED
    missing = tuple(name for name in needed if not getattr(granted, name))
    if not missing:
        return None
    return Refusal(code="permissions", facts={"where": f"<#{channel_id}>", "permissions": missing})


def public_locale(member: str, server: str | None, features: Collection[str] = ()) -> str:
    """The locale for what everybody in a channel reads: the server's where it has set one, else the member's who asks.

    Only community servers set one, all others report "en-US"; `server` is None in direct messages. Source: Guild
    Resource, `preferred_locale`.
    """
    return server if server and "COMMUNITY" in features else member


def read_locale(interaction: discord.Interaction) -> str:
    """The locale for the card and the thread. What only one member sees is in `interaction.locale`."""
    server = interaction.guild_locale.value if interaction.guild_locale else None
    features = interaction.guild.features if interaction.guild else ()
    return public_locale(interaction.locale.value, server, features)


def may_moderate(interaction: discord.Interaction) -> bool:
    return interaction.guild_id is not None and interaction.permissions.manage_messages


def read_actor(interaction: discord.Interaction) -> Actor:
    return Actor(id=interaction.user.id, may_moderate=may_moderate(interaction))


def read_attachment(attachment: discord.Attachment | None) -> Link | None:
    if attachment is None:
        return None
    shape = (attachment.width, attachment.height) if attachment.width and attachment.height else None
    return Link(
        url=attachment.url,
        bytes=attachment.size,
        shape=shape,
        name=attachment.filename,
        spoiler=attachment.is_spoiler(),
    )


def read_ask(interaction: discord.Interaction, draft: Draft, link: Link | None = None, **more: Any) -> Ask:
    """What an interaction asks for; `more` are fields of Ask."""
    locale = read_locale(interaction)
    return Ask(
        event_id=interaction.id,
        draft=replace(draft, prompt=in_words(draft.prompt, interaction, locale)),
        link=link,
        asker_id=interaction.user.id,
        asker_name=interaction.user.display_name,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id or 0,
        locale=locale,
        venue=venue_for(channel_type(interaction), interaction.app_permissions),
        **more,
    )


def read_draft_ask(interaction: discord.Interaction, saved: SavedDraft) -> Ask:
    """What a draft asks for, now that it is sent."""
    return read_ask(
        interaction,
        saved.draft,
        saved.link,
        keeps_picture=saved.keeps_picture,
        spoiler=saved.spoiler,
        parent_id=saved.parent_id,
        draft_id=saved.id,
    )


def read_message_ask(message: discord.Message, draft: Draft, link: Link | None, locale: str, **more: Any) -> Ask:
    """What a message that speaks to the bot asks for."""
    guild, granted = message.guild, granted_in(message)
    return Ask(
        event_id=message.id,
        draft=draft,
        link=link,
        asker_id=message.author.id,
        asker_name=message.author.display_name,
        guild_id=guild.id if guild else None,
        channel_id=message.channel.id,
        locale=locale,
        venue=venue_for(message.channel.type, granted or discord.Permissions.none()),
        **more,
    )


def granted_in(message: discord.Message) -> discord.Permissions | None:
    """What the bot may do where a message stands; None in direct messages, and where it cannot be known."""
    if message.guild is None or isinstance(message.channel, discord.PartialMessageable):
        return None
    return message.channel.permissions_for(message.guild.me)


def pictures_of(message: discord.Message) -> tuple[Link, ...]:
    """The pictures that a message shows: attached, forwarded, or in the preview of a link.

    Of a preview only Discord's own copy is read: where the link leads is somebody else's choice.
    """
    shown: tuple[discord.Message | discord.MessageSnapshot, ...] = (message, *message.message_snapshots)
    attached = [read_attachment(one) for part in shown for one in part.attachments if _is_picture(one)]
    media = [one for part in shown for embed in part.embeds for one in (embed.image, embed.thumbnail) if one.proxy_url]
    embedded = [
        Link(url=str(one.proxy_url), bytes=0, shape=(one.width, one.height) if one.width and one.height else None)
        for one in media
    ]
    found = {link.url: link for link in (*attached, *embedded) if link}
    return tuple(found.values())[:MOST_LINKS]


def _is_picture(attachment: discord.Attachment) -> bool:
    """By what Discord says of it, which is the name's word; whether it is one is seen when it is read."""
    kind = attachment.content_type or ""
    return kind.startswith("image/") or attachment.filename.lower().endswith(PICTURE_ENDINGS)
