"""The demo's stage: both stand-ins and the bot between them, opened together and always closed."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sandbox.bot_process import REPOSITORY, BotProcess
from sandbox.demo.script import CHANNEL, GUILD
from sandbox.discord import Channel, Discord
from sandbox.driver import Member, join, wait_for
from sandbox.mulerun import MuleRun

T = TypeVar("T")

START_SECONDS, STOP_SECONDS = 20.0, 10.0
"""What the bot's start and end may take."""
PENDING, PROCESSING = 50.0, 140.0
"""How long each task lasts, in vendor seconds: together the quick end of what the real vendor takes."""


class DemoEnded(Exception):
    """The demo cannot go on; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Everybody and everything in the demo."""

    discord: Discord
    vendor: MuleRun
    bot: BotProcess
    channel: Channel
    members: dict[str, Member]


@asynccontextmanager
async def open_stage(names: Sequence[str], *, speed: float, folder: Path) -> AsyncIterator[Stage]:
    """A guild with these members, a vendor at `speed`, and the bot ready to be spoken to, its files in `folder`.

    Raises DemoEnded when the bot does not come up.
    """
    vendor_pace = MuleRun(speed=speed, pending=PENDING, processing=PROCESSING)
    async with Discord() as discord, vendor_pace as vendor:
        guild = discord.add_guild(GUILD)
        # so that the server is let in by itself
        discord.state.application.owner = guild.owner
        channel = guild.add_channel(CHANNEL)
        members = {name: join(discord, guild, name) for name in dict.fromkeys(names)}
        async with BotProcess(bot_environment(discord, vendor), folder) as bot:
            try:
                await alongside(wait_for_bot(discord), watch_bot(bot))
                yield Stage(discord=discord, vendor=vendor, bot=bot, channel=channel, members=members)
            finally:
                await stop_bot(bot)


def bot_environment(discord: Discord, vendor: MuleRun) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "MULERUN_API_KEY": vendor.api_key,
        "MULERUN_BASE_URL": vendor.base_url,
        "CATALOGUE_FILE": str(REPOSITORY / "sandbox" / "quick_catalogue.toml"),
        "LOOKS_PER_MINUTE": "6000",
        "HTTP_ADDR": "",
    }


async def wait_for_bot(discord: Discord) -> None:
    """Until it hears and has its commands; raises DemoEnded when that takes too long."""
    try:
        async with asyncio.timeout(START_SECONDS):
            await discord.wait_until_connected()
            await wait_for(lambda: discord.state.commands, timeout=START_SECONDS)
    except TimeoutError as error:
        raise DemoEnded(f"the bot was not ready after {START_SECONDS:.0f} s") from error


async def watch_bot(bot: BotProcess) -> None:
    """Returns never; raises DemoEnded when the bot ends by itself."""
    raise DemoEnded(f"the bot ended by itself, with code {await bot.wait()}")


async def stop_bot(bot: BotProcess) -> None:
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await bot.stop()
    except TimeoutError:
        await bot.kill()


async def alongside(work: Coroutine[Any, Any, T], *companions: Coroutine[Any, Any, None]) -> T:
    """The result of `work`; what breaks one of its companions breaks it too, and they end with it."""
    task = asyncio.create_task(work)
    others = [asyncio.create_task(companion) for companion in companions]
    try:
        await asyncio.wait([task, *others], return_when=asyncio.FIRST_COMPLETED)
        for other in others:
            if other.done():
                other.result()
        return await task
    finally:
        for each in (task, *others):
            each.cancel()
        await asyncio.gather(task, *others, return_exceptions=True)
