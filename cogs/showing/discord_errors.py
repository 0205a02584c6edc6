"""Discord's errors by what they mean for whoever wanted to say something: this venue, this moment, or this text."""

import contextlib
from collections.abc import Iterator

import aiohttp
import discord

from bot.discord_away import asked_pause, in_a_line
from bot.errors import DailiesError, FileTooLarge, ShowTroubled, VenueRefused

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
# Cloudflare's word, not Discord's: it says nothing about the venue.
BLOCKED_ON_THE_WAY = 40333
TOO_LARGE = (40005, 50045)
THREAD_ARCHIVED = 50083
# Locked (160005), not this kind of channel (50024): the venue will not take it, now or later.
VENUE_CODES = (50001, 50013, 50007, 50024, 50278, 160005)


class TextRefused(DailiesError):
    """Discord does not take this text."""


class PlaceGone(VenueRefused):
    """There is no such channel any more."""


class ThreadAsleep(VenueRefused):
    """Nothing in an archived thread can be changed before it is woken."""


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


@contextlib.contextmanager
def telling_of_place() -> Iterator[None]:
    """As `telling_apart` where there is no text to dislike: what Discord does not take, it does not take here."""
    try:
        with telling_apart():
            yield
    except TextRefused as error:
        raise VenueRefused(str(error)) from error


@contextlib.contextmanager
def telling_of_file() -> Iterator[None]:
    """Inside of `telling_apart`: when all the time is up that the library gives a request, the file took it."""
    try:
        yield
    except TimeoutError as error:
        if isinstance(error, aiohttp.ClientError):
            # no connection was made, so nothing was on its way
            raise
        raise FileTooLarge("the upload took too long") from error


def troubled(error: BaseException) -> ShowTroubled:
    return ShowTroubled(in_a_line(error), retry_after=asked_pause(error))


def is_too_large(error: discord.HTTPException) -> bool:
    return error.code in TOO_LARGE or error.status == 413


def _meaning(error: discord.HTTPException) -> DailiesError:
    if error.code == UNKNOWN_MESSAGE:
        return MessageGone(in_a_line(error))
    if is_too_large(error):
        return FileTooLarge(in_a_line(error))
    if error.code == UNKNOWN_CHANNEL:
        return PlaceGone(in_a_line(error))
    if error.code == THREAD_ARCHIVED:
        return ThreadAsleep(in_a_line(error))
    if error.code in VENUE_CODES or (error.status in (403, 404) and error.code != BLOCKED_ON_THE_WAY):
        return VenueRefused(in_a_line(error))
    return TextRefused(in_a_line(error)) if error.status == 400 else troubled(error)
