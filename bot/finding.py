"""Finding jobs again: which ones somebody looks for, a page of them, and what a list never shows. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from .jobs import AT_VENDOR, Job, Status

# In no list, count or suggestion; a family keeps their places, without their words.
UNLISTED: tuple[Status, ...] = (Status.DELETED,)


class StateGroup(StrEnum):
    """How a job stands, as coarsely as people ask."""

    ANY = "any"
    WAITING = "waiting"
    FINISHED = "finished"
    FAILED = "failed"
    UNCLEAR = "unclear"
    CANCELLED = "cancelled"


GROUPS: Mapping[StateGroup, tuple[Status, ...]] = MappingProxyType(
    {
        StateGroup.ANY: tuple(Status),
        StateGroup.WAITING: (Status.IN_REVIEW, Status.QUEUED, *AT_VENDOR, Status.HELD),
        StateGroup.FINISHED: (Status.COMPLETED,),
        StateGroup.FAILED: (Status.FAILED, Status.DENIED, Status.REJECTED),
        StateGroup.UNCLEAR: (Status.UNCONFIRMED, Status.UNFOLLOWED, Status.EXPIRED),
        StateGroup.CANCELLED: (Status.CANCELLED,),
    }
)


@dataclass(frozen=True, kw_only=True)
class Search:
    """What `viewer_id` looks for: own jobs, and everybody's of `channels`, the ones that this member may read now.

    `guild_id` and `channel_id` narrow it down to one place. A thread on a card is as open as the channel of the card,
    and part of it; in the thread itself the card's job is there, too.
    """

    viewer_id: int
    channels: frozenset[int] = field(default_factory=frozenset)
    guild_id: int | None = None
    channel_id: int | None = None
    group: StateGroup = StateGroup.ANY


class Cursor(NamedTuple):
    """A place between two jobs, newest first: when the job beside it was asked for, unix seconds, and its id."""

    created_at: float
    id: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """Jobs, newest first: `before` are newer than the first of them, `total` is how many there are in all."""

    jobs: tuple[Job, ...]
    before: int
    total: int

    @property
    def after(self) -> int:
        return self.total - self.before - len(self.jobs)


class Recent(NamedTuple):
    """A prompt that a member gave, and the newest job made of it."""

    id: str
    prompt: str
    status: Status
    created_at: float


class Pointer(NamedTuple):
    """What a member pasted to mean a job: its id, or the channel and message that a link leads to."""

    job_id: str | None = None
    channel_id: int | None = None
    message_id: int | None = None


LINK = re.compile(r"https?://(?:\w+\.)?discord(?:app)?\.com/channels/(?:\d{1,20}|@me)/(\d{1,20})(?:/(\d{1,20}))?/?")


def read_pointer(text: str) -> Pointer | None:
    """The job that a text means, if it means any.

    >>> read_pointer(" 1A2b ")
    Pointer(job_id='1a2b', channel_id=None, message_id=None)
    >>> read_pointer("https://discord.com/channels/1/22/333")
    Pointer(job_id=None, channel_id=22, message_id=333)
    >>> read_pointer("a paper boat") is None
    True
    """
    text = text.strip().strip("<>`")
    if found := LINK.fullmatch(text):
        return Pointer(channel_id=int(found[1]), message_id=int(found[2]) if found[2] else None)
    return Pointer(job_id=text.lower()) if re.fullmatch(r"[0-9A-Za-z_]{1,16}", text) else None


def statuses(group: StateGroup) -> tuple[Status, ...]:
    """Those of a group that lists show."""
    return tuple(status for status in GROUPS[group] if status not in UNLISTED)
