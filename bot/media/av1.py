"""The size that an AV1 stream itself tells in its header: libavif makes room for that, whatever the boxes say.

Source: AV1 Bitstream & Decoding Process Specification, sections 5.3 (OBU header) and 5.5 (sequence header).
"""

from collections.abc import Callable

Size = tuple[int, int]

SEQUENCE_HEADER = 1
LONGEST = 512  # bytes, more than a sequence header has up to the size


def coded_size(data: bytes, at: int, end: int) -> Size | None:
    """The largest frame of the stream between two places; None when no sequence header is found there."""
    while at + 2 <= end:
        kind, has_extension, has_size = data[at] >> 3 & 15, data[at] >> 2 & 1, data[at] >> 1 & 1
        at += 1 + has_extension
        size, at = read_leb128(data, at) if has_size else (end - at, at)
        if kind == SEQUENCE_HEADER:
            return read_sequence(bits_of(data[at : min(at + size, at + LONGEST)]))
        at += size
    return None


def read_leb128(data: bytes, at: int) -> tuple[int, int]:
    """A number in seven bits a byte, and where it ends."""
    value = 0
    for nth in range(8):
        value |= (data[at + nth] & 127) << 7 * nth
        if data[at + nth] < 128:
            return value, at + nth + 1
    raise ValueError("a number without an end")


def bits_of(data: bytes) -> Callable[[int], int]:
    """Reads so many bits more at each call; raises ValueError behind the last."""
    whole, left = int.from_bytes(data, "big"), 8 * len(data)

    def read(count: int) -> int:
        nonlocal left
        left -= count
        if left < 0:
            raise ValueError("cut off")
        return whole >> left & (1 << count) - 1

    return read


def read_sequence(read: Callable[[int], int]) -> Size:
    """Past what is of no interest here, in the order of the specification."""
    _profile, _still, reduced = read(3), read(1), read(1)
    if reduced:
        read(5)
    else:
        skip_operating_points(read, delay=skip_timing(read))
    width, height = read(4) + 1, read(4) + 1
    return read(width) + 1, read(height) + 1


def skip_timing(read: Callable[[int], int]) -> int:
    """How many bits a delay of the decoder model has; 0 without one."""
    if not read(1):
        return 0
    read(64)
    if read(1):
        zeros = 0
        while not read(1):
            zeros += 1
        read(min(zeros, 32))
    if not read(1):
        return 0
    delay = read(5) + 1
    read(42)
    return delay


def skip_operating_points(read: Callable[[int], int], *, delay: int) -> None:
    has_display_delay = read(1)
    for _ in range(read(5) + 1):
        read(12)
        if read(5) > 7:
            read(1)
        if delay and read(1):
            read(2 * delay + 1)
        if has_display_delay and read(1):
            read(4)
