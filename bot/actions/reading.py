"""What every action stands on, and reading the picture of a wish while its asker waits."""

import asyncio
from dataclasses import dataclass, replace

import aiohttp

from ..catalogue import Catalogue
from ..download import DownloadTroubled, LinkDead, fetch_picture
from ..drafts import Link
from ..errors import BadPicture
from ..jobs import Job, PictureState
from ..start_picture import StartPicture, most_bytes, read_start
from ..store import Store
from ..tracker import Tracker
from ..video_request import Refusal
from ..workbench import Workbench, WorkFailed
from .wishes import Ask

# Discord wants the first answer within three seconds; what takes longer is read after it.
READ_BUDGET = 1.8
# Each picture may have 32 MB: more of them at once wait, and those that wait too long are read later.
READ_AT_ONCE = 4


@dataclass(frozen=True, kw_only=True)
class ReadPicture:
    """`thumbnail` and `shape` (width, height) are None when there was no time to look at a picture that is ours."""

    data: bytes
    thumbnail: bytes | None = None
    shape: tuple[int, int] | None = None


class Reading:
    def __init__(
        self,
        *,
        store: Store,
        tracker: Tracker,
        catalogue: Catalogue,
        session: aiohttp.ClientSession,
        workbench: Workbench,
    ) -> None:
        self._store = store
        self._tracker = tracker
        self._catalogue = catalogue
        self._session = session
        self._workbench = workbench
        self._reading = asyncio.Semaphore(READ_AT_ONCE)

    async def _with_picture_of(self, parent: Job, ask: Ask) -> Ask:
        """The wish, with the picture of the job that it was made from; where that has none, without."""
        if parent.picture is PictureState.LINK and parent.picture_url:
            return replace(ask, link=Link(url=parent.picture_url, bytes=0))
        return replace(ask, picture=await self._store.picture(parent.id))

    async def _picture(self, ask: Ask) -> ReadPicture | Refusal | None:
        """The picture, read and checked, or why it is none; None without one, or when reading takes too long."""
        if ask.picture is not None:
            start = await self._examine(ask.picture)
            return _read_picture(ask.picture, start) if start else ReadPicture(data=ask.picture)
        if ask.link is None:
            return None
        limit = most_bytes(ask.link.url)
        if ask.link.bytes > limit:
            return Refusal(code="picture_too_heavy", facts={"limit": limit})
        return await self._read(ask.link)

    async def _read(self, link: Link) -> ReadPicture | Refusal | None:
        try:
            async with asyncio.timeout(READ_BUDGET), self._reading:
                given = await fetch_picture(self._session, link.url, most_bytes(link.url))
                start = await self._workbench.run(read_start, given)
        except BadPicture as error:
            return Refusal(code=f"picture_{error.code}", facts=error.facts)
        except WorkFailed:
            return Refusal(code="picture_undecodable")
        except (TimeoutError, DownloadTroubled, LinkDead):
            return None
        return _read_picture(given, start)

    async def _examine(self, given: bytes) -> StartPicture | None:
        """A picture that is ours already: a card must not fail for want of it."""
        try:
            async with asyncio.timeout(READ_BUDGET):
                return await self._workbench.run(read_start, given)
        except (TimeoutError, WorkFailed, BadPicture):
            return None


def _read_picture(given: bytes, start: StartPicture) -> ReadPicture:
    shape = (start.picture.width, start.picture.height)
    return ReadPicture(data=start.data or given, thumbnail=start.thumbnail, shape=shape)
