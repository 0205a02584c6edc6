"""Films of a brief: what is cut together of its storyboard, how far that is, and what came of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ..joins import Join
from .brief import Brief, Halt
from .drawing import may_draw_from
from .storyboard import FADE_SECONDS, Kind, Shot, Storyboard

TITLE_MOST = 100


class Progress(StrEnum):
    MAKING = "making"
    MADE = "made"  # its clip is posted
    FAILED = "failed"
    GONE = "gone"  # something in it was taken back since, and so was the film


@dataclass(frozen=True, kw_only=True)
class Cut:
    """One shot of a film: of the message `clip`, channel and message, or of the picture that is kept of the shot.

    `name` is what people call it; `source` is the shot's; of `job_id` the clip is, where it was made here. `seconds` is
    where a clip ends, None for all of it; or how long a picture stays.
    """

    name: str
    source: str
    clip: tuple[int, int] | None = None
    job_id: str | None = None
    seconds: float | None = None
    join: Join = Join.CUT
    fade: float = 0.0
    spoiler: bool = False


@dataclass(frozen=True, kw_only=True)
class Film:
    """A film that somebody asked for, with the Discord event `id`; `step` is the storyboard's change that it shows.

    `title` and `end` are cards before and after its cuts, "" for none. `done` of `of` hundredths of its seconds are
    made, of none while nobody knows how long it is; `code` says why it failed, and because of which `shot`, by name.
    `message_id` is the message that tells of it, `posted_id` the one with the film, or with a `smaller` one than was
    made. `version` counts what changed, `drawn` is what is shown. Times are unix seconds.
    """

    id: str
    brief_id: str
    guild_id: int
    asker_id: int
    made_at: float
    title: str = ""
    end: str = ""
    step: int
    cuts: tuple[Cut, ...]
    progress: Progress = Progress.MAKING
    done: int = 0
    of: int = 0
    code: str | None = None
    shot: str | None = None
    message_id: int | None = None
    posted_id: int | None = None
    posted_at: float | None = None
    smaller: bool = False
    version: int = 1
    drawn: int = 0
    drawn_at: float = 0.0
    tries: int = 0

    @property
    def job_ids(self) -> tuple[str, ...]:
        return tuple(cut.job_id for cut in self.cuts if cut.job_id)

    @property
    def is_spoiler(self) -> bool:
        return any(cut.spoiler for cut in self.cuts)


@dataclass(frozen=True, kw_only=True)
class Screening:
    """A film with the brief that it is of."""

    film: Film
    brief: Brief

    @property
    def place_id(self) -> int:
        return self.brief.place_id or self.brief.channel_id


def is_same(one: Film, other: Film) -> bool:
    """Whether both are cut of the same in the same way."""
    return (one.cuts, one.title, one.end) == (other.cuts, other.title, other.end)


def cuts_of(board: Storyboard, names: Mapping[str, str]) -> tuple[Cut, ...] | Halt:
    """What is cut together; `names` are how people call the shots, by their ids.

    Every shot has to be there: a film with a hole is nobody's wish.
    """
    if not board.shots or not all(board.is_there(shot) for shot in board.shots):
        return Halt.FILM_INCOMPLETE
    return tuple(_cut(shot, board, names[shot.id]) for shot in board.shots)


def _cut(shot: Shot, board: Storyboard, name: str) -> Cut:
    made = board.made_of(shot)
    fades = shot.join is Join.FADE and board.before(shot) is not None
    return Cut(
        name=name,
        source=shot.source,
        clip=board.clip_of(shot),
        job_id=made.job.id if made else None,
        seconds=board.seconds(shot) if shot.kind is Kind.STILL else _end(shot),
        join=shot.join,
        fade=FADE_SECONDS if fades else 0.0,
        spoiler=shot.spoiler or (made is not None and made.job.spoiler),
    )


def _end(shot: Shot) -> float | None:
    """Of what was made of words there is all; a clip that was there may end earlier."""
    return None if shot.kind is Kind.WISH else shot.seconds


def changed(film: Film, **of_it: Any) -> Film:
    """Something of it is to be seen."""
    return replace(film, version=film.version + 1, **of_it)


def due(film: Film) -> float | None:
    """When somebody has to see to it next, unix seconds."""
    if film.progress is Progress.MAKING:
        return film.made_at
    return may_draw_from(film.drawn_at) if film.drawn < film.version else None
