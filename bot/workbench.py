"""Heavy work on pictures and clips, in child processes: limited in time and memory, out of the event loop's way."""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from .errors import DailiesError
from .outages import Outage

log = logging.getLogger(__name__)

Result = TypeVar("Result")

# Bytes of address space. A 64-megapixel picture needs about a third, a clip of 3840x2160 that is encoded two thirds.
MEMORY = 1536 * 1024 * 1024
AT_ONCE = 2
# Whoever waits for an answer goes first: children leave the processor to the bot, and those that are patient to all.
NICENESS, PATIENT = 5, 15
# A child is kept for so many pieces of work, and leaves when none came for so many seconds.
PIECES = 100
IDLE_FOR = 60.0

AWAY = "Neither pictures nor clips can be looked at"


class WorkFailed(DailiesError):
    """The child ran out of time or memory at this piece of work, or died of it: another try would end so, too."""


class NoChild(WorkFailed):
    """No child could be made: of the piece of work nothing is known."""


class Workbench:
    """Runs plain functions of importable modules on picklable arguments, `AT_ONCE` at a time.

    A child that did well is kept for the next piece of work: starting one costs more than looking at a clip.
    """

    def __init__(self) -> None:
        self._context = _context()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._idle: list[_Child] = []
        self._away = Outage(log, AWAY, "Pictures and clips can be looked at again", own=True)

    async def warm_up(self) -> None:
        """Pay for the first start before a member waits for it."""
        with contextlib.suppress(WorkFailed):
            await self.run(len, b"")

    async def try_out(self) -> None:
        """Raises WorkFailed when it is of no use, which is left to the caller to tell."""
        await self._run(len, (b"",), seconds=30, patient=False)

    async def run(
        self, work: Callable[..., Result], *args: object, seconds: float = 30, patient: bool = False
    ) -> Result:
        """What `work(*args)` returns, or the exception it raised; NoChild, or WorkFailed when the child was ended.

        What is `patient` leaves the processor to whoever wants it.
        """
        try:
            result = await self._run(work, args, seconds=seconds, patient=patient)
        except NoChild as error:
            self._away.met(error)
            raise
        self._away.over()
        return result

    async def _run(
        self, work: Callable[..., Result], args: tuple[object, ...], *, seconds: float, patient: bool
    ) -> Result:
        async with self._places:
            child = self._take(patient)
            keep = False
            try:
                result: Result = await child.do(work, args, seconds)
                keep = not patient and child.asked < PIECES
            finally:
                if keep:
                    self._idle.append(child)
                else:
                    # also when the caller gave up waiting, even for the start: nobody wants the rest
                    await asyncio.shield(child.end())
        return result

    async def aclose(self) -> None:
        """End the children that wait for work; nothing may run any more."""
        while self._idle:
            await self._idle.pop().end()

    def _take(self, patient: bool) -> "_Child":
        while self._idle and not patient:
            # one that is dropped hears that its pipe closes, and leaves
            if (child := self._idle.pop()).waits:
                return child
        return _Child(self._context, patient)


class _Child:
    """A process that does one piece of work after the other, and leaves when none comes."""

    def __init__(self, context: ForkServerContext | SpawnContext, patient: bool) -> None:
        self.asked = 0
        self._answered_at = 0.0
        self._starting = asyncio.create_task(asyncio.to_thread(_start, context, patient))

    @property
    def waits(self) -> bool:
        """For half of the time only: one that is about to leave is asked no more."""
        process, _ = self._starting.result()
        return process.is_alive() and time.monotonic() - self._answered_at < IDLE_FOR / 2

    async def do(self, work: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> Any:
        """Raises NoChild, WorkFailed, what the work raised, or what pickling raises."""
        try:
            _, pipe = await asyncio.shield(self._starting)
        # the server that forks died, or this process may have no more threads
        except (OSError, EOFError, RuntimeError) as error:
            raise NoChild(f"no child can be started: {error or type(error).__name__}") from error
        self.asked += 1
        outcome = await asyncio.to_thread(_ask, pipe, work, args, seconds)
        self._answered_at = time.monotonic()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def end(self) -> None:
        await asyncio.wait([self._starting])
        if self._starting.exception() is None:
            process, pipe = self._starting.result()
            process.kill()
            await asyncio.to_thread(process.join)
            process.close()
            pipe.close()


def _context() -> ForkServerContext | SpawnContext:
    """Children that inherit nothing of this process, forked from a small server where the system can."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bot.start_picture"])
    return context


def _start(context: ForkServerContext | SpawnContext, patient: bool) -> tuple[BaseProcess, Connection]:
    ours, theirs = context.Pipe()
    with theirs:
        process = context.Process(target=_serve, args=(theirs, patient, IDLE_FOR), daemon=True)
        process.start()
    return process, ours


def _ask(pipe: Connection, work: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> Any:
    try:
        pipe.send((work, args))
        return pipe.recv() if pipe.poll(seconds) else WorkFailed("out of time")
    except (EOFError, OSError):
        return WorkFailed("the child died")


def _serve(pipe: Connection, patient: bool, idle_for: float) -> None:
    _limit_memory()
    # what decoders in C print about a damaged file is no line of the log
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # whoever presses Ctrl-C means the bot, which ends its children
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # other systems than Unix have nothing of the kind
    if hasattr(os, "nice"):
        os.nice(PATIENT if patient else NICENESS)
    # whoever asks may have died or given up since
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while pipe.poll(idle_for):
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
