"""The pins of a channel by the bot's own token: read, made, taken away."""

from datetime import UTC, datetime

from sandbox.discord import pins
from sandbox.discord.call import NO_CONTENT, Call, Reply, Route
from sandbox.discord.constants import Permissions
from sandbox.discord.entities import Message
from sandbox.discord.errors import field_refusal
from sandbox.discord.payloads.guilds import moment
from sandbox.discord.permissions import require
from sandbox.discord.rest.messages import shown

PAGE = 50


def history(call: Call) -> Reply:
    """The newest pin first; nothing at all without the permission to read the history."""
    channel = call.channel()
    limit = call.whole("limit", default=PAGE, low=1, high=PAGE)
    before = _before(call)
    if Permissions.READ_MESSAGE_HISTORY not in require(channel, call.state.bot):
        return 200, {"items": [], "has_more": False}
    found = [message for message in channel.pinned if before is None or _at(message) < before]
    items = [{"pinned_at": _at(message).isoformat(), "message": shown(call, message)} for message in found[:limit]]
    return 200, {"items": items, "has_more": len(found) > limit}


def _at(message: Message) -> datetime:
    return datetime.fromisoformat(moment(message.pinned_at or 0.0))


def _before(call: Call) -> datetime | None:
    """A time of the query, with its offset or in UTC."""
    if "before" not in call.query:
        return None
    try:
        found = datetime.fromisoformat(call.query["before"])
    except ValueError as error:
        raise field_refusal("before", "DATETIME_TYPE_PARSE", "Could not parse it. Should be ISO8601.") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def pin(call: Call) -> Reply:
    pins.pin(call.state, call.message(), call.state.bot)
    return NO_CONTENT


def unpin(call: Call) -> Reply:
    pins.unpin(call.state, call.message(), call.state.bot)
    return NO_CONTENT


_ALL = "/channels/{channel_id}/messages/pins"
_ONE = f"{_ALL}/{{message_id}}"

ROUTES = (
    Route(method="GET", template=_ALL, act=history, bucket="message-read"),
    Route(method="PUT", template=_ONE, act=pin, bucket="pin"),
    Route(method="DELETE", template=_ONE, act=unpin, bucket="pin"),
)
