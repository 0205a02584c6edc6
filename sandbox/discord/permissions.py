"""Permissions: who may do what where, computed the way Discord documents it."""

from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING

from sandbox.discord.errors import Refusal

if TYPE_CHECKING:
    from sandbox.discord.places import Channel, Guild, User


class Permissions(IntFlag):
    """Discord's permission bits, as far as the sandbox looks at them."""

    NONE = 0
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    SEND_VOICE_MESSAGES = 1 << 46
    USE_EXTERNAL_APPS = 1 << 50


P = Permissions

ALL = P((1 << 53) - 1)
MEMBER = (
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.ADD_REACTIONS
    | P.USE_EXTERNAL_EMOJIS
    | P.CONNECT
    | P.SPEAK
    | P.USE_APPLICATION_COMMANDS
    | P.CREATE_PUBLIC_THREADS
    | P.CREATE_PRIVATE_THREADS
    | P.SEND_MESSAGES_IN_THREADS
)
"""What @everyone may do in a guild just made."""
BOT = (
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.SEND_MESSAGES_IN_THREADS
    | P.CREATE_PUBLIC_THREADS
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.CONNECT
)
"""What a bot is usually invited with."""
MODERATOR = P.MANAGE_MESSAGES | P.MANAGE_THREADS
DIRECT = (
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.ADD_REACTIONS
    | P.USE_EXTERNAL_EMOJIS
    | P.MENTION_EVERYONE
    | P.USE_APPLICATION_COMMANDS
)
"""What everybody may do in a direct message."""
NEEDS_SENDING = P.MENTION_EVERYONE | P.SEND_TTS_MESSAGES | P.ATTACH_FILES | P.EMBED_LINKS


@dataclass(kw_only=True)
class Overwrite:
    """What a channel allows or denies to one role (`kind` 0) or one member (`kind` 1)."""

    target_id: int
    kind: int
    allow: Permissions = P.NONE
    deny: Permissions = P.NONE


def base_permissions(guild: "Guild", user: "User") -> Permissions:
    """What `user` may do in `guild` before any channel is looked at."""
    if user.id == guild.owner.id:
        return ALL
    member = guild.members.get(user.id)
    granted = guild.everyone.permissions
    for role_id in member.role_ids if member else ():
        granted |= guild.roles[role_id].permissions
    return ALL if P.ADMINISTRATOR in granted else granted


def permissions_in(channel: "Channel", user: "User") -> Permissions:
    """What `user` may do in `channel`; a thread follows its parent.

    Source: Discord, Permissions, Permission Overwrites and Implicit Permissions; Threads, Permissions.
    """
    if channel.guild is None:
        return DIRECT if user in channel.recipients or user.bot else P.NONE
    if user.id not in channel.guild.members:
        return P.NONE
    granted = base_permissions(channel.guild, user)
    if granted == ALL:
        return ALL
    granted = _overwritten(granted, channel.parent if channel.is_thread and channel.parent else channel, user)
    return _implied(granted, channel, user)


def _overwritten(granted: Permissions, channel: "Channel", user: "User") -> Permissions:
    assert channel.guild is not None
    everyone = channel.overwrites.get(channel.guild.id)
    if everyone:
        granted = granted & ~everyone.deny | everyone.allow
    role_ids = channel.guild.members[user.id].role_ids
    by_role = [o for o in channel.overwrites.values() if o.kind == 0 and o.target_id in role_ids]
    for overwrite in by_role:
        granted &= ~overwrite.deny
    for overwrite in by_role:
        granted |= overwrite.allow
    own = channel.overwrites.get(user.id)
    return granted & ~own.deny | own.allow if own else granted


def _implied(granted: Permissions, channel: "Channel", user: "User") -> Permissions:
    if P.VIEW_CHANNEL not in granted:
        return P.NONE
    if channel.is_private and user.id not in channel.thread_members and P.MANAGE_THREADS not in granted:
        return P.NONE
    if channel.is_voice and P.CONNECT not in granted:
        return P.VIEW_CHANNEL
    sending = P.SEND_MESSAGES_IN_THREADS if channel.is_thread else P.SEND_MESSAGES
    return granted if sending in granted else granted & ~NEEDS_SENDING


def require(channel: "Channel", user: "User", *needed: Permissions) -> Permissions:
    """Refuse with 50001 when `user` cannot see `channel`, with 50013 when one of `needed` is missing."""
    granted = permissions_in(channel, user)
    if P.VIEW_CHANNEL not in granted:
        raise Refusal(50001)
    if any(permission not in granted for permission in needed):
        raise Refusal(50013)
    return granted


def sending_permission(channel: "Channel") -> Permissions:
    """The permission that lets a message be sent in this kind of channel."""
    return P.SEND_MESSAGES_IN_THREADS if channel.is_thread else P.SEND_MESSAGES
