"""The permissions of a command in Discord's JSON."""

from sandbox.discord.command_permissions import CommandPermission
from sandbox.discord.entities import Guild
from sandbox.discord.payloads.guilds import Json


def permissions_json(application_id: int, guild: Guild, number: int, lines: list[CommandPermission]) -> Json:
    """What is set for a command, or for all under the application's own id."""
    return {
        "id": str(number),
        "application_id": str(application_id),
        "guild_id": str(guild.id),
        "permissions": [
            {"id": str(line.target_id), "type": int(line.type), "permission": line.allowed} for line in lines
        ],
    }
