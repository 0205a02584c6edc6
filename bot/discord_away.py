"""Discord, or the way to it, on a bad day: what its errors say, in one line, and how long a pause they ask for."""

import aiohttp
import discord

from .retry import retry_after


def in_a_line(error: BaseException) -> str:
    """Of a page, as whoever stands before Discord answers with, the status alone."""
    match error:
        case discord.HTTPException(code=0):
            return f"HTTP {error.status} {error.response.reason}"
        case aiohttp.ClientResponseError():
            return f"HTTP {error.status} {error.message}"
    return " ".join(str(error).split()) or type(error).__name__


def asked_pause(error: BaseException) -> float | None:
    """Seconds; None when it does not say."""
    match error:
        case discord.RateLimited():
            return error.retry_after
        case discord.HTTPException():
            return retry_after(error.response.headers)
        case aiohttp.ClientResponseError():
            return retry_after(error.headers or {})
    return None
