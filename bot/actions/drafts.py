"""Writing a wish bit by bit: every step is kept."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace

from .. import clock
from ..drafts import DRAFT_LIFE, Form, Given, Link, SavedDraft, rewritten, with_further
from ..store import Store
from ..video_request import Refusal
from .pictures import PictureReader, ReadPicture


class Drafts:
    def __init__(self, store: Store, pictures: PictureReader) -> None:
        self._store = store
        self._pictures = pictures

    async def keep(self, saved: SavedDraft) -> None:
        await self._store.keep_draft(saved)

    async def begin(self, saved: SavedDraft) -> SavedDraft | Refusal:
        """Keep a new draft. Its picture, if it has one to be read, is read at once: what is none is not asked about."""
        await self.keep(saved)
        if saved.link is None or len(saved.links) > 1:
            return saved
        read = await self.give_picture(saved, saved.link)
        if isinstance(read, Refusal):
            await self.discard(saved)
        return read

    async def discard(self, saved: SavedDraft) -> None:
        await self._store.discard_draft(saved.id)

    async def take_up(self, author_id: int, form: Form) -> SavedDraft | None:
        """What a member wrote last and did not send; what is too old is thrown away by the way."""
        await self._store.discard_drafts(clock.now() - DRAFT_LIFE)
        return await self._store.last_draft(author_id, form)

    async def give_picture(self, saved: SavedDraft, link: Link) -> SavedDraft | Refusal:
        """The draft with another picture; read at once, since what is attached to a form dies soon."""
        read = await self._pictures.read(link)
        if isinstance(read, Refusal):
            return read
        plain = _without_picture(saved)
        if read is None:
            return await self._keep_with(replace(plain, links=(link,), picked=0), None)
        return await self._keep_with(replace(plain, has_picture=True, spoiler=link.spoiler), read.data)

    async def take_picture(self, saved: SavedDraft) -> SavedDraft:
        """The draft without a picture."""
        return await self._keep_with(_without_picture(saved), None)

    async def give_further(
        self, saved: SavedDraft, links: Mapping[str, Link], dropped: Collection[str]
    ) -> SavedDraft | Refusal:
        """The draft with these further pictures by their slot, and without those in the slots `dropped`."""
        read = await asyncio.gather(*map(self._pictures.read, links.values()))
        if refusal := next((each for each in read if isinstance(each, Refusal)), None):
            return refusal
        ours = {slot: each for slot, each in zip(links, read, strict=True) if isinstance(each, ReadPicture)}
        added = [
            Given(slot=slot, link=None if slot in ours else link, kept_spoiler=link.spoiler)
            for slot, link in links.items()
        ]
        changed = with_further(saved, added, dropped, clock.now())
        await self._store.keep_draft_pictures(changed, {slot: each.data for slot, each in ours.items()})
        await self.keep(changed)
        return changed

    async def _keep_with(self, saved: SavedDraft, picture: bytes | None) -> SavedDraft:
        await self._store.keep_draft_picture(saved.id, picture)
        await self._store.keep_draft(saved)
        return saved


def _without_picture(saved: SavedDraft) -> SavedDraft:
    return rewritten(saved, clock.now(), links=(), picked=None, keeps_picture=False, has_picture=False, spoiler=False)
