"""Every kind of picture, in every way that people's devices write it, ends as the same JPEG."""

import pytest
from PIL import Image, ImageCms

from bot.errors import BadPicture
from bot.media import KINDS, examine, fit, inspect, sniff, thumbnail
from tests import pictures
from tests.bot.looks import BLACK, BLUE, GREY, LIME, RED, WHITE, YELLOW, corners, decode, looks, pixel, shows_quarters

LIMIT = 10_000_000
TURNABLE = ("jpeg", "png", "webp", "tiff", "heic", "avif")
SEE_THROUGH = ("png", "webp", "gif", "tiff", "heic", "avif")
PROFILED = ("jpeg", "png", "webp", "tiff", "heic", "avif")
MOVING = ("webp", "gif", "avif", "tiff", "heic")


def cropped(data: bytes, width: int = 640, height: int = 480) -> Image.Image:
    return decode(fit(data, width=width, height=height, how="crop", limit=LIMIT))


@pytest.mark.parametrize("how", ["crop", "pad"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_becomes_a_jpeg_of_the_frame(kind: str, how: str) -> None:
    data = pictures.of_kind(kind, pictures.quarters((640, 480)))
    picture, small = examine(data)
    assert (picture.format, picture.width, picture.height) == (kind, 640, 480)
    assert sniff(small) == "jpeg" and shows_quarters(decode(small))
    fitted = fit(data, width=1280, height=720, how="crop" if how == "crop" else "pad", limit=LIMIT)
    assert sniff(fitted) == "jpeg"
    assert (decode(fitted).size, decode(fitted).mode) == ((1280, 720), "RGB")


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_picture_is_shrunk_without_a_seam(kind: str) -> None:
    """Larger than a band, and no multiple of what it is shrunk by."""
    data = pictures.of_kind(kind, pictures.quarters((2047, 1531)))
    made = cropped(data, 320, 240)
    assert shows_quarters(made)
    for down in (0.05, 0.15, 0.25, 0.35, 0.45):
        assert looks(pixel(made, 0.25, down), RED) and looks(pixel(made, 0.75, down), LIME)
    for down in (0.55, 0.65, 0.75, 0.85, 0.95):
        assert looks(pixel(made, 0.25, down), BLUE) and looks(pixel(made, 0.75, down), YELLOW)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", TURNABLE)
def test_a_turned_photo_is_seen_upright(kind: str, orientation: int) -> None:
    data = pictures.turned(kind, (640, 480), orientation)
    picture, small = examine(data)
    assert (picture.width, picture.height) == (640, 480)
    assert decode(small).size == (320, 240)
    assert shows_quarters(decode(small))
    assert shows_quarters(cropped(data, 1280, 960))
    assert shows_quarters(decode(fit(data, width=128, height=96, how="pad", limit=LIMIT)))
    assert b"somebody" in data and b"somebody" not in small


@pytest.mark.parametrize("kind", SEE_THROUGH)
def test_what_shines_through_is_white(kind: str) -> None:
    data = pictures.see_through(kind)
    for made in (decode(thumbnail(data)), cropped(data)):
        assert looks(pixel(made, 0.05, 0.05), WHITE)
        assert looks(pixel(made, 0.5, 0.5), RED)


def test_a_palette_with_a_see_through_entry_is_flattened() -> None:
    picture = pictures.quarters((200, 100)).quantize(8)
    data = pictures.encode(picture, "PNG", transparency=picture.getpixel((5, 5)))
    assert looks(pixel(decode(thumbnail(data)), 0.1, 0.1), WHITE)
    assert looks(pixel(decode(thumbnail(data)), 0.9, 0.1), LIME)


@pytest.mark.parametrize("kind", PROFILED)
def test_a_colour_profile_is_applied(kind: str) -> None:
    data = pictures.of_kind(kind, pictures.quarters((640, 480)), icc_profile=pictures.swapping_profile())
    red, lime, blue, yellow = corners(cropped(data))
    # gamma 2.2 is not quite sRGB's curve, and says so where it meets it
    assert looks(red, LIME, 16) and looks(lime, RED, 16) and looks(blue, BLUE, 16) and looks(yellow, YELLOW, 16)


def test_a_useless_colour_profile_is_left_aside() -> None:
    plain = pictures.jpeg(quality=95)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert shows_quarters(decode(thumbnail(pictures.jpeg(quality=95, icc_profile=srgb))))
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for useless in (lab, b"not a profile"):
        assert thumbnail(pictures.jpeg(quality=95, icc_profile=useless)) == thumbnail(plain)


@pytest.mark.parametrize("kind", MOVING)
def test_a_moving_picture_gives_its_first_frame(kind: str) -> None:
    data = pictures.moving(kind)
    assert getattr(decode(data), "n_frames", 1) == 3
    assert shows_quarters(decode(thumbnail(data)))


def test_a_frame_that_sticks_out_of_its_screen_is_shown_whole() -> None:
    data = bytearray(pictures.of_kind("gif", pictures.quarters((96, 72))))
    data[6:10] = b"\x08\0\x08\0"
    assert (inspect(bytes(data)).width, inspect(bytes(data)).height) == (96, 72)
    assert shows_quarters(cropped(bytes(data)))


DEEP = ("I;16", "I;16B", "I", "F")
HALVES = [
    *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    *(("JPEG", mode) for mode in ("L", "RGB", "CMYK", "YCbCr")),
    *(
        ("TIFF", mode)
        for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I;16", "I;16B", "I", "F")
    ),
    *(("BMP", mode) for mode in ("1", "L", "P", "RGB", "RGBA")),
    *(("GIF", mode) for mode in ("1", "L", "P")),
    *(("WEBP", mode) for mode in ("L", "RGB", "RGBA")),
    *(("AVIF", mode) for mode in ("L", "RGB", "RGBA")),
    *(("HEIF", mode) for mode in ("L", "RGB", "RGBA", "LA", "I;16")),
]


def halves(mode: str, size: tuple[int, int] = (200, 100)) -> Image.Image:
    """Black to the left, white to the right."""
    grey = Image.new("L", size, 255)
    grey.paste(0, (0, 0, size[0] // 2, size[1]))
    match mode:
        case "LAB":
            lab = ImageCms.createProfile("LAB")
            made = ImageCms.profileToProfile(grey.convert("RGB"), ImageCms.createProfile("sRGB"), lab, outputMode="LAB")
            assert made is not None
            return made
        case "F":
            return grey.convert("F").point(lambda level: level / 255)
        case "I" | "I;16" | "I;16B":
            wide = Image.new(mode, size, 65535)
            wide.paste(0, (0, 0, size[0] // 2, size[1]))
            return wide
        case "CMYK" | "YCbCr":
            return grey.convert("RGB").convert(mode)
    return grey.convert(mode)


@pytest.mark.parametrize(("kind", "mode"), HALVES)
def test_every_mode_comes_out_as_the_same_picture(kind: str, mode: str) -> None:
    made = cropped(pictures.encode(halves(mode), kind), 400, 200)
    assert looks(pixel(made, 0.1, 0.5), BLACK)
    assert looks(pixel(made, 0.9, 0.5), WHITE)


@pytest.mark.parametrize(
    "data",
    [
        pictures.encode(Image.new("I;16", (200, 100), 0x8000), "PNG"),
        pictures.encode(Image.new("I;16", (200, 100), 0x8000), "TIFF"),
        pictures.deep_png(0x8000),
        pictures.deep_heic(0x8000),
    ],
    ids=["grey png", "grey tiff", "png", "heic"],
)
def test_sixteen_bits_keep_their_middle(data: bytes) -> None:
    assert looks(pixel(decode(thumbnail(data)), 0.5, 0.5), GREY)


def test_a_heic_may_be_drawn_from_its_own_thumbnail() -> None:
    data = pictures.of_kind("heic", pictures.quarters((1600, 1200)), thumbnails=[400])
    assert shows_quarters(decode(thumbnail(data)))
    assert shows_quarters(cropped(data, 1280, 960))


def test_the_tiles_of_a_heic_are_put_together() -> None:
    data = pictures.of_kind("heic", pictures.quarters((1100, 800)), tile_size=256)
    assert (inspect(data).width, inspect(data).height) == (1100, 800)
    assert shows_quarters(cropped(data))


@pytest.mark.parametrize("order", ["II", "MM"])
@pytest.mark.parametrize("how", ["raw", "tiff_lzw", "tiff_deflate", "jpeg", "packbits"])
def test_a_tiff_may_be_packed_in_many_ways(order: str, how: str) -> None:
    data = pictures.of_kind("tiff", pictures.quarters((640, 480)), compression=how, big_tiff=order == "MM")
    assert shows_quarters(cropped(data))


@pytest.mark.parametrize("part", [0.05, 0.3, 2 / 3, 0.9])
@pytest.mark.parametrize("kind", KINDS)
def test_a_truncated_picture_is_refused(kind: str, part: float) -> None:
    whole = pictures.of_kind(kind, pictures.noise((300, 200)))
    with pytest.raises(BadPicture) as caught:
        thumbnail(whole[: int(len(whole) * part)])
    assert caught.value.code == "undecodable"


@pytest.mark.parametrize("kind", KINDS)
def test_garbage_behind_a_first_byte_or_two_is_refused(kind: str) -> None:
    whole = pictures.of_kind(kind, pictures.quarters((64, 48)))
    noise = pictures.noise((40, 40), seed=1).tobytes()
    with pytest.raises(BadPicture) as caught:
        thumbnail(whole[:16] + noise)
    assert caught.value.code in ("undecodable", "too_many_pixels")


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_picture_is_a_picture_or_refused(kind: str) -> None:
    """Whatever a decoder raises, BadPicture is all that leaves."""
    whole = pictures.of_kind(kind, pictures.quarters((64, 48)))
    for at in range(8, min(len(whole), 600)):
        for byte in (0, 255, whole[at] ^ 1):
            try:
                thumbnail(whole[:at] + bytes([byte]) + whole[at + 1 :])
            except BadPicture as refused:
                assert refused.code in ("undecodable", "too_many_pixels", "not_a_picture")
