"""Pins: what is kept at the top of a channel, by whom, and how many there may be."""

import time

from sandbox.discord.constants import WRITTEN, MessageType, Permissions
from sandbox.discord.entities import Channel, Message, User
from sandbox.discord.errors import Refusal
from sandbox.discord.permissions import require
from sandbox.discord.state import State
from sandbox.discord.threads import refuse_archived

PINS_MOST = 250
"""Source: opcodes and status codes, 30003."""
APART = 0.001
"""Seconds between two pins at least: pages are asked for by their times."""


def pin(state: State, message: Message, user: User) -> None:
    """Pin a message, and have Discord tell of it with a message of its own. One that is pinned already stays so.

    Raises Refusal 50001, 50013, 50021 for a message of Discord's own, 50083, 30003 where there are too many.
    """
    channel = message.channel
    _allow(channel, user)
    if message.type not in WRITTEN:
        raise Refusal(50021)
    if message.pinned_at:
        return
    if len(channel.pinned) >= PINS_MOST:
        raise Refusal(30003)
    message.pinned_at = _moment(channel)
    _tell(state, message)
    note = Message(
        channel=channel, author=user, type=MessageType.PINNED, reference=message, reference_channel_id=channel.id
    )
    channel.messages[note.id] = note
    state.tell.message_added(note)


def unpin(state: State, message: Message, user: User) -> None:
    """Take a pin away, if there is one.

    Raises Refusal 50001, 50013, 50083.
    """
    _allow(message.channel, user)
    if message.pinned_at:
        message.pinned_at = None
        _tell(state, message)


def _allow(channel: Channel, user: User) -> None:
    """Managing messages gives no right to pin any more. Source: change log, 2026-02, PIN_MESSAGES."""
    require(channel, user, Permissions.PIN_MESSAGES)
    refuse_archived(channel)


def _tell(state: State, message: Message) -> None:
    state.tell.pins_changed(message.channel)
    state.tell.message_changed(message)


def _moment(channel: Channel) -> float:
    newest = next(iter(channel.pinned), None)
    return max(time.time(), (newest.pinned_at or 0.0) + APART if newest else 0.0)
