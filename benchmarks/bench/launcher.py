"""`python -m benchmarks.bench.launcher`: `python -m bot` with its clocks at the scale of `BENCH_SCALE`."""

import os
import sys

from bot.__main__ import main

from ..chaos.launcher import locate

SCALE = "BENCH_SCALE"

# Waits that follow from Discord's limits or from how long a job takes; what follows from neither keeps its time.
WAITS = (
    "bot.tracker.clip_posting:NONCE_TRUSTED",
    "bot.tracker.drawer:DRAW_EVERY",
    "bot.tracker.tracker:LEARN_EVERY",
    "bot.poll_schedule:OVERDUE_EVERY",
)
RATES = ("bot.pace:PER_SECOND",)


def scale_clocks(scale: float) -> None:
    for target in WAITS:
        multiply(target, scale)
    for target in RATES:
        multiply(target, 1 / scale)


def multiply(target: str, factor: float) -> None:
    owner, name = locate(target)
    setattr(owner, name, getattr(owner, name) * factor)


if __name__ == "__main__":
    # as if there were no file: every child of the workbench would read this one again, and all that it imports
    __spec__ = None  # type: ignore[assignment]
    del __file__
    scale_clocks(float(os.environ[SCALE]))
    sys.exit(main(["run"]))
