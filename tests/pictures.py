"""Makes real pictures for the tests, of every kind: turned, see-through, noisy, moving, coloured otherwise."""

import io
import struct
import zlib
from random import Random
from typing import Any

from PIL import ExifTags, Image, ImageCms
from pillow_heif import from_bytes, register_heif_opener

register_heif_opener()

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


SAVED_AS = {"heic": "HEIF"}
"""What Pillow calls a kind, where that is another word."""
BEST: dict[str, dict[str, Any]] = {
    "jpeg": {"quality": 95},
    "webp": {"lossless": True},
    "heic": {"quality": 95, "chroma": 444},
    "avif": {"quality": 95, "speed": 10, "subsampling": "4:4:4"},
}
"""What keeps the colours of a kind."""


def of_kind(kind: str, picture: Image.Image, **options: Any) -> bytes:
    """The picture as a file of one of the product's kinds, with as little loss as that kind allows."""
    return encode(picture, SAVED_AS.get(kind, kind.upper()), **BEST.get(kind, {}) | options)


def turned(kind: str, size: Size, orientation: int) -> bytes:
    """Looks like `quarters(size)` to who turns it once, after EXIF or the boxes of its kind; `size` is as shown.

    HEIC and AVIF say it twice, in a box and in EXIF, as phones do.
    """
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
    return of_kind(kind, stored, exif=exif.tobytes())


def see_through(kind: str = "png", size: Size = (640, 480)) -> bytes:
    """A red square in the middle of nothing, whose hidden colour is black."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    width, height = size
    picture.paste((255, 0, 0, 255), (width // 4, height // 4, width * 3 // 4, height * 3 // 4))
    if kind == "gif":
        # palettes of Pillow's own making lose what is hidden
        picture = picture.convert("RGB").quantize(2)
        return of_kind(kind, picture, transparency=picture.getpixel((0, 0)))
    return of_kind(kind, picture)


def annotated_jpeg(size: Size = (640, 480)) -> bytes:
    """EXIF, a comment, XMP and a colour profile, all of which say something about somebody."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "somebody's name"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return jpeg(size, exif=exif, comment="somebody's comment", icc_profile=profile, xmp=b"<x>somebody's xmp</x>")


def moving(kind: str, size: Size = (320, 240)) -> bytes:
    """Starts with `quarters`, goes on in grey; the further pages of a tiff, the further pictures of a heic."""
    later = [Image.new("RGB", size, "grey"), Image.new("RGB", size, "black")]
    more = {} if kind in ("tiff", "heic") else {"duration": 100}
    return of_kind(kind, quarters(size), save_all=True, append_images=later, **more)


def deep_heic(level: int, size: Size = (200, 100)) -> bytes:
    """Ten bits a channel, all of one level of 16 bits."""
    pixel = struct.pack("<HHH", level, level, level)
    file = io.BytesIO()
    from_bytes("RGB;16", size, pixel * size[0] * size[1]).save(file, quality=95)
    return file.getvalue()


def deep_png(level: int, size: Size = (200, 100)) -> bytes:
    """Sixteen bits a channel, all of one level."""
    return raw_png(size, 16, 2, [struct.pack(">HHH", level, level, level) * size[0]] * size[1])


def raw_png(size: Size, depth: int, colours: int, rows: list[bytes], *more: bytes) -> bytes:
    """Of any depth, and of the sort of colours that PNG numbers so; `more` chunks come before the picture."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, colours, 0, 0, 0))
    packed = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def swapping_profile() -> bytes:
    """A colour profile in which red means green and green means red: nobody who heeds it can fail to show that."""
    point = struct.Struct(">4s4x3i")
    red, green, blue = (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7139)
    white = (0.9642, 1.0, 0.8249)
    curve = b"curv" + bytes(4) + struct.pack(">IH2x", 1, round(2.2 * 256))
    colours = {b"rXYZ": green, b"gXYZ": red, b"bXYZ": blue, b"wtpt": white}
    tags = {tag: point.pack(b"XYZ ", *(round(value * 65536) for value in xyz)) for tag, xyz in colours.items()}
    tags |= {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    table, body = struct.pack(">I", len(tags)), b""
    for tag, value in tags.items():
        table += struct.pack(">4sII", tag, 132 + 12 * len(tags) + len(body), len(value))
        body += value
    light = struct.pack(">3i", *(round(value * 65536) for value in white))
    head = struct.pack(">I4sI4s4s4s", 128 + len(table + body), bytes(4), 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head = (head + bytes(12) + b"acsp").ljust(68, b"\0") + light
    return head.ljust(128, b"\0") + table + body


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
