"""`python -m benchmarks.bench.picture_child WAY FILE REPEATS`: prepares one picture, and prints what that took as JSON.

In a process of its own, so that its memory is that of this picture and this way alone.
"""

import argparse
import contextlib
import io
import json
import resource
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageOps

from bot.errors import BadPicture
from bot.workbench import MEMORY

FRAME = (1280, 720)
LIMIT = 10_000_000


def prepare_plainly(data: bytes) -> bytes:
    """What one writes with Pillow at hand, and nothing else in mind."""
    with Image.open(io.BytesIO(data)) as picture:
        fitted = ImageOps.fit(ImageOps.exif_transpose(picture).convert("RGB"), FRAME)
    file = io.BytesIO()
    fitted.save(file, "JPEG", quality=90)
    return file.getvalue()


def prepare_as_the_bot_does(data: bytes) -> bytes:
    # imported here: it takes away Pillow's own guard, which the plain way relies on
    from bot.media import fit

    return fit(data, width=FRAME[0], height=FRAME[1], how="crop", limit=LIMIT)


WAYS: dict[str, Callable[[bytes], bytes]] = {"ours": prepare_as_the_bot_does, "plain": prepare_plainly}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("file", type=Path)
    parser.add_argument("repeats", type=int)
    given = parser.parse_args()
    print(json.dumps(measure(WAYS[given.way], given.file.read_bytes(), given.repeats)))


def measure(prepare: Callable[[bytes], bytes], data: bytes, repeats: int) -> dict[str, float | str]:
    """The least time in milliseconds, and the peak above idle in MiB, of the first time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warm_up(prepare)
    idle, peak, outcome = memory("VmRSS"), 0.0, ""
    times = []
    for repeat in range(repeats):
        began = time.perf_counter()
        outcome = attempt(prepare, data)
        times.append(time.perf_counter() - began)
        peak = peak if repeat else memory("VmHWM") - idle
    return {"outcome": outcome, "ms": min(times) * 1000, "mib": max(0.0, peak)}


def warm_up(prepare: Callable[[bytes], bytes]) -> None:
    """Idle is with everything loaded."""
    from pillow_heif import register_heif_opener

    register_heif_opener()
    for plugin in ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF"):
        file = io.BytesIO()
        Image.new("RGB", (200, 200)).save(file, plugin)
        prepare(file.getvalue())
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew


def attempt(prepare: Callable[[bytes], bytes], data: bytes) -> str:
    try:
        prepare(data)
    except (BadPicture, Image.DecompressionBombError):
        return "refused"
    except (MemoryError, OSError, ValueError, RuntimeError) as error:
        return "out of memory" if isinstance(error, MemoryError) else "failed"
    return "fitted"


def memory(line: str) -> float:
    """A line of what Linux tells of this process, in MiB; nothing is known elsewhere."""
    try:
        told = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return float("nan")
    return next(int(each.split()[1]) / 1024 for each in told.splitlines() if each.startswith(f"{line}:"))


if __name__ == "__main__":
    main()
