"""What is taken home from a brief: what both files say, which takes are on its sheet, and how it is read whole."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.briefs.brief import Phase
from bot.briefs.desk import BriefRecord, Desk
from bot.briefs.films import Cut, Film, Progress
from bot.briefs.ideas import Text
from bot.briefs.notes import Note
from bot.briefs.record import SHEET_MOST, VERSION, Cost, cost, on_sheet
from bot.briefs.record_json import as_json
from bot.briefs.record_markdown import HEADINGS, Spelling, as_markdown
from bot.briefs.storyboard import Kind, Made, Shot, Storyboard
from bot.briefs.takes import Batch, Count, Reel, Take, ended
from bot.briefs.votes import Tally
from bot.catalogue import Extras
from bot.display import Post, clip_key
from bot.jobs import Job, Status, job_id_of
from bot.joins import Join
from bot.server_rules.limits import Limit, Whose
from bot.store import Store
from bot.store.storyboards import Arranged
from bot.store.takes import NewTake, Sent
from tests.bot.test_briefs import a_brief, an_idea
from tests.bot.test_briefs import desk as a_desk
from tests.bot.test_takes import BATCH, EVENT, begun, done, jobs_of, send, take_job
from tests.bot.test_usage import weigh
from tests.jobs import REQUEST

BRIEF = a_brief(phase=Phase.CLOSED, place_id=3, board_id=4)
PRICE = 250_000


def link(guild_id: int | None, channel_id: int, message_id: int) -> str:
    return f"L/{guild_id}/{channel_id}/{message_id}"


SPELLING = Spelling(
    words={key: key for key in HEADINGS},
    model=lambda job: f"Model {job.request.model}",
    settings=lambda job: [f"seed {job.request.extras.seed}"] if job.request.extras.seed else [],
    status=lambda job: f"is {job.status}",
    money=lambda millionths: f"{millionths / 1_000_000:.2f}",
    link=link,
)


def written(record: BriefRecord) -> str:
    return as_markdown(record, SPELLING).decode()


def document(record: BriefRecord) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(as_json(record, link))
    return found


def a_take(number: int, **fields: Any) -> Take:
    plain = {"status": Status.COMPLETED, "shown": Status.COMPLETED, "cost": PRICE, "asker_name": "Ana"}
    shot = fields.pop("shot", None)
    return Take(number=number, job=take_job(number, **{**plain, **fields}), clip=(3, 100 + number), shot=shot)


def a_reel(*takes: Take, votes: dict[str, int] | None = None, **fields: Any) -> Reel:
    plain = {"event": "e", "sent_at": 150.0, "message_id": 8, "done_at": 160.0, "comparison_id": 9}
    batch = Batch(**{**vars(BATCH), **plain, **fields})
    return Reel(batch=batch, brief=BRIEF, idea=an_idea(), takes=takes, count=Count(votes=votes or {}))


def a_note(number: int, **fields: Any) -> Note:
    plain = {"id": "n", "guild_id": 5, "author_id": 2, "author_name": "Bea", "at": 1.0, "moment": 3, "words": "rain"}
    return Note(**{**plain, "job_id": take_job(number).id, **fields})


def a_record(*reels: Reel, **fields: Any) -> BriefRecord:
    return BriefRecord(desk=Desk(brief=BRIEF, ideas=(an_idea(),)), reels=reels, **fields)


# --- ideas


def test_a_record_has_every_idea_and_names_nobody_who_only_voted() -> None:
    joined = an_idea(5, of=(1, 2), author_name="", source="https://discord.com/channels/1/2/3", chosen_in=1)
    lies = a_desk(votes={1: 2, 2: 2})
    lies = replace(lies, ideas=(*lies.ideas, joined))
    record = BriefRecord(desk=lies, rounds={1: lies.tally, 2: Tally()})
    found = document(record)
    assert found["version"] == VERSION and [one["number"] for one in found["ideas"]] == [1, 2, 3, 4, 5]
    assert found["ideas"][0]["votes"] == {"1": 2, "2": 0} and found["ideas"][2]["withdrawn"]
    assert found["rounds"][0]["won"] == 5 and found["rounds"][1]["won"] is None
    assert found["took_part"] == ["Ana"] and found["cost"] is None and found["storyboard"] is None
    text = written(record)
    assert "### 5. Idea 5 ★ won" in text and "joins 1, 2" in text and "(withdrawn)" in text
    assert "round 2: nobody" in text and "cost" not in text and "## takes" not in text


def test_words_of_others_stay_words_in_a_record() -> None:
    idea = an_idea(text=Text(title="# *Bold*", subject="A line\n# no heading"))
    note = Note(
        id="n", job_id=take_job(1).id, guild_id=5, author_id=2, author_name="*B*", at=1.0, moment=3, words="# x"
    )
    record = a_record(a_reel(a_take(1)), notes={note.job_id: [note]})
    text = written(replace(record, desk=Desk(brief=replace(BRIEF, topic="x\n# y"), ideas=(idea,))))
    assert "# x \\# y\n" in text and "1. \\# \\*Bold\\*" in text and "\n# no" not in text
    assert "  - note: 0:03 \\# x · \\*B\\*" in text


# --- takes


def test_every_take_is_told_with_what_it_was_what_it_cost_and_where_it_is() -> None:
    seeded = replace(REQUEST, extras=Extras(seed=7))
    takes = a_take(1), a_take(2, request=seeded, spoiler=True), a_take(3, status=Status.CANCELLED)
    note = Note(
        id="n", job_id=takes[1].job.id, guild_id=5, author_id=2, author_name="Bea", at=1.0, moment=3, words="rain"
    )
    record = a_record(
        a_reel(*takes, votes={"2": 2, "none": 1}, outcome="2", ended_at=170.0), notes={note.job_id: [note]}
    )
    [batch] = document(record)["batches"]
    assert batch["outcome"] == "won" and batch["winner"] == 2 and batch["votes"] == {"2": 2, "none": 1}
    assert batch["link"] == "L/5/3/9" and batch["of"] == "idea" and batch["idea"] == 1
    one, two, three = batch["takes"]
    assert one["prompt"] == REQUEST.prompt and one["model"] == REQUEST.model and one["size"] == REQUEST.size
    assert one["cost"] == 0.25 and one["link"] == "L/5/3/101" and not one["won"] and one["settings"] == {}
    assert two["settings"] == {"seed": 7} and two["spoiler"] and two["won"]
    assert two["notes"] == [{"moment": 3, "words": "rain", "by": "Bea", "at": "1970-01-01 00:00 UTC"}]
    # nothing was asked of the vendor for one that was cancelled
    assert three["cost"] == 0.0 and three["link"] is None and three["status"] == "cancelled"
    assert document(record)["cost"] == {"estimate": 0.5, "takes_priced": 3, "takes": 3}
    assert document(record)["took_part"] == ["Ana", "Bea"]
    text = written(record)
    assert "rounds: take 2 × 2, none × 1 → ★ take 2" in text and "cost: 0.50\n" in text
    assert f"- **take 2** · ★ won · Model {REQUEST.model} · {REQUEST.seconds} seconds · {REQUEST.size} · seed 7" in text
    assert "0.25 · spoiler · [watch](L/5/3/102)" in text and "  - note: 0:03 rain · Bea" in text
    assert text.count(f"> {REQUEST.prompt}") == 1 and "board: <L/5/3/4>" in text


def test_what_has_no_price_is_told_without() -> None:
    record = a_record(a_reel(a_take(1, cost=None), a_take(2)))
    assert cost(record) == Cost(money=PRICE, priced=1, takes=2)
    assert document(record)["batches"][0]["takes"][0]["cost"] is None and "cost: 0.25 (1/2)" in written(record)
    assert document(a_record(a_reel(a_take(1, cost=None))))["cost"] is None


def test_what_was_emptied_is_told_to_have_no_words() -> None:
    gone = a_take(1, request=replace(REQUEST, prompt=""), emptied_at=1.0, asker_name="")
    record = a_record(a_reel(gone, a_take(2)))
    one, _ = document(record)["batches"][0]["takes"]
    assert one["words_deleted"] and one["link"] is None and one["asked_by"] == ""
    text = written(record)
    assert "· emptied" in text and "L/5/3/101" not in text and document(record)["took_part"] == ["Ana"]
    assert [take.number for _, take in on_sheet(record)] == [2]


def test_of_a_blind_batch_models_are_told_once_its_vote_is_over() -> None:
    blind = a_reel(a_take(1, request=replace(REQUEST, extras=Extras(seed=7))), blind=True)
    hidden = a_record(blind)
    [take] = document(hidden)["batches"][0]["takes"]
    assert take["model"] is None and take["settings"] == {} and take["cost"] is None
    assert not document(hidden)["batches"][0]["models_told"]
    assert "untold" in written(hidden) and REQUEST.model not in written(hidden) and "seed 7" not in written(hidden)
    told = a_record(replace(blind, batch=ended(blind.batch, "none", 170.0)))
    assert document(told)["batches"][0]["takes"][0]["model"] == REQUEST.model
    assert document(told)["batches"][0]["blind"] and document(told)["batches"][0]["outcome"] == "none"
    assert "blind" in written(told) and f"Model {REQUEST.model}" in written(told) and "nobody → none" in written(told)


def test_a_vote_that_came_to_nothing_or_to_a_tie_says_so() -> None:
    tie = a_reel(a_take(1), a_take(2), votes={"1": 1, "2": 1}, outcome="tie", ended_at=170.0)
    assert "rounds: take 1 × 1, take 2 × 1 → tie" in written(a_record(tie))
    assert document(a_record(tie))["batches"][0]["outcome"] == "tie"
    nobody = a_reel(a_take(1), ended_at=170.0)
    assert "rounds: nobody\n" in written(a_record(nobody)) and "undecided" not in written(a_record(nobody))
    assert "nobody (undecided)" in written(a_record(a_reel(a_take(1))))


# --- the storyboard, films


def test_the_storyboard_is_told_in_its_order_with_its_length() -> None:
    made = a_take(4, shot="s2")
    shots = (
        Shot(id="s1", source="s1", kind=Kind.STILL, author_id=1, author_name="Cem", made_at=1.0, words="A card",
             seconds=2.0),
        Shot(id="s3", source="s2", kind=Kind.WISH, author_id=1, author_name="Ana", made_at=1.0, words="It sinks",
             note="slowly", join=Join.FADE),
    )  # fmt: skip
    board = Storyboard(brief=BRIEF, shots=shots, made={"s2": Made(number=4, job=made.job, clip=made.clip)})
    film = Film(id="f", brief_id="b", guild_id=5, asker_id=1, made_at=1.0, title="Rain", step=1,
                cuts=(Cut(name="1", source="s1"),), progress=Progress.MADE, posted_id=77)  # fmt: skip
    record = a_record(a_reel(made, idea=0), storyboard=board, films=(film, replace(film, progress=Progress.FAILED)))
    found = document(record)
    assert [one["kind"] for one in found["storyboard"]["shots"]] == ["still", "wish"]
    assert found["storyboard"]["seconds"] == board.length and found["storyboard"]["shots"][1]["take"] == 4
    assert (
        found["storyboard"]["shots"][1]["starts_at"] == 1.5 and found["storyboard"]["shots"][1]["link"] == "L/5/3/104"
    )
    assert found["batches"][0]["of"] == "shots" and found["batches"][0]["takes"][0]["shot"] == 2
    assert found["films"] == [{"title": "Rain", "at": "1970-01-01 00:00 UTC", "shots": 1, "link": "L/5/3/77"}]
    assert found["took_part"] == ["Ana", "Cem"]
    text = written(record)
    assert "1. kind_still · 2 seconds\n   > A card" in text and "of_shots" in text and "shot 2" in text
    assert f"2. kind_wish 4 · {REQUEST.seconds} seconds · join_fade · [watch](L/5/3/104)" in text
    assert "   - note: slowly" in text and "- Rain · [watch](L/5/3/77)" in text and "undecided" not in text


# --- the sheet


def test_winners_are_kept_on_a_sheet_that_is_full() -> None:
    takes = [a_take(number) for number in range(1, SHEET_MOST + 7)]
    last = takes[-1].number
    record = a_record(a_reel(*takes[:20]), a_reel(*takes[20:], outcome=str(last), ended_at=1.0))
    shown = [take.number for _, take in on_sheet(record)]
    assert shown == [*range(1, SHEET_MOST), last]


def test_only_what_everybody_can_see_is_on_a_sheet() -> None:
    seen = [a_take(1), a_take(2, status=Status.DELETED), a_take(3, status=Status.HELD), a_take(4, emptied_at=1.0)]
    elsewhere = replace(a_take(5), clip=(8, 9))
    assert [take.number for _, take in on_sheet(a_record(a_reel(*seen, elsewhere)))] == [1]


# --- read from the database


async def test_it_is_read_whole(store: Store) -> None:
    await begun(store)
    await send(store, jobs_of(2))
    assert (
        await store.plan_batch(replace(BATCH, id="p2", idea=0, blind=True)) and await store.brief_record("no") is None
    )
    more = jobs_of(1, EVENT + 16)
    sent = await store.send_batch(
        "p2",
        "s2",
        [NewTake(job=job, shot="x") for job in more],
        [weigh(job, {Whose.MEMBER: Limit()}) for job in more],
        lambda _: None,
        1002.0,
    )
    assert not isinstance(sent, Batch) and await store.plan_batch(replace(BATCH, id="p3"))
    first = job_id_of(EVENT, 1)
    post = Post(key=clip_key(0), channel_id=3, message_id=99)
    await store.update(first, done, epoch=None, posted=[post])
    note = Note(
        id="n1", job_id=first, guild_id=1, author_id=8, author_name="Bea", at=1.0, moment=None, words="more rain"
    )
    assert await store.note_take(note)
    await store.note_batch("p1", done_at=1003.0)
    assert await store.vote_for_take("p1", 8, "1", lambda _: None, 1004.0) is None
    shot = Shot(id="x", source="x", kind=Kind.WISH, author_id=7, author_name="Ana", made_at=1.0, words="It sinks")
    await store.arrange("b1", "a1", 7, lambda _: Arranged(shots=(shot,)), 1005.0)
    film = Film(id="f1", brief_id="b1", guild_id=1, asker_id=7, made_at=1006.0, step=1, cuts=())
    assert await store.begin_film("b1", "f1", lambda _: film) == film and await store.brief_record("no") is None
    record = await store.brief_record("b1")
    # a plan that nobody sent is nobody else's business
    assert record and [reel.batch.id for reel in record.reels] == ["p1", "p2"] and record.left_out == 0
    assert [take.number for take in record.takes] == [1, 2, 3] and record.takes[2].shot == "x"
    assert [await store.reel("p1"), await store.reel("p2")] == list(record.reels)
    assert record.notes == {first: [note]} and record.reels[0].count.votes == {"1": 1}
    assert record.desk == await store.desk("b1") and record.storyboard == await store.storyboard("b1")
    assert record.storyboard and record.storyboard.made["x"].number == 3 and record.films == (film,)


async def test_a_sheet_is_looked_after_while_it_may_show_a_take_that_is_gone(store: Store) -> None:
    await begun(store)
    sent = await send(store, jobs_of(2))
    assert isinstance(sent, Sent)
    brief = await store.note_brief(sent.batch.brief_id, sheet_at=1500.0)
    assert brief and not await store.has_lost_take(brief, 1500.0)
    version = brief.version
    gone, stays = sent.jobs

    def take_back(at: float, status: Status = Status.DELETED) -> Callable[[Job], Job]:
        return lambda job: replace(job, status=status, status_since=at)

    # what ends otherwise, and what was gone before, is no loss; but it is looked at
    await store.update(stays.id, take_back(1600.0, Status.FAILED), epoch=None)
    await store.update(gone.id, take_back(1400.0), epoch=None)
    assert not await store.has_lost_take(brief, 1500.0)
    await store.update(gone.id, take_back(1500.0), epoch=None)
    assert await store.has_lost_take(brief, 1500.0)
    after = await store.find_brief(sent.batch.brief_id)
    assert after and after.version > version
    await store.note_brief(sent.batch.brief_id, sheet_at=None)
    await store.update(gone.id, take_back(1700.0), epoch=None)
    untouched = await store.find_brief(sent.batch.brief_id)
    assert untouched and untouched.version == after.version
