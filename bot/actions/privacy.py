"""What a member may have of what is kept of them: to be told of it, to be handed it out, to be forgotten."""

from collections.abc import AsyncIterator

from .. import clock
from ..privacy import (
    Erasure,
    ExportFiles,
    LinkTo,
    Own,
    Terms,
    ballot_record,
    draft_record,
    idea_record,
    job_record,
    note_record,
    take_vote_record,
)
from ..store import Store
from ..tracker import Tracker

# So many jobs are read at once for a file.
READ_TOGETHER = 200


class Privacy:
    """`terms` are what whoever runs the bot chose."""

    def __init__(self, *, store: Store, tracker: Tracker, terms: Terms) -> None:
        self.terms = terms
        self._store = store
        self._tracker = tracker

    async def count(self, member_id: int) -> Own:
        return await self._store.count_own(member_id)

    async def export(self, member_id: int, link_to: LinkTo) -> AsyncIterator[bytes]:
        """Everything of a member's, as JSON files in the shape that PRIVACY.md describes, one after the other."""
        files, after = ExportFiles(member_id, clock.now()), ""
        while page := await self._store.own_jobs(member_id, after, READ_TOGETHER):
            for job, posts in page:
                if full := files.add("jobs", job_record(job, posts.values(), link_to)):
                    yield full
            after = page[-1][0].id
        for saved in await self._store.own_drafts(member_id):
            if full := files.add("drafts", draft_record(saved)):
                yield full
        ideas, ballots = await self._store.own_ideas(member_id)
        records = [("ideas", idea_record(idea)) for idea in ideas]
        records += [("ballots", ballot_record(*ballot)) for ballot in ballots]
        notes, votes = await self._store.own_notes(member_id)
        records += [("notes", note_record(note)) for note in notes]
        records += [("take_votes", take_vote_record(*vote)) for vote in votes]
        for kind, record in records:
            if full := files.add(kind, record):
                yield full
        yield files.last()

    async def forget(self, member_id: int, locale: str) -> None:
        """Have everything of a member's go that was there until now, and tell them in this language when it is gone."""
        now = clock.now()
        await self._store.ask_erasure(Erasure(member_id=member_id, asked_at=now, locale=locale, not_before=now))
        self._tracker.erasing.wake()
