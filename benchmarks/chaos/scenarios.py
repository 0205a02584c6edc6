"""Scenarios: for each planted fault the one moment where it shows; without the plant the same moment does no harm."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sandbox.driver import wait_for
from sandbox.mulerun import faults

from .crew import Worker
from .crowd import Crowd
from .judge import Verdict, judge
from .plan import DEAD_AFTER
from .stage import Stage, open_stage

# A bot that starts on a busy machine, and ten seconds until PostgreSQL ends what a frozen one was in the midst of.
PATIENCE = 75.0
# Longer than a worker is waited for before another takes its jobs.
TAKEN_OVER = DEAD_AFTER + 1.5


# Whoever comes back says at once what it does not know to be said, seconds.
TO_REPEAT = 2.0


async def lose_a_message(stage: Stage, crowd: Crowd) -> None:
    """The bot dies between Discord's acceptance of a message and its own note of that."""
    worker, speed = stage.workers[0], stage.vendor.speed
    await _up(stage, worker, "kill send.after 1 60")
    # only the newest is said: until the message would be repeated, the job must not move on
    stage.vendor.speed = speed / 1000
    await crowd.ask(stage.members[0])
    await worker.wait()
    await _up(stage, worker)
    await asyncio.sleep(TO_REPEAT)
    stage.vendor.speed = speed


async def lose_an_answer(stage: Stage, crowd: Crowd) -> None:
    """The vendor accepts a POST, and the connection breaks before it says so."""
    await _up(stage, stage.workers[0])
    stage.vendor.faults.next_posts(faults.reset(accepted=True))
    await crowd.ask(stage.members[0])


async def wake_too_late(stage: Stage, crowd: Crowd) -> None:
    """A worker freezes with the vendor's answer in hand, is taken for dead, and wakes when another has spoken."""
    sleeper, other = stage.workers[:2]
    await _up(stage, sleeper, "stop submit.after 1 60")
    await crowd.ask(stage.members[0])
    await wait_for(sleeper.was_frozen, timeout=PATIENCE, what="the worker to freeze")
    await other.start()
    await wait_for(lambda: judge(stage, crowd.asks).unconfirmed_told, timeout=PATIENCE, what="the doubt")
    sleeper.thaw()
    await asyncio.sleep(TAKEN_OVER)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    engine: str
    play: Callable[[Stage, Crowd], Awaitable[None]]


SCENARIOS = {
    "no-nonce": Scenario(engine="sqlite", play=lose_a_message),
    "post-again": Scenario(engine="sqlite", play=lose_an_answer),
    "no-fencing": Scenario(engine="postgresql", play=wake_too_late),
}


async def play(plant: str, *, planted: bool) -> Verdict:
    """The judge's verdict on the scenario of this plant. Raises what opening its database raises."""
    scenario = SCENARIOS[plant]
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        async with open_stage(scenario.engine, Path(folder), plant if planted else None) as stage:
            crowd = Crowd(stage, Random(0))
            try:
                await scenario.play(stage, crowd)
                await wait_for(lambda: _over(stage, crowd), timeout=PATIENCE, what="the end of it")
                return judge(stage, crowd.asks)
            finally:
                for worker in stage.workers:
                    worker.thaw()
                await asyncio.gather(*(worker.kill() for worker in stage.workers if worker.runs))


async def _up(stage: Stage, worker: Worker, order: str = "") -> None:
    await worker.start(order)
    await stage.discord.wait_until_connected()
    await wait_for(lambda: stage.discord.state.commands, what="the commands")


def _over(stage: Stage, crowd: Crowd) -> bool:
    verdict = judge(stage, crowd.asks)
    return not verdict.lost and not verdict.stale
