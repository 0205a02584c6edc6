"""The sizes in the boxes of heic and avif: of pictures, their tiles and thumbnails, of grids, and of moving ones.

Source: ISO/IEC 14496-12 (boxes, items, tracks) and 23008-12 (`ispe`, `grid`, `iovl`). Every size that any box tells
counts, wherever it is: which of them a decoder goes by need not be known. What is cut off raises struct.error or
ValueError.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from .av1 import coded_size

Size = tuple[int, int]

PARTS = {
    b"moov": 0,
    b"trak": 0,
    b"mdia": 0,
    b"minf": 0,
    b"stbl": 0,
    b"stsd": 8,
    b"meta": 4,
    b"iprp": 0,
    b"ipco": 0,
}
"""Boxes that consist of boxes, and after how many bytes these begin."""
SAMPLES = (b"av01", b"hvc1", b"hev1")
LONGEST = 32  # bytes, and more than a description has up to the size
FIRST = 4096  # bytes of a chunk in which the header of its stream is to be found
DERIVED = {b"grid": 4, b"iovl": 10}
"""Pictures put together from others, and after how many bytes of their description the size stands."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """Where its body is in the file."""

    kind: bytes
    start: int
    end: int


def box_sizes(data: bytes) -> Iterator[Size]:
    """Width and height in pixels; raises ValueError when there is none at all."""
    found = 0
    for box in walk(data):
        for size in sizes_in(data, box):
            found += 1
            yield size
    if not found:
        raise ValueError("no size")


def sizes_in(data: bytes, box: Box) -> Iterator[Size]:
    match box.kind:
        case b"ispe":
            yield struct.unpack_from(">II", data, box.start + 4)
        case b"tkhd":
            # fixed-point numbers, after times of 32 or 64 bits
            width, height = struct.unpack_from(">II", data, box.start + (88 if data[box.start] else 76))
            if width and height:
                yield width >> 16, height >> 16
        case b"meta":
            yield from item_sizes(data, box)
        case b"stco" | b"co64":
            yield from first_chunk(data, box)
        case kind if kind in SAMPLES:
            yield struct.unpack_from(">HH", data, box.start + 24)


def walk(data: bytes) -> Iterator[Box]:
    """Every box, also those within others."""
    ranges = [(0, len(data))]
    while ranges:
        for box in boxes(data, *ranges.pop()):
            yield box
            if box.kind in PARTS:
                ranges.append((box.start + PARTS[box.kind], box.end))


def boxes(data: bytes, at: int, end: int) -> Iterator[Box]:
    """The boxes side by side in a range; the last one may claim to go on behind it, as in a file cut off."""
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        size = size or end - at
        if size < head:
            raise ValueError("a box smaller than its head")
        yield Box(kind=kind, start=at + head, end=min(at + size, end))
        at += size


def item_sizes(data: bytes, meta: Box) -> Iterator[Size]:
    """Of grids and overlays by their own description, and of AV1 by its stream: what decoders make room for."""
    parts = list(boxes(data, meta.start + PARTS[meta.kind], meta.end))
    told = [pair for box in parts if box.kind == b"iinf" for pair in item_kinds(data, box)]
    streams = {item for item, kind in told if kind == b"av01"}
    derived = {item: kind for item, kind in told if kind in DERIVED}
    if not streams and not derived:
        return
    beside = [box.start for box in parts if box.kind == b"idat"]
    for item, method, extents in (place for box in parts if box.kind == b"iloc" for place in item_places(data, box)):
        if item not in streams and item not in derived:
            continue
        origins = {0: [0], 1: beside}.get(method, [])
        # whatever may be read in two ways is refused
        if len(origins) != 1 or not extents or not all(length for _, length in extents):
            raise ValueError("an item in no certain place")
        spots = [(origins[0] + at, length) for at, length in extents]
        if item in derived:
            text = b"".join(data[at : at + min(length, LONGEST)] for at, length in spots)
            yield struct.unpack_from(">II" if text[1] & 1 else ">HH", text, DERIVED[derived[item]])
        if item in streams:
            yield stream_size(data, *spots[0])


def stream_size(data: bytes, at: int, length: int) -> Size:
    if size := coded_size(data, at, min(at + length, len(data))):
        return size
    raise ValueError("a stream without a header")


def first_chunk(data: bytes, box: Box) -> Iterator[Size]:
    """Of the stream of a track, where it is AV1: it begins with its header."""
    (count,) = struct.unpack_from(">I", data, box.start + 4)
    if count:
        (at,) = struct.unpack_from(">Q" if box.kind == b"co64" else ">I", data, box.start + 8)
        if size := coded_size(data, at, min(at + FIRST, len(data))):
            yield size


def item_kinds(data: bytes, iinf: Box) -> Iterator[tuple[int, bytes]]:
    """The items and what each is."""
    for box in boxes(data, iinf.start + (8 if data[iinf.start] else 6), iinf.end):
        if box.kind == b"infe" and data[box.start] >= 2:
            item, _, kind = struct.unpack_from(">HH4s" if data[box.start] == 2 else ">IH4s", data, box.start + 4)
            yield item, kind


Extents = list[tuple[int, int]]


def item_places(data: bytes, iloc: Box) -> Iterator[tuple[int, int, Extents]]:
    """Of each item how it is stored, and its extents as offset and length in bytes."""
    version, widths = data[iloc.start], struct.unpack_from(">BB", data, iloc.start + 4)
    offset, length, base, index = widths[0] >> 4, widths[0] & 15, widths[1] >> 4, widths[1] & 15 if version else 0
    number = ">I" if version == 2 else ">H"
    at = iloc.start + 6
    (items,) = struct.unpack_from(number, data, at)
    at += struct.calcsize(number)
    for _ in range(items):
        (item,) = struct.unpack_from(number, data, at)
        at += struct.calcsize(number)
        method = struct.unpack_from(">H", data, at)[0] & 15 if version else 0
        at += 4 if version else 2
        origin = whole(data, at, base)
        at += base
        (count,) = struct.unpack_from(">H", data, at)
        at += 2
        step = index + offset + length
        spots = [at + index + nth * step for nth in range(min(count, LONGEST))]
        yield item, method, [(origin + whole(data, spot, offset), whole(data, spot + offset, length)) for spot in spots]
        at += count * step


def whole(data: bytes, at: int, width: int) -> int:
    return int.from_bytes(data[at : at + width], "big")
