"""Tending: what is due in the database is seen to, by one worker each, and what takes long holds up nothing else."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable

from .. import clock
from ..errors import DailiesError, ShowTroubled, VenueRefused
from ..outages import unless_away
from ..retry import backoff, nap
from ..store.dues import Dues
from .drawer import CLOSED_FOR
from .persistence import persist

log = logging.getLogger(__name__)

# What is due is looked for this often at least, so many at a time; what one worker took, no other does for so long;
# seconds.
LOOK_EVERY = 5.0
AT_ONCE = 16
TAKEN_FOR = 30.0

SeeTo = Callable[[str], Awaitable[None]]
"""Takes a row's id, and does what is due of it. Raises ShowTroubled, VenueRefused, PutOff, Lost."""


class PutOff(DailiesError):
    """It cannot be done just now, for a reason that may pass."""


class Lost(DailiesError):
    """What was in hand for long has come into other hands."""


class Tending:
    """`name` is what its rows are called, `news` is set when one of them changed."""

    def __init__(self, name: str, dues: Dues, news: asyncio.Event, see_to: SeeTo) -> None:
        self._name = name
        self._dues = dues
        self._news = news
        self._see_to = see_to

    async def run(self) -> None:
        """Until cancelled."""
        await persist(self._dues.free)
        looked_at = math.inf
        async with asyncio.TaskGroup() as tasks:
            while True:
                pause = LOOK_EVERY
                with unless_away():
                    if (now := clock.now()) < looked_at:
                        # also while nobody ran
                        await self._dues.put_back(now)
                    looked_at = now
                    await self._take_up(tasks)
                    due = await self._dues.next()
                    pause = LOOK_EVERY if due is None else min(LOOK_EVERY, max(0.0, due - clock.now()))
                await nap(self._news, pause)

    async def _take_up(self, tasks: asyncio.TaskGroup) -> None:
        now = clock.now()
        for row_id in await self._dues.find(now, AT_ONCE):
            tries = await self._dues.take(row_id, now, now + TAKEN_FOR)
            if tries is not None:
                tasks.create_task(self._tend(row_id, tries), name=f"{self._name} {row_id}")

    async def _tend(self, row_id: str, tries: int) -> None:
        again_at: float | None = None
        try:
            await self._see_to(row_id)
        except Lost:
            # whoever has it leaves it
            return
        except ShowTroubled as error:
            again_at = self._put_off(row_id, error.retry_after or backoff(tries + 1), str(error))
        except VenueRefused as error:
            again_at = self._put_off(row_id, CLOSED_FOR, str(error))
        except PutOff as error:
            again_at = self._put_off(row_id, backoff(tries + 1), str(error))
        except Exception:  # one row's fault must not stop the others
            log.exception("A %s cannot be seen to", self._name, extra={"job": row_id})
            again_at = self._put_off(row_id, backoff(tries + 1), "a fault")
        await persist(lambda: self._dues.leave(row_id, again_at))
        self._news.set()

    def _put_off(self, row_id: str, pause: float, why: str) -> float:
        log.info("A %s has to wait (%s), again in %.0f s", self._name, why, pause, extra={"job": row_id})
        return clock.now() + pause
