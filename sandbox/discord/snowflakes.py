"""Snowflakes: Discord's ids, made from the real clock so that a client may read an age from them."""

import itertools
import time

EPOCH_MS = 1_420_070_400_000
"""Discord's epoch, 2015-01-01T00:00Z, in milliseconds. Source: Discord, API Reference, Snowflakes."""

_increment = itertools.count()
_last = 0


def next_id() -> int:
    """A new id, larger than every earlier one of this process."""
    global _last
    fresh = ((int(time.time() * 1000) - EPOCH_MS) << 22) | (next(_increment) & 0xFFF)
    _last = max(fresh, _last + 1)
    return _last


def made_at(snowflake: int) -> float:
    """When the id was made, in seconds since 1970."""
    return ((snowflake >> 22) + EPOCH_MS) / 1000
