"""An embed in Discord's JSON, its pictures resolved."""

from sandbox.discord.entities import Message
from sandbox.discord.payloads.attachments import EMBED_IMAGES, named_attachment
from sandbox.discord.payloads.guilds import Json

EMBED_ICONS = ("author", "footer")


def embed_json(embed: Json, message: Message) -> Json:
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


def _image_json(url: str, message: Message) -> Json:
    attachment = named_attachment(message, url) if url.startswith("attachment://") else None
    if attachment is None:
        fresh = message.refresh(url)
        return {"url": fresh, "proxy_url": fresh, "width": 0, "height": 0}
    return {
        "url": attachment.url,
        "proxy_url": attachment.url,
        "width": attachment.width or 0,
        "height": attachment.height or 0,
        "content_type": attachment.content_type,
    }
