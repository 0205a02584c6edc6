"""Waiting: how long after a failure, until what failed goes well, until there is news."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

Result = TypeVar("Result")
Errors = tuple[type[Exception], ...]

# Nobody is left alone for longer than this, whatever is asked for; seconds.
LONGEST = 3600.0


def backoff(attempts: int, *, first: float = 2.0, most: float = 60.0) -> float:
    """Seconds to wait after the n-th failure in a row: doubling, capped."""
    return float(min(most, first * 2 ** min(attempts - 1, 10)))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that an answer asks to be left alone for, an hour at most; None when it does not say."""
    text = headers.get("Retry-After", "")
    return min(float(text), LONGEST) if text.isascii() and text.isdigit() else None


async def retry(
    work: Callable[[], Awaitable[Result]],
    on: Errors,
    *,
    tell: Callable[[Exception, float], None],
    asked: Callable[[Exception], float | None] = lambda _: None,
    but: Errors = (),
    first: float = 1.0,
    most: float = 30.0,
) -> Result:
    """What `work` returns, however often it fails before; `tell` hears of each failure, and how many seconds follow it.

    A failure may have `asked` for a longer pause than it would get. Raises what is not in `on`, or is in `but`.
    """
    attempts = 0
    while True:
        try:
            return await work()
        except but:
            raise
        except on as error:
            attempts += 1
            pause = max(backoff(attempts, first=first, most=most), asked(error) or 0.0)
            tell(error, pause)
        await asyncio.sleep(pause)


async def nap(news: asyncio.Event, seconds: float) -> None:
    """Until there is news, also such as came before, or for so long. What comes later ends the next nap."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await news.wait()
    news.clear()
