"""What work costs in a process of its own, so that the memory it took is its own, too."""

import math
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What it took: seconds, and MiB at the worst moment of the process."""

    wall: float
    cpu: float
    peak: float


def cost_of(work: Callable[..., object], *given: object) -> Cost:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_timed, work, *given).result()


def _timed(work: Callable[..., object], *given: object) -> Cost:
    began, busy = time.perf_counter(), time.process_time()
    work(*given)
    wall, cpu = time.perf_counter() - began, time.process_time() - busy
    return Cost(wall=wall, cpu=cpu, peak=_peak())


def _peak() -> float:
    """MiB; NaN where the system does not say. (What `getrusage` says begins with what the parent had.)"""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), math.nan)
