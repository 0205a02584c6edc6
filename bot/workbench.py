"""Heavy work on pictures and clips, in child processes: limited in time and memory, out of the event loop's way."""

import asyncio
import contextlib
import multiprocessing
import os
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


class WorkFailed(DailiesError):
    """The child ran out of time or memory, or died."""


class Workbench:
    """Runs plain functions of importable modules on picklable arguments, `AT_ONCE` at a time."""

    def __init__(self) -> None:
        self._context = _context()
        self._places = asyncio.Semaphore(AT_ONCE)

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
            ours, theirs = self._context.Pipe(duplex=False)
            child = self._context.Process(target=_serve, args=(theirs, patient, work, args), daemon=True)
            starting = asyncio.create_task(asyncio.to_thread(child.start))
            try:
                await asyncio.shield(starting)
                theirs.close()
                outcome = await asyncio.to_thread(_receive, ours, seconds)
            finally:
                # also when the caller gave up waiting, even for the start: nobody wants the rest
                await asyncio.shield(_end(child, starting, ours, theirs))
        if isinstance(outcome, BaseException):
            raise outcome
        result: Result = outcome
        return result


def _context() -> ForkServerContext | SpawnContext:
    """Children that inherit nothing of this process, forked from a small server where the system can."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bot.start_picture"])
    return context


async def _end(child: BaseProcess, starting: asyncio.Task[None], *pipes: Connection) -> None:
    await asyncio.wait([starting])
    if starting.exception() is None:
        child.kill()
        await asyncio.to_thread(child.join)
        child.close()
    for pipe in pipes:
        pipe.close()


def _receive(pipe: Connection, seconds: float) -> Any:
    try:
        if not pipe.poll(seconds):
            return WorkFailed("out of time")
        return pipe.recv()
    except (EOFError, OSError):
        return WorkFailed("the child died")


def _serve(pipe: Connection, patient: bool, work: Callable[..., Any], args: tuple[Any, ...]) -> None:
    _limit_memory()
    # what decoders in C print about a damaged file is no line of the log
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # other systems than Unix have nothing of the kind
    if patient and hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        outcome = work(*args)
    except MemoryError:
        outcome = WorkFailed("out of memory")
    except Exception as error:  # carried to the caller, who knows what it means
        outcome = error
    # whoever asked may have died or given up since
    with contextlib.suppress(BrokenPipeError):
        pipe.send(outcome)


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
