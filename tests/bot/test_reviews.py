"""What moderators decide: the rules by tables, and once, in the database."""

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bot.actions.ask import Ask
from bot.actions.content import Content
from bot.actions.gate import Gate, Passed
from bot.actions.reviews import NoRuling, Reviews
from bot.catalogue import read_catalogue
from bot.jobs import Job, PictureState, Status, Venue
from bot.moderation import Entry
from bot.reasons import Reason
from bot.reviews import (
    NOBODY,
    Block,
    Kind,
    Record,
    Review,
    Reviewer,
    Ruled,
    Ruling,
    Task,
    Verdict,
    may_review,
    next_task,
    next_time,
    ruled,
    without_answer,
)
from bot.server_rules.decide import Flag
from bot.server_rules.document import parse_document
from bot.server_rules.limits import Limit
from bot.server_rules.rules import Review as Rule
from bot.server_rules.rules import Then
from bot.store import Store, Weighed, Weighing
from bot.store.schema import jobs
from bot.video_request import Draft, Refusal
from bot.workbench import Workbench
from tests.bot.conftest import Colleague
from tests.jobs import a_job

HOURS = 3600.0
RULE = Rule(channel=5, roles=(9,), hours=4)
WAITING = a_job(status=Status.IN_REVIEW, unapproved=True, under_review=True, counted_at=1001.0)
HELD = a_job(status=Status.HELD, held=True, under_review=True, links=("https://x",))


def a_review(job: Job = WAITING, kind: Kind = Kind.SENDING, **fields: Any) -> Review:
    plain = {"job_id": job.id, "kind": kind, "guild_id": 1, "asker_id": 7, "asked_at": 1000.0, "why": "all"}
    return Review(**{**plain, **fields})


def a_ruling(job: Job = WAITING, verdict: Verdict = Verdict.APPROVED, **fields: Any) -> Ruling:
    kind = Kind.PUBLISHING if verdict in (Verdict.PUBLISHED, Verdict.HIDDEN, Verdict.REJECTED) else Kind.SENDING
    return Ruling(**{"job_id": job.id, "kind": kind, "verdict": verdict, "by": 8, "at": 2000.0, **fields})


# --- by tables


@pytest.mark.parametrize(
    ("reviewer", "may"),
    [
        (Reviewer(id=8, guild_id=1, channel_id=5, role_ids=frozenset({9})), True),
        (Reviewer(id=8, guild_id=1, channel_id=6, role_ids=frozenset({9})), True),
        (Reviewer(id=8, guild_id=1, channel_id=5, manages=True), True),
        (Reviewer(id=8, guild_id=1, channel_id=6, manages=True), False),
        (Reviewer(id=8, guild_id=1, channel_id=5, role_ids=frozenset({1})), False),
        (Reviewer(id=8, guild_id=None, channel_id=None), False),
    ],
)
def test_a_role_decides_or_who_manages_messages_there(reviewer: Reviewer, may: bool) -> None:
    assert may_review(reviewer, RULE) is may
    assert not may_review(replace(reviewer, role_ids=frozenset()), replace(RULE, channel=None))


@pytest.mark.parametrize(
    ("review", "job", "hours", "task"),
    [
        (a_review(), WAITING, 0, Task.POST),
        (a_review(), replace(WAITING, picture=PictureState.LINK), 0, Task.WAIT),
        (a_review(message_id=3), WAITING, 0.9, Task.WAIT),
        (a_review(message_id=3), WAITING, 1, Task.REMIND),
        (a_review(message_id=3, reminded_at=1.0), WAITING, 1, Task.WAIT),
        (a_review(message_id=3, reminded_at=1.0), WAITING, 4, Task.END),
        (a_review(), WAITING, 4, Task.END),
        (a_review(), replace(WAITING, status=Status.CANCELLED), 0, Task.WITHDRAW),
        (a_review(verdict=Verdict.DENIED), replace(WAITING, status=Status.DENIED), 9, Task.CLOSE),
        (a_review(kind=Kind.PUBLISHING), HELD, 0, Task.POST),
        # its clip is fetched once more
        (a_review(kind=Kind.PUBLISHING), replace(HELD, status=Status.PROCESSING), 9, Task.WAIT),
        (a_review(kind=Kind.PUBLISHING), replace(HELD, status=Status.FAILED), 0, Task.WITHDRAW),
    ],
)
def test_what_a_review_needs(review: Review, job: Job, hours: float, task: Task) -> None:
    assert next_task(review, job, RULE, 1000.0 + hours * HOURS) is task


