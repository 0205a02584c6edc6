"""Reads a request to the stand-in endpoint, and refuses what the documented one refuses.

Source: OpenAI's API reference, Chat Completions, "Create chat completion"; Structured Outputs, "Supported schemas".
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.endpoint import Unacceptable, read_object

ROLES = ("system", "developer", "user", "assistant")
TOKENS_MOST = 128_000
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")


@dataclass(frozen=True, kw_only=True)
class Request:
    """`messages` are roles and texts; `fields` are the names of all that was sent."""

    model: str
    messages: tuple[tuple[str, str], ...]
    schema: Mapping[str, Any] | None
    tokens_most: int | None
    fields: frozenset[str]

    @property
    def text(self) -> str:
        """What the user said last."""
        return next(text for role, text in reversed(self.messages) if role == "user")


def read_request(body: bytes) -> Request:
    """Raises Unacceptable."""
    fields = read_object(body)
    for name in ("model", "messages"):
        if name not in fields:
            raise Unacceptable(f"Missing required parameter: '{name}'.", param=name, code="missing_required_parameter")
    for name, value in fields.items():
        if name not in READERS:
            raise Unacceptable(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
        if not READERS[name](value):
            raise wrong(name, f"Invalid value for '{name}'.")
    if {"max_tokens", "max_completion_tokens"} <= fields.keys():
        raise wrong("max_tokens", "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.")
    return Request(
        model=fields["model"],
        messages=read_messages(fields["messages"]),
        schema=read_format(fields.get("response_format", {"type": "text"}), fields["messages"]),
        tokens_most=fields.get("max_completion_tokens", fields.get("max_tokens")),
        fields=frozenset(fields),
    )


def read_messages(given: list[Any]) -> tuple[tuple[str, str], ...]:
    read = tuple(read_message(at, message) for at, message in enumerate(given))
    if not any(role == "user" for role, _ in read):
        # none is required; the stand-in answers what somebody said
        raise wrong("messages", "There is no message of a user.")
    return read


def read_message(at: int, message: Any) -> tuple[str, str]:
    where = f"messages[{at}]"
    match message:
        case {"role": str(role), "content": content, **more} if role in ROLES and more.keys() <= {"name"}:
            return role, read_content(f"{where}.content", content)
    raise wrong(where, f"Invalid value for '{where}': a role and a content.")


def read_content(where: str, content: Any) -> str:
    match content:
        case str():
            return content
        case [_, *_] if all(is_text(part) for part in content):
            return "\n".join(part["text"] for part in content)
    raise wrong(where, f"Invalid type for '{where}': expected a string or an array of text parts.")


def is_text(part: Any) -> bool:
    match part:
        case {"type": "text", "text": str(), **more}:
            return not more
    return False


def read_format(given: Any, messages: list[Any]) -> Mapping[str, Any] | None:
    """The schema that the answer is held to, if any."""
    match given:
        case {"type": "text", **more} if not more:
            return None
        case {"type": "json_object", **more} if not more:
            if "json" not in json.dumps(messages).lower():
                raise wrong("messages", "'messages' must contain the word 'json' in some form.")
            return None
        case {"type": "json_schema", "json_schema": {"name": str(name), "schema": dict(schema), **more}}:
            known = more.keys() <= {"strict", "description"} and len(given) == 2
            if not known or not NAME.fullmatch(name) or not isinstance(more.get("strict", False), bool | None):
                raise wrong("response_format", "Invalid value for 'response_format.json_schema'.")
            if more.get("strict"):
                check_strict(schema, "schema", is_root=True)
            return schema
    raise wrong("response_format", "Invalid value for 'response_format'.")


def check_strict(schema: Any, where: str, *, is_root: bool = False) -> None:
    """Objects name all their fields as required and take no others, all the way down; the root is one."""
    if not isinstance(schema, dict) or schema.get("type") not in (("object",) if is_root else TYPES):
        raise wrong("response_format", f"Invalid schema: {where} needs a type.")
    if schema["type"] == "object":
        fields = schema.get("properties", {})
        if schema.get("additionalProperties") is not False or sorted(schema.get("required", ())) != sorted(fields):
            raise wrong("response_format", f"Invalid schema: {where} has to require all its fields, and no others.")
        for name, field in fields.items():
            check_strict(field, f"{where}.{name}")
    if schema["type"] == "array":
        check_strict(schema.get("items"), f"{where}[]")


def wrong(param: str, message: str) -> Unacceptable:
    return Unacceptable(message, param=param, code="invalid_value")


def between(least: float, most: float) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= TOKENS_MOST


# Those of the documented fields that somebody who wants a text may send. Streams are for others.
READERS: dict[str, Callable[[Any], bool]] = {
    "model": lambda value: isinstance(value, str) and bool(value),
    "messages": lambda value: isinstance(value, list) and bool(value),
    "max_tokens": is_count,
    "max_completion_tokens": is_count,
    "response_format": lambda value: isinstance(value, dict),
    "temperature": between(0, 2),
    "top_p": between(0, 1),
    "n": lambda value: value == 1,
    "seed": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "stream": lambda value: value is False,
    "reasoning_effort": lambda value: value in ("none", "minimal", "low", "medium", "high", "xhigh"),
}
