"""The JSON document of a server's rules: read with the place of whatever is wrong, written as it is read.

    {"version": 1, "server": {…}, "channels": {"<id>": {…}}}

A channel's object overrides the server's, key by key, also within `limits` and `review`.
"""

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from ..errors import BadEntry, BadRules
from .blocked import read_blocked
from .limits import Limit, in_millionths, in_money
from .rules import (
    BeforePublishing,
    BeforeSending,
    Limits,
    Pictures,
    Review,
    Rules,
    Then,
    Threads,
    needs_reviewers,
)

VERSION = 1
# Characters: a page of rules, with a thousand blocked words.
MOST_CHARACTERS = 200_000
MOST_LISTED = 1000
# Source: Discord, API reference, "Snowflakes": 64 bits.
ID = re.compile(r"[1-9][0-9]{0,19}", re.ASCII)
# What no database takes in a text.
UNKEPT = re.compile("[\x00\ud800-\udfff]")
MOST_OF_TEXT = 300
MONEY = ("each", "money_day", "money_month")

Object = Mapping[str, Any]
"""Part of a document as it was read: keys of rules with values of the types that `Rules` has."""

Reader = Callable[[str, Any], Any]


@dataclass(frozen=True, kw_only=True)
class Document:
    """The rules of a server, and by channel what is different there."""

    server: Object = field(default_factory=dict)
    channels: Mapping[int, Object] = field(default_factory=dict)

    def rules_in(self, channel_ids: Sequence[int]) -> Rules:
        """The rules of a place: a channel, and then whatever it is within, nearest first."""
        levels = [self.server, *(self.channels[each] for each in reversed(channel_ids) if each in self.channels)]
        merged: dict[str, Any] = {}
        for level in levels:
            merged = _over(merged, level)
        return _as_rules(merged)


def read_document(text: str) -> Document:
    """Raises BadRules."""
    if len(text) > MOST_CHARACTERS:
        raise BadRules("", "too_long", most=MOST_CHARACTERS)
    try:
        read = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise BadRules("", "no_json", line=line) from error
    return parse_document(read)


def parse_document(value: Any) -> Document:
    """A document from JSON's own types. Raises BadRules."""
    found = _keys("", value, ("version", "server", "channels"))
    if found.get("version") != VERSION or isinstance(found["version"], bool):
        raise BadRules("version", "version", version=VERSION)
    channels = _object("channels", found.get("channels", {}))
    document = Document(
        server=_rules("server", found.get("server", {})),
        channels={_id(f"channels.{key}", key): _rules(f"channels.{key}", one) for key, one in channels.items()},
    )
    for channel_id in (None, *document.channels):
        _check(document, channel_id)
    return document


def write_document(document: Document) -> str:
    """The text that `read_document` reads as this document."""
    return json.dumps(plain_document(document), indent=2, ensure_ascii=False)


def plain_document(document: Document) -> dict[str, Any]:
    """A document in JSON's own types, as `parse_document` takes it."""
    channels = {str(channel_id): in_json(one) for channel_id, one in sorted(document.channels.items())}
    return {"version": VERSION, "server": in_json(document.server), "channels": channels}


def fingerprint(document: Document) -> str:
    """Sixteen letters that are others for other rules."""
    return hashlib.sha256(write_document(document).encode()).hexdigest()[:16]


def _check(document: Document, channel_id: int | None) -> None:
    """Who is asked to look at something needs a place to see it in."""
    rules = document.rules_in([channel_id] if channel_id else [])
    if needs_reviewers(rules) and rules.review.channel is None:
        raise BadRules(f"channels.{channel_id}.review" if channel_id else "server.review", "no_channel")


# --- putting together


def _over(below: Object, above: Object) -> dict[str, Any]:
    inner = {key: _over(below[key], above[key]) for key in INNER if key in below and key in above}
    return {**below, **above, **inner}


def _as_rules(merged: Object) -> Rules:
    inner: dict[str, Any] = {key: make(**merged[key]) for key, make in INNER.items() if key in merged}
    return Rules(**{**merged, **inner})


INNER: Mapping[str, Callable[..., object]] = {"limits": Limits, "review": Review}


# --- reading


