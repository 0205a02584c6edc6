"""Permissions: who may do what where, computed the way Discord documents it."""

from sandbox.discord.constants import OverwriteType, Permissions
from sandbox.discord.entities import Channel, Guild, User
from sandbox.discord.errors import Refusal
from sandbox.discord.permission_sets import ALL, DIRECT, LEFT_IN_TIME_OUT, NEEDS_SENDING

P = Permissions


def base_permissions(guild: Guild, user: User) -> Permissions:
    """What `user` may do in `guild` before any channel is looked at."""
    if user.id == guild.owner.id:
        return ALL
    member = guild.members.get(user.id)
    granted = guild.everyone.permissions
    for role_id in member.role_ids if member else ():
        granted |= guild.roles[role_id].permissions
    return ALL if P.ADMINISTRATOR in granted else granted


def permissions_in(channel: Channel, user: User) -> Permissions:
    """What `user` may do in `channel`; in a private thread that nobody let them into, nothing.

    Source: Discord, Threads, Permissions.
    """
    granted = granted_in(channel, user)
    is_outside = channel.is_private and user.id not in channel.thread_members and P.MANAGE_THREADS not in granted
    return P.NONE if is_outside else granted


def granted_in(channel: Channel, user: User) -> Permissions:
    """What roles and overwrites give `user` in `channel`; a thread follows its parent, also for those outside of it.

    Source: Discord, Permissions, Permission Overwrites and Implicit Permissions.
    """
    if channel.guild is None:
        return DIRECT if user in channel.people else P.NONE
    if user.id not in channel.guild.members:
        return P.NONE
    granted = base_permissions(channel.guild, user)
    if granted == ALL:
        return ALL
    granted = _overwritten(granted, channel.parent if channel.is_thread and channel.parent else channel, user)
    if channel.guild.members[user.id].is_timed_out:
        granted &= LEFT_IN_TIME_OUT
    return _implied(granted, channel, user)


def _overwritten(granted: Permissions, channel: Channel, user: User) -> Permissions:
    assert channel.guild is not None
    everyone = channel.overwrites.get(channel.guild.id)
    if everyone:
        granted = granted & ~everyone.deny | everyone.allow
    role_ids = channel.guild.members[user.id].role_ids
    by_role = [o for o in channel.overwrites.values() if o.type is OverwriteType.ROLE and o.target_id in role_ids]
    for overwrite in by_role:
        granted &= ~overwrite.deny
    for overwrite in by_role:
        granted |= overwrite.allow
    own = channel.overwrites.get(user.id)
    return granted & ~own.deny | own.allow if own else granted


def _implied(granted: Permissions, channel: Channel, user: User) -> Permissions:
    if P.VIEW_CHANNEL not in granted:
        return P.NONE
    if channel.is_voice and P.CONNECT not in granted:
        return P.VIEW_CHANNEL
    sending = P.SEND_MESSAGES_IN_THREADS if channel.is_thread else P.SEND_MESSAGES
    return granted if sending in granted else granted & ~NEEDS_SENDING


def require(channel: Channel, user: User, *needed: Permissions) -> Permissions:
    """Refuse with 50001 when `user` cannot see `channel`, with 50013 when one of `needed` is missing."""
    granted = permissions_in(channel, user)
    if P.VIEW_CHANNEL not in granted:
        raise Refusal(50001)
    if any(permission not in granted for permission in needed):
        raise Refusal(50013)
    return granted


def sending_permission(channel: Channel) -> Permissions:
    """The permission that lets a message be sent in this kind of channel."""
    return P.SEND_MESSAGES_IN_THREADS if channel.is_thread else P.SEND_MESSAGES
