"""Events of the vendor: whether one that somebody posts is the vendor's, new, and of which task; pure.

An event is never believed: whatever it says, it only has the vendor asked. Source: MuleRouter's API reference, Webhooks
(the header's names, what is signed, how old it may be, and that `id` tells repeated ones).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

ID, TIMESTAMP, SIGNATURE = "X-MuleRouter-Webhook-Id", "X-MuleRouter-Webhook-Timestamp", "X-MuleRouter-Webhook-Signature"
VERSION = "v1="
# The vendor's own sample takes none whose time is farther from now than this, seconds.
APART = 300.0
# An event has what a look has beside it; anything much larger is not the vendor's. Bytes.
LARGEST = 64 * 1024
# What happens when a task ends; the others are nothing to look for.
ENDS = ("task.succeeded", "task.failed")


class EventRefused(Exception):
    """`status` is HTTP's."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Event:
    """`task_id` is None where there is nothing to look for."""

    id: str
    task_id: str | None


class Events:
    """Those that came lately are kept in mind, so that none is heard twice."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        # by id, when it was heard; the oldest first
        self._heard: dict[str, float] = {}

    def read(self, headers: Mapping[str, str], body: bytes, now: float) -> Event:
        """The event that was posted at `now`, unix seconds. Raises EventRefused."""
        event_id, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
        signed = hmac.new(self._secret, _bytes(f"{event_id}.{timestamp}.") + body, hashlib.sha256).hexdigest()
        # in a time that tells nothing of how much of it is right
        if not hmac.compare_digest(_bytes(headers.get(SIGNATURE, "")), _bytes(VERSION + signed)):
            raise EventRefused(401, "its signature is not the vendor's")
        if not _is_number(timestamp) or abs(now - int(timestamp)) > APART:
            raise EventRefused(401, "it is too old, or the clocks are apart")
        event = _decode(body)
        self._forget_before(now - 2 * APART)
        if event.id in self._heard:
            raise EventRefused(200, "it came before")
        self._heard[event.id] = now
        return event

    def forget(self, event: Event) -> None:
        """It could not be heard now: it may come again."""
        self._heard.pop(event.id, None)

    def _forget_before(self, moment: float) -> None:
        """What is older is refused for its age."""
        for event_id in [each for each, at in self._heard.items() if at < moment]:
            del self._heard[event_id]


def _decode(body: bytes) -> Event:
    """Raises EventRefused."""
    try:
        said = json.loads(body)
        event_id, kind = said["id"], said["type"]
        task_id = said["data"]["payload"]["task_info"]["id"] if kind in ENDS else None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EventRefused(400, "it is none that can be read") from error
    if not isinstance(event_id, str) or not event_id or not isinstance(task_id, str | None) or task_id == "":
        raise EventRefused(400, "it is none that can be read")
    return Event(id=event_id, task_id=task_id)


def _bytes(text: str) -> bytes:
    """As it came: a header may hold anything."""
    return text.encode("utf-8", "surrogateescape")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16
