"""Messages in channels by the bot's own token: read, sent, edited, deleted."""

import time
from typing import Any

from sandbox.discord import messages
from sandbox.discord.call import NO_CONTENT, Call, Reply, Route, snowflake
from sandbox.discord.constants import WRITTEN, Intents, MessageType, Permissions
from sandbox.discord.entities import Channel, Message
from sandbox.discord.errors import Refusal, field_refusal
from sandbox.discord.messages import existing_json
from sandbox.discord.payloads.messages import message_json, nonce_json
from sandbox.discord.permissions import permissions_in, require, sending_permission
from sandbox.discord.snowflakes import made_at
from sandbox.discord.threads import allow_sending, refuse_archived
from sandbox.discord.validation import check_bulk_delete, check_message

P = Permissions

OLD_AFTER = 3600.0
"""Seconds after which edits of a message are limited further."""

BULK_WITHIN = 14 * 86_400.0
"""Seconds after which a message is deleted alone only. Source: message resource, "Bulk Delete Messages"."""


def history(call: Call) -> Reply:
    """Newest first; nothing at all without the permission to read the history."""
    channel = call.channel()
    limit = call.whole("limit", default=50, low=1, high=100)
    if P.READ_MESSAGE_HISTORY not in require(channel, call.state.bot):
        return 200, []
    found = list(reversed(_page(channel.history, call, limit)))
    return 200, [shown(call, message) for message in found]


def _page(messages: list[Message], call: Call, limit: int) -> list[Message]:
    edge = next((name for name in ("around", "before", "after") if name in call.query), None)
    if edge is None:
        return messages[-limit:]
    mark = snowflake(call.query[edge], edge)
    older = [message for message in messages if message.id < mark]
    newer = [message for message in messages if message.id > mark]
    match edge:
        case "before":
            return older[-limit:]
        case "after":
            return newer[:limit]
        case _:
            half = limit // 2
            middle = [message for message in messages if message.id == mark]
            return (older[-half:] if half else []) + middle + newer[:half]


def show(call: Call) -> Reply:
    message = call.message()
    require(message.channel, call.state.bot, P.READ_MESSAGE_HISTORY)
    return 200, shown(call, message)


def create(call: Call) -> Reply:
    channel = call.channel()
    bot = call.state.bot
    allow_sending(channel, bot)
    _refuse_stranger(call, channel)
    allow_content(call, channel, call.payload)
    reference = replied_to(call, channel)
    call.heed(check_message(call.payload, files=call.files))
    if earlier := _said_before(call, channel):
        return 200, shown(call, earlier) | nonce_json(earlier)
    type = MessageType.REPLY if reference else MessageType.DEFAULT
    message = Message(channel=channel, author=bot, type=type, reference=reference)
    messages.post(call.state, message, call.payload, call.files)
    if message.nonce is not None:
        call.state.nonces[bot.id, channel.id, str(message.nonce)] = (message, time.time())
    return 200, shown(call, message) | nonce_json(message)


def edit(call: Call) -> Reply:
    message = call.message()
    if message.author is not call.state.bot:
        raise Refusal(50005)
    if message.type not in WRITTEN:
        raise Refusal(50021)
    refuse_archived(message.channel)
    allow_content(call, message.channel, call.payload)
    _slow_old_edits(call, message)
    check_edit(call, message)
    return 200, shown(call, messages.change(call.state, message, call.payload, call.files))


def delete(call: Call) -> Reply:
    message = call.message()
    if message.author is not call.state.bot:
        if message.channel.is_direct:
            raise Refusal(50003)
        require(message.channel, call.state.bot, P.MANAGE_MESSAGES)
    refuse_archived(message.channel)
    messages.remove(call.state, message)
    return NO_CONTENT


def delete_together(call: Call) -> Reply:
    """Two to a hundred messages at once; those that are gone already count, and are passed over.

    Raises Refusal 50003 in a direct message, 50013, 50034 when one is older than two weeks, by its id.
    """
    channel = call.channel()
    if channel.is_direct:
        raise Refusal(50003)
    require(channel, call.state.bot, P.MANAGE_MESSAGES)
    call.heed(check_bulk_delete(call.payload))
    refuse_archived(channel)
    ids = [int(number) for number in call.payload["messages"]]
    if any(time.time() - made_at(number) > BULK_WITHIN for number in ids):
        raise Refusal(50034)
    found = [channel.messages[number] for number in ids if number in channel.messages]
    messages.remove_together(call.state, [message for message in found if not message.ephemeral_for])
    return NO_CONTENT


