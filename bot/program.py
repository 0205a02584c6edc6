"""The composition root: opens everything in order, runs it until something ends, closes it in reverse."""

import asyncio
import contextlib
import logging
import signal
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from .actions import open_actions
from .catalogue import Catalogue, read_catalogue
from .discord_away import asked_pause, in_a_line
from .discord_bot import USER_AGENT, DailiesBot
from .download import LinkRule
from .errors import SettingsError
from .http_server import serve_http
from .lookup import Lookup
from .moderation_endpoint import open_endpoint
from .mulerun import MuleRun
from .privacy import Terms
from .retry import retry
from .server_rules.limits import Limit, in_millionths
from .settings import Settings
from .store import Store, open_store
from .suggest_endpoint import open_suggest_endpoint
from .tracker import Tracker
from .workbench import Workbench

log = logging.getLogger(__name__)

# Discord, or the way to it, on a bad day; an answer that cannot be read is one, too.
DISCORD_AWAY = (
    discord.HTTPException,
    discord.RateLimited,
    aiohttp.ClientError,
    TimeoutError,
    OSError,
    ValueError,
    KeyError,
)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Everything that runs, once it is put together."""

    store: Store
    tracker: Tracker
    bot: DailiesBot
    session: aiohttp.ClientSession
    workbench: Workbench


async def run(settings: Settings, *, workbench: Workbench | None = None) -> None:
    """Run until SIGTERM or SIGINT. Raises discord.LoginFailure, or whatever ended the gateway or the tracker."""
    stop = _stop_signal()
    async with (
        put_together(settings, workbench=workbench) as parts,
        serve_http(
            settings.http_addr,
            store=parts.store,
            tracker=parts.tracker,
            is_ready=parts.bot.is_ready,
            webhook_secret=settings.webhook_secret,
        ),
    ):
        await parts.tracker.join()
        running: list[asyncio.Task[Any]] = [
            asyncio.create_task(_speak(parts, settings), name="discord"),
            asyncio.create_task(parts.tracker.run(), name="tracker"),
        ]
        warming = asyncio.create_task(parts.workbench.warm_up(), name="warm up")
        stopping = asyncio.create_task(stop.wait(), name="stop")
        try:
            await asyncio.wait([*running, stopping], return_when=asyncio.FIRST_COMPLETED)
            # also after a fault: a POST in flight is paid for, and its answer must be written down
            await _wind_down(parts, settings.shutdown_seconds)
            for task in running:
                if task.done():
                    # a part that ends by itself is a fault: the supervisor starts us anew
                    task.result()
                    raise RuntimeError(f"{task.get_name()} ended by itself")
        finally:
            for task in (*running, warming, stopping):
                task.cancel()
            await asyncio.gather(*running, warming, stopping, return_exceptions=True)


@contextlib.asynccontextmanager
async def put_together(settings: Settings, *, workbench: Workbench | None = None) -> AsyncIterator[Parts]:
    """All parts, connected and closed again; a `workbench` that is given stays open.

    Raises CatalogueError, SettingsError, StoreBusy, or the database's own errors.
    """
    catalogue = read_catalogue(settings.catalogue_file, default=settings.default_model, offered=settings.models)
    check_folder(settings.data_dir)
    point_discord(settings.discord_api_url)
    async with (
        open_store(settings.database_url, uuid.uuid4().hex) as store,
        aiohttp.ClientSession() as session,
        MuleRun.open(settings.mulerun_base_url, settings.mulerun_api_key) as mulerun,
        contextlib.nullcontext(workbench) if workbench else contextlib.aclosing(Workbench()) as workbench,
    ):
        tracker = Tracker(
            store=store,
            mulerun=mulerun,
            session=session,
            catalogue=catalogue,
            workbench=workbench,
            data_dir=settings.data_dir,
            max_active=settings.max_active,
            looks_per_minute=settings.looks_per_minute,
            link_rule=LinkRule.beside(settings.mulerun_base_url),
            retention_days=settings.retention_days,
        )
        async with _bot(settings, store, tracker, catalogue, mulerun, session, workbench) as bot:
            yield Parts(store=store, tracker=tracker, bot=bot, session=session, workbench=workbench)


def check_folder(folder: Path) -> None:
    """Raises SettingsError when clips could not be kept in `folder`: better now than when one is paid for."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SettingsError("DATA_DIR", f"names a folder that cannot be written: {error}.") from error


