"""State: everything the sandbox's Discord knows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.discord.cdn import Cdn
from sandbox.discord.changes import Changes
from sandbox.discord.constants import ChannelType, Intents
from sandbox.discord.entities import Channel, Guild, Message, User
from sandbox.discord.events import Events
from sandbox.discord.interactions import Interaction
from sandbox.discord.limits import Limits
from sandbox.discord.snowflakes import next_id


@dataclass(kw_only=True)
class Application:
    """The bot's entry in the developer portal. `privileged` are the intents switched on there."""

    name: str
    id: int = field(default_factory=next_id)
    privileged: Intents = Intents.NONE


@dataclass(kw_only=True, repr=False)
class State:
    """Guilds, channels, commands and interactions by id; commands are Discord's JSON by guild, `None` global."""

    limits: Limits
    cdn: Cdn
    bot: User
    application: Application
    guilds: dict[int, Guild] = field(default_factory=dict)
    directs: dict[int, Channel] = field(default_factory=dict)
    commands: dict[int | None, list[dict[str, Any]]] = field(default_factory=dict)
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

    def add_guild(self, name: str, *, boost_tier: int = 0, locale: str | None = None) -> Guild:
        """A new guild with the bot in it; its owner is an account of its own."""
        owner = User(name=f"owner of {name}")
        guild = Guild(name=name, owner=owner, bot=self.bot, tell=self.tell, boost_tier=boost_tier, locale=locale)
        self.guilds[guild.id] = guild
        self.tell.guild_joined(guild)
        return guild

    def open_direct(self, user: User) -> Channel:
        """The direct message channel between the bot and `user`, made when there is none."""
        for channel in self.directs.values():
            if user in channel.people:
                return channel
        channel = Channel(name=user.name, type=ChannelType.DM, people=(user, self.bot))
        self.directs[channel.id] = channel
        return channel

    def user(self, number: int) -> User | None:
        """Somebody by id: the bot, or whoever is in some guild."""
        if number == self.bot.id:
            return self.bot
        members = (guild.members.get(number) for guild in self.guilds.values())
        return next((member.user for member in members if member), None)

    def messages(self) -> Iterator[Message]:
        """Every message there is, channel by channel, oldest first within one."""
        for channel in self.channels.values():
            yield from list(channel.messages.values())

    def shares_guild(self, user: User) -> bool:
        """Whether the bot and `user` meet in some guild."""
        return any({user.id, self.bot.id} <= guild.members.keys() for guild in self.guilds.values())
