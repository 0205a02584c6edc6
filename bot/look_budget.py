"""The budget of looks: never more in any minute than the key may have, and fewer while the vendor groans; pure.

Halved when the vendor says that it is too much, or is slow, and given back little by little: what many clients of one
network do, so that each leaves the others room (additive increase, multiplicative decrease).
"""

from collections.abc import Callable

PER_MINUTE = 60
# Looks may be so many seconds early, since a loop that is late must not lose them; the rest of the minute pays for it.
EARLY = 0.5
MINUTE = 60.01  # rounding must not make one more of it
# What is left of a budget that was halved again and again.
LEAST = 1 / 16
# So long it takes, in seconds, until nothing of a halving is left.
EASED_AFTER = 600.0


class LookBudget:
    """`share` tells how many processes use the same key. All times are of a clock that never jumps, seconds."""

    def __init__(self, per_minute: float = PER_MINUTE, share: Callable[[], int] = lambda: 1) -> None:
        self._per_minute = per_minute
        self._share = share
        self._next_at = 0.0
        self._lowered_at = float("-inf")
        self._lowered_to = 1.0

    def per_second(self, now: float) -> float:
        """How many looks a second there may be."""
        return self._per_minute / (MINUTE + EARLY) / max(1, self._share()) * self._part(now)

    @property
    def free_at(self) -> float:
        """When the next look may be made."""
        return self._next_at - EARLY

    def book(self, now: float) -> float:
        """Take the next look; when it may be made, `now` at the earliest."""
        at = max(now, self.free_at)
        self._next_at = max(self._next_at, now) + 1 / self.per_second(now)
        return at

    def lower(self, asked_at: float, now: float) -> None:
        """The vendor groaned about what was asked at `asked_at`; what it says of older questions is no news."""
        if asked_at >= self._lowered_at:
            self._lowered_to = max(LEAST, self._part(now) / 2)
            self._lowered_at = now

    def _part(self, now: float) -> float:
        return min(1.0, self._lowered_to + (now - self._lowered_at) / EASED_AFTER)