def _object(where: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadRules(where, "object")
    return value


def _keys(where: str, value: Any, known: Sequence[str]) -> dict[str, Any]:
    found = _object(where, value)
    for key in found:
        if key not in known:
            raise BadRules(_inside(where, key), "unknown_key", known=tuple(known))
    return found


def _inside(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _read(where: str, value: Any, readers: Mapping[str, Reader]) -> dict[str, Any]:
    return {key: readers[key](_inside(where, key), one) for key, one in _keys(where, value, tuple(readers)).items()}


def _rules(where: str, value: Any) -> dict[str, Any]:
    return _read(where, value, RULES)


def _flag(where: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadRules(where, "flag")
    return value


def _whole(least: int, most: int) -> Reader:
    def read(where: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise BadRules(where, "whole", least=least, most=most)
        return value

    return read


def _money(where: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1e9 or math.isnan(value):
        raise BadRules(where, "money")
    return in_millionths(value)


def _one_of(kind: type[StrEnum]) -> Reader:
    def read(where: str, value: Any) -> StrEnum:
        if not isinstance(value, str) or value not in set(kind):
            raise BadRules(where, "choice", choices=tuple(kind))
        return kind(value)

    return read


def _id(where: str, value: Any) -> int:
    """An id of Discord's: a text of digits, since other programs round numbers of this size."""
    if isinstance(value, str) and ID.fullmatch(value):
        return int(value)
    raise BadRules(where, "id")


def _optional(read: Reader) -> Reader:
    return lambda where, value: None if value is None else read(where, value)


def _text(where: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MOST_OF_TEXT or UNKEPT.search(value):
        raise BadRules(where, "text", most=MOST_OF_TEXT)
    return value


def _listed(read: Reader) -> Reader:
    def read_all(where: str, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise BadRules(where, "list")
        if len(value) > MOST_LISTED:
            raise BadRules(where, "too_many", most=MOST_LISTED)
        return tuple(dict.fromkeys(read(f"{where}[{number}]", one) for number, one in enumerate(value)))

    return read_all


def _blocked(where: str, value: Any) -> tuple[str, ...]:
    """Words and patterns, as far as the engine that looks for them takes each."""
    entries: tuple[str, ...] = _listed(_text)(where, value)
    try:
        read_blocked(entries)
    except BadEntry as error:
        place = f"{where}[{value.index(error.entry)}]"
        raise BadRules(place, f"entry_{error.code}", entry=error.entry, reason=error.reason) from error
    return entries


def _limit(where: str, value: Any) -> Limit:
    return Limit(**_read(where, value, LIMIT))


def _role_limits(where: str, value: Any) -> dict[int, Limit]:
    roles = _object(where, value)
    return {_id(_inside(where, key), key): _limit(_inside(where, key), one) for key, one in roles.items()}


def _limits(where: str, value: Any) -> dict[str, Any]:
    return _read(where, value, LIMITS)


def _review(where: str, value: Any) -> dict[str, Any]:
    return _read(where, value, REVIEW)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON's. Of a key that is there twice nobody knows which one is meant."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadRules(key, "twice")
        found[key] = value
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON's")


COUNT = _optional(_whole(0, 10**9))
SUM = _optional(_money)
LIMIT: Mapping[str, Reader] = {each.name: SUM if each.name in MONEY else COUNT for each in fields(Limit)}
LIMITS: Mapping[str, Reader] = {"member": _limit, "channel": _limit, "server": _limit, "roles": _role_limits}
REVIEW: Mapping[str, Reader] = {
    "before_sending": _one_of(BeforeSending),
    "before_publishing": _one_of(BeforePublishing),
    "channel": _optional(_id),
    "roles": _listed(_id),
    "hours": _whole(1, 24 * 30),
    "then": _one_of(Then),
    "appeals_day": _whole(0, 1000),
}
RULES: Mapping[str, Reader] = {
    "allowed": _flag,
    "roles_allowed": _listed(_id),
    "roles_denied": _listed(_id),
    "models": _listed(_text),
    "max_seconds": _optional(_whole(1, 3600)),
    "sizes": _listed(_text),
    "pictures": _one_of(Pictures),
    "picture_roles": _listed(_id),
    "limits": _limits,
    "confirm_above": SUM,
    "review": _review,
    "newcomer_days": _whole(0, 3650),
    "threads": _one_of(Threads),
    "spoiler": _flag,
    "age_restricted_only": _flag,
    "blocked": _blocked,
    "automod": _flag,
    "log_channel": _optional(_id),
}


# --- writing


def in_json(value: Any, key: str = "") -> Any:
    """The value of a key ("hours") as JSON says it: ids as texts, money in the currency."""
    match value:
        case Limit():
            given = {each.name: getattr(value, each.name) for each in fields(value)}
            return {name: in_json(one, name) for name, one in given.items() if one is not None}
        case dict():
            return {str(name): in_json(one, str(name)) for name, one in value.items()}
        case tuple():
            return [str(one) for one in value]
        case StrEnum():
            return str(value)
        case int() if key in (*MONEY, "confirm_above"):
            return in_money(value)
        case int() if key in ("channel", "log_channel"):
            return str(value)
    return value
