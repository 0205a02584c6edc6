"""The named moments: before and after each of chaos' steps a world may be ended, or stopped for a while."""

import asyncio
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.chaos.launcher import locate
from benchmarks.chaos.plan import MOMENTS, STEPS

from .worlds import WORLD, Killed, World, sleep_for_ever

ALL: Final = frozenset(f"{step}.{moment}" for step in STEPS for moment in MOMENTS)


@dataclass(kw_only=True)
class Fuse:
    """Does something at the n-th meeting of a moment, once."""

    moment: str
    meetings: int
    burn: Callable[[str], None]

    def meet(self, moment: str) -> None:
        if moment == self.moment:
            self.meetings -= 1
            if self.meetings == 0:
                self.burn(moment)


_fuses: dict[World, Fuse] = {}


def light(world: World, fuse: Fuse) -> None:
    _fuses[world] = fuse


def wrap_steps() -> None:
    """Have every named step meet the fuse of the world that takes it."""
    for name, target in STEPS.items():
        owner, attribute = locate(target)
        original = getattr(owner, attribute)
        wrap = _wrap_coroutine if asyncio.iscoroutinefunction(original) else _wrap_plain
        setattr(owner, attribute, functools.wraps(original)(wrap(name, original)))


def _meet(moment: str) -> World | None:
    """The world in which it was met."""
    world = WORLD.get()
    if world in _fuses and not world.is_dead:
        _fuses[world].meet(moment)
    return world


def _wrap_coroutine(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    async def stepped(*args: Any, **more: Any) -> Any:
        await _pass(f"{name}.before")
        result = await original(*args, **more)
        await _pass(f"{name}.after")
        return result

    return stepped


async def _pass(moment: str) -> None:
    world = _meet(moment)
    if world and world.is_dead:
        await sleep_for_ever()
    if world and world.is_frozen:
        # what comes next is a callback, and waits
        await asyncio.sleep(0)


def _wrap_plain(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    """Within a transaction: one that is not committed is as if it had never begun."""

    def stepped(*args: Any, **more: Any) -> Any:
        _pass_plainly(f"{name}.before")
        result = original(*args, **more)
        _pass_plainly(f"{name}.after")
        return result

    return stepped


def _pass_plainly(moment: str) -> None:
    world = _meet(moment)
    if world and world.is_dead:
        raise Killed
