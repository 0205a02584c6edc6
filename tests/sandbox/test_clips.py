"""A rendered clip is a real one: any player's library opens it and finds what was asked for."""

import io

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from sandbox.mulerun.clips import FRAME_RATE, render
from tests import pictures


def frames(clip: bytes) -> list[Image.Image]:
    with av.open(io.BytesIO(clip), "r") as opened:
        return [picture(frame) for frame in opened.decode(video=0)]


def picture(frame: av.VideoFrame) -> Image.Image:
    plane = frame.reformat(format="rgb24").planes[0]
    return Image.frombytes("RGB", (frame.width, frame.height), bytes(plane), "raw", "RGB", plane.line_size)


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean distance of two pictures, from 0 to 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


@pytest.mark.parametrize(("size", "seconds"), [((1280, 720), 4), ((720, 1280), 8)])
def test_a_clip_has_the_size_length_and_codecs_asked_for(size: tuple[int, int], seconds: int) -> None:
    clip = render("a paper boat", size, seconds)
    with av.open(io.BytesIO(clip), "r") as opened:
        video, audio = opened.streams.video[0], opened.streams.audio[0]
        assert (video.codec.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (video.codec_context.width, video.codec_context.height) == size
        assert video.average_rate == FRAME_RATE
        assert audio.codec.name == "aac"
        for stream in (video, audio):
            assert stream.duration is not None and stream.time_base is not None
            assert stream.duration * stream.time_base == seconds
        assert sum(frame.samples for frame in opened.decode(audio=0)) >= seconds * 48_000
    assert len(frames(clip)) == seconds * FRAME_RATE


def test_a_clip_can_play_before_it_is_whole() -> None:
    clip = render("a paper boat", (320, 180), 1)
    assert clip[4:8] == b"ftyp"
    assert clip.index(b"moov") < clip.index(b"mdat")


def test_a_clip_moves_and_its_prompt_can_be_seen() -> None:
    first, *_, last = frames(render("a paper boat", (640, 360), 1))
    assert difference(first, last) > 0.5
    bare = frames(render("", (640, 360), 1))[0]
    text = (0, 20, 300, 60)
    assert ImageStat.Stat(first.crop(text)).stddev[0] > ImageStat.Stat(bare.crop(text)).stddev[0] + 10


def test_a_clip_starts_from_the_reference_picture() -> None:
    size = (640, 360)
    start = frames(render("", size, 1, pictures.png(size)))[0]
    assert difference(start, pictures.quarters(size)) < 8


def test_film_grain_makes_a_clip_heavier_than_twelve_megabytes() -> None:
    clip = render("rain", (1280, 720), 4, grain=True)
    assert len(clip) > 12_000_000
    assert len(frames(clip)) == 4 * FRAME_RATE
