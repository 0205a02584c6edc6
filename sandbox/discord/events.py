"""Events: what the gateway tells the bot when something happens, and which sessions may hear it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.discord.changes import Changes
from sandbox.discord.constants import Intents, Permissions
from sandbox.discord.entities import Channel, Guild, GuildMember, Message, Role, User
from sandbox.discord.payloads import guilds
from sandbox.discord.payloads.messages import message_json, nonce_json
from sandbox.discord.permissions import permissions_in

Payload = Callable[[Intents], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Event:
    """One dispatch. `guild_id` chooses the shard (`None` is 0), `intent` the sessions; each gets its own `payload`."""

    name: str
    payload: Payload
    guild_id: int | None = None
    intent: Intents = Intents.NONE


class Events:
    """Turns changes of state into events for whoever listens, and rings the bell."""

    def __init__(self, bot: User, changes: Changes) -> None:
        self._bot = bot
        self._changes = changes
        self.listeners: list[Callable[[Event], None]] = []

    def publish(self, event: Event) -> None:
        """Hand one event to the gateway."""
        for listener in self.listeners:
            listener(event)
        self._changes.ring()

    def guild_joined(self, guild: Guild) -> None:
        self._in_guild("GUILD_CREATE", guild, guilds.guild_create_json(guild))

    def guild_left(self, guild: Guild) -> None:
        self._in_guild("GUILD_DELETE", guild, {"id": str(guild.id)})

    def role_added(self, role: Role) -> None:
        self._in_guild("GUILD_ROLE_CREATE", role.guild, _role_part(role))

    def role_changed(self, role: Role) -> None:
        self._in_guild("GUILD_ROLE_UPDATE", role.guild, _role_part(role))

    def member_added(self, guild: Guild, member: GuildMember) -> None:
        body = guilds.member_json(member) | {"guild_id": str(guild.id)}
        self._in_guild("GUILD_MEMBER_ADD", guild, body, Intents.GUILD_MEMBERS)

    def channel_added(self, channel: Channel) -> None:
        self._about_channel("CHANNEL_CREATE", channel)

    def channel_changed(self, channel: Channel) -> None:
        self._about_channel("THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE", channel)

    def channel_removed(self, channel: Channel) -> None:
        self._about_channel("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", channel)

    def thread_added(self, thread: Channel) -> None:
        self._about_channel("THREAD_CREATE", thread, newly_created=True)

    def thread_joined(self, thread: Channel) -> None:
        self._about_channel("THREAD_CREATE", thread)

    def message_added(self, message: Message) -> None:
        self._about_message("MESSAGE_CREATE", message, **nonce_json(message))

    def message_changed(self, message: Message) -> None:
        self._about_message("MESSAGE_UPDATE", message)

    def message_removed(self, message: Message) -> None:
        if self._hears(message):
            channel = message.channel
            body = {"id": str(message.id), "channel_id": str(channel.id)}
            if channel.guild:
                body["guild_id"] = str(channel.guild.id)
            self.publish(
                Event(
                    name="MESSAGE_DELETE",
                    payload=lambda _: body,
                    guild_id=channel.guild_id,
                    intent=_messages(channel),
                )
            )
        self._changes.ring()

    def interaction(self, guild: Guild | None, body: dict[str, Any]) -> None:
        """An interaction is told to every session of its shard; no intent is needed."""
        self.publish(Event(name="INTERACTION_CREATE", payload=lambda _: body, guild_id=guild.id if guild else None))

    def _in_guild(self, name: str, guild: Guild, body: dict[str, Any], intent: Intents = Intents.GUILDS) -> None:
        self.publish(Event(name=name, payload=lambda _: body, guild_id=guild.id, intent=intent))

    def _about_channel(self, name: str, channel: Channel, **more: Any) -> None:
        if channel.guild and Permissions.VIEW_CHANNEL in permissions_in(channel, self._bot):
            self._in_guild(name, channel.guild, guilds.channel_json(channel, reader=self._bot) | more)

    def _about_message(self, name: str, message: Message, **more: Any) -> None:
        if self._hears(message):
            self.publish(
                Event(
                    name=name,
                    payload=lambda intents: _dispatched(message, intents, self._bot) | more,
                    guild_id=message.channel.guild_id,
                    intent=_messages(message.channel),
                )
            )
        self._changes.ring()

    def _hears(self, message: Message) -> bool:
        seen = Permissions.VIEW_CHANNEL in permissions_in(message.channel, self._bot)
        return seen and message.ephemeral_for is None


def _role_part(role: Role) -> dict[str, Any]:
    return {"guild_id": str(role.guild.id), "role": guilds.role_json(role)}


def _messages(channel: Channel) -> Intents:
    return Intents.DIRECT_MESSAGES if channel.is_direct else Intents.GUILD_MESSAGES


def _dispatched(message: Message, intents: Intents, bot: User) -> dict[str, Any]:
    body = message_json(message, reader=bot, sees_content=Intents.MESSAGE_CONTENT in intents)
    guild = message.channel.guild
    if guild:
        body["guild_id"] = str(guild.id)
        if member := guild.members.get(message.author.id):
            body["member"] = guilds.member_json(member, with_user=False)
    return body
