"""Pictures that a server refuses, known again by what they look like: re-encoded, scaled, or a little cropped.

A picture's hash is 64 bits in hexadecimal. Each says of one coarse wave whether there is more of it than of most.
It is what ImageHash calls `phash`, and tested against that.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from PIL import Image

from .media import grey

# The picture is looked at in so many rows and columns, and the waves are those that go so often into it.
SIDE = 32
WAVES = 8
# Pictures that look the same to people differ in no more bits. Source: what python-discord's filter settled on.
DISTANCE = 4
# Of a picture with no more between its darkest and its brightest spot the waves are noise: it is like none.
LEAST_CONTRAST = 16
# Two hashes that differ in at most four bits have at least one of five parts in common: what is looked up by them.
PARTS = DISTANCE + 1
PART_BITS = -(-64 // PARTS)
# How many a server may have.
MOST = 10_000

COSINES = [[math.cos(math.pi * wave * (2 * at + 1) / (2 * SIDE)) for at in range(SIDE)] for wave in range(WAVES)]


@dataclass(frozen=True, kw_only=True)
class RefusedPicture:
    """One entry of a server's list; `why` is a moderator's words, `job_id` the job whose picture it was."""

    guild_id: int
    hash: str
    added_by: int
    added_at: float
    job_id: str | None = None
    why: str = ""
    hits: int = 0


def hash_picture(data: bytes) -> str | None:
    """What a picture looks like, in a worker process; None for one that is all of one colour. Raises BadPicture."""
    pixels = grey(data).resize((SIDE, SIDE), Image.Resampling.LANCZOS).tobytes()
    if max(pixels) - min(pixels) < LEAST_CONTRAST:
        return None
    rows = [_waves(pixels[at : at + SIDE]) for at in range(0, SIDE * SIDE, SIDE)]
    columns = [_waves(column) for column in zip(*rows, strict=True)]
    strengths = [strength for row in zip(*columns, strict=True) for strength in row]
    middle = median(strengths)
    return f"{int(''.join('1' if strength > middle else '0' for strength in strengths), 2):016x}"


def is_alike(one: str | None, other: str | None) -> bool:
    """Whether two pictures look the same, by their hashes; one of a single colour is like none."""
    return one is not None and other is not None and distance(one, other) <= DISTANCE


def distance(one: str, other: str) -> int:
    """In how many bits two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def parts(picture_hash: str) -> tuple[int, ...]:
    """The five parts of a hash, each below 8192."""
    bits = int(picture_hash, 16)
    return tuple(bits >> at * PART_BITS & (1 << PART_BITS) - 1 for at in range(PARTS))


def _waves(levels: Sequence[float]) -> list[float]:
    """How much of each wave there is in a line: the first of its cosine transform (DCT-II)."""
    return [sum(map(float.__mul__, cosine, map(float, levels))) for cosine in COSINES]
