"""Keeping order: who may block whom, cases that are decided once, and an audit that only grows; on both databases."""

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest

import bot.store
from bot.display import Post, copy_key
from bot.jobs import Decision, Status, is_removed
from bot.moderation import EVIDENCE_FOR, FOREVER, Case, Ending, Entry, Rank, Report, face_of, may_block
from bot.reviews import Block
from bot.store import Store
from bot.tracker.removal import has_to_go
from cogs.moderating.audit_files import as_csv, as_json
from cogs.moderating.members import read_member
from tests.jobs import a_job

from .conftest import Colleague

DONE = a_job(status=Status.COMPLETED, card_id=30, links=("https://x/0",))
CASE = Case(job_id=DONE.id, guild_id=1, asker_id=DONE.asker_id, opened_at=2000.0)
LATER = 5000.0


def a_report(reporter_id: int = 8, at: float = 2000.0) -> Report:
    return Report(job_id=DONE.id, reporter_id=reporter_id, at=at, why="A face")


@pytest.mark.parametrize(
    ("actor", "target", "may"),
    [
        (Rank(id=1, position=2), Rank(id=2), True),
        (Rank(id=1, position=2), Rank(id=2, position=1), True),
        (Rank(id=1, position=2), Rank(id=2, position=2), False),
        (Rank(id=1, position=2, may_moderate=True), Rank(id=2, position=3), False),
        (Rank(id=1, position=2), Rank(id=2, position=1, may_moderate=True), True),
        # who moderates by a right of everybody's stands no higher than the others who do
        (Rank(id=1, may_moderate=True), Rank(id=2, may_moderate=True), False),
        (Rank(id=1, may_moderate=True), Rank(id=2), True),
        (Rank(id=1, position=9), Rank(id=2, is_owner=True), False),
        (Rank(id=1, is_owner=True), Rank(id=2, position=9), True),
        (Rank(id=1, position=9), Rank(id=1), False),
        (Rank(id=1, is_owner=True), Rank(id=1, is_owner=True), False),
    ],
)
def test_nobody_blocks_whoever_stands_as_high(actor: Rank, target: Rank, *, may: bool) -> None:
    assert may_block(actor, target) is may


@pytest.mark.parametrize("subject", ["", "_", "0", "a_b", "z" * 16, "²"])
def test_a_button_that_names_nobody_is_about_nobody(subject: str) -> None:
    assert read_member(subject) is None


def test_a_case_shows_how_many_reports_there_are_and_how_it_ended() -> None:
    faces = {face_of(CASE, 1), face_of(CASE, 2), face_of(Case(**vars(CASE) | {"ending": Ending.KEPT}), 2)}
    assert len(faces) == 3


@pytest.mark.parametrize(
    ("post", "goes"),
    [
        (Post(key="completed", channel_id=30, message_id=40), True),
        (Post(key=copy_key(41), channel_id=99, message_id=41), True),
        (Post(key="thread", channel_id=30, message_id=30), True),
        (Post(key="queued", channel_id=77, message_id=42), True),
        (Post(key="queued", channel_id=30, message_id=43), False),
        (Post(key="card", channel_id=2, message_id=30), False),
        (Post(key="review_completed", channel_id=55, message_id=44), False),
    ],
)
def test_what_tells_what_a_removed_clip_showed_goes(post: Post, *, goes: bool) -> None:
    removed = a_job(status=Status.DELETED, decided=Decision.REMOVED, card_id=30)
    assert has_to_go(removed, post) is goes


# --- cases


async def test_a_member_reports_a_clip_once(store: Store) -> None:
    assert await store.report(CASE, a_report())
    assert not await store.report(CASE, a_report(at=2001.0))
    assert await store.report(CASE, a_report(9, 2002.0))
    assert [(one.reporter_id, one.at) for one in await store.reports(DONE.id)] == [(8, 2000.0), (9, 2002.0)]
    [case] = await store.due_cases(2002.0, 9)
    assert (case.ending, case.due_at) == (None, 2002.0)
    assert [entry.actor_id for entry in await store.entries(1, 9)] == [9, 8]
    # those who decide are told where they decide
    assert await store.unlogged(LATER, 9) == []
    await store.note_told(case, told=True)
    assert [entry.outcome for entry in await store.entries(1, 9)] == [{"told": True}] * 2


