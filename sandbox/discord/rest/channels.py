"""Channels and threads by the bot's own token: read, opened, renamed, archived, locked, joined."""

import time
from typing import Any

from sandbox.discord import messages, threads
from sandbox.discord.call import NO_CONTENT, Call, Reply, Route
from sandbox.discord.constants import POSTS_ONLY, ChannelType, Permissions
from sandbox.discord.entities import Channel, Message
from sandbox.discord.errors import Refusal
from sandbox.discord.payloads.guilds import channel_json
from sandbox.discord.permissions import permissions_in, require
from sandbox.discord.rest.messages import allow_content, shown
from sandbox.discord.thread_names import settle
from sandbox.discord.validation import check_thread, check_thread_edit

P = Permissions


def show(call: Call) -> Reply:
    return 200, channel_json(call.channel(), reader=call.state.bot)


def open_on_message(call: Call) -> Reply:
    message = call.message()
    call.heed(check_thread(call.payload, from_message=True))
    thread = threads.open_on(call.state, message, call.state.bot, call.payload["name"], _archive_after(call.payload))
    return 201, channel_json(thread, reader=call.state.bot)


def open_thread(call: Call) -> Reply:
    channel = call.channel()
    if channel.type in POSTS_ONLY:
        return _open_post(call, channel)
    call.heed(check_thread(call.payload))
    type = ChannelType(call.payload.get("type") or ChannelType.PRIVATE_THREAD)
    thread = threads.open_alone(
        call.state, channel, call.state.bot, call.payload["name"], type, _archive_after(call.payload)
    )
    return 201, channel_json(thread, reader=call.state.bot)


def _open_post(call: Call, forum: Channel) -> Reply:
    call.heed(check_thread(call.payload, forum=True, files=call.files))
    bot = call.state.bot
    opening = call.payload["message"]
    allow_content(call, forum, opening)
    thread = threads.open_post(call.state, forum, bot, call.payload["name"], _archive_after(call.payload))
    message = messages.post(call.state, Message(channel=thread, author=bot, id=thread.id), opening, call.files)
    return 201, channel_json(thread, reader=bot) | {"message": shown(call, message)}


def change(call: Call) -> Reply:
    channel = call.channel()
    if channel.is_thread:
        _change_thread(call, channel)
    else:
        require(channel, call.state.bot, P.MANAGE_CHANNELS)
        channel.name = call.payload.get("name") or channel.name
        call.state.tell.channel_changed(channel)
    return 200, channel_json(channel, reader=call.state.bot)


def delete(call: Call) -> Reply:
    channel = call.channel()
    if channel.is_direct:
        raise Refusal(50024)
    require(channel, call.state.bot, P.MANAGE_THREADS if channel.is_thread else P.MANAGE_CHANNELS)
    channel.delete()
    return 200, channel_json(channel)


def _change_thread(call: Call, thread: Channel) -> None:
    """A thread's owner may rename and archive it; locking is for those who manage threads."""
    payload = call.payload
    call.heed(check_thread_edit(payload))
    bot = call.state.bot
    manages = P.MANAGE_THREADS in permissions_in(thread, bot)
    if not manages and (thread.locked or "locked" in payload or not _may_change(thread, bot.id, payload)):
        raise Refusal(50013)
    if thread.archived and payload.get("archived") is not False:
        raise Refusal(50083)
    name = settle(payload.get("name") or thread.name)
    if name != thread.name:
        call.rates.spend("thread-rename", str(thread.id), counts_globally=False)
        thread.name = name
    thread.auto_archive = _archive_after(payload, thread.auto_archive)
    thread.locked = bool(payload.get("locked", thread.locked))
    if payload.get("archived") not in (None, thread.archived):
        threads.set_archived(thread, archived=payload["archived"])
    else:
        call.state.tell.channel_changed(thread)


def _may_change(thread: Channel, user_id: int, payload: dict[str, Any]) -> bool:
    """Whether somebody without MANAGE_THREADS may: the owner, or anyone who only wakes it."""
    return thread.owner_id == user_id or payload == {"archived": False}


def _archive_after(payload: dict[str, Any], default: int = 1440) -> int:
    return payload.get("auto_archive_duration") or default


def join(call: Call) -> Reply:
    thread = _thread(call)
    thread.thread_members.setdefault(call.state.bot.id, time.time())
    return NO_CONTENT


def leave(call: Call) -> Reply:
    _thread(call).thread_members.pop(call.state.bot.id, None)
    return NO_CONTENT


def add_member(call: Call) -> Reply:
    thread = _thread(call)
    user = call.state.user(call.number("user_id"))
    if user is None:
        raise Refusal(10013)
    require(thread, call.state.bot, P.SEND_MESSAGES_IN_THREADS)
    threads.add_member(call.state, thread, user)
    return NO_CONTENT


def _thread(call: Call) -> Channel:
    thread = call.channel()
    if not thread.is_thread:
        raise Refusal(50024)
    threads.refuse_archived(thread)
    return thread


_CHANNEL = "/channels/{channel_id}"

ROUTES = (
    Route(method="GET", template=_CHANNEL, act=show),
    Route(method="PATCH", template=_CHANNEL, act=change, bucket="channel-edit"),
    Route(method="DELETE", template=_CHANNEL, act=delete, bucket="channel-edit"),
    Route(method="POST", template=f"{_CHANNEL}/threads", act=open_thread, bucket="thread-create"),
    Route(
        method="POST",
        template=f"{_CHANNEL}/messages/{{message_id}}/threads",
        act=open_on_message,
        bucket="thread-create",
    ),
    Route(method="PUT", template=f"{_CHANNEL}/thread-members/@me", act=join),
    Route(method="DELETE", template=f"{_CHANNEL}/thread-members/@me", act=leave),
    Route(method="PUT", template=f"{_CHANNEL}/thread-members/{{user_id}}", act=add_member),
)
