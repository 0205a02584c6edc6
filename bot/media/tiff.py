"""The directories of a TIFF: what is told of each page, and where. Sources: TIFF 6.0, section 2; BigTIFF.

What is cut off raises struct.error, what lies beyond all places OverflowError.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

Size = tuple[int, int]

WHOLE = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
"""Whole numbers without a sign, by their type in a directory."""
BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
"""Of one value, by its type."""
PICTURE, TILE = (256, 257), (322, 323)
"""Tags of width and height: of the picture, and of the tiles it is stored in, which may be larger."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`at` is where its values begin."""

    tag: int
    type: int
    count: int
    at: int

    @property
    def bytes(self) -> int:
        return BYTES.get(self.type, 1) * self.count


class Tiff:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._order = "<" if data[:2] == b"II" else ">"
        self._big = data[2:4] in (b"+\0", b"\0+")
        self._place, self._count = ("Q", "Q") if self._big else ("I", "H")
        self.room = 8 if self._big else 4
        """Bytes that a value may have to stand in the directory itself."""

    def first(self) -> int:
        """Where its first directory is."""
        return self._number(self._place, self.room)

    def entries(self, directory: int) -> Iterator[Entry]:
        for at in range(*self._rows(directory)):
            tag, type = struct.unpack_from(self._order + "HH", self._data, at)
            entry = Entry(tag=tag, type=type, count=self._number(self._place, at + 4), at=at + 4 + self.room)
            if entry.bytes > self.room:
                entry = Entry(tag=tag, type=type, count=entry.count, at=self._number(self._place, entry.at))
            yield entry

    def following(self, directory: int) -> int:
        """Where the next page's is; 0 behind the last."""
        return self._number(self._place, self._rows(directory)[1])

    def numbers(self, entry: Entry, most: int) -> tuple[int, ...]:
        """The first of its values; none where they are no whole numbers."""
        if entry.type not in WHOLE:
            return ()
        return struct.unpack_from(f"{self._order}{min(entry.count, most)}{WHOLE[entry.type]}", self._data, entry.at)

    def text(self, entry: Entry, most: int) -> str:
        return self._data[entry.at : entry.at + min(entry.count, most)].decode("latin-1")

    def _rows(self, directory: int) -> tuple[int, int, int]:
        """Where the entries begin, where they end, and how many bytes each has."""
        begin, row = directory + (8 if self._big else 2), 4 + 2 * self.room
        return begin, begin + row * self._number(self._count, directory), row

    def _number(self, form: str, at: int) -> int:
        (number,) = struct.unpack_from(self._order + form, self._data, at)
        return int(number)


def tiff_sizes(data: bytes) -> Iterator[Size]:
    """Of the first page. Raises ValueError also for values that would be more than the file, since they overlap."""
    tiff = Tiff(data)
    sides: dict[int, int] = {}
    stored = 0
    for entry in tiff.entries(tiff.first()):
        stored += entry.bytes if entry.bytes > tiff.room else 0
        if entry.tag in (*PICTURE, *TILE):
            if entry.type not in WHOLE or entry.count != 1:
                raise ValueError("a side that is no number")
            # a tag that is there twice counts by the larger: decoders do not agree on one
            sides[entry.tag] = max(*tiff.numbers(entry, 1), sides.get(entry.tag, 0))
    if stored > len(data):
        raise ValueError("values overlap")
    yield sides.get(PICTURE[0], 0), sides.get(PICTURE[1], 0)
    if sides.keys() & set(TILE):
        yield sides.get(TILE[0], 1), sides.get(TILE[1], 1)
