"""What Discord would refuse in a payload, where it stands, and the error body that tells the client."""

import copy
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]

INVALID_FORM_BODY = 50035
UNKNOWN_FIELD = "UNKNOWN_FIELD"


@dataclass(frozen=True)
class Violation:
    """One broken rule: the way to the value from the payload's root, Discord's code, and its sentence."""

    path: Path
    code: str
    message: str

    @property
    def ignored(self) -> bool:
        """Whether Discord ignores it: a field that it does not know. A misspelt one must not pass unseen here."""
        return self.code == UNKNOWN_FIELD

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))}: {self.message}"


def refused(violations: Iterable[Violation]) -> bool:
    """Whether Discord would refuse the payload, and not only ignore some of it."""
    return any(not each.ignored for each in violations)


def without(payload: Any, paths: Collection[Path]) -> Any:
    """The payload without the fields at these paths; a copy, where there are any."""
    kept = copy.deepcopy(payload) if paths else payload
    for *way, name in paths:
        holder = kept
        for step in way:
            holder = holder[step]
        holder.pop(name, None)
    return kept


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
