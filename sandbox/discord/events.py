"""Events: what the gateway tells the bot when something happens, and which sessions may hear it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox.discord.automod import Hit
from sandbox.discord.changes import Changes
from sandbox.discord.command_permissions import CommandPermission
from sandbox.discord.constants import Intents, Permissions
from sandbox.discord.entities import AutoModRule, Channel, Guild, GuildMember, Message, Role, User
from sandbox.discord.payloads import guilds
from sandbox.discord.payloads.automod import execution_json, rule_json
from sandbox.discord.payloads.command_permissions import permissions_json
from sandbox.discord.payloads.messages import message_json, nonce_json
from sandbox.discord.permissions import base_permissions, permissions_in

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
        """Without `unavailable`: the bot is no longer in it. Source: Gateway events, "Guild Delete"."""
        self._gone(guild, {"id": str(guild.id)})

    def guild_changed(self, guild: Guild) -> None:
        self._in_guild("GUILD_UPDATE", guild, guilds.guild_json(guild))

    def guild_lost(self, guild: Guild) -> None:
        self._gone(guild, {"id": str(guild.id), "unavailable": True})

    def guild_found(self, guild: Guild) -> None:
        """A guild that the bot knows already says `unavailable`, unlike one that it joins."""
        self._in_guild("GUILD_CREATE", guild, guilds.guild_create_json(guild) | {"unavailable": False})

    def role_added(self, role: Role) -> None:
        self._in_guild("GUILD_ROLE_CREATE", role.guild, _role_part(role))

    def role_changed(self, role: Role) -> None:
        self._in_guild("GUILD_ROLE_UPDATE", role.guild, _role_part(role))

    def role_removed(self, role: Role) -> None:
        self._in_guild("GUILD_ROLE_DELETE", role.guild, {"guild_id": str(role.guild.id), "role_id": str(role.id)})

    def member_added(self, guild: Guild, member: GuildMember) -> None:
        body = guilds.member_json(member) | {"guild_id": str(guild.id)}
        self._in_guild("GUILD_MEMBER_ADD", guild, body, Intents.GUILD_MEMBERS)

    def member_changed(self, guild: Guild, member: GuildMember) -> None:
        """A bot hears of what changes for itself, whatever its intents. Source: Gateway, "List of Intents"."""
        body = guilds.member_json(member) | {"guild_id": str(guild.id)}
        intent = Intents.NONE if member.user is self._bot else Intents.GUILD_MEMBERS
        self._in_guild("GUILD_MEMBER_UPDATE", guild, body, intent)

    def member_removed(self, guild: Guild, member: GuildMember) -> None:
        body = {"guild_id": str(guild.id), "user": guilds.user_json(member.user)}
        self._in_guild("GUILD_MEMBER_REMOVE", guild, body, Intents.GUILD_MEMBERS)

    def rule_added(self, rule: AutoModRule) -> None:
        self._about_rule("AUTO_MODERATION_RULE_CREATE", rule)

    def rule_changed(self, rule: AutoModRule) -> None:
        self._about_rule("AUTO_MODERATION_RULE_UPDATE", rule)

    def rule_removed(self, rule: AutoModRule) -> None:
        self._about_rule("AUTO_MODERATION_RULE_DELETE", rule)

    def rule_broken(self, hit: Hit, channel: Channel, author: User, text: str) -> None:
        """One event for each action that the rule leads to."""
        for action in hit.rule.actions:
            self._to_managers(
                "AUTO_MODERATION_ACTION_EXECUTION",
                hit.rule.guild,
                partial(execution_json, hit, action, channel, author, text),
                Intents.AUTO_MODERATION_EXECUTION,
            )

    def permissions_set(self, guild: Guild, application_id: int, number: int, lines: list[CommandPermission]) -> None:
        """No intent is needed. Source: Gateway events, "Application Command Permissions Update"."""
        body = permissions_json(application_id, guild, number, lines)
        self._in_guild("APPLICATION_COMMAND_PERMISSIONS_UPDATE", guild, body, Intents.NONE)

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

    def pins_changed(self, channel: Channel) -> None:
        """Not sent when a pinned message is deleted. Source: Gateway events, "Channel Pins Update"."""
        body: dict[str, Any] = {"channel_id": str(channel.id), "last_pin_timestamp": guilds.last_pin(channel)}
        if channel.guild:
            body["guild_id"] = str(channel.guild.id)
        if Permissions.VIEW_CHANNEL in permissions_in(channel, self._bot):
            intent = Intents.GUILDS if channel.guild else Intents.DIRECT_MESSAGES
            event = Event(name="CHANNEL_PINS_UPDATE", payload=lambda _: body, guild_id=channel.guild_id, intent=intent)
            if channel.guild is None or channel.guild.is_heard:
                self.publish(event)

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
            self._in_channel("MESSAGE_DELETE", channel, lambda _: body)
        self._changes.ring()

    def messages_removed(self, gone: Sequence[Message]) -> None:
        """Those that went together. Source: Gateway events, "Message Delete Bulk"."""
        heard = [message for message in gone if self._hears(message)]
        if heard:
            channel = heard[0].channel
            body = {"ids": [str(message.id) for message in heard], "channel_id": str(channel.id)}
            body |= {"guild_id": str(channel.guild_id)}
            self._in_channel("MESSAGE_DELETE_BULK", channel, lambda _: body)
        self._changes.ring()

    def interaction(self, guild: Guild | None, body: dict[str, Any]) -> None:
        """An interaction is told to every session of its shard; no intent is needed."""
        if guild is None or guild.is_heard:
            self.publish(Event(name="INTERACTION_CREATE", payload=lambda _: body, guild_id=guild.id if guild else None))

    def _gone(self, guild: Guild, body: dict[str, Any]) -> None:
        self.publish(Event(name="GUILD_DELETE", payload=lambda _: body, guild_id=guild.id, intent=Intents.GUILDS))

    def _in_guild(self, name: str, guild: Guild, body: dict[str, Any], intent: Intents = Intents.GUILDS) -> None:
        if guild.is_heard:
            self.publish(Event(name=name, payload=lambda _: body, guild_id=guild.id, intent=intent))
        self._changes.ring()

    def _about_rule(self, name: str, rule: AutoModRule) -> None:
        body = rule_json(rule)
        self._to_managers(name, rule.guild, lambda _: body, Intents.AUTO_MODERATION_CONFIGURATION)

    def _to_managers(self, name: str, guild: Guild, payload: Payload, intent: Intents) -> None:
        """AutoMod is told only to bots that may manage the server. Source: Gateway events, "Auto Moderation"."""
        if guild.is_heard and Permissions.MANAGE_GUILD in base_permissions(guild, self._bot):
            self.publish(Event(name=name, payload=payload, guild_id=guild.id, intent=intent))

    def _about_channel(self, name: str, channel: Channel, **more: Any) -> None:
        """Threads are told of to whoever sees them, channels to all in the server."""
        if (channel.guild and not channel.is_thread) or (
            channel.guild and Permissions.VIEW_CHANNEL in permissions_in(channel, self._bot)
        ):
            self._in_guild(name, channel.guild, guilds.channel_json(channel, reader=self._bot) | more)

    def _about_message(self, name: str, message: Message, **more: Any) -> None:
        if self._hears(message):
            self._in_channel(name, message.channel, lambda intents: _dispatched(message, intents, self._bot) | more)
        self._changes.ring()

    def _in_channel(self, name: str, channel: Channel, payload: Payload) -> None:
        intent = Intents.DIRECT_MESSAGES if channel.is_direct else Intents.GUILD_MESSAGES
        self.publish(Event(name=name, payload=payload, guild_id=channel.guild_id, intent=intent))

    def _hears(self, message: Message) -> bool:
        seen = Permissions.VIEW_CHANNEL in permissions_in(message.channel, self._bot)
        guild = message.channel.guild
        return seen and message.ephemeral_for is None and (guild is None or guild.is_heard)


def _role_part(role: Role) -> dict[str, Any]:
    return {"guild_id": str(role.guild.id), "role": guilds.role_json(role)}


def _dispatched(message: Message, intents: Intents, bot: User) -> dict[str, Any]:
    body = message_json(message, reader=bot, sees_content=Intents.MESSAGE_CONTENT in intents)
    guild = message.channel.guild
    if guild:
        body["guild_id"] = str(guild.id)
        if member := guild.members.get(message.author.id):
            body["member"] = guilds.member_json(member, with_user=False)
    return body
