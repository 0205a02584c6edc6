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
    TriggerType,
)
from sandbox.discord.files import Attachment
from sandbox.discord.permission_sets import BOT, MEMBER
from sandbox.discord.snowflakes import next_id


@dataclass(eq=False, kw_only=True)
class User:
    """An account: a person, or the bot itself. A `closed` one takes no direct messages from the bot."""

    name: str
    id: int = field(default_factory=next_id)
    bot: bool = False
    locale: str = "en-US"
    closed: bool = False

    @property
    def mention(self) -> str:
        """What pings this user when a message contains it."""
        return f"<@{self.id}>"


@dataclass(eq=False, kw_only=True)
class Role:
    """A role of a guild; setting `permissions` tells the bot. `bot_id` is the bot that Discord keeps it for."""

    name: str
    guild: "Guild" = field(repr=False)
    granted: Permissions
    id: int = field(default_factory=next_id)
    position: int = 1
    mentionable: bool = False
    bot_id: int | None = None

    @property
    def permissions(self) -> Permissions:
        return self.granted

    @permissions.setter
    def permissions(self, permissions: Permissions) -> None:
        self.granted = permissions
        self.guild.tell.role_changed(self)

    def rename(self, name: str) -> None:
        """Give it another name, and tell the bot."""
        self.name = name
        self.guild.tell.role_changed(self)

    def delete(self) -> None:
        """Take it from everybody and from the channels. The bot is told of the role alone, not of each member.

        Raises ValueError for a role that Discord does not let go: everybody's, and the one of a bot.
        """
        if self.id == self.guild.id or self.bot_id is not None:
            raise ValueError(f"the role {self.name} cannot be deleted")
        del self.guild.roles[self.id]
        for member in self.guild.members.values():
            member.role_ids.discard(self.id)
        for channel in self.guild.places.values():
            channel.overwrites.pop(self.id, None)
        self.guild.tell.role_removed(self)


@dataclass(eq=False, kw_only=True)
class GuildMember:
    """A user's place in one guild."""

    user: User
    role_ids: set[int] = field(default_factory=set)
    joined_at: float = field(default_factory=time.time)
    timed_out_until: float | None = None

    @property
    def is_timed_out(self) -> bool:
        return self.timed_out_until is not None and time.time() < self.timed_out_until


@dataclass(kw_only=True)
class Overwrite:
    """What a channel allows or denies to one role or one member."""

    target_id: int
    type: OverwriteType
    allow: Permissions = Permissions.NONE
    deny: Permissions = Permissions.NONE


@dataclass(eq=False, kw_only=True)
class ForumTag:
    """What a post can be marked with in one forum; a `moderated` one only by those who manage threads."""

    name: str
    moderated: bool = False
    emoji: str | None = None
    id: int = field(default_factory=next_id)


@dataclass(eq=False, kw_only=True)
class Channel:
    """A channel, a direct message between `people`, or a thread.

    A forum has `tags`, and may have its posts be opened with one of them; `applied_tags` are a post's, by id.
    """

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
    tags: list[ForumTag] = field(default_factory=list, repr=False)
    requires_tag: bool = False
    applied_tags: list[int] = field(default_factory=list, repr=False)
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
    def pinned(self) -> "list[Message]":
        """The messages that are pinned here, the newest pin first."""
        return sorted((one for one in self.messages.values() if one.pinned_at), key=lambda one: -(one.pinned_at or 0.0))

    @property
    def shown_tags(self) -> list[str]:
        """The names of the tags of a post, as people see them; one that the forum has no longer shows nothing."""
        names = {tag.id: tag.name for tag in self.parent.tags} if self.parent else {}
        return [names[number] for number in self.applied_tags if number in names]

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

    def clear_overwrite(self, target: Role | User) -> None:
        """Let one role or one member have here what they have elsewhere, and tell the bot."""
        assert self.guild
        self.overwrites.pop(target.id, None)
        self.guild.tell.channel_changed(self)

    def set_tags(self, *tags: ForumTag) -> None:
        """Let a forum have these tags and no others, and tell the bot."""
        assert self.guild
        self.tags = list(tags)
        self.guild.tell.channel_changed(self)

    def delete(self) -> None:
        """Remove the channel and what hangs under it."""
        assert self.guild
        for thread in self.threads:
            thread.delete()
        self.deleted = True
        self.guild.places.pop(self.id, None)
        if self.guild.system_channel is self:
            self.guild.system_channel = None
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
    pinned_at: float | None = None
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


@dataclass(eq=False, kw_only=True)
class AutoModRule:
    """A rule of AutoMod; `body` is what its makers gave, in Discord's JSON."""

    guild: "Guild" = field(repr=False)
    creator: User
    trigger_type: TriggerType
    body: dict[str, Any]
    id: int = field(default_factory=next_id)

    @property
    def actions(self) -> list[dict[str, Any]]:
        """What it leads to, in Discord's JSON; each has its metadata, if empty."""
        return [{"metadata": {}} | action for action in self.body["actions"]]


class Audience(Protocol):
    """Hears of what is done to a guild."""

    def guild_joined(self, guild: "Guild") -> None: ...
    def guild_left(self, guild: "Guild") -> None: ...
    def guild_changed(self, guild: "Guild") -> None: ...
    def guild_lost(self, guild: "Guild") -> None: ...
    def guild_found(self, guild: "Guild") -> None: ...
    def role_added(self, role: Role) -> None: ...
    def role_changed(self, role: Role) -> None: ...
    def role_removed(self, role: Role) -> None: ...
    def member_added(self, guild: "Guild", member: GuildMember) -> None: ...
    def member_changed(self, guild: "Guild", member: GuildMember) -> None: ...
    def member_removed(self, guild: "Guild", member: GuildMember) -> None: ...
    def rule_added(self, rule: AutoModRule) -> None: ...
    def rule_changed(self, rule: AutoModRule) -> None: ...
    def rule_removed(self, rule: AutoModRule) -> None: ...
    def channel_added(self, channel: Channel) -> None: ...
    def channel_changed(self, channel: Channel) -> None: ...
    def channel_removed(self, channel: Channel) -> None: ...


