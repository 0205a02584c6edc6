"""Command permissions: who may use which command where, as a server's managers set it under Integrations.

Discord documents the parts and not how they go together: "command-level changes act as an override of app-level
configurations" (support article 10952896421783), as overwrites of channels do, and `default_member_permissions` still
hold for whom nothing is set. So for each role, user or channel the command's own word counts before the application's.
Administrators may use everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sandbox.discord.constants import Permissions
from sandbox.discord.entities import Channel, Guild, Role, User
from sandbox.discord.permissions import permissions_in

MOST = 100


class TargetType(IntEnum):
    """Whom it is for. Source: application commands, "Application Command Permission Type"."""

    ROLE = 1
    USER = 2
    CHANNEL = 3


@dataclass(frozen=True, kw_only=True)
class CommandPermission:
    """One line: a role, a user or a channel, and whether the command may be used."""

    target_id: int
    type: TargetType
    allowed: bool


@dataclass(frozen=True, kw_only=True)
class AllChannels:
    """Every channel of a guild at once; every member is its role @everyone."""

    guild: Guild

    @property
    def id(self) -> int:
        """Source: application commands, "Application Command Permissions Constants"."""
        return self.guild.id - 1


Target = Role | User | Channel | AllChannels


def lines(rights: Mapping[Target, bool]) -> list[CommandPermission]:
    """The lines of a mapping from targets to whether they may.

    Raises ValueError for more than Discord keeps.
    """
    if len(rights) > MOST:
        raise ValueError(f"at most {MOST} permissions a command")
    return [
        CommandPermission(target_id=target.id, type=type_of(target), allowed=allowed)
        for target, allowed in rights.items()
    ]


def type_of(target: Target) -> TargetType:
    match target:
        case Role():
            return TargetType.ROLE
        case User():
            return TargetType.USER
        case Channel() | AllChannels():
            return TargetType.CHANNEL


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What is set for one command: its own lines before those of the whole application."""

    application: list[CommandPermission]
    command: list[CommandPermission]

    def of(self, type: TargetType, target_id: int) -> bool | None:
        """Whether this one may; `None` where nothing is set."""
        for group in (self.command, self.application):
            for line in group:
                if (line.type, line.target_id) == (type, target_id):
                    return line.allowed
        return None


def may_use(rights: Rights, command: Mapping[str, Any], channel: Channel, user: User) -> bool:
    """Whether Discord lets somebody use a command of a guild in this channel."""
    assert channel.guild
    granted = permissions_in(channel, user)
    if Permissions.ADMINISTRATOR in granted:
        return True
    if not is_open(rights, channel, channel.guild):
        return False
    set_for = set_for_member(rights, channel.guild, user)
    return has_default(command, granted) if set_for is None else set_for


def is_open(rights: Rights, channel: Channel, guild: Guild) -> bool:
    """Whether the command is switched on in this channel; a thread is as open as the channel above it."""
    place = channel.parent if channel.is_thread and channel.parent else channel
    here = rights.of(TargetType.CHANNEL, place.id)
    everywhere = rights.of(TargetType.CHANNEL, AllChannels(guild=guild).id)
    return here if here is not None else everywhere is not False


def set_for_member(rights: Rights, guild: Guild, user: User) -> bool | None:
    """What is set for this member: for the person, else by the kindest of the roles, else for everybody."""
    person = rights.of(TargetType.USER, user.id)
    if person is not None:
        return person
    roles = {rights.of(TargetType.ROLE, number) for number in guild.members[user.id].role_ids} - {None}
    return any(roles) if roles else rights.of(TargetType.ROLE, guild.everyone.id)


def has_default(command: Mapping[str, Any], granted: Permissions) -> bool:
    """Whether somebody has what the command asks for itself; `"0"` lets nobody in. Source: "Default Permissions"."""
    needed = command.get("default_member_permissions")
    if needed is None:
        return True
    return int(needed) != 0 and Permissions(int(needed)) in granted
