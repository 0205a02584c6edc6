"""The command `guilds`: which servers the bot may work in, listed and decided in the database, also while it runs."""

import time

from .admission import Decided, KeptGuild
from .store import open_beside
from .terminal import say

NOTHING_KEPT = "No server was asked about or decided on yet."
MEANS = {
    Decided.ALLOWED: "Server {id} is allowed. It holds from the next request on, also in a bot that runs.",
    Decided.DENIED: "Server {id} is denied: the bot makes nothing there. To have it leave, remove it in Discord.",
}


async def list_guilds(url: str) -> None:
    """Print a line for each server that something is kept of. Raises what opening the database raises."""
    async with open_beside(url) as store:
        kept = await store.kept_guilds()
    for guild in kept:
        say(_line(guild))
    if not kept:
        say(NOTHING_KEPT)


async def decide_guild(url: str, guild_id: int, decided: Decided) -> None:
    """Keep a decision, in place of an earlier one. Raises what opening the database raises."""
    async with open_beside(url) as store:
        await store.decide_guild(guild_id, decided, None, time.time(), anew=True)
    say(MEANS[decided].format(id=guild_id))


def _line(guild: KeptGuild) -> str:
    parts = [f"{guild.id}  {guild.admission or 'undecided'}"]
    if guild.admitted_at is not None:
        by = "on the command line" if guild.admitted_by is None else f"by {guild.admitted_by}"
        parts.append(f"{by}, {_moment(guild.admitted_at)}")
    if guild.asked_at is not None:
        parts.append(f"the owner was asked {_moment(guild.asked_at)}")
    if guild.left_at is not None:
        parts.append(f"left {_moment(guild.left_at)}")
    return "; ".join(parts)


def _moment(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(at))
