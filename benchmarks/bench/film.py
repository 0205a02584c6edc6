"""A film of several shots, beside encoding all of it by plain settings of the same encoder."""

import asyncio
import math
import tempfile
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
from av.filter import Graph

from bot import film
from bot.film import Clip, Edit, Join, Plan, Shot, TitleCard
from bot.film.plan import Copied

from .alone import cost_of
from .fitting import Film, flight
from .metrics import mean
from .table import Found, draw_table

RATE, SOUND_RATE = 24, 48_000
# Every so many frames one is compared.
COMPARED = 12
SHOTS, QUICK_SHOTS = 10, 4
SHOT = Film(name="shot", label="1280x720", size=(1280, 720), seconds=12, weight=7 * 1024 * 1024)
QUICK = replace(SHOT, label="320x180, quick", size=(320, 180), seconds=2, weight=150_000)
# As vendors send them: encoders that are told nothing more begin anew every 250 frames.
ENCODER = {"preset": "veryfast", "g": "250"}


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Of brightness, beside the clips: PSNR in dB, infinite where nothing differs; SSIM of all of it."""

    psnr: float
    ssim: float


def cut(clips: list[Path]) -> Edit:
    """Shots that follow one another."""
    return Edit(name="cut", shots=tuple(Shot(name=file.stem, source=Clip(file=file)) for file in clips))


def faded(clips: list[Path]) -> Edit:
    """A title, two cross-fades of a second, and an end."""
    shots = [
        Shot(name=file.stem, source=Clip(file=file), join=Join.FADE if number in (3, 6) else Join.CUT, fade=1.0)
        for number, file in enumerate(clips)
    ]
    cards = [Shot(name=text, source=TitleCard(text=text)) for text in ("Rain", "The end")]
    return Edit(name="faded", shots=(cards[0], *shots, cards[1]))


EDITS: dict[str, Callable[[list[Path]], Edit]] = {"cut": cut, "faded": faded}


def make_ours(edit: Edit, folder: Path, target: Path) -> None:
    """All in one process, one piece after the other, as the workbench does."""
    plan = plan_of(edit)
    for piece in film.pieces(plan):
        film.make(piece, plan, folder)
    film.join(plan, folder, target)


def make_plain(edit: Edit, folder: Path, target: Path) -> None:
    """As most would write it, without the fades and the cards: `medium` at the quality that x264 takes by itself."""
    plan = plan_of(edit)
    with av.open(target, "w", options={"movflags": "+faststart"}) as out:
        video = out.add_stream("libx264", rate=RATE, options={"preset": "medium", "crf": "23"})
        (video.width, video.height), video.pix_fmt = plan.format.size, "yuv420p"
        # sound in the way that takes a quarter of the time, as ours: pictures are what is compared
        sound = out.add_stream("aac", rate=SOUND_RATE, layout="stereo", bit_rate=192_000, options={"aac_coder": "fast"})
        pictures = samples = 0
        for frame in _decoded(edit):
            if isinstance(frame, av.VideoFrame):
                frame.pts, frame.time_base, frame.pict_type = pictures, Fraction(1, RATE), 0
                pictures += 1
                out.mux(video.encode(frame))
            else:
                frame.pts, frame.time_base = samples, Fraction(1, SOUND_RATE)
                samples += frame.samples
                out.mux(sound.encode(frame))
        out.mux(video.encode())
        out.mux(sound.encode())


def _decoded(edit: Edit) -> Iterator[av.VideoFrame | av.AudioFrame]:
    for shot in edit.shots:
        if isinstance(shot.source, Clip):
            with av.open(shot.source.file, "r") as clip:
                for frame in clip.decode(video=0, audio=0):
                    assert isinstance(frame, av.VideoFrame | av.AudioFrame)
                    yield frame


def plan_of(edit: Edit) -> Plan:
    return film.plan_film(edit, [film.survey(shot) for shot in edit.shots])


async def measure_film(quick: bool) -> Found:
    return await asyncio.to_thread(_measure, *((QUICK, QUICK_SHOTS) if quick else (SHOT, SHOTS)))


def _measure(shot: Film, count: int) -> Found:
    rows: list[tuple[object, ...]] = []
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as made_in:
        folder = Path(made_in)
        clips = [shoot(shot, folder / f"{number}.mp4", number) for number in range(count)]
        plain = _row("plain", make_plain, cut(clips), folder, rows, figures)
        for name, wished in EDITS.items():
            ours = _row(name, make_ours, wished(clips), folder, rows, figures)
            figures[f"film_{name}_times_less_cpu"] = plain / ours
    heads = ("film", "copied", "wall s", "CPU s", "peak MiB", "result MiB", "PSNR dB", "SSIM")
    return [
        f"film: {count} shots of {shot.seconds} s, {shot.label}; against x264 medium, crf 23",
        *draw_table(heads, rows),
        "  times less processor time: "
        + ", ".join(f"{name} {figures[f'film_{name}_times_less_cpu']:.1f}" for name in EDITS),
    ], figures


def _row(
    name: str,
    make: Callable[[Edit, Path, Path], None],
    edit: Edit,
    folder: Path,
    rows: list[tuple[object, ...]],
    figures: dict[str, float],
) -> float:
    """Make it, note what it took, and hand back the processor's seconds."""
    pieces, target, plan = folder / f"pieces-{name}", folder / f"film-{name}.mp4", plan_of(edit)
    pieces.mkdir()
    took, quality = cost_of(make, edit, pieces, target), compare(plan, target)
    copied = sum(part.frames for part in plan.parts if isinstance(part, Copied)) / plan.frames
    found = {
        "copied_share": copied if make is make_ours else 0.0,
        "wall_s": took.wall,
        "cpu_s": took.cpu,
        "peak_mib": took.peak,
        "result_mib": target.stat().st_size / 2**20,
        "psnr_db": quality.psnr,
        "ssim": quality.ssim,
    }
    figures |= {f"film_{name}_{figure}": value for figure, value in found.items()}
    rows.append((name, *(f"{value:.2f}" for value in found.values())))
    return took.cpu


