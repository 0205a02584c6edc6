"""Why the vendor would not, or could not: its codes and sentences to our reasons; pure."""

import re
from typing import Any

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

# The vendor has no code for its content rules: 3001 and 3005 cover them and outages alike, only words differ.
CONTENT_WORDS = re.compile(
    r"\b(polic(y|ies)|violat\w*|restricted content|prohibited|moderation|safety|unsafe|sensitive (content|information)"
    r"|risk control|inappropriate|nsfw|adults?|sexual\w*|violen\w*|copyright\w*|trademark\w*|celebrit\w*"
    r"|public figures?|real (people|persons?)|likeness|faces?|minors|not suitable)\b",
    re.IGNORECASE,
)


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
    title, detail = str(error.get("title") or ""), str(error.get("detail") or error.get("message") or "")
    return _reason(str(_code(error)), f"{title} {detail}"), storable(detail or title)


def explanation(data: dict[str, Any] | None) -> str:
    """The vendor's own explanation, in whichever of its documented shapes."""
    return storable(_explanation(data))


def storable(text: str) -> str:
    """No database takes a NUL in a text, nor half a character."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _code(error: dict[str, Any]) -> object:
    return error.get("error_code", error.get("code"))


def _reason(code: str, words: str) -> str:
    family = code[0] if re.fullmatch("[0-9]{4}", code) else ""
    reason = REASONS_BY_FAMILY.get(family, "failed")
    return "content" if reason != "vendor_fault" and CONTENT_WORDS.search(words) else reason


def _explanation(data: dict[str, Any] | None) -> str:
    if not data:
        return ""
    info = data.get("task_info")
    nested = info.get("error") if isinstance(info, dict) else None
    for found in (data.get("detail"), data.get("error"), data.get("message"), nested):
        if isinstance(found, dict):
            found = found.get("detail") or found.get("message") or found.get("title")
        if isinstance(found, str) and found:
            return found
    return ""
