"""The pace: no more calls a second than Discord allows one bot, the most urgent first."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable

# Discord allows a bot 50 a second, answers to interactions not among them; a little is left for logging in and looking
# about. Whoever runs into the limit is told 429, and too many of those shut the bot out altogether.
PER_SECOND = 45.0

RESULT, NEWS, CARD = 0, 1, 2
"""What somebody waits for; what keeps them posted; what only brings a card up to date."""


class Pace:
    """`share` tells how many processes use the same token: each goes so much slower."""

    def __init__(self, share: Callable[[], int] = lambda: 1) -> None:
        self._share = share
        self._next_at = 0.0
        self._count = itertools.count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._letting_in: asyncio.Task[None] | None = None

    async def take(self, rank: int) -> None:
        """Wait until a call may be made; a lower rank goes first, then who came first."""
        now = time.monotonic()
        if not self._waiting and now >= self._next_at:
            self._next_at = now + self._gap
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (rank, next(self._count), turn))
        if self._letting_in is None or self._letting_in.done():
            self._letting_in = asyncio.create_task(self._let_in(), name="pace")
        await turn

    @property
    def _gap(self) -> float:
        return max(1, self._share()) / PER_SECOND

    async def _let_in(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._next_at - time.monotonic())
            while self._waiting:
                *_, turn = heapq.heappop(self._waiting)
                if not turn.done():
                    turn.set_result(None)
                    self._next_at = max(self._next_at, time.monotonic() - self._gap) + self._gap
                    break
