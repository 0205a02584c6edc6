"""Processor time of a process that is not ours, and of the children that it started, as Linux counts it."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class ProcessorTime:
    """Seconds, user and system together: of the process itself, and of all children, whether they live or ended."""

    own: float
    children: float


@dataclass(frozen=True, kw_only=True)
class _Process:
    """`waited` is what those had that ended, and were waited for."""

    parent: int
    own: float
    waited: float


def processor_time(pid: int) -> ProcessorTime:
    """NaN where the system does not say."""
    processes = dict(_processes())
    if pid not in processes:
        return ProcessorTime(own=float("nan"), children=float("nan"))
    alive = [processes[each] for each in _descendants(pid, processes)]
    children = processes[pid].waited + sum(child.own + child.waited for child in alive)
    return ProcessorTime(own=processes[pid].own, children=children)


def _descendants(pid: int, processes: dict[int, _Process]) -> Iterator[int]:
    for child, process in processes.items():
        if process.parent == pid:
            yield child
            yield from _descendants(child, processes)


def _processes() -> Iterator[tuple[int, _Process]]:
    for file in PROC.glob("[0-9]*/stat"):
        # whoever ended meanwhile is no more
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            yield int(file.parent.name), _read(file.read_text(encoding="utf-8", errors="replace"))


def _read(stat: str) -> _Process:
    """The name, in brackets, may have anything in it. Source: proc_pid_stat(5), fields 4 and 14 to 17."""
    fields = stat.rpartition(")")[2].split()
    user, system, waited_user, waited_system = (int(ticks) / TICKS for ticks in fields[11:15])
    return _Process(parent=int(fields[1]), own=user + system, waited=waited_user + waited_system)
