"""Pictures as people send them: turned, see-through, heavy, damaged, or no pictures at all."""

import pytest

from bot.errors import BadPicture
from bot.media import (
    KINDS,
    MAX_BYTES,
    THUMBNAIL,
    How,
    Picture,
    best_size,
    check_sides,
    fit,
    fit_frame,
    fit_whole,
    inspect,
    side_by_side,
    sniff,
)
from bot.media import thumbnail as make_thumbnail
from bot.media.fitting import LEAST
from tests import pictures
from tests.bot.looks import decode, looks, pixel, shows_quarters

SIZES = [(720, 1280), (1280, 720), (1024, 1792), (1792, 1024)]
LIMIT = 10_000_000


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_known_by_its_first_bytes(kind: str) -> None:
    assert sniff(pictures.of_kind(kind, pictures.quarters((64, 48)))) == kind


def brands(major: bytes, *compatible: bytes) -> bytes:
    body = b"ftyp" + major + bytes(4) + b"".join(compatible)
    return (4 + len(body)).to_bytes(4, "big") + body + b"\0\0\0\x08free"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        *((brands(brand, b"mif1"), "heic") for brand in (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis")),
        *((brands(brand, b"mif1", b"miaf"), "avif") for brand in (b"avif", b"avis")),
        (brands(b"mif1", b"mif1", b"heic"), "heic"),
        (brands(b"msf1", b"msf1", b"hevc"), "heic"),
        (brands(b"mif1", b"mif1", b"miaf", b"avif"), "avif"),
        (brands(b"msf1", b"msf1", b"avis"), "avif"),
        (brands(b"isom", b"isom", b"iso2", b"avc1", b"mp41"), "mp4"),
        (brands(b"mp42", b"isom", b"avif"), "mp4"),
        (brands(b"qt  ", b"qt  "), "mov"),
        (pictures.encode(pictures.quarters((8, 8)), "TIFF", big_tiff=True), "tiff"),
        (pictures.encode(pictures.quarters((8, 8)), "PDF"), "pdf"),
        (b"MM\0*", "tiff"),
        (b"MM\0+", "tiff"),
        (b"hello", "txt"),
        (b"", None),
    ],
)
def test_a_file_is_known_by_its_first_bytes(data: bytes, kind: str | None) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize("kind", KINDS)
def test_the_header_tells_size_and_weight(kind: str) -> None:
    data = pictures.of_kind(kind, pictures.quarters((640, 480)))
    assert inspect(data) == Picture(format=kind, width=640, height=480, bytes=len(data))


@pytest.mark.parametrize(
    ("data", "code", "facts"),
    [
        (b"", "empty", {}),
        (b"%PDF-1.7 and so on", "not_a_picture", {"kind": "pdf"}),
        (b"just words", "not_a_picture", {"kind": "txt"}),
        (b"\0\0\0\0", "not_a_picture", {"kind": None}),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "not_a_picture", {"kind": "mov"}),
        (pictures.jpeg() + bytes(MAX_BYTES), "too_heavy", {"limit": MAX_BYTES}),
        (b"\xff\xd8\xff\xe0 not a jpeg at all", "undecodable", {}),
        (pictures.png()[:20], "undecodable", {}),
        (b"RIFF\x04\0\0\0WEBP", "undecodable", {}),
    ],
)
def test_what_is_no_picture_is_refused_by_name(data: bytes, code: str, facts: dict[str, object]) -> None:
    with pytest.raises(BadPicture) as caught:
        inspect(data)
    assert (caught.value.code, caught.value.facts) == (code, facts)


def test_broken_exif_does_not_spoil_a_good_picture() -> None:
    data = pictures.jpeg(exif=b"Exif\0\0II*\0\xff\xff\xff\xff broken")
    assert inspect(data).width == 640
    assert shows_quarters(decode(make_thumbnail(data)))


def test_a_small_picture_is_not_enlarged_to_a_thumbnail() -> None:
    assert decode(make_thumbnail(pictures.png((50, 40)))).size == (50, 40)


