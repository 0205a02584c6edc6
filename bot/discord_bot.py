"""The Discord client: what it listens to, whom it may ping, which extensions it loads, when it syncs its commands."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable
from typing import Any

import aiohttp
import discord
import yarl
from discord.ext import commands

from . import clock
from .actions import Actions
from .discord_away import asked_pause, in_a_line
from .lookup import Lookup
from .pace import Pace
from .retry import retry
from .store import Store
from .tracker import Tracker
from .tracker.persistence import persist

log = logging.getLogger(__name__)

EXTENSIONS = (
    "cogs.words.command_texts",
    "cogs.admitting.owners",
    "cogs.admitting.asking",
    "cogs.admitting.greeting",
    "cogs.admitting.notices",
    "cogs.asking.command_permissions",
    "cogs.asking.video",
    "cogs.asking.compose",
    "cogs.asking.mention",
    "cogs.asking.unexpected",
    "cogs.brainstorming.start",
    "cogs.brainstorming.saying",
    "cogs.brainstorming.shot_adding",
    "cogs.finding.clips",
    "cogs.finding.queue",
    "cogs.moderating.moderate",
    "cogs.moderating.waiting",
    "cogs.moderating.automod",
    "cogs.moderating.usage",
    "cogs.moderating.privacy",
    "cogs.moderating.servers",
    "cogs.moderating.settings",
    "cogs.moderating.doctor",
    "cogs.pressing.presses",
    "cogs.pressing.picture_menu",
    "cogs.showing.delivery",
    "cogs.showing.places",
)

# A longer wait for a rate limit is raised to the caller, who has something better to do. Discord.py allows no less.
LONGEST_RATE_LIMIT = 30.0

# A little more than the 5 seconds. Source: Gateway, "Rate Limiting" (max_concurrency is 1 for all but large bots).
IDENTIFY_EVERY = 5.2

# Discord wants every client of its API to name itself in this form. Source: API reference, "User Agent".
USER_AGENT = f"DiscordBot (https://github.com/Rapptz/discord.py, {discord.__version__})"

# How discord.py 2.7.1 calls the tasks in which it has events, commands and components handled.
HANDLING = ("discord.py: ", "CommandTree-", "discord-ui-")

# None of these is privileged: of messages only those that mention the bot, or are private to it, can be read.
INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, auto_moderation_configuration=True)

# Nothing here speaks: the library need not say that it lacks what voice wants.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


class Bucket(discord.http.Ratelimit):
    """A rate limit that refuses a long wait only when there is one.

    With a longest wait set, discord.py 2.7.1 refuses every call to a route whose window resets later than that, calls
    that are still allowed among them: after the first thread of a guild the next would wait for minutes.
    """

    async def acquire(self) -> None:
        longest = self._max_ratelimit_timeout
        # with a call left nothing is awaited below, so nobody else sees the missing limit
        self._max_ratelimit_timeout = None if self.remaining > 0 else longest
        try:
            await super().acquire()
        finally:
            self._max_ratelimit_timeout = longest


discord.http.Ratelimit = Bucket  # type: ignore[misc]  # read whenever a bucket is made


class Shard(discord.shard.Shard):
    """A shard whose new connection is cut before a word was said tries again: discord.py 2.7.1 ends the client."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._handled_exceptions = (*self._handled_exceptions, discord.gateway.ReconnectWebSocket)


discord.shard.Shard = Shard  # type: ignore[misc, assignment]  # read whenever a shard is launched


class LaunchedAgain(Exception):
    """Discord.py's own next try to launch a shard begins."""


class DailiesBot(commands.AutoShardedBot):
    """Holds the doors that the extensions go through, to act and to read; opened and closed by the program."""

    def __init__(
        self,
        *,
        store: Store,
        tracker: Tracker,
        actions: Actions,
        lookup: Lookup,
        shard_count: int | None = None,
        shard_ids: tuple[int, ...] | None = None,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_RATE_LIMIT,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            shard_count=shard_count,
            allowed_installs=discord.app_commands.AppInstallationType(guild=True, user=False),
            allowed_contexts=discord.app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
        )
        self.shard_ids = list(shard_ids) if shard_ids else None
        self.actions = actions
        self.lookup = lookup
        self.pace = Pace(lambda: tracker.workers)
        self.on_show = tracker.on_show
        self.on_open = tracker.on_open
        self._store = store
        self._syncing: asyncio.Task[None] | None = None
        self._launching = False

    async def setup_hook(self) -> None:
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        self._syncing = asyncio.create_task(self._sync_in_time(), name="sync commands")

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Try until it works. The tries of discord.py 2.7.1 nest in one another: after an hour or so that ends it."""
        if self._launching:
            raise LaunchedAgain
        while True:
            self._launching = True
            try:
                return await super().launch_shard(gateway, shard_id, initial=initial)
            except LaunchedAgain:
                initial = False
            finally:
                self._launching = False

    async def process_commands(self, message: discord.Message, /) -> None:
        """There are no text commands. The library would look for one behind each mention, and log what was said."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Discord lets a bot identify once in five seconds: where several processes share it, they take turns."""
        if self.shard_ids is None:
            await super().before_identify_hook(shard_id, initial=initial)
            return

        def take_turn() -> Awaitable[float]:
            return self._store.take_turn("identify", clock.now(), IDENTIFY_EVERY)

        # what this raised in a shard that comes back would end the process
        wait = await persist(take_turn)
        while wait:
            await asyncio.sleep(wait)
            wait = await persist(take_turn)

    async def _sync_in_time(self) -> None:
        """Sync, however long Discord does not take it: until then members have the commands of before."""

        def tell(error: Exception, pause: float) -> None:
            log.error("The commands could not be synced (%s), trying again in %.0f s", in_a_line(error), pause)

        away = (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError)
        await retry(self.sync_commands, away, tell=tell, asked=asked_pause, first=5.0, most=600.0)

    async def sync_commands(self, *, force: bool = False) -> bool:
        """Tell Discord of the commands if they changed since it was last told; whether it was."""
        definition = json.dumps(await commands_as_sent(self.tree), sort_keys=True)
        digest = hashlib.sha256(f"{self.application_id} {definition}".encode()).hexdigest()
        if not force and await self._store.fact("commands") == digest:
            return False
        await self.tree.sync()
        await self._store.keep_fact("commands", digest)
        log.info("Commands synced")
        return True

    async def close(self) -> None:
        """Hear nothing more, and leave what is in hand: said through a connection that is closed, it is a fault."""
        if self._syncing:
            self._syncing.cancel()
        self._connection.parsers.clear()
        in_hand = [task for task in asyncio.all_tasks() if task.get_name().startswith(HANDLING)]
        for task in in_hand:
            task.cancel()
        await asyncio.gather(*in_hand, return_exceptions=True)
        await super().close()

    async def on_ready(self) -> None:
        log.info("Ready as %s in %d servers", self.user, len(self.guilds))


Interaction = discord.Interaction[DailiesBot]


async def commands_as_sent(tree: discord.app_commands.CommandTree[Any]) -> list[dict[str, Any]]:
    """What `tree.sync` sends, in Discord's JSON: with translations where a translator is set."""
    if tree.translator is None:
        return [command.to_dict(tree) for command in tree.get_commands()]
    return [await command.get_translated_payload(tree, tree.translator) for command in tree.get_commands()]
