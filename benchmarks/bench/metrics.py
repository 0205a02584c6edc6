"""Reading what was measured: percentiles, a bot's own metrics, and how late this process itself was."""

import asyncio
import contextlib
import gc
import math
import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

import aiohttp

TICK = 0.02


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of them do not exceed; NaN of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def mean(values: Sequence[float]) -> float:
    """NaN of none."""
    return sum(values) / len(values) if values else math.nan


async def scrape(url: str) -> dict[str, float]:
    """The figures at a `/metrics` page, by name with labels. Raises aiohttp.ClientError."""
    async with aiohttp.ClientSession(raise_for_status=True) as session, session.get(url) as response:
        text = await response.text()
    pairs = (line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


class LoopDelay:
    """How late this process's event loop was while the block ran; seconds.

    The sandbox lives here: what it took to hear and to answer is in every figure about a bot.
    """

    def __init__(self) -> None:
        self.delays: list[float] = []

    @property
    def p99(self) -> float:
        return percentile(self.delays, 0.99)

    @property
    def worst(self) -> float:
        return percentile(self.delays, 1.0)

    async def __aenter__(self) -> Self:
        self._beating = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._beating.cancel()
        await asyncio.gather(self._beating, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            due = time.monotonic() + TICK
            await asyncio.sleep(TICK)
            self.delays.append(max(0.0, time.monotonic() - due))


@contextlib.contextmanager
def few_collections() -> Iterator[None]:
    """Leave what is there now to itself: looking through a whole sandbox for garbage would hold it up."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
