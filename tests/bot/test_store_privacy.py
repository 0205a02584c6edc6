"""Forgetting, in the database: what is emptied and what stays, who works it off, which servers are deleted."""

import traceback
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bot.catalogue import Extras
from bot.display import Post
from bot.drafts import Form, SavedDraft
from bot.finding import Search
from bot.further_pictures import FurtherPicture
from bot.jobs import AT_VENDOR, ENDED, Job, PictureState, Status, completed, failed
from bot.line import Room
from bot.privacy import Erasure
from bot.reasons import Reason
from bot.store import Store
from bot.store.schema import metadata, to_row
from bot.video_request import Draft
from tests.bot.conftest import Colleague
from tests.jobs import REQUEST, a_job

NOW = 5000.0
WORDS = ("A paper boat", "Ana", "the vendor's words", "https://x", "about the picture", "no rain")


def worded(number: int = 1, **fields: Any) -> Job:
    plain: dict[str, Any] = {
        "status": Status.FAILED,
        "reason": Reason.FAILED,
        "detail": "the vendor's words",
        "facts": {"kind": "about the picture"},
        "links": ("https://x/0",),
        "picture": PictureState.READ,
        "further": PictureState.LINK,
        "request": replace(REQUEST, extras=Extras(negative="no rain", seed=5, last=True, references=1)),
        "picture_url": "https://x/p.png",
        "card_id": 30 + number,
    }
    return a_job(number, **{**plain, **fields})


def an_erasure(**fields: Any) -> Erasure:
    return Erasure(**{"member_id": 7, "asked_at": NOW, "locale": "de", "not_before": NOW, **fields})


def a_draft(**fields: Any) -> SavedDraft:
    plain = {"id": "d", "author_id": 7, "form": Form.COMPOSE, "draft": Draft(prompt="A kite"), "changed_at": 4000.0}
    return SavedDraft(**{**plain, **fields})


async def row(store: Store, table: str, key: str) -> dict[str, Any]:
    rows = metadata.tables[table]
    [column] = rows.primary_key
    found = await store.database.read(lambda db: db.execute(sa.select(rows).where(column == key)).one())
    return dict(found._mapping)


async def count(store: Store, table: str) -> int:
    query = sa.select(sa.func.count()).select_from(metadata.tables[table])
    return await store.database.read(lambda db: db.scalar(query) or 0)


# --- emptying


async def test_what_was_paid_stays_without_a_word(store: Store) -> None:
    job = worded()
    further = [FurtherPicture(slot="last", data=b"end"), FurtherPicture(slot="1", url="https://x/1.png")]
    await store.insert(job, b"picture", further=further)
    before = await row(store, "jobs", job.id)
    assert (await store.empty_own(7, NOW, NOW, most=10)).count == 1
    after = await row(store, "jobs", job.id)
    assert all(word in str(before) for word in WORDS) and not any(word in str(after) for word in WORDS)
    paid = ("model", "seconds", "size", "status", "created_at", "status_since", "asker_id", "task_id", "reason")
    assert {name: after[name] for name in paid} == {name: before[name] for name in paid}
    assert after["emptied_at"] == NOW and after["settled"] and not after["lags"]
    assert await store.picture(job.id) is None and await store.further_pictures(job.id) == {}
    found = await store.find(job.id)
    assert found and not found.has_pictures and found.request.extras == Extras()


@pytest.mark.parametrize("status", Status)
async def test_what_becomes_of_each_status(store: Store, status: Status) -> None:
    job = worded(status=status)
    await store.insert(job)
    emptied = await store.empty_own(7, NOW, NOW, most=10)
    found = await store.find(job.id)
    assert found
    match status:
        case Status.SUBMITTING:
            # it may be on its way with its picture at this very moment
            assert emptied.count == 0 and found == job
        case Status.QUEUED | Status.IN_REVIEW:
            assert found.status is Status.CANCELLED and found.is_emptied and emptied.open == (job.id,)
        case Status.HELD:
            # it was made, and nobody refused it; nobody sees it
            assert found.status is Status.COMPLETED and found.is_emptied
        case _:
            assert found.status is status and found.is_emptied
            settled = (await row(store, "jobs", job.id))["settled"]
            assert settled == (status in ENDED and status is not Status.DELETED)


async def test_only_what_was_asked_for_until_then_by_the_member_goes(store: Store) -> None:
    own, later, others = worded(1), worded(2, created_at=NOW + 1), worded(3, asker_id=8)
    for job in (own, later, others):
        await store.insert(job)
    assert (await store.empty_own(7, NOW, NOW, most=10)).count == 1
    assert await store.find(later.id) == later and await store.find(others.id) == others


async def test_it_goes_in_batches_and_no_job_twice(store: Store) -> None:
    for number in range(5):
        await store.insert(worded(number))
    counts = [(await store.empty_own(7, NOW, NOW, most=2)).count for _ in range(4)]
    assert counts == [2, 2, 1, 0]


