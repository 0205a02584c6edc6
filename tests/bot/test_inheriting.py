"""Inheriting: whose heirs takes are, words said together within a limit, and plans kept with what they inherit."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.makings import Makings
from bot.actions.pictures import ReadPicture
from bot.briefs.inheriting import Inherited, forebear, winners, with_words
from bot.briefs.takes import Batch, Plan, Taken, drafts_of
from bot.further_pictures import FurtherPicture
from bot.jobs import PictureState
from bot.server_rules.limits import Whose
from bot.store import Store
from bot.store.schema import metadata
from bot.store.takes import NewTake, Sent
from bot.video_request import VideoRequest, parse
from tests.bot.test_takes import BATCH, CATALOGUE, FREE, SORA, begun, jobs_of
from tests.bot.test_usage import weigh
from tests.jobs import a_job


def taken(*won: int) -> list[Taken]:
    return [
        Taken(number=number, job_id=f"j{number}", batch_id="b", idea=1, winner=number in won) for number in (3, 1, 4, 2)
    ]


@pytest.mark.parametrize(
    ("won", "heir_of", "number"),
    [((), None, None), ((1, 3), None, 3), ((1, 3), 1, 1), ((1, 3), 2, None), ((), 3, None), ((1,), 9, None)],
)
def test_the_last_that_won_is_inherited_from_where_none_was_chosen(
    won: tuple[int, ...], heir_of: int | None, number: int | None
) -> None:
    found = forebear(Plan(heir_of=heir_of), taken(*won))
    assert (found.number if found else None) == number
    assert [take.number for take in winners(taken(*won))] == sorted(won)


# --- words


@pytest.mark.parametrize(
    ("own", "inherited", "limit", "both"),
    [
        ("A fox runs.", "A boat drifts.", 100, "A fox runs.\nA boat drifts."),
        ("A fox runs", "A boat drifts. It is night.", 100, "A fox runs\nA boat drifts. It is night."),
        # of the same idea they are said once
        ("A boat. It drifts.", "A boat. It drifts.", 100, "A boat. It drifts."),
        ("A boat", "a boat. It drifts.", 100, "A boat\nIt drifts."),
        ("狐が走る。", "船が漂う。夜だ。", 100, "狐が走る。\n船が漂う。 夜だ。"),
        ("A fox.", "One line\nanother line", 100, "A fox.\nOne line another line"),
        # whole sentences, as many as there is room for
        ("A fox.", "A boat drifts down the gutter. Night.", 20, "A fox.\nNight."),
        ("A fox.", "A boat.", 6, "A fox."),
        ("A fox.", "", 100, "A fox."),
        ("", "A boat.", 100, "A boat."),
    ],
)
def test_words_are_said_together_as_far_as_there_is_room(own: str, inherited: str, limit: int, both: str) -> None:
    assert with_words(own, inherited, limit) == both


@given(st.text(max_size=60), st.text(max_size=120), st.integers(0, 150))
def test_what_was_written_stays_and_no_limit_is_passed(own: str, inherited: str, limit: int) -> None:
    both = with_words(own, inherited, limit)
    assert both.startswith(own) and len(both) <= max(limit, len(own))


# --- what takes are made of

PICTURE = ReadPicture(data=b"own", shape=(900, 900))


def test_what_takes_start_from() -> None:
    before = a_job(request=replace(a_job().request, size="1280x720"))
    own = Makings(prompt="p", picture=PICTURE)
    assert (own.state, own.shape, own.kept) == (PictureState.READ, (900, 900), b"own")
    frame = Makings(prompt="p", before=before, goes_on=True)
    assert (frame.state, frame.shape, frame.kept, frame.seen) == (PictureState.AWAITED, (1280, 720), None, [])
    words = Makings(prompt="p", before=before)
    assert (words.state, words.has_picture, words.shape) == (PictureState.NONE, False, None)
    looks = Makings(prompt="p", before=before, further={"1": PICTURE, "2": ReadPicture(data=b"two")})
    assert (looks.further_state, looks.shapes) == (PictureState.READ, {"1": (900, 900), "2": None})
    assert [each.slot for each in looks.kept_further] == ["1", "2"] and len(looks.seen) == 2


def test_pictures_to_look_like_come_along_into_what_is_asked_for() -> None:
    drafts = drafts_of(
        Plan(models=("veo-3.1",)), "A fox", CATALOGUE, None, has_picture=False, further={"1": (900, 900)}
    )
    [request] = [parse(draft, CATALOGUE) for draft in drafts]
    assert isinstance(request, VideoRequest) and request.extras.references == 1


# --- plans in the database


async def test_a_plan_comes_back_with_what_it_inherits(store: Store) -> None:
    await begun(store)
    plan = Plan(models=(SORA,), inherits=(Inherited.FRAME, Inherited.WORDS), heir_of=4)
    changed = await store.change_batch(BATCH.id, lambda reel: replace(reel.batch, plan=plan), 1001.0)
    reel = await store.reel(BATCH.id)
    assert isinstance(changed, Batch) and reel and reel.batch.plan == plan == changed.plan


async def test_plans_of_another_version_are_read(store: Store) -> None:
    await begun(store)
    batches = metadata.tables["batches"]
    kept = await store._read(lambda db: db.scalar(sa.select(batches.c.plan)))
    assert kept and not {"inherits", "heir_of"} & kept.keys()
    for plan, read in (({"each": 2}, Plan(each=2)), ({"each": 3, "unheard of": 1}, Plan(each=3)), ({}, Plan())):
        await store._execute(sa.update(batches).values(plan=plan))
        reel = await store.reel(BATCH.id)
        assert reel and reel.batch.plan == read


async def test_all_takes_of_a_batch_have_its_further_pictures(store: Store) -> None:
    await begun(store)
    new = [replace(job, further=PictureState.READ) for job in jobs_of(2)]
    looks = [FurtherPicture(slot="1", data=b"one")]
    weighings = [weigh(job, {Whose.MEMBER: FREE}) for job in new]
    takes = [NewTake(job=job, further=looks) for job in new]
    sent = await store.send_batch(BATCH.id, "s1", takes, weighings, lambda _: None, 1001.0)
    assert isinstance(sent, Sent)
    for job in sent.jobs:
        assert await store.further_pictures(job.id) == {"1": looks[0]}