def test_it_is_called_to_mind_after_a_quarter_and_ends_after_all_of_its_time() -> None:
    assert next_time(a_review(message_id=3), RULE, 1000.0) == 1000.0 + HOURS
    assert next_time(a_review(message_id=3, reminded_at=1.0), RULE, 1000.0) == 1000.0 + 4 * HOURS
    # nobody can be reminded of what nobody sees
    assert next_time(a_review(), RULE, 1000.0) == 1000.0 + 4 * HOURS


@pytest.mark.parametrize(
    ("kind", "then", "seen", "verdict"),
    [
        (Kind.SENDING, Then.APPROVE, True, Verdict.APPROVED),
        (Kind.SENDING, Then.APPROVE, False, Verdict.DENIED),
        (Kind.SENDING, Then.DENY, True, Verdict.DENIED),
        (Kind.PUBLISHING, Then.APPROVE, True, Verdict.PUBLISHED),
        (Kind.PUBLISHING, Then.APPROVE, False, Verdict.REJECTED),
        (Kind.PUBLISHING, Then.DENY, True, Verdict.REJECTED),
    ],
)
def test_what_nobody_decided_ends_as_the_rule_says_and_unseen_as_no(
    kind: Kind, then: Then, seen: bool, verdict: Verdict
) -> None:
    assert without_answer(a_review(kind=kind), replace(RULE, then=then), seen=seen) is verdict


@pytest.mark.parametrize(
    ("job", "ruling", "fields"),
    [
        (WAITING, a_ruling(), {"status": Status.QUEUED, "unapproved": False}),
        (
            WAITING,
            a_ruling(verdict=Verdict.EDITED, prompt="A ship"),
            {"status": Status.QUEUED, "asked_prompt": "A paper boat"},
        ),
        (WAITING, a_ruling(verdict=Verdict.DENIED), {"status": Status.DENIED, "unapproved": True, "reason": None}),
        (WAITING, a_ruling(verdict=Verdict.DENIED, by=NOBODY), {"reason": Reason.UNREVIEWED}),
        (HELD, a_ruling(HELD, Verdict.PUBLISHED), {"status": Status.COMPLETED, "held": False, "spoiler": False}),
        (HELD, a_ruling(HELD, Verdict.HIDDEN), {"status": Status.COMPLETED, "spoiler": True}),
        (HELD, a_ruling(HELD, Verdict.REJECTED), {"status": Status.REJECTED, "held": True}),
    ],
)
def test_what_a_ruling_makes_of_a_job(job: Job, ruling: Ruling, fields: dict[str, Any]) -> None:
    after = ruled(replace(job, wait=Reason.UNSEEN), ruling)
    assert after and {name: getattr(after, name) for name in fields} == fields
    assert (after.status_since, after.wait, after.under_review) == (2000.0, None, True)


@pytest.mark.parametrize("verdict", Verdict)
def test_what_waits_for_nobody_cannot_be_ruled_about(verdict: Verdict) -> None:
    others = [status for status in Status if status not in (Status.IN_REVIEW, Status.HELD)]
    assert not any(ruled(a_job(status=status), a_ruling(verdict=verdict)) for status in others)
    crossed = HELD if verdict in (Verdict.APPROVED, Verdict.EDITED, Verdict.DENIED) else WAITING
    assert ruled(crossed, a_ruling(verdict=verdict)) is None


# --- in the database


async def keep(store: Store, job: Job = WAITING, **fields: Any) -> Review:
    """The job with what is asked about it, as the gate has them kept."""
    review = a_review(job, **fields)
    weighing = Weighing(limits={}, judge=lambda _: Weighed(job=job, review=review))
    assert await store.insert(job, weighing=weighing)
    return review


