"""Channel turns: one at a time for each channel, the most urgent first."""

import asyncio
import contextlib
import heapq
import itertools
from collections.abc import AsyncIterator, Hashable


class ChannelTurns:
    """Discord lets a channel take about one message a second: whoever waits here says the newest when it is let in."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, list[tuple[int, int, asyncio.Future[None]]]] = {}
        self._count = itertools.count()

    @contextlib.asynccontextmanager
    async def take(self, key: Hashable, rank: int) -> AsyncIterator[None]:
        """Hold the turn of `key`; a lower rank goes first, then who came first."""
        if key in self._waiting:
            await self._wait(key, rank)
        else:
            self._waiting[key] = []
        try:
            yield
        finally:
            self._pass_on(key)

    async def _wait(self, key: Hashable, rank: int) -> None:
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting[key], (rank, next(self._count), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._pass_on(key)
            raise

    def _pass_on(self, key: Hashable) -> None:
        queue = self._waiting[key]
        while queue:
            _, _, turn = heapq.heappop(queue)
            if not turn.done():
                turn.set_result(None)
                return
        del self._waiting[key]
