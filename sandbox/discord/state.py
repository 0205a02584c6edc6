"""State: everything the sandbox's Discord knows, and the bell that rings when it changes."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.discord.cdn import Cdn
from sandbox.discord.events import Events, Intents
from sandbox.discord.limits import Limits
from sandbox.discord.places import Channel, ChannelType, Guild, User
from sandbox.discord.posts import Message
from sandbox.discord.snowflakes import next_id

if TYPE_CHECKING:
    from sandbox.discord.interactions import Interaction


class Changes:
    """A bell: whoever waits wakes at the next change of state."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def ring(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    def next(self) -> asyncio.Future[None]:
        """Done at the next change: ask for it before looking, so that no change is missed."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        return future


@dataclass(kw_only=True)
class Application:
    """The bot's entry in the developer portal. `privileged` are the intents switched on there."""

    name: str
    id: int = field(default_factory=next_id)
    privileged: Intents = Intents.NONE


@dataclass(kw_only=True, repr=False)
class State:
    """Guilds, channels, users, commands and interactions by id; commands are Discord's JSON by guild, `None` global."""

    limits: Limits
    cdn: Cdn
    bot: User
    application: Application
    clock: Callable[[], float] = time.time
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    commands: dict[int | None, list[dict[str, Any]]] = field(default_factory=dict)
    interactions: "dict[int, Interaction]" = field(default_factory=dict)
    tokens: "dict[str, Interaction]" = field(default_factory=dict)
    nonces: dict[tuple[int, int, str], tuple[Message, float]] = field(default_factory=dict)
    gateway_url: str = ""
    changes: Changes = field(default_factory=Changes)
    tell: Events = field(init=False)

    def __post_init__(self) -> None:
        self.tell = Events(self)
        self.users[self.bot.id] = self.bot

    def add_guild(self, name: str, *, boost_tier: int = 0, locale: str | None = None) -> Guild:
        """A new guild with the bot in it; its owner is an account of its own."""
        owner = User(name=f"owner of {name}")
        self.users[owner.id] = owner
        guild = Guild(name=name, state=self, owner=owner, boost_tier=boost_tier, locale=locale, made_at=self.clock())
        self.guilds[guild.id] = guild
        self.tell.guild_joined(guild)
        return guild

    def open_direct(self, user: User) -> Channel:
        """The direct message channel between the bot and `user`, made when there is none."""
        for channel in self.channels.values():
            if channel.type is ChannelType.DM and user in channel.recipients:
                return channel
        channel = Channel(name=user.name, type=ChannelType.DM, state=self, recipients=(user,))
        self.channels[channel.id] = channel
        return channel

    def messages(self) -> Iterator[Message]:
        """Every message there is, channel by channel, oldest first within one."""
        for channel in list(self.channels.values()):
            yield from list(channel.messages.values())

    def shares_guild(self, user: User) -> bool:
        """Whether the bot and `user` meet in some guild."""
        return any({user.id, self.bot.id} <= guild.members.keys() for guild in self.guilds.values())
