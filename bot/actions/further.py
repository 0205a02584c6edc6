"""The further pictures of a wish: gathered from where they are, and read while their asker waits."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..drafts import Given, Link
from ..further_pictures import FurtherPicture
from ..jobs import PictureState
from ..store import Store
from ..video_request import Refusal
from .ask import Ask
from .pictures import PictureReader, ReadPicture

Shapes = dict[str, tuple[int, int] | None]


@dataclass(frozen=True, kw_only=True)
class Further:
    """One of them: its bytes where they are ours, or a link; `read` once it was, if there was time."""

    slot: str
    data: bytes | None = None
    link: Link | None = None
    read: ReadPicture | None = None

    @property
    def shape(self) -> tuple[int, int] | None:
        if self.read:
            return self.read.shape
        return self.link.shape if self.link else None

    def to_keep(self) -> FurtherPicture:
        data = self.read.data if self.read else None
        return FurtherPicture(slot=self.slot, data=data, url=None if data or self.link is None else self.link.url)


class FurtherReader:
    def __init__(self, store: Store, pictures: PictureReader) -> None:
        self._store = store
        self._pictures = pictures

    async def gather(self, ask: Ask) -> tuple[Further, ...]:
        """Where each of them is; what its owner took away since is not there."""
        if not ask.further:
            return ()
        of_draft = await self._store.draft_pictures(ask.draft_id) if ask.draft_id else {}
        of_parent = await self._store.further_pictures(ask.parent_id) if ask.parent_id else {}
        found = (_find(given, of_draft, of_parent) for given in ask.further)
        return tuple(each for each in found if each)

    async def read(self, gathered: Sequence[Further]) -> tuple[Further, ...] | Refusal:
        """All of them, checked, or why one is none; those that take too long are left as links."""
        read = await asyncio.gather(*map(self._read, gathered))
        if refusal := next((each for each in read if isinstance(each, Refusal)), None):
            return refusal
        found = zip(gathered, read, strict=True)
        return tuple(
            Further(slot=each.slot, data=each.data, link=each.link, read=picture)
            for each, picture in found
            if not isinstance(picture, Refusal)
        )

    async def _read(self, each: Further) -> ReadPicture | Refusal | None:
        if each.link:
            return await self._pictures.read(each.link)
        return await self._pictures.look_at(each.data) if each.data else None


def shapes_of(further: Sequence[Further]) -> Shapes:
    """Width and height of each, by its slot, as far as they are known."""
    return {each.slot: each.shape for each in further}


def state_of(further: Sequence[Further]) -> PictureState:
    """How far the least far of them has come."""
    if not further:
        return PictureState.NONE
    return PictureState.READ if all(each.read for each in further) else PictureState.LINK


def _find(given: Given, of_draft: Mapping[str, bytes], of_parent: Mapping[str, FurtherPicture]) -> Further | None:
    if given.link:
        return Further(slot=given.slot, link=given.link)
    if not given.of_parent:
        data = of_draft.get(given.slot)
        return Further(slot=given.slot, data=data) if data else None
    picture = of_parent.get(given.slot)
    if picture is None:
        return None
    link = Link(url=picture.url, bytes=0) if picture.url else None
    return Further(slot=given.slot, data=picture.data, link=link)
