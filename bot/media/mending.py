"""What every viewer passes over and Pillow does not: notes in a PNG, and a JPEG that lacks its last few bytes.

Sources: PNG (W3C), section 5; JPEG (ITU-T T.81), annex B.
"""

import re
import struct
import zlib
from collections.abc import Iterator

HEAD = 8  # bytes before the first chunk of a PNG
SHOWN = (b"tRNS", b"iCCP", b"eXIf")
"""Chunks without which a PNG can be decoded, but is not seen as it was meant."""
PROFILE_MOST = 8 * 1024 * 1024  # bytes of a colour profile

TAIL = 64
"""Bytes that may be missing at the end of a JPEG: of a photo that is a part of its last block."""
END, SCAN = 0xD9, 0xDA
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
MARKER = re.compile(rb"\xff([^\0\xff\xd0-\xd7])")
"""None of those that stand within the picture's own bytes."""
LEVELS = 64  # of a block: each comes in one of the passes, or in several, which make it finer


def mended(kind: str, data: bytes) -> bytes:
    """The file as its decoder wants it; one that is damaged stays so, or raises LookupError or ValueError."""
    match kind:
        case "png":
            return data[:HEAD] + b"".join(png_parts(memoryview(data)))
        case "jpeg":
            return data + bytes(TAIL) + (bytes((0xFF, END)) if has_all_passes(data) else b"")
    return data


def png_parts(data: memoryview) -> Iterator[memoryview]:
    """The chunks that the picture is made of; the last may be cut off."""
    at = HEAD
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        chunk = data[at : at + 12 + length]
        name = bytes(chunk[4:8])
        if name[:1].isupper() or (name in SHOWN and is_sound(name, chunk)):
            yield chunk
        at += len(chunk)


def is_sound(name: bytes, chunk: memoryview) -> bool:
    if chunk[-4:] != zlib.crc32(chunk[4:-4]).to_bytes(4, "big"):
        return False
    return name != b"iCCP" or is_profile(bytes(chunk[8:-4]))


def is_profile(body: bytes) -> bool:
    """A name, how it is packed (0), and what is packed, of which no more is unpacked than can be of use."""
    _, _, packed = body.partition(b"\0")
    unpacking = zlib.decompressobj()
    try:
        unpacking.decompress(packed[1:], PROFILE_MOST)
    except zlib.error:
        return False
    return packed[:1] == b"\0" and not unpacking.unconsumed_tail


def has_all_passes(data: bytes) -> bool:
    """Whether the last of several passes has begun, by which each pixel has come.

    With an end mark behind it a decoder shows whatever has come, and grey for what has not. A picture in one pass gets
    none: there it would hide how much is missing.
    """
    scans, components, finest = 0, 0, set[tuple[int, int]]()
    for marker, body in segments(data):
        if marker in FRAMES:
            components = body[5]
        elif marker == SCAN:
            scans += 1
            finest |= last_bits(body)
    return scans > 1 and len(finest) == LEVELS * components


def segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The markers and what they hold, which may be another JPEG, a small copy: its markers are passed over."""
    at = 2
    while (found := MARKER.search(data, at)) and (marker := found[1][0]) != END:
        length = int.from_bytes(data[found.end() : found.end() + 2], "big")
        body = data[found.end() + 2 : found.end() + length]
        if len(body) == length - 2:
            yield marker, body
        at = found.end() + length


def last_bits(scan: bytes) -> set[tuple[int, int]]:
    """The levels, of each component, that a pass brings to their last bit."""
    *_, first, last, bits = scan
    if bits & 15:
        return set()
    return {(component, level) for component in scan[1:-3:2] for level in range(first, last + 1)}
