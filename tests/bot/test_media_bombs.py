"""Bombs of every kind: refused from the header, and in next to no memory."""

import struct
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from PIL import Image

from bot.errors import BadPicture
from bot.media import MAX_PIXELS, examine, fit_frame, inspect, thumbnail
from bot.media.av1 import coded_size
from tests import bombs, pictures
from tests.bombs import HUGE
from tests.bot.little_memory import examine_all

BOMBS = dict(bombs.every_bomb())


def fit(data: bytes) -> bytes:
    return fit_frame(data, 1280, 720, "crop", 10_000_000)


@pytest.mark.parametrize("use", [inspect, thumbnail, examine, fit])
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_from_its_header(name: str, use: Callable[[bytes], object]) -> None:
    with pytest.raises(BadPicture) as caught:
        use(BOMBS[name])
    assert caught.value.code == "too_many_pixels"
    assert caught.value.facts["limit"] == MAX_PIXELS
    assert caught.value.facts["width"] in (*HUGE, 16_383, 65_535)


@pytest.mark.parametrize("name", BOMBS)
def test_the_bomb_would_be_a_picture_but_for_its_size(name: str) -> None:
    """So that what is refused is the size: the same file with a small one gets past the header."""
    small = {
        "jpeg": bombs.bomb_jpeg((80, 60)),
        "png": bombs.bomb_png((80, 60)),
        "webp": None,  # whose picture is missing: see the moving one of the other tests
        "gif screen": bombs.bomb_gif((8, 8), (8, 8)),
        "gif frame": bombs.bomb_gif((8, 8), (16, 16)),
        "bmp": bombs.bomb_bmp((8, 8)),
        "bmp old": bombs.bomb_bmp((8, 8), old=True),
        "tiff tile": bombs.bomb_tiff((64, 48), tile=(64, 48)),
        "heic": bombs.bomb_boxes("heic", (64, 64)),
        "avif": bombs.bomb_boxes("avif", (64, 64)),
        "heic grid": bombs.bomb_grid((700, 500)),
        "avif track": bombs.bomb_track((320, 240)),
        "avif sample": bombs.bomb_sample((320, 240)),
    }
    small |= {
        each: bombs.bomb_tiff((8, 8), order=each[5], big="big" in each) for each in BOMBS if each[5:6] in ("<", ">")
    }
    small["tiff > big"] = None  # which Pillow cannot read
    if (data := small[name]) is not None:
        assert inspect(data).width >= 8


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell how large a process is")
def test_refusing_takes_next_to_no_memory() -> None:
    whole = {"allowed, but too much for this process": bombs.bomb_png((8000, 7999)), "small": pictures.png((80, 60))}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = pool.submit(examine_all, BOMBS | whole).result(timeout=100)
    assert found == dict.fromkeys(BOMBS, "too_many_pixels") | dict(zip(whole, ("out of memory", "fine"), strict=True))


def test_a_directory_whose_values_are_the_whole_file_each_is_refused() -> None:
    assert inspect(bombs.bomb_tiff((8, 8), more=0)).width == 8
    with pytest.raises(BadPicture, match="undecodable"):
        inspect(bombs.bomb_tiff((8, 8), more=500))


def test_the_largest_picture_is_allowed_and_one_row_more_is_not() -> None:
    assert inspect(bombs.bomb_png((8000, MAX_PIXELS // 8000))).height == 8000
    with pytest.raises(BadPicture, match="too_many_pixels"):
        inspect(bombs.bomb_png((8000, MAX_PIXELS // 8000 + 1)))


def test_a_heic_that_is_larger_than_it_says_is_refused() -> None:
    data = bombs.lying_heic((100, 100), (3000, 2000))
    assert inspect(data).width == 100
    with pytest.raises(BadPicture, match="undecodable"):
        thumbnail(data)


def test_an_avif_that_is_larger_than_it_says_is_refused() -> None:
    data = bombs.lying_avif((100, 100), (9000, 8000))
    with pytest.raises(BadPicture) as caught:
        inspect(data)
    assert caught.value.facts == {"width": 9000, "height": 8000, "limit": MAX_PIXELS}


def test_an_avif_is_known_by_its_stream_whoever_wrote_it() -> None:
    """A sequence header with all that may be in it, after an OBU that is passed over."""
    bits = "00000" + "1" + "0" * 64 + "10001000" + "1" + "00100" + "0" * 42  # five bits a delay
    bits += "1" + "00001" + ("0" * 12 + "01000" + "1" + "1" + "0" * 11 + "1" + "0000") * 2
    bits += "11101101" + f"{12_000 - 1:015b}" + f"{9_000 - 1:014b}"
    body = int(bits.ljust(-len(bits) // 8 * -8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    stream = b"\x12\x00" + b"\x2e\x00\x02hi" + bytes([0x0A, len(body)]) + body
    assert coded_size(stream, 0, len(stream)) == (12_000, 9_000)
    assert coded_size(stream[:7], 0, 7) is None
    with pytest.raises(ValueError, match="cut off"):
        coded_size(stream[:-3], 0, len(stream) - 3)


def test_a_moving_avif_whose_stream_is_larger_than_its_track_is_refused() -> None:
    large = Image.new("RGB", (9000, 8000))
    data = pictures.encode(large, "AVIF", speed=10, save_all=True, append_images=[large], duration=100)
    data = bombs.patched(data, bombs.ispe((9000, 8000)), bombs.ispe((100, 100)))
    data = bombs.patched(data, struct.pack(">II", 9000 << 16, 8000 << 16), struct.pack(">II", 100 << 16, 100 << 16))
    data = bombs.patched(data, bytes(16) + struct.pack(">HH", 9000, 8000), bytes(16) + struct.pack(">HH", 100, 100))
    data = data.replace(b"av01", b"av0x")  # the item, and the name of the track's samples: only the chunk is left
    with pytest.raises(BadPicture) as caught:
        inspect(data)
    assert caught.value.facts["width"] == 9000
