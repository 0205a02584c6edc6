"""Command input: which command a person means, and whether Discord's client would let it be sent like this."""

from collections.abc import Mapping
from typing import Any

from sandbox.discord.command_permissions import may_use
from sandbox.discord.constants import NESTING, POSTS_ONLY, CommandType, Context, OptionType, Permissions
from sandbox.discord.entities import Channel, Role, User
from sandbox.discord.errors import DriverError
from sandbox.discord.files import Upload
from sandbox.discord.input_values import Resolved, check_length
from sandbox.discord.permissions import permissions_in
from sandbox.discord.state import State

Json = dict[str, Any]
P = Permissions


def find_command(
    state: State, channel: Channel, person: User, name: str, type: CommandType = CommandType.SLASH
) -> Json:
    """The command of this name that the client shows to this person here; the guild's own before global ones.

    Raises DriverError when it is absent or hidden.
    """
    if channel.guild and not channel.guild.has_bot:
        raise DriverError(f"no command {name!r} here: the bot is not in {channel.guild.name}")
    scopes = [channel.guild.id, None] if channel.guild else [None]
    known = [command for scope in scopes for command in state.commands.get(scope, []) if command["type"] == type]
    command = next((one for one in known if one["name"] == name), None)
    if command is None:
        raise DriverError(f"no command {name!r} here, only {sorted(one['name'] for one in known)}")
    check_place(command, channel, person)
    if channel.guild and not may_use(state.rights(channel.guild, command), command, channel, person):
        raise DriverError(f"{name} is hidden from {person.name} in {channel.name}")
    return command


def check_place(command: Json, channel: Channel, person: User) -> None:
    """Raise DriverError where the client would not offer the command to this person."""
    name = command["name"]
    contexts = command.get("contexts")
    if contexts is not None and (Context.GUILD if channel.guild else Context.BOT_DM) not in contexts:
        raise DriverError(f"{name} is not offered in this kind of place")
    if not channel.guild and command.get("dm_permission") is False:
        raise DriverError(f"{name} is not offered in direct messages")
    granted = permissions_in(channel, person)
    if P.VIEW_CHANNEL not in granted or P.USE_APPLICATION_COMMANDS not in granted:
        raise DriverError(f"{person.name} may not use commands in {channel.name}")
    if channel.type in POSTS_ONLY or channel.archived:
        raise DriverError(f"commands cannot be used in {channel.name}")
    if command.get("nsfw") and not channel.nsfw:
        raise DriverError(f"{name} is for age-restricted channels only")


def fill(command: Json, path: list[str], values: Mapping[str, object], resolved: Resolved) -> list[Json]:
    """The `options` of the interaction, nested by subcommand.

    Raises DriverError for an unknown or missing option, or a value the client would not accept.
    """
    options: list[Json] = command.get("options", [])
    nested = [option for option in options if option["type"] in NESTING]
    if nested:
        chosen = next((option for option in nested if path and option["name"] == path[0]), None)
        if chosen is None:
            raise DriverError(f"{command['name']} wants one of {[option['name'] for option in nested]}")
        body: Json = {"type": chosen["type"], "name": chosen["name"]}
        return [body | {"options": fill(chosen, path[1:], values, resolved)}]
    if path:
        raise DriverError(f"{command['name']} has no subcommand {path[0]!r}")
    _check_names(command["name"], options, values)
    return [_filled(option, values[option["name"]], resolved) for option in options if option["name"] in values]


def fill_part(command: Json, path: list[str], values: Mapping[str, object], resolved: Resolved) -> list[Json]:
    """The options filled so far while another one is typed; nothing is required yet."""
    options: list[Json] = command.get("options", [])
    for name in path:
        options = next((one.get("options", []) for one in options if one["name"] == name), [])
    return [_filled(option, values[option["name"]], resolved) for option in options if option["name"] in values]


