"""Forks: each run in a process of its own, some side by side; what died in it goes with it, all at once."""

import contextlib
import os
import pickle
import selectors
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .clock import real_monotonic
from .run import Order, Result, run_seed

# A run that takes longer than this goes in circles, real seconds.
LONGEST = 900.0
# A disk in memory, where there is one: what survives a power cut is not what is looked at here.
MEMORY = Path("/dev/shm")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`trouble` is why there is no result; `processor` the seconds that it took of one."""

    order: Order
    result: Result | None = None
    trouble: str = ""
    processor: float = 0.0

    @property
    def kept(self) -> bool:
        return self.result is not None and self.result.kept


@dataclass(frozen=True, kw_only=True)
class _Fork:
    order: Order
    process: int
    answer: IO[bytes]
    folder: Path
    began_at: float


def run_all(orders: Iterable[Order], at_once: int) -> Generator[Outcome, None, None]:
    """The outcomes as they come."""
    waiting = deque(orders)
    with selectors.DefaultSelector() as selector, contextlib.ExitStack() as on_the_way_out:
        while waiting or selector.get_map():
            while waiting and len(selector.get_map()) < at_once:
                fork = _fork(waiting.popleft())
                on_the_way_out.callback(_end, fork)
                selector.register(fork.answer, selectors.EVENT_READ, fork)
            for key, _ in selector.select(timeout=1.0):
                selector.unregister(key.fileobj)
                yield _outcome(key.data)
            for key in list(selector.get_map().values()):
                if real_monotonic() - key.data.began_at > LONGEST:
                    os.kill(key.data.process, signal.SIGKILL)


def run_one(order: Order) -> Outcome:
    [outcome] = run_all([order], 1)
    return outcome


def _fork(order: Order) -> _Fork:
    folder = Path(tempfile.mkdtemp(prefix="simulation-", dir=MEMORY if MEMORY.is_dir() else None))
    ours, theirs = os.pipe()
    sys.stdout.flush()
    process = os.fork()
    if process == 0:
        _run(order, folder, theirs)
    os.close(theirs)
    return _Fork(order=order, process=process, answer=open(ours, "rb"), folder=folder, began_at=real_monotonic())


def _run(order: Order, folder: Path, answer: int) -> None:
    """Never returns: nothing is cleaned up."""
    try:
        outcome = Outcome(order=order, result=run_seed(order, folder), processor=time.process_time())
    except BaseException:
        outcome = Outcome(order=order, trouble=traceback.format_exc())
    with open(answer, "wb") as out:
        pickle.dump(outcome, out)
        out.flush()
        os._exit(0)


def _outcome(fork: _Fork) -> Outcome:
    said = fork.answer.read()
    _end(fork)
    if not said:
        seconds = real_monotonic() - fork.began_at
        return Outcome(order=fork.order, trouble=f"it ended without a word after {seconds:.0f} s")
    outcome: Outcome = pickle.loads(said)
    return outcome


def _end(fork: _Fork) -> None:
    """Harmless when it is over."""
    if not fork.answer.closed:
        fork.answer.close()
        os.kill(fork.process, signal.SIGKILL)
        os.waitpid(fork.process, 0)
        shutil.rmtree(fork.folder, ignore_errors=True)
