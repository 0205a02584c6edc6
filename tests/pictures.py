"""Makes real pictures for the tests: turned, see-through, noisy, cut off, and bombs."""

import io
import struct
import zlib
from random import Random
from typing import Any

from PIL import ExifTags, Image, ImageCms

Size = tuple[int, int]

CORNERS = {"red": (0, 0), "lime": (1, 0), "blue": (0, 1), "yellow": (1, 1)}
"""The colour of each quarter of `quarters`, by its column and row."""


def quarters(size: Size) -> Image.Image:
    """Four coloured quarters, so that a test can see which way up a picture is."""
    picture = Image.new("RGB", size)
    width, height = size[0] // 2, size[1] // 2
    for colour, (column, row) in CORNERS.items():
        picture.paste(colour, (column * width, row * height, size[0], size[1]))
    return picture


def noise(size: Size, seed: int = 0) -> Image.Image:
    """Nothing compresses this: a heavy picture."""
    return Image.frombytes("RGB", size, Random(seed).randbytes(size[0] * size[1] * 3))


def encode(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def jpeg(size: Size = (640, 480), **options: Any) -> bytes:
    return encode(quarters(size), "JPEG", **options)


def png(size: Size = (640, 480), **options: Any) -> bytes:
    return encode(quarters(size), "PNG", **options)


def webp(size: Size = (640, 480), **options: Any) -> bytes:
    return encode(quarters(size), "WEBP", **options)


def turned_jpeg(size: Size, orientation: int) -> bytes:
    """Looks like `quarters(size)` to who honours EXIF; `size` is as shown, upright."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    upright = quarters(size)
    stored = upright if undo is None else upright.transpose(undo)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = "somebody's name"
    return encode(stored, "JPEG", exif=exif, quality=95)


def see_through_png(size: Size = (640, 480)) -> bytes:
    """A red disc's worth of square in the middle of nothing, whose hidden colour is black."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    width, height = size
    picture.paste((255, 0, 0, 255), (width // 4, height // 4, width * 3 // 4, height * 3 // 4))
    return encode(picture, "PNG")


def annotated_jpeg(size: Size = (640, 480)) -> bytes:
    """EXIF, a comment, XMP and a colour profile, all of which say something about somebody."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "somebody's name"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return jpeg(size, exif=exif, comment="somebody's comment", icc_profile=profile, xmp=b"<x>somebody's xmp</x>")


def moving_webp(size: Size = (320, 240)) -> bytes:
    """Starts with `quarters`, goes on in grey."""
    later = [Image.new("RGB", size, "grey")] * 2
    return encode(quarters(size), "WEBP", save_all=True, append_images=later, duration=100, lossless=True)


def bomb_png(size: Size) -> bytes:
    """A whole, valid one-colour PNG of any size in a few kilobytes per megapixel."""
    width, height = size
    row = bytes(1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def bomb_webp(size: Size) -> bytes:
    """A header that promises `size`, with no picture behind it."""
    sides = b"".join((side - 1).to_bytes(3, "little") for side in size)
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + bytes(4) + sides
    return b"RIFF" + struct.pack("<I", len(body)) + body


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
