"""Own jobs: what this worker wrote or read a moment ago is not read again, and what others may have changed is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.clock import now as time_now
from bot.jobs import Job, PictureState, Status, change
from bot.line import Room
from bot.store import Store
from bot.tracker import own_jobs
from bot.tracker.lanes import Lanes
from bot.tracker.own_jobs import OwnJobs
from bot.tracker.quiet import Quiet
from tests.bot.conftest import Colleague
from tests.jobs import a_job

Write = Callable[[], Awaitable[Job | None]]


@pytest.fixture
def lanes() -> Lanes:
    return Lanes(Quiet())


@pytest.fixture
async def jobs(store: Store, lanes: Lanes) -> AsyncIterator[OwnJobs]:
    """Of a worker that hears of the others."""
    own = OwnJobs(store, lanes)
    hearing = asyncio.create_task(store.hear(own.changed))
    await until(lambda: store.hearing is not None)
    yield own
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  # another process tells
            await asyncio.sleep(0.01)


@pytest.fixture
def reads(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids that were read."""
    read: list[str] = []
    find = store.find

    async def find_and_tell(job_id: str) -> Job | None:
        read.append(job_id)
        return await find(job_id)

    monkeypatch.setattr(store, "find", find_and_tell)
    return read


def cancelling(store: Store, job: Job, *, epoch: int | None = 1) -> Write:
    return lambda: store.update(job.id, lambda now: change(now, time_now(), Status.CANCELLED), epoch=epoch)


async def kept(jobs: OwnJobs, store: Store) -> Job:
    """A new job, handed over by whoever inserted it."""
    job = a_job(1)
    assert await jobs.write(job.id, lambda: store.insert(job))
    return job


async def status_of(jobs: OwnJobs, job: Job) -> Status | None:
    found = await jobs.find(job.id)
    return found.status if found else None


# --- what one's own doing is


async def test_what_was_written_is_not_read(jobs: OwnJobs, store: Store, reads: list[str]) -> None:
    job = await kept(jobs, store)
    assert await jobs.find(job.id) == job
    await jobs.write(job.id, cancelling(store, job))
    assert await status_of(jobs, job) is Status.CANCELLED
    assert reads == []


async def test_what_several_lanes_need_is_read_once(jobs: OwnJobs, store: Store, reads: list[str]) -> None:
    await store.insert(job := a_job(1))
    assert await asyncio.gather(*(jobs.find(job.id) for _ in range(3))) == [job] * 3
    assert await jobs.find(job.id) == job
    assert reads == [job.id]


async def test_what_was_claimed_is_known(jobs: OwnJobs, store: Store, reads: list[str]) -> None:
    await store.insert(job := a_job(1, card_id=7))
    await jobs.write_several(lambda: store.claim(time_now(), Room(most=1), 1))
    assert await status_of(jobs, job) is Status.SUBMITTING
    assert reads == []


# --- what others do


async def test_what_somebody_else_changed_here_is_read_anew(jobs: OwnJobs, store: Store, lanes: Lanes) -> None:
    job = await kept(jobs, store)
    await cancelling(store, job, epoch=None)()
    jobs.changed(job.id)
    assert await status_of(jobs, job) is Status.CANCELLED
    assert lanes.saying.knows(job.id) and lanes.drawing.knows(job.id)


async def test_a_press_in_another_process_is_heard_of(
    jobs: OwnJobs, store: Store, colleague: Colleague, lanes: Lanes
) -> None:
    if store.is_exclusive:
        pytest.skip("it has one process")
    job = await kept(jobs, store)
    await cancelling(colleague("w2"), job, epoch=None)()
    await until(lambda: lanes.saying.knows(job.id))
    assert await status_of(jobs, job) is Status.CANCELLED


async def test_a_job_that_another_worker_claims_is_let_go(
    jobs: OwnJobs, store: Store, colleague: Colleague, lanes: Lanes
) -> None:
    if store.is_exclusive:
        pytest.skip("it has one process")
    job = a_job(1, card_id=7)
    await jobs.write(job.id, lambda: store.insert(job))
    assert await colleague("w2").claim(time_now(), Room(most=1), 1)
    await until(lambda: lanes.saying.knows(job.id))
    assert await jobs.find(job.id) is None
    assert not await store.claim(time_now(), Room(most=9), 9)


