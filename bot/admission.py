"""Admission: in which servers, and to whom in direct messages, the bot makes videos on its operator's key. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from .settings import Settings
from .video_request import Refusal

# A server that nobody decided about yet: whoever may decide is asked.
UNDECIDED = "guild_undecided"
UNKNOWN = "admission_unknown"


class Decided(StrEnum):
    """What was decided about a server; it is kept."""

    ALLOWED = "allowed"
    DENIED = "denied"


@dataclass(frozen=True, kw_only=True)
class KeptGuild:
    """What is kept of a server, times in unix seconds. `admitted_by` is a member's id, None from the command line."""

    id: int
    admission: Decided | None = None
    admitted_by: int | None = None
    admitted_at: float | None = None
    asked_at: float | None = None
    greeted_at: float | None = None
    left_at: float | None = None


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where something is asked for, and by whom; `guild_id` is None in direct messages."""

    guild_id: int | None
    asker_id: int


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Those to whom the application belongs, and whether one of them owns or manages the server that is asked from.

    None is what is not known yet.
    """

    ids: Collection[int] | None = None
    manages: bool | None = None


def admitted(home: Home, settings: Settings, decided: KeptGuild | None, owner: Owner) -> Refusal | None:
    """Why nothing is made here; None where it is allowed. What cannot be known is refused.

    `decided` is None when what is kept cannot be read. A decision against a server goes before everything else.
    """
    if home.guild_id is None:
        return _in_direct(home.asker_id, settings, owner)
    if decided is None:
        return Refusal(code="admission_unknown")
    match decided.admission:
        case Decided.DENIED:
            return Refusal(code="guild_closed")
        case Decided.ALLOWED:
            return None
        case None:
            return _in_undecided(home.guild_id, settings, owner)


def _in_direct(asker_id: int, settings: Settings, owner: Owner) -> Refusal | None:
    match settings.direct:
        case "all":
            return None
        case "none":
            return Refusal(code="direct_closed")
        case "owner" if owner.ids is None:
            return Refusal(code="admission_unknown")
        case "owner":
            return None if asker_id in (owner.ids or ()) else Refusal(code="direct_closed")
        case ids:
            return None if asker_id in ids else Refusal(code="direct_closed")


def _in_undecided(guild_id: int, settings: Settings, owner: Owner) -> Refusal | None:
    named = settings.guilds
    if named == "all" or (isinstance(named, frozenset) and guild_id in named):
        return None
    if owner.manages is None:
        return Refusal(code="admission_unknown")
    if owner.manages:
        return None
    if named == "ask":
        return Refusal(code="guild_undecided")
    return Refusal(code="guild_closed")
