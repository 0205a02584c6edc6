"""Channels and threads by the bot's own token: read, opened, renamed, archived, locked, joined."""

import time
from typing import Any

from sandbox.discord import messages, tags, threads
from sandbox.discord.call import NO_CONTENT, Call, Reply, Route
from sandbox.discord.constants import POSTS_ONLY, ChannelType, OverwriteType, Permissions
from sandbox.discord.entities import Channel, Message, Overwrite
from sandbox.discord.errors import Refusal
from sandbox.discord.payloads.guilds import channel_json, thread_member_json
from sandbox.discord.permissions import base_permissions, permissions_in, require, sending_permission
from sandbox.discord.rest.messages import allow_content, shown
from sandbox.discord.thread_names import settle
from sandbox.discord.validation import check_channel_edit, check_overwrite, check_thread, check_thread_edit

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
    chosen = call.payload.get("applied_tags") or ()
    thread = threads.open_post(
        call.state, forum, bot, call.payload["name"], _archive_after(call.payload), chosen=chosen
    )
    message = messages.post(call.state, Message(channel=thread, author=bot, id=thread.id), opening, call.files)
    return 201, channel_json(thread, reader=bot) | {"message": shown(call, message)}


def change(call: Call) -> Reply:
    channel = call.channel()
    if channel.is_thread:
        _change_thread(call, channel)
    else:
        _change_channel(call, channel)
    return 200, channel_json(channel, reader=call.state.bot)


def _change_channel(call: Call, channel: Channel) -> None:
    """Overwrites take managing roles too, and nobody changes a right that they have not themselves.

    Source: channel resource, "Modify Channel".
    """
    if channel.is_direct:
        raise Refusal(50024)
    bot, payload = call.state.bot, call.payload
    granted = require(channel, bot, P.MANAGE_CHANNELS)
    call.heed(check_channel_edit(payload))
    overwrites = payload.get("permission_overwrites")
    if overwrites is not None:
        require(channel, bot, P.MANAGE_ROLES)
        channel.overwrites = _overwrites(channel, overwrites, granted)
    channel.name = payload.get("name") or channel.name
    channel.nsfw = bool(payload.get("nsfw", channel.nsfw))
    call.state.tell.channel_changed(channel)


def _overwrites(channel: Channel, listed: list[dict[str, Any]], granted: Permissions) -> dict[int, Overwrite]:
    """What is listed, in place of what was there.

    Raises Refusal 50013 where a right that is not `granted` would change for somebody.
    """
    made = [
        Overwrite(
            target_id=int(one["id"]),
            type=OverwriteType(one["type"]),
            allow=Permissions(int(one.get("allow") or 0)),
            deny=Permissions(int(one.get("deny") or 0)),
        )
        for one in listed
    ]
    after = {one.target_id: one for one in made}
    nothing = Overwrite(target_id=0, type=OverwriteType.ROLE)
    for number in after.keys() | channel.overwrites.keys():
        old, new = channel.overwrites.get(number, nothing), after.get(number, nothing)
        if ((old.allow ^ new.allow) | (old.deny ^ new.deny)) & ~granted:
            raise Refusal(50013)
    return after


def set_overwrite(call: Call) -> Reply:
    """One role's or member's overwrite, in place of what was there.

    Only rights that the bot has in the server or the channel can be changed, whatever the channel's overwrites took.
    Source: channel resource, "Edit Channel Permissions".
    """
    channel = call.channel()
    guild, bot = channel.guild, call.state.bot
    if channel.is_thread or guild is None:
        raise Refusal(50024)
    granted = require(channel, bot, P.MANAGE_ROLES) | base_permissions(guild, bot)
    call.heed(check_overwrite(call.payload))
    target_id = call.number("overwrite_id")
    if target_id not in (guild.roles if call.payload["type"] == OverwriteType.ROLE else guild.members):
        raise Refusal(10009)
    made = _overwrites(channel, [*_others(channel, target_id), {**call.payload, "id": target_id}], granted)
    channel.overwrites = made
    call.state.tell.channel_changed(channel)
    return NO_CONTENT


def _others(channel: Channel, target_id: int) -> list[dict[str, Any]]:
    """The overwrites of a channel without one, as they are listed."""
    return [
        {"id": one.target_id, "type": one.type, "allow": one.allow, "deny": one.deny}
        for one in channel.overwrites.values()
        if one.target_id != target_id
    ]


def delete(call: Call) -> Reply:
    channel = call.channel()
    if channel.is_direct:
        raise Refusal(50024)
    require(channel, call.state.bot, P.MANAGE_THREADS if channel.is_thread else P.MANAGE_CHANNELS)
    channel.delete()
    return 200, channel_json(channel)


def _change_thread(call: Call, thread: Channel) -> None:
    """A thread's owner may rename, tag and archive it; locking is for those who manage threads."""
    payload = call.payload
    call.heed(check_thread_edit(payload))
    bot = call.state.bot
    manages = P.MANAGE_THREADS in permissions_in(thread, bot)
    if not manages and (thread.locked or "locked" in payload or not _may_change(thread, bot.id, payload)):
        raise Refusal(50013)
    if thread.archived:
        _allow_waking(call, thread, payload)
    if payload.get("applied_tags") is not None:
        thread.applied_tags = tags.choose(thread.parent, bot, payload["applied_tags"], thread.applied_tags)
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


def _allow_waking(call: Call, thread: Channel, payload: dict[str, Any]) -> None:
    """Nothing else can be done to an archived thread; it takes the right to send there, and room for one more."""
    if payload.get("archived") is not False:
        raise Refusal(50083)
    require(thread, call.state.bot, sending_permission(thread))
    threads.refuse_more(call.state, thread)


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


def show_member(call: Call) -> Reply:
    thread = call.channel()
    if not thread.is_thread:
        raise Refusal(50024)
    require(thread, call.state.bot)
    user = call.state.user(call.number("user_id"))
    if user is None or user.id not in thread.thread_members:
        raise Refusal(10007)
    return 200, thread_member_json(thread, user)


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
    Route(
        method="PUT",
        template=f"{_CHANNEL}/permissions/{{overwrite_id}}",
        act=set_overwrite,
        bucket="channel-overwrite",
    ),
    Route(method="POST", template=f"{_CHANNEL}/threads", act=open_thread, bucket="thread-create"),
    Route(
        method="POST",
        template=f"{_CHANNEL}/messages/{{message_id}}/threads",
        act=open_on_message,
        bucket="thread-create",
    ),
    Route(method="PUT", template=f"{_CHANNEL}/thread-members/@me", act=join),
    Route(method="DELETE", template=f"{_CHANNEL}/thread-members/@me", act=leave),
    Route(method="GET", template=f"{_CHANNEL}/thread-members/{{user_id}}", act=show_member),
    Route(method="PUT", template=f"{_CHANNEL}/thread-members/{{user_id}}", act=add_member),
)
