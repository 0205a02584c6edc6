"""Entities: users, and guilds with their roles, channels and messages, which all refer to one another.

They know nothing of the Discord they belong to. A guild tells an `Audience` what is done to it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.discord.constants import (
    THREADS,
    VOICE,
    ChannelType,
    InteractionType,
    MessageFlag,
    MessageType,
    OverwriteType,
    Permissions,
)
from sandbox.discord.files import Attachment
from sandbox.discord.permission_sets import BOT, MEMBER
from sandbox.discord.snowflakes import next_id


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
        self.guild.tell.role_changed(self)


@dataclass(eq=False, kw_only=True)
class GuildMember:
    """A user's place in one guild."""

    user: User
    role_ids: set[int] = field(default_factory=set)
    joined_at: float = field(default_factory=time.time)


@dataclass(kw_only=True)
class Overwrite:
    """What a channel allows or denies to one role or one member."""

    target_id: int
    type: OverwriteType
    allow: Permissions = Permissions.NONE
    deny: Permissions = Permissions.NONE


@dataclass(eq=False, kw_only=True)
class Channel:
    """A channel, a direct message between `people`, or a thread."""

    name: str
    type: ChannelType
    id: int = field(default_factory=next_id)
    guild: "Guild | None" = field(default=None, repr=False)
    parent: "Channel | None" = field(default=None, repr=False)
    overwrites: dict[int, Overwrite] = field(default_factory=dict, repr=False)
    messages: "dict[int, Message]" = field(default_factory=dict, repr=False)
    people: tuple[User, ...] = ()
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
    def guild_id(self) -> int | None:
        return self.guild.id if self.guild else None

    @property
    def recipients(self) -> list[User]:
        """Whom the bot talks to in a direct message."""
        return [user for user in self.people if not user.bot]

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
        around = self.guild.places.values() if self.guild else ()
        return [channel for channel in around if channel.parent is self and channel.is_thread]

    def user(self, number: int) -> User | None:
        """Somebody who is here, by id."""
        if self.guild:
            member = self.guild.members.get(number)
            return member.user if member else None
        return next((one for one in self.people if one.id == number), None)

    def set_overwrite(
        self,
        target: Role | User,
        *,
        allow: Permissions = Permissions.NONE,
        deny: Permissions = Permissions.NONE,
    ) -> None:
        """Allow or deny something here to one role or one member, and tell the bot."""
        assert self.guild
        type = OverwriteType.ROLE if isinstance(target, Role) else OverwriteType.MEMBER
        self.overwrites[target.id] = Overwrite(target_id=target.id, type=type, allow=allow, deny=deny)
        self.guild.tell.channel_changed(self)

    def delete(self) -> None:
        """Remove the channel and what hangs under it."""
        assert self.guild
        for thread in self.threads:
            thread.delete()
        self.deleted = True
        self.guild.places.pop(self.id, None)
        self.guild.tell.channel_removed(self)


@dataclass(frozen=True, kw_only=True)
class Cause:
    """The interaction that made a message, as the message remembers it."""

    application_id: int
    id: int
    type: InteractionType
    user: User
    command_name: str | None
    guild_id: int | None
    original_id: int | None
    target_id: int | None
    source_id: int | None
    trigger: "Cause | None"


@dataclass(frozen=True, kw_only=True)
class Version:
    """What a message looked like before an edit."""

    content: str
    embeds: list[dict[str, Any]]
    components: list[dict[str, Any]]
    attachments: tuple[Attachment, ...]
    at: float


