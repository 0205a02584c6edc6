"""The two bots that are compared, run and read in the same way."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.bot_process import BotProcess
from sandbox.discord import Message

from .live import LiveJob, fill_baseline, fill_store

BASELINE_RENDERING = "Status: processing"


@dataclass(frozen=True, kw_only=True)
class Contender:
    """`module` is what `python -m` runs, `scaled` the same with its clocks at another scale.

    `fill` writes live jobs to a database that nobody has open. `rendering_at` is when people could read that a job is
    rendered, from its card and what was said about it; unix seconds, or None.
    """

    name: str
    module: str
    scaled: str
    takes_postgresql: bool
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
    takes_postgresql=True,
    fill=fill_store,
    rendering_at=_said_rendering,
)
BASELINE = Contender(
    name="baseline",
    module="benchmarks.bench.baseline",
    scaled="benchmarks.bench.baseline",
    takes_postgresql=False,
    fill=fill_baseline,
    rendering_at=_drawn_rendering,
)
CONTENDERS = (OURS, BASELINE)


class Runner(BotProcess):
    """One of them as a process."""

    def __init__(self, module: str, environment: Mapping[str, str], folder: Path) -> None:
        super().__init__(environment, folder)
        self.module = module
