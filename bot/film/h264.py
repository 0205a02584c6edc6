"""H.264 as far as joining needs it: streams of several encoders in one track, none of them encoded again.

Each encoder describes its pictures in two parameter sets, SPS and PPS, and each calls them number 0. One track holds
many of them when their numbers differ. A slice names its PPS in its first bits, so that another number moves all bits
behind it. The numbers from 15 to 30 take eight bits more than 0 does: whatever follows moves by a whole byte and stays
as it is, whichever way it is coded.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SLICE, IDR, SEI, SPS, PPS = 1, 5, 6, 7, 8
# Streams in partitions, in layers or of several views say more than is known here.
UNKNOWN = frozenset({2, 3, 4, 14, 15, 20, 21})
# What describes or ends a stream has no place in its middle.
DROPPED = frozenset({SPS, PPS, 10, 11})
BUFFERING = b"\0"

CONSTRAINED, BASELINE, MAIN, HIGH = 0x40, 66, 77, 100
FIRST_MOVED, MOST_SETS = 15, 17
HEAD = 32
"""The numbers at the start of a slice are within so many bytes."""

_NEEDS_ESCAPE = re.compile(rb"\0\0(?=[\0-\3])")


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """How one encoder describes its pictures; `prefix` is by how many bytes each unit tells its length."""

    sps: bytes
    pps: bytes
    prefix: int


def read_parameters(extradata: bytes | None) -> Parameters | None:
    """From what an mp4 keeps of them (avcC). None where they are not of the kind that can be joined."""
    if not extradata or len(extradata) < 7 or extradata[0] != 1:
        return None
    try:
        (sps,), at = _sets(extradata, 6, extradata[5] & 31)
        (pps,), _ = _sets(extradata, at + 1, extradata[at])
    except (ValueError, IndexError):
        return None
    first = _bits(unescape(pps[1:5]))
    found = Parameters(sps=sps, pps=pps, prefix=(extradata[4] & 3) + 1)
    return found if _is_known(sps) and first.startswith("1") else None


def write_parameters(sets: Sequence[Parameters]) -> bytes:
    """What the track of a joined film has (avcC): all of them, each by its number in `sets`."""
    spss = [_renumber_sps(each.sps, number) for number, each in enumerate(sets)]
    ppss = [_renumber_pps(each.pps, pps_number(number), number) for number, each in enumerate(sets)]
    profile, flags, level = max(each[1] for each in spss), 0xFF, max(each[3] for each in spss)
    for each in spss:
        flags &= each[2]
    head = bytes((1, profile, flags, level, 0xFC | 3, 0xE0 | len(spss)))
    # 4:2:0 of eight bits, which is all that is joined
    tail = bytes((0xFD, 0xF8, 0xF8, 0)) if profile == HIGH else b""
    return head + _told(spss) + bytes((len(ppss),)) + _told(ppss) + tail


def pps_number(number: int) -> int:
    """Which PPS the `number`-th set has; the first keeps what it had."""
    return FIRST_MOVED + number - 1 if number else 0


def units(packet: bytes, prefix: int) -> Iterator[bytes]:
    """The units of one picture. Raises ValueError where they do not fill it."""
    at = 0
    while at < len(packet):
        size = int.from_bytes(packet[at : at + prefix])
        at += prefix
        if not 0 < size <= len(packet) - at:
            raise ValueError("a unit that reaches beyond its picture")
        yield packet[at : at + size]
        at += size


def kind(unit: bytes) -> int:
    return unit[0] & 31


def renumbered(packet: bytes, prefix: int, number: int) -> bytes:
    """The same picture where its sets are the `number`-th of a track, each unit's length in four bytes."""
    if number == 0 and prefix == 4:
        return packet
    kept = (_renumber(unit, number) for unit in units(packet, prefix) if not _is_dropped(unit, number))
    return b"".join(len(unit).to_bytes(4) + unit for unit in kept)


def unescape(data: bytes) -> bytes:
    return data.replace(b"\0\0\3", b"\0\0")


def escape(data: bytes) -> bytes:
    """So that nothing in it materials like the start of a unit."""
    escaped = _NEEDS_ESCAPE.sub(b"\0\0\3", data)
    return escaped + b"\3" if escaped.endswith(b"\0\0") else escaped


def _is_known(sps: bytes) -> bool:
    profile, flags = sps[1], sps[2]
    return profile in (MAIN, HIGH) or (profile == BASELINE and bool(flags & CONSTRAINED))


def _is_dropped(unit: bytes, number: int) -> bool:
    # how a buffer fills is told by the number of an SPS, and no player needs it
    return kind(unit) in DROPPED or bool(number and kind(unit) == SEI and unit[1:2] == BUFFERING)


def _renumber(unit: bytes, number: int) -> bytes:
    if not number or kind(unit) not in (SLICE, IDR):
        return unit
    raw = unescape(unit[1:])
    bits = _bits(raw[:HEAD])
    at = _after(bits, 0, 2)
    end = _after(bits, at, 1)
    return unit[:1] + escape(_bytes(bits[:at] + _number(pps_number(number)) + bits[end:]) + raw[HEAD:])


def _renumber_sps(sps: bytes, number: int) -> bytes:
    raw = unescape(sps[1:])
    bits = _bits(raw[3:])
    return sps[:1] + escape(raw[:3] + _closed(_number(number) + bits[_after(bits, 0, 1) :]))


def _renumber_pps(pps: bytes, own: int, sps: int) -> bytes:
    bits = _bits(unescape(pps[1:]))
    return pps[:1] + escape(_closed(_number(own) + _number(sps) + bits[_after(bits, 0, 2) :]))


def _sets(data: bytes, at: int, count: int) -> tuple[list[bytes], int]:
    """So many sets, and where they end."""
    found = []
    for _ in range(count):
        size = int.from_bytes(data[at : at + 2])
        found.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    return found, at


def _told(sets: Sequence[bytes]) -> bytes:
    return b"".join(len(each).to_bytes(2) + each for each in sets)


def _bits(data: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in data)


def _bytes(bits: str) -> bytes:
    return int(bits, 2).to_bytes(len(bits) // 8)


def _closed(bits: str) -> bytes:
    """Up to the last 1, which ends every set, and zeros to a whole byte."""
    bits = bits.rstrip("0")
    return _bytes(bits + "0" * (-len(bits) % 8))


def _number(value: int) -> str:
    """As H.264 writes numbers (Exp-Golomb): as many zeros as there are digits behind the first."""
    digits = f"{value + 1:b}"
    return "0" * (len(digits) - 1) + digits


def _after(bits: str, at: int, count: int) -> int:
    """Where `count` numbers end that begin `at`. Raises ValueError where they do not."""
    for _ in range(count):
        at += 2 * (bits.index("1", at) - at) + 1
    return at
