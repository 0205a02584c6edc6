"""The store: what the program asks of the database, one plain verb each, one transaction each."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ..display import Post
from ..errors import NotAdmitted
from ..further_pictures import FurtherPicture
from ..jobs import Job, PictureState
from ..usual_times import Kind, UsualTimes
from .brief_records import BriefRecordRows
from .cases import CaseRows
from .clips import ClipRows
from .drafts import DraftRows
from .films import FilmRows
from .further import OWN, FurtherRows
from .guilds import GuildRows
from .line import LineRows
from .privacy import PrivacyRows
from .refused_pictures import RefusedPictureRows
from .schema import facts, from_row, further_pictures, jobs, pictures, posts, usual_times
from .search import SearchRows
from .transactions import JOB, POSTS, Transition, Weighed, Weighing
from .usage import UsageRows
from .workers import WorkerRows

Took = tuple[Kind, float]
"""What a job took: its kind, and seconds."""


_of_kind = [usual_times.c[name] == sa.bindparam(f"{name}_of") for name in ("model", "seconds", "size")]
USUAL = sa.select(usual_times.c.counts).where(*_of_kind).with_for_update()
LEARN = sa.update(usual_times).where(*_of_kind)


class Store(
    LineRows,
    WorkerRows,
    ClipRows,
    DraftRows,
    FurtherRows,
    SearchRows,
    CaseRows,
    UsageRows,
    RefusedPictureRows,
    GuildRows,
    PrivacyRows,
    BriefRecordRows,
    FilmRows,
):
    """Jobs, drafts, their pictures and posts, what jobs took, small facts."""

    # --- one job

    async def insert(
        self,
        job: Job,
        picture: bytes | None = None,
        *,
        further: Collection[FurtherPicture] = (),
        draft_id: str | None = None,
        once_since: float | None = None,
        weighing: Weighing | None = None,
    ) -> Job | None:
        """Keep a new job and its pictures in place of the draft that it was; None when that came before.

        Either the very event did, or the draft was sent already. With `once_since`, unix seconds, a job that is the
        same wish of the same member, made from the same job since then, is given instead, and nothing is kept.
        What is kept is the job as `weighing` lets it pass. Raises NotAdmitted, GrantTaken, with nothing kept.
        """

        def insert(db: sa.Connection) -> Job | None:
            if once_since is not None and (twin := self._twin(db, job, once_since)):
                return twin
            try:
                weighed = self._weigh(db, job, weighing)
            except NotAdmitted:
                # what came before is what there is no room beside
                if self._came_before(db, job, draft_id):
                    return None
                raise
            if not self._insert(db, weighed.job, picture, draft_id, further):
                return None
            self._keep_review(db, weighed.review)
            return weighed.job

        try:
            return await self._write(insert)
        except IntegrityError:
            return None

    async def replace_job(
        self, old_id: str, transition: Transition, new: Job, *, weighing: Weighing | None = None
    ) -> Job | None:
        """Change one job and insert its successor, with its pictures, or neither; None when it was too late.

        Raises NotAdmitted, GrantTaken, with nothing changed.
        """

        def replace_it(db: sa.Connection) -> Job | None:
            if self._change(db, old_id, transition, epoch=None) is None:
                return None
            weighed = self._weigh(db, new, weighing)
            picture = db.scalar(sa.select(pictures.c.given).where(pictures.c.job_id == old_id))
            self._insert(db, weighed.job, picture)
            copied = sa.select(sa.literal(new.id), *OWN).where(further_pictures.c.job_id == old_id)
            db.execute(sa.insert(further_pictures).from_select(["job_id", "slot", "given", "url"], copied))
            self._keep_review(db, weighed.review)
            self._pass_on_take(db, old_id, weighed.job)
            # whatever was to go on from the one goes on from the other
            awaiting = (jobs.c.parent_id == old_id, jobs.c.picture == PictureState.AWAITED)
            db.execute(sa.update(jobs).where(*awaiting).values(parent_id=new.id))
            return weighed.job

        try:
            return await self._write(replace_it)
        except IntegrityError:
            return None

    async def find(self, job_id: str) -> Job | None:
        row = await self._read(lambda db: db.execute(JOB, {"job": job_id}).first())
        return from_row(row._mapping) if row else None

    async def update(
        self,
        job_id: str,
        transition: Transition,
        *,
        epoch: int | None,
        posted: Iterable[Post] = (),
        took: Took | None = None,
        patient: bool = False,
    ) -> Job | None:
        """Apply a pure transition to the row as it is now; keep what was posted with it, and what the job took.

        What is `patient` may wait a little, to share a commit with others.

        None, and nothing written, when the job is not there, when the transition declines by returning None, or when
        `epoch` is given and the job has gone to another worker since.
        """

        def update(db: sa.Connection) -> Job | None:
            changed = self._change(db, job_id, transition, epoch=epoch)
            if changed is not None:
                self._keep_posts(db, job_id, posted)
            if changed is not None and took is not None:
                self._learn(db, took)
            return changed

        return await self._write(update, patient=patient)

    # --- pictures and posts

    async def keep_picture(self, job_id: str, given: bytes, transition: Transition, *, epoch: int) -> Job | None:
        """Store a picture that was read late, and what that changes in its job."""

        def keep(db: sa.Connection) -> Job | None:
            changed = self._change(db, job_id, transition, epoch=epoch)
            if changed is not None:
                db.execute(sa.delete(pictures).where(pictures.c.job_id == job_id))
                db.execute(sa.insert(pictures).values(job_id=job_id, given=given))
            return changed

        return await self._write(keep)

    async def forget_posts(self, job_id: str, keys: Iterable[str]) -> None:
        """These are there no more."""
        await self._execute(sa.delete(posts).where(posts.c.job_id == job_id, posts.c.key.in_([*keys])))

    async def keep_fitted(self, job_id: str, fitted: bytes, *, epoch: int) -> Job | None:
        def fit(job: Job) -> Job | None:
            return replace(job, picture=PictureState.FITTED) if job.picture is PictureState.READ else None

        def keep(db: sa.Connection) -> Job | None:
            changed = self._change(db, job_id, fit, epoch=epoch)
            if changed is not None:
                db.execute(sa.update(pictures).where(pictures.c.job_id == job_id).values(fitted=fitted))
            return changed

        return await self._write(keep)

    async def picture(self, job_id: str) -> bytes | None:
        """The picture as it was given."""
        query = sa.select(pictures.c.given).where(pictures.c.job_id == job_id)
        given: bytes | None = await self._read(lambda db: db.scalar(query))
        return given

    async def fitted_picture(self, job_id: str) -> bytes | None:
        query = sa.select(pictures.c.fitted).where(pictures.c.job_id == job_id)
        fitted: bytes | None = await self._read(lambda db: db.scalar(query))
        return fitted

    async def posts(self, job_id: str) -> dict[str, Post]:
        """What was posted for a job, by key."""
        rows = await self._read(lambda db: db.execute(POSTS, {"job": job_id}).all())
        return {row.key: Post(key=row.key, channel_id=row.channel_id, message_id=row.message_id) for row in rows}

    # --- what jobs took

    async def usual_times(self) -> dict[Kind, UsualTimes]:
        rows = await self._read(lambda db: db.execute(sa.select(usual_times)).all())
        return {(row.model, row.seconds, row.size): _usual(row.counts) for row in rows}

    def _learn(self, db: sa.Connection, took: Took) -> None:
        (model, length, size), seconds = took
        kind = {"model_of": model, "seconds_of": length, "size_of": size}
        counts = db.scalar(USUAL, kind)
        if counts is None:
            first = self._insert_of(usual_times).values(model=model, seconds=length, size=size, counts={})
            db.execute(first.on_conflict_do_nothing())
            counts = db.scalar(USUAL, kind)
        after = _usual(counts or {}).add(seconds).counts
        db.execute(LEARN, {**kind, "counts": {str(step): n for step, n in after.items()}})

    # --- small facts

    async def fact(self, key: str) -> str | None:
        value: str | None = await self._read(lambda db: db.scalar(sa.select(facts.c.value).where(facts.c.key == key)))
        return value

    async def keep_fact(self, key: str, value: str) -> None:
        kept = self._insert_of(facts).values(key=key, value=value)
        await self._execute(kept.on_conflict_do_update(index_elements=["key"], set_={"value": value}))

    async def claim_fact(self, key: str, value: str) -> bool:
        """Keep a fact that nobody keeps yet; whether nobody did."""
        kept = self._insert_of(facts).values(key=key, value=value).on_conflict_do_nothing()
        return await self._write(lambda db: bool(db.execute(kept).rowcount))

    async def facts(self, prefix: str) -> dict[str, str]:
        """All facts whose key begins with `prefix`."""
        query = sa.select(facts.c.key, facts.c.value).where(facts.c.key.startswith(prefix, autoescape=True))
        return await self._read(lambda db: {row.key: row.value for row in db.execute(query)})

    async def forget_fact(self, key: str) -> None:
        await self._execute(sa.delete(facts).where(facts.c.key == key))

    async def take_turn(self, key: str, now: float, seconds: float) -> float:
        """0 when nobody took this turn within the last `seconds`: it is taken now. Else how long to wait, seconds."""

        def take(db: sa.Connection) -> float:
            db.execute(self._insert_of(facts).values(key=key, value="0").on_conflict_do_nothing())
            taken_at = db.scalar(sa.select(facts.c.value).where(facts.c.key == key).with_for_update())
            left = float(taken_at or 0) + seconds - now
            if left > 0:
                return min(left, seconds)
            db.execute(sa.update(facts).where(facts.c.key == key).values(value=repr(now)))
            return 0.0

        return await self._write(take)

    # --- news of other workers

    @property
    def hearing(self) -> int | None:
        """Another number each time that one begins to hear of what other workers change; None while one does not."""
        return self.database.hearing

    async def hear(self, wake: Callable[[str], None]) -> None:
        """Call `wake` with the id of a job of this worker that another one changed, or "" when one left.

        Until cancelled; at once over where one process has the database to itself.
        """
        await self.database.hear(wake)


def _usual(counts: dict[str, int]) -> UsualTimes:
    return UsualTimes(counts={int(step): count for step, count in counts.items()})


__all__ = ["Store", "Took", "Transition", "Weighed", "Weighing"]