@pytest.mark.parametrize("status", [Status.PENDING, Status.PROCESSING])
@pytest.mark.parametrize("ends", ["completed", "failed"])
@pytest.mark.parametrize("held", [False, True])
async def test_what_is_written_of_it_later_brings_no_word_back(
    store: Store, status: Status, ends: str, held: bool
) -> None:
    job = worded(status=status, held=held)
    await store.insert(job)
    await store.empty_own(7, NOW, NOW, most=10)

    def end(now: Job) -> Job:
        # whoever is at work had it before it was emptied
        now = replace(now, request=REQUEST, asker_name="Ana")
        if ends == "completed":
            return completed(now, NOW, ("https://x/1",), NOW)
        return failed(now, NOW, Reason.FAILED, "the vendor's words", {"kind": "about the picture"})

    written = await store.update(job.id, end, epoch=1)
    assert written and written.status in ENDED and written.request.prompt == "" and written.links == ()
    after = await row(store, "jobs", job.id)
    assert not any(word in str(after) for word in WORDS)
    assert after["settled"] and after["emptied_at"] == NOW


@pytest.mark.parametrize("status", Status)
async def test_retention_takes_what_ended_long_ago(store: Store, status: Status) -> None:
    await store.insert(worded(status=status))
    assert (await store.empty_old(NOW, NOW, most=10)).count == (status in ENDED)


async def test_retention_counts_from_the_end(store: Store) -> None:
    await store.insert(worded(1, status_since=NOW))
    await store.insert(worded(2, status_since=NOW - 1))
    assert (await store.empty_old(NOW, NOW, most=10)).count == 1
    # what has no words is old already
    assert (await store.empty_old(NOW, NOW, most=10)).count == 0


async def test_a_clip_that_waits_for_discord_goes_with_its_words(store: Store, tmp_path: Any) -> None:
    job = worded(status=Status.COMPLETED)
    await store.insert(job)
    (file := tmp_path / "clip").write_bytes(b"clip")
    await store.keep_clip(job.id, 0, file)
    await store.empty_old(NOW, NOW, most=10)
    assert await count(store, "clips") == 0


async def test_what_lost_its_words_is_found_no_more(store: Store) -> None:
    await store.insert(worded())
    assert (await store.page(Search(viewer_id=7), 5)).total == 1 and await store.recent_prompts(7)
    await store.empty_old(NOW, NOW, most=10)
    assert (await store.page(Search(viewer_id=7), 5)).total == 0 and not await store.recent_prompts(7)


async def test_workers_at_work_on_it_are_told(store: Store, colleague: Colleague) -> None:
    """Whoever has its clip on the disk throws it away."""
    await store.insert(worded(1, status=Status.COMPLETED))
    other = colleague("w2")
    emptied = await other.empty_own(7, NOW, NOW, most=10)
    assert emptied.open == (worded(1).id,)
    assert await store.emptied_among([worded(1).id, worded(2).id]) == {worded(1).id}


# --- a member's other rows


async def test_drafts_go_and_what_they_were_made_of_is_not_asked_about_again(store: Store) -> None:
    await store.keep_draft(a_draft())
    await store.keep_draft_picture("d", b"picture")
    await store.keep_draft_pictures(a_draft(), {"last": b"end"})
    await store.keep_draft(a_draft(id="later", changed_at=NOW + 1))
    await store.keep_draft(a_draft(id="others", author_id=8))
    await store.empty_member(7, NOW)
    assert await store.find_draft("d") is None and await store.draft_picture("d") is None
    assert await store.draft_pictures("d") == {}
    assert await store.is_taken("d")
    assert await store.find_draft("later") and await store.find_draft("others")
    # a form that is still open brings nothing back
    await store.keep_draft(a_draft())
    assert await store.find_draft("d") is None


async def test_a_members_turns_go(store: Store) -> None:
    await store.insert(a_job(status=Status.QUEUED))
    await store.claim(NOW, Room(most=1, by_model={}), 1)
    assert await count(store, "turns") == 1
    await store.empty_member(7, NOW)
    assert await count(store, "turns") == 0


# --- working it off


async def test_an_erasure_is_taken_by_one_when_it_is_due(store: Store, colleague: Colleague) -> None:
    await store.ask_erasure(an_erasure())
    other = colleague("w2")
    assert await store.take_erasure(NOW - 1, 60.0) is None
    taken = await store.take_erasure(NOW, 60.0)
    assert taken == an_erasure(not_before=NOW + 60.0)
    assert await other.take_erasure(NOW + 59, 60.0) is None
    # who had it died
    assert await other.take_erasure(NOW + 60, 60.0)


async def test_who_asks_again_begins_anew_and_who_works_on_the_old_one_writes_nothing(store: Store) -> None:
    await store.ask_erasure(an_erasure())
    old = await store.take_erasure(NOW, 60.0)
    assert old
    await store.ask_erasure(again := an_erasure(asked_at=NOW + 5, not_before=NOW + 5))
    await store.keep_erasure(replace(old, after="zz", told=True))
    await store.end_erasure(old)
    assert await store.take_erasure(NOW + 5, 0.0) == again
    assert await store.count_erasures() == 1
    await store.keep_erasure(replace(again, told=True))
    assert await store.count_erasures() == 0
    await store.end_erasure(again)
    assert await store.take_erasure(NOW + 99, 0.0) is None


