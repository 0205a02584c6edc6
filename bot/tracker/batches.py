"""Batches: the message of each is kept true while its takes are made, and they are called to be compared, once."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace

from .. import clock
from ..briefs.takes import Batch, Reel, Take
from ..display import DEFAULT_UPLOAD, BatchDisplay, Sample
from ..errors import ShowTroubled, VenueRefused
from ..store import Store
from .clip_posting import NONCE_TRUSTED
from .comparing import FEWEST, Comparing
from .drawer import WITHOUT_DISPLAY
from .persistence import persist
from .take_votes import end_vote
from .tending import Tending

# Nobody else sees to a batch while what helps to compare is made for it, seconds.
COMPARED_WITHIN = 180.0
# What helps to compare is done without after so many tries: that all is over has to be told.
SAMPLED_TRIES = 2
# Of a clip that is larger nothing is put into a comparison, bytes: it was made smaller to be posted.
CLIP_MOST = 4 * DEFAULT_UPLOAD


class Batches:
    """`news` is set when the line of a job may have to be drawn anew."""

    def __init__(self, store: Store, news: asyncio.Event, comparing: Comparing) -> None:
        self.display: BatchDisplay | None = None
        self._store = store
        self._dues = store.batch_dues
        self._news = news
        self._comparing = comparing
        self._tending = Tending("batch", self._dues, news, self._see_to)

    def wake(self) -> None:
        """Something about a batch changed."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        await self._tending.run()

    async def _see_to(self, batch_id: str) -> None:
        if self.display is None:
            raise ShowTroubled("nothing is shown yet", retry_after=WITHOUT_DISPLAY)
        if reel := await persist(lambda: self._store.reel(batch_id)):
            await self._show(self.display, reel)

    # --- one batch

    async def _show(self, display: BatchDisplay, reel: Reel) -> None:
        """Everything that lags behind, in the order in which people read it. Raises ShowTroubled, VenueRefused."""
        if reel.brief.place_id is None and reel.brief.board_id is None:
            raise ShowTroubled("the brief has no place yet")
        reel = await end_vote(self._store, reel)
        await self._draw(display, reel)
        if reel.is_over or reel.batch.done_at is not None:
            await self._compare(display, reel)
        await self._note(reel, drawn=reel.batch.version, drawn_at=clock.now())

    async def _draw(self, display: BatchDisplay, reel: Reel) -> None:
        batch = reel.batch
        message_id = batch.message_id
        if message_id is None and _in_doubt(batch, batch.sent_at):
            message_id = await display.find_batch(reel)
        if message_id is None or not await display.redraw_batch(reel, message_id):
            # one that somebody deleted when all was over is not missed
            message_id = await display.show_batch(reel) if batch.done_at is None else message_id
        if message_id != batch.message_id:
            await self._note(reel, message_id=message_id)

    async def _compare(self, display: BatchDisplay, reel: Reel) -> None:
        """That all is over is written down first, so that whoever goes on after a crash knows since when to look."""
        if reel.batch.done_at is None:
            reel = await self._note_done(reel)
        known = comparison_id = reel.batch.comparison_id
        if known is None and _in_doubt(reel.batch, reel.batch.done_at):
            comparison_id = await display.find_comparison(reel)
            if comparison_id is None:
                # the call comes late: the time to vote begins with it
                reel = await self._note_done(reel)
        if comparison_id is None:
            comparison_id = await display.show_comparison(reel, await self._sample(display, reel), calls=True)
        elif not await display.redraw_comparison(reel, comparison_id):
            comparison_id = await display.show_comparison(reel, await self._sample(display, reel), calls=False)
        if comparison_id != known:
            await self._note(reel, comparison_id=comparison_id)

    async def _sample(self, display: BatchDisplay, reel: Reel) -> Sample:
        if reel.batch.is_of_shots or len(reel.made) < FEWEST or reel.batch.tries > SAMPLED_TRIES:
            return Sample()
        await persist(lambda: self._dues.hold(reel.batch.id, clock.now() + COMPARED_WITHIN))
        return await self._comparing.sample(await self._clips(display, reel.made), display.captions(reel))

    async def _clips(self, display: BatchDisplay, made: Sequence[Take]) -> dict[int, bytes]:
        """As Discord has them: whoever fetched them may have another disk, and keeps none that was posted."""
        found = {}
        for take in made:
            # one in a place that was closed since is left out
            with contextlib.suppress(VenueRefused):
                if take.clip and (clip := await display.read_clip(*take.clip, CLIP_MOST)):
                    found[take.number] = clip
        return found

    async def _note_done(self, reel: Reel) -> Reel:
        done_at = clock.now()
        await self._note(reel, done_at=done_at)
        return replace(reel, batch=replace(reel.batch, done_at=done_at))

    async def _note(self, reel: Reel, **shown: object) -> None:
        await persist(lambda: self._store.note_batch(reel.batch.id, **shown))


def _in_doubt(batch: Batch, since: float | None) -> bool:
    """Whether what is to be posted may be there already, longer ago than Discord remembers a nonce."""
    return batch.tries > 0 or clock.latest() - (since or 0.0) > NONCE_TRUSTED
