"""Pictures as people send them: turned, see-through, heavy, damaged, or no pictures at all."""

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageCms

from bot.errors import BadPicture
from bot.media import MAX_BYTES, MAX_PIXELS, THUMBNAIL, Picture, best_size, examine, fit, fit_frame, inspect, sniff
from bot.media import thumbnail as make_thumbnail
from tests import pictures

SIZES = [(720, 1280), (1280, 720), (1024, 1792), (1792, 1024)]
LIMIT = 10_000_000


def decode(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def pixel(picture: Image.Image, across: float, down: float) -> tuple[int, int, int]:
    found = picture.convert("RGB").getpixel((int(picture.width * across), int(picture.height * down)))
    assert isinstance(found, tuple)
    red, green, blue = found
    return int(red), int(green), int(blue)


def looks(found: tuple[int, int, int], wanted: tuple[int, int, int], tolerance: int = 12) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


def shows_quarters(picture: Image.Image) -> bool:
    wanted = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)]
    places = [(0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)]
    return all(looks(pixel(picture, *place), colour) for place, colour in zip(places, wanted, strict=True))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (pictures.jpeg(), "jpeg"),
        (pictures.png(), "png"),
        (pictures.webp(), "webp"),
        (pictures.encode(pictures.quarters((8, 8)), "GIF"), "gif"),
        (pictures.encode(pictures.quarters((8, 8)), "BMP"), "bmp"),
        (pictures.encode(pictures.quarters((8, 8)), "TIFF"), "tiff"),
        (pictures.encode(pictures.quarters((8, 8)), "AVIF"), "avif"),
        (pictures.encode(pictures.quarters((8, 8)), "PDF"), "pdf"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41", "mp4"),
        (b"hello", None),
        (b"", None),
    ],
)
def test_a_file_is_known_by_its_first_bytes(data: bytes, kind: str | None) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize("make", [pictures.jpeg, pictures.png, pictures.webp])
def test_the_header_tells_size_and_weight(make: Callable[..., bytes]) -> None:
    data = make((640, 480))
    assert inspect(data) == Picture(format=sniff(data) or "", width=640, height=480, bytes=len(data))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_is_seen_upright(orientation: int) -> None:
    data = pictures.turned_jpeg((640, 480), orientation)
    picture, thumbnail = examine(data)
    assert (picture.width, picture.height) == (640, 480)
    assert decode(thumbnail).size == (320, 240)
    assert shows_quarters(decode(thumbnail))
    assert shows_quarters(decode(fit(data, width=1280, height=960, how="crop", limit=LIMIT)))
    assert shows_quarters(decode(fit(data, width=128, height=96, how="pad", limit=LIMIT)))


@pytest.mark.parametrize(
    ("data", "code", "facts"),
    [
        (b"", "empty", {}),
        (b"%PDF-1.7 and so on", "not_a_picture", {"kind": "pdf"}),
        (b"just words", "not_a_picture", {"kind": None}),
        (pictures.encode(pictures.quarters((8, 8)), "GIF"), "not_a_picture", {"kind": "gif"}),
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


def test_the_largest_picture_is_allowed_and_one_row_more_is_not() -> None:
    assert inspect(pictures.bomb_png((8000, MAX_PIXELS // 8000))).height == 8000
    with pytest.raises(BadPicture, match="too_many_pixels"):
        inspect(pictures.bomb_png((8000, MAX_PIXELS // 8000 + 1)))


@pytest.mark.parametrize("use", [inspect, make_thumbnail, examine])
@pytest.mark.parametrize("bomb", [pictures.bomb_png((15000, 15000)), pictures.bomb_webp((16383, 16383))])
def test_a_bomb_is_refused_before_it_unfolds(bomb: bytes, use: Callable[[bytes], object]) -> None:
    with pytest.raises(BadPicture) as caught:
        use(bomb[:200])  # decoding so little would find it damaged first
    assert caught.value.code == "too_many_pixels"
    assert caught.value.facts["limit"] == MAX_PIXELS


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_truncated_picture_is_found_by_decoding_it(kind: str) -> None:
    whole = pictures.encode(pictures.noise((300, 200)), kind)
    data = whole[: len(whole) * 2 // 3]
    if kind != "WEBP":  # whose container counts its bytes
        assert inspect(data).width == 300
    with pytest.raises(BadPicture) as caught:
        make_thumbnail(data)
    assert caught.value.code == "undecodable"


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
@pytest.mark.parametrize("shape", [(640, 480), (480, 640), (1280, 720), (3000, 200), (1, 900), (3000, 2000)])
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


def test_what_shines_through_is_white() -> None:
    data = pictures.see_through_png((640, 480))
    for picture in (make_thumbnail(data), fit(data, width=640, height=480, how="crop", limit=LIMIT)):
        assert looks(pixel(decode(picture), 0.05, 0.05), (255, 255, 255))
        assert looks(pixel(decode(picture), 0.5, 0.5), (255, 0, 0))


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


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "YCbCr"])
def test_every_mode_comes_out_as_the_same_picture(mode: str) -> None:
    grey = Image.new("L", (200, 100), 255)
    grey.paste(0, (0, 0, 100, 100))
    if mode == "I;16":
        picture = Image.new("I;16", grey.size, 65535)
        picture.paste(0, (0, 0, 100, 100))
    else:
        picture = (grey.convert("RGB") if mode in ("CMYK", "YCbCr") else grey).convert(mode)
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    fitted = decode(fit(pictures.encode(picture, kind), width=400, height=200, how="crop", limit=LIMIT))
    assert looks(pixel(fitted, 0.1, 0.5), (0, 0, 0))
    assert looks(pixel(fitted, 0.9, 0.5), (255, 255, 255))


def test_sixteen_bits_of_grey_keep_their_middle() -> None:
    data = pictures.encode(Image.new("I;16", (200, 100), 0x8000), "PNG")
    assert looks(pixel(decode(make_thumbnail(data)), 0.5, 0.5), (128, 128, 128))


def test_a_palette_with_a_see_through_entry_is_flattened() -> None:
    picture = pictures.quarters((200, 100)).quantize(8)
    data = pictures.encode(picture, "PNG", transparency=picture.getpixel((5, 5)))
    thumbnail = decode(make_thumbnail(data))
    assert looks(pixel(thumbnail, 0.1, 0.1), (255, 255, 255))
    assert looks(pixel(thumbnail, 0.9, 0.1), (0, 255, 0))


def test_a_moving_picture_gives_its_first_frame() -> None:
    data = pictures.moving_webp()
    assert getattr(decode(data), "n_frames", 1) > 1
    assert shows_quarters(decode(make_thumbnail(data)))


def test_a_colour_profile_is_applied() -> None:
    lab = ImageCms.createProfile("LAB")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = pictures.jpeg(quality=95)
    assert shows_quarters(decode(make_thumbnail(pictures.jpeg(quality=95, icc_profile=profile))))
    # one that does not belong to the picture's mode, and one that is none at all, are left aside
    for useless in (ImageCms.ImageCmsProfile(lab).tobytes(), b"not a profile"):
        assert make_thumbnail(pictures.jpeg(quality=95, icc_profile=useless)) == make_thumbnail(plain)


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
