"""What preparing a picture takes, in time and memory: ours beside plain Pillow, each picture in a fresh process."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sandbox.bot_process import REPOSITORY

from .picture_child import FRAME, WAYS
from .picture_files import BOMB, CAMERA, PHONE, SMALL, make_bombs, make_photos
from .table import Found, draw_table

REPEATS, REPEATS_QUICK = 7, 1
HEADS = ("picture", *(f"{way} {what}" for way in WAYS for what in ("ms", "MiB", "did")))


async def measure_pictures(quick: bool) -> Found:
    rows: list[Sequence[object]] = []
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, file in (await asyncio.to_thread(_write_files, Path(folder), quick)).items():
            found = {way: await _measure(way, file, REPEATS_QUICK if quick else REPEATS) for way in WAYS}
            rows.append((name, *(cell for way in WAYS for cell in _cells(found[way]))))
            key = name.replace(" ", "_")
            figures |= {f"pictures_{key}_{way}_{what}": found[way][what] for way in WAYS for what in ("ms", "mib")}
    camera, phone = (SMALL, SMALL) if quick else (CAMERA, PHONE)
    lines = [
        f"pictures: to a JPEG of {FRAME[0]}x{FRAME[1]}; best of {REPEATS_QUICK if quick else REPEATS}, peak above idle",
        f"  jpeg of {_pixels(camera)}, the others of {_pixels(phone)}; bombs of {_pixels(BOMB)} in some kilobytes",
        *draw_table(HEADS, rows),
    ]
    return lines, figures


def _write_files(folder: Path, quick: bool) -> dict[str, Path]:
    made = make_photos(quick) | {f"bomb {name}": data for name, data in make_bombs(quick).items()}
    files = {name: folder / name.replace(" ", "-") for name in made}
    for name, file in files.items():
        file.write_bytes(made[name])
    return files


async def _measure(way: str, file: Path, repeats: int) -> dict[str, Any]:
    command = ("-m", "benchmarks.bench.picture_child", way, str(file), str(repeats))
    child = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=REPOSITORY, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, errors = await child.communicate()
    if child.returncode:
        raise RuntimeError(f"{file.name}, {way}: {errors.decode()[-500:]}")
    found: dict[str, Any] = json.loads(out)
    return found


def _cells(found: dict[str, Any]) -> tuple[str, str, str]:
    return f"{found['ms']:.1f}", f"{found['mib']:.0f}", str(found["outcome"])


def _pixels(size: tuple[int, int]) -> str:
    return f"{size[0] * size[1] / 1e6:.1f} MP"
