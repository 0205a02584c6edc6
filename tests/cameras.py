"""Writes what cameras write: a TIFF whose first page is a small preview, and what the sensor saw within it."""

import struct
from dataclasses import dataclass, field

SMALL = (160, 120)
LARGE = (6000, 4000)
CFA, LINEAR, RGB, YCBCR = 32803, 34892, 2, 6


@dataclass(kw_only=True)
class Page:
    """A directory of a TIFF: its numbers by their tags, words by theirs, and the pages that it has within."""

    size: tuple[int, int]
    numbers: dict[int, int] = field(default_factory=dict)
    words: dict[int, bytes] = field(default_factory=dict)
    within: tuple["Page", ...] = ()


def preview() -> dict[int, int]:
    return {254: 1, 258: 8, 259: 1, 262: RGB, 277: 3}


def sensor(packed: int, shows: int = CFA) -> Page:
    return Page(size=LARGE, numbers={254: 0, 258: 14, 259: packed, 262: shows, 277: 1})


class Writer:
    """Lays pages out one behind the other, each with what it points to behind it."""

    def __init__(self, order: str, big: bool, start: int) -> None:
        self.order, self.big, self.start = order, big, start
        self.body = b""

    def at(self) -> int:
        return self.start + len(self.body)

    def put(self, data: bytes) -> int:
        place = self.at()
        self.body += data + bytes(-len(data) % 8)
        return place

    def page(self, page: Page, following: int = 0) -> int:
        """Where it is; what it points to comes before it."""
        place = "Q" if self.big else "I"
        inner = [self.page(one) for one in page.within]
        strip = self.put(bytes([200, 0, 0]) * (SMALL[0] * SMALL[1])) if page.size == SMALL else self.at()
        numbers = {256: page.size[0], 257: page.size[1], 273: strip, 278: page.size[1], **page.numbers}
        entries = {tag: (4, 1, struct.pack(self.order + "I", value)) for tag, value in numbers.items()}
        entries[279] = (4, 1, struct.pack(self.order + "I", SMALL[0] * SMALL[1] * 3))
        for tag, text in page.words.items():
            entries[tag] = (1 if tag == 50706 else 2, len(text), text)
        if inner:
            entries[330] = (16 if self.big else 4, len(inner), struct.pack(f"{self.order}{len(inner)}{place}", *inner))
        table = b""
        for tag, (type, count, value) in sorted(entries.items()):
            room = 8 if self.big else 4
            if len(value) > room:
                value = struct.pack(self.order + place, self.put(value))
            table += struct.pack(f"{self.order}HH{place}", tag, type, count) + value.ljust(room, b"\0")
        head = struct.pack(self.order + ("Q" if self.big else "H"), len(entries))
        return self.put(head + table + struct.pack(self.order + place, following))


def tiff(*pages: Page, order: str = "<", big: bool = False, far: int = 0) -> bytes:
    """The first page is the last in the file, `far` bytes behind the others."""
    start = 16 if big else 8
    writer, following = Writer(order, big, start), 0
    for page in reversed(pages):
        if page is pages[0]:
            writer.put(bytes(far))
        following = writer.page(page, following)
    mark = b"II" if order == "<" else b"MM"
    head = struct.pack(order + ("HHHQ" if big else "HI"), *((43, 8, 0, following) if big else (42, following)))
    return mark + head + writer.body


def made_by(make: bytes, *within: Page) -> Page:
    return Page(size=SMALL, numbers=preview(), words={271: make + b"\0"}, within=within)


def shows() -> dict[int, int]:
    return {258: 8, 259: 1, 262: RGB, 277: 3}
