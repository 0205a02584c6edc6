"""Who may use a command where, as a server's managers set it in Discord's own settings (Integrations); pure.

Discord documents the parts and not how they go together: what is set for a command overrides what is set for the whole
application (support article 10952896421783), and where nothing is set, what the command asks for itself holds. Source:
Discord, Application Commands, "Permissions".
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class Target(IntEnum):
    ROLE = 1
    MEMBER = 2
    CHANNEL = 3


Lines = Mapping[tuple[Target, int], bool]
"""Of whom or what it is said whether they may."""


@dataclass(frozen=True, kw_only=True)
class CommandRights:
    """What is set in one server for one command, and for the whole application."""

    guild_id: int
    command: Lines
    application: Lines

    def may_use(self, channel_id: int, member_id: int, role_ids: Collection[int]) -> bool:
        """Whether a command that asks for nothing itself may be used by somebody who is no administrator.

        Of a thread `channel_id` is the channel that it belongs to.
        """
        # the constants: the server's id is everybody, the one below it every channel
        in_channel = self._first([(Target.CHANNEL, channel_id), (Target.CHANNEL, self.guild_id - 1)])
        if in_channel is False:
            return False
        own = self._first([(Target.MEMBER, member_id)])
        if own is not None:
            return own
        of_roles = {self._first([(Target.ROLE, role_id)]) for role_id in role_ids if role_id != self.guild_id}
        if said := of_roles - {None}:
            return any(said)
        return self._first([(Target.ROLE, self.guild_id)]) is not False

    def _first(self, targets: Iterable[tuple[Target, int]]) -> bool | None:
        """The first word about one of these, nearest first; of each the command's own before the application's."""
        for target in targets:
            for lines in (self.command, self.application):
                if target in lines:
                    return lines[target]
        return None


def read_rights(guild_id: int, application_id: int, command_id: int, answer: Iterable[Any]) -> CommandRights:
    """From Discord's list of what is set in a server. Raises ValueError, KeyError, TypeError for what is none."""
    lines = {int(each["id"]): _lines(each["permissions"]) for each in answer}
    return CommandRights(
        guild_id=guild_id, command=lines.get(command_id, {}), application=lines.get(application_id, {})
    )


def _lines(permissions: Iterable[Any]) -> Lines:
    return {(Target(each["type"]), int(each["id"])): bool(each["permission"]) for each in permissions}
