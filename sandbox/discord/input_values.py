"""Input values: what a person fills into an option or a field, as Discord's JSON with the objects it names."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.discord.constants import Permissions
from sandbox.discord.entities import Channel, Role, User
from sandbox.discord.errors import DriverError
from sandbox.discord.files import Upload
from sandbox.discord.payloads.attachments import attachment_json
from sandbox.discord.payloads.guilds import role_json, user_json
from sandbox.discord.payloads.interactions import resolved_channel, resolved_member, upload_limit
from sandbox.discord.permissions import permissions_in
from sandbox.discord.state import State

Json = dict[str, Any]
P = Permissions


@dataclass(kw_only=True)
class Resolved:
    """Collects the objects that values name by id, as the `resolved` part of an interaction."""

    state: State
    channel: Channel
    person: User
    found: dict[str, Json] = field(default_factory=dict)

    def file(self, upload: Upload) -> str:
        """Store a file as a command or modal does, under a short-lived link; its id.

        Raises DriverError when it is larger than this person may upload here.
        """
        if upload.size > upload_limit(self.state, self.channel):
            raise DriverError(f"{upload.name}: your files are too powerful ({upload.size} bytes)")
        folder = str(self.state.application.id)
        attachment = self.state.cdn.keep(upload, folder=folder, ephemeral=True)
        return self._add("attachments", attachment.id, attachment_json(attachment))

    def user(self, user: User) -> str:
        if member := resolved_member(self.channel, user):
            self._add("members", user.id, member)
        return self._add("users", user.id, user_json(user))

    def place(self, channel: Channel) -> str:
        """Raises DriverError for a channel that the person does not see."""
        if channel.guild is not self.channel.guild or P.VIEW_CHANNEL not in permissions_in(channel, self.person):
            raise DriverError(f"{self.person.name} does not see {channel.name}")
        return self._add("channels", channel.id, resolved_channel(self.state, channel, self.person))

    def role(self, role: Role) -> str:
        """Raises DriverError for a role of another server, or one that is gone."""
        if self.channel.guild is None or role.id not in self.channel.guild.roles:
            raise DriverError(f"there is no role {role.name} here")
        return self._add("roles", role.id, role_json(role))

    def known(self, kind: str, number: int) -> User | Role | Channel | None:
        """What a preset value of this kind names, if it is still there."""
        guild = self.channel.guild
        match kind:
            case "user":
                return self.state.user(number)
            case "role":
                return guild.roles.get(number) if guild else None
            case _:
                return self.state.channel(number)

    def any(self, value: object) -> str:
        """The id of whatever was picked.

        Raises DriverError for what has none.
        """
        match value:
            case User():
                return self.user(value)
            case Role():
                return self.role(value)
            case Channel():
                return self.place(value)
            case _:
                raise DriverError(f"{value!r} cannot be picked here")

    def _add(self, kind: str, number: int, body: Json) -> str:
        self.found.setdefault(kind, {})[str(number)] = body
        return str(number)


def check_length(name: str, text: str, low: int | None, high: int | None) -> None:
    """Raise DriverError when the text is outside of these bounds."""
    if low is not None and len(text) < low:
        raise DriverError(f"{name}: at least {low} characters, not {len(text)}")
    if high is not None and len(text) > high:
        raise DriverError(f"{name}: at most {high} characters, not {len(text)}")


def check_count(name: str, values: list[Any], low: int, high: int) -> None:
    """Raise DriverError when fewer or more were picked than allowed."""
    if not low <= len(values) <= high:
        raise DriverError(f"{name}: {low} to {high} values, not {len(values)}")
