"""State: everything the sandbox's Discord knows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.discord.cdn import Cdn
from sandbox.discord.changes import Changes
from sandbox.discord.command_permissions import CommandPermission, Rights, Target, lines
from sandbox.discord.constants import ChannelType, Intents
from sandbox.discord.entities import Channel, Guild, Message, User
from sandbox.discord.events import Events
from sandbox.discord.interactions import Interaction
from sandbox.discord.limits import Limits
from sandbox.discord.snowflakes import next_id


@dataclass(kw_only=True)
class Team:
    """People who own an application together: its owner and the others, each with a role among Discord's.

    Source: teams topic, "Team Member Roles"; who was only invited has not joined yet.
    """

    name: str
    owner: User
    members: dict[User, str] = field(default_factory=dict)
    invited: tuple[User, ...] = ()
    id: int = field(default_factory=next_id)

    @property
    def people(self) -> tuple[User, ...]:
        """Everybody, the invited included."""
        return (self.owner, *self.members, *self.invited)


@dataclass(kw_only=True)
class Application:
    """The bot's entry in the developer portal. `privileged` are the intents switched on there.

    It belongs to a person, who may be in no guild at all, or to a team.
    """

    name: str
    id: int = field(default_factory=next_id)
    privileged: Intents = Intents.NONE
    owner: User = field(default_factory=lambda: User(name="owner of the bot"))
    team: Team | None = None

    @property
    def people(self) -> tuple[User, ...]:
        """Who has the bot."""
        return self.team.people if self.team else (self.owner,)


@dataclass(kw_only=True, repr=False)
class State:
    """Guilds, channels, commands and interactions by id; commands are Discord's JSON by guild, `None` global.

    `command_permissions` are by guild and command, or application for all its commands.
    """

    limits: Limits
    cdn: Cdn
    bot: User
    application: Application
    guilds: dict[int, Guild] = field(default_factory=dict)
    directs: dict[int, Channel] = field(default_factory=dict)
    commands: dict[int | None, list[dict[str, Any]]] = field(default_factory=dict)
    command_permissions: dict[tuple[int, int], list[CommandPermission]] = field(default_factory=dict)
    interactions: dict[int, Interaction] = field(default_factory=dict)
    tokens: dict[str, Interaction] = field(default_factory=dict)
    nonces: dict[tuple[int, int, str], tuple[Message, float]] = field(default_factory=dict)
    gateway_url: str = ""
    changes: Changes = field(default_factory=Changes)
    tell: Events = field(init=False)

    def __post_init__(self) -> None:
        self.tell = Events(self.bot, self.changes)

    @property
    def channels(self) -> dict[int, Channel]:
        """Every channel, thread and direct message by id."""
        places = (guild.places for guild in self.guilds.values())
        return {number: channel for group in (self.directs, *places) for number, channel in group.items()}

    def channel(self, number: int) -> Channel | None:
        """The channel, thread or direct message of this id."""
        places = (guild.places.get(number) for guild in self.guilds.values())
        return self.directs.get(number) or next((channel for channel in places if channel), None)

    def add_guild(
        self, name: str, *, boost_tier: int = 0, locale: str | None = None, owner: User | None = None
    ) -> Guild:
        """A new guild with the bot in it; its owner is an account of its own unless told."""
        owner = owner or User(name=f"owner of {name}")
        guild = Guild(name=name, owner=owner, bot=self.bot, tell=self.tell, boost_tier=boost_tier, locale=locale)
        self.guilds[guild.id] = guild
        self.tell.guild_joined(guild)
        return guild

    def command(self, guild: Guild | None, number: int) -> dict[str, Any] | None:
        """The command of this id that the guild has, a global one included."""
        scopes = [guild.id, None] if guild else [None]
        known = (command for scope in scopes for command in self.commands.get(scope, []))
        return next((command for command in known if command["id"] == str(number)), None)

    def set_permissions(self, guild: Guild, rights: Mapping[Target, bool], *, command: str | None = None) -> None:
        """Say under Integrations who may use a command, by its name, or all of them; told to the bot.

        Raises KeyError for a command that is not there, ValueError for more lines than Discord keeps.
        """
        number = self._command_id(guild, command) if command else self.application.id
        kept = self.command_permissions[guild.id, number] = lines(rights)
        self.tell.permissions_set(guild, self.application.id, number, kept)

    def rights(self, guild: Guild, command: Mapping[str, Any]) -> Rights:
        """What is set for a command in a guild."""
        application, own = self.application.id, int(command["id"])
        return Rights(
            application=self.command_permissions.get((guild.id, application), []),
            command=self.command_permissions.get((guild.id, own), []),
        )

    def _command_id(self, guild: Guild, name: str) -> int:
        known = (command for scope in (guild.id, None) for command in self.commands.get(scope, []))
        found = next((command for command in known if command["name"] == name), None)
        if found is None:
            raise KeyError(name)
        return int(found["id"])

    def open_direct(self, user: User) -> Channel:
        """The direct message channel between the bot and `user`, made when there is none."""
        for channel in self.directs.values():
            if user in channel.people:
                return channel
        channel = Channel(name=user.name, type=ChannelType.DM, people=(user, self.bot))
        self.directs[channel.id] = channel
        return channel

    def user(self, number: int) -> User | None:
        """Somebody by id: the bot, whoever is in some guild or has the bot, and whom it wrote with."""
        members = (guild.members.get(number) for guild in self.guilds.values())
        wrote = [user for channel in self.directs.values() for user in channel.people]
        outside = {user.id: user for user in (self.bot, *self.application.people, *wrote)}
        return next((member.user for member in members if member), outside.get(number))

    def messages(self) -> Iterator[Message]:
        """Every message there is, channel by channel, oldest first within one."""
        for channel in self.channels.values():
            yield from list(channel.messages.values())

    def shares_guild(self, user: User) -> bool:
        """Whether the bot and `user` meet in some guild."""
        return any({user.id, self.bot.id} <= guild.members.keys() for guild in self.guilds.values())
