"""The weather: what goes wrong outside while the bots work, one thing after the other."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from sandbox.mulerun import faults

from .stage import Stage

POST = r"/messages$"
CALLBACK = r"/callback$"
THREADS = r"/threads$"
EDIT = r"/messages/\d+$"


class Weather:
    def __init__(self, stage: Stage, dice: Random) -> None:
        self._stage = stage
        self._dice = dice
        self._kinds: list[Callable[[], Awaitable[None]]] = [
            self._vendor_posts,
            self._vendor_looks,
            self._vendor_downloads,
            self._vendor_outage,
            self._discord_cuts,
            self._discord_answers,
            self._discord_outage,
            self._gateway,
        ]
        if stage.database:
            self._kinds.append(self._database)

    async def run(self) -> None:
        """Until cancelled; afterwards nothing of it is left."""
        try:
            while True:
                await asyncio.sleep(self._dice.uniform(*self._stage.tempo.calm))
                await self._dice.choice(self._kinds)()
        finally:
            self._stage.discord.faults.clear()
            self._stage.vendor.faults.outage = False

    async def _vendor_posts(self) -> None:
        spoiled = (
            faults.reset(accepted=True),
            faults.reset(accepted=False),
            faults.status(500, accepted=True),
            faults.status(502),
            faults.status(429, retry_after=1),
            faults.malformed(),
            faults.empty(),
            faults.slow(self._dice.uniform(0.5, 2.0)),
            faults.slow(self._dice.uniform(0.5, 2.0)),
        )
        self._stage.vendor.faults.next_posts(self._dice.choice(spoiled))

    async def _vendor_looks(self) -> None:
        spoiled = (faults.status(500), faults.status(429, retry_after=1), faults.malformed(), faults.status(404))
        self._stage.vendor.faults.next_looks(self._dice.choice(spoiled), faults.reset(accepted=False))

    async def _vendor_downloads(self) -> None:
        self._stage.vendor.faults.next_downloads(faults.status(503), faults.reset(accepted=False), faults.slow(1.0))

    async def _vendor_outage(self) -> None:
        self._stage.vendor.faults.outage = True
        await asyncio.sleep(self._dice.uniform(*self._stage.tempo.outage))
        self._stage.vendor.faults.outage = False

    async def _discord_cuts(self) -> None:
        place = self._dice.choice((POST, POST, CALLBACK, THREADS, EDIT))
        self._stage.discord.faults.reset(
            place, times=self._dice.randint(1, 3), after_applying=self._dice.random() < 0.6
        )

    async def _discord_answers(self) -> None:
        place = self._dice.choice((POST, CALLBACK, THREADS, EDIT, ""))
        if self._dice.random() < 0.5:
            self._stage.discord.faults.slow(place, self._dice.uniform(0.2, 1.5), times=2)
        else:
            status = self._dice.choice((500, 502, 503, 429))
            self._stage.discord.faults.answer_next(place, status=status, retry_after=1.0)

    async def _discord_outage(self) -> None:
        self._stage.discord.faults.outage(True)
        await asyncio.sleep(self._dice.uniform(*self._stage.tempo.outage))
        self._stage.discord.faults.outage(False)

    async def _gateway(self) -> None:
        if self._dice.random() < 0.3:
            self._stage.discord.faults.reconnect_gateway()
        else:
            self._stage.discord.faults.drop_gateway(resumable=self._dice.random() < 0.5)

    async def _database(self) -> None:
        assert self._stage.database
        if self._dice.random() < 0.5:
            await self._stage.database.drop_connections()
        else:
            await self._stage.database.restart(self._dice.uniform(0.1, 1.0), self._dice)
