"""Making a film on this disk: what it is cut of is fetched once, what is done is found again, and all of it goes."""

import asyncio
import logging
import shutil
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from ..briefs.films import Cut, Film, Progress
from ..cutting_room import CuttingRoom, Told
from ..errors import BadFilm, VenueRefused
from ..film import Clip, Edit, Plan, Shot, Source, Still, TitleCard, settle
from ..outages import unless_away
from ..store import Store
from ..workbench import Workbench

log = logging.getLogger(__name__)

# A film that was posted smaller than it was made stays on this disk for so many days.
KEPT_DAYS = 30
TIDIED_EVERY = 3600.0  # seconds
# What Discord lets the most boosted server have, and what of a member's is a shot; bytes.
CLIP_MOST = 100 * 1024 * 1024

ReadClip = Callable[[int, int, int], Awaitable[bytes | None]]
"""The clip in a message, by channel and message, of at most so many bytes. Raises ShowTroubled, VenueRefused."""


class FilmMaking:
    """A film in the making has a folder in `folder` with what it is cut of and its pieces; it is itself beside that."""

    def __init__(self, folder: Path, store: Store, workbench: Workbench) -> None:
        self._folder = folder
        self._store = store
        self._room = CuttingRoom(workbench)

    def file(self, film: Film) -> Path:
        """Where the film is, as it was made."""
        return self._folder / file_name(film)

    async def gather(self, film: Film, read: ReadClip) -> Edit:
        """What is cut, each of it on this disk; what is here already is not fetched again.

        Raises BadFilm("missing") with the shot whose clip or picture is gone, ShowTroubled, OSError.
        """
        own = self._own(film)
        await asyncio.to_thread(_make_folder, own / "pieces")
        files = [await self._fetch(cut, own, read) for cut in film.cuts]
        return edit_of(film, files)

    async def plan(self, edit: Edit) -> Plan:
        """As `CuttingRoom.plan`."""
        return await self._room.plan(edit)

    async def make(self, film: Film, plan: Plan, told: Told) -> None:
        """As `CuttingRoom.make`; one that is here whole is left as it is."""
        if not self.file(film).is_file():
            await self._room.make(plan, self._own(film) / "pieces", self.file(film), told)
            log.info("The film is cut: %.1f s", plan.seconds, extra={"job": film.id})

    async def fit(self, film: Film, limit: int) -> Path | None:
        """As `CuttingRoom.fit`."""
        copy = self._own(film) / f"fitted-{limit}.mp4"
        return await self._room.fit(self.file(film), copy, limit)

    async def discard(self, film: Film, *, whole: bool = True) -> None:
        """Of what was to be made into a film nothing is needed any more; of the `whole` of it neither."""
        await asyncio.to_thread(self._discard, film.id, whole)

    async def keep_tidy(self) -> None:
        """Until cancelled."""
        while True:
            with unless_away():
                await self.discard_old()
            await asyncio.sleep(TIDIED_EVERY)

    async def discard_old(self) -> None:
        """What is on this disk of films that are over, whichever worker saw to their end."""
        here = {_film_id(file) for file in await asyncio.to_thread(self._files)}
        known = await self._store.films_among(here) if here else {}
        for film_id in here:
            film = known.get(film_id)
            if film is None or film.progress is not Progress.MAKING:
                await asyncio.to_thread(self._discard, film_id, not self._is_kept(film))

    def _is_kept(self, film: Film | None) -> bool:
        if film is None or film.progress is Progress.GONE:
            return False
        if film.progress is Progress.MADE and not film.smaller:
            return False
        file = self.file(film)
        return file.is_file() and time.time() - file.stat().st_mtime < KEPT_DAYS * 24 * 3600

    def _discard(self, film_id: str, whole: bool) -> None:
        shutil.rmtree(self._folder / film_id, ignore_errors=True)
        for file in self._folder.glob(f"{film_id}-*.part"):
            file.unlink(missing_ok=True)
        if whole:
            (self._folder / f"{film_id}.mp4").unlink(missing_ok=True)

    def _own(self, film: Film) -> Path:
        return self._folder / film.id

    def _files(self) -> list[Path]:
        return list(self._folder.iterdir()) if self._folder.is_dir() else []

    async def _fetch(self, cut: Cut, own: Path, read: ReadClip) -> Path:
        file = own / (f"{cut.clip[1]}.mp4" if cut.clip else f"{cut.source}.picture")
        if file.is_file():
            return file
        try:
            data = await (read(*cut.clip, CLIP_MOST) if cut.clip else self._store.shot_picture(cut.source))
        except VenueRefused as error:
            log.info("A shot of the film is closed to the bot: %s", error)
            data = None
        if data is None:
            raise BadFilm("missing", shot=cut.name)
        await asyncio.to_thread(_write, file, data)
        return file


def file_name(film: Film) -> str:
    return f"{film.id}.mp4"


def edit_of(film: Film, files: list[Path]) -> Edit:
    """The film as it is wished for, of these files, one of each cut. Pure."""
    shots = [
        Shot(name=cut.name, source=_source(cut, file), join=cut.join, fade=cut.fade)
        for cut, file in zip(film.cuts, files, strict=True)
    ]
    return Edit(name=film.title or film.id, shots=(*_card(film.title), *shots, *_card(film.end)))


def _card(text: str) -> Iterator[Shot]:
    if text:
        yield Shot(name=text, source=TitleCard(text=text))


def _source(cut: Cut, file: Path) -> Source:
    return Clip(file=file, end=cut.seconds) if cut.clip else Still(file=file, seconds=cut.seconds or 0.0)


def _film_id(file: Path) -> str:
    return file.name.partition(".")[0].partition("-")[0]


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)


def _write(file: Path, data: bytes) -> None:
    """What has its name is whole."""
    partial = file.with_name(f"{file.stem}-{uuid.uuid4().hex[:8]}.part")
    try:
        partial.write_bytes(data)
        settle(partial, file)
    finally:
        partial.unlink(missing_ok=True)
