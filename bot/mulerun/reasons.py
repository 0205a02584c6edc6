"""Why the vendor would not, or could not: its codes and sentences to our reasons; pure."""

import re
from collections.abc import Iterator
from typing import Any

from .content import speaks_of_content

REASONS_BY_HTTP = {
    400: "bad_request",
    401: "key",
    402: "credit",
    403: "access",
    404: "no_model",
    405: "no_model",
    410: "no_model",
    413: "too_large",
    422: "bad_request",
    451: "legal",
}

REASONS_BY_FAMILY = {"2": "bad_request", "3": "provider", "4": "vendor_fault"}
"""By the first of the four digits of the vendor's code."""

# Under which keys an error says something; what was sent may be echoed under others.
SAID = ("error_code", "code", "type", "title", "detail", "message", "msg", "error", "task_info")
DEPTH = 5


def find_error(data: dict[str, Any], info: dict[str, Any]) -> dict[str, Any] | None:
    """The first error that says something, in the task or beside it; an empty one, or number 0, says all is well."""
    for error in (info.get("error"), data.get("error")):
        if isinstance(error, str):
            error = {"detail": error.strip()}
        if isinstance(error, dict) and any(error.values()) and str(_code(error)) != "0":
            return error
    return None


def failure(error: dict[str, Any]) -> tuple[str, str]:
    """Our reason, and the vendor's wording."""
    return _reason(str(_code(error)), said(error)), _shown(error)


def refusal(status: int, beside: str) -> str:
    """Our reason for a no of this HTTP status; the one that is told `beside` it counts where the status is vague."""
    reason = REASONS_BY_HTTP.get(status, "refused")
    # a 403 for one prompt must not tell everybody that the model is not to be had
    vague = reason in ("bad_request", "refused") or (reason == "access" and beside == "content")
    return beside if beside and vague else reason


def explanation(data: dict[str, Any] | None) -> str:
    """The vendor's own explanation, in whichever of its documented shapes."""
    found = (_shown(part) for part in _parts(data or {}))
    return next((text for text in found if text), "")


def told_reason(data: dict[str, Any] | None) -> str:
    """The reason that an error outside of a task names; "" when it names none."""
    return "content" if speaks_of_content(said(data)) else ""


def said(value: object, depth: int = DEPTH) -> str:
    """Everything that an error says, codes and sentences."""
    match value:
        case str():
            return value
        case list() if depth:
            return " ".join(said(each, depth - 1) for each in value)
        case dict() if depth:
            return " ".join(said(value[key], depth - 1) for key in SAID if key in value)
    return ""


def _code(error: dict[str, Any]) -> object:
    return error.get("error_code", error.get("code"))


def _reason(code: str, words: str) -> str:
    family = code[0] if re.fullmatch("[0-9]{4}", code) else ""
    reason = REASONS_BY_FAMILY.get(family, "failed")
    return "content" if reason != "vendor_fault" and speaks_of_content(words) else reason


def _parts(data: dict[str, Any]) -> Iterator[object]:
    """Where an answer explains itself, as the vendor's own client looks for it."""
    info = data.get("task_info")
    yield from (data.get("detail"), data.get("error"), data.get("message"))
    yield info.get("error") if isinstance(info, dict) else None


def _shown(part: object) -> str:
    """What to show of an error: a sentence, or else its code, unless that is a number."""
    if isinstance(part, list) and part:
        part = part[0]
    if isinstance(part, dict):
        texts = (part.get(key) for key in ("detail", "message", "msg", "title"))
        part = next((text for text in texts if isinstance(text, str) and text), _code(part))
    return part if isinstance(part, str) and not re.fullmatch("[0-9]+", part) else ""