@dataclass(eq=False, kw_only=True)
class Guild:
    """A server. The bot and its role are in it from the start.

    In an outage it is `unavailable`. `places` are its channels and threads, `automod` its rules, by id.

    `locale` is the language that a community server has set; `None` is a server without the community features.
    `system_channel` is where Discord itself welcomes people; who changes it while a bot listens has it start anew.
    """

    name: str
    owner: User
    bot: User = field(repr=False)
    tell: Audience = field(repr=False)
    id: int = field(default_factory=next_id)
    boost_tier: int = 0
    locale: str | None = None
    unavailable: bool = False
    system_channel: Channel | None = None
    everyone: Role = field(init=False, repr=False)
    bot_role: Role = field(init=False, repr=False)
    roles: dict[int, Role] = field(default_factory=dict, repr=False)
    members: dict[int, GuildMember] = field(default_factory=dict, repr=False)
    places: dict[int, Channel] = field(default_factory=dict, repr=False)
    automod: dict[int, AutoModRule] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.everyone = Role(name="@everyone", guild=self, granted=MEMBER, id=self.id, position=0)
        self.bot_role = Role(name=self.bot.name, guild=self, granted=BOT, bot_id=self.bot.id)
        self.roles = {role.id: role for role in (self.everyone, self.bot_role)}
        self.members = {
            self.owner.id: GuildMember(user=self.owner),
            self.bot.id: GuildMember(user=self.bot, role_ids={self.bot_role.id}),
        }

    @property
    def has_bot(self) -> bool:
        return self.bot.id in self.members

    @property
    def is_heard(self) -> bool:
        """Whether the bot is told what happens here."""
        return self.has_bot and not self.unavailable

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

    def add_forum(self, name: str, *tags: ForumTag | str, requires_tag: bool = False) -> Channel:
        """A new forum with its tags, told to the bot; at most twenty. Source: channel resource, `available_tags`."""
        forum = Channel(name=name, type=ChannelType.FORUM, guild=self, requires_tag=requires_tag)
        forum.tags = [ForumTag(name=tag) if isinstance(tag, str) else tag for tag in tags]
        assert len(forum.tags) <= 20
        self.places[forum.id] = forum
        self.tell.channel_added(forum)
        return forum

    def add_role(self, name: str, permissions: Permissions = Permissions.NONE, *, mentionable: bool = False) -> Role:
        """A new role above @everyone, told to the bot."""
        above = max(role.position for role in self.roles.values()) + 1
        role = Role(name=name, guild=self, granted=permissions, position=above, mentionable=mentionable)
        self.roles[role.id] = role
        self.tell.role_added(role)
        return role

    def add_member(
        self, name: str, *, roles: tuple[Role, ...] = (), locale: str = "en-US", joined_at: float | None = None
    ) -> User:
        """A new account that joins this guild; `joined_at`, unix seconds, is now unless it was before."""
        return self.admit(User(name=name, locale=locale), roles=roles, joined_at=joined_at)

    def admit(self, user: User, *, roles: tuple[Role, ...] = (), joined_at: float | None = None) -> User:
        """Let an existing account join this guild."""
        member = GuildMember(user=user, role_ids={role.id for role in roles}, joined_at=joined_at or time.time())
        self.members[user.id] = member
        self.tell.member_added(self, member)
        return user

    def dismiss(self, user: User) -> None:
        """Somebody leaves, or is thrown out. For the bot it is `remove_bot`."""
        self.tell.member_removed(self, self.members.pop(user.id))

    def time_out(self, user: User, until: float | None) -> None:
        """Silence somebody here until then, unix seconds, as moderators can; `None` ends it."""
        member = self.members[user.id]
        member.timed_out_until = until
        self.tell.member_changed(self, member)

    def set_roles(self, user: User, *roles: Role) -> None:
        """Let somebody have these roles and no others."""
        member = self.members[user.id]
        member.role_ids = {role.id for role in roles}
        self.tell.member_changed(self, member)

    def give_role(self, user: User, role: Role) -> None:
        """Let somebody have this role too."""
        self.set_roles(user, *(self.roles[number] for number in self.members[user.id].role_ids), role)

    def take_role(self, user: User, role: Role) -> None:
        """Let somebody have this role no longer."""
        left = self.members[user.id].role_ids - {role.id}
        self.set_roles(user, *(self.roles[number] for number in left))

    def add_bot(self) -> None:
        """Invite the bot once more, with its role."""
        self.members[self.bot.id] = GuildMember(user=self.bot, role_ids={self.bot_role.id})
        self.tell.guild_joined(self)

    def remove_bot(self) -> None:
        """Throw the bot out: it is told once, and has no access from then on."""
        self.members.pop(self.bot.id, None)
        self.tell.guild_left(self)

    def rename(self, name: str) -> None:
        """Give the server another name, and tell the bot."""
        self.name = name
        self.tell.guild_changed(self)

    def hand_over(self, user: User) -> None:
        """Let another member own the server, and tell the bot."""
        assert user.id in self.members
        self.owner = user
        self.tell.guild_changed(self)

    def set_available(self, available: bool) -> None:
        """An outage of this one server begins or ends: the bot is told of that, and of nothing in between."""
        self.unavailable = not available
        if available:
            self.tell.guild_found(self)
        else:
            self.tell.guild_lost(self)
