"""Reading the picture of a wish while its asker waits, as far as there is time."""

import asyncio
from dataclasses import dataclass

import aiohttp

from ..download import DownloadTroubled, LinkDead, fetch_picture
from ..drafts import Link
from ..errors import BadPicture
from ..start_picture import StartPicture, most_bytes, read_start
from ..video_request import Refusal
from ..workbench import NoChild, Workbench, WorkFailed

# Discord wants the first answer within three seconds; what takes longer is read after it.
READ_BUDGET = 1.8
# Each picture may have 32 MB: more of them at once wait, and those that wait too long are read later.
READ_AT_ONCE = 4


@dataclass(frozen=True, kw_only=True)
class ReadPicture:
    """`thumbnail` and `shape` (width, height) are None when there was no time to look at a picture that is ours.

    `seconds` is how long the clip is that it is the last frame of.
    """

    data: bytes
    thumbnail: bytes | None = None
    shape: tuple[int, int] | None = None
    seconds: float | None = None


class PictureReader:
    def __init__(self, session: aiohttp.ClientSession, workbench: Workbench) -> None:
        self._session = session
        self._workbench = workbench
        self._reading = asyncio.Semaphore(READ_AT_ONCE)

    async def read(self, link: Link, within: float | None = None) -> ReadPicture | Refusal | None:
        """The picture, checked, or why it is none; None when it takes longer than `within` seconds."""
        limit = most_bytes(link.url)
        if link.bytes > limit:
            return Refusal(code="picture_too_heavy", facts={"limit": limit})
        try:
            async with asyncio.timeout(within or READ_BUDGET), self._reading:
                given = await fetch_picture(self._session, link.url, limit)
                start = await self._workbench.run(read_start, given)
        except BadPicture as error:
            return Refusal(code=f"picture_{error.code}", facts=error.facts)
        except NoChild:
            return Refusal(code="picture_unread")
        except WorkFailed:
            return Refusal(code="picture_undecodable")
        except LinkDead:
            return Refusal(code="picture_gone")
        except (TimeoutError, DownloadTroubled):
            return None
        return _read_picture(given, start)

    async def look_at(self, given: bytes) -> ReadPicture:
        """A picture that is ours already: a card must not fail for want of it."""
        try:
            async with asyncio.timeout(READ_BUDGET):
                return _read_picture(given, await self._workbench.run(read_start, given))
        except (TimeoutError, WorkFailed, BadPicture):
            return ReadPicture(data=given)


def _read_picture(given: bytes, start: StartPicture) -> ReadPicture:
    shape = (start.picture.width, start.picture.height)
    return ReadPicture(data=start.data or given, thumbnail=start.thumbnail, shape=shape, seconds=start.seconds)
