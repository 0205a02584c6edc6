"""Faults that every viewer passes over: a picture that has them is opened here, too."""

import zlib
from typing import Any

import pytest
from PIL import Image

from bot.errors import BadPicture
from bot.media import fit, inspect, thumbnail
from tests import pictures
from tests.bot.looks import LIME, RED, corners, decode, looks, shows_quarters
from tests.pictures import chunk

SIZE = (640, 480)
HEADED = len(b"\x89PNG\r\n\x1a\n") + 25  # bytes up to where the header of a PNG ends
MUCH = zlib.compress(b"somebody's prompt " * 400_000)
BOMB = zlib.compress(bytes(300_000_000), 9)
PROFILE = b"a profile\0\0" + zlib.compress(pictures.swapping_profile())


def png_with(*chunks: bytes, last: bool = False) -> bytes:
    """`quarters`, with more before the picture or behind it."""
    plain = pictures.png(SIZE)
    at = plain.rindex(b"IEND") - 4 if last else HEADED
    return plain[:at] + b"".join(chunks) + plain[at:]


def spoilt(chunk: bytes) -> bytes:
    """With another checksum."""
    return chunk[:-1] + bytes([chunk[-1] ^ 1])


BESIDE = {
    "much text": [chunk(b"zTXt", b"prompt\0\0" + MUCH)],
    "much text of any language": [chunk(b"iTXt", b"prompt\0\1\0\0\0" + MUCH)],
    "many texts": [chunk(b"zTXt", b"layer\0\0" + zlib.compress(b"x" * 1_000_000))] * 80,
    "a text that is a bomb": [chunk(b"zTXt", b"prompt\0\0" + BOMB)],
    "a text packed in an unknown way": [chunk(b"zTXt", b"prompt\0\1junk")],
    "a text with another checksum": [spoilt(chunk(b"tEXt", b"prompt\0boat"))],
    "a profile that is a bomb": [chunk(b"iCCP", b"a profile\0\0" + BOMB)],
    "a profile packed in an unknown way": [chunk(b"iCCP", b"a profile\0\1junk")],
    "a profile without an end": [chunk(b"iCCP", b"a profile")],
    "a profile with another checksum": [spoilt(chunk(b"iCCP", PROFILE))],
    "colours without a number": [chunk(name, b"") for name in (b"gAMA", b"cHRM", b"sRGB", b"pHYs")],
    "a film without a length": [chunk(b"acTL", b"")],
}


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("name", BESIDE)
def test_what_stands_beside_the_picture_in_a_png_does_not_spoil_it(name: str, last: bool) -> None:
    data = png_with(*BESIDE[name], last=last)
    assert (inspect(data).width, inspect(data).height) == SIZE
    assert shows_quarters(decode(thumbnail(data)))


def test_a_png_keeps_its_profile_its_turn_and_what_shines_through() -> None:
    red, lime, *_ = corners(decode(thumbnail(png_with(chunk(b"iCCP", PROFILE), *BESIDE["much text"]))))
    assert looks(red, LIME, 16) and looks(lime, RED, 16)
    for data in (pictures.turned("png", SIZE, 6), pictures.see_through("png", SIZE)):
        mended = data[:HEADED] + BESIDE["much text"][0] + data[HEADED:]
        assert thumbnail(mended) == thumbnail(data)


def test_a_large_profile_is_heeded() -> None:
    """Of three megabytes, as those of printers and scanners are."""
    large = pictures.swapping_profile() + bytes(3_000_000)
    large = len(large).to_bytes(4, "big") + large[4:]
    red, lime, *_ = corners(decode(thumbnail(png_with(chunk(b"iCCP", b"a profile\0\0" + zlib.compress(large))))))
    assert looks(red, LIME, 16) and looks(lime, RED, 16)


@pytest.mark.parametrize("name", [b"IHDR", b"IDAT"])
def test_a_png_whose_own_parts_are_spoilt_is_refused(name: bytes) -> None:
    plain = pictures.encode(pictures.noise(SIZE), "PNG")
    at = plain.index(name) + 4
    with pytest.raises(BadPicture, match="undecodable"):
        thumbnail(plain[:at] + bytes(8) + plain[at + 8 :])


JPEGS: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": ("RGB", {}),
    "with its own tables": ("RGB", {"optimize": True}),
    "of all colours": ("RGB", {"quality": 95, "subsampling": 0}),
    "with restarts": ("RGB", {"restart_marker_rows": 1}),
    "in passes": ("RGB", {"progressive": True}),
    "grey": ("L", {}),
    "grey in passes": ("L", {"progressive": True}),
    "of a printer": ("CMYK", {}),
}
each_jpeg = pytest.mark.parametrize(("mode", "options"), JPEGS.values(), ids=JPEGS)


def full(mode: str, options: dict[str, Any], size: tuple[int, int] = SIZE) -> bytes:
    """Every part of it takes room."""
    speckled = Image.blend(pictures.quarters(size), pictures.noise(size), 0.25)
    return pictures.encode(speckled.convert(mode), "JPEG", **options)


def differ(one: Image.Image, other: Image.Image) -> int:
    """In how many pixels they can be told apart."""
    pairs = zip(one.convert("L").tobytes(), other.convert("L").tobytes(), strict=True)
    return sum(abs(a - b) > 24 for a, b in pairs)


@each_jpeg
@pytest.mark.parametrize("missing", [1, 2, 3, 4])
def test_a_jpeg_may_lack_its_end_mark_and_a_byte_or_two(mode: str, options: dict[str, Any], missing: int) -> None:
    whole = full(mode, options)
    assert whole.endswith(b"\xff\xd9")
    cut = whole[:-missing]
    assert (inspect(cut).width, inspect(cut).height) == SIZE
    assert decode(thumbnail(cut)).size == (320, 240)
    fitted = [decode(fit(data, width=640, height=480, how="crop", limit=10_000_000)) for data in (whole, cut)]
    # of the last block at most
    assert differ(*fitted) <= 16 * 16


@each_jpeg
@pytest.mark.parametrize("part", [0.1, 0.5, 0.7, 0.9, 0.98])
def test_a_jpeg_that_ends_in_its_middle_is_refused(mode: str, options: dict[str, Any], part: float) -> None:
    whole = full(mode, options)
    if options.get("progressive"):
        # with its last pass each pixel has come, if not to the last bit
        part = part * whole.rindex(b"\xff\xda") / len(whole)
    cut = whole[: int(len(whole) * part)]
    with pytest.raises(BadPicture, match="undecodable"):
        thumbnail(cut)


def test_a_jpeg_in_passes_is_seen_when_its_last_has_begun() -> None:
    whole = full("RGB", {"progressive": True})
    at = whole.rindex(b"\xff\xda")
    one, other = (decode(thumbnail(data)) for data in (whole, whole[: at + 200]))
    assert differ(one, other) <= 8


def test_a_picture_inside_a_jpeg_s_header_ends_nothing() -> None:
    """Cameras put a small copy there, which has passes and an end of its own."""
    small = full("RGB", {"progressive": True}, (64, 48))
    whole = full("RGB", {"exif": b"Exif\0\0" + small})
    assert decode(thumbnail(whole[:-2])).size == (320, 240)
    with pytest.raises(BadPicture, match="undecodable"):
        thumbnail(whole[: len(whole) // 2])
