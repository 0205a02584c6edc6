"""Finding jobs in the database: pages of a list, own prompts, families, and which job a message belongs to."""

from collections.abc import Iterable

import sqlalchemy as sa

from ..display import COPY, Post, clip_key, copy_key
from ..finding import Cursor, Page, Recent, Search, StateGroup, statuses
from ..jobs import Job, Status
from .line import HOME
from .schema import from_row, jobs, posts
from .transactions import Transactions

# Of so many of a member's jobs, the newest, prompts are suggested.
SUGGESTED_FROM = 2000
# A family is followed so many generations up and down, and so many of its jobs are read.
DEEPEST = 100
LARGEST = 200

card = jobs.alias("card")
AGE = sa.tuple_(jobs.c.created_at, jobs.c.id)
NEWEST_FIRST = (jobs.c.created_at.desc(), jobs.c.id.desc())


class SearchRows(Transactions):
    async def page(self, search: Search, size: int, cursor: Cursor | None = None, *, newer: bool = False) -> Page:
        """Up to `size` jobs next to `cursor`, on its older or its newer side; the newest without one.

        Where no page is left on that side, the newest.
        """
        return await self._read(lambda db: self._page(db, search, size, cursor, newer))

    async def recent_prompts(self, asker_id: int, text: str = "", most: int | None = None) -> list[Recent]:
        """The newest different prompts of a member that contain `text`, in whatever case."""
        return await self._read(lambda db: self._recent(db, asker_id, text, most))

    async def family(self, job_id: str) -> list[Job]:
        """The job with all it descends from and all that descends from those, oldest first; bounded."""
        return await self._read(lambda db: self._family(db, job_id))

    async def offspring(self, job_ids: Iterable[str]) -> list[Job]:
        """These jobs with all that descends from them, oldest first; bounded, the nearest generations first."""

        ids = {*job_ids}

        def read(db: sa.Connection) -> list[Job]:
            kin = self._descendants(db, *ids)
            return _jobs(db, sa.select(jobs).where(jobs.c.id.in_(kin)).order_by(jobs.c.created_at, jobs.c.id))

        return await self._read(read)

    async def first_clips(self, job_ids: Iterable[str]) -> dict[str, Post]:
        """The message that brings the first clip of each of these jobs; of one that has none there is none."""
        query = sa.select(posts).where(posts.c.key == clip_key(0), posts.c.job_id.in_({*job_ids}))
        rows = await self._read(lambda db: db.execute(query).all())
        return {row.job_id: Post(key=row.key, channel_id=row.channel_id, message_id=row.message_id) for row in rows}

    async def job_of_card(self, card_id: int) -> Job | None:
        """The job whose card has this id; a thread on a card has the card's."""
        return await self._first(jobs.c.card_id == card_id)

    async def job_of_message(self, message_id: int) -> Job | None:
        """The job that the bot said something of in this message; its card is one."""
        said = (posts.c.message_id == message_id, posts.c.key.not_like(f"{COPY}%"))
        posted = sa.select(posts.c.job_id).where(*said)
        return await self._first(jobs.c.id.in_(posted)) or await self.job_of_card(message_id)

    async def job_of_copy(self, message_id: int) -> Job | None:
        """The job whose clip this message shows once more."""
        posted = sa.select(posts.c.job_id).where(posts.c.key == copy_key(message_id))
        return await self._first(jobs.c.id.in_(posted))

    async def card_channels(self, thread_ids: Iterable[int]) -> dict[int, int]:
        """Of threads that stand on a card, the channel where the card is. Others are left out."""
        query = sa.select(jobs.c.card_id, jobs.c.channel_id).where(jobs.c.card_id.in_({*thread_ids}))
        return await self._read(lambda db: {row.card_id: row.channel_id for row in db.execute(query)})

    async def waiting_jobs(self, *, guild_id: int | None = None, asker_id: int | None = None) -> dict[str, Job]:
        """Jobs in the line, of one guild or of one member, by id. Their order is the line's, see `bot.line`."""
        own: list[sa.ColumnElement[bool]] = [jobs.c.status == Status.QUEUED]
        # by what no index has: few wait, however many jobs a guild had
        own += [HOME.in_([guild_id])] if guild_id is not None else []
        own += [jobs.c.asker_id == asker_id] if asker_id is not None else []
        query = sa.select(jobs).where(*own)
        return {job.id: job for job in await self._read(lambda db: _jobs(db, query))}

    async def last_locale(self, asker_id: int) -> str | None:
        """The locale of what a member asked for last."""
        own = sa.select(jobs.c.locale).where(jobs.c.asker_id == asker_id)
        locale: str | None = await self._read(lambda db: db.scalar(own.order_by(*NEWEST_FIRST).limit(1)))
        return locale

    # --- inside a transaction

    async def _first(self, *where: sa.ColumnElement[bool]) -> Job | None:
        query = sa.select(jobs).where(*where).order_by(*NEWEST_FIRST).limit(1)
        found = await self._read(lambda db: _jobs(db, query))
        return found[0] if found else None

    def _page(self, db: sa.Connection, search: Search, size: int, cursor: Cursor | None, newer: bool) -> Page:
        wanted = _wanted(search)
        found = self._beside(db, wanted, size, cursor, newer)
        if not found or (newer and len(found) < size):
            found = self._beside(db, wanted, size, None, newer=False)
        before = _count(db, *wanted, _age(found[0]) < AGE) if found else 0
        return Page(jobs=tuple(found), before=before, total=_count(db, *wanted))

    def _beside(
        self, db: sa.Connection, wanted: list[sa.ColumnElement[bool]], size: int, cursor: Cursor | None, newer: bool
    ) -> list[Job]:
        query = sa.select(jobs).where(*wanted).limit(size)
        if cursor is None:
            return _jobs(db, query.order_by(*NEWEST_FIRST))
        mark = sa.tuple_(sa.literal(cursor.created_at, sa.Double), sa.literal(cursor.id))
        if not newer:
            return _jobs(db, query.where(mark > AGE).order_by(*NEWEST_FIRST))
        return _jobs(db, query.where(mark < AGE).order_by(jobs.c.created_at, jobs.c.id))[::-1]

    def _recent(self, db: sa.Connection, asker_id: int, text: str, most: int | None) -> list[Recent]:
        own = sa.select(jobs.c.id, jobs.c.prompt, jobs.c.status, jobs.c.created_at)
        own = own.where(jobs.c.asker_id == asker_id, *_listed()).order_by(*NEWEST_FIRST).limit(SUGGESTED_FROM)
        newest = own.subquery()
        query = sa.select(newest).order_by(newest.c.created_at.desc(), newest.c.id.desc())
        if text:
            query = query.where(newest.c.prompt.icontains(text, autoescape=True))
        found: dict[str, Recent] = {}
        for row in db.execute(query):
            found.setdefault(row.prompt, Recent(row.id, row.prompt, Status(row.status), row.created_at))
            if len(found) == most:
                break
        return list(found.values())

    def _family(self, db: sa.Connection, job_id: str) -> list[Job]:
        line = self._line_up(db, job_id)
        if not line:
            return []
        kin = {*line, *self._descendants(db, job_id), *self._descendants(db, line[-1])}
        return _jobs(db, sa.select(jobs).where(jobs.c.id.in_(kin)).order_by(jobs.c.created_at, jobs.c.id))

    def _line_up(self, db: sa.Connection, job_id: str) -> list[str]:
        """The job and what it descends from, upwards."""
        first = sa.select(jobs.c.id, jobs.c.parent_id, sa.literal(0).label("depth")).where(jobs.c.id == job_id)
        line = first.cte("line", recursive=True)
        above = sa.select(jobs.c.id, jobs.c.parent_id, line.c.depth + 1)
        line = line.union_all(above.where(jobs.c.id == line.c.parent_id, line.c.depth < DEEPEST))
        return list(db.scalars(sa.select(line.c.id).order_by(line.c.depth)))

    def _descendants(self, db: sa.Connection, *job_ids: str) -> list[str]:
        """The nearest generations first."""
        first = sa.select(jobs.c.id, jobs.c.created_at, sa.literal(0).label("depth")).where(jobs.c.id.in_(job_ids))
        kin = first.cte("kin", recursive=True)
        below = sa.select(jobs.c.id, jobs.c.created_at, kin.c.depth + 1)
        kin = kin.union_all(below.where(jobs.c.parent_id == kin.c.id, kin.c.depth < 2 * DEEPEST))
        return list(db.scalars(sa.select(kin.c.id).order_by(kin.c.depth, kin.c.created_at).limit(LARGEST)))


