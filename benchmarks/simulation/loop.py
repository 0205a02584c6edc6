"""An event loop without a system below it: its clock jumps to the next timer, and a thread's work is a callback."""

import asyncio
import contextvars
import heapq
from collections.abc import Callable
from random import Random
from typing import Any

from .network import Network
from .worlds import WORLD, World

# What a callback takes, seconds: no two things happen at once, and whoever polls the clock gets on.
CALLBACK_TAKES = 2e-6
# What is done in a thread takes, seconds.
THREAD_TAKES = (0.0001, 0.003)


class Deadlock(RuntimeError):
    """Everybody waits, and nobody for a timer."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Reaches into `_ready` and `_scheduled` of the base, and into a handle's `_context`, as its own turn does."""

    _ready: Any
    _scheduled: list[Any]
    _timer_cancelled_count: int

    def __init__(self, dice: Random) -> None:
        super().__init__()
        self._now = 0.0
        self._dice = dice
        self.callbacks = 0
        self.network = Network(self, Random(dice.random()))

    def time(self) -> float:
        return self._now

    def freeze(self, world: World, seconds: float) -> None:
        """As SIGSTOP, and SIGCONT so many seconds later."""
        world.freeze()
        self.call_later(seconds, lambda: self._ready.extend(world.thaw()), context=contextvars.Context())

    def _run_once(self) -> None:
        ready, timers = self._ready, self._scheduled
        if not ready:
            self._skip_cancelled()
            if not timers:
                raise Deadlock
            self._now = max(self._now, timers[0]._when)
        while timers and timers[0]._when <= self._now:
            timer = heapq.heappop(timers)
            timer._scheduled = False
            if timer._cancelled:
                self._timer_cancelled_count -= 1
            else:
                ready.append(timer)
        for _ in range(len(ready)):
            handle = ready.popleft()
            if handle._cancelled:
                continue
            world = handle._context.get(WORLD)
            if world is None or world.lets_run(handle):
                self._now += CALLBACK_TAKES
                self.callbacks += 1
                handle._run()

    def _skip_cancelled(self) -> None:
        timers = self._scheduled
        while timers and timers[0]._cancelled:
            heapq.heappop(timers)._scheduled = False
            self._timer_cancelled_count -= 1

    # --- threads

    def call_soon_threadsafe(self, callback: Any, *args: Any, context: Any = None) -> asyncio.Handle:  # type: ignore[override]
        return self.call_soon(callback, *args, context=context)

    def run_in_executor(self, executor: object, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """Done whole: its process dies before it, or after it and before anybody heard. Cancelling may be too late."""
        done: asyncio.Future[Any] = self.create_future()

        def work() -> None:
            if done.cancelled() and self._dice.random() < 0.5:
                return
            try:
                result = func(*args)
            except Exception as error:
                self.call_soon(_settle, done, error, None)
            else:
                self.call_soon(_settle, done, None, result)

        self.call_later(self._dice.uniform(*THREAD_TAKES), work)
        return done

    # --- the network

    async def create_server(self, protocol_factory: Any, host: Any = None, port: Any = None, **_: Any) -> Any:
        return self.network.listen(protocol_factory, host, port)

    async def create_connection(self, protocol_factory: Any, *, sock: Any = None, **_: Any) -> Any:  # type: ignore[override]
        return self.network.connect(protocol_factory, sock)

    # --- what there is nothing of

    def _write_to_self(self) -> None:
        pass

    def _process_events(self, event_list: object) -> None:
        pass


def _settle(done: asyncio.Future[Any], error: Exception | None, result: object) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)
