"""Discord's objects → plain values: who asks, where, in which language, what may be done there."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import discord

from bot.actions import Actor, Ask
from bot.drafts import Link, SavedDraft
from bot.jobs import Venue
from bot.permissions import NEEDED_FOR_THREAD, OPENS_THREADS
from bot.video_request import Draft

from .names import in_words
from .typed_links import is_hidden

# A select menu has 25 options at most.
MOST_LINKS = 25
# Where a preview carries what is behind its link.
CLIP, STILLS = "video", ("image", "thumbnail")
# What Discord does not call a picture, though it is one.
PICTURE_ENDINGS = (".heic", ".heif", ".avif", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".png", ".jpg", ".jpeg")


def channel_type(interaction: discord.Interaction) -> discord.ChannelType | None:
    return interaction.channel.type if interaction.channel else None


def venue_for(kind: discord.ChannelType | None, granted: discord.Permissions) -> Venue:
    """A thread where one can be opened; otherwise beside the card."""
    may_thread = all(getattr(granted, name) for name in NEEDED_FOR_THREAD)
    return Venue.THREAD if kind in OPENS_THREADS and may_thread else Venue.CHANNEL


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
        **_asker(interaction.user),
        **_place(interaction.channel),
        **more,
    )


def read_draft_ask(interaction: discord.Interaction, saved: SavedDraft, *, confirmed: int | None = None) -> Ask:
    """What a draft asks for, now that it is sent."""
    return read_ask(
        interaction,
        saved.draft,
        saved.link,
        keeps_picture=saved.keeps_picture,
        spoiler=saved.spoiler,
        further=saved.further,
        parent_id=saved.parent_id,
        draft_id=saved.id,
        confirmed=confirmed,
        knows_rules=confirmed is not None,
        appeals=saved.appeals,
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
        **_asker(message.author),
        **_place(message.channel),
        **more,
    )


def _asker(user: discord.User | discord.Member) -> dict[str, Any]:
    """What the rules of a server ask of a member."""
    if not isinstance(user, discord.Member):
        return {}
    joined_at = user.joined_at.timestamp() if user.joined_at else None
    return {"role_ids": frozenset(role.id for role in user.roles), "joined_at": joined_at}


def _place(channel: Any) -> dict[str, Any]:
    """What they ask of a channel; of a thread whose channel is not known it is not known to be age-restricted."""
    is_restricted = getattr(channel, "is_nsfw", None)
    return {
        "within_id": channel.parent_id if isinstance(channel, discord.Thread) else None,
        "category_id": getattr(channel, "category_id", None),
        "age_restricted": bool(is_restricted and is_restricted()),
    }


def granted_in(message: discord.Message) -> discord.Permissions | None:
    """What the bot may do where a message stands; None in direct messages, and where it cannot be known."""
    if message.guild is None or isinstance(message.channel, discord.PartialMessageable):
        return None
    return message.channel.permissions_for(message.guild.me)


def pictures_of(message: discord.Message) -> tuple[Link, ...]:
    """The pictures that a message shows: attached, forwarded, or in the preview of a link.

    Of a preview only Discord's own copy is read: where the link leads is somebody else's choice.
    """
    return _links_of(message, _is_picture, STILLS)


def files_of(message: discord.Message) -> tuple[Link, ...]:
    """All that a message has to start from: whatever is attached, and of a preview the picture, or the clip itself.

    What is none is refused when it is read.
    """
    return _links_of(message, lambda _: True, (CLIP, *STILLS))


def links_shown(message: discord.Message) -> list[str]:
    """The links of a message whose previews show something to start from."""
    return [embed.url for embed in message.embeds if embed.url and _media(embed, (CLIP, *STILLS))]


def _links_of(
    message: discord.Message, is_meant: Callable[[discord.Attachment], bool], slots: Collection[str]
) -> tuple[Link, ...]:
    shown = parts_of(message)
    attached = [read_attachment(one) for part in shown for one in part.attachments if is_meant(one)]
    embedded = [
        _previewed(media, spoiler=is_hidden(embed.url or "", part.content))
        for part in shown
        for embed in part.embeds
        for media in _media(embed, slots)
    ]
    found = {link.url: link for link in (*attached, *embedded) if link}
    return tuple(found.values())[:MOST_LINKS]


def _previewed(media: Any, *, spoiler: bool) -> Link:
    shape = (media.width, media.height) if media.width and media.height else None
    return Link(url=str(media.proxy_url), bytes=0, shape=shape, spoiler=spoiler)


def _media(embed: discord.Embed, slots: Collection[str]) -> list[Any]:
    """What Discord has its own copy of. Of a clip the thumbnail is only a frame of it."""
    found = {slot: media for slot in slots if (media := getattr(embed, slot)).proxy_url}
    clip = found.pop(CLIP, None)
    return [clip] if clip and embed.type == CLIP else list(found.values())


def clips_of(message: discord.Message) -> tuple[Link, ...]:
    """The clips that a message brings, forwarded ones too."""
    found = [one for part in parts_of(message) for one in part.attachments if one.filename.endswith(".mp4")]
    return tuple(link for one in found if (link := read_attachment(one)))


def parts_of(message: discord.Message) -> tuple[discord.Message | discord.MessageSnapshot, ...]:
    """What a message shows: itself, and what it forwards."""
    return (message, *message.message_snapshots)


def _is_picture(attachment: discord.Attachment) -> bool:
    """By what Discord says of it, which is the name's word; whether it is one is seen when it is read."""
    kind = attachment.content_type or ""
    return kind.startswith("image/") or attachment.filename.lower().endswith(PICTURE_ENDINGS)
