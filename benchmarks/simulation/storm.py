"""The storm: what goes wrong below everybody, on the network and on the machines' clocks."""

import asyncio
from collections.abc import Callable, Sequence
from random import Random

from benchmarks.chaos.stage import Stage

from . import plan
from .database import Server
from .network import Network, Trouble
from .worlds import Machine


class BadNetwork:
    """Of the `ports` one at a time does not listen."""

    def __init__(self, network: Network, dice: Random, ports: Sequence[int]) -> None:
        self._faults = network.faults
        self._dice = dice
        self._ports = ports
        self._kinds: list[Callable[[], None]] = [self._reset, self._slow, self._swallow, self._close]

    async def run(self) -> None:
        """Until cancelled; afterwards nothing of it is left."""
        try:
            while True:
                await asyncio.sleep(self._dice.uniform(*plan.CALM_NETWORK))
                self._dice.choice(self._kinds)()
                await asyncio.sleep(self._dice.uniform(*plan.BAD_NETWORK))
                self._faults.clear()
        finally:
            self._faults.clear()

    def _reset(self) -> None:
        self._faults.reset = plan.RESETS

    def _slow(self) -> None:
        self._faults.slow = plan.SLOW

    def _swallow(self) -> None:
        self._faults.swallow = plan.SWALLOWED

    def _close(self) -> None:
        self._faults.ports[self._dice.choice(self._ports)] = self._dice.choice([*Trouble])


class BadClocks:
    """Now and then a machine's time is set, back or forward."""

    def __init__(self, machines: Sequence[Machine], dice: Random) -> None:
        self.jumps = 0
        self._machines = machines
        self._dice = dice

    async def run(self) -> None:
        """Until cancelled; what is wrong then stays wrong."""
        while True:
            await asyncio.sleep(self._dice.uniform(*plan.BETWEEN_JUMPS))
            self._dice.choice(self._machines).off_by += self._dice.choice(plan.JUMPS)
            self.jumps += 1


class LongOutages:
    """Once the vendor, or Discord, is away for an hour, which everybody sits out."""

    def __init__(self, stage: Stage, dice: Random) -> None:
        self._stage = stage
        self._dice = dice

    async def run(self) -> None:
        await asyncio.sleep(self._dice.uniform(*plan.BEFORE_LONG_OUTAGE))
        is_discord = self._dice.random() < 0.5
        self._set(is_discord, True)
        try:
            await asyncio.sleep(plan.LONG_OUTAGE)
        finally:
            self._set(is_discord, False)

    def _set(self, is_discord: bool, away: bool) -> None:
        if is_discord:
            self._stage.discord.faults.outage(away)
        else:
            self._stage.vendor.faults.outage = away


async def bad_database() -> None:
    """Until cancelled, transactions lose their connection."""
    Server.lost = plan.LOST_CONNECTIONS
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        Server.lost = 0.0
