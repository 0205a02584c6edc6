"""What the product does with pictures: name the kind, refuse from the header, make thumbnails, fit them to a frame.

Plain synchronous functions, for a worker process: none touches the disk or the network.
"""

import io
import math
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, assert_never

from PIL import ExifTags, Image, ImageCms, ImageFilter, ImageOps

from .errors import BadPicture

MAX_BYTES = 32 * 1024 * 1024
MAX_PIXELS = 64_000_000
THUMBNAIL = 320  # pixels, the longest side

Size = tuple[int, int]
How = Literal["crop", "pad"]

# refused from the header by `inspect`, before Pillow allocates: its own guard only warns up to 179 million pixels
Image.MAX_IMAGE_PIXELS = None

KINDS = ("jpeg", "png", "webp")
SAME_SHAPE = math.log(1.02)
QUALITIES = (92, 88, 83, 77, 70, 60, 45, 30)

MAGIC = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"%PDF", "pdf"),
    (b"8BPS", "psd"),
    (b"\x1aE\xdf\xa3", "webm"),
    (b"PK\x03\x04", "zip"),
    (b"<svg", "svg"),
)
BRANDS = {b"avif": "avif", b"avis": "avif", b"heic": "heic", b"heix": "heic", b"mif1": "heic", b"qt  ": "mov"}
"""The brand after `ftyp` in the family of mp4; another one is mp4 itself."""

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What puts a picture upright, by its EXIF orientation; 1 is upright."""

DAMAGE = (OSError, ValueError, SyntaxError, EOFError, IndexError, OverflowError, struct.error, zlib.error)
"""What Pillow raises on a file that is not what it claims to be."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What the header says: `width` and `height` in pixels as the picture is shown, upright; `bytes` its weight."""

    format: str
    width: int
    height: int
    bytes: int


def sniff(data: bytes) -> str | None:
    """The kind of file by its first bytes ("jpeg", "gif", "pdf", …), or None."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return BRANDS.get(data[8:12], "mp4")
    return next((kind for magic, kind in MAGIC if data.startswith(magic)), None)


def inspect(data: bytes) -> Picture:
    """Read the header alone.

    Raises BadPicture: "empty", "not_a_picture" (kind), "too_heavy" (limit, in bytes), "too_many_pixels"
    (width, height, limit), "undecodable".
    """
    if not data:
        raise BadPicture("empty")
    kind = sniff(data)
    if kind not in KINDS:
        raise BadPicture("not_a_picture", kind=kind)
    if len(data) > MAX_BYTES:
        raise BadPicture("too_heavy", limit=MAX_BYTES)
    if kind == "webp":
        check_pixels(*read_webp_size(data))
    with opened(data) as picture:
        check_pixels(*picture.size)
        width, height = turned(picture.size, read_turn(picture))
    return Picture(format=kind, width=width, height=height, bytes=len(data))


def thumbnail(data: bytes, *, longest: int = THUMBNAIL) -> bytes:
    """A small JPEG, upright, without metadata, on white; never larger than the original.

    Decodes the whole picture: raises BadPicture("undecodable") for a truncated one, and what `inspect` raises.
    """
    inspect(data)
    return encode(load(data, (longest, longest), min), quality=85)


def examine(data: bytes) -> tuple[Picture, bytes]:
    """Header and thumbnail in one go, which is the whole check; raises what they raise."""
    return inspect(data), thumbnail(data)


def fit(data: bytes, *, width: int, height: int, how: How, limit: int) -> bytes:
    """A JPEG of exactly `width` x `height` pixels and at most `limit` bytes: upright, sRGB, without metadata, on white.

    "crop" covers the frame, centred; "pad" shows the whole picture over a blurred copy of itself.
    Raises what `thumbnail` raises, and BadPicture("too_heavy") when no quality is below the limit.
    """
    inspect(data)
    fitted = frame_picture(data, (width, height), how)
    for quality in QUALITIES:
        if len(encoded := encode(fitted, quality=quality)) <= limit:
            return encoded
    raise BadPicture("too_heavy", limit=limit)


def fit_frame(data: bytes, width: int, height: int, how: How, limit: int) -> bytes:
    """`fit`, for callers that can only pass arguments by position, as a worker process does."""
    return fit(data, width=width, height=height, how=how, limit=limit)


def best_size(width: int, height: int, sizes: Sequence[Size]) -> Size:
    """The one of `sizes` that a picture loses least in.

    Its own pixel size, else the nearest shape; shapes within 2 % count as the same, and then fewer pixels win: they
    cost less. A tie goes to the earlier one.
    """
    if (width, height) in sizes:
        return width, height
    shape = math.log(width / height)
    # rounded, since 16:9 and 9:16 are equally far from a square only up to the last bit
    nearest = min(sizes, key=lambda size: round(abs(shape_of(size) - shape), 9))
    alike = [size for size in sizes if abs(shape_of(size) - shape_of(nearest)) <= SAME_SHAPE]
    return min(alike, key=lambda size: size[0] * size[1])


def shape_of(size: Size) -> float:
    return math.log(size[0] / size[1])


def check_pixels(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise BadPicture("undecodable")
    if width * height > MAX_PIXELS:
        raise BadPicture("too_many_pixels", width=width, height=height, limit=MAX_PIXELS)


def read_webp_size(data: bytes) -> Size:
    """From the header (RFC 9649): opening a WebP already makes room for its canvas twice."""
    match data[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case _:
            width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))
            return width, height


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """Nothing is decoded yet; what is wrong with the file leaves as BadPicture, and its warnings nowhere."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=[kind.upper() for kind in KINDS]) as picture:
                yield picture
    except DAMAGE as error:
        raise BadPicture("undecodable") from error


