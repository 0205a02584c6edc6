"""The driver: members of a server as a test or a demo uses them, so that it reads as a story."""

import asyncio
import dataclasses
import inspect
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from aiohttp import ClientSession

from sandbox.discord import (
    automod,
    callbacks,
    command_input,
    form_input,
    forwarding,
    messages,
    pins,
    previews,
    server,
    threads,
)
from sandbox.discord.constants import (
    POSTS_ONLY,
    CallbackType,
    ChannelType,
    CommandType,
    InteractionType,
    MessageFlag,
    MessageType,
    Permissions,
)
from sandbox.discord.entities import Channel, ForumTag, Guild, Message, Role, User
from sandbox.discord.errors import DriverError, Refusal, refuse
from sandbox.discord.files import Upload
from sandbox.discord.input_values import Resolved
from sandbox.discord.interactions import Interaction
from sandbox.discord.payloads.messages import message_json
from sandbox.discord.permission_sets import MODERATOR
from sandbox.discord.permissions import permissions_in
from sandbox.discord.previews import Preview
from sandbox.discord.server import Discord
from sandbox.discord.validation import check_message, check_thread
from sandbox.transcript import message_text, transcript

__all__ = [
    "Answer",
    "Blocked",
    "DriverError",
    "Member",
    "Preview",
    "Upload",
    "WaitedTooLong",
    "join",
    "transcript",
    "wait_for",
]

T = TypeVar("T")

SILENCE = "The application did not respond"
TICK = 0.25
"""Seconds after which a wait looks again though nothing changed, for predicates about other things than Discord."""
KINDS = {
    CallbackType.MESSAGE: "message",
    CallbackType.DEFERRED_MESSAGE: "deferred",
    CallbackType.UPDATE: "update",
    CallbackType.DEFERRED_UPDATE: "deferred_update",
    CallbackType.MODAL: "modal",
    CallbackType.CHOICES: "autocomplete",
}


class WaitedTooLong(AssertionError):
    """What was waited for did not come; the message carries what the channels looked like."""


class Blocked(DriverError):
    """AutoMod kept a message back, so that it reached nobody; `notice` is what the rule has its author told."""

    def __init__(self, hit: automod.Hit) -> None:
        super().__init__(
            f"AutoMod keeps this message back ({hit.rule.body['name']}): {hit.notice or 'no reason given'}"
        )
        self.rule = hit.rule
        self.notice = hit.notice


