"""Interactions: what a member did to the bot, the one answer it may get in three seconds, and what that answer does."""

import asyncio
import base64
import secrets
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from sandbox.discord import posting
from sandbox.discord.errors import Refusal
from sandbox.discord.interaction_payloads import interaction_json
from sandbox.discord.message_payloads import with_ids
from sandbox.discord.posts import EPHEMERAL, LOADING, MENU, REPLY, SLASH, Message
from sandbox.discord.snowflakes import next_id
from sandbox.discord.validation import check_callback

if TYPE_CHECKING:
    from sandbox.discord.places import Channel, User
    from sandbox.discord.state import State


class Kind(IntEnum):
    """Discord's interaction types."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(IntEnum):
    """Discord's interaction callback types, as far as bots like this one use them."""

    MESSAGE = 4
    DEFERRED = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(eq=False, kw_only=True)
class Interaction:
    """One interaction. `data` is Discord's JSON; `source` the message with the button, `target` a menu's message."""

    kind: Kind
    user: "User"
    channel: "Channel" = field(repr=False)
    data: dict[str, Any] = field(repr=False)
    made_at: float
    id: int = field(default_factory=next_id)
    token: str = field(default="", repr=False)
    source: Message | None = field(default=None, repr=False)
    target: Message | None = field(default=None, repr=False)
    trigger: "Interaction | None" = field(default=None, repr=False)
    callback: Callback | None = None
    answered_at: float | None = None
    original: Message | None = field(default=None, repr=False)
    follow_ups: list[Message] = field(default_factory=list, repr=False)
    ephemeral: bool = False
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] = field(default_factory=list)
    answered: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def __post_init__(self) -> None:
        seed = f"interaction:{self.id}:{secrets.token_urlsafe(48)}"
        self.token = base64.urlsafe_b64encode(seed.encode()).decode().rstrip("=")

    @property
    def command_name(self) -> str | None:
        return self.data["name"] if self.kind is Kind.COMMAND else None

    @property
    def owners(self) -> dict[str, str]:
        """Who installed the app: the guild, or in a direct message nobody in particular."""
        return {"0": str(self.channel.guild.id) if self.channel.guild else "0"}

    def age(self) -> float:
        """Seconds since it was sent to the bot."""
        return self.channel.state.clock() - self.made_at


def send(state: "State", interaction: Interaction, *, copies: int = 1) -> None:
    """Tell the bot of an interaction; more than one copy is what overlapping sessions do."""
    state.interactions[interaction.id] = state.tokens[interaction.token] = interaction
    body = interaction_json(state, interaction)
    for _ in range(copies):
        state.tell.interaction(interaction.channel.guild, body)


def answer(
    state: "State", interaction_id: int, token: str, payload: dict[str, Any], files: posting.Files
) -> Interaction:
    """Apply the bot's callback.

    Raises Refusal 10062 when unknown or later than the deadline, 40060 when answered before, 50035 and 50006 for a
    callback that does not fit.
    """
    interaction = state.interactions.get(interaction_id)
    if interaction is None or interaction.token != token:
        raise Refusal(10062)
    if interaction.callback is not None:
        raise Refusal(40060)
    if interaction.age() > state.limits.answer_deadline:
        raise Refusal(10062)
    existing = posting.existing_json(interaction.source) if interaction.source else None
    posting.refuse(check_callback(payload, kind=int(interaction.kind), files=files, existing=existing))
    _apply(interaction, Callback(payload["type"]), payload.get("data") or {}, files)
    interaction.callback = Callback(payload["type"])
    interaction.answered_at = state.clock()
    interaction.answered.set()
    state.changes.ring()
    return interaction


def _apply(interaction: Interaction, callback: Callback, data: dict[str, Any], files: posting.Files) -> None:
    match callback:
        case Callback.MESSAGE | Callback.DEFERRED:
            interaction.ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
            interaction.original = _first_message(interaction, data, files, loading=callback is Callback.DEFERRED)
        case Callback.DEFERRED_UPDATE:
            interaction.original = interaction.source
        case Callback.UPDATE:
            assert interaction.source is not None
            interaction.original = posting.change(interaction.source, data, files)
        case Callback.CHOICES:
            interaction.choices = data["choices"]
        case Callback.MODAL:
            interaction.modal = {**data, "components": with_ids(data["components"])}


def _first_message(interaction: Interaction, data: dict[str, Any], files: posting.Files, *, loading: bool) -> Message:
    channel = interaction.channel
    return posting.post(
        channel,
        channel.state.bot,
        data,
        files,
        interaction=interaction,
        ephemeral_for=interaction.user if interaction.ephemeral else None,
        type=_message_type(interaction),
        reference=interaction.source,
        flags=LOADING if loading else 0,
    )


def _message_type(interaction: Interaction) -> int:
    if interaction.source:
        return REPLY
    return MENU if interaction.target else SLASH


def by_token(state: "State", token: str) -> Interaction:
    """The interaction whose follow-ups this token may write.

    Raises Refusal 10015 when unknown or not answered yet, 50027 when its 15 minutes are over.
    """
    interaction = state.tokens.get(token)
    if interaction is None:
        raise Refusal(10015)
    if interaction.age() > state.limits.token_life:
        raise Refusal(50027)
    if interaction.callback is None:
        raise Refusal(10015)
    return interaction


def follow_up(interaction: Interaction, payload: dict[str, Any], files: posting.Files) -> Message:
    """A further message by the token; directly after a deferral it fills the waiting message instead."""
    original = interaction.original
    posting.check_new(payload, files, interaction=True)
    if original and original.loading:
        return posting.change(original, payload, files)
    ephemeral = bool((payload.get("flags") or 0) & EPHEMERAL)
    message = posting.post(
        interaction.channel,
        interaction.channel.state.bot,
        payload,
        files,
        interaction=interaction,
        ephemeral_for=interaction.user if ephemeral else None,
        type=REPLY if original else _message_type(interaction),
        reference=original,
    )
    interaction.follow_ups.append(message)
    return message
