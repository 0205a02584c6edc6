"""Interactions: what a member did to the bot, and what the bot has answered so far."""

import asyncio
import base64
import secrets
import time
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.discord.constants import CallbackType, InteractionType
from sandbox.discord.entities import Cause, Channel, Message, User
from sandbox.discord.snowflakes import next_id


@dataclass(eq=False, kw_only=True)
class Interaction:
    """One interaction. `data` is Discord's JSON; `source` the message with the button, `target` a menu's message."""

    type: InteractionType
    application_id: int
    user: User
    channel: Channel = field(repr=False)
    data: dict[str, Any] = field(repr=False)
    made_at: float = field(default_factory=time.time)
    id: int = field(default_factory=next_id)
    token: str = field(default="", repr=False)
    source: Message | None = field(default=None, repr=False)
    target: Message | None = field(default=None, repr=False)
    trigger: "Interaction | None" = field(default=None, repr=False)
    callback: CallbackType | None = None
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
        return self.data["name"] if self.type is InteractionType.COMMAND else None

    @property
    def age(self) -> float:
        """Seconds since it was sent to the bot."""
        return time.time() - self.made_at

    @property
    def cause(self) -> Cause:
        """What a message that is made now remembers of it."""
        original = self.original if self.original is not self.source else None
        target = self.target if self.type is InteractionType.COMMAND else None
        source = self.source if self.type is InteractionType.COMPONENT else None
        return Cause(
            application_id=self.application_id,
            id=self.id,
            type=self.type,
            user=self.user,
            command_name=self.command_name,
            guild_id=self.channel.guild_id,
            original_id=original.id if original else None,
            target_id=target.id if target else None,
            source_id=source.id if source else None,
            trigger=replace(self.trigger.cause, original_id=None) if self.trigger else None,
        )
