"""Cameras' own files are refused by name: all but their stamp-sized preview is nothing that is decoded here."""

import struct
from itertools import product

import pytest

from bot.errors import BadPicture
from bot.media import KINDS, RAW, inspect, sniff, thumbnail
from bot.media.kinds import PATTERNS
from tests import pictures
from tests.bot.looks import decode, looks, pixel
from tests.cameras import CFA, LARGE, LINEAR, SMALL, YCBCR, Page, made_by, preview, sensor, shows, tiff

CAMERAS: dict[str, tuple[str, tuple[Page, ...]]] = {
    "nikon": ("nef", (made_by(b"NIKON CORPORATION", sensor(6, YCBCR), sensor(34713)),)),
    "sony": ("arw", (made_by(b"SONY", sensor(32767)), made_by(b"SONY"))),
    "samsung": ("srw", (made_by(b"SAMSUNG", sensor(32770)),)),
    "epson": ("erf", (made_by(b"SEIKO EPSON CORP.", sensor(32769)),)),
    "pentax": ("pef", (Page(size=LARGE, numbers={259: 65535, 262: CFA}, words={271: b"PENTAX Corporation\0"}),)),
    "hasselblad": ("3fr", (made_by(b"Hasselblad", sensor(7)),)),
    "of a new maker": ("raw", (made_by(b"Nobody", sensor(1)),)),
    "of no maker": ("raw", (Page(size=SMALL, numbers=preview(), within=(sensor(1, LINEAR),)),)),
    "its preview only": ("raw", (made_by(b"Nobody", sensor(1, YCBCR)),)),
    "dng": ("dng", (Page(size=SMALL, numbers=preview(), words={50706: b"\1\4\0\0"}, within=(sensor(7),)),)),
    "dng of a nikon": (
        "dng",
        (Page(size=SMALL, numbers=preview(), words={50706: b"\1\4\0\0", 271: b"NIKON\0"}, within=(sensor(7),)),),
    ),
    "dng of one page": ("dng", (Page(size=LARGE, numbers={262: LINEAR, 259: 7}, words={50706: b"\1\4\0\0"}),)),
}


@pytest.mark.parametrize(("order", "big", "far"), [*product("<>", (False, True), (0, 50_000))])
@pytest.mark.parametrize(("kind", "pages"), CAMERAS.values(), ids=CAMERAS)
def test_a_cameras_own_file_is_refused_by_name(
    kind: str, pages: tuple[Page, ...], order: str, big: bool, far: int
) -> None:
    data = tiff(*pages, order=order, big=big, far=far)
    assert sniff(data) == kind and kind in RAW
    with pytest.raises(BadPicture) as caught:
        inspect(data)
    assert (caught.value.code, caught.value.facts) == ("not_a_picture", {"kind": kind})


SCANS: dict[str, tuple[Page, ...]] = {
    "of a camera's maker": (Page(size=SMALL, numbers=shows(), words={271: b"NIKON CORPORATION\0"}),),
    "with a small copy within": (Page(size=SMALL, numbers=shows(), within=(Page(size=SMALL, numbers=preview()),)),),
    "with a small copy behind": (Page(size=SMALL, numbers=shows()), Page(size=SMALL, numbers=preview())),
    "that calls itself small": (Page(size=SMALL, numbers=preview()),),
}


@pytest.mark.parametrize("pages", SCANS.values(), ids=SCANS)
@pytest.mark.parametrize("order", "<>")
def test_a_tiff_that_is_a_picture_is_taken(pages: tuple[Page, ...], order: str) -> None:
    data = tiff(*pages, order=order)
    assert sniff(data) == "tiff"
    made = decode(thumbnail(data))
    assert made.size == SMALL and looks(pixel(made, 0.5, 0.5), (200, 0, 0))


def test_pages_that_lead_nowhere_or_round_and_round_are_no_cameras() -> None:
    data = tiff(Page(size=SMALL, numbers=shows()))
    (first,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, first)
    following = first + 2 + 12 * entries
    for place in (first, len(data) + 100, 2**32 - 1):
        assert sniff(data[:following] + struct.pack("<I", place) + data[following + 4 :]) == "tiff"


def test_a_chain_without_end_takes_no_time() -> None:
    """Each of its directories is full, and leads to as many as there is room for."""
    entry = struct.pack("<HHII", 330, 4, 60_000, 8)
    data = struct.pack("<2sHIH", b"II", 42, 8, 60_000) + entry * 60_000 + struct.pack("<I", 8)
    assert sniff(data) == "tiff"


def test_the_cameras_kinds_are_none_that_a_video_starts_from() -> None:
    assert not RAW & set(KINDS)
    assert {"cr2", "cr3", "raf", "orf", "rw2"} <= RAW & {kind for kind, _ in PATTERNS}
    assert sniff(pictures.of_kind("tiff", pictures.quarters((64, 48)))) == "tiff"