def _check_names(name: str, options: list[Json], values: Mapping[str, object]) -> None:
    known = {option["name"] for option in options}
    if unknown := values.keys() - known:
        raise DriverError(f"{name} has no option {sorted(unknown)}, only {sorted(known)}")
    missing = [option["name"] for option in options if option.get("required") and option["name"] not in values]
    if missing:
        raise DriverError(f"{name} requires {missing}")


def _filled(option: Json, value: object, resolved: Resolved) -> Json:
    return {"name": option["name"], "type": option["type"], "value": _value(option, value, resolved)}


def _value(option: Json, value: object, resolved: Resolved) -> str | int | float | bool:
    name = option["name"]
    if option.get("choices"):
        value = _chosen(option, value)
    match OptionType(option["type"]), value:
        case OptionType.STRING, str():
            check_length(name, value, option.get("min_length"), option.get("max_length"))
            return value
        case OptionType.INTEGER, int() if not isinstance(value, bool):
            return _in_range(option, value)
        case OptionType.NUMBER, int() | float() if not isinstance(value, bool):
            return _in_range(option, value)
        case OptionType.BOOLEAN, bool():
            return value
        case OptionType.ATTACHMENT, Upload():
            return resolved.file(value)
        case OptionType.USER, User():
            return resolved.user(value)
        case OptionType.ROLE, Role():
            return resolved.role(value)
        case OptionType.MENTIONABLE, User() | Role():
            return resolved.any(value)
        case OptionType.CHANNEL, Channel():
            if option.get("channel_types") and int(value.type) not in option["channel_types"]:
                raise DriverError(f"{name}: {value.name} is of the wrong type")
            return resolved.place(value)
        case _:
            raise DriverError(f"{name}: {value!r} does not fit an option of type {OptionType(option['type']).name}")


def _in_range(option: Json, value: int | float) -> int | float:
    low, high = option.get("min_value"), option.get("max_value")
    if (low is not None and value < low) or (high is not None and value > high):
        raise DriverError(f"{option['name']}: {value} is not within {low} and {high}")
    return value


def _chosen(option: Json, value: object) -> object:
    """The value of the choice named or meant."""
    choices = option["choices"]
    for choice in choices:
        if value in (choice["value"], choice["name"]):
            return choice["value"]
    raise DriverError(f"{option['name']}: {value!r} is none of {[choice['name'] for choice in choices]}")


def focus(options: list[Json], command: Json, path: list[str], name: str, text: str) -> list[Json]:
    """The options of an autocomplete interaction: those filled so far and the one being typed, as plain text.

    Raises DriverError when the option does not autocomplete.
    """
    known: list[Json] = command.get("options", [])
    if path:
        chosen = next((option for option in known if option["name"] == path[0]), None)
        if chosen is None:
            raise DriverError(f"{command['name']} has no subcommand {path[0]!r}")
        body: Json = {"type": chosen["type"], "name": chosen["name"]}
        return [body | {"options": focus(options, chosen, path[1:], name, text)}]
    option = next((one for one in known if one["name"] == name), None)
    if option is None or not option.get("autocomplete"):
        raise DriverError(f"{command['name']} suggests nothing for {name!r}")
    return [*options, {"name": name, "type": option["type"], "value": text, "focused": True}]


def check_suggestions(command: Json, path: list[str], name: str, choices: list[Json]) -> None:
    """Raise DriverError where a suggestion's name is not its number, in an option that takes one.

    The client for Android puts the name into the field and reads it as if it had been typed. Source:
    discord-api-docs, issue 5433.
    """
    options: list[Json] = command.get("options", [])
    for part in path:
        options = next(one for one in options if one["name"] == part)["options"]
    option = next(one for one in options if one["name"] == name)
    if option["type"] not in (OptionType.INTEGER, OptionType.NUMBER):
        return
    if wrong := [choice["name"] for choice in choices if choice["name"] != str(choice["value"])]:
        raise DriverError(f"{command['name']}: {name} takes a number, and cannot be filled with {wrong}")
