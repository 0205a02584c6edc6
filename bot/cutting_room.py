"""Films in the making: each piece in a child process at low priority, and none again after a crash."""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import clip, film
from .errors import BadClip, BadFilm
from .film import Edit, Material, Piece, Plan
from .workbench import Workbench

log = logging.getLogger(__name__)

# One piece at a time: ten seconds of film take about as long on two cores that others use, too; seconds.
LONGEST_SURVEY, LONGEST_PIECE, LONGEST_JOIN = 60.0, 300.0, 300.0
# A film is as long as dozens of clips, and fitting it is one piece of work.
LONGEST_FIT = 1800.0
# What putting all of it together takes, as a share of what there is to be encoded and joined: frames.
JOIN_SHARE = 50


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a film is: `done` of `of`, about as many frames as take the same time to encode."""

    done: int
    of: int

    @property
    def share(self) -> float:
        return self.done / self.of


Told = Callable[[Progress], None]


class CuttingRoom:
    """What is heavy is the workbench's; while a film is made, a place stays free for pictures and clips."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._turn = asyncio.Lock()

    async def plan(self, edit: Edit) -> Plan:
        """Material at every shot, and decide how the film is made.

        Raises BadFilm, with the shot that cannot be used, WorkFailed, OSError.
        """
        materials: list[Material] = []
        for shot in edit.shots:
            async with self._turn:
                materials.append(await self._workbench.run(film.survey, shot, seconds=LONGEST_SURVEY))
        return film.plan_film(edit, materials)

    async def make(self, plan: Plan, folder: Path, target: Path, told: Told = lambda progress: None) -> None:
        """Write the film to `target`, durably; `told` hears of each piece that is done, also of those from before.

        Pieces are in `folder`, which has to be there. They stay until the film is whole, so that whoever calls again
        goes on where it ended. Raises BadFilm, with the shot that cannot be used, WorkFailed, OSError.
        """
        pieces, joining = film.pieces(plan), plan.frames // JOIN_SHARE + 1
        done, of = 0, sum(piece.effort for piece in pieces) + joining
        for piece in pieces:
            if not piece.file(folder).is_file():
                async with self._turn:
                    await self._workbench.run(film.make, piece, plan, folder, seconds=LONGEST_PIECE, patient=True)
            done += piece.effort
            told(Progress(done=done, of=of))
        try:
            await self._join(plan, folder, target)
        except BadFilm as error:
            # something in the folder is not what its name says: it is made again by whoever tries again
            if error.code == "incomplete":
                _clear(pieces, folder)
            raise
        told(Progress(done=of, of=of))
        _clear(pieces, folder)

    async def fit(self, file: Path, copy: Path, limit: int) -> Path | None:
        """The film where `limit` bytes are taken: itself, or a smaller `copy`, which is made once; None if neither is.

        Raises WorkFailed, OSError.
        """
        for there in (file, copy):
            if _fits(there, limit):
                return there
        try:
            async with self._turn:
                with _partial(copy) as partial:
                    await self._workbench.run(clip.shrink, file, partial, limit, seconds=LONGEST_FIT, patient=True)
                    await asyncio.to_thread(film.settle, partial, copy)
        except BadClip as error:
            log.warning("The film cannot be made to fit %d bytes: %s", limit, error)
            return None
        return copy

    async def _join(self, plan: Plan, folder: Path, target: Path) -> None:
        async with self._turn:
            with _partial(target) as partial:
                await self._workbench.run(film.join, plan, folder, partial, seconds=LONGEST_JOIN, patient=True)
                await asyncio.to_thread(film.settle, partial, target)


def _fits(file: Path, limit: int) -> bool:
    return file.is_file() and file.stat().st_size <= limit


def _clear(pieces: tuple[Piece, ...], folder: Path) -> None:
    """Also what children left half written that were killed."""
    for piece in pieces:
        for file in folder.glob(f"{piece.name}*"):
            file.unlink(missing_ok=True)


@contextlib.contextmanager
def _partial(file: Path) -> Iterator[Path]:
    """A name beside it that nobody else has; what is left under it goes."""
    partial = file.with_name(f"{file.stem}-{uuid.uuid4().hex[:8]}.part")
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)
