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

# The vendor has no code for its content rules: 3001 and 3005 cover them and outages alike, only words differ.
CONTENT_WORDS = re.compile(
    r"\b(polic(y|ies)|violat\w*|restricted content|prohibited|moderation|safety|unsafe|sensitive (content|information)"
    r"|risk control|inappropriate|nsfw|adults?|sexual\w*|violen\w*|copyright\w*|trademark\w*|celebrit\w*"
    r"|public figures?|real (people|persons?)|likeness|faces?|minors|not suitable)\b",
    re.IGNORECASE,
)


def failure(data: dict[str, Any], info: dict[str, Any]) -> tuple[str, str]:
    error = info.get("error") or data.get("error")
    if not isinstance(error, dict):
        detail = error if isinstance(error, str) else explanation(data)
        return ("content" if CONTENT_WORDS.search(detail) else "failed"), detail
    code = error.get("error_code", error.get("code"))
    title, detail = str(error.get("title") or ""), str(error.get("detail") or error.get("message") or "")
    # no database takes a NUL in a text
    return _reason(code, f"{title} {detail}"), (detail or title).replace("\0", "")


def _reason(code: object, words: str) -> str:
    number = int(code) if isinstance(code, int | str) and str(code).isascii() and str(code).isdigit() else 0
    if number // 1000 != 4 and CONTENT_WORDS.search(words):
        return "content"
    if number // 1000 == 2:
        return "bad_request"
    if number // 1000 == 3:
        return "provider"
    return "vendor_fault" if number // 1000 == 4 else "failed"


def explanation(data: dict[str, Any] | None) -> str:
    """The vendor's own explanation, in whichever of its documented shapes."""
    return _explanation(data).replace("\0", "")


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
