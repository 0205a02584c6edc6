"""Retention: once a day what has been kept for long enough goes, in small transactions, by one worker."""

import asyncio
import logging

from .. import clock
from ..drafts import DRAFT_LIFE
from ..outages import unless_away
from ..privacy import GUILD_LIFE
from ..store import Store
from .clips import Clips
from .own_jobs import OwnJobs

log = logging.getLogger(__name__)

# Seconds. The clocks of stories run faster.
DAY = 24 * 3600.0
# A worker that has not the day's turn asks again after so long at most: who has it may die.
ASK_EVERY = 3600.0
TURN = "retention"
# So many rows go in one transaction, and then it is the others' turn for so long, seconds.
TOGETHER = 200
PAUSE = 0.05


class Retention:
    """`days` is how long ended jobs keep their words and pictures, None for as long as there is the database."""

    def __init__(self, store: Store, jobs: OwnJobs, clips: Clips, days: int | None) -> None:
        self._store = store
        self._clips = clips
        self._jobs = jobs
        self._days = days

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            wait = ASK_EVERY
            with unless_away():
                wait = await self._store.take_turn(TURN, clock.now(), DAY)
                if not wait:
                    await self.enforce()
                    wait = DAY
                # each worker has a disk of its own
                await self._clips.discard_emptied()
            await asyncio.sleep(min(wait, ASK_EVERY))

    async def enforce(self) -> None:
        """Empty ended jobs, throw away drafts and usage that are too old, delete servers that were left long ago."""
        now = clock.now()
        await self._store.forget_usage(now)
        await self._store.discard_drafts(now - self._draft_life())
        count = await self._empty_old(now - self._days * DAY) if self._days else 0
        await self._delete_guilds(now - GUILD_LIFE)
        if count:
            log.info("%d jobs were older than RETENTION_DAYS and have lost words and pictures", count)

    async def _empty_old(self, before: float) -> int:
        count = 0
        while (emptied := await self._store.empty_old(before, clock.now(), most=TOGETHER)).count:
            for job_id in emptied.open:
                self._jobs.changed(job_id)
            count += emptied.count
            await asyncio.sleep(PAUSE)
        return count

    async def _delete_guilds(self, before: float) -> None:
        more = True
        while more:
            more = await self._store.delete_guild(before, most=TOGETHER)
            await asyncio.sleep(PAUSE)

    def _draft_life(self) -> float:
        return min(DRAFT_LIFE, self._days * DAY) if self._days else DRAFT_LIFE
