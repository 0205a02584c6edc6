"""Events: what the gateway tells the bot when something happens, and which sessions may hear it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING, Any

from sandbox.discord import payloads
from sandbox.discord.message_payloads import message_json, nonce_json
from sandbox.discord.permissions import Permissions, permissions_in

if TYPE_CHECKING:
    from sandbox.discord.places import Channel, Guild, Role, User
    from sandbox.discord.posts import Message
    from sandbox.discord.state import State


class Intents(IntFlag):
    """Gateway intents the sandbox tells apart; `VALID` is every bit Discord takes."""

    NONE = 0
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15
    PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT
    VALID = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25


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

    def __init__(self, state: "State") -> None:
        self._state = state
        self.listeners: list[Callable[[Event], None]] = []

    def publish(self, event: Event) -> None:
        """Hand one event to the gateway."""
        for listener in self.listeners:
            listener(event)
        self._state.changes.ring()

    def guild_joined(self, guild: "Guild") -> None:
        self._in_guild("GUILD_CREATE", guild, payloads.guild_create_json(guild))

    def guild_left(self, guild: "Guild") -> None:
        self._in_guild("GUILD_DELETE", guild, {"id": str(guild.id)})

    def role_added(self, guild: "Guild", role: "Role") -> None:
        body = {"guild_id": str(guild.id), "role": payloads.role_json(role)}
        self._in_guild("GUILD_ROLE_CREATE", guild, body)

    def role_changed(self, guild: "Guild", role: "Role") -> None:
        body = {"guild_id": str(guild.id), "role": payloads.role_json(role)}
        self._in_guild("GUILD_ROLE_UPDATE", guild, body)

    def member_added(self, guild: "Guild", user: "User") -> None:
        body = payloads.member_json(guild.members[user.id]) | {"guild_id": str(guild.id)}
        self._in_guild("GUILD_MEMBER_ADD", guild, body, Intents.GUILD_MEMBERS)

    def channel_added(self, channel: "Channel") -> None:
        self._about_channel("CHANNEL_CREATE", channel)

    def channel_changed(self, channel: "Channel") -> None:
        self._about_channel("THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE", channel)

    def channel_removed(self, channel: "Channel") -> None:
        self._about_channel("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", channel)

    def thread_added(self, thread: "Channel") -> None:
        self._about_channel("THREAD_CREATE", thread, newly_created=True)

    def thread_joined(self, thread: "Channel") -> None:
        self._about_channel("THREAD_CREATE", thread)

    def message_added(self, message: "Message") -> None:
        self._about_message("MESSAGE_CREATE", message, **nonce_json(message))

    def message_changed(self, message: "Message") -> None:
        self._about_message("MESSAGE_UPDATE", message)

    def message_removed(self, message: "Message") -> None:
        if self._hears(message):
            channel = message.channel
            body = {"id": str(message.id), "channel_id": str(channel.id)}
            guild_id = channel.guild.id if channel.guild else None
            if guild_id:
                body["guild_id"] = str(guild_id)
            self.publish(
                Event(name="MESSAGE_DELETE", payload=lambda _: body, guild_id=guild_id, intent=_messages(channel))
            )
        self._state.changes.ring()

    def interaction(self, guild: "Guild | None", body: dict[str, Any]) -> None:
        """An interaction is told to every session of its shard; no intent is needed."""
        self.publish(Event(name="INTERACTION_CREATE", payload=lambda _: body, guild_id=guild.id if guild else None))

    def _in_guild(self, name: str, guild: "Guild", body: dict[str, Any], intent: Intents = Intents.GUILDS) -> None:
        self.publish(Event(name=name, payload=lambda _: body, guild_id=guild.id, intent=intent))

    def _about_channel(self, name: str, channel: "Channel", **more: Any) -> None:
        if channel.guild and Permissions.VIEW_CHANNEL in permissions_in(channel, self._state.bot):
            self._in_guild(name, channel.guild, payloads.channel_json(channel, reader=self._state.bot) | more)

    def _about_message(self, name: str, message: "Message", **more: Any) -> None:
        if self._hears(message):
            guild = message.channel.guild
            self.publish(
                Event(
                    name=name,
                    payload=lambda intents: _dispatched(message, intents, self._state.bot) | more,
                    guild_id=guild.id if guild else None,
                    intent=_messages(message.channel),
                )
            )
        self._state.changes.ring()

    def _hears(self, message: "Message") -> bool:
        seen = Permissions.VIEW_CHANNEL in permissions_in(message.channel, self._state.bot)
        return seen and message.ephemeral_for is None


def _messages(channel: "Channel") -> Intents:
    return Intents.DIRECT_MESSAGES if channel.is_direct else Intents.GUILD_MESSAGES


def _dispatched(message: "Message", intents: Intents, bot: "User") -> dict[str, Any]:
    body = message_json(message, reader=bot, sees_content=Intents.MESSAGE_CONTENT in intents)
    guild = message.channel.guild
    if guild:
        body["guild_id"] = str(guild.id)
        if member := guild.members.get(message.author.id):
            body["member"] = payloads.member_json(member, with_user=False)
    return body
