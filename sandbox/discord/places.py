"""Places and people: guilds, channels, threads, roles and users as the sandbox keeps them."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from sandbox.discord.permissions import BOT, MEMBER, Overwrite, Permissions
from sandbox.discord.snowflakes import next_id

if TYPE_CHECKING:
    from sandbox.discord.posts import Message
    from sandbox.discord.state import State


class ChannelType(IntEnum):
    """Discord's channel types."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15
    MEDIA = 16


THREADS = frozenset({ChannelType.ANNOUNCEMENT_THREAD, ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD})
POSTS_ONLY = frozenset({ChannelType.FORUM, ChannelType.MEDIA})
VOICE = frozenset({ChannelType.VOICE, ChannelType.STAGE})


@dataclass(eq=False, kw_only=True)
class User:
    """An account: a person, or the bot itself."""

    name: str
    id: int = field(default_factory=next_id)
    bot: bool = False
    locale: str = "en-US"

    @property
    def mention(self) -> str:
        """What pings this user when a message contains it."""
        return f"<@{self.id}>"


@dataclass(eq=False, kw_only=True)
class Role:
    """A role of a guild; setting `permissions` tells the bot."""

    name: str
    guild: "Guild" = field(repr=False)
    granted: Permissions
    id: int = field(default_factory=next_id)
    position: int = 1
    mentionable: bool = False

    @property
    def permissions(self) -> Permissions:
        return self.granted

    @permissions.setter
    def permissions(self, permissions: Permissions) -> None:
        self.granted = permissions
        self.guild.state.tell.role_changed(self.guild, self)


@dataclass(eq=False, kw_only=True)
class GuildMember:
    """A user's place in one guild."""

    user: User
    role_ids: set[int] = field(default_factory=set)
    joined_at: float


@dataclass(eq=False, kw_only=True)
class Channel:
    """A channel, a direct message or a thread."""

    name: str
    type: ChannelType
    state: "State" = field(repr=False)
    id: int = field(default_factory=next_id)
    guild: "Guild | None" = field(default=None, repr=False)
    parent: "Channel | None" = field(default=None, repr=False)
    overwrites: dict[int, Overwrite] = field(default_factory=dict, repr=False)
    messages: "dict[int, Message]" = field(default_factory=dict, repr=False)
    recipients: tuple[User, ...] = ()
    nsfw: bool = False
    owner_id: int | None = None
    archived: bool = False
    locked: bool = False
    archive_changed_at: float = 0.0
    auto_archive: int = 1440
    made_at: float = 0.0
    thread_members: dict[int, float] = field(default_factory=dict, repr=False)
    sent_count: int = 0
    deleted: bool = False

    @property
    def is_thread(self) -> bool:
        return self.type in THREADS

    @property
    def is_private(self) -> bool:
        return self.type is ChannelType.PRIVATE_THREAD

    @property
    def is_voice(self) -> bool:
        return self.type in VOICE

    @property
    def is_direct(self) -> bool:
        return self.guild is None

    @property
    def boost_tier(self) -> int | None:
        """The guild's tier, or `None` in a direct message."""
        return self.guild.boost_tier if self.guild else None

    @property
    def history(self) -> "list[Message]":
        """The messages that everybody here sees, oldest first."""
        return [message for message in self.messages.values() if message.ephemeral_for is None]

    @property
    def threads(self) -> "list[Channel]":
        """The threads under this channel, oldest first."""
        return [channel for channel in self.state.channels.values() if channel.parent is self and channel.is_thread]

    def set_overwrite(
        self,
        target: "Role | User",
        *,
        allow: Permissions = Permissions.NONE,
        deny: Permissions = Permissions.NONE,
    ) -> None:
        """Allow or deny something here to one role or one member, and tell the bot."""
        kind = 0 if isinstance(target, Role) else 1
        self.overwrites[target.id] = Overwrite(target_id=target.id, kind=kind, allow=allow, deny=deny)
        self.state.tell.channel_changed(self)

    def delete(self) -> None:
        """Remove the channel and what hangs under it."""
        for thread in self.threads:
            thread.delete()
        self.deleted = True
        self.state.channels.pop(self.id, None)
        self.state.tell.channel_removed(self)


@dataclass(eq=False, kw_only=True)
class Guild:
    """A server. The bot and its role are in it from the start.

    `locale` is the language that a community server has set; `None` is a server without the community features.
    """

    name: str
    state: "State" = field(repr=False)
    owner: User
    id: int = field(default_factory=next_id)
    boost_tier: int = 0
    locale: str | None = None
    made_at: float
    everyone: Role = field(init=False, repr=False)
    bot_role: Role = field(init=False, repr=False)
    roles: dict[int, Role] = field(default_factory=dict, repr=False)
    members: dict[int, GuildMember] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.everyone = Role(name="@everyone", guild=self, granted=MEMBER, id=self.id, position=0)
        self.bot_role = Role(name=self.state.bot.name, guild=self, granted=BOT)
        self.roles = {role.id: role for role in (self.everyone, self.bot_role)}
        for user, role_ids in ((self.owner, set[int]()), (self.state.bot, {self.bot_role.id})):
            self.members[user.id] = GuildMember(user=user, role_ids=role_ids, joined_at=self.made_at)

    @property
    def features(self) -> list[str]:
        """Discord's names of what this guild has, as far as a bot like this one looks at them."""
        return ["COMMUNITY"] if self.locale else []

    @property
    def preferred_locale(self) -> str:
        """Only a community can set it; others have Discord's default. Source: Guild Resource, `preferred_locale`."""
        return self.locale or "en-US"

    @property
    def channels(self) -> list[Channel]:
        """The channels without the threads, oldest first."""
        return [c for c in self.state.channels.values() if c.guild is self and not c.is_thread]

    @property
    def threads(self) -> list[Channel]:
        """The threads that are not archived, oldest first."""
        return [c for c in self.state.channels.values() if c.guild is self and c.is_thread and not c.archived]

    def add_channel(
        self,
        name: str,
        type: ChannelType = ChannelType.TEXT,
        *,
        parent: Channel | None = None,
        nsfw: bool = False,
    ) -> Channel:
        """A new channel, told to the bot."""
        channel = Channel(name=name, type=type, state=self.state, guild=self, parent=parent, nsfw=nsfw)
        self.state.channels[channel.id] = channel
        self.state.tell.channel_added(channel)
        return channel

    def add_role(self, name: str, permissions: Permissions = Permissions.NONE, *, mentionable: bool = False) -> Role:
        """A new role above @everyone, told to the bot."""
        role = Role(name=name, guild=self, granted=permissions, position=len(self.roles), mentionable=mentionable)
        self.roles[role.id] = role
        self.state.tell.role_added(self, role)
        return role

    def add_member(self, name: str, *, roles: tuple[Role, ...] = (), locale: str = "en-US") -> User:
        """A new account that joins this guild."""
        return self.admit(User(name=name, locale=locale), roles=roles)

    def admit(self, user: User, *, roles: tuple[Role, ...] = ()) -> User:
        """Let an existing account join this guild."""
        self.state.users[user.id] = user
        role_ids = {role.id for role in roles}
        self.members[user.id] = GuildMember(user=user, role_ids=role_ids, joined_at=self.state.clock())
        self.state.tell.member_added(self, user)
        return user

    def remove_bot(self) -> None:
        """Throw the bot out: it is told once, and has no access from then on."""
        self.members.pop(self.state.bot.id, None)
        self.state.tell.guild_left(self)