async def test_messages_are_gone_through_job_by_job_and_known_until_they_are_removed(store: Store) -> None:
    jobs = [worded(number, card_id=None if number == 2 else 30 + number) for number in range(4)]
    for job in jobs:
        await store.insert(job)
    done = Post(key="failed", channel_id=31, message_id=41)
    await store.update(jobs[1].id, lambda now: now, epoch=None, posted=[done])
    erasure = an_erasure()
    assert await store.shown_of(erasure, 10) == []
    await store.empty_own(7, NOW, NOW, most=10)
    shown = await store.shown_of(erasure, 2)
    assert [job.id for job, _ in shown] == [jobs[0].id, jobs[1].id]
    assert shown[1][1] == {"failed": done}
    # one without a card or any other message has nothing to remove
    assert [job.id for job, _ in await store.shown_of(replace(erasure, after=jobs[1].id), 10)] == [jobs[3].id]
    await store.forget_shown(jobs[1].id, ["failed"])
    assert [job.id for job, _ in await store.shown_of(erasure, 2)] == [jobs[0].id, jobs[1].id]
    await store.forget_shown(jobs[1].id, ["card"])
    assert [job.id for job, _ in await store.shown_of(erasure, 2)] == [jobs[0].id, jobs[3].id]


async def test_what_arrives_late_is_found(store: Store) -> None:
    """A clip that was on its way when the member asked."""
    job = worded(status=Status.COMPLETED, card_id=None)
    await store.insert(job)
    await store.empty_own(7, NOW, NOW, most=10)
    assert await store.shown_of(an_erasure(), 10) == []
    late = Post(key="completed", channel_id=2, message_id=9)
    await store.update(job.id, lambda now: replace(now, shown=now.status), epoch=1, posted=[late])
    assert [posts for _, posts in await store.shown_of(an_erasure(), 10)] == [{"completed": late}]


@pytest.mark.parametrize("status", Status)
async def test_it_is_not_over_while_a_job_is_at_the_vendor(store: Store, status: Status) -> None:
    await store.insert(worded(status=status))
    await store.empty_own(7, NOW, NOW, most=10)
    assert await store.goes_on(an_erasure()) == (status in AT_VENDOR)


# --- what a member is told and handed out


async def test_own_things_are_counted_and_handed_out_in_pages(store: Store) -> None:
    for number in range(3):
        await store.insert(worded(number))
    await store.insert(worded(9, asker_id=8))
    await store.keep_draft(a_draft())
    own = await store.count_own(7)
    assert (own.jobs, own.drafts) == (3, 1)
    first = await store.own_jobs(7, "", 2)
    rest = await store.own_jobs(7, first[-1][0].id, 2)
    assert [job.id for job, _ in (*first, *rest)] == [worded(number).id for number in range(3)]
    assert [saved.draft.prompt for saved in await store.own_drafts(7)] == ["A kite"]
    await store.empty_own(7, NOW, NOW, most=10)
    await store.empty_member(7, NOW)
    own = await store.count_own(7)
    assert (own.jobs, own.drafts) == (0, 0) and await store.own_drafts(7) == []


# --- servers


async def test_a_server_that_comes_back_stays(store: Store) -> None:
    await store.insert(worded())
    await store.note_here([1, 2])
    await store.note_left([1], NOW)
    assert await store.known_guilds() == [2]
    await store.note_here([1])
    assert not await store.delete_guild(NOW + 1, most=10)
    assert sorted(await store.known_guilds()) == [1, 2]


async def test_a_server_that_was_left_long_ago_is_deleted_in_batches(store: Store) -> None:
    for number in range(3):
        await store.insert(worded(number, status=Status.COMPLETED), b"picture")
        card = Post(key="card", channel_id=2, message_id=30 + number)
        await store.update(worded(number).id, lambda now: now, epoch=None, posted=[card])
    await store.insert(elsewhere := worded(9, guild_id=2))
    await store.note_left([1], NOW)
    assert not await store.delete_guild(NOW, most=2)
    rounds = 0
    while await store.delete_guild(NOW + 1, most=2):
        rounds += 1
    assert rounds == 3
    assert await count(store, "jobs") == 1 and await store.find(elsewhere.id)
    assert [await count(store, name) for name in ("pictures", "posts", "guilds")] == [0, 0, 0]


async def test_what_the_database_refuses_is_not_quoted_in_a_trace(store: Store) -> None:
    bare = {**to_row(worded()), "model": None}
    with pytest.raises(sa.exc.IntegrityError) as refused:
        await store.database.write(lambda db: db.execute(sa.insert(metadata.tables["jobs"]), bare))
    trace = "".join(traceback.format_exception(refused.value))
    assert "model" in trace and not any(word in trace for word in WORDS)
