"""Worlds: each life of a process is one, and whatever it began belongs to it; a dead one's callbacks never run."""

import asyncio
import contextvars
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# A task and a callback inherit it from whoever made them, so nothing has to be told where it is.
WORLD: contextvars.ContextVar["World | None"] = contextvars.ContextVar("world", default=None)


class Killed(BaseException):
    """Goes through a transaction that is not to be committed."""


@dataclass(eq=False, kw_only=True)
class Machine:
    """What outlives a process: by how many seconds the time is wrong there."""

    off_by: float = 0.0


@dataclass(eq=False, kw_only=True)
class World:
    """One process from its start to its end, which is a SIGKILL; `ended_at` names the moment.

    `steps` counts its callbacks, and it dies before the one with number `dies_before`. What it left behind is kept:
    were it collected, clean-up would run that no killed process does.
    """

    name: str
    machine: Machine
    steps: int = 0
    dies_before: int = 0
    ended_at: str = ""
    is_frozen: bool = False
    on_death: list[Callable[[], None]] = field(default_factory=list)
    _waiting: list[asyncio.Handle] = field(default_factory=list)
    _left: list[object] = field(default_factory=list)

    @property
    def is_dead(self) -> bool:
        return bool(self.ended_at)

    def lets_run(self, handle: asyncio.Handle) -> bool:
        """Whether a callback of this world may run now; if not, it is kept."""
        if not self.is_dead and not self.is_frozen:
            self.steps += 1
            if self.steps != self.dies_before:
                return True
            self.kill("any moment")
        (self._left if self.is_dead else self._waiting).append(handle)
        return False

    def kill(self, moment: str) -> None:
        if not self.is_dead:
            self.ended_at = moment
            self._left += self._waiting
            self._waiting = []
            for told in self.on_death:
                told()

    def keep(self, left: object) -> None:
        self._left.append(left)

    def freeze(self) -> None:
        self.is_frozen = True

    def thaw(self) -> list[asyncio.Handle]:
        """The callbacks that came meanwhile, in their order, to be run now."""
        self.is_frozen = False
        waiting, self._waiting = self._waiting, []
        return waiting

    def run(self, work: Callable[..., Any], *args: Any) -> Any:
        """What `work` returns, called within this world."""
        context = contextvars.copy_context()
        context.run(WORLD.set, self)
        return context.run(work, *args)


def off_by() -> float:
    """By how many seconds the machine of whoever asks is wrong; Discord and the vendor have the right time."""
    world = WORLD.get()
    return world.machine.off_by if world else 0.0


async def sleep_for_ever() -> None:
    """What a killed process does next."""
    await asyncio.get_running_loop().create_future()