async def test_who_cannot_hear_of_others_reads_each_time(
    jobs: OwnJobs, store: Store, colleague: Colleague, reads: list[str]
) -> None:
    if store.is_exclusive:
        pytest.skip("it has one process")
    job, before = await kept(jobs, store), store.hearing

    def end_listeners(db: sa.Connection) -> None:
        listeners = "query = 'LISTEN \"dailies\"' AND datname = current_database() AND pid <> pg_backend_pid()"
        db.execute(sa.text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {listeners}"))

    other = colleague("w2")
    await other._write(end_listeners)
    await until(lambda: store.hearing is None)
    # nobody is told of this one
    await cancelling(other, job, epoch=None)()
    assert await status_of(jobs, job) is await status_of(jobs, job) is Status.CANCELLED
    assert reads == [job.id] * 2
    # what was read while nothing could be heard is not trusted afterwards
    await until(lambda: store.hearing is not None)
    await status_of(jobs, job)
    await status_of(jobs, job)
    assert reads == [job.id] * 3 and store.hearing != before


async def test_nothing_is_known_for_long(
    jobs: OwnJobs, store: Store, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So is what nobody heard of found, and a job that waits takes no memory."""
    job = await kept(jobs, store)
    jobs.sweep()
    assert await jobs.find(job.id) and reads == []
    monkeypatch.setattr(own_jobs, "KNOWN_FOR", 0.0)
    await cancelling(store, job, epoch=None)()
    assert await status_of(jobs, job) is Status.CANCELLED
    jobs.sweep()
    assert not jobs._known and not jobs._reading


async def test_a_job_of_another_worker_is_not_remembered(jobs: OwnJobs, store: Store, reads: list[str]) -> None:
    job = a_job(1, worker="w2")
    await jobs.write(job.id, lambda: store.insert(job))
    assert await jobs.find(job.id) is None
    assert reads == [job.id]


@pytest.mark.parametrize(
    "fields", [{"picture": PictureState.AWAITED}, {"emptied_at": 1.0}], ids=["awaiting", "emptied"]
)
async def test_what_is_changed_together_with_something_else_is_read(
    jobs: OwnJobs, store: Store, reads: list[str], fields: dict[str, object]
) -> None:
    job = a_job(1, **fields)
    await jobs.write(job.id, lambda: store.insert(job))
    assert await jobs.find(job.id)
    assert reads == [job.id]


# --- what nobody can tell


async def test_a_write_that_is_declined_has_the_job_read(jobs: OwnJobs, store: Store) -> None:
    job = await kept(jobs, store)
    await store.update(job.id, lambda now: replace(now, epoch=2), epoch=None)
    assert await jobs.write(job.id, cancelling(store, job)) is None
    assert (found := await jobs.find(job.id)) and (found.status, found.epoch) == (Status.QUEUED, 2)


async def test_a_write_that_failed_may_be_committed(jobs: OwnJobs, store: Store) -> None:
    job = await kept(jobs, store)

    async def cancel_and_fail() -> Job | None:
        await cancelling(store, job)()
        raise OSError

    with pytest.raises(OSError):
        await jobs.write(job.id, cancel_and_fail)
    assert await status_of(jobs, job) is Status.CANCELLED


async def test_a_claim_that_failed_may_be_committed(jobs: OwnJobs, store: Store) -> None:
    job = a_job(1, card_id=7)
    await jobs.write(job.id, lambda: store.insert(job))

    async def claim_and_fail() -> list[Job]:
        await store.claim(time_now(), Room(most=1), 1)
        raise OSError

    with pytest.raises(OSError):
        await jobs.write_several(claim_and_fail)
    assert await status_of(jobs, job) is Status.SUBMITTING


@pytest.mark.parametrize("answers", [(0, 1), (1, 0)], ids=["in order", "the other way round"])
async def test_of_two_writes_at_once_neither_tells_how_the_job_is(
    jobs: OwnJobs, store: Store, answers: tuple[int, int]
) -> None:
    """On PostgreSQL they have a connection each, and the answer to the first commit may come last."""
    job, written = await kept(jobs, store), [asyncio.Event(), asyncio.Event()]
    heard = [asyncio.Event(), asyncio.Event()]

    async def write(number: int, write: Write) -> Job | None:
        after = await write()
        written[number].set()
        await heard[number].wait()
        return after

    first = asyncio.create_task(jobs.write(job.id, lambda: write(0, lambda: attempt(store, job))))
    await written[0].wait()
    second = asyncio.create_task(jobs.write(job.id, lambda: write(1, cancelling(store, job))))
    await written[1].wait()
    for number in answers:
        heard[number].set()
        await (first, second)[number]
    found = await jobs.find(job.id)
    assert found and (found.status, found.attempts) == (Status.CANCELLED, 1)


async def attempt(store: Store, job: Job) -> Job | None:
    return await store.update(job.id, lambda now: replace(now, attempts=1), epoch=1)


async def test_what_was_read_before_a_change_is_not_kept_after_it(
    jobs: OwnJobs, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.insert(job := a_job(1))
    find, read, told = store.find, asyncio.Event(), asyncio.Event()

    async def find_slowly(job_id: str) -> Job | None:
        found = await find(job_id)
        read.set()
        await told.wait()
        return found

    monkeypatch.setattr(store, "find", find_slowly)
    finding = asyncio.create_task(jobs.find(job.id))
    await read.wait()
    await cancelling(store, job, epoch=None)()
    jobs.changed(job.id)
    told.set()
    # who asks after the change is not given what was read before it
    assert await status_of(jobs, job) is Status.CANCELLED
    await finding
    assert await status_of(jobs, job) is Status.CANCELLED