@dataclass(eq=False, kw_only=True)
class Message:
    """A message. Embeds and components are Discord's JSON; `attachment://` links are resolved when it is shown.

    `previews` are the embeds that Discord adds for links, `snapshot` is what a forwarded message shows. `refresh` signs
    a link to a file of the CDN anew. `reference_id` stays when the message referred to is gone.
    """

    channel: Channel = field(repr=False)
    author: User
    refresh: Callable[[str], str] = field(default=str, repr=False)
    made_at: float = field(default_factory=time.time)
    id: int = field(default_factory=next_id)
    type: MessageType = MessageType.DEFAULT
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    previews: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    pinged: list[User] = field(default_factory=list)
    reference: "Message | None" = field(default=None, repr=False)
    reference_id: int | None = field(init=False)
    reference_channel_id: int | None = None
    snapshot: "Message | None" = field(default=None, repr=False)
    ephemeral_for: User | None = None
    cause: Cause | None = field(default=None, repr=False)
    edited_at: float | None = None
    versions: list[Version] = field(default_factory=list, repr=False)
    thread: Channel | None = field(default=None, repr=False)
    deleted: bool = False

    def __post_init__(self) -> None:
        self.reference_id = self.reference.id if self.reference else None

    @property
    def channel_id(self) -> int:
        return self.channel.id

    @property
    def edits(self) -> int:
        """How often it was edited."""
        return len(self.versions)

    @property
    def loading(self) -> bool:
        """Whether it still says that the application is thinking."""
        return bool(self.flags & MessageFlag.LOADING)

    @property
    def components_v2(self) -> bool:
        return bool(self.flags & MessageFlag.COMPONENTS_V2)

    def remember(self) -> None:
        """Keep what it looks like, before it changes."""
        self.versions.append(
            Version(
                content=self.content,
                embeds=self.embeds,
                components=self.components,
                attachments=tuple(self.attachments),
                at=time.time(),
            )
        )


class Audience(Protocol):
    """Hears of what is done to a guild."""

    def guild_left(self, guild: "Guild") -> None: ...
    def role_added(self, role: Role) -> None: ...
    def role_changed(self, role: Role) -> None: ...
    def member_added(self, guild: "Guild", member: GuildMember) -> None: ...
    def channel_added(self, channel: Channel) -> None: ...
    def channel_changed(self, channel: Channel) -> None: ...
    def channel_removed(self, channel: Channel) -> None: ...


@dataclass(eq=False, kw_only=True)
class Guild:
    """A server. The bot and its role are in it from the start; `places` are its channels and threads by id.

    `locale` is the language that a community server has set; `None` is a server without the community features.
    """

    name: str
    owner: User
    bot: User = field(repr=False)
    tell: Audience = field(repr=False)
    id: int = field(default_factory=next_id)
    boost_tier: int = 0
    locale: str | None = None
    everyone: Role = field(init=False, repr=False)
    bot_role: Role = field(init=False, repr=False)
    roles: dict[int, Role] = field(default_factory=dict, repr=False)
    members: dict[int, GuildMember] = field(default_factory=dict, repr=False)
    places: dict[int, Channel] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.everyone = Role(name="@everyone", guild=self, granted=MEMBER, id=self.id, position=0)
        self.bot_role = Role(name=self.bot.name, guild=self, granted=BOT)
        self.roles = {role.id: role for role in (self.everyone, self.bot_role)}
        self.members = {
            self.owner.id: GuildMember(user=self.owner),
            self.bot.id: GuildMember(user=self.bot, role_ids={self.bot_role.id}),
        }

    @property
    def has_bot(self) -> bool:
        return self.bot.id in self.members

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
        return [channel for channel in self.places.values() if not channel.is_thread]

    @property
    def threads(self) -> list[Channel]:
        """The threads that are not archived, oldest first."""
        return [channel for channel in self.places.values() if channel.is_thread and not channel.archived]

    def add_channel(
        self,
        name: str,
        type: ChannelType = ChannelType.TEXT,
        *,
        parent: Channel | None = None,
        nsfw: bool = False,
    ) -> Channel:
        """A new channel, told to the bot."""
        channel = Channel(name=name, type=type, guild=self, parent=parent, nsfw=nsfw)
        self.places[channel.id] = channel
        self.tell.channel_added(channel)
        return channel

    def add_role(self, name: str, permissions: Permissions = Permissions.NONE, *, mentionable: bool = False) -> Role:
        """A new role above @everyone, told to the bot."""
        role = Role(name=name, guild=self, granted=permissions, position=len(self.roles), mentionable=mentionable)
        self.roles[role.id] = role
        self.tell.role_added(role)
        return role

    def add_member(self, name: str, *, roles: tuple[Role, ...] = (), locale: str = "en-US") -> User:
        """A new account that joins this guild."""
        return self.admit(User(name=name, locale=locale), roles=roles)

    def admit(self, user: User, *, roles: tuple[Role, ...] = ()) -> User:
        """Let an existing account join this guild."""
        member = self.members[user.id] = GuildMember(user=user, role_ids={role.id for role in roles})
        self.tell.member_added(self, member)
        return user

    def remove_bot(self) -> None:
        """Throw the bot out: it is told once, and has no access from then on."""
        self.members.pop(self.bot.id, None)
        self.tell.guild_left(self)
