"""Callbacks: telling the bot of an interaction, and what its one answer in three seconds and its follow-ups do."""

import time

from sandbox.discord import messages
from sandbox.discord.constants import CallbackType, MessageFlag, MessageType
from sandbox.discord.entities import Message
from sandbox.discord.errors import Refusal
from sandbox.discord.interactions import Interaction
from sandbox.discord.messages import Files, Payload
from sandbox.discord.payloads.components import with_ids
from sandbox.discord.payloads.interactions import interaction_json
from sandbox.discord.state import State


def send(state: State, interaction: Interaction, *, copies: int = 1) -> None:
    """Tell the bot of an interaction; more than one copy is what overlapping sessions do."""
    state.interactions[interaction.id] = state.tokens[interaction.token] = interaction
    body = interaction_json(state, interaction)
    for _ in range(copies):
        state.tell.interaction(interaction.channel.guild, body)


def open_one(state: State, interaction_id: int, token: str) -> Interaction:
    """The interaction that waits for its callback.

    Raises Refusal 10062 when unknown or later than the deadline, 40060 when answered before.
    """
    interaction = state.interactions.get(interaction_id)
    if interaction is None or interaction.token != token:
        raise Refusal(10062)
    if interaction.callback is not None:
        raise Refusal(40060)
    if interaction.age > state.limits.answer_deadline:
        raise Refusal(10062)
    return interaction


def answer(state: State, interaction: Interaction, payload: Payload, files: Files) -> None:
    """Apply a callback that was checked already.

    Raises Refusal 40005 and 50035 where its message cannot be posted.
    """
    callback = CallbackType(payload["type"])
    _apply(state, interaction, callback, payload.get("data") or {}, files)
    interaction.callback = callback
    interaction.answered_at = time.time()
    interaction.answered.set()
    state.changes.ring()


def _apply(state: State, interaction: Interaction, callback: CallbackType, data: Payload, files: Files) -> None:
    match callback:
        case CallbackType.MESSAGE | CallbackType.DEFERRED_MESSAGE:
            loading = callback is CallbackType.DEFERRED_MESSAGE
            interaction.ephemeral = _is_ephemeral(data)
            interaction.original = _first_message(state, interaction, data, files, loading=loading)
        case CallbackType.DEFERRED_UPDATE:
            interaction.original = interaction.source
        case CallbackType.UPDATE:
            assert interaction.source is not None
            interaction.original = messages.change(state, interaction.source, data, files)
        case CallbackType.CHOICES:
            interaction.choices = data["choices"]
        case CallbackType.MODAL:
            interaction.modal = {**data, "components": with_ids(data["components"])}


def _is_ephemeral(data: Payload) -> bool:
    return bool((data.get("flags") or 0) & MessageFlag.EPHEMERAL)


def _first_message(state: State, interaction: Interaction, data: Payload, files: Files, *, loading: bool) -> Message:
    message = Message(
        channel=interaction.channel,
        author=state.bot,
        cause=interaction.cause,
        ephemeral_for=interaction.user if interaction.ephemeral else None,
        type=_message_type(interaction),
        reference=interaction.source,
        flags=MessageFlag.LOADING if loading else 0,
    )
    return messages.post(state, message, data, files)


def _message_type(interaction: Interaction) -> MessageType:
    if interaction.source:
        return MessageType.REPLY
    return MessageType.MENU if interaction.target else MessageType.SLASH


def by_token(state: State, token: str) -> Interaction:
    """The interaction whose follow-ups this token may write.

    Raises Refusal 10015 when unknown or not answered yet, 50027 when its 15 minutes are over.
    """
    interaction = state.tokens.get(token)
    if interaction is None:
        raise Refusal(10015)
    if interaction.age > state.limits.token_life:
        raise Refusal(50027)
    if interaction.callback is None:
        raise Refusal(10015)
    return interaction


def follow_up(state: State, interaction: Interaction, payload: Payload, files: Files) -> Message:
    """A further message by the token, checked already; directly after a deferral it fills the waiting message."""
    original = interaction.original
    if original and original.loading:
        return messages.change(state, original, payload, files)
    message = Message(
        channel=interaction.channel,
        author=state.bot,
        cause=interaction.cause,
        ephemeral_for=interaction.user if _is_ephemeral(payload) else None,
        type=MessageType.REPLY if original else _message_type(interaction),
        reference=original,
    )
    interaction.follow_ups.append(messages.post(state, message, payload, files))
    return message
