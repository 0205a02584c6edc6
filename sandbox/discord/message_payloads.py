"""Message payloads: a message in Discord's JSON, its links resolved and its content hidden from who may not read it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox.discord.payloads import Json, channel_json, moment, user_json

if TYPE_CHECKING:
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.places import User
    from sandbox.discord.posts import Attachment, Message

EMBED_IMAGES = ("image", "thumbnail")
EMBED_ICONS = ("author", "footer")
REFERENCE, FORWARD = 0, 1
"""How a message refers to another one. Source: message resource, "Message Reference Types"."""
SINGLE = ("accessory", "component")
"""Where a component holds another one and not a list."""


def message_json(message: "Message", *, reader: "User", sees_content: bool = True, with_reference: bool = True) -> Json:
    """The message as `reader` gets it; without `sees_content` it is blanked unless Discord makes an exception.

    The nonce is not part of it: it is given once, to who sent it and in MESSAGE_CREATE.
    """
    body: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "author": user_json(message.author),
        "mention_everyone": message.mention_everyone,
        "pinned": False,
        "tts": False,
    }
    readable = sees_content or always_readable(message, reader)
    body |= minimal_json(message, readable)
    if message.thread and not message.thread.deleted:
        body["thread"] = channel_json(message.thread, reader=reader)
    if message.interaction:
        body |= _interaction_part(message)
    if message.reference_id or message.reference_channel_id:
        body |= _reference_part(message, reader, sees_content, with_reference)
    if message.snapshot:
        body["message_snapshots"] = [{"message": minimal_json(message.snapshot, readable)}]
    return body


def minimal_json(message: "Message", readable: bool) -> Json:
    """What a message shows, which is all that a forwarded one keeps of it; blank when not `readable`."""
    body: Json = {
        "type": message.type,
        "content": message.content,
        "embeds": [embed_json(embed, message) for embed in message.embeds] + message.previews,
        "attachments": [attachment_json(one) for one in shown_attachments(message)],
        "components": [component_json(component, message) for component in message.components],
        "mentions": [user_json(user) for user in message.mentions],
        "mention_roles": [str(role_id) for role_id in message.mention_roles],
        "timestamp": moment(message.made_at),
        "edited_timestamp": moment(message.edited_at) if message.edited_at else None,
        "flags": message.flags,
    }
    return body if readable else body | _blank()


def nonce_json(message: "Message") -> Json:
    """The nonce as the fresh message carries it."""
    return {} if message.nonce is None else {"nonce": message.nonce}


def always_readable(message: "Message", reader: "User") -> bool:
    """Discord's exceptions for bots without the message content intent: own, direct, mentions, pinging replies."""
    if message.author is reader or message.channel.is_direct:
        return True
    if reader not in message.mentions:
        return False
    named = re.search(rf"<@!?{reader.id}>", message.content)
    reply = message.reference
    return bool(named) or bool(reply and reply.author is reader and reply.interaction is None)


def _blank() -> Json:
    return {"content": "", "embeds": [], "attachments": [], "components": []}


def _interaction_part(message: "Message") -> Json:
    interaction = message.interaction
    assert interaction is not None
    app_id = str(message.channel.state.application.id)
    body: Json = {
        "application_id": app_id,
        "webhook_id": app_id,
        "interaction_metadata": metadata_json(interaction, message),
    }
    if interaction.command_name:
        body["interaction"] = {
            "id": str(interaction.id),
            "type": int(interaction.kind),
            "name": interaction.command_name,
            "user": user_json(interaction.user),
        }
    return body


def metadata_json(interaction: "Interaction", message: "Message | None" = None) -> Json:
    """Who caused a message, and by what."""
    body: Json = {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "user": user_json(interaction.user),
        "authorizing_integration_owners": interaction.owners,
    }
    original = interaction.original
    if message and original and original is not message and interaction.source is not original:
        body["original_response_message_id"] = str(original.id)
    if interaction.kind == 2 and interaction.target:
        body["target_message_id"] = str(interaction.target.id)
    if interaction.kind == 3 and interaction.source:
        body["interacted_message_id"] = str(interaction.source.id)
    if interaction.kind == 5 and interaction.trigger:
        body["triggering_interaction_metadata"] = metadata_json(interaction.trigger)
    return body


def _reference_part(message: "Message", reader: "User", sees_content: bool, with_reference: bool) -> Json:
    reference: Json = {
        "type": FORWARD if message.snapshot else REFERENCE,
        "channel_id": str(message.reference_channel_id or message.channel.id),
    }
    found = message.reference
    origin = found.channel if found and message.snapshot else message.channel
    if origin.guild:
        reference["guild_id"] = str(origin.guild.id)
    body: Json = {"message_reference": reference}
    if message.reference_id is None:
        return body
    reference["message_id"] = str(message.reference_id)
    if message.snapshot:
        return body
    if with_reference and (found is None or found.deleted):
        body["referenced_message"] = None
    elif with_reference and found:
        body["referenced_message"] = message_json(found, reader=reader, sees_content=sees_content, with_reference=False)
    return body


def attachment_json(attachment: "Attachment") -> Json:
    body: Json = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": attachment.size,
        "url": attachment.url,
        "proxy_url": attachment.url,
        "content_type": attachment.content_type,
    }
    if attachment.width and attachment.height:
        body |= {"width": attachment.width, "height": attachment.height}
    if attachment.description is not None:
        body["description"] = attachment.description
    if attachment.ephemeral:
        body["ephemeral"] = True
    return body