def type_in(call: Call) -> Reply:
    channel = call.channel()
    require(channel, call.state.bot, sending_permission(channel))
    return NO_CONTENT


def check_edit(call: Call, message: Message, *, interaction: bool = False) -> None:
    """Refuse what Discord would refuse in an edit of `message`."""
    existing = existing_json(message)
    call.heed(check_message(call.payload, files=call.files, editing=True, existing=existing, interaction=interaction))


def shown(call: Call, message: Message) -> dict[str, Any]:
    """The message as the bot reads it over HTTP: blanked when the intent is not switched on in the portal."""
    sees = Intents.MESSAGE_CONTENT in call.state.application.privileged
    return message_json(message, reader=call.state.bot, sees_content=sees)


def allow_content(call: Call, channel: Channel, payload: dict[str, Any]) -> None:
    """Refuse files and embeds that the bot may not send here."""
    granted = permissions_in(channel, call.state.bot)
    if call.files and P.ATTACH_FILES not in granted:
        raise Refusal(50013)
    if payload.get("embeds") and P.EMBED_LINKS not in granted:
        raise Refusal(50013)


def replied_to(call: Call, channel: Channel) -> Message | None:
    """The message replied to.

    Raises Refusal 160002 without the history's permission, 50035 when it is unknown, unless told not to fail.
    """
    reference = call.payload.get("message_reference")
    if not isinstance(reference, dict) or "message_id" not in reference:
        return None
    if P.READ_MESSAGE_HISTORY not in permissions_in(channel, call.state.bot):
        raise Refusal(160002)
    found = channel.messages.get(snowflake(reference["message_id"], "message_reference.message_id"))
    if found and not found.ephemeral_for:
        return found
    if reference.get("fail_if_not_exists") is False:
        return None
    raise field_refusal("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")


def _refuse_stranger(call: Call, channel: Channel) -> None:
    if channel.is_direct and not any(call.state.shares_guild(user) and not user.closed for user in channel.recipients):
        raise Refusal(50007)


def _said_before(call: Call, channel: Channel) -> Message | None:
    """What this bot sent here with the same nonce a moment ago. Source: Discord, Create Message, enforce_nonce."""
    if not call.payload.get("enforce_nonce") or call.payload.get("nonce") is None:
        return None
    kept = call.state.nonces.get((call.state.bot.id, channel.id, str(call.payload["nonce"])))
    if kept is None or time.time() - kept[1] > call.state.limits.nonce_window:
        return None
    if kept[0].deleted:
        raise Refusal(10008)
    return kept[0]


def _slow_old_edits(call: Call, message: Message) -> None:
    if time.time() - message.made_at < OLD_AFTER:
        return
    try:
        call.rates.spend("old-edit", str(message.channel.id), counts_globally=False)
    except Refusal as refusal:
        extra = {"retry_after": refusal.body["retry_after"], "global": False}
        raise Refusal(30046, extra=extra, headers=refusal.headers) from refusal


_BULK = "/channels/{channel_id}/messages/bulk-delete"
_ALL = "/channels/{channel_id}/messages"
_ONE = "/channels/{channel_id}/messages/{message_id}"

ROUTES = (
    Route(method="GET", template=_ALL, act=history, bucket="message-read"),
    Route(method="POST", template=_ALL, act=create, bucket="message-create"),
    Route(method="GET", template=_ONE, act=show, bucket="message-read"),
    Route(method="PATCH", template=_ONE, act=edit, bucket="message-edit"),
    Route(method="DELETE", template=_ONE, act=delete, bucket="message-delete"),
    Route(method="POST", template=_BULK, act=delete_together, bucket="bulk-delete"),
    Route(method="POST", template="/channels/{channel_id}/typing", act=type_in),
)
