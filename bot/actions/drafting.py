"""Writing a wish bit by bit: every step is kept."""

import time
from dataclasses import replace

from ..drafts import DRAFT_LIFE, Form, Link, SavedDraft, rewritten
from ..start_picture import most_bytes
from ..video_request import Refusal
from .reading import Reading


class Drafting(Reading):
    async def keep_draft(self, saved: SavedDraft) -> None:
        await self._store.keep_draft(saved)

    async def find_draft(self, draft_id: str) -> SavedDraft | None:
        return await self._store.find_draft(draft_id)

    async def last_draft(self, author_id: int, form: Form) -> SavedDraft | None:
        """What a member wrote last and did not send; what is too old is thrown away by the way."""
        await self._store.discard_drafts(time.time() - DRAFT_LIFE)
        return await self._store.last_draft(author_id, form)

    async def give_picture(self, saved: SavedDraft, link: Link | None) -> SavedDraft | Refusal:
        """The draft with another picture, or without one; read at once, since what is attached to a form dies soon."""
        now = time.time()
        plain = rewritten(saved, now, links=(), picked=None, keeps_picture=False, has_picture=False)
        if link is None:
            await self._store.keep_draft_picture(saved.id, None)
            await self._store.keep_draft(plain)
            return plain
        if link.bytes > most_bytes(link.url):
            return Refusal(code="picture_too_heavy", facts={"limit": most_bytes(link.url)})
        read = await self._read(link)
        if isinstance(read, Refusal):
            return read
        changed = replace(plain, has_picture=True) if read else replace(plain, links=(link,), picked=0)
        await self._store.keep_draft_picture(saved.id, read.data if read else None)
        await self._store.keep_draft(changed)
        return changed

    async def draft_picture(self, saved: SavedDraft) -> bytes | None:
        """The bytes that are kept with a draft."""
        return await self._store.draft_picture(saved.id) if saved.has_picture else None
