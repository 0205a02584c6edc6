"""Channels to be changed, after Discord's documentation of "Modify Channel"; threads have a table of their own."""

from collections.abc import Mapping

from .commands import permissions
from .shapes import Check, flag, listing, one_of, record, snowflake, text, whole
from .threads import SLOWEST_MODE
from .violations import Violation

OVERWRITE = record(
    {"id": snowflake, "type": one_of(0, 1), "allow": permissions, "deny": permissions}, required=["id", "type"]
)
# Whose it is stands in the path; discord.py says it once more.
ONE_OVERWRITE = record(
    {"id": snowflake, "type": one_of(0, 1), "allow": permissions, "deny": permissions}, required=["type"]
)
FIELDS: Mapping[str, Check] = {
    "name": text(1, 100),
    "topic": text(0, 1024),
    "nsfw": flag,
    "rate_limit_per_user": whole(0, SLOWEST_MODE),
    "position": whole(0),
    "parent_id": snowflake,
    "permission_overwrites": listing(OVERWRITE),
}
"""What the sandbox knows of a channel's settings: it tells of any other field that it is ignored."""

CHANNEL = record(FIELDS)


def check_channel_edit(payload: object) -> list[Violation]:
    """What Discord would refuse in a change of a channel that is no thread."""
    return CHANNEL(payload, ())


def check_overwrite(payload: object) -> list[Violation]:
    """What Discord would refuse in the overwrite of one role or member."""
    return ONE_OVERWRITE(payload, ())