async def test_a_review_is_kept_with_its_job_and_decided_once(store: Store, colleague: Colleague) -> None:
    review = await keep(store, flags=(Flag(rule="word", what="boat", told="No boats"),), joined_at=3.0)
    assert await store.reviews(WAITING.id) == [review]
    assert (await store.sums(["bot"], 1001.0))["bot"].day.clips == 1
    rulings = [a_ruling(verdict=verdict, by=by) for by, verdict in enumerate((Verdict.APPROVED, Verdict.DENIED), 20)]
    stores = [store, colleague("w2")]
    decided = await asyncio.gather(*(one.rule(ruling) for one, ruling in zip(stores, rulings, strict=True)))
    [own] = [each for each in decided if each and each.job]
    [late] = [each for each in decided if each and each.job is None]
    # who came second hears whose decision it was
    assert late.review == own.review
    [entry] = await store.entries(1, 9)
    assert (entry.actor_id, entry.action) == (own.review.decided_by, f"review_{own.review.verdict}")
    left = 0 if own.review.verdict is Verdict.DENIED else 1
    assert (await store.sums(["bot"], 1001.0))["bot"].day.clips == left


async def test_what_was_cancelled_meanwhile_is_not_decided(store: Store) -> None:
    await keep(store)
    await store.update(WAITING.id, lambda job: replace(job, status=Status.CANCELLED), epoch=None)
    assert await store.rule(a_ruling()) is None
    assert await store.entries(1, 9) == []
    assert await store.rule(a_ruling(a_job(99))) is None
    await store.withdraw_review(WAITING.id, Kind.SENDING, 5.0)
    [review] = await store.reviews(WAITING.id)
    assert review.verdict is Verdict.WITHDRAWN


async def test_who_lost_the_job_decides_nothing_about_it(store: Store) -> None:
    await keep(store)
    assert await store.rule(a_ruling(by=NOBODY), epoch=WAITING.epoch + 1) is None
    assert await store.rule(a_ruling(by=NOBODY), epoch=WAITING.epoch)


async def test_a_block_holds_whoever_decided(store: Store) -> None:
    await keep(store)
    assert await store.rule(a_ruling())
    late = await store.rule(a_ruling(verdict=Verdict.DENIED, by=9), block=Block(until=9e9, why="Spam"))
    assert late == Ruled(review=(await store.reviews(WAITING.id))[0])
    assert [entry.action for entry in await store.entries(1, 9)] == ["block", "review_approved"]
    assert (await store.situation(1, 7, [2], 1000.0)).blocked_until == 9e9


async def test_a_block_holds_also_when_there_is_nothing_to_decide_any_more(store: Store) -> None:
    await keep(store)
    await store.update(WAITING.id, lambda job: replace(job, status=Status.CANCELLED), epoch=None)
    late = await store.rule(a_ruling(verdict=Verdict.DENIED), block=Block(until=9e9))
    assert late and late.job is None and late.review.verdict is Verdict.WITHDRAWN
    assert (await store.situation(1, 7, [2], 1000.0)).blocked_until == 9e9


async def test_a_clip_that_is_held_is_asked_about_with_what_was_flagged_before(store: Store) -> None:
    job = replace(WAITING, held=True)
    await keep(store, job, flags=(Flag(rule="word", what="boat"),), joined_at=3.0)
    await store.rule(a_ruling())
    held = await store.update(job.id, lambda now: replace(now, status=Status.HELD, status_since=50.0), epoch=None)
    assert held
    asked = await store.find_review(job.id, Kind.PUBLISHING)
    assert asked and (asked.why, asked.flags[0].what, asked.joined_at, asked.asked_at) == ("flagged", "boat", 3.0, 50.0)
    # fetched once more, it is no other question
    await store.update(job.id, lambda now: replace(now, status=Status.PROCESSING), epoch=None)
    await store.update(job.id, lambda now: replace(now, status=Status.HELD), epoch=None)
    assert len(await store.reviews(job.id)) == 2
    assert await store.rule(a_ruling(held, Verdict.PUBLISHED))
    for review in await store.reviews(job.id):
        settled = await store.find(job.id)
        assert settled and settled.under_review
        await store.settle_review(review)
    settled = await store.find(job.id)
    assert settled and not settled.under_review


