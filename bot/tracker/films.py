"""Films: each is made, told of meanwhile, posted once, and taken away when something in it is taken back."""

import asyncio
import logging
from collections import Counter
from dataclasses import replace
from pathlib import Path

from .. import clock
from ..briefs.films import Film, Progress, Screening, changed
from ..display import FilmDisplay
from ..errors import BadFilm, DailiesError, FileTooLarge, ShowTroubled
from ..film import Plan, write_otio
from ..store import Store
from ..workbench import WorkFailed
from .clip_posting import UPLOADS, smaller_limit
from .drawer import WITHOUT_DISPLAY
from .film_making import FilmMaking
from .film_telling import FilmTelling, in_doubt
from .lease import Lease
from .persistence import persist
from .tending import PutOff, Tending

log = logging.getLogger(__name__)

# What may go better in a while (a full disk, no child to be had) is tried so often.
TRIES_MOST = 8
# Why a film fails beside what `BadFilm` says.
TAKEN_BACK, TOO_LARGE, GAVE_UP = "taken_back", "too_large", "gave_up"
# Something on the disk is not what it was taken for: it is made anew by whoever tries again.
ANEW = "incomplete"


class Films:
    def __init__(self, store: Store, making: FilmMaking) -> None:
        self.display: FilmDisplay | None = None
        self._store = store
        self._making = making
        self._dues = store.film_dues
        self._news = asyncio.Event()
        self._failures: Counter[str] = Counter()
        self._tending = Tending("film", self._dues, self._news, self._see_to)

    def wake(self) -> None:
        """Something about a film changed."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._making.keep_tidy(), name="films on disk")
            tasks.create_task(self._tending.run(), name="films due")

    async def _see_to(self, film_id: str) -> None:
        """Raises ShowTroubled, VenueRefused, PutOff, Lost."""
        if self.display is None:
            raise ShowTroubled("nothing is shown yet", retry_after=WITHOUT_DISPLAY)
        screening = await persist(lambda: self._store.screening(film_id))
        if screening is None:
            return
        if screening.film.progress is not Progress.MAKING:
            del self._failures[film_id]
            await self._show_end(self.display, screening)
            return
        lease = Lease(self._dues, film_id)
        async with lease.held():
            await self._bring_about(self.display, screening, lease)

    # --- one that is to be made

    async def _bring_about(self, display: FilmDisplay, screening: Screening, lease: Lease) -> None:
        """Raises ShowTroubled, VenueRefused, PutOff, Lost."""
        film = screening.film
        try:
            if await self._is_whole(film):
                await self._make(display, screening, lease)
        except BadFilm as error:
            if error.code == ANEW:
                await self._try_again(film, error)
            log.warning("A film cannot be made: %s %s", error, error.reason, extra={"job": film.id})
            await self._fail(film, error.code, error.shot)
        except (WorkFailed, OSError) as error:
            await self._try_again(film, error)
            await self._fail(film, GAVE_UP)
        except DailiesError:
            raise
        except Exception as error:  # a film that nothing helps must end, or nobody gets another
            log.exception("A film cannot be made", extra={"job": film.id})
            await self._try_again(film, error)
            await self._fail(film, GAVE_UP)

    async def _make(self, display: FilmDisplay, screening: Screening, lease: Lease) -> None:
        """Raises also BadFilm, WorkFailed, OSError."""
        film, telling = screening.film, FilmTelling(self._store, display, screening)
        async with telling.going_on():
            plan = await self._making.plan(await self._making.gather(film, display.read_clip))
            telling.planned(plan.seconds)
            await self._making.make(film, plan, telling.told)
            await self._post(display, screening, plan, lease)

    async def _post(self, display: FilmDisplay, screening: Screening, plan: Plan, lease: Lease) -> None:
        """As `_make`."""
        film, whole = screening.film, self._making.file(screening.film)
        if in_doubt(film) and (found := await display.find_film(screening)):
            posted_id, size = found
            await self._end_well(film, plan, posted_id, smaller=size < whole.stat().st_size)
            return
        edit_list = write_otio(film.title or screening.brief.topic, plan, _links(display, screening))
        limit = await display.limit(screening)
        for _ in range(UPLOADS):
            file = await self._making.fit(film, limit)
            if file is None:
                break
            # while it was made much may have happened
            await lease.check()
            if not await self._is_whole(film):
                return
            try:
                posted = await self._upload(display, screening, plan, file, edit_list.encode())
            except FileTooLarge as error:
                log.warning("The film is too large here: %s", error, extra={"job": film.id})
                limit = smaller_limit(file.stat().st_size)
            else:
                await self._end_well(film, plan, posted, smaller=file != whole)
                return
        await self._fail(film, TOO_LARGE, keep=True)

    async def _upload(
        self, display: FilmDisplay, screening: Screening, plan: Plan, file: Path, edit_list: bytes
    ) -> int | None:
        film = _measured(screening.film, plan)
        film = replace(film, smaller=file != self._making.file(film))
        return await display.post_film(replace(screening, film=film), file, edit_list)

    async def _is_whole(self, film: Film) -> bool:
        """Whether all of it may be shown; else it comes to nothing."""
        lost = await persist(lambda: self._store.lost_of(film.id))
        if lost:
            await self._fail(film, TAKEN_BACK, lost)
        elif lost is not None:
            await self._go(film)
        return lost is None

    async def _try_again(self, film: Film, error: Exception) -> None:
        """Raises PutOff, as long as it may go better in a while."""
        self._failures[film.id] += 1
        if self._failures[film.id] < TRIES_MOST:
            raise PutOff(str(error) or type(error).__name__) from error
        log.error("A film is given up: %s", error, extra={"job": film.id})

    async def _fail(self, film: Film, code: str, shot: str = "", *, keep: bool = False) -> None:
        def fail(now: Film) -> Film | None:
            known = now.progress is Progress.MAKING
            return changed(now, progress=Progress.FAILED, code=code, shot=shot or None) if known else None

        await persist(lambda: self._store.change_film(film.id, fail))
        await self._making.discard(film, whole=not keep)

    async def _end_well(self, film: Film, plan: Plan, posted_id: int | None, *, smaller: bool) -> None:
        def end(now: Film) -> Film | None:
            if now.progress is not Progress.MAKING:
                return None
            posted = {"posted_id": posted_id, "posted_at": clock.now(), "smaller": smaller}
            return changed(_measured(now, plan), progress=Progress.MADE, **posted)

        await persist(lambda: self._store.change_film(film.id, end))
        await self._making.discard(film, whole=not smaller)

    # --- one that is over

    async def _show_end(self, display: FilmDisplay, screening: Screening) -> None:
        """Raises ShowTroubled, VenueRefused."""
        film = screening.film
        lost = await persist(lambda: self._store.lost_of(screening.film.id))
        if film.progress is Progress.MADE and lost is not None:
            if film.posted_id is not None:
                # first: of what is noted as gone nobody makes sure again
                await display.take_away(screening, film.posted_id)
            film = await self._go(film) or film
        shown, message_id = replace(screening, film=film), film.message_id
        is_there = message_id is not None and await display.redraw_progress(shown, message_id)
        if not is_there and film.progress is Progress.FAILED:
            message_id = await display.show_progress(shown)
        noted = {"message_id": message_id, "drawn": film.version, "drawn_at": clock.now()}
        await persist(lambda: self._store.note_film(film.id, **noted))

    async def _go(self, film: Film) -> Film | None:
        def go(now: Film) -> Film:
            return changed(now, progress=Progress.GONE)

        await self._making.discard(film)
        return await persist(lambda: self._store.change_film(film.id, go))


def _measured(film: Film, plan: Plan) -> Film:
    whole = max(1, round(plan.seconds * 100))
    return replace(film, done=whole, of=whole)


def _links(display: FilmDisplay, screening: Screening) -> list[str]:
    """Where the shots are, one each; cards are nowhere."""
    film = screening.film
    title, end = ([""] if text else [] for text in (film.title, film.end))
    return [*title, *(display.link(screening, cut) for cut in film.cuts), *end]
