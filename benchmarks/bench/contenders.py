"""The bots that are compared, run and read in the same way."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg

from sandbox.bot_process import BotProcess
from sandbox.discord import Message

from ..chaos.database import open_database
from .live import LiveJob, fill_baseline, fill_store

BASELINE_RENDERING = "Status: processing"


@dataclass(frozen=True, kw_only=True)
class Contender:
    """`module` is what `python -m` runs, `scaled` the same with its clocks at another scale, `engine` its database.

    `fill` writes live jobs to a database that nobody has open. `rendering_at` is when people could read that a job is
    rendered, from its card and what was said about it; unix seconds, or None.
    """

    name: str
    module: str
    scaled: str
    engine: str
    fill: Callable[[str, Sequence[LiveJob]], Awaitable[None]]
    rendering_at: Callable[[Message, Sequence[Message]], float | None]


def _said_rendering(_card: Message, about: Sequence[Message]) -> float | None:
    """Its replies carry job and status in their nonce."""
    return next((message.made_at for message in about if str(message.nonce).endswith(":processing")), None)


def _drawn_rendering(card: Message, _about: Sequence[Message]) -> float | None:
    """It edits its card: each face was there from the edit that ended the one before."""
    faces = [*(version.embeds for version in card.versions), card.embeds]
    since = [card.made_at, *(version.at for version in card.versions)]
    drawn = (at for embeds, at in zip(faces, since, strict=True) if embeds[0].get("description") == BASELINE_RENDERING)
    return next(drawn, None)


OURS = Contender(
    name="ours",
    module="bot",
    scaled="benchmarks.bench.launcher",
    engine="sqlite",
    fill=fill_store,
    rendering_at=_said_rendering,
)
OURS_ON_POSTGRESQL = replace(OURS, name="ours_postgresql", engine="postgresql")
BASELINE = Contender(
    name="baseline",
    module="benchmarks.bench.baseline",
    scaled="benchmarks.bench.baseline",
    engine="sqlite",
    fill=fill_baseline,
    rendering_at=_drawn_rendering,
)


async def choose(engine: str | None) -> Sequence[Contender]:
    """Ours on this engine, or on each that there is, and the plain bot beside it."""
    ours = [one for one in (OURS, OURS_ON_POSTGRESQL) if engine in (None, one.engine)]
    if engine is None and not await _is_postgresql_there():
        ours.remove(OURS_ON_POSTGRESQL)
    return *ours, BASELINE


async def _is_postgresql_there() -> bool:
    try:
        async with open_database(own_server=True):
            return True
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False


class Runner(BotProcess):
    """One of them as a process."""

    def __init__(self, module: str, environment: Mapping[str, str], folder: Path) -> None:
        super().__init__(environment, folder)
        self.module = module
