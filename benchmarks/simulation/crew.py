"""The crew: bots that live in worlds of their own, are killed and stopped, and start again until it is enough."""

import asyncio
import contextvars
import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from bot import program
from bot.settings import Settings

from . import plan
from .loop import VirtualLoop
from .moments import ALL, Fuse, light
from .workbench import Bench
from .worlds import Machine, World


@dataclass(kw_only=True)
class Tally:
    """`ended` are bots that ended by themselves, each with what it raised."""

    kills: int = 0
    freezes: int = 0
    met: set[str] = field(default_factory=set)
    ended: list[str] = field(default_factory=list)


class Crew:
    """So many `workers`, each on a machine with a disk of its own; `at` are the named moments to end at, else all."""

    def __init__(
        self, loop: VirtualLoop, dice: Random, settings: Settings, *, workers: int, kills: int, at: Sequence[str] = ()
    ) -> None:
        self.tally = Tally()
        self.machines = [Machine() for _ in range(workers)]
        self._loop = loop
        self._dice = dice
        self._settings = settings
        self._kills = kills
        self._lives = 0
        self._at = at or sorted(ALL)
        self._moments: list[str] = []
        self._stopped: set[World] = set()
        self._up: list[asyncio.Task[None]] = []

    @property
    def had_enough(self) -> bool:
        return self.tally.kills >= self._kills

    async def run(self) -> None:
        """Until there were kills enough; then everybody is up, and stays."""
        await asyncio.gather(*(self._tend(number) for number in range(len(self.machines))))

    async def _tend(self, number: int) -> None:
        settings = dataclasses.replace(self._settings, data_dir=self._settings.data_dir / str(number))
        while not self.had_enough:
            world = self._world(number)
            await self._live(world, settings)
            if world.ended_at in ALL:
                self.tally.met.add(world.ended_at)
            await asyncio.sleep(self._draw_pause())
        self._up.append(asyncio.create_task(self._keep_up(number, settings)))

    async def _keep_up(self, number: int, settings: Settings) -> None:
        """As a supervisor does; until cancelled."""
        while True:
            world = self._world(number)
            bot = self._start(world, settings)
            await asyncio.wait([bot])
            self._note_end(world, bot)
            await asyncio.sleep(plan.PAUSE[1])

    def _note_end(self, world: World, bot: asyncio.Task[None]) -> None:
        """Raises RuntimeError when the bots end by themselves all the time."""
        self.tally.ended.append(f"{world.name} ended by itself: {bot.exception()!r}")
        world.kill("its own end")
        if len(self.tally.ended) > plan.MANY_ENDS:
            raise RuntimeError("the bots end by themselves") from bot.exception()

    def _world(self, number: int) -> World:
        self._lives += 1
        return World(name=f"life {self._lives} of bot {number}", machine=self.machines[number])

    async def _live(self, world: World, settings: Settings) -> None:
        ended = asyncio.Event()
        world.on_death.append(ended.set)
        self._doom(world)
        bot = self._start(world, settings)
        waiting = asyncio.create_task(ended.wait())
        over = [waiting, bot]
        await asyncio.wait(over, timeout=plan.PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if world in self._stopped:
            await asyncio.wait(
                over, timeout=plan.FREEZE[1] + 2 * plan.LIFE_AFTER_FREEZE, return_when=asyncio.FIRST_COMPLETED
            )
        waiting.cancel()
        if bot.done() and not world.is_dead:
            self._note_end(world, bot)
        else:
            world.kill("patience")
            self.tally.kills += 1

    def _start(self, world: World, settings: Settings) -> asyncio.Task[None]:
        # of its own: what a dead one holds it never gives back
        bench = Bench(Random(self._dice.random()))

        def start() -> asyncio.Task[None]:
            return self._loop.create_task(program.run(settings, workbench=bench), name=world.name)

        task: asyncio.Task[None] = world.run(start)
        world.keep(task)
        return task

    # --- how one ends

    def _doom(self, world: World) -> None:
        """Say how this life ends."""
        dice, share = self._dice, self._dice.random()
        if share < plan.SHARE_STILLBORN:
            world.dies_before = dice.randint(1, plan.CALLBACKS_OF_A_START)
        elif share < plan.SHARE_STILLBORN + plan.SHARE_ANY_MOMENT:
            self._end_later(world, plan.UP_AFTER + dice.expovariate(1 / plan.LIFE))
        elif dice.random() < (plan.SHARE_FROZEN if len(self.machines) == 1 else plan.SHARE_FROZEN_AMONG_OTHERS):
            light(world, self._fuse(lambda moment: self._stop(world, moment)))
        else:
            light(world, self._fuse(world.kill))

    def _fuse(self, burn: Callable[[str], None]) -> Fuse:
        return Fuse(moment=self._draw_moment(), meetings=self._dice.randint(1, plan.LATEST_MEETING), burn=burn)

    def _end_later(self, world: World, seconds: float) -> None:
        def arm() -> None:
            world.dies_before = world.steps + self._dice.randint(1, plan.CALLBACKS_LATER)

        # none of the world's own doing, whoever called
        self._loop.call_later(seconds, arm, context=contextvars.Context())

    def _stop(self, world: World, moment: str) -> None:
        self._stopped.add(world)
        self.tally.freezes += 1
        self.tally.met.add(moment)
        seconds = self._dice.uniform(*(plan.FREEZE_ALONE if len(self.machines) == 1 else plan.FREEZE))
        self._loop.freeze(world, seconds)
        self._end_later(world, seconds + self._dice.uniform(0, plan.LIFE_AFTER_FREEZE))

    def _draw_moment(self) -> str:
        """Every one once, in a new order each round."""
        if not self._moments:
            self._moments = [*self._at]
            self._dice.shuffle(self._moments)
        return self._moments.pop()

    def _draw_pause(self) -> float:
        if self._dice.random() < plan.SHARE_LONG_PAUSE:
            return self._dice.choice(plan.LONG_PAUSES)
        return self._dice.uniform(*plan.PAUSE)
