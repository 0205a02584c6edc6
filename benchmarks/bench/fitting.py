"""Making a clip fit what a server takes, beside plain settings of the same encoder; and what a look at one costs."""

import asyncio
import math
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random

import av
from PIL import Image, ImageChops, ImageStat

from bot import clip

from .alone import cost_of
from .metrics import mean
from .table import Found, draw_table

MIB = 1024 * 1024
LIMIT = 10 * MIB
RATE = 24
# Every so many frames one is compared.
COMPARED = 6
GRAIN = 0.3
LOOKS = 3


@dataclass(frozen=True, kw_only=True)
class Film:
    """A clip to be made: `weight` in bytes, `seconds` long, its index behind its content, as encoders leave it."""

    name: str
    label: str
    size: tuple[int, int]
    seconds: int
    weight: int
    limit: int = LIMIT


FILMS = (
    Film(name="light", label="7 MiB, 12 s, 1792x1024", size=(1792, 1024), seconds=12, weight=7 * MIB),
    Film(name="heavy", label="36 MiB, 12 s, 1792x1024", size=(1792, 1024), seconds=12, weight=36 * MIB),
)
QUICK = (
    Film(name="light", label="quick", size=(320, 180), seconds=1, weight=70_000, limit=100_000),
    Film(name="heavy", label="quick", size=(320, 180), seconds=1, weight=300_000, limit=150_000),
)


def fit_ours(source: Path, target: Path, limit: int) -> None:
    clip.shrink(source, target, limit)


def fit_to_mean(source: Path, target: Path, limit: int) -> None:
    """libx264 as it is, `medium`, at the rate that the limit means."""
    with av.open(source, "r") as opened:
        seconds = (opened.duration or 0) / av.time_base
    _encode(source, target, {"preset": "medium", "b": str(int(limit * 8 / seconds))})


def fit_by_quality(source: Path, target: Path, limit: int) -> None:
    """libx264 as it is, `medium`, at the quality that it takes when it is told nothing; no limit is kept."""
    _encode(source, target, {"preset": "medium", "crf": "23"})


WAYS: dict[str, tuple[str, Callable[[Path, Path, int], None]]] = {
    "ours": ("ours", fit_ours),
    "mean_rate": ("x264 medium, mean rate", fit_to_mean),
    "crf23": ("x264 medium, crf 23", fit_by_quality),
}


async def measure_fitting(quick: bool) -> Found:
    return await asyncio.to_thread(_measure, QUICK if quick else FILMS)


def _measure(films: tuple[Film, ...]) -> Found:
    rows: list[tuple[object, ...]] = []
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for film in films:
            source = shoot(film, Path(folder) / f"{film.name}.mp4")
            for name, (label, fit) in WAYS.items():
                target = Path(folder) / f"{film.name}-{name}.mp4"
                took = cost_of(fit, source, target, film.limit)
                result = target.stat().st_size
                found = {
                    "wall_s": took.wall,
                    "cpu_s": took.cpu,
                    "peak_mib": took.peak,
                    "result_mib": result / MIB,
                    "psnr_db": psnr(source, target),
                    "fits": float(result <= film.limit),
                }
                figures |= {f"fitting_{film.name}_{name}_{figure}": value for figure, value in found.items()}
                *amounts, fits = found.values()
                rows.append((film.label, label, *(f"{amount:.2f}" for amount in amounts), "yes" if fits else "NO"))
        looks = {work.__name__: _quickest(work, source) for work in (clip.check, clip.poster, clip.last_frame)}
    figures |= {f"fitting_{name}_s": seconds for name, seconds in looks.items()}
    heads = ("clip", "made to fit by", "wall s", "CPU s", "peak MiB", "result MiB", "PSNR dB", "fits")
    lines = [
        f"fitting: to {films[0].limit / MIB:.2f} MiB; a flight over rugged land, with grain",
        *draw_table(heads, rows),
        "  a look at the heavy one, ms: " + ", ".join(f"{name} {1000 * took:.0f}" for name, took in looks.items()),
    ]
    return lines, figures


def shoot(film: Film, file: Path) -> Path:
    with av.open(file, "w") as out:
        video = out.add_stream("libx264", rate=RATE, options={"preset": "ultrafast"})
        video.width, video.height = film.size
        video.bit_rate = film.weight * 8 // film.seconds
        for number, picture in enumerate(flight(film.size, RATE * film.seconds)):
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            out.mux(video.encode(frame))
        out.mux(video.encode())
    return file


def psnr(source: Path, target: Path) -> float:
    """Of brightness, in dB; NaN where the frames have another size, infinite where nothing differs."""
    errors: list[float] = []
    with av.open(source, "r") as one, av.open(target, "r") as other:
        for number, (before, after) in enumerate(zip(one.decode(video=0), other.decode(video=0), strict=False)):
            if (before.width, before.height) != (after.width, after.height):
                return math.nan
            if number % COMPARED == 0:
                difference = ImageStat.Stat(ImageChops.difference(_brightness(before), _brightness(after)))
                errors.append(difference.sum2[0] / difference.count[0])
    error = mean(errors)
    return 10 * math.log10(255**2 / error) if error else math.inf


def _quickest(work: Callable[[Path], object], file: Path) -> float:
    times: list[float] = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        work(file)
        times.append(time.perf_counter() - began)
    return min(times)


def _encode(source: Path, target: Path, options: dict[str, str]) -> None:
    """As most would write it."""
    with av.open(source, "r") as opened, av.open(target, "w") as out:
        taken = opened.streams.video[0]
        video = out.add_stream("libx264", rate=taken.average_rate, options=options)
        video.width, video.height, video.pix_fmt = taken.width, taken.height, "yuv420p"
        for frame in opened.decode(taken):
            frame.pict_type = 0
            out.mux(video.encode(frame))
        out.mux(video.encode())


def flight(size: tuple[int, int], count: int, number: int = 0) -> Iterator[Image.Image]:
    """Over a rugged land, slowly, with grain; each `number` has a land of its own."""
    width, height = size
    extent = (-2 + number / 20, -1.2, 1 + number / 20, 1.2)
    land = Image.effect_mandelbrot((width * 2, height * 2), extent, 80).convert("RGB")
    dice = Random(number)
    grains = [_grain(size, dice) for _ in range(5)]
    for number in range(count):
        left, top = width * number // count, height * number // count
        seen = land.crop((left, top, left + width, top + height))
        yield Image.blend(seen, ImageChops.add(seen, grains[number % 5], offset=-64), GRAIN)


def _grain(size: tuple[int, int], dice: Random) -> Image.Image:
    width, height = size
    levels = bytes(range(128)) * 2
    return Image.merge("RGB", [Image.frombytes("L", size, dice.randbytes(width * height).translate(levels))] * 3)


def _brightness(frame: av.VideoFrame) -> Image.Image:
    plane = frame.planes[0]
    return Image.frombytes("L", (frame.width, frame.height), bytes(plane), "raw", "L", plane.line_size)
