"""The crew: the bot processes of one run, killed, frozen and started again until there were kills enough."""

import asyncio
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sandbox.bot_process import BotProcess

from .plan import (
    FREEZE,
    FREEZE_ALONE,
    LATEST_MEETING,
    LIFE,
    LIFE_FOR_A_STEP,
    MOMENTS,
    PATIENCE,
    SHARE_AT_STEPS,
    SHARE_FROZEN,
    SHARE_STILLBORN,
    STEPS,
    STILLBORN,
)

TICK = 0.03
# More than this and one for each kill is a bot that cannot start, not one that gives up on a bad day.
MANY_CRASHES = 20
LOG_SHOWN = 4000  # characters


class Worker(BotProcess):
    """One bot with a folder, hence a DATA_DIR, of its own."""

    module = "benchmarks.chaos.launcher"

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        folder.mkdir(parents=True)
        super().__init__(environment, folder)

    async def start(self, order: str = "") -> None:
        """Start it; `order` is what the launcher reads, as in "stop submit.after 1 4.0"."""
        self.environment["CHAOS_ORDER"] = order
        await super().start()

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Harmless when it is not frozen."""
        if self.runs:
            os.kill(self.pid, signal.SIGCONT)

    def was_frozen(self) -> bool:
        """Whether it stopped since this was last asked."""
        try:
            return os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WNOHANG) is not None
        except ChildProcessError:
            return False


@dataclass(kw_only=True)
class Tally:
    kills: int = 0
    stops: int = 0
    crashes: int = 0


class Crew:
    """A freeze lasts a few leases, never longer than Discord remembers a nonce.

    A process that sleeps longer than that between deciding to post and posting cannot be helped by anybody: Discord
    has no fence for it.
    """

    def __init__(self, workers: Sequence[Worker], dice: Random, kills: int) -> None:
        self.tally = Tally()
        self._workers = workers
        self._dice = dice
        self._kills = kills
        self._steps: list[str] = []
        self._tending: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Until there were kills enough; everybody is up again afterwards, and is kept up until dismissed.

        Raises RuntimeError when the bots end by themselves all the time.
        """
        self._tending = [asyncio.create_task(self._tend(worker)) for worker in self._workers]
        while not self.had_enough:
            await asyncio.sleep(TICK)
            for task in self._tending:
                if task.done():
                    task.result()
            if self.tally.crashes > MANY_CRASHES + self.tally.kills:
                raise RuntimeError(f"the bots end by themselves:\n{self.logs()[-LOG_SHOWN:]}")

    async def dismiss(self) -> None:
        for task in self._tending:
            task.cancel()
        await asyncio.gather(*self._tending, return_exceptions=True)
        for worker in self._workers:
            worker.thaw()
        await asyncio.gather(*(worker.stop() for worker in self._workers if worker.runs))

    @property
    def had_enough(self) -> bool:
        return self.tally.kills >= self._kills

    def logs(self) -> str:
        return "\n".join(worker.log for worker in self._workers)

    async def _tend(self, worker: Worker) -> None:
        while True:
            await worker.start("" if self.had_enough else self._draw_order())
            await self._live(worker, self._draw_patience())
            if worker.returncode == -signal.SIGKILL:
                self.tally.kills += 1
            else:
                self.tally.crashes += 1
                await asyncio.sleep(0.5)

    async def _live(self, worker: Worker, patience: float) -> None:
        """Watch one life, which its own order ends; one that outlives `patience` seconds is ended from here."""
        ends_at = time.monotonic() + patience
        while worker.runs:
            if time.monotonic() >= ends_at and not self.had_enough:
                await worker.kill()
            elif worker.was_frozen():
                await self._keep_frozen(worker)
                # what it does when it wakes is worth seeing
                ends_at = time.monotonic() + self._dice.uniform(*LIFE)
            await asyncio.sleep(TICK)

    async def _keep_frozen(self, worker: Worker) -> None:
        self.tally.stops += 1
        await asyncio.sleep(self._dice.uniform(*(FREEZE if len(self._workers) > 1 else FREEZE_ALONE)))
        worker.thaw()

    def _draw_order(self) -> str:
        """What the launcher reads; see Fuse."""
        verb = "stop" if self._dice.random() < SHARE_FROZEN else "kill"
        if self._dice.random() < SHARE_AT_STEPS:
            return f"{verb} {self._draw_step()} {self._dice.randint(1, LATEST_MEETING)} {LIFE_FOR_A_STEP}"
        return f"{verb} never 1 {self._dice.uniform(*LIFE):.2f}"

    def _draw_patience(self) -> float:
        """Some do not even live to see their start."""
        return self._dice.uniform(*STILLBORN) if self._dice.random() < SHARE_STILLBORN else PATIENCE

    def _draw_step(self) -> str:
        """Every step once, in a new order each round."""
        if not self._steps:
            self._steps = [f"{step}.{moment}" for step in STEPS for moment in MOMENTS]
            self._dice.shuffle(self._steps)
        return self._steps.pop()
