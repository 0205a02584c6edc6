"""Components in Discord's JSON: what Discord fills in, and the number that it gives to each."""

from collections.abc import Iterator

from sandbox.discord.constants import OBJECT_SELECTS, ComponentType
from sandbox.discord.entities import Message
from sandbox.discord.payloads.attachments import named_attachment
from sandbox.discord.payloads.guilds import Json

SINGLE = ("accessory", "component")
"""Where a component holds another one and not a list."""

DEFAULTS: dict[int, Json] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in (ComponentType.STRING_SELECT, *OBJECT_SELECTS)},
    ComponentType.THUMBNAIL: {"description": None, "spoiler": False},
    ComponentType.FILE: {"spoiler": False},
    ComponentType.SEPARATOR: {"spacing": 1, "divider": True},
    ComponentType.CONTAINER: {"accent_color": None, "spoiler": False},
}
"""What Discord fills in, by component type."""


def component_json(component: Json, message: Message) -> Json:
    body = DEFAULTS.get(component["type"], {}) | component
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


def _media_json(media: Json, message: Message) -> Json:
    attachment = named_attachment(message, media["url"])
    if attachment is None:
        fresh = message.refresh(media["url"])
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
    if "default_values" in body:
        body["default_values"] = [preset | {"id": str(preset["id"])} for preset in body["default_values"]]
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
