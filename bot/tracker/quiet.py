"""A rate limit holds for the key, so for every job: until when nothing is asked of the vendor."""

import time


class Quiet:
    def __init__(self) -> None:
        self.until = 0.0

    def keep(self, seconds: float | None) -> None:
        self.until = max(self.until, time.time() + (seconds or 0.0))