def shoot(shot: Film, file: Path, number: int) -> Path:
    """A flight with a tone; each over another part of the land."""
    with av.open(file, "w") as out:
        video = out.add_stream("libx264", rate=RATE, options=ENCODER)
        video.width, video.height = shot.size
        video.bit_rate = shot.weight * 8 // shot.seconds
        sound = out.add_stream("aac", rate=SOUND_RATE, layout="stereo", options={"aac_coder": "fast"})
        for at, picture in enumerate(flight(shot.size, RATE * shot.seconds, number)):
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = at, Fraction(1, RATE)
            out.mux(video.encode(frame))
            out.mux(sound.encode(_tone(at, number)))
        out.mux(video.encode())
        out.mux(sound.encode())
    return file


def _tone(frame: int, number: int) -> av.AudioFrame:
    """One frame's worth of a tone that grows and falls, higher and louder from shot to shot."""
    samples = SOUND_RATE // RATE
    wave = array("h")
    for at in range(frame * samples, (frame + 1) * samples):
        level = (1000 + 2000 * number) * (0.5 + 0.5 * math.sin(at / 20_000))
        wave.extend([round(level * math.sin(at * (number + 2) / 60))] * 2)
    made = av.AudioFrame(format="s16", layout="stereo", samples=samples)
    made.planes[0].update(wave.tobytes().ljust(made.planes[0].buffer_size, b"\0"))
    made.sample_rate, made.pts, made.time_base = SOUND_RATE, frame * samples, Fraction(1, SOUND_RATE)
    return made


def compare(plan: Plan, target: Path) -> Quality:
    """With the clips' own frames, where no other shot is over them."""
    errors: list[float] = []
    likeness: list[float] = []
    for before, after in _pairs(plan, target):
        metadata = _metadata(before, after)
        errors.append(float(metadata["lavfi.psnr.mse.y"]))
        likeness.append(float(metadata["lavfi.ssim.All"]))
    error = mean(errors)
    return Quality(psnr=10 * math.log10(255**2 / error) if error else math.inf, ssim=mean(likeness))


def _pairs(plan: Plan, target: Path) -> Iterator[tuple[av.VideoFrame, av.VideoFrame]]:
    with av.open(target, "r") as opened:
        frames = enumerate(opened.decode(video=0))
        for span in plan.spans:
            begin, end = span.first + span.fade_in, span.end - span.fade_out
            if not isinstance(span.shot.source, Clip):
                continue
            with av.open(span.shot.source.file, "r") as clip:
                for number, before in enumerate(clip.decode(video=0), span.first):
                    if number % COMPARED == 0 and begin <= number < end:
                        yield before, next(frame for at, frame in frames if at == number)


def _metadata(before: av.VideoFrame, after: av.VideoFrame) -> dict[str, str]:
    graph = Graph()
    ends = [
        graph.add_buffer(width=each.width, height=each.height, format=each.format, time_base=Fraction(1, RATE))
        for each in (after, before)
    ]
    split = [graph.add("split"), graph.add("split")]
    psnr, ssim = graph.add("psnr"), graph.add("ssim")
    for number, (end, copies) in enumerate(zip(ends, split, strict=True)):
        end.link_to(copies)
        copies.link_to(psnr, 0, number)
    psnr.link_to(ssim, 0, 0)
    split[1].link_to(ssim, 1, 1)
    ssim.link_to(graph.add("buffersink"))
    split[0].link_to(graph.add("nullsink"), 1, 0)
    graph.configure()
    for number, frame in enumerate((after, before)):
        frame.pts, frame.time_base = 0, Fraction(1, RATE)
        graph.push(frame, number)
    graph.push(None)
    return graph.vpull().metadata
