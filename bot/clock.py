"""The clock: unix seconds that do not jump, whatever becomes of the machine's own time.

Whatever is planned, and whatever a row says of time, goes by it. It is set by the database's clock, which all workers
share, and in between goes on evenly: `tracker/worker` notices when the two have parted, takes the open jobs along, and
sets it anew.
"""

import time


class _Clock:
    def __init__(self) -> None:
        self.set_to(time.time())

    def set_to(self, unix_time: float) -> None:
        """Have it show `unix_time` now, and go on from there."""
        self._began_at = unix_time - time.monotonic()
        self._machines = _parted()

    def now(self) -> float:
        """Unix seconds."""
        return self._began_at + time.monotonic()

    def latest(self) -> float:
        """Unix seconds at the latest: while a machine sleeps the time goes on without this clock."""
        return self.now() + max(_parted() - self._machines, 0.0)


def _parted() -> float:
    return time.time() - time.monotonic()


_clock = _Clock()
now, latest, set_to = _clock.now, _clock.latest, _clock.set_to
