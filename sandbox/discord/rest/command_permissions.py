"""What a server's managers have set for the bot's commands. A bot can only read it: setting takes a person's token."""

from sandbox.discord.call import Call, Reply, Route
from sandbox.discord.errors import Refusal
from sandbox.discord.payloads.command_permissions import permissions_json


def list_permissions(call: Call) -> Reply:
    _check_application(call)
    guild = call.guild()
    found = [(number, lines) for (of, number), lines in call.state.command_permissions.items() if of == guild.id]
    return 200, [permissions_json(call.state.application.id, guild, number, lines) for number, lines in found if lines]


def show(call: Call) -> Reply:
    """Those of one command, or of the whole application under its own id."""
    _check_application(call)
    guild, number = call.guild(), call.number("command_id")
    if number != call.state.application.id and call.state.command(guild, number) is None:
        raise Refusal(10063)
    lines = call.state.command_permissions.get((guild.id, number))
    if not lines:
        raise Refusal(10066)
    return 200, permissions_json(call.state.application.id, guild, number, lines)


def change(call: Call) -> Reply:
    """Source: application commands, "Edit Application Command Permissions": not with a bot's token."""
    raise Refusal(20001)


def _check_application(call: Call) -> None:
    if call.number("application_id") != call.state.application.id:
        raise Refusal(20012)


_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
_ONE = f"{_COMMANDS}/{{command_id}}/permissions"

# before the table of commands, which would take `permissions` for a command's id
ROUTES = (
    Route(method="GET", template=f"{_COMMANDS}/permissions", act=list_permissions),
    Route(method="GET", template=_ONE, act=show),
    Route(method="PUT", template=_ONE, act=change),
)