def shown_attachments(message: "Message") -> "list[Attachment]":
    """The attachments without those an embed or, in a v2 message, a component shows in their place."""
    if message.components_v2:
        return message.attachments
    taken = {
        embed[slot]["url"].removeprefix("attachment://")
        for embed in message.embeds
        for slot in EMBED_IMAGES
        if embed.get(slot, {}).get("url", "").startswith("attachment://")
    }
    return [one for one in message.attachments if one.filename not in taken]


def named_attachment(message: "Message", url: str) -> "Attachment | None":
    """The attachment that an `attachment://` link means."""
    name = url.removeprefix("attachment://")
    return next((one for one in message.attachments if one.filename == name), None)


def embed_json(embed: Json, message: "Message") -> Json:
    body = {key: value for key, value in embed.items() if value is not None} | {"type": "rich"}
    body.pop("provider", None)
    body.pop("video", None)
    for slot in EMBED_IMAGES:
        if slot in body:
            body[slot] = _image_json(body[slot]["url"], message)
    for slot in EMBED_ICONS:
        if body.get(slot, {}).get("icon_url"):
            url = _image_json(body[slot]["icon_url"], message)["url"]
            body[slot] = body[slot] | {"icon_url": url, "proxy_icon_url": url}
    if "fields" in body:
        body["fields"] = [{"inline": False} | field for field in body["fields"]]
    return body


def _image_json(url: str, message: "Message") -> Json:
    attachment = named_attachment(message, url) if url.startswith("attachment://") else None
    if attachment is None:
        fresh = message.channel.state.cdn.refresh(url)
        return {"url": fresh, "proxy_url": fresh, "width": 0, "height": 0}
    return {
        "url": attachment.url,
        "proxy_url": attachment.url,
        "width": attachment.width or 0,
        "height": attachment.height or 0,
        "content_type": attachment.content_type,
    }


COMPONENT_DEFAULTS: dict[int, Json] = {
    3: {"min_values": 1, "max_values": 1},
    5: {"min_values": 1, "max_values": 1},
    6: {"min_values": 1, "max_values": 1},
    7: {"min_values": 1, "max_values": 1},
    8: {"min_values": 1, "max_values": 1},
    11: {"description": None, "spoiler": False},
    13: {"spoiler": False},
    14: {"spacing": 1, "divider": True},
    17: {"accent_color": None, "spoiler": False},
}
"""What Discord fills in, by component type."""


def component_json(component: Json, message: "Message") -> Json:
    body = COMPONENT_DEFAULTS.get(component["type"], {}) | component
    # only forms know `required`: in a message Discord takes it and does not give it back
    body.pop("required", None)
    if "components" in body:
        body["components"] = [component_json(child, message) for child in body["components"]]
    if "accessory" in body:
        body["accessory"] = component_json(body["accessory"], message)
    if "items" in body:
        body["items"] = [
            {"description": None, "spoiler": False} | item | {"media": _media_json(item["media"], message)}
            for item in body["items"]
        ]
    if "media" in body:
        body["media"] = _media_json(body["media"], message)
    if "file" in body:
        attachment = named_attachment(message, body["file"]["url"])
        body["name"] = attachment.filename if attachment else None
        body["size"] = attachment.size if attachment else None
        body["file"] = _media_json(body["file"], message)
    return body


def _media_json(media: Json, message: "Message") -> Json:
    attachment = named_attachment(message, media["url"])
    if attachment is None:
        fresh = message.channel.state.cdn.refresh(media["url"])
        return {"id": str(message.id), "url": fresh, "proxy_url": fresh, "width": None, "height": None}
    return {
        "id": str(attachment.id),
        "attachment_id": str(attachment.id),
        "url": attachment.url,
        "proxy_url": attachment.url,
        "width": attachment.width,
        "height": attachment.height,
        "content_type": attachment.content_type,
    }


def with_ids(components: list[Json]) -> list[Json]:
    """The components with a number on each, as Discord gives them when the sender did not."""
    taken = {number for number in _numbers(components) if number}
    fresh = (number for number in range(1, 10_000) if number not in taken)
    return [_numbered(component, fresh) for component in components]


def _numbers(components: list[Json]) -> list[int]:
    found: list[int] = []
    for component in components:
        found += [component.get("id", 0), *_numbers(component.get("components", []))]
        found += [number for slot in SINGLE if slot in component for number in _numbers([component[slot]])]
    return found


def _numbered(component: Json, fresh: Iterator[int]) -> Json:
    body = {key: value for key, value in component.items() if value is not None}
    body["id"] = body.get("id") or next(fresh)
    if "options" in body:
        body["options"] = [_with_emoji(option) for option in body["options"]]
    body = _with_emoji(body)
    if "components" in body:
        body["components"] = [_numbered(child, fresh) for child in body["components"]]
    return body | {slot: _numbered(body[slot], fresh) for slot in SINGLE if slot in body}


def _with_emoji(part: Json) -> Json:
    """A button or option whose emoji has its id as a string, or none at all when it is a plain character."""
    emoji = {key: value for key, value in (part.get("emoji") or {}).items() if value is not None}
    if "id" in emoji:
        emoji["id"] = str(emoji["id"])
    return part | {"emoji": emoji} if emoji else part
