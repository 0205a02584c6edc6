"""Films in the database: one of an event, one in work of a brief, and whether what each is cut of may be shown yet."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, fields
from typing import Any

import sqlalchemy as sa

from ..briefs.brief import Halt
from ..briefs.films import Cut, Film, Progress, Screening, due, is_same
from ..briefs.storyboard import Storyboard
from ..jobs import Status
from ..joins import Join
from .briefs import first_brief
from .dues import Dues
from .schema import films, jobs, shots
from .storyboards import StoryboardRows, read_storyboard

_OF_FILM = [films.c[each.name] for each in fields(Film)]


class FilmRows(StoryboardRows):
    async def begin_film(
        self, brief_id: str, event: str, make: Callable[[Storyboard], Film | Halt], *, anew: bool = False
    ) -> Film | Halt:
        """Keep a film that is to be made; the one of the same event, or with the same cuts and cards, is given instead.

        `anew` is for one whose message is gone: it is made once more.
        """

        def begin(db: sa.Connection) -> Film | Halt:
            brief = self._lock_brief(db, brief_id)
            if brief is None:
                return Halt.GONE
            if known := _film_of(db, event):
                return known
            film = make(read_storyboard(db, brief))
            if isinstance(film, Halt):
                return film
            before = _films_where(db, films.c.brief_id == brief_id)
            if any(one.progress is Progress.MAKING for one in before):
                return Halt.FILM_IN_WORK
            made = (one for one in before if one.progress is Progress.MADE and is_same(one, film))
            if not anew and (same := next(made, None)):
                return same
            db.execute(sa.insert(films), _film_row(film))
            return film

        return await self._write(begin)

    async def film(self, film_id: str) -> Film | None:
        return await self._read(lambda db: _film_of(db, film_id))

    async def newest_film(self, brief_id: str) -> Film | None:
        """The one that was asked for last in a brief."""
        return await self._read(lambda db: next(iter(_films_where(db, films.c.brief_id == brief_id)), None))

    async def films_among(self, film_ids: Collection[str]) -> dict[str, Film]:
        """Those that there are of these ids."""
        found = await self._read(lambda db: _films_where(db, films.c.id.in_([*film_ids])))
        return {film.id: film for film in found}

    async def screening(self, film_id: str) -> Screening | None:
        def read(db: sa.Connection) -> Screening | None:
            film = _film_of(db, film_id)
            brief = first_brief(db, film.brief_id) if film else None
            return Screening(film=film, brief=brief) if film and brief else None

        return await self._read(read)

    async def change_film(self, film_id: str, transition: Callable[[Film], Film | None]) -> Film | None:
        """None, and nothing written, where it is gone, or `transition` declines."""

        def change(db: sa.Connection) -> Film | None:
            film = _film_of(db, film_id, locked=True)
            after = transition(film) if film else None
            if after is not None:
                db.execute(sa.update(films).where(films.c.id == film_id).values(_film_row(after)))
            return after

        return await self._write(change)

    async def note_film(self, film_id: str, **shown: Any) -> None:
        """Keep what is shown of it now: fields of Film by name."""
        await self._execute(sa.update(films).where(films.c.id == film_id).values(shown))

    async def lost_of(self, film_id: str) -> str | None:
        """The name of the first shot that may be shown no more: its clip was taken back, or whoever gave it forgotten.

        Empty where whoever asked for the film was; None for one that is whole.
        """

        def find(db: sa.Connection) -> str | None:
            film = _film_of(db, film_id)
            if film is None or not film.cuts:
                return ""
            made = {row.id: row for row in db.execute(sa.select(*_OF_JOB).where(jobs.c.id.in_(film.job_ids)))}
            sources = [cut.source for cut in film.cuts if cut.job_id is None]
            given = {row.id: row for row in db.execute(sa.select(*_OF_SOURCE).where(shots.c.id.in_(sources)))}
            return next((cut.name for cut in film.cuts if not _may_be_shown(cut, made, given)), None)

        return await self._read(find)

    @property
    def film_dues(self) -> Dues:
        def due_of(db: sa.Connection, film_id: str) -> float | None:
            film = _film_of(db, film_id, locked=True)
            return due(film) if film else None

        return Dues(self, films, due_of)


_OF_JOB = (jobs.c.id, jobs.c.status, jobs.c.emptied_at)
_OF_SOURCE = (shots.c.id, shots.c.clip_message, shots.c.has_picture)


def _may_be_shown(cut: Cut, made: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """By the rows of jobs, and of shots, that cuts are of."""
    if cut.job_id is not None:
        job = made.get(cut.job_id)
        return job is not None and job.status == Status.COMPLETED and job.emptied_at is None
    source = given.get(cut.source)
    if source is None:
        return False
    return bool(source.has_picture) if cut.clip is None else source.clip_message == cut.clip[1]


def _film_of(db: sa.Connection, film_id: str, *, locked: bool = False) -> Film | None:
    query = sa.select(*_OF_FILM).where(films.c.id == film_id)
    row = db.execute(query.with_for_update() if locked else query).first()
    return _film(row) if row else None


def films_of(db: sa.Connection, brief_id: str) -> tuple[Film, ...]:
    """All films of a brief, the oldest first."""
    return tuple(reversed(_films_where(db, films.c.brief_id == brief_id)))


def _films_where(db: sa.Connection, which: sa.ColumnElement[bool]) -> list[Film]:
    """The newest first."""
    return [_film(row) for row in db.execute(sa.select(*_OF_FILM).where(which).order_by(films.c.made_at.desc()))]


def _film(row: sa.Row[Any]) -> Film:
    plain = dict(row._mapping)
    cuts = tuple(_cut(each) for each in plain["cuts"])
    return Film(**{**plain, "cuts": cuts, "progress": Progress(plain["progress"])})


def _cut(plain: dict[str, Any]) -> Cut:
    clip = tuple(plain["clip"]) if plain["clip"] else None
    return Cut(**{**plain, "clip": clip, "join": Join(plain["join"])})


def _film_row(film: Film) -> dict[str, Any]:
    return {**vars(film), "cuts": [asdict(cut) for cut in film.cuts], "due_at": due(film)}
