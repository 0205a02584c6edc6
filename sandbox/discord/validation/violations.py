"""What Discord would refuse in a payload, where it stands, and the error body that tells the client."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]

INVALID_FORM_BODY = 50035


@dataclass(frozen=True)
class Violation:
    """One broken rule: the way to the value from the payload's root, Discord's code, and its sentence."""

    path: Path
    code: str
    message: str


def under(prefix: Path, violations: Iterable[Violation]) -> list[Violation]:
    """The same violations, told from a payload that holds the checked one at `prefix`."""
    return [Violation(prefix + found.path, found.code, found.message) for found in violations]


def error_body(violations: Iterable[Violation]) -> dict[str, Any]:
    """Discord's answer to a form it refuses: the path spelled as nested objects, each end a list `_errors`.

    Source: Discord API reference, "Error Messages".
    """
    errors: dict[str, Any] = {}
    for found in violations:
        place = errors
        for step in found.path:
            place = place.setdefault(str(step), {})
        place.setdefault("_errors", []).append({"code": found.code, "message": found.message})
    return {"message": "Invalid Form Body", "code": INVALID_FORM_BODY, "errors": errors}
