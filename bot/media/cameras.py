"""Cameras' own files that are a TIFF to every decoder, which shows the stamp-sized preview in them for the picture.

Sources: TIFF/EP (ISO 12234-2), DNG 1.7.
"""

import contextlib
import itertools
import struct
from collections.abc import Iterator

from .tiff import Entry, Tiff

DNG_VERSION, MAKE, SUBFILE, PHOTOMETRIC, WITHIN = 50706, 271, 254, 262, 330
PREVIEW = 1  # among the flags of a page: it is a smaller copy of another
SENSOR = {32803, 34892}  # what the levels of a page mean: those of a sensor, of one colour each or of all
MAKERS = {
    "nikon": "nef",
    "sony": "arw",
    "pentax": "pef",
    "ricoh": "pef",
    "samsung": "srw",
    "epson": "erf",
    "hasselblad": "3fr",
    "kodak": "dcr",
    "mamiya": "mef",
    "leaf": "mos",
}
"""What their files are called, by a word of the maker's name."""
PAGES, ENTRIES, WORD = 32, 1000, 64  # looked at, at most: pages, entries of each, bytes of the maker's name

Page = dict[int, Entry]


def camera_kind(data: bytes) -> str | None:
    """What a file that begins as a TIFF is called where a camera wrote it for its maker's own programs; else None."""
    tiff = Tiff(data)
    pages = list(itertools.islice(walk(tiff), PAGES))
    if not pages:
        return None
    if DNG_VERSION in pages[0]:
        return "dng"
    of_sensor = any(number(tiff, page, PHOTOMETRIC) in SENSOR for page in pages)
    begins_small = number(tiff, pages[0], SUBFILE) & PREVIEW and len(pages) > 1
    return called(tiff, pages[0]) if of_sensor or begins_small else None


def walk(tiff: Tiff) -> Iterator[Page]:
    """Every page once, also those within others, until one leads nowhere."""
    known = {0}  # which stands for none
    with contextlib.suppress(struct.error, OverflowError):
        places = [tiff.first()]
        while places:
            if (place := places.pop(0)) in known:
                continue
            known.add(place)
            page = {entry.tag: entry for entry in itertools.islice(tiff.entries(place), ENTRIES)}
            yield page
            places += tiff.numbers(page[WITHIN], PAGES) if WITHIN in page else ()
            places.append(tiff.following(place))


def number(tiff: Tiff, page: Page, tag: int) -> int:
    found = tiff.numbers(page[tag], 1) if tag in page else ()
    return found[0] if found else 0


def called(tiff: Tiff, page: Page) -> str:
    make = tiff.text(page[MAKE], WORD).lower() if MAKE in page else ""
    return next((kind for maker, kind in MAKERS.items() if maker in make), "raw")
