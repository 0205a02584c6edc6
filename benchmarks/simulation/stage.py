"""The stage of a simulated run: chaos' servers and people, without a process or a port of the system."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.chaos import court, team
from benchmarks.chaos.stage import LIMITED, Stage, people, set_limits
from bot.settings import Settings
from sandbox.discord import Discord, Limits
from sandbox.mulerun import MuleRun
from sandbox.mulerun.clips import render

from . import guests, plan
from .guests import Guests

CLIP = render("Simulated", (320, 180), 1)


@dataclass(frozen=True, kw_only=True)
class Set:
    """A stage, with what a bot there is told by its operator."""

    stage: Stage
    guests: Guests
    settings: Settings

    @property
    def ports(self) -> list[int]:
        """Where Discord and the vendor listen."""
        urls = (self.settings.discord_api_url, self.settings.mulerun_base_url)
        return [int(url.split(":")[2].split("/")[0]) for url in urls]


@contextlib.asynccontextmanager
async def open_set(folder: Path, dice: Random) -> AsyncIterator[Set]:
    def draw_times() -> tuple[float, float]:
        return dice.uniform(*plan.PENDING), dice.uniform(*plan.PROCESSING)

    async with Discord(limits=Limits.lax()) as discord, MuleRun(clip=CLIP, draw_times=draw_times) as vendor:
        settings = Settings(
            discord_token=discord.token,
            mulerun_api_key=vendor.api_key,
            discord_api_url=discord.api_url,
            mulerun_base_url=vendor.base_url,
            database_url=f"sqlite:///{folder / 'dailies.db'}",
            data_dir=folder / "data",
            max_active=20,
            content_rules="show",
            http_addr=None,
            guilds="all",
            direct="all",
        )
        members, channels = people(discord)
        bench = court.set_up(discord, plan.TEMPO)
        stage = Stage(
            discord=discord,
            vendor=vendor,
            database=None,
            members=members,
            channels=channels | {bench.guild.id: (bench.channel,)},
            workers=(),
            court=bench,
            team=team.set_up(discord, plan.TEMPO),
            limited=next(guild for guild in discord.state.guilds.values() if guild.name == LIMITED),
            database_url=settings.database_url,
            tempo=plan.TEMPO,
        )
        await set_limits(stage)
        yield Set(stage=stage, guests=guests.set_up(discord), settings=settings)
