"""Further pictures in the database: those of jobs, and those of drafts until they are sent."""

from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa

from ..drafts import SavedDraft
from ..further_pictures import FurtherPicture
from ..jobs import Job, PictureState
from .schema import UNSENT, draft_pictures, drafts, further_pictures
from .transactions import Transactions, Transition

OWN = (further_pictures.c.slot, further_pictures.c.given, further_pictures.c.url)


class FurtherRows(Transactions):
    async def further_pictures(self, job_id: str) -> dict[str, FurtherPicture]:
        """The further pictures of a job as they were given, by their slot."""
        query = sa.select(*OWN).where(further_pictures.c.job_id == job_id).order_by(further_pictures.c.slot)
        rows = await self._read(lambda db: db.execute(query).all())
        return {row.slot: FurtherPicture(slot=row.slot, data=row.given, url=row.url) for row in rows}

    async def fitted_further(self, job_id: str) -> dict[str, bytes]:
        """The same, as the model takes them."""
        query = sa.select(further_pictures.c.slot, further_pictures.c.fitted).where(
            further_pictures.c.job_id == job_id, further_pictures.c.fitted.is_not(None)
        )
        return await self._read(lambda db: {row.slot: row.fitted for row in db.execute(query)})

    async def keep_further(
        self, job_id: str, slot: str, given: bytes, transition: Transition, *, epoch: int
    ) -> Job | None:
        """Store one that was read late, and what that changes in its job."""
        own = (further_pictures.c.job_id == job_id, further_pictures.c.slot == slot)

        def keep(db: sa.Connection) -> Job | None:
            changed = self._change(db, job_id, transition, epoch=epoch)
            if changed is not None:
                db.execute(sa.update(further_pictures).where(*own).values(given=given, url=None))
            return changed

        return await self._write(keep)

    async def keep_further_fitted(self, job_id: str, fitted: Mapping[str, bytes], *, epoch: int) -> Job | None:
        """Store all of them at once, as the model takes them."""

        def fit(job: Job) -> Job | None:
            return replace(job, further=PictureState.FITTED) if job.further is PictureState.READ else None

        def keep(db: sa.Connection) -> Job | None:
            changed = self._change(db, job_id, fit, epoch=epoch)
            for slot, data in fitted.items() if changed else ():
                own = (further_pictures.c.job_id == job_id, further_pictures.c.slot == slot)
                db.execute(sa.update(further_pictures).where(*own).values(fitted=data))
            return changed

        return await self._write(keep)

    async def draft_pictures(self, draft_id: str) -> dict[str, bytes]:
        query = sa.select(draft_pictures.c.slot, draft_pictures.c.data).where(draft_pictures.c.draft_id == draft_id)
        return await self._read(lambda db: {row.slot: row.data for row in db.execute(query)})

    async def keep_draft_pictures(self, saved: SavedDraft, pictures: Mapping[str, bytes]) -> None:
        """Keep these with a draft that was not sent, in place of what was in their slots."""
        whose = {"draft_id": saved.id, "author_id": saved.author_id, "kept_at": saved.changed_at}
        rows = [{**whose, "slot": slot, "data": data} for slot, data in pictures.items()]
        unsent = sa.select(sa.exists().where(drafts.c.id == saved.id, UNSENT))
        replaced = (draft_pictures.c.draft_id == saved.id, draft_pictures.c.slot.in_([*pictures]))

        def keep(db: sa.Connection) -> None:
            db.execute(sa.delete(draft_pictures).where(*replaced))
            if rows and db.scalar(unsent):
                db.execute(sa.insert(draft_pictures), rows)

        await self._write(keep)
