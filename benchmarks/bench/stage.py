"""The stage: a Discord with many servers, a vendor, live jobs, and one of the bots between them."""

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.http_server import WEBHOOK_PATH
from bot.retry import retry
from sandbox.bot_process import REPOSITORY
from sandbox.discord import Channel, Discord, Limits
from sandbox.driver import Member, join
from sandbox.mulerun import MuleRun
from sandbox.mulerun.clips import render

from ..chaos.database import open_database
from .contenders import Contender, Runner
from .live import LiveJob, make_live
from .metrics import scrape

GUILDS, CHANNELS = 200, 2
MAX_ACTIVE = "100000"
READY_WITHIN = TOLD_WITHIN = 60.0
# From when a bot hears until it is asked, since what it does at its start is another section's: its library waits for
# two seconds whether more servers come; then ours reads what was said while it was away.
SETTLE, SETTLE_QUICK = 4.0, 0.5
LOG_SHOWN = 4000  # characters

Seat = tuple[Member, Channel]
# Seconds until a task is worked on, and from then until it ends.
Times = tuple[float, float]


def forever() -> Times:
    return 15.0, 86_400.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`scale` is what every wait is multiplied by; 1 is real time, in which `looks_per_minute` is, too.

    `has_webhooks` says whether the vendor posts events to the bot.
    """

    scale: float = 1.0
    live: int = 0
    looks_per_minute: int = 60
    has_webhooks: bool = False
    guilds: int = GUILDS
    draw: Callable[[], Times] = forever


@dataclass(frozen=True, kw_only=True)
class Stage:
    discord: Discord
    vendor: MuleRun
    bot: Runner
    seats: tuple[Seat, ...]
    live: tuple[LiveJob, ...]
    metrics_url: str

    async def start(self) -> None:
        """Start the bot and wait until members can give it commands. Raises RuntimeError when it does not come up."""
        await self.bot.start()
        try:
            async with asyncio.timeout(READY_WITHIN):
                while not (self.discord.gateway.connected and self.discord.state.commands):
                    if not self.bot.runs:
                        raise RuntimeError(f"the bot ended:\n{self.bot.log[-LOG_SHOWN:]}")
                    await asyncio.sleep(0.05)
        except TimeoutError as error:
            raise RuntimeError(f"the bot does not come up:\n{self.bot.log[-LOG_SHOWN:]}") from error

    async def scrape(self) -> dict[str, float]:
        """Its figures, within a minute: one that has more to do than it can may fail to tell them at first."""
        async with asyncio.timeout(TOLD_WITHIN):
            return await retry(lambda: scrape(self.metrics_url), (aiohttp.ClientError,), tell=lambda *_: None)


@contextlib.asynccontextmanager
async def open_stage(contender: Contender, plan: Plan) -> AsyncIterator[Stage]:
    """The bot is not started yet. Raises what `open_database` raises."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        url = f"sqlite:///{folder / 'bot.db'}"
        if contender.engine == "postgresql":
            url = (await stack.enter_async_context(open_database(own_server=True))).url
        discord = await stack.enter_async_context(Discord(limits=_limits(plan.scale)))
        vendor = await stack.enter_async_context(MuleRun(draw_times=plan.draw, clip=render("Bench", (320, 180), 1)))
        seats = _seats(discord, plan.guilds)
        live = make_live(discord, vendor.ledger, [(member.user, channel) for member, channel in seats], plan.live)
        if live:
            await contender.fill(url, live)
        address = f"127.0.0.1:{_free_port()}"
        environment = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "MULERUN_API_KEY": vendor.api_key,
            "MULERUN_BASE_URL": vendor.base_url,
            "DATABASE_URL": url,
            "DATA_DIR": str(folder / "data"),
            "MAX_ACTIVE": MAX_ACTIVE,
            "LOOKS_PER_MINUTE": str(round(plan.looks_per_minute / plan.scale)),
            "CONTENT_RULES": "show",
            "HTTP_ADDR": address,
            "GUILDS": "all",
            "DIRECT": "all",
            "BENCH_SCALE": str(plan.scale),
            **_catalogue(folder, plan.scale),
        }
        if plan.has_webhooks:
            environment["WEBHOOK_SECRET"] = vendor.webhooks.register(f"http://{address}{WEBHOOK_PATH}")
        module = contender.module if plan.scale == 1 else contender.scaled
        bot = Runner(module, environment, folder)
        try:
            yield Stage(
                discord=discord,
                vendor=vendor,
                bot=bot,
                seats=seats,
                live=live,
                metrics_url=f"http://{address}/metrics",
            )
        finally:
            if bot.runs:
                await bot.kill()


def _limits(scale: float) -> Limits:
    """Discord's own, as much wider a second as everything is quicker."""
    limits = Limits()
    for window in limits.windows.values():
        window.seconds *= scale
    limits.nonce_window *= scale
    return limits


def _seats(discord: Discord, guilds: int) -> tuple[Seat, ...]:
    """One member a guild, in its channels; neighbours sit in different guilds."""
    hosts = [discord.add_guild(f"Guild {number}") for number in range(guilds)]
    members = [join(discord, guild, f"Member of {guild.name}") for guild in hosts]
    return tuple(
        (member, guild.add_channel(f"channel {number}"))
        for number in range(CHANNELS)
        for guild, member in zip(hosts, members, strict=True)
    )


def _catalogue(folder: Path, scale: float) -> dict[str, str]:
    """The built-in catalogue with its times at this scale."""
    if scale == 1:
        return {}
    lines = (REPOSITORY / "bot" / "catalogue.toml").read_text(encoding="utf-8").splitlines()
    file = folder / "catalogue.toml"
    file.write_text("\n".join(_scaled(line, scale) for line in lines), encoding="utf-8")
    return {"CATALOGUE_FILE": str(file)}


def _scaled(line: str, scale: float) -> str:
    """A line with its numbers multiplied, if it is one of times."""
    name, _, value = line.partition(" = ")
    if name not in ("typical", "longest", "poll_floor"):
        return line
    numbers = [float(number) * scale for number in value.strip("[]").split(",")]
    return f"{name} = {numbers if value.startswith('[') else numbers[0]}"


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
