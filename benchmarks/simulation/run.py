"""One seed, in a process of its own: people ask, bots die, all goes wrong; then it is calm, and chaos' judge looks."""

import asyncio
import gc
import hashlib
import json
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.chaos.crowd import Crowd
from benchmarks.chaos.judge import Verdict, judge
from benchmarks.chaos.minutes import read_minutes
from benchmarks.chaos.stage import Stage
from benchmarks.chaos.weather import Weather
from sandbox.driver import wait_for

from . import clock, plan
from .crew import Crew
from .database import Server, share
from .loop import VirtualLoop
from .onlookers import look_again
from .plants import PLANTS
from .stage import Set, open_set
from .storm import BadClocks, BadNetwork, LongOutages, bad_database
from .worlds import off_by

# What a run may be had without, to find what a finding is made of.
PARTS = ("weather", "network", "clocks", "outage", "database", "court", "team", "guests")


@dataclass(frozen=True, kw_only=True)
class Order:
    """A run that is always the same. `at` are the named moments that lives are to end at, all when there are none."""

    seed: int
    kills: int
    workers: int = 1
    without: frozenset[str] = frozenset()
    at: tuple[str, ...] = ()
    plant: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """`seconds` are virtual ones; `ended` are bots that ended by themselves."""

    order: Order
    kills: int
    freezes: int
    ended: list[str]
    met: list[str]
    verdict: Verdict
    seconds: float
    callbacks: int
    calls: int
    digest: str

    @property
    def kept(self) -> bool:
        return self.verdict.kept and not self.ended


def run_seed(order: Order, folder: Path) -> Result:
    """To be called once in a process, which has to be ended with `os._exit`: what died in it is never collected."""
    gc.disable()
    if order.plant:
        PLANTS[order.plant].plant()
    dice = Random(order.seed)
    clock.Source.dice = Random(dice.random())
    random.seed(dice.random())
    Server.dice = Random(dice.random())
    loop = VirtualLoop(Random(dice.random()))
    loop.set_exception_handler(_hear_nothing)
    clock.Source.elapsed, clock.Source.off_by = loop.time, off_by
    asyncio.set_event_loop(loop)
    if order.workers > 1:
        share()
    return loop.run_until_complete(_run(loop, order, folder, dice))


async def _run(loop: VirtualLoop, order: Order, folder: Path, dice: Random) -> Result:
    async with open_set(folder, Random(dice.random())) as opened:
        stage = opened.stage
        crew = Crew(loop, Random(dice.random()), opened.settings, workers=order.workers, kills=order.kills, at=order.at)
        crowd = Crowd(stage, Random(dice.random()))
        of_guests = Random(dice.random())

        async def visit() -> None:
            if "guests" not in order.without:
                await opened.guests.run(of_guests)

        wrong = _what_goes_wrong(loop, order, opened, crew, dice)
        working = [asyncio.create_task(_after_commands(stage, each)) for each in _groups(order, stage, crew, dice)]
        around = [asyncio.create_task(_after_commands(stage, each)) for each in (crowd.run, visit, *wrong)]
        killing = asyncio.create_task(crew.run())
        await asyncio.wait([killing, *around], return_when=asyncio.FIRST_COMPLETED)
        if any(task.done() and task.exception() for task in around):
            killing.cancel()
        else:
            await killing
        await _stop(around)
        await crowd.finish()
        await opened.guests.finish()
        verdict = await _settle(opened, crowd, working)
        return Result(
            order=order,
            kills=crew.tally.kills,
            freezes=crew.tally.freezes,
            ended=crew.tally.ended,
            met=sorted(crew.tally.met),
            verdict=verdict,
            seconds=loop.time(),
            callbacks=loop.callbacks,
            calls=len(stage.discord.record),
            digest=digest(stage),
        )


Deed = Callable[[], Awaitable[Any]]


def _what_goes_wrong(loop: VirtualLoop, order: Order, opened: Set, crew: Crew, dice: Random) -> list[Deed]:
    parts: dict[str, Deed] = {
        "weather": Weather(opened.stage, Random(dice.random())).run,
        "network": BadNetwork(loop.network, Random(dice.random()), opened.ports).run,
        "clocks": BadClocks(crew.machines, Random(dice.random())).run,
    }
    has_outage, outages = dice.random() < plan.SHARE_LONG_OUTAGE, LongOutages(opened.stage, Random(dice.random()))
    if has_outage:
        parts["outage"] = outages.run
    if order.workers > 1:
        parts["database"] = bad_database
    return [part for name, part in parts.items() if name not in order.without]


