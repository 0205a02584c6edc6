"""Keeping order after the fact: what members report, what moderators decide, and what is written down of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .reviews import Block, Record

# Unix seconds: what ends then ends never.
FOREVER = 253_402_300_799.0
# Copies of what was decided about are kept for so long after it, seconds.
EVIDENCE_FOR = 30 * 24 * 3600.0


class Action(StrEnum):
    """What is written down by this part; the audit has actions of others, too."""

    REPORT = "report"
    KEEP = "keep"
    REMOVE = "remove"
    BLOCK = "block"
    UNBLOCK = "unblock"
    PAUSE = "pause"
    RESUME = "resume"
    REFUSE_PICTURE = "refuse_picture"
    ALLOW_PICTURE = "allow_picture"


class Ending(StrEnum):
    """How a case ends."""

    KEPT = "kept"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One action: `before` and `after` are plain values, `outcome` is what really happened ("told": False)."""

    guild_id: int
    at: float
    actor_id: int
    action: str
    number: int = 0
    member_id: int | None = None
    job_id: str | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    outcome: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What one member says of one clip. Times are unix seconds."""

    job_id: str
    reporter_id: int
    at: float
    why: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """A clip that was reported, or that a moderator took away by themselves; decided once.

    `message_id` is the message where it is decided, `face` what that shows; `entry` the number of the decision in the
    audit. `copied` says that there is evidence of it, `carried` that what was decided is done. Nothing is due without
    a `due_at`, unix seconds.
    """

    job_id: str
    guild_id: int
    asker_id: int
    opened_at: float
    channel_id: int | None = None
    message_id: int | None = None
    face: str = ""
    ending: Ending | None = None
    decided_at: float | None = None
    decided_by: int | None = None
    entry: int | None = None
    copied: bool = False
    carried: bool = False
    due_at: float | None = None

    @property
    def evidence_until(self) -> float | None:
        """None until it is decided."""
        return None if self.decided_at is None else self.decided_at + EVIDENCE_FOR


@dataclass(frozen=True, kw_only=True)
class MemberRecord(Record):
    """All that a server knows of a member: also what the vendor refused for what it shows, what was taken away, how
    often they were blocked, and the block that holds.
    """

    refused: int = 0
    removed: int = 0
    blocks: int = 0
    block: Block | None = None


@dataclass(frozen=True, kw_only=True)
class Rank:
    """Where somebody stands in a server: by their highest role, 0 for none."""

    id: int
    position: int = 0
    is_owner: bool = False
    may_moderate: bool = False


def may_block(actor: Rank, target: Rank) -> bool:
    """Nobody blocks themselves, the owner, or whoever stands as high; members without any role stand lowest.

    As Discord has it of what moderators do to members. Source: Discord, Permissions, "Permission Hierarchy".
    """
    if actor.id == target.id or target.is_owner:
        return False
    if actor.is_owner or (target.position == 0 and not target.may_moderate):
        return True
    return actor.position > target.position


def face_of(case: Case, reports: int) -> str:
    """What the message of a case is to show; it is edited only when that changes."""
    return f"{reports}:{case.ending or ''}"


def plain_entry(entry: Entry) -> dict[str, Any]:
    """An entry as it is handed out: ids as texts, since numbers lose digits in many programs."""
    ids: Mapping[str, int | None] = {"actor_id": entry.actor_id, "member_id": entry.member_id}
    return vars(entry) | {"guild_id": str(entry.guild_id), **{key: id and str(id) for key, id in ids.items()}}
