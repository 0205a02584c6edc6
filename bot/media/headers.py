"""The sizes a header promises, read without a decoder: some make room for a picture as soon as they open it.

JPEG and PNG are not here: Pillow reads no more than their header. What is cut off raises struct.error or ValueError.
"""

import struct
from collections.abc import Iterator

from .boxes import box_sizes

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


TIFF_TYPES = {1: "B", 3: "H", 4: "I", 16: "Q"}
"""Whole numbers without a sign, by their type in a directory."""
TIFF_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
"""Bytes of one value, by its type. Source: TIFF 6.0, section 2; BigTIFF."""
PICTURE, TILE = (256, 257), (322, 323)
"""Tags of width and height: of the picture, and of the tiles it is stored in, which may be larger."""


def tiff_sizes(data: bytes) -> Iterator[Size]:
    """Of the first page. Raises ValueError also for values that would be more than the file, since they overlap."""
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    first, count, entry, number = (8, "Q", "HHQ", "Q") if big else (4, "I", "HHI", "I")
    (at,) = struct.unpack_from(order + number, data, first)
    (entries,) = struct.unpack_from(order + (count if big else "H"), data, at)
    at += 8 if big else 2
    room, length = struct.calcsize(order + number), struct.calcsize(order + entry)
    sides: dict[int, int] = {}
    stored = 0
    for _ in range(entries):
        tag, type, values = struct.unpack_from(order + entry, data, at)
        weight = TIFF_BYTES.get(type, 1) * values
        stored += weight if weight > room else 0
        if tag in (*PICTURE, *TILE):
            if type not in TIFF_TYPES or values != 1:
                raise ValueError("a side that is no number")
            (side,) = struct.unpack_from(order + TIFF_TYPES[type], data, at + length)
            # a tag that is there twice counts by the larger: decoders do not agree on one
            sides[tag] = max(side, sides.get(tag, 0))
        at += length + room
    if stored > len(data):
        raise ValueError("values overlap")
    yield sides.get(PICTURE[0], 0), sides.get(PICTURE[1], 0)
    if sides.keys() & set(TILE):
        yield sides.get(TILE[0], 1), sides.get(TILE[1], 1)