class Answer:
    """What the bot answered to one interaction, as the person sees it; later edits show here too."""

    def __init__(self, interaction: Interaction, failed: str | None) -> None:
        self.interaction = interaction
        self.failed = failed
        answered_at = interaction.answered_at
        self.took_ms = ((answered_at or time.time()) - interaction.made_at) * 1000

    def __repr__(self) -> str:
        return f"<Answer {self.kind} {self.failed or ''} {message_text(self.message) if self.message else ''}>"

    @property
    def kind(self) -> str:
        """message, deferred, update, deferred_update, modal, autocomplete, or none."""
        return KINDS[self.interaction.callback] if self.interaction.callback and not self.failed else "none"

    @property
    def message(self) -> Message | None:
        """The message answered with, or the one that was changed."""
        return self.interaction.original

    @property
    def ephemeral(self) -> bool:
        """Whether only this person sees it."""
        return self.interaction.ephemeral

    @property
    def follow_ups(self) -> list[Message]:
        """What came after the answer by the same token."""
        return self.interaction.follow_ups

    @property
    def modal(self) -> dict[str, Any] | None:
        """The form that opened, in Discord's JSON."""
        return self.interaction.modal

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The suggestions of an autocomplete."""
        return self.interaction.choices


class Member:
    """A person: runs commands, presses buttons, fills forms, talks and reads.

    Raises DriverError for what Discord's own client would not allow.
    """

    def __init__(self, discord: Discord, user: User, guild: Guild | None = None) -> None:
        self.user = user
        self.guild = guild
        self._discord = discord
        self._state = discord.state

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def mention(self) -> str:
        return self.user.mention

    @property
    def direct(self) -> Channel:
        """This person's direct messages with the bot."""
        return self._state.open_direct(self.user)

    async def run(self, channel: Channel, command: str, **options: object) -> Answer:
        """Run a slash command; a subcommand is written behind its command: `"jobs list"`."""
        name, *path = command.split()
        found = command_input.find_command(self._state, channel, self.user, name)
        resolved = self._resolved(channel)
        given = {key: _bare(value) for key, value in options.items() if value is not None}
        filled = command_input.fill(found, path, given, resolved)
        return await self._send(InteractionType.COMMAND, channel, _command_data(found, filled, resolved))

    async def use(self, message: Message, menu: str) -> Answer:
        """Use a message command, from the menu behind a message."""
        self._look_at(message)
        found = command_input.find_command(self._state, message.channel, self.user, menu, type=CommandType.MESSAGE_MENU)
        resolved = self._resolved(message.channel)
        resolved.found["messages"] = {str(message.id): message_json(message, reader=self._state.bot)}
        data = _command_data(found, [], resolved) | {"target_id": str(message.id)}
        return await self._send(InteractionType.COMMAND, message.channel, data, target=message)

    async def autocomplete(
        self, channel: Channel, command: str, option: str, text: str, **filled: object
    ) -> list[dict[str, Any]]:
        """The suggestions for an option while `text` is typed, as every client takes them; none when they came late."""
        name, *path = command.split()
        found = command_input.find_command(self._state, channel, self.user, name)
        resolved = self._resolved(channel)
        options = command_input.fill_part(found, path, filled, resolved)
        data = _command_data(found, command_input.focus(options, found, path, option, text), resolved)
        choices = (await self._send(InteractionType.AUTOCOMPLETE, channel, data)).choices
        command_input.check_suggestions(found, path, option, choices)
        return choices

    async def press(self, message: Message, button: str) -> Answer:
        """Press the button with this label or custom id."""
        self._look_at(message)
        found = form_input.find_button(message, button)
        return await self._use_component(message, found, {})

    async def choose(self, message: Message, menu: str, values: object) -> Answer:
        """Choose in the select menu with this custom id or placeholder."""
        self._look_at(message)
        found = form_input.find_menu(message, menu)
        resolved = self._resolved(message.channel)
        listed = _bare(list(values) if isinstance(values, list | tuple) else [values])
        picked: dict[str, Any] = {"values": form_input.pick(found, listed, resolved)}
        return await self._use_component(message, found, picked | _with(resolved))

    def preset(self, message: Message, menu: str) -> list[Any]:
        """What this menu shows as chosen already: values of its options, or the people, roles and channels."""
        self._look_at(message)
        return form_input.preset_of(form_input.find_menu(message, menu), self._resolved(message.channel))

    async def submit(self, form: Answer, **fields: object) -> Answer:
        """Submit the modal of an answer; fields are named by label or custom id, the others keep their preset."""
        if form.modal is None:
            raise DriverError(f"no form opened: {form!r}")
        trigger = form.interaction
        resolved = self._resolved(trigger.channel)
        given = {name: _bare(value) for name, value in fields.items()}
        filled = form_input.fill_form(form.modal, given, resolved)
        data = {"custom_id": form.modal["custom_id"], "components": filled} | _with(resolved)
        return await self._send(InteractionType.MODAL, trigger.channel, data, source=trigger.source, trigger=trigger)

    async def say(
        self,
        channel: Channel,
        content: str = "",
        *,
        files: Sequence[Upload] = (),
        links: Sequence[Preview] = (),
        reply_to: Message | None = None,
        ping: bool = True,
    ) -> Message:
        """Send a message; a reply pings its author unless `ping` is off. `links` tells what links in it lead to."""
        previews.check(content, links)
        type = MessageType.REPLY if reply_to else MessageType.DEFAULT
        message = Message(channel=channel, author=self.user, type=type, reference=reply_to)
        self._put(message, {"content": content, "allowed_mentions": _everything(ping)}, files)
        previews.unfurl(self._state, message, links)
        await asyncio.sleep(0)
        return message

    async def speak(self, channel: Channel, sound: Upload, *, reply_to: Message | None = None) -> Message:
        """Send a voice message: a sound alone, without words. Source: message resource, "Voice Messages"."""
        if not self._may(channel, Permissions.SEND_VOICE_MESSAGES):
            raise DriverError(f"{self.name} may not send voice messages in {channel.name}")
        type = MessageType.REPLY if reply_to else MessageType.DEFAULT
        message = Message(
            channel=channel, author=self.user, type=type, reference=reply_to, flags=int(MessageFlag.VOICE)
        )
        self._put(message, {"allowed_mentions": _everything(ping=True)}, [dataclasses.replace(sound, seconds=2.0)])
        await asyncio.sleep(0)
        return message

    async def edit(self, message: Message, content: str, *, links: Sequence[Preview] = ()) -> None:
        """Write an own message anew. Whom a reply called stays called; what other links showed goes."""
        if message.author is not self.user or message.deleted:
            raise DriverError(f"{self.name} may not edit this message")
        previews.check(content, links)
        ping = message.reference is not None and message.reference.author in message.mentions
        payload = {"content": content, "allowed_mentions": _everything(ping)}
        try:
            refuse(check_message(payload, editing=True, existing=messages.existing_json(message)))
        except Refusal as refusal:
            raise DriverError(f"{self.name} may not write this: {refusal}") from refusal
        self._pass_automod(message.channel, content)
        message.previews = [one for one in message.previews if one["url"] in content]
        messages.change(self._state, message, payload, {})
        previews.unfurl(self._state, message, links)
        await asyncio.sleep(0)

    async def forward(self, message: Message, channel: Channel) -> Message:
        """Forward a message as it looks now into another channel."""
        self._look_at(message)
        try:
            forwarded = forwarding.forward(self._state, message, self.user, channel)
        except Refusal as refusal:
            raise DriverError(f"{self.name} may not forward to {channel.name}: {refusal}") from refusal
        await asyncio.sleep(0)
        return forwarded

    async def open_thread(
        self,
        channel: Channel,
        name: str,
        *,
        first: str = "",
        on: Message | None = None,
        private: bool = False,
        tags: Sequence[ForumTag] = (),
    ) -> Channel:
        """A thread on a message, by itself, or a forum post with its `first` message and its tags."""
        try:
            refuse(check_thread({"name": name}, from_message=True))
            if on:
                return threads.open_on(self._state, on, self.user, name)
            if channel.type in POSTS_ONLY:
                self._pass_automod(channel, first or name)
                chosen = [tag.id for tag in tags]
                thread = threads.open_post(self._state, channel, self.user, name, chosen=chosen)
                opening = Message(channel=thread, author=self.user, id=thread.id)
                messages.post(self._state, opening, {"content": first or name}, {})
                return thread
            kind = ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD
            return threads.open_alone(self._state, channel, self.user, name, kind)
        except Refusal as refusal:
            raise DriverError(f"{self.name} may not open a thread in {channel.name}: {refusal}") from refusal

    async def invite(self, thread: Channel, somebody: "Member | User") -> None:
        """Let somebody into a thread: a member, or the bot."""
        if not self._may(thread, Permissions.SEND_MESSAGES_IN_THREADS):
            raise DriverError(f"{self.name} may not invite into {thread.name}")
        threads.add_member(self._state, thread, somebody.user if isinstance(somebody, Member) else somebody)

    async def delete(self, message: Message) -> None:
        """Delete an own message, or as a moderator somebody's."""
        if message.author is not self.user and not self._may(message.channel, Permissions.MANAGE_MESSAGES):
            raise DriverError(f"{self.name} may not delete this message")
        messages.remove(self._state, message)

    async def pin(self, message: Message, *, pinned: bool = True) -> None:
        """Pin a message where it stands, or take its pin away."""
        self._look_at(message)
        try:
            (pins.pin if pinned else pins.unpin)(self._state, message, self.user)
        except Refusal as refusal:
            raise DriverError(f"{self.name} may not pin in {message.channel.name}: {refusal}") from refusal

    async def see(self, channel: Channel) -> list[Message]:
        """The messages this person can see, oldest first: nobody else's ephemeral ones."""
        if not self._may(channel, Permissions.VIEW_CHANNEL | Permissions.READ_MESSAGE_HISTORY):
            return []
        return [one for one in channel.messages.values() if one.ephemeral_for in (None, self.user)]

    async def download(self, url: str) -> bytes:
        """The file behind a link, as a client would load it; raises aiohttp's error when the link is dead."""
        async with ClientSession(raise_for_status=True) as session, session.get(url) as response:
            return await response.read()

    async def _use_component(self, message: Message, component: dict[str, Any], more: dict[str, Any]) -> Answer:
        data = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component["id"],
        }
        return await self._send(InteractionType.COMPONENT, message.channel, data | more, source=message)

    async def _send(
        self,
        type: InteractionType,
        channel: Channel,
        data: dict[str, Any],
        *,
        source: Message | None = None,
        target: Message | None = None,
        trigger: Interaction | None = None,
    ) -> Answer:
        interaction = Interaction(
            type=type,
            application_id=self._state.application.id,
            user=self.user,
            channel=channel,
            data=data,
            source=source,
            target=target,
            trigger=trigger,
        )
        callbacks.send(self._state, interaction, copies=self._discord.faults.copies())
        try:
            async with asyncio.timeout(self._discord.limits.answer_deadline):
                await interaction.answered.wait()
        except TimeoutError:
            return Answer(interaction, SILENCE)
        return Answer(interaction, None)

    def _put(self, message: Message, payload: dict[str, Any], files: Sequence[Upload]) -> None:
        numbered = dict(enumerate(files))
        try:
            threads.allow_sending(message.channel, self.user)
            refuse(check_message(payload, files=numbered))
            self._pass_automod(message.channel, payload.get("content", ""))
            messages.post(self._state, message, payload, numbered)
        except Refusal as refusal:
            raise DriverError(f"{self.name} may not say this in {message.channel.name}: {refusal}") from refusal

    def _pass_automod(self, channel: Channel, text: str) -> None:
        """What somebody types passes the server's rules first. What goes through an interaction does not.

        Raises Blocked when a rule keeps it back.
        """
        broken = automod.hits(channel, self.user, text)
        for hit in broken:
            self._state.tell.rule_broken(hit, channel, self.user, text)
        if blocking := next((hit for hit in broken if hit.blocks), None):
            raise Blocked(blocking)

    def _resolved(self, channel: Channel) -> Resolved:
        return Resolved(state=self._state, channel=channel, person=self.user)

    def _may(self, channel: Channel, needed: Permissions) -> bool:
        return needed in permissions_in(channel, self.user)

    def _look_at(self, message: Message) -> None:
        visible = message.ephemeral_for in (None, self.user) and self._may(message.channel, Permissions.VIEW_CHANNEL)
        if message.deleted or not visible:
            raise DriverError(f"{self.name} does not see this message")


