"""Finding jobs, on each real database: pages without drift, prompts, families, what a message belongs to."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bot import finding
from bot.display import Post
from bot.finding import UNLISTED, Cursor, Page, Search, StateGroup
from bot.jobs import Job, Status
from bot.store import Store
from bot.store import search as search_rows
from bot.store.schema import jobs
from tests.jobs import REQUEST, a_job

ME, OTHER = 7, 8
HERE, THERE, HIDDEN = 2, 3, 4


async def keep(store: Store, numbers: Iterable[int], **fields: Any) -> list[Job]:
    jobs = [a_job(number, **fields) for number in numbers]
    for job in jobs:
        assert await store.insert(job)
    return jobs


def ids(jobs: Iterable[Job]) -> list[str]:
    return [job.id for job in jobs]


def asked(prompt: str, number: int = 1, **fields: Any) -> Job:
    return a_job(number, request=replace(REQUEST, prompt=prompt), **fields)


def last(page: Page) -> Cursor:
    return Cursor(page.jobs[-1].created_at, page.jobs[-1].id)


def first(page: Page) -> Cursor:
    return Cursor(page.jobs[0].created_at, page.jobs[0].id)


# --- pages

MINE = Search(viewer_id=ME)


async def test_pages_go_from_the_newest_to_the_oldest_and_back(store: Store) -> None:
    jobs = (await keep(store, range(1, 8)))[::-1]
    one = await store.page(MINE, 3)
    two = await store.page(MINE, 3, last(one))
    three = await store.page(MINE, 3, last(two))
    assert [ids(page.jobs) for page in (one, two, three)] == [ids(jobs[:3]), ids(jobs[3:6]), ids(jobs[6:])]
    assert [(page.before, page.after, page.total) for page in (one, two, three)] == [(0, 4, 7), (3, 1, 7), (6, 0, 7)]
    assert await store.page(MINE, 3, first(three), newer=True) == two
    assert await store.page(MINE, 3, first(two), newer=True) == one


async def test_jobs_that_arrive_meanwhile_move_nothing(store: Store) -> None:
    jobs = (await keep(store, range(1, 7)))[::-1]
    one = await store.page(MINE, 3)
    await keep(store, range(10, 15))
    two = await store.page(MINE, 3, last(one))
    assert ids(two.jobs) == ids(jobs[3:])
    assert (two.before, two.total) == (8, 11)


async def test_jobs_of_the_same_moment_are_neither_skipped_nor_repeated(store: Store) -> None:
    jobs = await keep(store, range(1, 6), created_at=1000.25)
    seen: list[str] = []
    page = await store.page(MINE, 2)
    while page.after:
        seen += ids(page.jobs)
        page = await store.page(MINE, 2, last(page))
    assert seen + ids(page.jobs) == sorted(ids(jobs), reverse=True)


async def test_where_no_page_is_left_the_newest_is_shown(store: Store) -> None:
    jobs = (await keep(store, range(1, 6)))[::-1]
    assert ids((await store.page(MINE, 3, Cursor(0.0, "0"))).jobs) == ids(jobs[:3])
    # a page of two would be half empty
    assert ids((await store.page(MINE, 3, Cursor(jobs[2].created_at, jobs[2].id), newer=True)).jobs) == ids(jobs[:3])


async def test_nothing_is_an_empty_page(store: Store) -> None:
    assert await store.page(MINE, 3) == Page(jobs=(), before=0, total=0)


async def test_own_jobs_are_found_wherever_they_are_and_nobody_elses(store: Store) -> None:
    own = [
        *await keep(store, [1], channel_id=HERE),
        *await keep(store, [2], channel_id=HIDDEN),
        *await keep(store, [3], channel_id=99, guild_id=None),
        *await keep(store, [4], channel_id=98, guild_id=5),
    ]
    await keep(store, [5], asker_id=OTHER)
    page = await store.page(MINE, 10)
    assert ids(page.jobs) == ids(own[::-1]) and page.total == 4


async def test_of_a_guild_only_what_its_viewer_may_read_is_found_and_counted(store: Store) -> None:
    await keep(store, [1, 2], asker_id=OTHER, channel_id=HERE)
    await keep(store, [3], asker_id=OTHER, channel_id=HIDDEN)
    await keep(store, [4], channel_id=HIDDEN)
    await keep(store, [5], asker_id=OTHER, channel_id=HERE, guild_id=2)
    search = Search(viewer_id=ME, guild_id=1, channels=frozenset({HERE, THERE}))
    page = await store.page(search, 2)
    assert ids(page.jobs) == [a_job(4).id, a_job(2).id]
    assert (page.total, page.after) == (3, 1)
    assert (await store.page(replace(search, channels=frozenset()), 5)).total == 1


async def test_of_a_channel_only_what_was_asked_there_is_found(store: Store) -> None:
    await keep(store, [1, 2], asker_id=OTHER, channel_id=HERE)
    await keep(store, [3], channel_id=THERE)
    page = await store.page(Search(viewer_id=ME, channel_id=HERE, channels=frozenset({HERE})), 5)
    assert ids(page.jobs) == [a_job(2).id, a_job(1).id]


async def test_a_thread_on_a_card_is_part_of_the_cards_channel_and_as_open(store: Store) -> None:
    await keep(store, [1], asker_id=OTHER, channel_id=HERE, card_id=500)
    await keep(store, [2], asker_id=OTHER, channel_id=500)
    await keep(store, [3], asker_id=OTHER, channel_id=HIDDEN, card_id=600)
    await keep(store, [4], asker_id=OTHER, channel_id=600)
    both = [a_job(2).id, a_job(1).id]
    server = Search(viewer_id=ME, guild_id=1, channels=frozenset({HERE}))
    assert ids((await store.page(server, 5)).jobs) == both
    assert ids((await store.page(replace(server, channel_id=HERE), 5)).jobs) == both
    # in the thread: what was asked for there, and what it is about
    in_thread = replace(server, channels=frozenset({HERE, 500}), channel_id=500)
    assert ids((await store.page(in_thread, 5)).jobs) == both
    assert await store.card_channels([500, 600, HERE]) == {500: HERE, 600: HIDDEN}


async def test_states_are_asked_for_by_group(store: Store) -> None:
    for number, status in enumerate(Status, 1):
        await keep(store, [number], status=status)
    found: list[Status] = []
    for group in StateGroup:
        page = await store.page(replace(MINE, group=group), 50)
        assert page.total == len(page.jobs)
        if group is StateGroup.ANY:
            assert {job.status for job in page.jobs} == set(Status) - set(UNLISTED)
        else:
            found += [job.status for job in page.jobs]
    assert sorted(found) == sorted(set(Status) - set(UNLISTED))


async def test_what_is_not_listed_is_in_no_list_count_or_suggestion(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(store, [1], status=Status.CANCELLED)
    await keep(store, [2])
    monkeypatch.setattr(finding, "UNLISTED", (Status.CANCELLED,))
    page = await store.page(MINE, 5)
    assert (ids(page.jobs), page.total) == ([a_job(2).id], 1)
    assert (await store.page(replace(MINE, group=StateGroup.CANCELLED), 5)).total == 0
    assert [each.id for each in await store.recent_prompts(ME, "", 5)] == [a_job(2).id]


# --- prompts


async def test_the_newest_different_prompts_are_suggested(store: Store) -> None:
    for number, prompt in enumerate(("Boat", "Kite", "Boat", "Tower"), 1):
        await store.insert(asked(prompt, number, status=Status.FAILED if number == 3 else Status.COMPLETED))
    await store.insert(asked("Not mine", 9, asker_id=OTHER))
    found = await store.recent_prompts(ME, "", 3)
    assert [(each.prompt, each.id) for each in found] == [
        ("Tower", a_job(4).id),
        ("Boat", a_job(3).id),
        ("Kite", a_job(2).id),
    ]
    assert (found[1].status, found[1].created_at) == (Status.FAILED, 1003.0)
    assert len(await store.recent_prompts(ME, "", 2)) == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PAPER", {"A paper boat"}),
        ("ÜBER", {"über den Dächern"}),
        ("dÄch", {"über den Dächern"}),
        ("МОСТ", {"Старый мост"}),
        ("100%", {"100% rain"}),
        ("%", {"100% rain"}),
        ("_", {"snake_case"}),
        ("/", {"a/b"}),
        ("\\", {"a\\b"}),
        ("'; --", set()),
    ],
)
async def test_a_part_of_a_prompt_finds_it_in_whatever_case(store: Store, text: str, found: set[str]) -> None:
    prompts = ("A paper boat", "über den Dächern", "Старый мост", "100% rain", "1000 rain", "snake_case", "a/b", "a\\b")
    for number, prompt in enumerate(prompts, 1):
        await store.insert(asked(prompt, number))
    assert {each.prompt for each in await store.recent_prompts(ME, text, 25)} == found


async def test_so_many_of_the_newest_jobs_are_looked_through(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_rows, "SUGGESTED_FROM", 2)
    for number, prompt in enumerate(("old boat", "kite", "tower"), 1):
        await store.insert(asked(prompt, number))
    assert await store.recent_prompts(ME, "boat", 5) == []
    assert len(await store.recent_prompts(ME, "kite", 5)) == 1


# --- families


async def relate(store: Store, parents: dict[int, int | None]) -> None:
    for number, parent in parents.items():
        await store.insert(a_job(number, parent_id=a_job(parent).id if parent else None))


async def test_a_family_is_found_from_any_of_its_jobs(store: Store) -> None:
    await relate(store, {1: None, 2: 1, 3: 1, 4: 2, 5: 4, 6: None, 7: 6})
    for number in range(1, 6):
        assert ids(await store.family(a_job(number).id)) == [a_job(each).id for each in range(1, 6)]
    assert ids(await store.family(a_job(7).id)) == [a_job(6).id, a_job(7).id]


async def test_who_has_no_family_is_alone_and_who_is_not_there_has_none(store: Store) -> None:
    await relate(store, {1: None})
    assert ids(await store.family(a_job(1).id)) == [a_job(1).id]
    assert await store.family("nobody") == []


async def test_a_family_whose_first_job_is_gone_begins_below_it(store: Store) -> None:
    await relate(store, {2: 1, 3: 2})
    assert ids(await store.family(a_job(3).id)) == [a_job(2).id, a_job(3).id]


async def test_a_large_family_is_bounded_and_still_has_the_way_to_its_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_rows, "DEEPEST", 3)
    monkeypatch.setattr(search_rows, "LARGEST", 4)
    await relate(store, {1: None, **{number: number - 1 for number in range(2, 10)}})
    # three up from the fifth, three below it, and what hangs on the highest
    assert ids(await store.family(a_job(5).id)) == [a_job(number).id for number in range(2, 9)]
    await relate(store, {20: None, **dict.fromkeys(range(21, 40), 20)})
    family = ids(await store.family(a_job(39).id))
    assert len(family) == 5 and {a_job(20).id, a_job(39).id} <= set(family)


async def test_of_several_all_descendants_are_found_once(store: Store) -> None:
    await relate(store, {1: None, 2: 1, 3: 2, 4: None, 5: 4, 6: None})
    found = await store.offspring([a_job(number).id for number in (2, 3, 4)])
    assert ids(found) == [a_job(number).id for number in (2, 3, 4, 5)]
    assert await store.offspring([]) == []


async def test_the_messages_with_the_first_clips_of_several(store: Store) -> None:
    await keep(store, (1, 2, 3))
    keys = ("card", "completed1", "completed")
    said = [Post(key=key, channel_id=5, message_id=number) for number, key in enumerate(keys)]
    for number, posted in ((1, said), (2, said[:2])):
        await store.update(a_job(number).id, lambda job: replace(job, attempts=1), epoch=None, posted=posted)
    found = await store.first_clips([a_job(number).id for number in (1, 2, 3)])
    assert found == {a_job(1).id: said[2]}


async def test_a_circle_ends(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_rows, "DEEPEST", 4)
    await relate(store, {1: 2, 2: 1})
    assert ids(await store.family(a_job(1).id)) == [a_job(1).id, a_job(2).id]


# --- messages


async def test_a_job_is_found_by_its_card_and_by_what_was_said_of_it(store: Store) -> None:
    await store.insert(a_job(1, card_id=500))
    await store.insert(a_job(2, card_id=600))
    said = [Post(key="card", channel_id=2, message_id=500), Post(key="completed", channel_id=500, message_id=501)]
    await store.update(a_job(1).id, lambda job: replace(job, attempts=1), epoch=None, posted=said)
    for found in (await store.job_of_card(500), await store.job_of_message(500), await store.job_of_message(501)):
        assert found and found.id == a_job(1).id
    # a card that its process never wrote down as a message is one all the same
    other = await store.job_of_message(600)
    assert other and other.id == a_job(2).id
    assert await store.job_of_card(501) is None
    assert await store.job_of_message(999) is None


# --- the line


async def test_who_waits_is_found_by_guild_and_by_member(store: Store) -> None:
    await keep(store, [1])
    await keep(store, [2], asker_id=OTHER)
    await keep(store, [3], guild_id=None)
    await keep(store, [4], status=Status.PENDING)
    assert set(await store.waiting_jobs(guild_id=1)) == {a_job(1).id, a_job(2).id}
    assert set(await store.waiting_jobs(asker_id=ME)) == {a_job(1).id, a_job(3).id}


# --- the plan


@pytest.mark.parametrize("group", [StateGroup.ANY, StateGroup.FINISHED, StateGroup.WAITING])
async def test_a_page_of_own_jobs_is_read_along_its_index(store: Store, group: StateGroup) -> None:
    """No search through everybody's jobs, and nothing to sort but jobs of the same moment."""
    if not store.is_exclusive:
        pytest.skip("PostgreSQL plans by what is in the table")
    query = sa.select(jobs).where(*search_rows._wanted(replace(MINE, group=group)))
    query = query.order_by(*search_rows.NEWEST_FIRST).limit(8)
    text = str(query.compile(compile_kwargs={"literal_binds": True}))
    rows = await store.database.read(lambda db: db.execute(sa.text(f"EXPLAIN QUERY PLAN {text}")).all())
    plan = "; ".join(row.detail for row in rows)
    assert "jobs_asker" in plan and "SCAN" not in plan, plan
