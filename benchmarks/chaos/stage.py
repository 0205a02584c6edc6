"""The stage: a Discord with servers and members, a vendor, and a database, for one engine's run."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bot.moderation import Entry
from bot.server_rules.document import parse_document
from bot.store import open_store
from sandbox.bot_process import REPOSITORY
from sandbox.discord import Channel, ChannelType, Discord, Guild, Limits
from sandbox.driver import Member, join
from sandbox.mulerun import MuleRun
from sandbox.mulerun.clips import render

from . import court, team
from .court import Court
from .crew import Worker
from .database import Database, open_database
from .launcher import PLANT
from .plan import CLIPS_DAY, NONCE_WINDOW, PENDING, PROCESSING, Tempo
from .team import Team

CATALOGUE = REPOSITORY / "sandbox" / "quick_catalogue.toml"
LIMITED = "West"
WORKERS = {"sqlite": 1, "postgresql": 3}


@dataclass(frozen=True, kw_only=True)
class Stage:
    discord: Discord
    vendor: MuleRun
    database: Database | None
    members: tuple[Member, ...]
    channels: dict[int, tuple[Channel, ...]]
    workers: tuple[Worker, ...]
    court: Court
    team: Team
    limited: Guild
    database_url: str
    tempo: Tempo

    def is_limited(self, member: Member) -> bool:
        return member.guild is self.limited


@contextlib.asynccontextmanager
async def open_stage(
    engine: str, folder: Path, plant: str | None = None, *, own_server: bool = False
) -> AsyncIterator[Stage]:
    """`engine` is a key of WORKERS; `own_server` as for `open_database`, which says what is raised."""
    clip = render("Chaos", (320, 180), 1)
    limits = Limits.lax()
    limits.nonce_window = NONCE_WINDOW
    async with contextlib.AsyncExitStack() as stack:
        database = None
        if engine == "postgresql":
            database = await stack.enter_async_context(open_database(own_server=own_server))
        discord = await stack.enter_async_context(Discord(limits=limits))
        vendor = await stack.enter_async_context(MuleRun(pending=PENDING, processing=PROCESSING, clip=clip))
        environment = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "MULERUN_API_KEY": vendor.api_key,
            "MULERUN_BASE_URL": vendor.base_url,
            "DATABASE_URL": database.url if database else f"sqlite:///{folder / 'dailies.db'}",
            "CATALOGUE_FILE": str(CATALOGUE),
            "LOOKS_PER_MINUTE": "6000",
            "MAX_ACTIVE": "20",
            "CONTENT_RULES": "show",
            "HTTP_ADDR": "",
            "GUILDS": "all",
            "DIRECT": "all",
            **({PLANT: plant} if plant else {}),
        }
        workers = tuple(Worker(environment, folder / f"worker-{number}") for number in range(WORKERS[engine]))
        tempo, (members, channels) = Tempo(), people(discord)
        bench = court.set_up(discord, tempo)
        limited = next(guild for guild in discord.state.guilds.values() if guild.name == LIMITED)
        yield Stage(
            discord=discord,
            vendor=vendor,
            database=database,
            members=members,
            channels=channels | {bench.guild.id: (bench.channel,)},
            workers=workers,
            court=bench,
            team=team.set_up(discord, tempo),
            limited=limited,
            database_url=environment["DATABASE_URL"],
            tempo=tempo,
        )


async def set_limits(stage: Stage) -> None:
    """As somebody who manages that server would, before any bot runs."""
    rules = {"version": 1, "server": {"limits": {"server": {"clips_day": CLIPS_DAY}}}}
    async with open_store(stage.database_url) as store:
        guild_id = stage.limited.id
        entry = Entry(guild_id=guild_id, at=0.0, actor_id=stage.members[0].id, action="rules_import")
        await store.change_rules(guild_id, lambda _: parse_document(rules), lambda *_: entry)


def people(discord: Discord) -> tuple[tuple[Member, ...], dict[int, tuple[Channel, ...]]]:
    members: list[Member] = []
    channels: dict[int, tuple[Channel, ...]] = {}
    for name in ("North", "South", LIMITED):
        guild = discord.add_guild(name)
        kinds = (ChannelType.TEXT, ChannelType.TEXT, ChannelType.VOICE)
        channels[guild.id] = tuple(guild.add_channel(f"{name} {at}", type=kind) for at, kind in enumerate(kinds))
        members += [join(discord, guild, f"{name} {person}") for person in ("Ana", "Ben", "Eve")]
    return tuple(members), channels
