"""What is taken home from a brief, read from the database in one go."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from ..briefs.desk import BriefRecord, Desk
from ..briefs.takes import Batch, Reel, Take
from .briefs import find_desk, rounds_of
from .films import films_of
from .schema import batches, take_votes, takes
from .storyboards import StoryboardRows, read_storyboard
from .take_notes import TakeNoteRows, notes_in
from .takes import find_batches, find_takes, with_votes

# Of more takes nothing is told but how many they are.
TAKES_MOST = 500


class BriefRecordRows(TakeNoteRows, StoryboardRows):
    async def brief_record(self, brief_id: str) -> BriefRecord | None:
        def read(db: sa.Connection) -> BriefRecord | None:
            desk = find_desk(db, brief_id)
            if desk is None:
                return None
            reels = _reels(db, desk)
            return BriefRecord(
                desk=desk,
                rounds=rounds_of(db, brief_id),
                reels=reels,
                notes=notes_in(db, brief_id),
                storyboard=read_storyboard(db, desk.brief),
                films=films_of(db, brief_id),
                left_out=len(desk.taken) - sum(len(reel.takes) for reel in reels),
            )

        return await self._read(read)


def _reels(db: sa.Connection, desk: Desk) -> tuple[Reel, ...]:
    brief_id = desk.brief.id
    found: dict[str, list[Take]] = {}
    for batch_id, take in find_takes(db, takes.c.brief_id == brief_id, most=TAKES_MOST):
        found.setdefault(batch_id, []).append(take)
    query = sa.select(take_votes.c.batch_id, take_votes.c.choice)
    query = query.join(batches, batches.c.id == take_votes.c.batch_id).where(batches.c.brief_id == brief_id)
    said: dict[str, list[str]] = {}
    for row in db.execute(query):
        said.setdefault(row.batch_id, []).append(row.choice)
    sent = find_batches(db, brief_id, TAKES_MOST)
    return tuple(_reel(batch, desk, found, said) for batch in sent if batch.id in found)


def _reel(batch: Batch, desk: Desk, found: Mapping[str, Sequence[Take]], said: Mapping[str, Sequence[str]]) -> Reel:
    reel = Reel(batch=batch, brief=desk.brief, idea=desk.idea(batch.idea), takes=tuple(found[batch.id]))
    return with_votes(reel, said.get(batch.id, ()))
