"""Telling how far a film is: one message in the thread, edited at most every few seconds."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from .. import clock
from ..briefs.drawing import may_draw_from
from ..briefs.films import Film, Screening
from ..cutting_room import Progress
from ..display import FilmDisplay
from ..errors import ShowTroubled, VenueRefused
from ..store import Store
from .clip_posting import NONCE_TRUSTED
from .persistence import persist

log = logging.getLogger(__name__)

# Whether there is anything new to tell is looked at this often, seconds.
LOOK_EVERY = 1.0


class FilmTelling:
    """Of one film; `told` hears of each piece, and the film's length is told by `planned`."""

    def __init__(self, store: Store, display: FilmDisplay, screening: Screening) -> None:
        self._store = store
        self._display = display
        self._screening = screening
        self._done = self._of = 0
        self._over = asyncio.Event()

    def planned(self, seconds: float) -> None:
        self._of = max(1, round(seconds * 100))

    def told(self, progress: Progress) -> None:
        self._done = round(self._of * progress.share)

    @contextlib.asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """The message is there when the block begins, and stays as it is once it ends. Raises as FilmDisplay."""
        await self._begin()
        telling = asyncio.create_task(self._tell(), name=f"tell {self._film.id}")
        try:
            yield
        except asyncio.CancelledError:
            telling.cancel()
            raise
        finally:
            # an edit that is on its way is waited for, or nobody knew when it was
            self._over.set()
            await asyncio.wait([telling])
        telling.result()

    @property
    def _film(self) -> Film:
        return self._screening.film

    async def _begin(self) -> None:
        if self._film.message_id is None:
            message_id = await self._display.find_progress(self._screening) if in_doubt(self._film) else None
            await self._note(message_id=message_id or await self._display.show_progress(self._screening))

    async def _tell(self) -> None:
        while not self._over.is_set():
            wait = may_draw_from(self._film.drawn_at) - clock.now()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(wait, LOOK_EVERY)):
                    await self._over.wait()
            is_new = (self._done, self._of) != (self._film.done, self._film.of)
            if is_new and not self._over.is_set():
                await self._draw()

    async def _draw(self) -> None:
        self._screening = replace(self._screening, film=replace(self._film, done=self._done, of=self._of))
        message_id = self._film.message_id
        try:
            if message_id is None or not await self._display.redraw_progress(self._screening, message_id):
                message_id = await self._display.show_progress(self._screening)
        except (ShowTroubled, VenueRefused) as error:
            # it is made all the same
            log.info("How far a film is cannot be told: %s", error, extra={"job": self._film.id})
        await self._note(message_id=message_id, done=self._done, of=self._of)

    async def _note(self, **shown: Any) -> None:
        shown |= {"drawn_at": clock.now()}
        film_id = self._film.id
        await persist(lambda: self._store.note_film(film_id, **shown))
        self._screening = replace(self._screening, film=replace(self._film, **shown))


def in_doubt(film: Film) -> bool:
    """Whether what is to be posted may be there already, longer ago than Discord remembers a nonce."""
    return film.tries > 0 or clock.latest() - film.made_at > NONCE_TRUSTED
