"""`python -m benchmarks.bench.launcher`: `python -m bot` with its clocks at the scale of `BENCH_SCALE`."""

import os
import sys

from bot.__main__ import main
from bot.discord_bot import DailiesBot

from ..chaos.launcher import locate
from ..chaos.plants import replace

SCALE = "BENCH_SCALE"

# Waits that follow from Discord's limits or from how long a job takes; what follows from neither keeps its time.
WAITS = (
    "bot.tracker.teller:DRAW_EVERY",
    "bot.tracker.tracker:LEARN_EVERY",
    "bot.tracker.watcher:OVERDUE_EVERY",
)
RATES = ("cogs.showing.pace:PER_SECOND",)
# discord.py runs an extension's module afresh when it loads it.
WAITS_OF_EXTENSIONS = ("cogs.showing.delivery:NONCE_TRUSTED",)


def scale_clocks(scale: float) -> None:
    for target in WAITS:
        multiply(target, scale)
    for target in RATES:
        multiply(target, 1 / scale)
    load = DailiesBot.load_extension

    async def load_scaled(self: DailiesBot, name: str, *, package: str | None = None) -> None:
        await load(self, name, package=package)
        for target in WAITS_OF_EXTENSIONS:
            if target.startswith(f"{name}:"):
                multiply(target, scale)

    replace(DailiesBot, "load_extension", load_scaled)


def multiply(target: str, factor: float) -> None:
    owner, name = locate(target)
    setattr(owner, name, getattr(owner, name) * factor)


if __name__ == "__main__":
    # as if there were no file: every child of the workbench would read this one again, and all that it imports
    __spec__ = None  # type: ignore[assignment]
    del __file__
    scale_clocks(float(os.environ[SCALE]))
    sys.exit(main(["run"]))