async def test_a_question_that_is_asked_while_the_one_before_is_settled_is_not_lost(
    store: Store, colleague: Colleague
) -> None:
    """What there is to show to moderators is found by the job alone: a clip that is held would wait for ever."""
    job, other = replace(WAITING, held=True), colleague("w2")
    review = await keep(store, job)
    await store.rule(a_ruling())

    locked = threading.Event()

    def hold(db: sa.Connection) -> None:
        db.execute(sa.select(jobs.c.id).where(jobs.c.id == job.id).with_for_update())
        locked.set()
        if not store.is_exclusive:
            db.execute(sa.select(sa.func.pg_sleep(0.5)))
        other._change(db, job.id, lambda now: replace(now, status=Status.HELD, under_review=True), epoch=None)

    holding = asyncio.create_task(other.database.write(hold))
    assert await asyncio.to_thread(locked.wait, 10)
    await store.settle_review(review)
    await holding
    held = await store.find(job.id)
    assert held and held.status is Status.HELD and held.under_review


async def test_what_waits_is_listed_oldest_first_and_what_is_known_of_its_asker(store: Store) -> None:
    jobs = [replace(WAITING, id=f"job{number}") for number in range(4)]
    for number, job in enumerate(jobs):
        await keep(store, job, asked_at=1000.0 - number)
    await keep(store, replace(WAITING, id="elsewhere", guild_id=2), guild_id=2)
    await store.rule(a_ruling(jobs[0], Verdict.DENIED, reason="No boats"))
    await store.rule(a_ruling(jobs[1], Verdict.DENIED, reason="No ships", at=2001.0))
    assert [job.id for _, job in await store.waiting_reviews(1, 9)] == ["job3", "job2"]
    assert await store.record_of(1, 7) == Record(asked=4, denied=2)
    assert await store.last_reasons(1, 9, 100) == ["No ships", "No boats"]
    assert await store.last_reasons(1, 1, 100) == ["No ships"]
    assert await store.last_reasons(1, 9, 3) == []


async def test_evidence_is_kept_once_and_for_its_time(store: Store) -> None:
    for data in (b"clip", b"another"):
        await store.keep_evidence(HELD, "clip", data, 50.0)
    await store.forget_evidence(50.0)
    assert await store.evidence(HELD.id) == {"clip": b"clip"}
    await store.forget_evidence(50.1)
    assert await store.evidence(HELD.id) == {}


# --- through the doors


CATALOGUE = read_catalogue()
SERVER = {"before_sending": "off", "channel": "5", "roles": ["9"], "appeals_day": 1}


async def open_doors(store: Store, blocked: tuple[str, ...] = (), **review: Any) -> tuple[Gate, Reviews, list[str]]:
    server = {"review": {**SERVER, **review}, "blocked": [*blocked]}
    document = parse_document({"version": 1, "server": server, "channels": {}})
    entry = Entry(guild_id=1, at=1.0, actor_id=7, action="rules_import")
    await store.change_rules(1, lambda _: document, lambda *_: entry)
    gate = Gate(store, CATALOGUE, Content(store, Workbench(), None), ceiling=Limit(), bot=Limit(), tells_rules=False)
    woken: list[str] = []
    return gate, Reviews(store=store, catalogue=CATALOGUE, gate=gate, wake=woken.append), woken