def test_the_thumbnail_is_a_small_jpeg_of_the_whole() -> None:
    thumbnail = make_thumbnail(pictures.encode(pictures.noise((2000, 1000))))
    assert sniff(thumbnail) == "jpeg"
    assert decode(thumbnail).size == (THUMBNAIL, THUMBNAIL // 2)
    assert len(thumbnail) < 100_000


@pytest.mark.parametrize("how", ["crop", "pad"])
@pytest.mark.parametrize("frame", SIZES)
@pytest.mark.parametrize("shape", [(640, 480), (480, 640), (1280, 720), (3000, 300), (120, 900), (3000, 2000)])
def test_a_fitted_picture_has_exactly_the_size_of_the_frame(
    how: str, frame: tuple[int, int], shape: tuple[int, int]
) -> None:
    fitted = fit_frame(pictures.jpeg(shape), *frame, "crop" if how == "crop" else "pad", LIMIT)
    assert sniff(fitted) == "jpeg"
    assert decode(fitted).size == frame
    assert decode(fitted).mode == "RGB"


def test_crop_fills_the_frame_from_the_middle() -> None:
    fitted = decode(fit(pictures.jpeg((1200, 300)), width=600, height=600, how="crop", limit=LIMIT))
    assert shows_quarters(fitted)
    assert looks(pixel(fitted, 0.45, 0.05), (255, 0, 0))
    assert looks(pixel(fitted, 0.55, 0.05), (0, 255, 0))


def test_pad_shows_the_whole_picture_and_no_black_bar() -> None:
    fitted = decode(fit(pictures.png((400, 400)), width=1280, height=720, how="pad", limit=LIMIT))
    whole = fitted.crop((280, 0, 1000, 720))
    assert shows_quarters(whole)
    for across in (0.01, 0.1, 0.9, 0.99):
        assert max(pixel(fitted, across, 0.5)) > 90


def test_nothing_about_the_sender_remains() -> None:
    data = pictures.annotated_jpeg()
    assert b"somebody's" in data
    for made in (make_thumbnail(data), fit(data, width=1280, height=720, how="pad", limit=LIMIT)):
        assert b"somebody" not in made
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(decode(made).info)


def test_a_heavy_picture_loses_quality_until_it_is_below_the_limit() -> None:
    data = pictures.encode(pictures.noise((1792, 1024)), quality=95)
    easy = fit(data, width=1792, height=1024, how="crop", limit=LIMIT)
    tight = fit(data, width=1792, height=1024, how="crop", limit=len(easy) // 2)
    assert len(tight) <= len(easy) // 2
    assert decode(tight).size == (1792, 1024)


def test_a_limit_that_no_quality_meets_is_said() -> None:
    with pytest.raises(BadPicture) as caught:
        fit(pictures.jpeg(), width=1280, height=720, how="crop", limit=100)
    assert (caught.value.code, caught.value.facts) == ("too_heavy", {"limit": 100})


@pytest.mark.parametrize(
    ("size", "frame", "how", "least", "facts"),
    [
        ((1, 1), (1280, 720), "pad", 1, (1, 1, LEAST)),
        ((10_000, 10), (1280, 720), "crop", 1, (18, 10, LEAST)),
        ((10_000, 700), (1280, 720), "crop", 1, None),
        # all of it in the width of the frame
        ((10_000, 400), (1280, 720), "pad", 1, (1280, 51, LEAST)),
        ((10_000, 500), (1280, 720), "pad", 1, None),
        # a wide one in a tall frame
        ((1000, 100), (1280, 720), "crop", 1, None),
        ((1000, 100), (720, 1280), "crop", 1, (56, 100, LEAST)),
        ((LEAST, LEAST), (1280, 720), "crop", 1, (64, 36, LEAST)),
        ((LEAST, LEAST), (1280, 720), "pad", 1, None),
        ((128, 128), (1280, 720), "crop", 1, None),
        # what its maker wants is asked of the picture as it was given
        ((400, 299), (1280, 720), "crop", 300, (400, 299, 300)),
        ((400, 300), (1280, 720), "crop", 300, None),
    ],
)
def test_a_picture_of_which_next_to_nothing_is_left_is_too_small(
    size: tuple[int, int], frame: tuple[int, int], how: How, least: int, facts: tuple[int, int, int] | None
) -> None:
    if facts is None:
        check_sides(size, frame, how, least)
        return
    with pytest.raises(BadPicture) as caught:
        check_sides(size, frame, how, least)
    assert caught.value.code == "too_small"
    assert caught.value.facts == dict(zip(("width", "height", "least"), facts, strict=True))


@pytest.mark.parametrize(
    ("size", "made"), [((640, 480), (640, 480)), ((3000, 1500), (1000, 500)), ((60, 1000), (60, 1000))]
)
def test_a_whole_picture_keeps_its_shape_and_is_never_enlarged(size: tuple[int, int], made: tuple[int, int]) -> None:
    fitted = decode(fit_whole(pictures.png(size), 60, 1000, LIMIT))
    assert (fitted.format, fitted.size) == ("JPEG", made)
    assert min(size) < 100 or shows_quarters(fitted)


def test_a_whole_picture_that_is_too_small_or_too_heavy_says_so() -> None:
    for size, limit, code in (((59, 200), LIMIT, "too_small"), ((4000, 120), LIMIT, "too_small")):
        with pytest.raises(BadPicture) as refused:
            fit_whole(pictures.png(size), 60, 1000, limit)
        assert refused.value.code == code
    with pytest.raises(BadPicture, match="too_heavy"):
        fit_whole(pictures.encode(pictures.noise((500, 500))), 60, 1000, 1000)


def test_pictures_stand_side_by_side_for_people_to_look_at() -> None:
    row = decode(side_by_side([pictures.png((640, 640)), pictures.jpeg((3000, 1000)), pictures.png((16, 8))]))
    assert (row.format, row.size) == ("JPEG", (160 + 8 + 320 + 8 + 16, 160))
    assert shows_quarters(row.crop((0, 0, 160, 160))) and shows_quarters(row.crop((168, 27, 488, 133)))


def test_a_picture_too_small_is_not_fitted() -> None:
    for data, how, least in ((pictures.png((1, 1)), "pad", 1), (pictures.png((640, 290)), "crop", 300)):
        with pytest.raises(BadPicture, match="too_small"):
            fit_frame(data, 1280, 720, "crop" if how == "crop" else "pad", LIMIT, least)


@pytest.mark.parametrize(
    ("width", "height", "best"),
    [
        (1792, 1024, (1792, 1024)),
        (1024, 1792, (1024, 1792)),
        (1920, 1080, (1280, 720)),
        (6000, 4000, (1280, 720)),
        (3584, 2048, (1280, 720)),
        (3000, 4000, (720, 1280)),
        (10, 10_000, (720, 1280)),
        (500, 500, (720, 1280)),
    ],
)
def test_the_best_size_is_exact_then_alike_then_cheap(width: int, height: int, best: tuple[int, int]) -> None:
    assert best_size(width, height, SIZES) == best


def test_shapes_further_apart_than_two_percent_are_not_alike() -> None:
    assert best_size(1000, 950, [(100, 100), (2000, 1900)]) == (2000, 1900)
    assert best_size(1000, 990, [(100, 100), (2000, 1980)]) == (100, 100)
