"""Payloads to start from, as a bot would send them, and what the checks found in short."""

from dataclasses import dataclass
from typing import Any

from sandbox.discord.validation import Violation

Payload = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file part as the server hands it over."""

    name: str
    size: int = 1


PICTURE = {0: Upload("still.png")}
CARD = {
    "content": "",
    "flags": 0,
    "embeds": [{"title": "A boat"}],
    "attachments": [{"id": "77", "filename": "still.png"}],
}
NEW_CARD = {"flags": 32768, "components": [{"type": 10, "content": "hello"}], "attachments": []}


def button(**more: Any) -> Payload:
    return {"type": 2, "style": 2, "label": "Cancel", "custom_id": "a", **more}


def row(*children: Payload) -> Payload:
    return {"type": 1, "components": list(children)}


def select(*values: str, **more: Any) -> Payload:
    options = [{"label": value, "value": value} for value in values]
    return {"type": 3, "custom_id": "s", "options": options, **more}


def rows(*children: Payload) -> Payload:
    return {"content": "x", "components": [row(*children)]}


def modern(*components: Payload, **more: Any) -> Payload:
    return {"flags": 32768, "components": list(components), **more}


def gallery(*urls: str) -> Payload:
    return {"type": 12, "items": [{"media": {"url": url}} for url in urls]}


TEXT = {"type": 10, "content": "hello"}


def embed(**fields: Any) -> Payload:
    return {"embeds": [fields]}


def field(kind: int, **more: Any) -> Payload:
    return {"type": 18, "label": "Prompt", "component": {"type": kind, "custom_id": "p", **more}}


def modal(*components: Payload, **more: Any) -> Payload:
    return {"title": "Change", "custom_id": "m", "components": list(components), **more}


def facts(found: list[Violation]) -> list[tuple[str, str]]:
    return [(".".join(map(str, each.path)), each.code) for each in found]