@pytest.mark.parametrize(
    ("reviewer", "answer"),
    [
        (Reviewer(id=8, guild_id=2, channel_id=5, role_ids=frozenset({9}), manages=True), NoRuling.UNKNOWN),
        (Reviewer(id=8, guild_id=None, channel_id=5, role_ids=frozenset({9}), manages=True), NoRuling.UNKNOWN),
        (Reviewer(id=8, guild_id=1, channel_id=2, role_ids=frozenset({9}), manages=True), NoRuling.UNKNOWN),
        (Reviewer(id=8, guild_id=1, channel_id=5, role_ids=frozenset({1})), NoRuling.NOT_YOURS),
    ],
    ids=["another server", "direct message", "another channel", "nobody who decides"],
)
async def test_who_may_not_decide_changes_nothing(store: Store, reviewer: Reviewer, answer: NoRuling) -> None:
    _, reviews, woken = await open_doors(store)
    review = await keep(store)
    for channel_id in (None, 5):
        if channel_id:
            await store.note_review_shown(review, channel_id, 77)
        assert await reviews.rule(reviewer, WAITING.id, Kind.SENDING, Verdict.APPROVED) is answer
        assert await reviews.rewrite(reviewer, WAITING.id, "A ship") is answer
        block = Block(until=9e9)
        assert await reviews.rule(reviewer, WAITING.id, Kind.SENDING, Verdict.DENIED, block=block) is answer
    assert (await store.situation(1, 7, [2], 1000.0)).blocked_until == 0
    assert await store.find(WAITING.id) == WAITING and woken == []
    assert [entry.action for entry in await store.entries(1, 9)] == ["rules_import"]


async def test_who_may_decide_does_so_once_and_of_what_is_there(store: Store) -> None:
    _, reviews, woken = await open_doors(store)
    await keep(store)
    judge = Reviewer(id=8, guild_id=1, channel_id=5, role_ids=frozenset({9}))
    assert await reviews.rule(judge, "forged", Kind.SENDING, Verdict.APPROVED) is NoRuling.UNKNOWN
    assert await reviews.rule(judge, WAITING.id, Kind.PUBLISHING, Verdict.PUBLISHED) is NoRuling.UNKNOWN
    assert isinstance(await reviews.rewrite(judge, WAITING.id, "  "), Refusal)
    first = await reviews.rewrite(judge, WAITING.id, "A ship")
    again = await reviews.rule(judge, WAITING.id, Kind.SENDING, Verdict.DENIED)
    assert isinstance(first, Ruled) and first.job and first.job.request.prompt == "A ship"
    assert again == Ruled(review=first.review) and woken == [WAITING.id]


def an_ask(number: int, **fields: Any) -> Ask:
    plain: dict[str, Any] = {"draft": Draft(prompt="A paper boat"), "link": None, "asker_id": 7, "asker_name": "Ana"}
    where: dict[str, Any] = {"guild_id": 1, "channel_id": 2, "locale": "en-US", "venue": Venue.THREAD}
    return Ask(**{**plain, **where, "event_id": 1_400_000_000_000_000_000 + number, **fields})


async def test_a_refusal_by_a_word_can_be_taken_to_a_moderator(store: Store) -> None:
    gate, _, _ = await open_doors(store, blocked=("boat",))

    async def admit(number: int, **fields: Any) -> Any:
        job = a_job(number)
        return await gate.admit(an_ask(number, **fields), job, lambda weighing: store.insert(job, weighing=weighing))

    refusal = await admit(1)
    assert isinstance(refusal, Refusal) and refusal.appeal
    saved = await store.find_draft(refusal.appeal)
    assert saved and saved.draft.prompt == "A paper boat"
    passed = await admit(2, appeals=True)
    assert isinstance(passed, Passed) and passed.job and passed.job.status is Status.IN_REVIEW
    [review] = await store.reviews(passed.job.id)
    assert (review.why, review.flags) == ("appeal", (Flag(rule="word", what="boat"),))
    # that was the one of this day
    for fields in ({}, {"appeals": True}):
        refusal = await admit(3, **fields)
        assert isinstance(refusal, Refusal) and refusal.appeal is None


async def test_what_waits_is_counted_and_a_clip_is_held_where_both_are_looked_at(store: Store) -> None:
    gate, _, _ = await open_doors(store, before_sending="all", before_publishing="all")
    job = a_job()
    passed = await gate.admit(an_ask(1), job, lambda weighing: store.insert(job, weighing=weighing))
    assert isinstance(passed, Passed) and passed.job
    assert (passed.job.status, passed.job.held, passed.job.unapproved) == (Status.IN_REVIEW, True, True)
    assert (await store.sums(["bot"], job.created_at))["bot"].day.clips == 1
