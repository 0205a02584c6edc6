"""Discord's errors by what they mean for whoever wanted to say something: this venue, this moment, or this text."""

import contextlib
from collections.abc import Iterator

import aiohttp
import discord

from bot.errors import DailiesError, FileTooLarge, ShowTroubled, VenueRefused

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
# Cloudflare's word, not Discord's: it says nothing about the venue.
BLOCKED_ON_THE_WAY = 40333
TOO_LARGE = (40005, 50045)
# Archived (50083), locked (160005), not this kind of channel (50024): the venue will not take it, now or later.
VENUE_CODES = (10003, 50001, 50013, 50007, 50024, 50083, 50278, 160005)


class TextRefused(DailiesError):
    """Discord does not take this text."""


class MessageGone(DailiesError):
    """Somebody deleted the message."""


@contextlib.contextmanager
def telling_apart() -> Iterator[None]:
    """Turns discord.py's exceptions into MessageGone, FileTooLarge, VenueRefused, TextRefused, ShowTroubled."""
    try:
        yield
    except discord.HTTPException as error:
        raise _meaning(error) from error
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise troubled(error) from error


def troubled(error: BaseException) -> ShowTroubled:
    retry_after = error.retry_after if isinstance(error, discord.RateLimited) else None
    return ShowTroubled(f"{type(error).__name__} {error}".strip(), retry_after=retry_after)


def is_too_large(error: discord.HTTPException) -> bool:
    return error.code in TOO_LARGE or error.status == 413


def _meaning(error: discord.HTTPException) -> DailiesError:
    if error.code == UNKNOWN_MESSAGE:
        return MessageGone(str(error))
    if is_too_large(error):
        return FileTooLarge(str(error))
    if error.code in VENUE_CODES or (error.status in (403, 404) and error.code != BLOCKED_ON_THE_WAY):
        return VenueRefused(str(error))
    return TextRefused(str(error)) if error.status == 400 else troubled(error)
