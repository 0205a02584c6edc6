"""Takes: what a plan comes to, how votes count, and batches kept whole or not at all on each real database."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import clock
from bot.briefs.brief import Brief, Halt, Phase, Rules, moved
from bot.briefs.ideas import Idea, Text
from bot.briefs.notes import NOTES_MOST, Note, read_note, with_notes
from bot.briefs.takes import (
    TAKES_MOST,
    Batch,
    Count,
    Plan,
    Reel,
    Take,
    counted,
    differing,
    drafts_of,
    due,
    ended,
    ends_at,
    is_choice,
)
from bot.catalogue import read_catalogue
from bot.clip import check
from bot.display import Caption, Captions, Post
from bot.errors import NotAdmitted
from bot.jobs import (
    TOGETHER_MOST,
    Job,
    Status,
    Venue,
    change,
    event_of,
    job_id,
    job_id_of,
    needs_drawing,
    needs_saying,
    unsaid,
)
from bot.server_rules.limits import Amount, Limit, Whose
from bot.store import Store
from bot.store.schema import is_lagging, is_settled
from bot.store.takes import NewTake, Sent
from bot.tracker.comparing import Comparing
from bot.tracker.take_votes import is_over
from bot.video_request import VideoRequest, parse
from bot.workbench import Workbench
from tests.bot.conftest import Colleague
from tests.bot.test_usage import weigh
from tests.clips import make_clip
from tests.jobs import REQUEST, a_job

EVENT = 1_576_286_404_550_328_324
CATALOGUE = read_catalogue(None)
RULES = Rules()
SORA, VEO, KLING = "sora-2-pro", "veo-3.1", "kling-v3"

BRIEF = Brief(
    id="b1",
    guild_id=1,
    channel_id=2,
    topic="Rain",
    locale="en-US",
    starter_id=7,
    starter_name="Ana",
    director_id=7,
    made_at=1000.0,
    place_id=3,
    board_id=4,
    phase=Phase.TAKES,
)
IDEA = Idea(
    brief_id="b1", number=1, author_id=7, author_name="Ana", text=Text(title="Boat", subject="Boat"), made_at=1.0
)
BATCH = Batch(id="p1", brief_id="b1", guild_id=1, asker_id=7, made_at=1000.0, idea=1)


def take_job(number: int, **fields: Any) -> Job:
    plain = {"id": job_id_of(EVENT, number), "venue": Venue.BATCH, "channel_id": 3, "counted_at": 1001.0}
    return a_job(number, **{**plain, **fields})


# --- the ids of jobs that one event asked for


def test_the_jobs_of_an_event_are_told_apart_and_lead_back_to_it() -> None:
    ids = [job_id_of(EVENT, number) for number in range(1, TOGETHER_MOST + 1)]
    assert len({*ids, job_id(EVENT)}) == TOGETHER_MOST + 1
    assert {event_of(each) for each in ids} == {EVENT}
    # with what is posted of a job it makes a nonce, of which Discord takes 25 characters
    assert max(len(f"{each}:completed1") for each in ids) <= 25 and max(map(len, ids)) <= 16


def test_no_event_of_the_same_millisecond_has_one_of_them() -> None:
    others = {job_id(EVENT + number) for number in range(4096)}
    assert not others & {job_id_of(EVENT, number) for number in range(1, TOGETHER_MOST + 1)}


# --- a job that is a take


@pytest.mark.parametrize("status", [status for status in Status if status not in (Status.COMPLETED, Status.DELETED)])
def test_of_a_take_nothing_is_said_and_no_card_is_drawn(status: Status) -> None:
    job = take_job(1, status=status)
    assert not unsaid(job) and not needs_drawing(job) and not is_lagging(replace(job, status=Status.QUEUED))


def test_but_its_clip_is() -> None:
    job = take_job(1, status=Status.COMPLETED, links=("https://x",))
    assert needs_saying(job) and not needs_drawing(job) and not is_settled(job) and is_lagging(job)
    said = replace(job, shown=Status.COMPLETED)
    assert not unsaid(said) and is_settled(said)


def test_one_that_was_taken_back_is_removed_where_cards_are_drawn() -> None:
    assert needs_drawing(take_job(1, status=Status.DELETED, shown=Status.COMPLETED))


# --- a plan


def asked(plan: Plan, *, picture: tuple[int, int] | None = None) -> list[tuple[str, int, str]]:
    drafts = drafts_of(plan, "A boat", CATALOGUE, picture, has_picture=picture is not None)
    requests = [parse(draft, CATALOGUE) for draft in drafts]
    assert all(isinstance(request, VideoRequest) for request in requests), requests
    return [(one.model, one.seconds, one.size) for one in requests if isinstance(one, VideoRequest)]


@pytest.mark.parametrize(
    ("plan", "made"),
    [
        (Plan(), [(SORA, 4, "720x1280")]),
        (Plan(each=3), [(SORA, 4, "720x1280")] * 3),
        (Plan(models=(SORA, VEO)), [(SORA, 4, "720x1280"), (VEO, 8, "1280x720")]),
        # twelve seconds are for Veo the eight that were asked for, too
        (
            Plan(models=(SORA, VEO), lengths=(8, 12)),
            [(SORA, 8, "720x1280"), (SORA, 12, "720x1280"), (VEO, 8, "1280x720")],
        ),
        (Plan(models=(VEO,), sizes=("1080x1920",), lengths=(4,)), [(VEO, 4, "720x1280")]),
        (Plan(models=("gone",)), [(SORA, 4, "720x1280")]),
    ],
    ids=["what is usual", "each", "models", "nearest length", "nearest shape", "a model that is gone"],
)
def test_a_plan_becomes_what_models_make(plan: Plan, made: list[tuple[str, int, str]]) -> None:
    assert asked(plan) == made


def test_a_picture_chooses_the_shape_where_nobody_does() -> None:
    assert asked(Plan(models=(SORA, VEO)), picture=(1600, 900)) == [(SORA, 4, "1280x720"), (VEO, 8, "1280x720")]


@pytest.mark.parametrize("model", CATALOGUE.models)
def test_every_model_makes_every_plan(model: str) -> None:
    sizes = tuple(CATALOGUE.models[SORA].size.values)
    assert asked(Plan(models=(model,), lengths=(1, 4, 7, 60), sizes=sizes))


def test_what_differs_is_named() -> None:
    one, two = take_job(1), take_job(2, request=replace(REQUEST, model=VEO, seconds=4))
    assert differing([one, one]) == () and differing([one, two]) == ("model", "seconds")


# --- votes


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("", None),
        ("1", "1"),
        ("1 2 2", "2"),
        ("1 2", "tie"),
        ("1 tie tie", "tie"),
        ("none none 1", "none"),
        ("none 1", "tie"),
        ("tie none 3 3", "3"),
    ],
)
def test_what_most_said_is_what_came_of_it(said: str, outcome: str | None) -> None:
    assert counted(said.split()).outcome == outcome


def test_only_what_can_be_seen_can_be_chosen() -> None:
    made = take_job(1, status=Status.COMPLETED, shown=Status.COMPLETED)
    takes = (
        Take(number=4, job=made, clip=(3, 9)),
        Take(number=5, job=take_job(2)),
        Take(number=6, job=made, clip=(8, 9)),
    )
    reel = Reel(batch=BATCH, brief=BRIEF, idea=IDEA, takes=takes)
    # the last was delivered to its asker alone
    assert [choice for choice in ("4", "5", "6", "7", "tie", "none", "", "²") if is_choice(choice, reel)] == [
        "4",
        "tie",
        "none",
    ]
    assert not reel.is_over and Reel(batch=BATCH, brief=BRIEF, idea=None, takes=takes[:1]).is_over


def test_a_plan_is_nobody_s_to_see_to_and_what_changed_is() -> None:
    sent = replace(BATCH, event="e", version=1)
    assert due(BATCH, RULES) is None and due(sent, RULES) is not None and due(replace(sent, drawn=1), RULES) is None
    assert due(replace(sent, version=2, drawn=1, drawn_at=100.0), RULES) == 105.0
    assert ended(replace(sent, ended_at=5.0), "3", 9.0).ended_at == 5.0 and ended(sent, "3", 9.0).winner == 3


def test_a_vote_lasts_as_long_as_a_phase_from_its_call_on() -> None:
    shown = replace(BATCH, event="e", version=1, drawn=1)
    over = replace(shown, done_at=100.0, comparison_id=5)
    lasts = Rules(lasts=60.0)
    assert ends_at(shown, lasts) is None and ends_at(over, lasts) == 160.0 and ends_at(over, RULES) is None
    assert due(over, lasts) == 160.0 and due(over, RULES) is None
    # nobody's time is up before they were called
    assert due(replace(over, comparison_id=None), lasts) is None
    # what lags behind is seen to first
    assert due(replace(over, version=2, drawn_at=90.0), lasts) == 95.0
    # one that is over, or of shots, has no end
    assert ends_at(ended(over, "3", 110.0), lasts) is None and ends_at(replace(over, idea=0), lasts) is None


@pytest.mark.parametrize(
    ("now", "closed", "called", "over"),
    [(159.0, False, True, False), (160.0, False, True, True), (160.0, False, False, False), (101.0, True, False, True)],
)
def test_a_vote_is_over_when_its_time_is_up_or_its_brief(now: float, closed: bool, called: bool, over: bool) -> None:
    brief = replace(BRIEF, rules=Rules(lasts=60.0), phase=Phase.CLOSED if closed else Phase.TAKES)
    batch = replace(BATCH, event="e", done_at=100.0, comparison_id=5 if called else None)
    assert is_over(Reel(batch=batch, brief=brief, idea=IDEA), now) is over
    # decided is decided
    assert not is_over(Reel(batch=ended(batch, None, 150.0), brief=brief, idea=IDEA), now)


# --- in the database


async def begun(store: Store) -> None:
    assert await store.start_brief(BRIEF)
    await store.add_idea(replace(IDEA, number=0), "e1", None, lambda *_: None, 1.0)
    assert await store.plan_batch(BATCH) == BATCH


def jobs_of(count: int, event: int = EVENT) -> list[Job]:
    return [take_job(number, id=job_id_of(event, number)) for number in range(1, count + 1)]


FREE = Limit()


async def send(store: Store, new: list[Job], limit: Limit = FREE, event: str = "s1", batch: str = BATCH.id) -> Any:
    weighings = [weigh(job, {Whose.MEMBER: limit}) for job in new]
    return await store.send_batch(
        batch, event, [NewTake(job=job, picture=b"picture") for job in new], weighings, lambda _: None, 1001.0
    )


async def test_a_batch_is_kept_whole(store: Store) -> None:
    await begun(store)
    sent = await send(store, jobs_of(3), Limit(clips_day=3, at_once=3))
    assert isinstance(sent, Sent) and len(sent.jobs) == 3
    reel = await store.reel(BATCH.id)
    assert reel and reel.batch == sent.batch and reel.batch.is_sent
    assert [take.number for take in reel.takes] == [1, 2, 3] and reel.idea and reel.idea.title == "Boat"
    assert [await store.picture(job.id) for job in sent.jobs] == [b"picture"] * 3
    desk = await store.desk("b1")
    assert desk and [take.number for take in desk.taken_of(desk.ideas[0])] == [1, 2, 3]
    assert desk.brief.version > BRIEF.version


@pytest.mark.parametrize("limit", [Limit(clips_day=4), Limit(at_once=4), Limit(seconds_month=4 * REQUEST.seconds + 1)])
async def test_a_limit_with_room_for_four_of_five_refuses_all(store: Store, limit: Limit) -> None:
    await begun(store)
    with pytest.raises(NotAdmitted):
        await send(store, jobs_of(5), limit)
    reel = await store.reel(BATCH.id)
    assert reel and not reel.batch.is_sent and not reel.takes
    assert [await store.find(job.id) for job in jobs_of(5)] == [None] * 5
    used = await store.used(jobs_of(1)[0], 1001.0, {Whose.MEMBER: limit})
    assert used[Whose.MEMBER].day == Amount() and used[Whose.MEMBER].at_once == 0
    # and it can be sent as what there is room for
    assert isinstance(await send(store, jobs_of(4), limit), Sent)


async def test_sent_by_twenty_presses_at_two_workers_it_is_one_batch(store: Store, colleague: Colleague) -> None:
    await begun(store)
    stores = [store, colleague("w2")]
    presses = [send(stores[n % 2], jobs_of(2, EVENT + n % 5 * 1000), event=f"s{n % 5}") for n in range(20)]
    outcomes = await asyncio.gather(*presses)
    assert sum(isinstance(outcome, Sent) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Batch) for outcome in outcomes) == 19
    reel = await store.reel(BATCH.id)
    assert reel and [take.number for take in reel.takes] == [1, 2]


async def test_batches_at_once_never_use_more_than_there_is(store: Store, colleague: Colleague) -> None:
    await begun(store)
    await store.plan_batch(replace(BATCH, id="p2", asker_id=8))
    other = [replace(job, id=job_id_of(EVENT + 5, n), asker_id=7) for n, job in enumerate(jobs_of(3), 1)]
    limit = Limit(clips_day=5)
    sent = await asyncio.gather(
        send(store, jobs_of(3), limit), send(colleague("w2"), other, limit, "s2", "p2"), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in sent) == ["NotAdmitted", "Sent"]
    used = await store.used(other[0], 1001.0, {Whose.MEMBER: limit})
    assert used[Whose.MEMBER].day.clips == 3


async def test_numbers_count_on_within_a_brief(store: Store) -> None:
    await begun(store)
    await send(store, jobs_of(2))
    await store.plan_batch(replace(BATCH, id="p2"))
    await send(store, jobs_of(2, EVENT + 9), event="s2", batch="p2")
    reel = await store.reel("p2")
    assert reel and [take.number for take in reel.takes] == [3, 4]


async def test_of_a_member_there_is_one_plan_in_a_brief_and_what_was_sent_stays(store: Store) -> None:
    await begun(store)
    await store.plan_batch(replace(BATCH, id="p2"))
    assert await store.reel("p1") is None
    await send(store, jobs_of(1), batch="p2")
    await store.plan_batch(replace(BATCH, id="p3"))
    assert await store.reel("p2") and await store.reel("p3")


async def test_a_change_of_a_job_has_its_batch_drawn_by_one_worker(store: Store, colleague: Colleague) -> None:
    await begun(store)
    await send(store, jobs_of(2))
    now = clock.now()
    assert await store.batch_dues.find(now, 9) == ["p1"]
    other = colleague("w2")
    taken = await asyncio.gather(*(each.batch_dues.take("p1", now, now + 30) for each in (store, other) * 5))
    assert sum(tries is not None for tries in taken) == 1 and await store.batch_dues.find(
        now, 9
    ) == [] == await other.batch_dues.find(now, 9)
    await store.note_batch("p1", message_id=5, drawn=1, drawn_at=now)
    await store.batch_dues.leave("p1")
    assert await store.batch_dues.find(now + 60, 9) == [] and await store.batch_dues.next() is None
    await store.update(jobs_of(2)[0].id, lambda job: change(job, now, Status.PROCESSING), epoch=None)
    assert await store.batch_dues.next() == pytest.approx(now + 5)
    assert await store.batch_dues.find(now, 9) == [] and await store.batch_dues.find(now + 5, 9) == ["p1"]


async def test_what_takes_a_doubtful_job_s_place_is_the_take_that_it_was(store: Store) -> None:
    await begun(store)
    await send(store, jobs_of(2))
    old = jobs_of(2)[0]
    new = take_job(9, id=job_id(EVENT + 77), parent_id=old.id)
    assert await store.replace_job(old.id, lambda job: job, new)
    reel = await store.reel("p1")
    assert reel and [(take.number, take.job.id) for take in reel.takes] == [(1, new.id), (2, jobs_of(2)[1].id)]
    assert reel.batch.version > 1 and await store.take_of(old.id) is None
    found = await store.take_of(new.id)
    assert found and found[1].number == 1


def done(job: Job) -> Job:
    return change(job, 1.0, Status.COMPLETED, links=("https://x",), shown=Status.COMPLETED)


async def compared(store: Store) -> None:
    """Two takes that can be looked at."""
    await begun(store)
    await send(store, jobs_of(2))
    for number, job in enumerate(jobs_of(2)):
        post = Post(key="completed", channel_id=3, message_id=50 + number)
        await store.update(job.id, done, epoch=None, posted=[post])
    await store.note_batch("p1", message_id=5, comparison_id=6, done_at=1.0)


async def test_a_vote_counts_once_whatever_arrives_together(store: Store, colleague: Colleague) -> None:
    await compared(store)
    stores = [store, colleague("w2")]
    votes = [stores[n % 2].vote_for_take("p1", 7 + n % 2, str(1 + n % 3 // 2), lambda _: None, 1.0) for n in range(20)]
    assert [halt for halt in await asyncio.gather(*votes) if halt] == []
    await store.vote_for_take("p1", 7, "2", lambda _: None, 2.0)
    await store.vote_for_take("p1", 8, "none", lambda _: None, 2.0)
    await store.vote_for_take("p1", 9, "2", lambda _: None, 2.0)
    reel = await store.reel("p1")
    assert reel and reel.count == Count(votes={"2": 2, "none": 1}) and reel.count.outcome == "2"
    assert await store.take_vote("p1", 8) == "none" and await store.take_vote("p1", 10) is None
    assert await store.vote_for_take("p1", 9, "1", lambda _: Halt.CLOSED, 3.0) is Halt.CLOSED
    # the same vote again is nothing new to show
    await store.vote_for_take("p1", 8, "none", lambda _: None, 4.0)
    again = await store.reel("p1")
    assert again and again.batch.version == reel.batch.version


async def test_a_batch_is_due_when_its_vote_ends(store: Store) -> None:
    assert await store.start_brief(replace(BRIEF, rules=Rules(lasts=60.0)))
    await store.add_idea(replace(IDEA, number=0), "e1", None, lambda *_: None, 1.0)
    assert await store.plan_batch(BATCH) == BATCH
    await send(store, jobs_of(2))
    await store.note_batch("p1", message_id=5, comparison_id=6, done_at=2000.0, drawn=1, drawn_at=2001.0)
    dues = store.batch_dues
    assert await dues.find(2002.0, 9) == ["p1"] and await dues.take("p1", 2002.0, 2032.0) == 0
    await dues.leave("p1")
    assert await dues.find(2059.0, 9) == [] and await dues.next() == 2060.0
    # a vote is shown, and puts the end off by nothing
    assert await store.vote_for_take("p1", 7, "tie", lambda _: None, 2005.0) is None
    assert await dues.next() == 2006.0
    await store.note_batch("p1", drawn=2, drawn_at=2006.0)
    await dues.leave("p1")
    assert await dues.next() == 2060.0


async def test_a_vote_that_is_written_late_does_not_undo_a_newer_one(store: Store, colleague: Colleague) -> None:
    await compared(store)
    for at in (1.0, 3.0):
        await store.vote_for_take("p1", 7, "1", lambda _: None, at)
    assert await colleague("w2").vote_for_take("p1", 7, "2", lambda _: None, 2.0) is None
    assert await store.take_vote("p1", 7) == "1"


async def test_votes_for_what_was_taken_back_count_for_nothing(store: Store) -> None:
    await compared(store)
    await store.vote_for_take("p1", 7, "1", lambda _: None, 1.0)
    await store.update(jobs_of(2)[0].id, lambda now: change(now, 2.0, Status.DELETED), epoch=None)
    reel = await store.reel("p1")
    assert reel and reel.count.voters == 0 and [take.number for take in reel.made] == [2]


async def test_the_winner_is_on_the_table_of_its_brief(store: Store) -> None:
    await compared(store)
    before = await store.desk("b1")
    assert before and not any(take.winner for take in before.taken)
    await store.change_batch("p1", lambda reel: ended(reel.batch, "2", 5.0), 5.0, tells_board=True)
    desk = await store.desk("b1")
    assert desk and [take.number for take in desk.taken if take.winner] == [2]
    assert desk.brief.version == before.brief.version + 1


async def test_which_jobs_are_takes_and_which_of_them_are_blind_is_known(store: Store) -> None:
    await begun(store)
    await store.change_batch("p1", lambda reel: replace(reel.batch, blind=True), 1.0)
    await send(store, jobs_of(2))
    ids = [job.id for job in jobs_of(2)]
    found = await store.taken([*ids, "nobody"])
    assert {id: (take.number, take.idea, take.blind) for id, take in found.items()} == {
        ids[0]: (1, 1, True),
        ids[1]: (2, 1, True),
    }
    await store.change_batch("p1", lambda reel: ended(reel.batch, "2", 5.0), 5.0)
    found = await store.taken(ids[1:])
    assert [(take.blind, take.winner) for take in found.values()] == [(False, True)]


async def test_who_closes_a_brief_has_its_votes_ended(store: Store) -> None:
    await compared(store)
    now = clock.now()
    reel = await store.reel("p1")
    assert reel
    await store.note_batch("p1", drawn=reel.batch.version, drawn_at=now)
    await store.batch_dues.leave("p1")
    assert await store.batch_dues.find(now + 60, 9) == []
    await store.change_brief("b1", lambda brief, _: moved(brief, Phase.CLOSED, now))
    assert await store.batch_dues.find(now + 60, 9) == ["p1"]


async def test_who_asks_to_be_forgotten_leaves_a_vote_of_nobody_s_and_a_line_without_words(store: Store) -> None:
    await compared(store)
    await store.vote_for_take("p1", 7, "2", lambda _: None, 1.0)
    before = await store.reel("p1")
    await store.empty_own(7, clock.now(), clock.now(), most=50)
    await store.empty_member(7, clock.now())
    reel = await store.reel("p1")
    assert reel and before and reel.batch.version > before.batch.version
    assert reel.count == Count(votes={"2": 1}) and await store.take_vote("p1", 7) is None
    assert [take.job.request.prompt for take in reel.takes] == ["", ""] and reel.batch.plan == Plan()
    assert reel.is_over


def test_a_batch_has_as_many_takes_as_an_event_has_jobs() -> None:
    assert TAKES_MOST <= TOGETHER_MOST


# --- what helps to compare


async def test_takes_are_laid_beside_each_other_as_a_picture_and_in_step(workbench: Workbench, tmp_path: Path) -> None:
    clips = {number: make_clip(tmp_path / f"{number}.mp4", seconds=1.0).read_bytes() for number in (1, 2, 3)}
    captions = Captions(
        title="A paper boat",
        takes=(
            *(Caption(number=number, lines=("Sora 2 Pro", "4 s")) for number in clips),
            Caption(number=4, reason="failed"),
        ),
    )
    sample = await Comparing(workbench).sample(clips, captions)
    assert sample.contact and sample.contact.startswith(b"\xff\xd8") and sample.grid
    (tmp_path / "grid.mp4").write_bytes(sample.grid)
    assert check(tmp_path / "grid.mp4").duration == pytest.approx(1.0, abs=0.1)


async def test_what_is_no_clip_is_left_out_and_the_rest_is_there(workbench: Workbench, tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "1.mp4", seconds=1.0).read_bytes()
    captions = Captions(title="", takes=tuple(Caption(number=number) for number in (1, 2, 3)))
    two = await Comparing(workbench).sample({1: whole, 2: b"no clip"}, captions)
    assert two.contact and two.grid is None
    three = await Comparing(workbench).sample({1: whole, 2: b"no clip", 3: whole}, captions)
    assert three.contact and three.grid


async def test_a_sheet_of_many_has_those_that_can_be_read(workbench: Workbench, tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "1.mp4", seconds=1.0).read_bytes()
    clips: dict[int, bytes | None] = {1: whole, 2: b"no clip", 3: None, 4: whole}
    asked = []

    async def read(number: int) -> bytes | None:
        asked.append(number)
        return clips[number]

    captions = Captions(title="Rain", takes=tuple(Caption(number=number, won=number == 4) for number in clips))
    two = await Comparing(workbench).contact(captions, read)
    assert two and two.startswith(b"\xff\xd8") and asked == [1, 2, 3, 4]
    one = await Comparing(workbench).contact(replace(captions, takes=captions.takes[:2]), read)
    assert one and one != two
    assert await Comparing(workbench).contact(replace(captions, takes=captions.takes[1:3]), read) is None


# --- notes


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("0:03 the hat is wrong", (3, "the hat is wrong")),
        ("1:02:03 – the hat", (3723, "the hat")),
        ("4s: the hat", (4, "the hat")),
        ("12 s the hat", (12, "the hat")),
        ("more rain", (None, "more rain")),
        ("3 hats", (None, "3 hats")),
        ("3 sheep", (None, "3 sheep")),
        ("0:03", (None, "0:03")),
        ("  \n", (None, "")),
    ],
)
def test_a_note_may_begin_with_its_moment(text: str, read: tuple[int | None, str]) -> None:
    assert read_note(text) == read


def a_note(number: int, moment: int | None, words: str) -> Note:
    job_id = jobs_of(1)[0].id
    own = {"guild_id": 1, "author_id": 8, "author_name": "Bea"}
    return Note(id=f"n{number}", job_id=job_id, at=float(number), moment=moment, words=words, **own)  # type: ignore[arg-type]


def test_notes_fill_a_prompt_as_the_take_runs_as_far_as_there_is_room() -> None:
    notes = [a_note(1, 65, "no hat"), a_note(2, None, "more rain"), a_note(3, 3, "slower")]
    assert with_notes("A boat", notes, 2000) == "A boat\nmore rain\n0:03 slower\n1:05 no hat"
    assert with_notes("A boat", notes, 20) == "A boat\nmore rain" and with_notes("A boat", notes, 1) == "A boat"


async def test_a_note_is_kept_once_and_goes_with_its_author_or_its_take(store: Store) -> None:
    await compared(store)
    for _ in range(3):
        assert await store.note_take(a_note(1, 3, "slower"))
    assert await store.take_notes(jobs_of(1)[0].id) == [a_note(1, 3, "slower")]
    reel = await store.reel("p1")
    assert reel and [take.notes for take in reel.takes] == [1, 0]
    for number in range(2, NOTES_MOST + 1):
        assert await store.note_take(a_note(number, None, "again"))
    assert not await store.note_take(a_note(99, None, "one too many"))
    await store.vote_for_take("p1", 8, "tie", lambda _: None, 3.0)
    notes, votes = await store.own_notes(8)
    assert len(notes) == NOTES_MOST and votes == [("p1", 3.0, "tie")]
    await store.empty_member(8, 2.0)
    assert len(await store.take_notes(jobs_of(1)[0].id)) == NOTES_MOST - 2
    await store.empty_own(7, clock.now(), clock.now(), most=50)
    assert await store.take_notes(jobs_of(1)[0].id) == []
