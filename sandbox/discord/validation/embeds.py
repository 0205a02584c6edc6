"""The embeds of a message, after Discord's documentation of the embed object and its limits."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from .shapes import anything, flag, link, listing, record, text, then, whole, wrong
from .violations import Path, Violation

MAX_EMBEDS = 10
MAX_TOTAL = 6000
WEB = ("http", "https")
WEB_OR_FILE = ("http", "https", "attachment")


def moment(value: object, path: Path) -> list[Violation]:
    """A date and time as ISO 8601."""
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        return wrong(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")
    return []


# What Discord itself adds to a picture comes back when an embed is read and sent again; it ignores these.
ECHOED = dict.fromkeys(
    ("proxy_url", "width", "height", "placeholder", "placeholder_version", "content_type", "description", "flags",
     "is_animated", "content_scan_version"), anything,
)  # fmt: skip
PICTURE = record({"url": link(*WEB_OR_FILE), **ECHOED})

EMBED = record(
    {
        "type": text(),
        "title": text(0, 256),
        "description": text(0, 4096),
        "url": link(*WEB),
        "color": whole(0, 0xFFFFFF),
        "timestamp": moment,
        "footer": record(
            {"text": text(1, 2048), "icon_url": link(*WEB_OR_FILE), "proxy_icon_url": anything}, required=["text"]
        ),
        "author": record(
            {"name": text(1, 256), "url": link(*WEB), "icon_url": link(*WEB_OR_FILE), "proxy_icon_url": anything},
            required=["name"],
        ),
        "image": PICTURE,
        "thumbnail": PICTURE,
        "fields": listing(
            record({"name": text(1, 256), "value": text(1, 1024), "inline": flag}, required=["name", "value"]), 0, 25
        ),
        "provider": anything,
        "video": anything,
        "flags": anything,
        "content_scan_version": anything,
    }
)


def total_rule(embeds: list[Mapping[str, Any]], path: Path) -> list[Violation]:
    """6000 characters over all embeds together."""
    if sum(map(characters, embeds)) > MAX_TOTAL:
        return wrong(path, "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MAX_TOTAL}")
    return []


EMBEDS = then(listing(EMBED, 0, MAX_EMBEDS), total_rule)


def characters(embed: Mapping[str, Any]) -> int:
    """The characters of one embed that count towards the total."""
    return sum(map(len, counted_texts(embed)))


def counted_texts(embed: Mapping[str, Any]) -> Iterable[str]:
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    yield (embed.get("footer") or {}).get("text") or ""
    yield (embed.get("author") or {}).get("name") or ""
    for field in embed.get("fields") or []:
        yield field["name"]
        yield field["value"]


SHOWN = ("title", "description", "url", "timestamp", "footer", "author", "image", "thumbnail", "fields")


def is_shown(embed: Mapping[str, Any]) -> bool:
    """Whether anything of the embed can be seen: a colour alone makes no message."""
    return any(embed.get(name) for name in SHOWN)