def _wanted(search: Search) -> list[sa.ColumnElement[bool]]:
    seen = jobs.c.asker_id == search.viewer_id
    if search.channels:
        channels = sorted(search.channels)
        in_thread = sa.exists().where(card.c.card_id == jobs.c.channel_id, card.c.channel_id.in_(channels))
        seen = sa.or_(seen, jobs.c.channel_id.in_(channels), in_thread)
    wanted: list[sa.ColumnElement[bool]] = [seen]
    if search.guild_id is not None:
        wanted.append(jobs.c.guild_id == search.guild_id)
    if search.channel_id is not None:
        here = search.channel_id
        # a thread on a card has the card's id
        threads = sa.select(card.c.card_id).where(card.c.channel_id == here, card.c.card_id.is_not(None))
        wanted.append(sa.or_(jobs.c.channel_id == here, jobs.c.card_id == here, jobs.c.channel_id.in_(threads)))
    return wanted + _listed(search.group)


def _listed(group: StateGroup = StateGroup.ANY) -> list[sa.ColumnElement[bool]]:
    """Of what lost its words there is nothing to find it by."""
    shown = statuses(group)
    worded: list[sa.ColumnElement[bool]] = [jobs.c.emptied_at.is_(None)]
    return worded + ([jobs.c.status.in_(shown)] if len(shown) < len(Status) else [])


def _age(job: Job) -> sa.Tuple:
    return sa.tuple_(sa.literal(job.created_at, sa.Double), sa.literal(job.id))


def _count(db: sa.Connection, *where: sa.ColumnElement[bool]) -> int:
    return db.scalar(sa.select(sa.func.count()).select_from(jobs).where(*where)) or 0


def _jobs(db: sa.Connection, query: sa.Select[tuple[object, ...]]) -> list[Job]:
    return [from_row(row._mapping) for row in db.execute(query)]