def _groups(order: Order, stage: Stage, crew: Crew, dice: Random) -> list[Deed]:
    """People who bring to an end what they began, also after the last kill."""
    of_court, of_team = Random(dice.random()), Random(dice.random())

    async def sit() -> None:
        await stage.court.open(stage.database_url)
        await stage.court.sit(of_court)

    parts: dict[str, Deed] = {"team": lambda: stage.team.work(of_team, lambda: crew.had_enough), "court": sit}
    return [part for name, part in parts.items() if name not in order.without]


async def _after_commands(stage: Stage, deed: Deed) -> None:
    await wait_for(lambda: stage.discord.state.commands, timeout=plan.SETTLE, what="the commands")
    await deed()


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    """Raises what went wrong in one of them."""
    for task in tasks:
        task.cancel()
    for end in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(end, Exception):
            raise end


async def _settle(opened: Set, crowd: Crowd, working: list[asyncio.Task[None]]) -> Verdict:
    """The verdict once everything has ended, or when patience has; whoever would repeat something had time to."""
    stage = opened.stage

    def is_over() -> bool:
        verdict = judge(stage, crowd.asks)
        return not (verdict.lost or verdict.stale or [*stage.court.undecided()] or _of_guests(opened)["lost"])

    await asyncio.sleep(plan.UP_WITHIN)
    looking = asyncio.create_task(look_again(stage))
    deadline = asyncio.get_running_loop().time() + plan.SETTLE
    await _until(is_over, deadline)
    asked = 0
    while len(crowd.asks) > asked + 1:
        # what fails gives its place back, and there is room once more
        asked = len(crowd.asks)
        await crowd.fill(lambda: asyncio.sleep(plan.BETWEEN_FILLS))
        await _until(is_over, deadline)
    if working:
        await asyncio.wait(working[:1], timeout=max(0.0, deadline - asyncio.get_running_loop().time()))
    while (verdict := await _judge_all(opened, crowd)).unsettled or verdict.stale:
        if asyncio.get_running_loop().time() > deadline:
            break
        await asyncio.sleep(plan.LOOK_EVERY)
    looking.cancel()
    await asyncio.sleep(plan.WATCH)
    return await _judge_all(opened, crowd)


async def _until(is_over: Callable[[], bool], deadline: float) -> None:
    loop = asyncio.get_running_loop()
    while not is_over() and loop.time() < deadline:  # noqa: ASYNC110  # nobody says when it is
        await asyncio.sleep(plan.LOOK_EVERY)


async def _judge_all(opened: Set, crowd: Crowd) -> Verdict:
    stage, found = opened.stage, _of_guests(opened)
    verdict = judge(stage, crowd.asks, filled=True, minutes=await read_minutes(stage.database_url))
    more = {name: getattr(verdict, name) + len(lines) for name, lines in found.items()}
    evidence = tuple(f"{name}: {line}" for name, lines in found.items() for line in lines)
    return replace(verdict, **more, evidence=verdict.evidence + evidence)


def _of_guests(opened: Set) -> dict[str, list[str]]:
    return opened.guests.judge([task.prompt for task in opened.stage.vendor.ledger.tasks.values()])


def _hear_nothing(_loop: object, _context: dict[str, Any]) -> None:
    """What is told of the dead."""


# --- what was to be seen


def digest(stage: Stage) -> str:
    """Of every request, visit, charge and message, with its time."""
    seen = hashlib.sha256()
    for line in tell(stage):
        seen.update(line.encode() + b"\n")
    return seen.hexdigest()[:16]


def tell(stage: Stage) -> Iterator[str]:
    for one in stage.discord.record:
        yield _line(one.method, one.path, one.json, one.status, one.answer, one.at)
    for visit in stage.vendor.ledger.visits:
        yield _line(visit.method, visit.path, visit.status, visit.at)
    for task in stage.vendor.ledger.tasks.values():
        yield _line(task.id, task.prompt, [(state.word, state.at) for state in task.states])
    for message in stage.discord.state.messages():
        yield _line(message.id, message.content, message.embeds, message.made_at)


def _line(*seen: object) -> str:
    return json.dumps(seen, default=str)


def as_line(result: Result) -> dict[str, object]:
    """What is printed of it as JSON."""
    figures = {name: value for name, value in asdict(result).items() if name not in ("order", "verdict")}
    order = asdict(result.order) | {"without": sorted(result.order.without)}
    return {**order, **figures, **result.verdict.figures(), "seconds": round(result.seconds)}
