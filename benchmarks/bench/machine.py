"""The machine that figures come from, in one line: they say nothing without it."""

import os
import platform
from pathlib import Path


def describe_machine() -> str:
    """Processor, cores that this process may use, memory, Python, and how busy it was in the last minute."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parts = [
        f"{_told('/proc/cpuinfo', 'model name') or platform.machine()}, {cores} cores",
        *_memory(),
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
        f"load {os.getloadavg()[0]:.2f} at the start",
    ]
    return ", ".join(parts)


def _memory() -> list[str]:
    total, free = (_told("/proc/meminfo", name) for name in ("MemTotal", "MemAvailable"))
    return [f"{_gib(total)} GiB of memory, {_gib(free)} free"] if total and free else []


def _gib(kib: str) -> str:
    return f"{int(kib.split()[0]) / 2**20:.1f}"


def _told(file: str, name: str) -> str:
    """What stands behind a name where Linux tells of itself; empty where it does not."""
    lines = Path(file).read_text(encoding="utf-8").splitlines() if Path(file).exists() else []
    found = (line.partition(":") for line in lines)
    return next((value.strip() for key, _, value in found if key.strip() == name), "")