def read_turn(picture: Image.Image) -> int:
    """The EXIF orientation, 1 when there is none."""
    if picture.format == "PNG" and "exif" not in picture.info:
        # Pillow would decode the whole picture to look behind it
        return 1
    try:
        turn = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except DAMAGE:
        return 1
    return turn if turn in TURNS else 1


def turned(size: Size, turn: int) -> Size:
    return (size[1], size[0]) if turn >= 5 else size


def load(data: bytes, size: Size, choose: Callable[[float, float], float]) -> Image.Image:
    """Upright plain RGB, shrunk (never enlarged) until it just covers `size` (`max`) or just fits in (`min`)."""
    with opened(data) as picture:
        turn = read_turn(picture)
        width, height = turned(size, turn)
        scale = min(1.0, choose(width / picture.width, height / picture.height))
        target = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        # a JPEG is decoded at a half, quarter or eighth where that is enough: a fifth of the time and memory
        picture.draft(None, target)
        profile = picture.info.get("icc_profile")
        shrunk = simplify(picture).resize(target, Image.Resampling.BICUBIC, reducing_gap=2.0)
        plain = to_srgb(flatten(shrunk), profile)
        upright = plain.transpose(TURNS[turn]) if turn in TURNS else plain
    upright.info = {}
    return upright


def simplify(picture: Image.Image) -> Image.Image:
    """A mode that can be resized well: L, RGB, RGBA or CMYK."""
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    if picture.mode.startswith("I"):
        # 16 bits of grey: Pillow would clip them, the upper 8 are wanted
        return picture.convert("I").point(lambda level: level / 256).convert("L")
    return picture if picture.mode in ("L", "RGB", "CMYK") else picture.convert("RGB")


def flatten(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """By its colour profile when that is usable, else as if it were sRGB already."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, *DAMAGE):
            return picture.convert("RGB")
        if converted is not None:
            return converted
    return picture.convert("RGB")


def frame_picture(data: bytes, frame: Size, how: How) -> Image.Image:
    match how:
        case "crop":
            return cover(load(data, frame, max), frame)
        case "pad":
            return pad(load(data, frame, min), frame)
        case _:
            assert_never(how)


def cover(picture: Image.Image, frame: Size) -> Image.Image:
    return ImageOps.fit(picture, frame, Image.Resampling.LANCZOS)


def pad(picture: Image.Image, frame: Size) -> Image.Image:
    """The whole picture, centred, over itself blurred and a little paler, so that no bar is black."""
    small = (max(1, frame[0] // 8), max(1, frame[1] // 8))
    blurred = ImageOps.fit(picture, small).filter(ImageFilter.GaussianBlur(6))
    ground = Image.blend(blurred, Image.new("RGB", small, "white"), 0.15).resize(frame, Image.Resampling.BICUBIC)
    whole = ImageOps.contain(picture, frame, Image.Resampling.LANCZOS)
    ground.paste(whole, ((frame[0] - whole.width) // 2, (frame[1] - whole.height) // 2))
    return ground


def encode(picture: Image.Image, *, quality: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()
