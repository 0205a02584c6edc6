"""Heavy work on pictures and clips, in child processes: limited in time and memory, out of the event loop's way."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from .errors import DailiesError

Result = TypeVar("Result")

# Bytes of address space. A 64-megapixel picture needs about a third, a clip of 3840x2160 that is encoded two thirds.
MEMORY = 1536 * 1024 * 1024
AT_ONCE = 2
NICENESS = 10
# A child is kept for so many pieces of work, and while the last was so many seconds ago.
PIECES = 100
IDLE_FOR = 60.0


class WorkFailed(DailiesError):
    """The child ran out of time or memory, or died."""


class Workbench:
    """Runs plain functions of importable modules on picklable arguments, `AT_ONCE` at a time.

    A child that did well is kept for the next piece of work: starting one costs more than looking at a clip.
    """

    def __init__(self) -> None:
        self._context = _context()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._idle: list[_Child] = []
        self._retiring: set[asyncio.Task[None]] = set()

    async def warm_up(self) -> None:
        """Pay for the first start before a member waits for it."""
        await self.run(len, b"", seconds=30)

    async def run(
        self, work: Callable[..., Result], *args: object, seconds: float = 30, patient: bool = False
    ) -> Result:
        """What `work(*args)` returns, or the exception it raised; WorkFailed when the child was ended.

        What is `patient` leaves the processor to whoever wants it.
        """
        async with self._places:
            child = self._take() if not patient else None
            child = child or _Child(self._context, patient)
            done_well = False
            try:
                await child.started()
                outcome = await asyncio.to_thread(child.ask, work, args, seconds)
                done_well = not isinstance(outcome, BaseException)
            finally:
                if done_well and not patient and child.asked < PIECES:
                    self._keep(child)
                else:
                    # also when the caller gave up waiting, even for the start: nobody wants the rest
                    await asyncio.shield(child.end())
        if isinstance(outcome, BaseException):
            raise outcome
        result: Result = outcome
        return result

    async def aclose(self) -> None:
        """End the children that wait for work; nothing may run any more."""
        while self._idle:
            await self._idle.pop().end()
        await asyncio.gather(*self._retiring)

    def _take(self) -> "_Child | None":
        """One that waits, if it still lives."""
        while self._idle:
            child = self._idle.pop()
            if child.lives:
                return child
            self._bury(child)
        return None

    def _keep(self, child: "_Child") -> None:
        self._idle.append(child)
        asyncio.get_running_loop().call_later(IDLE_FOR, self._retire, child, child.asked)

    def _retire(self, child: "_Child", asked: int) -> None:
        """Unless it worked again since."""
        if child in self._idle and child.asked == asked:
            self._idle.remove(child)
            self._bury(child)

    def _bury(self, child: "_Child") -> None:
        ending = asyncio.create_task(child.end())
        self._retiring.add(ending)
        ending.add_done_callback(self._retiring.discard)


class _Child:
    """A process that does one piece of work after the other."""

    def __init__(self, context: ForkServerContext | SpawnContext, patient: bool) -> None:
        self.asked = 0
        self._pipe, self._theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=_serve, args=(self._theirs, patient), daemon=True)
        self._starting = asyncio.create_task(asyncio.to_thread(self._process.start))

    @property
    def lives(self) -> bool:
        return self._process.is_alive()

    async def started(self) -> None:
        await asyncio.shield(self._starting)
        self._theirs.close()

    def ask(self, work: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> Any:
        """What it brings back; blocks. Raises what pickling raises."""
        self.asked += 1
        try:
            self._pipe.send((work, args))
            if not self._pipe.poll(seconds):
                return WorkFailed("out of time")
            return self._pipe.recv()
        except (EOFError, OSError):
            return WorkFailed("the child died")

    async def end(self) -> None:
        await asyncio.wait([self._starting])
        if self._starting.exception() is None:
            self._process.kill()
            await asyncio.to_thread(self._process.join)
            self._process.close()
        self._theirs.close()
        self._pipe.close()


def _context() -> ForkServerContext | SpawnContext:
    """Children that inherit nothing of this process, forked from a small server where the system can."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bot.start_picture"])
    return context


def _serve(pipe: Connection, patient: bool) -> None:
    _limit_memory()
    # what decoders in C print about a damaged file is no line of the log
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # whoever presses Ctrl-C means the bot, which ends its children
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # other systems than Unix have nothing of the kind
    if patient and hasattr(os, "nice"):
        os.nice(NICENESS)
    # whoever asks may have died or given up since
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            work, args = pipe.recv()
            pipe.send(_outcome(work, args))


def _outcome(work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    try:
        return work(*args)
    except MemoryError:
        return WorkFailed("out of memory")
    except Exception as error:  # carried to the caller, who knows what it means
        return error


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
