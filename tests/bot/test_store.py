"""The store, on each real database."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import StoreBusy
from bot.jobs import Job, PictureState, Status, change
from bot.store import Post, Store, open_store
from bot.store.schema import metadata
from tests.jobs import a_job


async def test_a_job_comes_back_as_it_went_in(store: Store) -> None:
    job = a_job(picture=PictureState.READ, clips=("a.mp4",), detail="ünï", shown=Status.QUEUED)
    assert await store.insert(job, b"bytes")
    assert await store.find(job.id) == job
    assert await store.picture(job.id) == b"bytes"


async def test_the_same_event_makes_one_job(store: Store) -> None:
    assert await store.insert(a_job())
    assert not await store.insert(a_job())


async def test_twenty_copies_of_an_event_at_once_make_one_job(store: Store) -> None:
    made = await asyncio.gather(*(store.insert(a_job()) for _ in range(20)))
    assert sum(made) == 1


async def test_an_older_epoch_can_no_longer_write(store: Store) -> None:
    job = a_job(epoch=2)
    await store.insert(job)
    assert await store.update(job.id, lambda j: replace(j, wait="busy"), epoch=1) is None
    assert (await store.find(job.id)) == job
    assert await store.update(job.id, lambda j: replace(j, wait="busy"), epoch=2)


async def test_a_transition_that_declines_writes_nothing(store: Store) -> None:
    await store.insert(a_job())
    posted = [Post(key="card", channel_id=1, message_id=2)]
    assert await store.update(a_job().id, lambda j: None, epoch=None, posted=posted) is None
    assert await store.posts(a_job().id) == {}


async def test_an_outcome_and_its_posts_are_kept_together(store: Store) -> None:
    await store.insert(a_job())
    post = Post(key="pending", channel_id=1, message_id=2)
    changed = await store.update(a_job().id, lambda j: replace(j, shown=Status.PENDING), epoch=1, posted=[post])
    assert changed and changed.shown is Status.PENDING
    assert await store.posts(a_job().id) == {"pending": post}


async def test_the_line_never_lets_more_to_the_vendor_than_allowed(store: Store) -> None:
    for number in range(1, 8):
        await store.insert(a_job(number, shown=Status.QUEUED))
    taken = await asyncio.gather(*(store.claim(f"w{n}", 2000.0, 3) for n in range(5)))
    claimed = [job.id for jobs in taken for job in jobs]
    assert len(claimed) == len(set(claimed)) == 3
    assert await store.count(Status.SUBMITTING) == 3


async def test_a_claimed_job_is_committed_as_being_sent_with_a_new_epoch(store: Store) -> None:
    await store.insert(a_job(shown=Status.QUEUED))
    [job] = await store.claim("w2", 2000.0, 1)
    assert (job.status, job.worker, job.epoch) == (Status.SUBMITTING, "w2", 2)
    assert await store.find(job.id) == job


async def test_a_picture_that_does_not_fit_yet_keeps_its_job_in_the_line(store: Store) -> None:
    job = a_job(picture=PictureState.READ, shown=Status.QUEUED)
    await store.insert(job, b"big")
    assert await store.claim("w1", 2000.0, 5) == []
    assert await store.keep_fitted(job.id, b"small", epoch=1)
    assert [taken.id for taken in await store.claim("w1", 2000.0, 5)] == [job.id]
    assert await store.fitted_picture(job.id) == b"small"


async def test_places_in_line_are_counted_from_one(store: Store) -> None:
    await store.insert(a_job(1))
    await store.insert(a_job(2))
    assert [await store.place_in_line(a_job(n).id, 0) for n in (1, 2, 3)] == [1, 2, None]
    assert [await store.place_in_line(a_job(n).id, 1) for n in (1, 2)] == [None, 1]


async def test_jobs_of_a_dead_worker_are_taken_over_once(store: Store) -> None:
    await store.beat("dead", 100.0)
    await store.beat("alive", 200.0)
    await store.insert(a_job(1, worker="dead", epoch=4))
    await store.insert(a_job(2, worker="alive"))
    done = a_job(3, worker="dead", status=Status.CANCELLED, shown=Status.CANCELLED, card_face="cancelled|||1280x720")
    await store.insert(done)
    both = await asyncio.gather(store.adopt("alive", 150.0), store.adopt("other", 150.0))
    assert sorted(job for jobs in both for job in jobs) == [a_job(1).id]
    adopted = await store.find(a_job(1).id)
    assert adopted and adopted.epoch == 5


async def test_a_doubtful_job_is_sent_again_once(store: Store) -> None:
    old = a_job(1, status=Status.UNCONFIRMED, picture=PictureState.FITTED)
    await store.insert(old, b"picture")

    def settle(job: Job) -> Job | None:
        return replace(job, reason="sent_again") if job.reason is None else None

    made = await asyncio.gather(*(store.replace_job(old.id, settle, a_job(n, parent_id=old.id)) for n in range(2, 6)))
    assert sum(made) == 1
    new = next(number for number, was_made in zip(range(2, 6), made, strict=True) if was_made)
    assert await store.picture(a_job(new).id) == b"picture"


async def test_what_another_process_changed_is_found(store: Store) -> None:
    await store.insert(a_job(1, shown=Status.QUEUED, card_face="queued|||1280x720"))
    assert await store.lagging("w1") == []
    await store.update(a_job(1).id, lambda j: change(j, 2000.0, Status.CANCELLED), epoch=None)
    assert await store.lagging("w1") == [a_job(1).id]


async def test_facts_are_kept(store: Store) -> None:
    assert await store.fact("commands") is None
    await store.keep_fact("commands", "1")
    await store.keep_fact("commands", "2")
    assert await store.fact("commands") == "2"


async def test_the_migrations_make_exactly_the_tables_the_code_reads(store: Store) -> None:
    def columns(connection: sa.Connection) -> dict[str, set[str]]:
        inspector = sa.inspect(connection)
        return {
            table: {column["name"] for column in inspector.get_columns(table)}
            for table in inspector.get_table_names()
            if table != "alembic_version"
        }

    async with store._engine.connect() as connection:
        found = await connection.run_sync(columns)
    assert found == {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}


async def test_a_second_process_on_the_same_file_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'dailies.db'}"
    async with open_store(url):
        with pytest.raises(StoreBusy, match="already running"):
            async with open_store(url):
                pass
    async with open_store(url):
        pass


async def test_opening_twice_migrates_once(database_url: str) -> None:
    for _ in range(2):
        async with open_store(database_url) as store:
            await store.insert(a_job())
    async with open_store(database_url) as store:
        assert await store.find(a_job().id)
