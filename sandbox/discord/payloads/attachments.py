"""The files of a message in Discord's JSON."""

from sandbox.discord.constants import AttachmentFlag
from sandbox.discord.entities import Message
from sandbox.discord.files import Attachment
from sandbox.discord.payloads.guilds import Json

EMBED_IMAGES = ("image", "thumbnail")


def attachment_json(attachment: Attachment) -> Json:
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
    if attachment.seconds is not None:
        body |= {"duration_secs": attachment.seconds, "waveform": "AAAA"}
    if attachment.spoiler:
        body["flags"] = int(AttachmentFlag.IS_SPOILER)
    if attachment.ephemeral:
        body["ephemeral"] = True
    return body


def shown_attachments(message: Message) -> list[Attachment]:
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


def named_attachment(message: Message, url: str) -> Attachment | None:
    """The attachment that an `attachment://` link means."""
    name = url.removeprefix("attachment://")
    return next((one for one in message.attachments if one.filename == name), None)
