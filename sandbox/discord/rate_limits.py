"""Rate limits: buckets a route and its place share, the global limit, and Discord's headers and 429."""

import hashlib
import math
import time
from collections import Counter
from dataclasses import dataclass

from sandbox.discord.errors import Refusal
from sandbox.discord.limits import Limits, Window


@dataclass(kw_only=True)
class Bucket:
    """Calls counted in the window that began at `since` (monotonic seconds)."""

    window: Window
    since: float
    used: int = 0

    def left_seconds(self, now: float) -> float:
        return max(0.0, self.since + self.window.seconds - now)

    def left_calls(self) -> int:
        return max(0, self.window.calls - self.used)


class RateLimits:
    """Counts requests. `refused` is how many count towards Discord's ban for invalid ones (10,000 in 10 minutes)."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self.refused: Counter[int] = Counter()

    def spend(self, name: str, place: str, *, counts_globally: bool = True) -> dict[str, str]:
        """Use one call of bucket `name` at `place`, and return the headers.

        Raises Refusal 429 when the bucket or the global limit is used up.
        """
        if not self._limits.enforced:
            return {}
        if counts_globally:
            self._spend_global()
        bucket = self._bucket(name, place)
        if bucket.used >= bucket.window.calls:
            raise _too_many(bucket, name, place)
        bucket.used += 1
        return _headers(bucket, name, place)

    def count_invalid(self, status: int, *, shared: bool = False) -> None:
        """Note an answer that Discord counts as an invalid request: 401, 403 and 429, except shared limits."""
        if status in (401, 403, 429) and not shared:
            self.refused[status] += 1

    def _spend_global(self) -> None:
        bucket = self._bucket("global", "")
        if bucket.used >= bucket.window.calls:
            raise _too_many(bucket, "global", "")
        bucket.used += 1

    def _bucket(self, name: str, place: str) -> Bucket:
        now = time.monotonic()
        window = self._limits.windows[name]
        bucket = self._buckets.get((name, place))
        if bucket is None or bucket.left_seconds(now) == 0:
            bucket = self._buckets[name, place] = Bucket(window=window, since=now)
        bucket.window = window
        return bucket


def _headers(bucket: Bucket, name: str, place: str) -> dict[str, str]:
    after = bucket.left_seconds(time.monotonic())
    return {
        "X-RateLimit-Limit": str(bucket.window.calls),
        "X-RateLimit-Remaining": str(bucket.left_calls()),
        "X-RateLimit-Reset": f"{time.time() + after:.3f}",
        "X-RateLimit-Reset-After": f"{after:.3f}",
        "X-RateLimit-Bucket": hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(),
    }


def _too_many(bucket: Bucket, name: str, place: str) -> Refusal:
    is_global = name == "global"
    after = round(bucket.left_seconds(time.monotonic()) + 0.001, 3)
    scope = "global" if is_global else "shared" if bucket.window.shared else "user"
    headers = {} if is_global else _headers(bucket, name, place)
    headers |= {"Retry-After": str(math.ceil(after)), "X-RateLimit-Scope": scope, "Via": "1.1 google"}
    if is_global:
        headers["X-RateLimit-Global"] = "true"
    refusal = Refusal(0, status=429, message="You are being rate limited.", headers=headers)
    refusal.body = {"message": "You are being rate limited.", "retry_after": after, "global": is_global}
    return refusal
