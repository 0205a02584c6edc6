"""Changing a document of rules, one key in one place at a time, and telling two documents apart; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .document import Document, in_json, parse_document, plain_document

Plain = dict[str, Any]
"""Part of a document in JSON's own types."""

# What is told part by part where it differs.
NESTED = ("limits", "review")


class Unsaid(Enum):
    """What a place has no word about is no null: that may be one."""

    UNSAID = "unsaid"


UNSAID = Unsaid.UNSAID


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is different in one place: `channel_id` is None for the server.

    `key` leads there ("limits.member"), `before` and `after` are in JSON's own types, UNSAID where nothing is said.
    """

    channel_id: int | None
    key: str
    before: Any
    after: Any


def put(document: Document, channel_id: int | None, values: Mapping[str, Any]) -> Document:
    """The document with other values in one place, by key ("review.hours"), in JSON's types. Raises BadRules."""
    plain = plain_document(document)
    for key, value in values.items():
        *above, last = key.split(".")
        inner = _place(plain, channel_id)
        for name in above:
            inner = inner.setdefault(name, {})
        inner[last] = value
    return parse_document(plain)


def take_away(document: Document, channel_id: int | None, keys: tuple[str, ...]) -> Document:
    """The document without these keys in one place: what the server says holds there, or what is usual.

    Raises BadRules.
    """
    plain = plain_document(document)
    place = _place(plain, channel_id)
    for key in keys:
        name, _, inner = key.partition(".")
        if inner and name in place:
            place[name].pop(inner, None)
        else:
            place.pop(name, None)
    for name in NESTED:
        if not place.get(name, True):
            del place[name]
    if channel_id is not None and not place:
        del plain["channels"][str(channel_id)]
    return parse_document(plain)


def says(document: Document, channel_id: int | None, keys: tuple[str, ...]) -> bool:
    """Whether one place has a word of its own about any of these keys."""
    own = _flat(_place(plain_document(document), channel_id))
    return any(key in own for key in keys)


def holds(document: Document, channel_id: int | None, key: str) -> Any:
    """What holds in one place, whoever says so, in JSON's types."""
    value: Any = document.rules_in([channel_id] if channel_id else [])
    for name in key.split("."):
        value = getattr(value, name)
    return in_json(value, key.rpartition(".")[2])


def differences(before: Document, after: Document) -> list[Change]:
    """What is different, the server first."""
    old, new = plain_document(before), plain_document(after)
    channels: list[int | None] = [None, *sorted({*before.channels, *after.channels})]
    return [change for channel_id in channels for change in _differences(channel_id, old, new)]


def _differences(channel_id: int | None, old: Plain, new: Plain) -> Iterator[Change]:
    before, after = _flat(_place(old, channel_id)), _flat(_place(new, channel_id))
    for key in dict.fromkeys((*before, *after)):
        old_value, new_value = before.get(key, UNSAID), after.get(key, UNSAID)
        if old_value != new_value:
            yield Change(channel_id=channel_id, key=key, before=old_value, after=new_value)


def _place(plain: Plain, channel_id: int | None) -> Plain:
    found: Plain = plain["server"] if channel_id is None else plain["channels"].setdefault(str(channel_id), {})
    return found


def _flat(place: Plain) -> Plain:
    """The keys of a place, those within `limits` and `review` by both names."""
    flat: Plain = {}
    for name, value in place.items():
        flat |= {f"{name}.{inner}": one for inner, one in value.items()} if name in NESTED else {name: value}
    return flat
