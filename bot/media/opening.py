"""Opening a picture: what its header says, and whether it is safe to decode. Nothing is decoded here."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import ExifTags, Image, PngImagePlugin
from pillow_heif import register_heif_opener

from ..errors import BadPicture
from .headers import Size, promised_sizes
from .kinds import KINDS, sniff
from .mending import PROFILE_MOST, mended

MAX_BYTES = 32 * 1024 * 1024
MAX_PIXELS = 64_000_000

# refused from the header by `inspect`, before Pillow allocates: its own guard only warns up to 179 million pixels
Image.MAX_IMAGE_PIXELS = None
# of all that is packed in a PNG beside the picture, only its profile is left to Pillow
PngImagePlugin.MAX_TEXT_CHUNK = PROFILE_MOST
register_heif_opener(depth_images=False, aux_images=False)

PLUGINS = {"heic": "HEIF"}
"""What Pillow calls a kind, where that is another word."""

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

DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""What Pillow and its decoders raise on a file that is not what it claims to be."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What the header says: `width` and `height` in pixels as the picture is shown, upright; `bytes` its weight."""

    format: str
    width: int
    height: int
    bytes: int


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
    with damage_told():
        for size in promised_sizes(kind, data):
            check_pixels(size)
    with opened(data) as picture:
        check_pixels(picture.size)
        width, height = turned(picture.size, read_turn(picture))
    return Picture(format=kind, width=width, height=height, bytes=len(data))


def check_pixels(size: Size) -> None:
    """Raises BadPicture: "too_many_pixels", or "undecodable" for none at all."""
    width, height = size
    if width < 1 or height < 1:
        raise BadPicture("undecodable")
    if width * height > MAX_PIXELS:
        raise BadPicture("too_many_pixels", width=width, height=height, limit=MAX_PIXELS)


@contextmanager
def damage_told() -> Iterator[None]:
    """What is wrong with the file leaves as BadPicture, and its warnings nowhere."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except DAMAGE as error:
        raise BadPicture("undecodable") from error


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """A picture that `inspect` let through, by the decoder of its kind and no other."""
    kind = sniff(data) or ""
    formats = [PLUGINS.get(kind, kind.upper())]
    with damage_told(), Image.open(io.BytesIO(mended(kind, data)), formats=formats) as picture:
        yield picture


def read_turn(picture: Image.Image) -> int:
    """The EXIF orientation that is still to be obeyed, 1 when there is none."""
    if picture.format in ("HEIF", "TIFF"):
        # their decoders turn the picture, and tell its size as it is then
        return 1
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
