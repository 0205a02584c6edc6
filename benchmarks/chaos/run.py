"""One engine's run: members ask, bots die, the weather is bad; then all is calm, and the judge looks."""

import asyncio
import re
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sandbox.driver import wait_for

from .crew import Crew, Tally
from .crowd import Crowd
from .judge import Verdict, judge
from .minutes import read_minutes
from .plan import SETTLE, WATCH
from .stage import Stage, open_stage, set_limits
from .weather import Weather


@dataclass(frozen=True, kw_only=True)
class Result:
    engine: str
    tally: Tally
    verdict: Verdict
    seconds: float
    steps_met: int
    log: str

    def line(self) -> dict[str, object]:
        """What is printed as JSON."""
        return {
            "engine": self.engine,
            "kills": self.tally.kills,
            "stops": self.tally.stops,
            **self.verdict.figures(),
            "crashes": self.tally.crashes,
            "steps_met": self.steps_met,
            "seconds": round(self.seconds),
        }


async def run_engine(
    engine: str, *, kills: int, seed: int, settle: float = SETTLE, briefs: int | None = None
) -> Result:
    """`engine` is "sqlite" or "postgresql"; `settle` is how long all may take to end after the last kill, seconds.

    A team goes through so many `briefs` at most, else as many as there is time for.

    Raises what opening its database raises.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        async with open_stage(engine, Path(folder), own_server=True) as stage:
            await set_limits(stage)
            crew = Crew(stage.workers, Random(seed), kills)
            crowd = Crowd(stage, Random(seed + 1))
            sitting = asyncio.create_task(_after_commands(stage, lambda: _sit(stage, Random(seed + 3))))
            working = asyncio.create_task(
                _after_commands(stage, lambda: stage.team.work(Random(seed + 4), lambda: crew.had_enough, briefs))
            )
            try:
                await _storm(stage, crew, crowd, Random(seed + 2))
                verdict = await _settle(stage, crowd, working, settle)
            finally:
                sitting.cancel()
                working.cancel()
                await crew.dismiss()
            return Result(
                engine=engine,
                tally=crew.tally,
                verdict=verdict,
                seconds=time.monotonic() - began,
                steps_met=len(_steps(crew.logs())),
                log=crew.logs(),
            )


async def _storm(stage: Stage, crew: Crew, crowd: Crowd, dice: Random) -> None:
    killing = asyncio.create_task(crew.run())
    around = [asyncio.create_task(_after_commands(stage, part.run)) for part in (crowd, Weather(stage, dice))]
    try:
        await asyncio.wait([killing, *around], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in around:
            task.cancel()
        ends = await asyncio.gather(*around, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end
    await killing
    await crowd.finish()


async def _sit(stage: Stage, dice: Random) -> None:
    await stage.court.open(stage.database_url)
    await stage.court.sit(dice)


async def _after_commands(stage: Stage, part: Callable[[], Awaitable[None]]) -> None:
    await wait_for(lambda: stage.discord.state.commands, timeout=60, what="the commands")
    await part()


async def _settle(stage: Stage, crowd: Crowd, working: asyncio.Task[None], seconds: float) -> Verdict:
    """The verdict once everything has ended, or when patience has; whoever would repeat something had time to.

    Raises what went wrong in the team.
    """
    deadline = time.monotonic() + seconds
    while (verdict := judge(stage, crowd.asks)).lost or verdict.stale or [*stage.court.undecided()]:
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(0.5)
    await crowd.fill(lambda: wait_for(lambda: not judge(stage, crowd.asks).lost, what="the end of it"))
    await asyncio.wait([working], timeout=seconds)
    if working.done():
        working.result()
    deadline = time.monotonic() + seconds / 2
    while (verdict := await _judge_all(stage, crowd)).unsettled or verdict.stale:
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(0.5)
    await asyncio.sleep(WATCH)
    return await _judge_all(stage, crowd)


async def _judge_all(stage: Stage, crowd: Crowd) -> Verdict:
    return judge(stage, crowd.asks, filled=True, minutes=await read_minutes(stage.database_url))


def _steps(log: str) -> set[str]:
    """The named steps at which a bot ended or froze itself."""
    return set(re.findall(r"^chaos: SIG\w+ at (\w+\.\w+)$", log, re.MULTILINE))
