"""Erasing: what members who asked to be forgotten left behind goes, here at once, in Discord at its pace."""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from .. import clock
from ..display import Display, Post
from ..errors import ShowTroubled, VenueRefused
from ..jobs import Job, Venue
from ..outages import AWAY, unless_away
from ..privacy import Erasure
from ..retry import backoff, nap
from ..store import Store
from .own_jobs import OwnJobs
from .removal import find_unheard

log = logging.getLogger(__name__)

# Looked for this often: another worker may have left it, or heard it; seconds.
LOOK_EVERY = 5.0
# For so long nobody else takes up what a worker is at; it is at each piece for a shorter time. Seconds.
LEASE = 60.0
# So many jobs are emptied in one transaction, and of so many the messages are removed before others have their turn.
EMPTIED_TOGETHER = 50
REMOVED_TOGETHER = 10
# What goes on at the vendor is come back to after so long, seconds.
GOES_ON = 10.0
# A place that is closed to the bot is tried again after so long, and after each time that it still is twice as long.
CLOSED_FIRST = 300.0
CLOSED_MOST = 24 * 3600.0
# What was on its way to Discord when the member asked may arrive for so long since; seconds.
ARRIVES_WITHIN = 3600.0

CARD = "card"


class Erasing:
    def __init__(self, store: Store, jobs: OwnJobs) -> None:
        self.display: Display | None = None
        self._store = store
        self._jobs = jobs
        self._news = asyncio.Event()
        self._failures: Counter[int] = Counter()

    def wake(self) -> None:
        """Somebody asked."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with unless_away():
                while await self.step():
                    pass
            await nap(self._news, LOOK_EVERY)

    async def step(self) -> bool:
        """Work off a piece of what is due; False when nothing is."""
        if self.display is None:
            return False
        erasure = await self._store.take_erasure(clock.now(), LEASE)
        if erasure:
            await self._work_off(self.display, erasure)
        return erasure is not None

    async def _work_off(self, display: Display, erasure: Erasure) -> None:
        """A piece of it, and when the next is due."""
        await self._empty(erasure)
        try:
            after = await self._remove_some(display, erasure)
            del self._failures[erasure.member_id]
        except ShowTroubled as error:
            self._failures[erasure.member_id] += 1
            pause = error.retry_after or backoff(self._failures[erasure.member_id])
            log.info("Discord deletes nothing for now (%s), again in %.0f s", error, pause)
            after = replace(erasure, not_before=clock.now() + pause)
        except AWAY:
            raise
        except Exception:  # one member's must not stop the others'
            log.exception("An erasure failed")
            after = replace(erasure, not_before=clock.now() + CLOSED_FIRST)
        if after is None:
            await self._store.end_erasure(erasure)
        else:
            await self._store.keep_erasure(after)

    async def _empty(self, erasure: Erasure) -> None:
        """What is in the database needs nobody's leave."""
        await self._store.empty_member(erasure.member_id, erasure.asked_at)
        member_id, until = erasure.member_id, erasure.asked_at
        while (emptied := await self._store.empty_own(member_id, until, clock.now(), most=EMPTIED_TOGETHER)).count:
            for job_id in emptied.open:
                self._jobs.changed(job_id)

    async def _remove_some(self, display: Display, erasure: Erasure) -> Erasure | None:
        """How far it is then; None when it is over. Raises ShowTroubled."""
        shown = await self._store.shown_of(erasure, REMOVED_TOGETHER)
        if not shown:
            return await self._end_round(display, erasure)
        refused = erasure.refused
        for job, known in shown:
            posts = {**known, **await find_unheard(display, job, known)}
            refused += [await self._is_removed(display, job, post) for post in _card_last(job, posts)].count(False)
        return replace(erasure, after=shown[-1][0].id, refused=refused, not_before=clock.now())

    async def _end_round(self, display: Display, erasure: Erasure) -> Erasure | None:
        """All was gone through once: what is left is for another round. As `_remove_some`."""
        now = clock.now()
        again = replace(erasure, after="", refused=0)
        if await self._store.goes_on(erasure):
            return replace(again, not_before=now + GOES_ON)
        if erasure.refused:
            attempts = erasure.attempts + 1
            pause = backoff(attempts, first=CLOSED_FIRST, most=CLOSED_MOST)
            log.info("%d messages have to stay for now, again in %.0f s", erasure.refused, pause)
            return replace(again, attempts=attempts, not_before=now + pause)
        if not erasure.told:
            await display.members.forgotten(erasure.member_id, erasure.locale)
            log.info("All that a member wanted forgotten is gone")
        over = erasure.asked_at + ARRIVES_WITHIN
        return replace(again, told=True, not_before=over) if now < over else None

    async def _is_removed(self, display: Display, job: Job, post: Post) -> bool:
        try:
            if post.key == CARD and job.venue is Venue.THREAD:
                await display.thread.unname(job)
            await display.clips.remove(post)
        except VenueRefused as error:
            log.info("A message has to stay for now: %s", error, extra={"job": job.id})
            return False
        await self._store.forget_shown(job.id, [post.key])
        return True


def _card_last(job: Job, posts: Mapping[str, Post]) -> list[Post]:
    """A job's messages. By its card its thread is found, so that goes last."""
    card = posts.get(CARD)
    if card is None and job.card_id:
        card = Post(key=CARD, channel_id=job.channel_id, message_id=job.card_id)
    return [*(post for key, post in posts.items() if key != CARD), *([card] if card else [])]
