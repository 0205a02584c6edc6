"""The second client at work: hikari, logged in to the sandbox, with all it heard and all it failed to understand."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import hikari
from hikari.events import application_events, auto_mod_events

from sandbox.discord import Discord

INTENTS = (
    hikari.Intents.GUILDS
    | hikari.Intents.GUILD_MESSAGES
    | hikari.Intents.DM_MESSAGES
    | hikari.Intents.AUTO_MODERATION_CONFIGURATION
    | hikari.Intents.AUTO_MODERATION_EXECUTION
)

MEANING: dict[str, tuple[type[hikari.Event], ...]] = {
    "READY": (hikari.ShardReadyEvent,),
    "RESUMED": (hikari.ShardResumedEvent,),
    "GUILD_CREATE": (hikari.GuildAvailableEvent, hikari.GuildJoinEvent),
    "GUILD_UPDATE": (hikari.GuildUpdateEvent,),
    "GUILD_DELETE": (hikari.GuildLeaveEvent, hikari.GuildUnavailableEvent),
    "AUTO_MODERATION_RULE_CREATE": (auto_mod_events.AutoModRuleCreateEvent,),
    "AUTO_MODERATION_RULE_UPDATE": (auto_mod_events.AutoModRuleUpdateEvent,),
    "AUTO_MODERATION_RULE_DELETE": (auto_mod_events.AutoModRuleDeleteEvent,),
    "AUTO_MODERATION_ACTION_EXECUTION": (auto_mod_events.AutoModActionExecutionEvent,),
    "APPLICATION_COMMAND_PERMISSIONS_UPDATE": (application_events.ApplicationCommandPermissionsUpdateEvent,),
    "GUILD_MEMBER_UPDATE": (hikari.MemberUpdateEvent,),
    "GUILD_ROLE_CREATE": (hikari.RoleCreateEvent,),
    "GUILD_ROLE_UPDATE": (hikari.RoleUpdateEvent,),
    "GUILD_ROLE_DELETE": (hikari.RoleDeleteEvent,),
    "CHANNEL_CREATE": (hikari.GuildChannelCreateEvent,),
    "CHANNEL_UPDATE": (hikari.GuildChannelUpdateEvent,),
    "CHANNEL_DELETE": (hikari.GuildChannelDeleteEvent,),
    "THREAD_CREATE": (hikari.GuildThreadCreateEvent, hikari.GuildThreadAccessEvent),
    "THREAD_UPDATE": (hikari.GuildThreadUpdateEvent,),
    "THREAD_DELETE": (hikari.GuildThreadDeleteEvent,),
    "MESSAGE_CREATE": (hikari.MessageCreateEvent,),
    "MESSAGE_UPDATE": (hikari.MessageUpdateEvent,),
    "MESSAGE_DELETE": (hikari.MessageDeleteEvent,),
    "MESSAGE_DELETE_BULK": (hikari.GuildBulkMessageDeleteEvent,),
    "INTERACTION_CREATE": (hikari.InteractionCreateEvent,),
}
"""What the library makes of each event of the gateway."""

Kind = TypeVar("Kind", bound=hikari.Event)


@dataclass(kw_only=True)
class SecondClient:
    """The client: `raw` are the dispatches that arrived, by name, `parsed` what it made of them."""

    bot: hikari.GatewayBot
    raw: Counter[str] = field(default_factory=Counter)
    parsed: list[hikari.Event] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def rest(self) -> hikari.api.RESTClient:
        return self.bot.rest

    async def hear(self, event: hikari.Event) -> None:
        self.parsed.append(event)
        if isinstance(event, hikari.ShardPayloadEvent):
            self.raw[event.name] += 1
        if isinstance(event, hikari.ExceptionEvent):
            self.failures.append(f"{event.exception!r} at {type(event.failed_event).__name__}")

    def of(self, *kinds: type[Kind]) -> list[Kind]:
        """The parsed events of these kinds, oldest first."""
        return [event for event in self.parsed if isinstance(event, kinds)]

    async def until(self, kind: type[Kind], count: int = 1) -> Kind:
        """The newest event of this kind, once there are so many. Fails at once when something was not understood."""
        async with asyncio.timeout(10):
            while len(self.of(kind)) < count:
                assert not self.failures, self.failures
                await asyncio.sleep(0.01)
        return self.of(kind)[-1]

    def misunderstood(self) -> list[str]:
        """What it failed to parse, and the dispatches it made nothing of."""
        made_nothing_of = [name for name, count in self.raw.items() if len(self.of(*MEANING.get(name, ()))) != count]
        return self.failures + made_nothing_of


class Complaints(logging.Handler):
    """Keeps the errors the library logs: it carries on after an answer or event it cannot use."""

    def __init__(self, failures: list[str]) -> None:
        super().__init__(logging.ERROR)
        self.failures = failures

    def emit(self, record: logging.LogRecord) -> None:
        self.failures.append(f"{record.getMessage()} {record.exc_info}")


@asynccontextmanager
async def logged_in(discord: Discord) -> AsyncIterator[SecondClient]:
    """The client, ready. At the end it must have understood everything it was told."""
    bot = hikari.GatewayBot(discord.token, rest_url=discord.api_url, intents=INTENTS, banner=None, logs=None)
    client = SecondClient(bot=bot)
    complaints = Complaints(client.failures)
    logging.getLogger("hikari").addHandler(complaints)
    # an event it cannot parse ends in the loop's handler, not in its log
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: client.failures.append(told(context)))
    bot.subscribe(hikari.Event, client.hear)
    try:
        await bot.start(check_for_updates=False)
        await client.until(hikari.ShardReadyEvent)
        await client.until(hikari.GuildAvailableEvent, len(discord.state.guilds))
        yield client
        await asyncio.sleep(0.05)
        assert not client.misunderstood(), client.misunderstood()
    finally:
        await bot.close()
        loop.set_exception_handler(None)
        logging.getLogger("hikari").removeHandler(complaints)


def told(context: dict[str, Any]) -> str:
    """What the loop was told of an exception nobody caught."""
    return f"{context.get('message')}: {context.get('exception')!r} in {str(context.get('payload'))[:500]}"