def join(
    discord: Discord,
    guild: Guild,
    name: str,
    *,
    moderator: bool = False,
    roles: tuple[Role, ...] = (),
    locale: str = "en-US",
    joined_at: float | None = None,
) -> Member:
    """A new person in the guild, since `joined_at` (unix seconds); a moderator may manage messages and threads."""
    if moderator:
        roles = (*roles, guild.add_role("Moderator", MODERATOR))
    return Member(discord, guild.add_member(name, roles=roles, locale=locale, joined_at=joined_at), guild)


async def wait_for(
    predicate: Callable[[], T],
    *,
    timeout: float = 30.0,  # noqa: ASYNC109 - the name a story reads best
    what: str | None = None,
) -> T:
    """Wait until the predicate is true and return its value; looked at whenever some running Discord changes.

    Raises WaitedTooLong with every channel's transcript after `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    while True:
        changes = [one.state.changes.next() for one in server.running]
        if value := predicate():
            return value
        left = deadline - time.monotonic()
        if left <= 0:
            raise WaitedTooLong(f"{what or _source(predicate)}: not within {timeout} s\n{_everywhere()}")
        await _first(changes, min(left, TICK))


async def _first(changes: list[asyncio.Future[None]], seconds: float) -> None:
    if changes:
        await asyncio.wait(changes, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    else:
        await asyncio.sleep(seconds)


def _everywhere() -> str:
    channels = [channel for one in server.running for channel in one.state.channels.values()]
    return "\n\n".join(transcript(channel) for channel in channels if channel.messages and not channel.is_thread)


def _source(predicate: Callable[[], object]) -> str:
    try:
        return inspect.getsource(predicate).strip()
    except (OSError, TypeError):
        return "what was waited for"


def _command_data(command: dict[str, Any], options: list[dict[str, Any]], resolved: Resolved) -> dict[str, Any]:
    data: dict[str, Any] = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    if options:
        data["options"] = options
    return data | _with(resolved)


def _with(resolved: Resolved) -> dict[str, Any]:
    return {"resolved": resolved.found} if resolved.found else {}


def _bare(value: Any) -> Any:
    """Members as the accounts that they are, in lists too."""
    if isinstance(value, list):
        return [_bare(one) for one in value]
    return value.user if isinstance(value, Member) else value


def _everything(ping: bool) -> dict[str, Any]:
    return {"parse": ["users", "roles", "everyone"], "replied_user": ping}
