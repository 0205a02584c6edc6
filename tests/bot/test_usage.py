"""What counts towards limits, on both databases: counted with the job, given back once, never overrun."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot import clock
from bot.errors import GrantTaken, NotAdmitted
from bot.jobs import Decision, Job, Status, change, failed, sent
from bot.reasons import Reason
from bot.server_rules.holding import held, keys_of
from bot.server_rules.limits import DAY, MONTH, QUARTER, Amount, Limit, Used, Whose, Window, find_lack
from bot.store import Store, Weighed, Weighing
from bot.store.audit import Entry
from bot.store.schema import spent
from bot.tracker.clips import Clips
from bot.tracker.lanes import Lanes
from bot.tracker.own_jobs import OwnJobs
from bot.tracker.quiet import Quiet
from bot.tracker.retention import Retention
from tests.bot.conftest import Colleague
from tests.jobs import a_job

NOW = 1_700_000_000.0
ALL = Amount(clips=1, seconds=8, money=500)
MONEY = Amount(money=500)
NOTHING = Amount()


def counted(number: int = 1, **fields: Any) -> Job:
    plain = {"created_at": NOW, "status_since": NOW, "counted_at": NOW, "cost": 500}
    return a_job(number, **{**plain, **fields})


def weigh(job: Job, limits: Mapping[Whose, Limit]) -> Weighing:
    """What the gate does, without its other rules."""

    def judge(used: Mapping[Whose, Used]) -> Weighed:
        for whose, limit in limits.items():
            if lack := find_lack(whose, limit, used.get(whose, Used()), ALL):
                raise NotAdmitted(lack)
        return Weighed(job=job)

    return Weighing(limits=limits, judge=judge)


async def keep(store: Store, job: Job, limits: Mapping[Whose, Limit]) -> bool:
    try:
        return await store.insert(job, weighing=weigh(job, limits)) is not None
    except NotAdmitted:
        return False


async def day_of(store: Store, job: Job, now: float = NOW) -> dict[str, Amount]:
    return {name: used.day for name, used in (await store.sums(keys_of(job), now)).items()}


async def test_a_job_counts_for_its_member_its_channel_its_server_and_everybody(store: Store) -> None:
    await store.insert(counted(1))
    await store.insert(counted(2, asker_id=8, channel_id=3))
    await store.insert(counted(3, guild_id=2))
    sums = await store.sums(["member:1:7", "channel:2", "server:1", "bot", "member:1:8", "server:2"], NOW)
    clips = {name: used.day.clips for name, used in sums.items()}
    assert clips == {"member:1:7": 1, "channel:2": 2, "server:1": 2, "bot": 3, "member:1:8": 1, "server:2": 1}


async def test_one_in_a_thread_counts_for_the_threads_channel(store: Store) -> None:
    await store.insert(counted(1, channel_id=50, within_id=2))
    assert (await store.sums(["channel:2", "channel:50"], NOW)).keys() == {"channel:2"}


async def test_in_direct_messages_a_member_is_the_server(store: Store) -> None:
    await store.insert(counted(1, guild_id=None))
    assert (await day_of(store, counted(1, guild_id=None)))["server:7"] == ALL


async def test_a_job_of_before_limits_never_counts(store: Store) -> None:
    job = counted(counted_at=None)
    await store.insert(job)
    await store.update(job.id, lambda now: change(now, NOW, Status.CANCELLED), epoch=None)
    assert await day_of(store, job) == {}


@pytest.mark.parametrize(
    ("age", "day", "month"),
    [(0, 1, 1), (DAY, 1, 1), (DAY + QUARTER, 0, 1), (MONTH, 0, 1), (MONTH + QUARTER, 0, 0)],
)
async def test_usage_grows_old(store: Store, age: float, day: int, month: int) -> None:
    await store.insert(counted())
    used = (await store.sums(["bot"], NOW + age)).get("bot", Used())
    assert (used.day.clips, used.month.clips) == (day, month)
    await store.forget_usage(NOW + age)
    assert len(await store.quarters("bot", NOW, Window.MONTH)) == month


STEPS: dict[str, tuple[Callable[[Job], Job], Amount]] = {
    "cancelled": (lambda job: change(job, NOW, Status.CANCELLED), NOTHING),
    "sent": (lambda job: sent(job, NOW, "task", "/x"), ALL),
    "made": (lambda job: change(job, NOW, Status.COMPLETED, task_id="t"), ALL),
    "taken back": (lambda job: change(job, NOW, Status.DELETED, task_id="t"), ALL),
    "no longer followed": (lambda job: change(job, NOW, Status.UNFOLLOWED, task_id="t"), ALL),
    "refused at the door": (lambda job: failed(job, NOW, Reason.BAD_REQUEST), NOTHING),
    "never accepted": (lambda job: failed(job, NOW, Reason.BUSY), NOTHING),
    "failed after acceptance": (lambda job: failed(replace(job, task_id="t"), NOW, Reason.PROVIDER), MONEY),
    "in doubt": (lambda job: change(job, NOW, Status.UNCONFIRMED, reason=Reason.ANSWER_LOST), MONEY),
    "in doubt and left": (
        lambda job: change(job, NOW, Status.UNCONFIRMED, reason=Reason.ANSWER_LOST, decided=Decision.LEFT),
        MONEY,
    ),
    "given up": (lambda job: change(job, NOW, Status.EXPIRED, task_id="t"), MONEY),
    "a fault while sending": (lambda job: failed(job, NOW, Reason.ANSWER_LOST), MONEY),
}


@pytest.mark.parametrize("step", STEPS)
async def test_what_was_not_spent_is_given_back_and_what_may_have_been_charged_stays(store: Store, step: str) -> None:
    job, (change_it, left) = counted(), STEPS[step]
    await store.insert(job)
    assert held(job) == ALL
    for _ in range(3):  # given back once, whoever says it again
        await store.update(job.id, change_it, epoch=None)
        assert set((await day_of(store, job)).values()) == {left}


async def test_a_job_that_failed_and_was_made_all_the_same_counts_again(store: Store) -> None:
    job = counted()
    await store.insert(job)
    for step in ("given up", "made", "given up", "made"):
        await store.update(job.id, STEPS[step][0], epoch=None)
    assert set((await day_of(store, job)).values()) == {ALL}


async def test_any_way_through_the_states_ends_with_what_the_last_one_holds(store: Store) -> None:
    jobs = [counted(number, asker_id=number, guild_id=number) for number in range(20)]
    drawn = random.Random(5)
    for job in jobs:
        await store.insert(job)
    for _ in range(100):
        job, step = drawn.choice(jobs), drawn.choice([*STEPS.values()])
        await store.update(job.id, step[0], epoch=None)
    now = [await store.find(job.id) for job in jobs]
    for job in filter(None, now):
        assert (await day_of(store, job))[f"member:{job.guild_id}:{job.asker_id}"] == held(job)
    total = sum((held(job) for job in now if job), NOTHING)
    assert (await day_of(store, jobs[0]))["bot"] == total


async def test_a_transition_that_declines_or_comes_from_another_worker_gives_nothing_back(store: Store) -> None:
    job = counted()
    await store.insert(job)
    await store.update(job.id, lambda _: None, epoch=None)
    await store.update(job.id, STEPS["cancelled"][0], epoch=99)
    assert set((await day_of(store, job)).values()) == {ALL}


async def test_nothing_is_counted_of_what_is_not_kept(store: Store) -> None:
    none_left = {Whose.SERVER: Limit(clips_day=0)}
    assert not await keep(store, counted(), none_left)
    assert await store.find(counted().id) is None
    assert await day_of(store, counted()) == {}
    await store.insert(counted(), draft_id="gone")
    assert await day_of(store, counted()) == {}


@pytest.mark.parametrize("whose", [*Whose])
async def test_of_many_at_once_on_three_workers_exactly_as_many_pass_as_there_is_room_for(
    store: Store, colleague: Colleague, whose: Whose
) -> None:
    stores = [store, colleague("w2"), colleague("w3")]
    limits = {whose: Limit(clips_day=7)}
    asked = [keep(stores[number % 3], counted(number), limits) for number in range(30)]
    assert sum(await asyncio.gather(*asked)) == 7


async def test_a_limit_of_jobs_at_once_counts_those_that_go_on(store: Store, colleague: Colleague) -> None:
    stores = [store, colleague("w2"), colleague("w3")]
    limits = {Whose.MEMBER: Limit(at_once=2)}
    asked = [keep(stores[number % 3], counted(number), limits) for number in range(12)]
    kept = await asyncio.gather(*asked)
    assert sum(kept) == 2
    first = counted(kept.index(True))
    await store.update(first.id, STEPS["made"][0], epoch=None)
    assert await keep(store, counted(50), limits)
    assert not await keep(store, counted(51), limits)
    assert await keep(store, counted(52, asker_id=8), limits)


async def test_room_comes_again_when_it_was_promised(store: Store) -> None:
    limits = {Whose.MEMBER: Limit(clips_day=1)}
    assert await keep(store, counted(1), limits)
    try:
        await store.insert(counted(2), weighing=weigh(counted(2), limits))
    except NotAdmitted as error:
        at = await store.room_again(error.decision, counted(2), NOW)  # type: ignore[arg-type]
    assert at
    early, late = (counted(number, created_at=when, counted_at=when) for number, when in ((3, at - 1), (4, at)))
    assert not await keep(store, early, limits)
    assert await keep(store, late, limits)


async def test_a_grant_is_taken_once_and_given_back_with_its_job(store: Store, colleague: Colleague) -> None:
    entry = Entry(guild_id=1, at=NOW, actor_id=9, action="grant", member_id=7)
    await store.grant(entry, clips=2, until=NOW + DAY)

    async def ask(store: Store, job: Job) -> bool:
        try:
            free = Weighing(limits={}, judge=lambda _: Weighed(job=job))
            return await store.insert(job, weighing=free) is not None
        except GrantTaken:
            return False

    stores = [store, colleague("w2"), colleague("w3")]
    kept = await asyncio.gather(*(ask(stores[number % 3], counted(number, granted=True)) for number in range(9)))
    assert sum(kept) == 2
    assert await store.granted(1, 7, NOW) == (0, 0.0)
    assert "member:1:7" not in await day_of(store, counted())
    for _ in range(2):
        await store.update(counted(kept.index(True)).id, STEPS["cancelled"][0], epoch=None)
    assert await store.granted(1, 7, NOW) == (1, NOW + DAY)
    assert await store.granted(1, 7, NOW + DAY) == (0, 0.0)
    assert not await ask(store, counted(90, granted=True, created_at=NOW + DAY))


async def test_what_counts_no_more_is_thrown_away_with_everything_else_that_is_too_old(
    store: Store, tmp_path: Path
) -> None:
    now = clock.now()
    month_old, fresh = now - MONTH - DAY, now
    for number, at in ((1, month_old), (2, fresh)):
        await store.insert(counted(number, created_at=at, counted_at=at))
    await Retention(store, OwnJobs(store, Lanes(Quiet())), Clips(tmp_path, store), None).enforce()
    starts = await store.database.read(lambda db: set(db.scalars(sa.select(spent.c.start).where(spent.c.span == DAY))))
    assert starts == {int(fresh // DAY)}