async def test_two_who_decide_at_once_decide_once(store: Store, colleague: Colleague) -> None:
    await store.insert(DONE)
    await store.report(CASE, a_report())
    block = Block(until=9000.0, why="Again")
    stores = [colleague(f"w{number}") for number in range(2, 8)]
    outcomes = await asyncio.gather(
        *(
            each.decide_case(CASE, Ending.REMOVED, by, 3000.0, block=block, until=LATER)
            for by, each in enumerate(stores, start=100)
        )
    )
    [first] = [case for case, is_mine in outcomes if is_mine]
    assert {case.decided_by for case, _ in outcomes} == {first.decided_by}
    assert [entry.action for entry in await store.entries(1, 9)] == ["remove", "block", "report"]
    assert [entry.number for entry in await store.entries(1, 9)] == [3, 2, 1]
    assert first.entry == 3 and not first.carried
    # whoever decided carries it out, nobody else meanwhile
    assert await store.due_cases(LATER - 1, 9) == []
    taken = await store.take_case(first, LATER, LATER + 9)
    assert taken and not await store.take_case(first, LATER, LATER + 9)
    # what came meanwhile is seen to, whatever the first is left with
    assert await store.report(CASE, a_report(9, LATER + 1))
    await store.leave_case(taken, None)
    assert [case.due_at for case in await store.due_cases(LATER + 1, 9)] == [LATER + 1]


async def test_what_was_decided_before_anybody_knew_its_message_is_shown_there(store: Store) -> None:
    """Moderators can be quicker than the answer to its post: whoever carries it out then finds no message."""
    await store.insert(DONE)
    await store.report(CASE, a_report())
    taken = await store.take_case(CASE, 3000.0, 3300.0)
    assert taken
    await store.note_case_shown(taken, 3001.0, channel_id=5, message_id=6, face="open-1")
    # nobody had it meanwhile: it stays with who took it
    assert await store.due_cases(3299.0, 9) == []
    kept, _ = await store.decide_case(CASE, Ending.KEPT, 100, 3002.0, until=LATER)
    await store.leave_case(kept, None)
    await store.note_case_shown(taken, 3003.0, face="open-1")
    await store.leave_case(taken, None)
    [due] = await store.due_cases(3003.0, 9)
    assert due.ending is Ending.KEPT and (due.channel_id, due.message_id) == (5, 6)


async def test_what_was_kept_can_be_taken_away_later_and_not_the_other_way(store: Store) -> None:
    await store.insert(DONE)
    await store.report(CASE, a_report())
    kept, _ = await store.decide_case(CASE, Ending.KEPT, 100, 3000.0, until=LATER)
    assert kept.carried
    assert not (await store.decide_case(CASE, Ending.REMOVED, 101, 3001.0, until=LATER))[1]
    removed, is_mine = await store.decide_case(kept, Ending.REMOVED, 102, 3002.0, until=LATER)
    assert is_mine and removed.decided_by == 102 and not removed.carried
    assert not (await store.decide_case(removed, Ending.KEPT, 103, 3003.0, until=LATER))[1]
    assert [entry.before for entry in await store.entries(1, 1)] == [{"ending": "kept"}]


async def test_evidence_is_kept_until_it_is_decided_and_for_a_while_after(store: Store) -> None:
    await store.insert(DONE)
    await store.report(CASE, a_report())
    await store.keep_evidence(DONE, "prompt", b"A paper boat", None)
    await store.forget_evidence(FOREVER)
    assert await store.evidence(DONE.id) == {"prompt": b"A paper boat"}
    await store.decide_case(CASE, Ending.KEPT, 100, 3000.0, until=LATER)
    await store.forget_evidence(3000.0 + EVIDENCE_FOR)
    assert await store.evidence(DONE.id)
    await store.forget_evidence(3001.0 + EVIDENCE_FOR)
    assert await store.evidence(DONE.id) == {}


async def test_a_removed_clip_is_one_that_a_moderator_took_and_its_copies_are_found(store: Store) -> None:
    await store.insert(DONE)
    assert await store.keep_copy(DONE.id, 99, 41)
    assert await store.job_of_message(41) is None
    copied = await store.job_of_copy(41)
    assert copied and copied.id == DONE.id
    removed = await store.remove_clip(DONE.id, 3000.0)
    assert removed and is_removed(removed)
    assert set(await store.posts(DONE.id)) == {copy_key(41), "thread"}
    assert not await store.keep_copy(DONE.id, 99, 42)
    again = await store.remove_clip(DONE.id, 3001.0)
    assert again and again.status_since == 3000.0
    running = a_job(2, status=Status.PROCESSING)
    await store.insert(running)
    assert await store.remove_clip(running.id, 3000.0) is None


# --- members and places


