"""Planted faults: each takes one protection away, and the judge has to see it within so many seeds.

Chaos' own are met there by one arranged moment; here nobody arranges anything.
"""

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
from bot.tracker import work
from bot.tracker.lane import Lane
from bot.tracker.own_jobs import OwnJobs
from cogs.showing.posting import Postman

# Every so many wakes of these lanes nobody hears.
LOST_EVERY = 12
LOSING = ("work", "look")
# What was read once is believed for so long, seconds.
BELIEVED_FOR = 300.0


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


def draw_the_past() -> None:
    """An edit of a card arrives once more, after the one that followed it."""
    edit, before = Postman.edit_card, dict[int, dict[str, Any]]()

    async def edit_late(self: Postman, channel_id: int, message_id: int, **more: Any) -> None:
        await edit(self, channel_id, message_id, **more)
        if message_id in before:
            await edit(self, channel_id, message_id, **before[message_id])
        before[message_id] = more

    put_in_place(Postman, "edit_card", edit_late)


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


@dataclass(frozen=True, kw_only=True)
class Plant:
    """`found` is what the judge may call it; one of the `seeds` finds it, with so many `kills` of so many `workers`.

    `at` are the moments that lives end at, where the protection is there for some of all.
    """

    plant: Callable[[], None]
    found: tuple[str, ...]
    seeds: tuple[int, ...] = (1, 2)
    kills: int = 12
    workers: int = 1
    at: tuple[str, ...] = ()


HANDED_OVER = (
    "submit.after",
    "look.after",
    "fetch.after",
    "update.before",
    "send.before",
    "send.after",
    "thread.after",
)

PLANTS = {
    "no-nonce": Plant(plant=OF_CHAOS["no-nonce"], found=("said_twice",), at=("send.after", "note_brief.before")),
    "post-again": Plant(plant=OF_CHAOS["post-again"], found=("charged_twice",), seeds=(1, 2, 3, 4), kills=25),
    "no-fencing": Plant(
        plant=OF_CHAOS["no-fencing"],
        found=("said_twice", "untrue"),
        seeds=(1, 2, 3, 4),
        kills=40,
        workers=3,
        at=HANDED_OVER,
    ),
    "lost-wake": Plant(plant=lose_wakes, found=("lost",)),
    "stale-cache": Plant(plant=keep_stale, found=("lost", "stale", "said_twice")),
    "given-back-twice": Plant(plant=give_back_twice, found=("overrun",), kills=25),
    "drawn-from-the-past": Plant(plant=draw_the_past, found=("stale",), kills=5),
    "ballots-added-up": Plant(plant=add_up_ballots, found=("miscounted",)),
    "sent-again": Plant(plant=send_again, found=("charged_twice",), at=("submit.after",)),
}
