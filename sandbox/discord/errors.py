"""Refusals: the error codes Discord answers with, their HTTP status and their words."""

from collections.abc import Mapping
from typing import Any

from sandbox.discord.validation import EMPTY_MESSAGE, Violation, error_body

CODES: Mapping[int, tuple[int, str]] = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10009: (404, "Unknown Overwrite"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    10066: (404, "Unknown application command permissions"),
    10087: (404, "Unknown Tag"),
    20001: (403, "Bots cannot use this endpoint"),
    20012: (403, "You are not authorized to perform this action on this application"),
    30003: (400, "Maximum number of pins reached (250)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later"),
    40005: (413, "Request entity too large"),
    40333: (403, "internal network error"),
    40060: (400, "Interaction has already been acknowledged."),
    40066: (400, "There are no tags available that can be set by non-moderators"),
    40067: (400, "A tag is required to create a forum post in this channel"),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50034: (400, "You can only bulk delete messages that are under 14 days old."),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (403, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (403, "Thread is locked"),
    160006: (400, "Maximum number of active threads reached"),
}
"""Code to (HTTP status, message). Source: Discord, Opcodes and Status Codes, JSON error codes."""


class DriverError(Exception):
    """Discord's own client would not let a person do this; the sandbox's people cannot either."""


class Refusal(Exception):
    """Discord says no: raised anywhere in the sandbox's REST, answered as Discord's error body.

    `errors` is the nested `errors` object of a 50035; `headers` go out with the answer.
    """

    def __init__(
        self,
        code: int,
        *,
        status: int | None = None,
        message: str | None = None,
        errors: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        usual_status, usual_message = CODES.get(code, (400, "400: Bad Request"))
        self.code = code
        self.status = status or usual_status
        self.body: Any = {"message": message or usual_message, "code": code}
        if errors:
            self.body["errors"] = dict(errors)
        self.body.update(extra or {})
        self.headers = dict(headers or {})
        super().__init__(f"{self.status} {self.body}")


def plain_refusal(status: int, reason: str) -> Refusal:
    """An answer without a code of its own, such as `404: Not Found`."""
    return Refusal(0, status=status, message=f"{status}: {reason}")


def field_refusal(path: str, code: str, message: str) -> Refusal:
    """A 50035 about one field; `path` is dotted, such as `message_reference.message_id`."""
    errors: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(path.split(".")):
        errors = {part: errors}
    return Refusal(50035, errors=errors)


def refuse(violations: list[Violation]) -> None:
    """Raise what Discord answers to these violations; 50006 for an empty message, else 50035; nothing when none."""
    serious = [each for each in violations if not each.ignored]
    if any(each.code == EMPTY_MESSAGE for each in serious):
        raise Refusal(50006)
    if serious:
        raise Refusal(50035, errors=error_body(serious)["errors"])