def _bot(
    settings: Settings,
    store: Store,
    tracker: Tracker,
    catalogue: Catalogue,
    mulerun: MuleRun,
    session: aiohttp.ClientSession,
    workbench: Workbench,
) -> DailiesBot:
    actions = open_actions(
        store=store,
        tracker=tracker,
        catalogue=catalogue,
        mulerun=mulerun,
        session=session,
        workbench=workbench,
        endpoint=open_endpoint(session, settings),
        suggest=open_suggest_endpoint(settings),
        settings=settings,
        ceiling=_limit(settings.server_clips_day, settings.server_budget_day, settings.server_budget_month),
        bot=_limit(settings.clips_day, settings.budget_day, settings.budget_month),
        terms=Terms(
            retention_days=settings.retention_days,
            moderation_host=_host(settings.moderation_url),
            suggest_host=_host(settings.suggest_url) if settings.suggest_model else None,
        ),
    )
    return DailiesBot(
        store=store,
        tracker=tracker,
        actions=actions,
        lookup=Lookup(store=store, tracker=tracker, catalogue=catalogue),
        shard_count=settings.shard_count,
        shard_ids=settings.shard_ids,
    )


def _host(url: str | None) -> str | None:
    return urlsplit(url).hostname if url else None


def _limit(clips_day: int | None, budget_day: float | None, budget_month: float | None) -> Limit:
    return Limit(
        clips_day=clips_day,
        money_day=None if budget_day is None else in_millionths(budget_day),
        money_month=None if budget_month is None else in_millionths(budget_month),
    )


def point_discord(api_url: str) -> None:
    """Have discord.py speak to another base: read by it whenever a route is made, also for interactions."""
    Route.BASE = api_url


async def log_in(parts: Parts, settings: Settings) -> None:
    """Log in as soon as Discord lets us. Raises discord.LoginFailure when the token is wrong."""

    def tell(error: Exception, pause: float) -> None:
        log.warning("Discord does not let us in (%s), trying again in %.0f s", in_a_line(error), pause)

    await retry(lambda: _log_in_once(parts, settings), DISCORD_AWAY, tell=tell, asked=asked_pause)


async def _log_in_once(parts: Parts, settings: Settings) -> None:
    """Learn the gateway and the number of shards before: connecting then asks nothing that could fail.

    Also after a session is lost discord.py 2.7.1 would go to a gateway that is built in.
    """
    bot = parts.bot
    url, shards = await _find_gateway(parts.session, settings)
    DiscordWebSocket.DEFAULT_GATEWAY = url
    bot.shard_count = settings.shard_count or shards
    try:
        await bot.login(settings.discord_token)
    except DISCORD_AWAY:
        # each login makes a session of its own: close the one that failed
        await bot.http.close()
        bot.http.connector = discord.utils.MISSING
        raise


async def _find_gateway(session: aiohttp.ClientSession, settings: Settings) -> tuple[yarl.URL, int]:
    """Where Discord wants to be listened to, and by how many shards."""
    async with session.get(
        f"{settings.discord_api_url}/gateway/bot",
        headers={"Authorization": f"Bot {settings.discord_token}", "User-Agent": USER_AGENT},
        timeout=aiohttp.ClientTimeout(total=20),
    ) as response:
        if response.status == 401:
            raise discord.LoginFailure("Discord refused the token")
        response.raise_for_status()
        gateway = await response.json()
        return yarl.URL(gateway["url"]), int(gateway["shards"])


async def _speak(parts: Parts, settings: Settings) -> None:
    await log_in(parts, settings)
    await parts.bot.connect()


async def _wind_down(parts: Parts, seconds: float) -> None:
    log.info("Stopping: nothing new is taken up")
    began = time.monotonic()
    try:
        async with asyncio.timeout(seconds):
            await parts.tracker.drain()
    except TimeoutError:
        log.warning("Not everything was finished in %.0f s; the next start carries it on", seconds)
    with contextlib.suppress(Exception):  # the heartbeat's end is only a courtesy to the other workers
        await parts.store.leave()
    log.info("Stopped in %.1f s", time.monotonic() - began)


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        # Windows has no signal handlers in its loop; there Ctrl-C ends the process as it always does
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(name, stop.set)
    return stop