async def test_a_block_tells_what_was_before_and_the_record_counts_it(store: Store) -> None:
    await store.insert(DONE)
    await store.insert(a_job(2, guild_id=5))
    await store.report(CASE, a_report())
    await store.block_member(1, 7, Block(until=9000.0, why="Spam"), 100, 3000.0)
    await store.block_member(1, 7, Block(until=FOREVER, why="Again"), 100, 3001.0)
    await store.remove_clip(DONE.id, 3002.0)
    record = await store.member_record(1, 7)
    assert (record.asked, record.reported, record.removed, record.blocks) == (1, 1, 1, 2)
    assert record.block == Block(until=FOREVER, why="Again")
    assert (await store.entries(1, 1))[0].before == {"until": 9000.0, "why": "Spam"}
    assert await store.unblock_member(1, 7, 100, 3003.0)
    assert not await store.unblock_member(1, 7, 100, 3004.0)
    assert (await store.member_record(1, 7)).block is None
    # nothing that was written down went with it
    assert [entry.action for entry in await store.entries(1, 9)] == ["unblock", "block", "block", "report"]
    assert (await store.member_record(5, 7)).blocks == 0


async def test_a_place_is_paused_once(store: Store) -> None:
    assert await store.pause_place(1, 2, 100, 3000.0)
    assert not await store.pause_place(1, 2, 100, 3001.0)
    assert (await store.situation(1, 7, [2], 3002.0)).paused
    assert await store.resume_place(1, 2, 100, 3003.0)
    assert not await store.resume_place(1, 2, 100, 3004.0)
    assert [entry.action for entry in await store.entries(1, 9)] == ["resume", "pause"]


# --- the audit


def an_entry(second: int, **fields: object) -> Entry:
    plain = {"guild_id": 1, "at": 2000.0 + second, "actor_id": 100, "action": "pause"}
    return Entry(**plain | fields)  # type: ignore[arg-type]  # fields of Entry by name


async def test_numbers_have_no_gap_whoever_writes_at_once(store: Store, colleague: Colleague) -> None:
    stores = [colleague(f"w{number}") for number in range(2, 6)]
    await asyncio.gather(*(each.record(an_entry(number)) for number in range(5) for each in stores))
    assert [entry.number for entry in await store.entries(1, 99)] == list(range(20, 0, -1))


async def test_pages_are_next_to_a_number_and_of_one_member(store: Store) -> None:
    for number in range(1, 8):
        await store.record(an_entry(number, member_id=7 if number % 2 else None, actor_id=100 + number % 3))
    await store.record(an_entry(8, guild_id=2, member_id=7))

    async def numbers(most: int, **options: int) -> list[int]:
        return [entry.number for entry in await store.entries(1, most, **options)]

    assert await numbers(3) == [7, 6, 5]
    assert await numbers(3, before=5) == [4, 3, 2]
    assert await numbers(3, after=2) == [5, 4, 3]
    assert await numbers(9, member_id=7) == [7, 5, 3, 1]
    assert await numbers(9, member_id=102) == [5, 2]


async def test_a_log_channel_is_told_by_one_worker_and_what_was_noted_stays(store: Store, colleague: Colleague) -> None:
    await store.record(an_entry(1, outcome={"removed": True}))
    [entry] = await store.unlogged(LATER, 9)
    stores = [store, *(colleague(f"w{number}") for number in (2, 3))]
    taken = await asyncio.gather(*(each.take_unlogged(entry, LATER, LATER + 60) for each in stores))
    assert sorted(taken) == [False, False, True]
    await store.note_outcome(1, 1, {"logged": False})
    assert (await store.entries(1, 1))[0].outcome == {"removed": True, "logged": False}
    assert await store.unlogged(LATER + 59, 9) == [] and await store.unlogged(LATER + 60, 9)
    await store.note_logged(entry)
    assert await store.unlogged(FOREVER, 9) == []


def test_nothing_of_the_store_takes_from_the_audit() -> None:
    """What is hidden or undone is a row more: there is no verb that deletes one."""

    sources = [file.read_text(encoding="utf-8") for file in Path(bot.store.__file__).parent.glob("*.py")]
    assert not [source for source in sources if "delete(audit)" in source]


def test_a_file_for_tables_has_nothing_that_is_reckoned_with_and_ids_lose_no_digit() -> None:
    entry = an_entry(1, number=3, action="=HYPERLINK(1)", member_id=1400000000000000001, after={"why": "=1+1"})
    [header, row] = csv.reader(io.StringIO(as_csv([entry])))
    cells = dict(zip(header, row, strict=True))
    assert cells["action"] == "'=HYPERLINK(1)" and cells["member_id"] == "1400000000000000001"
    assert json.loads(cells["after"]) == {"why": "=1+1"}
    [plain] = json.loads(as_json([entry]))
    assert plain["member_id"] == "1400000000000000001" and plain["number"] == 3
