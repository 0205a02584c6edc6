"""The sizes a header promises, read without a decoder: some make room for a picture as soon as they open it.

JPEG and PNG are not here: Pillow reads no more than their header. What is cut off raises struct.error or ValueError.
"""

import struct
from collections.abc import Iterator

from .boxes import box_sizes
from .tiff import tiff_sizes

Size = tuple[int, int]


def promised_sizes(kind: str, data: bytes) -> Iterator[Size]:
    """Width and height in pixels of everything that decoding would make room for; may be more than the picture."""
    match kind:
        case "webp":
            yield webp_size(data)
        case "gif":
            yield from gif_sizes(data)
        case "bmp":
            yield bmp_size(data)
        case "tiff":
            yield from tiff_sizes(data)
        case "heic" | "avif":
            yield from box_sizes(data)


def webp_size(data: bytes) -> Size:
    """Source: RFC 9649."""
    match data[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case _:
            width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))
            return width, height


def gif_sizes(data: bytes) -> Iterator[Size]:
    """The logical screen, and as far as the first frame sticks out of it. Source: GIF89a, sections 18 to 26."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    yield width, height
    at = 13 + color_table(flags)
    while data[at : at + 1] not in (b",", b";", b""):
        # an extension is its label and blocks up to an empty one; Pillow passes over what stands between
        at = after_blocks(data, at + 2) if data[at] == ord("!") else at + 1
    if data[at : at + 1] == b",":
        left, top, wide, high = struct.unpack_from("<HHHH", data, at + 1)
        yield max(width, left + wide), max(height, top + high)


def color_table(flags: int) -> int:
    """Its length in bytes."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def after_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1


def bmp_size(data: bytes) -> Size:
    """An old header has 16 bits a side, the others 32, and rows from the top when the height is negative."""
    (header,) = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<HH" if header == 12 else "<ii", data, 18)
    return width, abs(height)
