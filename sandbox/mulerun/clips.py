"""Renders a real clip: H.264 and AAC in an mp4 of exactly the size and length asked for, its prompt drawn on it."""

import colorsys
import io
import math
import tempfile
from array import array
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from random import Random
from textwrap import wrap

import av
from PIL import Image, ImageChops, ImageDraw, ImageFont

FRAME_RATE = 24
SAMPLE_RATE = 48_000
SAMPLES = 1024  # AAC codes this many samples at a time
GRAIN_BYTES = 16_000_000

OPTIONS = {
    "libx264": {"preset": "ultrafast", "threads": "1"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none:pools=1"},
}

Size = tuple[int, int]


@lru_cache(maxsize=32)
def render(
    prompt: str,
    size: Size,
    seconds: int,
    picture: bytes | None = None,
    *,
    grain: bool = False,
    codec: str = "libx264",
) -> bytes:
    """The mp4 (yuv420p, faststart); `size` is width and height in pixels, both even.

    It starts from `picture` when there is one; `grain` makes it heavier than 12 MB, as film grain does.
    Takes about a second of one core for 4 s at 1280x720: call it off the loop.
    """
    with tempfile.TemporaryDirectory() as folder:
        # a file, because faststart reads the clip again after writing it
        path = Path(folder) / "clip.mp4"
        with av.open(path, "w", options={"movflags": "+faststart"}) as clip:
            video = add_video(clip, size, seconds, grain, codec)
            audio = clip.add_stream("aac", rate=SAMPLE_RATE, layout="mono", bit_rate=64_000)
            for frame in draw_frames(prompt, size, seconds, picture, grain):
                clip.mux(video.encode(frame))
            clip.mux(video.encode())
            for sound in play_tone(prompt, seconds):
                clip.mux(audio.encode(sound))
            clip.mux(audio.encode())
        return path.read_bytes()


def add_video(clip: av.container.OutputContainer, size: Size, seconds: int, grain: bool, codec: str) -> av.VideoStream:
    video = clip.add_stream(codec, rate=FRAME_RATE, options=OPTIONS[codec])
    assert isinstance(video, av.VideoStream)
    video.width, video.height = size
    video.pix_fmt = "yuv420p"
    if grain:
        video.bit_rate = GRAIN_BYTES * 8 // seconds
    return video


def draw_frames(prompt: str, size: Size, seconds: int, picture: bytes | None, grain: bool) -> Iterator[av.VideoFrame]:
    backdrop = load_picture(picture, size) if picture else draw_gradient(prompt, size)
    draw_caption(backdrop, prompt)
    noises = [draw_noise(size, seed) for seed in range(4)] if grain else []
    moon = draw_moon(min(size) // 5)
    count = FRAME_RATE * seconds
    for number in range(count):
        still = ImageChops.add(backdrop, noises[number % 4], offset=-64) if noises else backdrop.copy()
        draw_motion(still, moon, number / count)
        frame = av.VideoFrame.from_bytes(still.convert("RGBA").tobytes(), *size)
        frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
        yield frame


def load_picture(picture: bytes, size: Size) -> Image.Image:
    with Image.open(io.BytesIO(picture)) as opened:
        return opened.convert("RGB").resize(size)


def draw_gradient(prompt: str, size: Size) -> Image.Image:
    hue = sha256(prompt.encode()).digest()[0] / 256
    ramp = Image.linear_gradient("L").resize(size)
    above, below = (colour(hue, value) for value in (0.25, 0.75))
    return Image.composite(Image.new("RGB", size, below), Image.new("RGB", size, above), ramp)


def colour(hue: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.6, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def draw_caption(backdrop: Image.Image, prompt: str) -> None:
    width, height = backdrop.size
    wide = width > height
    font = ImageFont.load_default(height / 24 if wide else width / 18)
    lines = wrap(prompt, 44 if wide else 30, max_lines=6, placeholder=" …")
    box = (width * 0.06, height * 0.08)
    ImageDraw.Draw(backdrop).text(box, "\n".join(lines), "white", font, stroke_width=2, stroke_fill="black")


def draw_moon(across: int) -> Image.Image:
    """A pale disc, as a mask."""
    moon = Image.new("L", (across, across))
    ImageDraw.Draw(moon).ellipse((0, 0, across - 1, across - 1), fill=200)
    return moon


def draw_noise(size: Size, seed: int) -> Image.Image:
    """Noise around 64, so that adding it with an offset of -64 keeps the picture's brightness."""
    width, height = size
    levels = bytes(range(128)) * 2
    grey = Image.frombytes("L", size, Random(seed).randbytes(width * height).translate(levels))
    return Image.merge("RGB", [grey] * 3)


def draw_motion(still: Image.Image, moon: Image.Image, share: float) -> None:
    """A moon that starts outside the first frame and crosses, and a bar for the time gone by."""
    width, height = still.size
    left = round((width + moon.width) * share) - moon.width
    top = round(height * (0.6 - 0.25 * math.sin(math.pi * share)))
    still.paste("white", (left, top, left + moon.width, top + moon.height), moon)
    ImageDraw.Draw(still).rectangle((0, height - height // 90, width * share, height), "white")


def play_tone(prompt: str, seconds: int) -> Iterator[av.AudioFrame]:
    """A quiet tone whose pitch belongs to the prompt."""
    second = draw_wave(pitch=180 + sha256(prompt.encode()).digest()[1])
    wave = second * seconds
    for start in range(0, SAMPLE_RATE * seconds, SAMPLES):
        part = wave[start * 2 : (start + SAMPLES) * 2]
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(part) // 2)
        frame.planes[0].update(part)
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
        yield frame


def draw_wave(pitch: int) -> bytes:
    """One second of 16-bit samples; a whole number of periods, so that seconds join without a click."""
    step = 2 * math.pi * pitch / SAMPLE_RATE
    return array("h", (round(2000 * math.sin(step * at)) for at in range(SAMPLE_RATE))).tobytes()
