"""What the tracker hands to Discord's side to be shown of a job, and what comes back: plain values.

Discord's side makes messages of it and posts them once; what is shown where, and what is tried next, is the tracker's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from .jobs import Face, Job, Status, Venue
from .outlook import Outlook

# What Discord takes everywhere: without a boost, and in direct messages; bytes.
DEFAULT_UPLOAD = 10 * 1024 * 1024

_CLIP_KEY = re.compile(rf"{Status.COMPLETED}(\d*)")


@dataclass(frozen=True, kw_only=True)
class Post:
    """A message of a job that Discord accepted. `key` says which: "card", a status, or that of a clip."""

    key: str
    channel_id: int
    message_id: int


def clip_key(part: int) -> str:
    """The key of the message with a clip: "completed", "completed1", …"""
    return f"{Status.COMPLETED}{part or ''}"


def clip_part(key: str) -> int | None:
    """Which clip a message brings; None for one that brings none."""
    found = _CLIP_KEY.fullmatch(key)
    return int(found[1] or 0) if found else None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything that a card is drawn from.

    `start` is a small JPEG of the picture to start from, where that is not on the card yet; `poster` one of the clip.
    """

    job: Job
    outlook: Outlook
    parent: Job | None = None
    posts: Mapping[str, Post] = field(default_factory=dict)
    start: bytes | None = None
    poster: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The face that the card has now, None when that is not known, and its id when it was put there just now.

    Without an id there can be no card in its channel: `venue` says where else the job is told of.
    """

    face: Face | None
    card_id: int | None
    venue: Venue
    posted: tuple[Post, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A clip of `size` bytes as it goes to Discord: it or a copy, in a `file` of `became` bytes; or only as a link."""

    part: int
    size: int
    file: Path | None = None
    became: int | None = None
    is_copy: bool = False


class CardDisplay(Protocol):
    async def draw(self, sheet: Sheet) -> Drawn:
        """Bring the card up to date, or put it there. Raises ShowTroubled."""


class ThreadDisplay(Protocol):
    """All raise ShowTroubled to be asked again, and VenueRefused when the job's venue takes nothing."""

    async def open(self, job: Job) -> int:
        """The channel where this job's replies go."""

    async def find(self, job: Job, channel_id: int) -> int | None:
        """The message there that says the job's status already."""

    async def say(self, job: Job, outlook: Outlook, channel_id: int) -> int | None:
        """Say it; the message's id, None when somebody deleted it since."""


class ClipDisplay(Protocol):
    """As ThreadDisplay."""

    async def limit(self, job: Job) -> int:
        """What one file may weigh where the job is told of, bytes."""

    async def find(self, job: Job, channel_id: int, part: int, size: int) -> tuple[int, bool] | None:
        """The message that has a clip or stands for it, and whether it is the clip of `size` bytes itself."""

    async def post(self, job: Job, outlook: Outlook, channel_id: int, clip: Clip) -> int | None:
        """As `ThreadDisplay.say`. Raises also FileTooLarge."""


@dataclass(frozen=True, kw_only=True)
class Display:
    """What the extension that shows does for the tracker."""

    card: CardDisplay
    thread: ThreadDisplay
    clips: ClipDisplay
