"""How the vendor is: a rate limit or an outage holds for the key, so it slows down every job, together."""

import time

from .. import clock
from ..retry import backoff

# One answer that fails may be about its job alone; so many in a row are about the vendor.
IN_A_ROW = 3
# The longest pause between two tries in an outage, seconds: when it ends, nobody waits longer than this.
LONGEST = 60.0


class Quiet:
    """`in_doubt` says whether the vendor may still be away."""

    def __init__(self) -> None:
        self.in_doubt = False
        # of the clock that never jumps
        self._paused_at = self._until = 0.0
        self._failures = 0
        self._pauses = 0

    @property
    def until(self) -> float:
        """The unix time before which nothing is asked of the vendor."""
        return clock.now() + self._until - time.monotonic()

    def answered(self) -> None:
        self._failures = self._pauses = 0
        self.in_doubt = False

    def failed(self, asked_at: float, retry_after: float | None = None) -> None:
        """Note a failure of what was asked at `time.monotonic`; those asked before a pause began are not news."""
        now = time.monotonic()
        if retry_after is not None:
            self._pause(now, retry_after)
        elif asked_at >= self._paused_at:
            self._failures += 1
            if self._failures >= IN_A_ROW:
                self._pauses += 1
                self._pause(now, backoff(self._pauses, first=1.0, most=LONGEST))

    def _pause(self, now: float, seconds: float) -> None:
        self.in_doubt = True
        self._paused_at = now
        self._until = max(self._until, now + seconds)
