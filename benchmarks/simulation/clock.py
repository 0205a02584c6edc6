"""Time and chance of a simulated run: `install` comes before anything else is imported that binds either.

Nothing of the bot, of discord.py or of aiohttp has a clock put into it: they ask the same functions as ever.
"""

import os
import random
import time
from collections.abc import Callable

# Where the clocks stand at the beginning, unix seconds: early in 2027.
BEGAN_AT = 1_800_000_000.0

real_monotonic = time.monotonic


class Source:
    """Seconds since the run began, by how many the machine that asks is wrong, and the dice; unset, all is real."""

    elapsed: Callable[[], float] | None = None
    off_by: Callable[[], float] = staticmethod(lambda: 0.0)
    dice: random.Random | None = None


_real_time, _real_perf = time.time, time.perf_counter
_real_urandom, _real_seed = os.urandom, random.Random.seed


def install() -> None:
    time.time, time.monotonic, time.perf_counter = _time, _monotonic, _perf
    os.urandom = _urandom
    random._urandom = _urandom  # type: ignore[attr-defined]  # what secrets and uuid4 ask
    random.Random.seed = _seed  # type: ignore[method-assign]  # of the dice that libraries throw


def _time() -> float:
    return _real_time() if Source.elapsed is None else BEGAN_AT + Source.elapsed() + Source.off_by()


def _monotonic() -> float:
    return real_monotonic() if Source.elapsed is None else Source.elapsed()


def _perf() -> float:
    return _real_perf() if Source.elapsed is None else Source.elapsed()


def _urandom(size: int, /) -> bytes:
    return _real_urandom(size) if Source.dice is None else Source.dice.randbytes(size)


def _seed(self: random.Random, a: int | float | str | bytes | bytearray | None = None, version: int = 2) -> None:
    if a is None and Source.dice is not None:
        a = Source.dice.getrandbits(64)
    _real_seed(self, a, version)
