"""Films made for tests, and what is to be seen and heard of them."""

from array import array
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.filter import Graph

from bot import film
from bot.film import Clip, Edit, Join, Plan, Shot
from bot.film.sound import RATE


def cut_together(*shots: Shot) -> Edit:
    return Edit(name="film", shots=shots)


def clip_shot(
    file: Path, start: float = 0, end: float | None = None, *, fade: float = 0, join: Join = Join.CUT, name: str = ""
) -> Shot:
    source = Clip(file=file, start=start, end=end)
    return Shot(name=name or file.stem, source=source, join=Join.FADE if fade else join, fade=fade)


def plan_of(*shots: Shot) -> Plan:
    return film.plan_film(cut_together(*shots), [film.survey(shot) for shot in shots])


def make_film(folder: Path, *shots: Shot) -> tuple[Plan, Path]:
    """The film at once, in this process."""
    plan, target = plan_of(*shots), folder / "film.mp4"
    for piece in film.pieces(plan):
        film.make(piece, plan, folder)
    film.join(plan, folder, target)
    return plan, target


def planes(file: Path) -> list[bytes]:
    """Every frame, as it is decoded, row by row."""
    with av.open(file, "r") as clip:
        return [rows(frame) for frame in clip.decode(video=0)]


def rows(frame: av.VideoFrame) -> bytes:
    """What is padded at the end of a row is no picture."""
    return b"".join(_rows(bytes(plane), plane.width, plane.line_size, plane.height) for plane in frame.planes)


def _rows(data: bytes, width: int, stored: int, height: int) -> bytes:
    if width == stored:
        return data[: width * height]
    return b"".join(data[row * stored : row * stored + width] for row in range(height))


def distance(one: bytes, other: bytes) -> float:
    """How far two frames differ, on average, of 255."""
    assert len(one) == len(other)
    step = 7
    return sum(abs(a - b) for a, b in zip(one[::step], other[::step], strict=True)) / (len(one) // step)


def samples_of(file: Path) -> "array[float]":
    """The left channel, from the beginning of the picture on."""
    with av.open(file, "r") as clip:
        turner = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        found = array("f")
        for frame in clip.decode(audio=0):
            assert frame.pts is not None
            for part in turner.resample(frame):
                found.frombytes(bytes(part.planes[0])[: part.samples * 4])
        return found


def loudness(samples: Sequence[float]) -> float:
    """LUFS of the same on both channels, by another way than the product's: ffmpeg's filter over all of it at once."""
    graph = Graph()
    first = graph.add_abuffer(sample_rate=RATE, format="fltp", layout="stereo", time_base=Fraction(1, RATE))
    graph.link_nodes(first, graph.add("ebur128", "metadata=1:framelog=quiet"), graph.add("abuffersink")).configure()
    frame = av.AudioFrame(format="fltp", layout="stereo", samples=len(samples))
    for plane in frame.planes:
        plane.update(array("f", samples).tobytes().ljust(plane.buffer_size, b"\0"))
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    graph.push(frame)
    graph.push(None)
    return [float(found.metadata["lavfi.r128.I"]) for found in _pulled(graph) if "lavfi.r128.I" in found.metadata][-1]


def _pulled(graph: Graph) -> Iterator[av.AudioFrame | av.VideoFrame]:
    while True:
        try:
            yield graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
