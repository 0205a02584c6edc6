"""Clips as vendors send them, and as they should not: made for tests, seconds long and small."""

import io
import math
import struct
from array import array
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from random import Random

import av
from PIL import Image, ImageChops, ImageStat

Size = tuple[int, int]

SOUND_RATE = 48_000
# Red in the left upper corner, then green, blue, yellow: which way up a picture is can be seen.
CORNERS = ((200, 40, 40), (40, 160, 40), (40, 40, 200), (200, 200, 40))


def make_clip(
    file: Path,
    *,
    size: Size = (320, 180),
    seconds: float = 1.0,
    rate: int = 24,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    sound: str | None = "aac",
    bits: int | None = None,
    noise: float = 0.0,
    black: float = 0.0,
    times: Sequence[float] | None = None,
    movflags: str = "",
    last: tuple[int, int, int] | None = None,
    coder: dict[str, str] | None = None,
    loud: int = 3000,
) -> Path:
    """`file`'s ending chooses the container; `noise`, 0 to 1, makes it heavy; `black` seconds of nothing come first.

    `times` are the frames' own, in seconds, for a rate that varies; the `last` frame is of that one colour. `coder` is
    what the encoder is told, else to be quick; its tone is as `loud` as that, of 32767.
    """
    count = round(seconds * rate)
    moments = times or [number / rate for number in range(count)]
    options = {"movflags": movflags} if movflags else {}
    with av.open(file, "w", options=options) as clip:
        if file.suffix == ".mp4":
            clip.metadata["comment"] = "made for a test"
        video = clip.add_stream(codec, rate=rate, options=coder or _speed(codec))
        assert isinstance(video, av.VideoStream)
        video.width, video.height = size
        video.pix_fmt = pixels
        video.bit_rate = bits or 0
        video.codec_context.time_base = Fraction(1, 12288)
        audio = clip.add_stream(sound, rate=SOUND_RATE, layout="stereo") if sound else None
        for number, (moment, picture) in enumerate(zip(moments, _pictures(size, noise), strict=False)):
            if moment < black:
                picture = Image.new("RGB", size)
            if last and number == len(moments) - 1:
                picture = Image.new("RGB", size, last)
            frame = av.VideoFrame.from_image(picture).reformat(format=pixels)  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = round(moment * 12288), Fraction(1, 12288)
            clip.mux(video.encode(frame))
        clip.mux(video.encode())
        if audio:
            assert isinstance(audio, av.AudioStream)
            for part in _tone(seconds, loud):
                clip.mux(audio.encode(part))
            clip.mux(audio.encode())
    return file


def make_song(file: Path) -> Path:
    """Sound alone, in a container of clips."""
    with av.open(file, "w") as clip:
        audio = clip.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        for part in _tone(1):
            clip.mux(audio.encode(part))
        clip.mux(audio.encode())
    return file


def turned(file: Path, degrees: int) -> Path:
    """The clip with a note that it is to be shown turned clockwise, as telephones write it."""
    data = bytearray(file.read_bytes())
    # the matrix of the first track's header, version 0, is 40 bytes behind its flags
    at = data.index(b"tkhd") + 8 + 36
    cos, sin = round(math.cos(math.radians(degrees))), round(math.sin(math.radians(degrees)))
    data[at : at + 36] = struct.pack(">9i", cos << 16, sin << 16, 0, -sin << 16, cos << 16, 0, 0, 0, 1 << 30)
    file.write_bytes(data)
    return file


def frames(clip: Path | bytes) -> list[Image.Image]:
    """Every frame, as it is stored."""
    with av.open(io.BytesIO(clip) if isinstance(clip, bytes) else clip, "r") as opened:
        return [frame.to_image() for frame in opened.decode(video=0)]  # type: ignore[no-untyped-call]


def times_of(file: Path) -> list[float]:
    """When each frame is shown, seconds."""
    with av.open(file, "r") as opened:
        return [frame.time for frame in opened.decode(video=0)]


def corners(picture: Image.Image) -> list[tuple[int, int, int]]:
    """What CORNERS says, found again: left upper, right upper, left lower, right lower."""
    width, height = picture.size
    quarters = [(x, y, x + width // 5, y + height // 5) for y in (0, height * 4 // 5) for x in (0, width * 4 // 5)]
    means = [ImageStat.Stat(picture.convert("RGB").crop(quarter)).mean for quarter in quarters]
    return [(round(red), round(green), round(blue)) for red, green, blue in means]


def _speed(codec: str) -> dict[str, str]:
    match codec:
        case "libx265":
            return {"preset": "ultrafast", "x265-params": "log-level=none"}
        case "libx264":
            return {"preset": "ultrafast", "threads": "1"}
        case "libvpx-vp9":
            return {"deadline": "realtime", "cpu-used": "8"}
        case _:
            return {}


def _pictures(size: Size, noise: float) -> Iterator[Image.Image]:
    """Four corners of their own colour, and a line that moves."""
    width, height = size
    base = Image.new("RGB", (2, 2))
    base.putdata(CORNERS)
    base = base.resize(size, Image.Resampling.NEAREST)
    dice = Random(0)
    grains = [_grain(size, dice) for _ in range(4)] if noise else []
    number = 0
    while True:
        picture = base.copy()
        at = number * 3 % max(1, width // 2) + width // 4
        picture.paste((255, 255, 255), (at, height // 3, at + max(1, width // 20), height - height // 3))
        if grains:
            picture = Image.blend(picture, ImageChops.add(picture, grains[number % 4], offset=-64), noise)
        yield picture
        number += 1


def _grain(size: Size, dice: Random) -> Image.Image:
    width, height = size
    levels = bytes(range(128)) * 2
    return Image.merge("RGB", [Image.frombytes("L", size, dice.randbytes(width * height).translate(levels))] * 3)


def _tone(seconds: float, loud: int = 3000) -> Iterator[av.AudioFrame]:
    count = round(seconds * SOUND_RATE)
    wave = array("h", (round(loud * math.sin(at / 20)) for at in range(count) for _ in range(2))).tobytes()
    for start in range(0, count, 1024):
        part = wave[start * 4 : (start + 1024) * 4]
        frame = av.AudioFrame(format="s16", layout="stereo", samples=len(part) // 4)
        frame.planes[0].update(part)
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, start, Fraction(1, SOUND_RATE)
        yield frame
