"""Examines pictures in a process that may hardly grow. It makes none itself: what that took could be used again."""

import resource
from pathlib import Path

from bot.errors import BadPicture
from bot.media import examine

SPARE = 24 * 1024 * 1024  # bytes; the smallest of the pictures that are refused would take ten times as much


def examine_all(files: dict[str, bytes]) -> dict[str, str]:
    """For each file, what it was refused for, "out of memory" or "fine"."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + SPARE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    return {name: outcome(data) for name, data in files.items()}


def outcome(data: bytes) -> str:
    try:
        examine(data)
    except BadPicture as refused:
        return refused.code
    except MemoryError:
        return "out of memory"
    return "fine"
