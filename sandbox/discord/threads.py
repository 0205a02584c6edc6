"""Threads: who may open one where, and what archiving and locking forbid."""

import time
from collections.abc import Iterable

from sandbox.discord import tags
from sandbox.discord.constants import POSTS_ONLY, ChannelType, MessageFlag, MessageType, Permissions
from sandbox.discord.entities import Channel, Message, User
from sandbox.discord.errors import Refusal
from sandbox.discord.permissions import permissions_in, require, sending_permission
from sandbox.discord.state import State
from sandbox.discord.thread_names import settle

P = Permissions

BEARING = {ChannelType.TEXT: ChannelType.PUBLIC_THREAD, ChannelType.ANNOUNCEMENT: ChannelType.ANNOUNCEMENT_THREAD}
"""Channels whose messages may get a thread, and the type it then has."""


def open_on(state: State, message: Message, user: User, name: str, auto_archive: int = 1440) -> Channel:
    """A thread on a message; its id is the message's.

    Raises Refusal 50001, 50013, 50024 where there are no threads, 160004 when the message has one.
    """
    parent = message.channel
    require(parent, user)
    if parent.type not in BEARING:
        raise Refusal(50024)
    require(parent, user, P.CREATE_PUBLIC_THREADS)
    if state.channel(message.id) or message.thread:
        raise Refusal(160004)
    thread = _open(state, parent, user, name, BEARING[parent.type], auto_archive, id=message.id)
    message.thread = thread
    message.flags |= MessageFlag.HAS_THREAD
    starter = MessageType.STARTER
    _note(state, Message(channel=thread, author=user, type=starter, reference=message, reference_channel_id=parent.id))
    state.tell.message_changed(message)
    return thread


def open_alone(
    state: State,
    parent: Channel,
    user: User,
    name: str,
    type: ChannelType = ChannelType.PRIVATE_THREAD,
    auto_archive: int = 1440,
) -> Channel:
    """A thread without a message; Discord's default is a private one.

    Raises Refusal 50001, 50013, 50024 where there are none of this type.
    """
    require(parent, user)
    allowed = {ChannelType.TEXT: (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD)}
    allowed[ChannelType.ANNOUNCEMENT] = (ChannelType.ANNOUNCEMENT_THREAD,) * 2
    if type not in allowed.get(parent.type, ()):
        raise Refusal(50024)
    private = type is ChannelType.PRIVATE_THREAD
    require(parent, user, P.CREATE_PRIVATE_THREADS if private else P.CREATE_PUBLIC_THREADS)
    thread = _open(state, parent, user, name, type, auto_archive)
    if not private:
        _note(state, _announcement(thread, parent, user))
    return thread


def _announcement(thread: Channel, parent: Channel, user: User) -> Message:
    return Message(
        channel=parent,
        author=user,
        type=MessageType.THREAD_CREATED,
        content=thread.name,
        thread=thread,
        flags=MessageFlag.HAS_THREAD,
        reference_channel_id=thread.id,
    )


def open_post(
    state: State, forum: Channel, user: User, name: str, auto_archive: int = 1440, *, chosen: Iterable[object] = ()
) -> Channel:
    """A forum post with the tags that were chosen by id, still without its first message, which gets the post's id.

    Raises Refusal 50001, 50013, 50024 when this is no forum, 10087, 40066, 40067 for what is wrong with its tags.
    """
    require(forum, user)
    if forum.type not in POSTS_ONLY:
        raise Refusal(50024)
    require(forum, user, P.SEND_MESSAGES)
    applied = tags.choose(forum, user, chosen)
    tags.require_one(forum, user, applied)
    return _open(state, forum, user, name, ChannelType.PUBLIC_THREAD, auto_archive, applied=applied)


def _open(
    state: State,
    parent: Channel,
    user: User,
    name: str,
    type: ChannelType,
    auto_archive: int,
    *,
    id: int | None = None,
    applied: Iterable[int] = (),
) -> Channel:
    assert parent.guild
    refuse_more(state, parent)
    now = time.time()
    thread = Channel(
        name=settle(name),
        type=type,
        guild=parent.guild,
        parent=parent,
        owner_id=user.id,
        auto_archive=auto_archive,
        made_at=now,
        archive_changed_at=now,
        thread_members={user.id: now},
        applied_tags=list(applied),
    )
    if id is not None:
        thread.id = id
    parent.guild.places[thread.id] = thread
    state.tell.thread_added(thread)
    return thread


def refuse_more(state: State, channel: Channel) -> None:
    """Raise Refusal 160006 where as many threads are awake as a guild may have."""
    assert channel.guild
    if len(channel.guild.threads) >= state.limits.active_threads:
        raise Refusal(160006)


def _note(state: State, message: Message) -> None:
    """Add a message of Discord's own."""
    message.channel.messages[message.id] = message
    state.tell.message_added(message)


def allow_sending(channel: Channel, user: User) -> None:
    """Refuse a message this user may not send here. An archived thread that is not locked wakes by it.

    Raises Refusal 50001, 50013, 50008 in a forum or category, 160005 in a locked thread.
    """
    require(channel, user)
    if channel.type in POSTS_ONLY or channel.type is ChannelType.CATEGORY:
        raise Refusal(50008)
    require(channel, user, sending_permission(channel))
    if channel.locked and P.MANAGE_THREADS not in permissions_in(channel, user):
        raise Refusal(160005)


def add_member(state: State, thread: Channel, user: User) -> None:
    """Let somebody in; the bot hears of a private thread only now. Source: Gateway events, "Thread Create"."""
    is_new = user.id not in thread.thread_members
    thread.thread_members.setdefault(user.id, time.time())
    if is_new and user is state.bot:
        state.tell.thread_joined(thread)


def set_archived(thread: Channel, *, archived: bool) -> None:
    """Archive or wake a thread, and tell the bot."""
    thread.archived = archived
    thread.archive_changed_at = time.time()
    assert thread.guild
    thread.guild.tell.channel_changed(thread)


def refuse_archived(channel: Channel) -> None:
    """Raise Refusal 50083 for a change inside an archived thread."""
    if channel.archived:
        raise Refusal(50083)
