"""Planted faults: each takes one protection away, and the judge has to see it within so many seeds.

Chaos' own are met there by one arranged moment; here nobody arranges anything.
"""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from benchmarks.chaos.plants import PLANTS as OF_CHAOS
from benchmarks.chaos.plants import replace as put_in_place
from bot import clock
from bot.jobs import Job, Status
from bot.server_rules.holding import held
from bot.server_rules.limits import Amount
from bot.store import Store
from bot.store.counting import Counting
from bot.store.schema import reviews
from bot.tracker import work
from bot.tracker.lane import Lane
from bot.tracker.own_jobs import OwnJobs
from cogs.showing.posting import Postman

# Every so many wakes of these lanes nobody hears.
LOST_EVERY = 12
LOSING = ("work", "look")
# What was read once is believed for so long; what was drawn once is drawn again after so long; seconds.
BELIEVED_FOR = 300.0
DRAWN_AGAIN_AFTER = 60.0


def lose_wakes() -> None:
    """Now and then nobody hears that there is something to do, or when to look again."""
    wake, count = Lane.wake, itertools.count(1)

    def wake_mostly(self: Lane, *args: Any, **more: Any) -> None:
        if self.name not in LOSING or next(count) % LOST_EVERY:
            wake(self, *args, **more)

    put_in_place(Lane, "wake", wake_mostly)


def keep_stale() -> None:
    """What a worker read of its own jobs it believes for minutes, whatever was written since."""
    find, read = OwnJobs.find, dict[tuple[int, str], tuple[float, Job | None]]()

    async def find_again(self: OwnJobs, job_id: str) -> Job | None:
        at, job = read.get((id(self), job_id), (0.0, None))
        if job is None or clock.now() - at > BELIEVED_FOR:
            job = await find(self, job_id)
            read[id(self), job_id] = clock.now(), job
        return job

    put_in_place(OwnJobs, "find", find_again)


def give_back_twice() -> None:
    """What a job held is given back with its end, and once more."""
    recount = Counting.recount

    def recount_twice(self: Counting, db: sa.Connection, before: Job, after: Job) -> None:
        recount(self, db, before, after)
        if held(after) == Amount() != held(before):
            recount(self, db, before, after)

    put_in_place(Counting, "recount", recount_twice)


def adopt_without_fence() -> None:
    """Who takes over a job leaves its epoch as it was, so that an outcome is written by whoever had it before."""
    update = Store.update

    async def update_anyway(self: Store, job_id: str, transition: Any, *, epoch: int | None, **more: Any) -> Job | None:
        now = await self.find(job_id)
        # the epoch stays while a job changes hands; the holder's own press is as before
        return await update(
            self, job_id, transition, epoch=epoch if epoch is None or now is None else now.epoch, **more
        )

    put_in_place(Store, "update", update_anyway)


def draw_the_past() -> None:
    """An edit of a card comes once more, when another has been made since."""
    edit = Postman.edit_card

    async def edit_twice(self: Postman, *args: Any, **more: Any) -> None:
        await edit(self, *args, **more)

        async def again() -> None:
            await asyncio.sleep(DRAWN_AGAIN_AFTER)
            await edit(self, *args, **more)

        tasks.add(asyncio.ensure_future(again()))

    tasks: set[asyncio.Future[None]] = set()
    put_in_place(Postman, "edit_card", edit_twice)


def add_up_ballots() -> None:
    """Who changes a vote has voted for both."""
    keep, ballots = Store._keep_ballot, dict[tuple[str, int], dict[int, int]]()

    def keep_all(
        self: Store, db: sa.Connection, brief: Any, member_id: int, ballot: Any, *args: Any, **more: Any
    ) -> None:
        before = ballots.setdefault((brief.id, member_id), {})
        before.update(ballot)
        keep(self, db, brief, member_id, dict(before), *args, **more)

    put_in_place(Store, "_keep_ballot", keep_all)


def send_again() -> None:
    """What was about to be sent when its worker died goes back into the line."""

    def put_back(job: Job) -> Job:
        return replace(job, status=Status.QUEUED, status_since=clock.now())

    work._interrupted = put_back


def decide_anew() -> None:
    """Who decides about a review is not told that somebody did."""
    rule = Store.rule

    async def rule_anew(self: Store, ruling: Any, **more: Any) -> Any:
        own = (reviews.c.job_id == ruling.job_id, reviews.c.kind == ruling.kind)
        await self._execute(sa.update(reviews).where(*own).values(verdict=None))
        return await rule(self, ruling, **more)

    put_in_place(Store, "rule", rule_anew)


@dataclass(frozen=True, kw_only=True)
class Plant:
    """`found` is what the judge may call it; one of the `seeds` finds it, with so many `kills` of so many `workers`."""

    plant: Callable[[], None]
    found: tuple[str, ...]
    seeds: tuple[int, ...] = (1, 2)
    kills: int = 25
    workers: int = 1


PLANTS = {
    "no-nonce": Plant(plant=OF_CHAOS["no-nonce"], found=("said_twice",)),
    "post-again": Plant(plant=OF_CHAOS["post-again"], found=("charged_twice",)),
    "no-fencing": Plant(
        plant=OF_CHAOS["no-fencing"], found=("said_twice", "untrue"), seeds=(1, 2, 3, 4), kills=60, workers=3
    ),
    "adopted-unfenced": Plant(
        plant=adopt_without_fence, found=("said_twice", "untrue"), seeds=(1, 2, 3, 4), kills=60, workers=3
    ),
    "lost-wake": Plant(plant=lose_wakes, found=("lost",)),
    "stale-cache": Plant(plant=keep_stale, found=("lost", "stale", "said_twice")),
    "given-back-twice": Plant(plant=give_back_twice, found=("overrun",)),
    "drawn-from-the-past": Plant(plant=draw_the_past, found=("stale",)),
    "ballots-added-up": Plant(plant=add_up_ballots, found=("miscounted",)),
    "sent-again": Plant(plant=send_again, found=("charged_twice",)),
    "decided-anew": Plant(plant=decide_anew, found=("decided_twice",)),
}
