"""The vendor's clock: seconds that pass faster than ours when the speed is above one."""

import asyncio
from contextlib import suppress
from time import monotonic


class Clock:
    """Starts at 0.0; `speed` is vendor seconds per real second, above 0, and may change while tasks sleep."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._base, self._since = 0.0, monotonic()
        self._changed = asyncio.Event()

    def now(self) -> float:
        return self._base + (monotonic() - self._since) * self._speed

    @property
    def speed(self) -> float:
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._set(self.now(), speed)

    def skip(self, seconds: float) -> None:
        """Leap forward; what slept until then wakes at once."""
        self._set(self.now() + seconds, self._speed)

    async def sleep(self, seconds: float) -> None:
        end = self.now() + seconds
        while (left := end - self.now()) > 0:
            changed = self._changed
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), left / self._speed)

    def _set(self, now: float, speed: float) -> None:
        self._base, self._since, self._speed = now, monotonic(), speed
        self._changed.set()
        self._changed = asyncio.Event()
