"""Makes bombs for the tests: small files whose headers promise pictures that would fill the memory."""

import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests import pictures
from tests.pictures import Size, chunk

HUGE = (20_000, 20_000)


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


def bomb_jpeg(size: Size) -> bytes:
    """A real one whose frame header promises more."""
    return patched(pictures.jpeg((64, 48)), struct.pack(">HH", 48, 64), struct.pack(">HH", size[1], size[0]))


def bomb_gif(screen: Size, frame: Size) -> bytes:
    """A logical screen, a comment, and a first frame of these sizes."""
    head = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x80, 0, 0) + bytes(6)
    return head + b"!\xfe\x02hi\0" + b"," + struct.pack("<HHHHB", 0, 0, *frame, 0) + b"\x02\x02\x4c\x01\0;"


def bomb_bmp(size: Size, *, old: bool = False) -> bytes:
    body = struct.pack("<IHHHH", 12, *size, 1, 24) if old else struct.pack("<IiiHH24x", 40, size[0], -size[1], 1, 24)
    return b"BM" + struct.pack("<IHHI", 14 + len(body), 0, 0, 14 + len(body)) + body


def bomb_tiff(size: Size, *, order: str = "<", big: bool = False, tile: Size | None = None, more: int = 0) -> bytes:
    """One page; with `tile` stored in tiles of that size; with so many values that each are the whole file."""
    sides = {256: size[0], 257: size[1], 258: 8, 259: 1, 262: 1, 277: 1} | (
        {322: tile[0], 323: tile[1], 324: 8, 325: 8} if tile else {273: 8, 278: size[1], 279: 8}
    )
    entry, count = ("HHQQ", "Q") if big else ("HHII", "H")
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}H", 43 if big else 42)
    head += struct.pack(f"{order}HHQ", 8, 0, 16) if big else struct.pack(f"{order}I", 8)
    kind = 16 if big else 4
    entries = [struct.pack(order + entry, tag, kind, 1, value) for tag, value in sorted(sides.items())]
    weight = 200_000 if more else 0
    entries += [struct.pack(order + entry, 40_000 + tag, 7, weight, 0) for tag in range(more)]
    return (head + struct.pack(order + count, len(entries)) + b"".join(entries) + bytes(8)).ljust(weight, b"\0")


def bomb_boxes(kind: str, size: Size) -> bytes:
    """A real picture in boxes whose size is patched."""
    return patched(pictures.of_kind(kind, pictures.quarters((64, 64))), ispe((64, 64)), ispe(size))


def bomb_grid(size: Size) -> bytes:
    """Tiles of an honest size, and a description of how to put them together that is not."""
    real = pictures.of_kind("heic", pictures.quarters((700, 500)), tile_size=256)
    return patched(real, struct.pack(">BBHH", 1, 2, 700, 500), struct.pack(">BBHH", 1, 2, *size))


def bomb_track(size: Size) -> bytes:
    """A moving avif whose track is larger than its still picture."""
    old, new = (struct.pack(">II", *(side << 16 for side in each)) for each in ((320, 240), size))
    return patched(pictures.moving("avif"), old, new)


def bomb_sample(size: Size) -> bytes:
    """A moving avif whose frames are larger than its track."""
    old, new = (bytes(16) + struct.pack(">HH", *each) for each in ((320, 240), size))
    return patched(pictures.moving("avif"), old, new)


def lying_heic(told: Size, size: Size) -> bytes:
    """A real one of `size` that says it is small."""
    return patched(pictures.encode(Image.new("RGB", size), "HEIF", quality=5), ispe(size), ispe(told))


def lying_avif(told: Size, size: Size) -> bytes:
    """A real one of `size` that says it is small."""
    return patched(pictures.encode(Image.new("RGB", size), "AVIF", speed=10), ispe(size), ispe(told))


def ispe(size: Size) -> bytes:
    return b"ispe" + bytes(4) + struct.pack(">II", *size)


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data and len(old) == len(new)
    return data.replace(old, new)


def every_bomb() -> Iterator[tuple[str, bytes]]:
    """One of each sort, by name."""
    yield "jpeg", bomb_jpeg(HUGE)
    yield "png", bomb_png(HUGE)[:200]  # decoding so little would find it damaged first
    yield "webp", bomb_webp((16_383, 16_383))
    yield "gif screen", bomb_gif((65_535, 65_535), (8, 8))
    yield "gif frame", bomb_gif((8, 8), (65_535, 65_535))
    yield "bmp", bomb_bmp(HUGE)
    yield "bmp old", bomb_bmp(HUGE, old=True)
    for order in "<>":
        for big in (False, True):
            yield f"tiff {order} {'big' if big else 'small'}", bomb_tiff(HUGE, order=order, big=big)
    yield "tiff tile", bomb_tiff((64, 48), tile=HUGE)
    for kind in ("heic", "avif"):
        yield kind, bomb_boxes(kind, HUGE)
    yield "heic grid", bomb_grid(HUGE)
    yield "avif track", bomb_track(HUGE)
    yield "avif sample", bomb_sample(HUGE)
