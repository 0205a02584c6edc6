"""The commands of an application, after Discord's documentation of application commands and their limits."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sandbox.discord.constants import CommandType, Context

from .components import repeated
from .options import MENU_NAME, NAMED, OPTIONS, localised
from .shapes import Check, by_type, flag, is_whole, listing, one_of, record, snowflake, text, wrong
from .violations import Path, Violation, refused, under

LIMITS: Mapping[int, int] = MappingProxyType(
    {CommandType.SLASH: 100, CommandType.USER_MENU: 15, CommandType.MESSAGE_MENU: 15}
)
"""Commands of a type, globally or in one server. Source: change log of 2026-03-03 for the menus."""

MAX_CHARACTERS = 8000
ALL_PERMISSIONS = 2**54 - 1


def permissions(value: object, path: Path) -> list[Violation]:
    """A set of permissions: its number written as a string, or the number itself, as discord.py sends it."""
    digits = str(value) if isinstance(value, str) or is_whole(value) else ""
    if re.fullmatch("[0-9]{1,17}", digits, re.ASCII) and int(digits) <= ALL_PERMISSIONS:
        return []
    return wrong(path, "PERMISSION_TYPE_COERCE", f'Value "{value}" is not a set of permissions.')


ANY_COMMAND: Mapping[str, Check] = {
    **NAMED,
    "id": snowflake,
    "default_member_permissions": permissions,
    "dm_permission": flag,
    "default_permission": flag,
    "nsfw": flag,
    "contexts": listing(one_of(*map(int, Context)), 1, unique=True),
    "integration_types": listing(one_of(0, 1), 1, unique=True),
}
SLASH = record({**ANY_COMMAND, "options": OPTIONS}, required=["name", "description"])
MENU = record(
    {
        **ANY_COMMAND,
        "name": MENU_NAME,
        "name_localizations": localised(MENU_NAME),
        "description": text(0, 0),
        "description_localizations": record({}),
        "options": listing(text(), 0, 0),
    },
    required=["name"],
)
COMMAND = by_type({CommandType.SLASH: SLASH, CommandType.USER_MENU: MENU, CommandType.MESSAGE_MENU: MENU})


def check_command(command: object) -> list[Violation]:
    """What Discord would refuse in one command; without a type it is a slash command."""
    if isinstance(command, Mapping) and command.get("type") is None:
        command = {**command, "type": CommandType.SLASH.value}
    found = COMMAND(command, ())
    if not refused(found) and isinstance(command, Mapping) and characters(command) > MAX_CHARACTERS:
        return wrong((), "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MAX_CHARACTERS})")
    return found


def check_commands(commands: object) -> list[Violation]:
    """What Discord would refuse in the full list of a bot's commands, globally or for one server."""
    found = listing(lambda command, path: [], 0)(commands, ())
    if found or not isinstance(commands, list):
        return found
    for index, command in enumerate(commands):
        found += under((index,), check_command(command))
    return found if refused(found) else [*found, *duplicate_names(commands), *too_many(commands)]


def duplicate_names(commands: list[Mapping[str, Any]]) -> Iterator[Violation]:
    """Names that a command of the same type has already."""
    for index in repeated((kind(command), command["name"]) for command in commands):
        message = "Application command names must be unique"
        yield Violation((index,), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)


def too_many(commands: list[Mapping[str, Any]]) -> Iterator[Violation]:
    """Types of which there are more commands than an application may have."""
    for each, times in Counter(map(kind, commands)).items():
        if times > LIMITS[each]:
            message = f"Maximum number of application commands of type {each} reached ({LIMITS[each]})."
            yield Violation((), "APPLICATION_COMMANDS_MAX_EXCEEDED", message)


def kind(command: Mapping[str, Any]) -> int:
    return command.get("type") or CommandType.SLASH


def characters(part: Mapping[str, Any]) -> int:
    """The characters of a command, option or choice that count towards 8000: of each text its longest translation."""
    value = part.get("value")
    return (
        longest(part, "name")
        + longest(part, "description")
        + (len(value) if isinstance(value, str) else 0)
        + sum(map(characters, [*(part.get("options") or []), *(part.get("choices") or [])]))
    )


def longest(part: Mapping[str, Any], name: str) -> int:
    words = [part.get(name) or "", *(part.get(f"{name}_localizations") or {}).values()]
    return max(map(len, words))
