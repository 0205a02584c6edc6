"""Drafts: what a form changes, what another model makes of it, and that it comes back from each database."""

import dataclasses
from typing import Any

import pytest

from bot.catalogue import Extras, Shots, read_catalogue
from bot.chosen_settings import set_extras
from bot.display import Post
from bot.drafts import (
    Form,
    Given,
    Link,
    SavedDraft,
    assemble,
    fill,
    read_whole,
    rewritten,
    with_further,
    with_model,
)
from bot.further_pictures import FurtherPicture
from bot.jobs import PictureState, Status, card_face, deleted, needs_drawing, needs_saying
from bot.store import Store
from bot.video_request import Draft, Refusal
from tests.bot.conftest import Colleague
from tests.jobs import a_job

CATALOGUE = read_catalogue()
PICTURE = Link(url="https://cdn/a.png?ex=1", bytes=10, shape=(640, 480), name="a.png", spoiler=True)


def a_draft(**fields: Any) -> SavedDraft:
    draft = Draft(prompt="A boat", model="sora-2-pro", seconds=8, size="1280x720")
    plain = {"id": "abc", "author_id": 7, "form": Form.CHANGE, "draft": draft, "changed_at": 1000.0}
    return SavedDraft(**{**plain, **fields})


# --- the words


@pytest.mark.parametrize(
    ("parts", "prompt"),
    [
        ({"subject": "A boat"}, "A boat."),
        ({"lighting": "blue dusk", "shot": "Wide shot."}, "Wide shot. blue dusk."),
        ({"subject": " 紙の舟。", "action": "  "}, "紙の舟。"),
        ({"subject": "Is it a boat?", "else": "nothing"}, "Is it a boat?"),
        ({}, ""),
    ],
)
def test_parts_become_sentences_in_their_order(parts: dict[str, str], prompt: str) -> None:
    assert assemble(parts) == prompt


def test_a_composed_prompt_is_put_together_anew() -> None:
    saved = a_draft(form=Form.COMPOSE, parts={"subject": "A boat"})
    filled = fill(saved, {"subject": "A kite", "setting": "A hill"}, None, CATALOGUE, 2000.0)
    assert filled.draft.prompt == "A kite. A hill."
    assert (filled.parts["subject"], filled.parts["action"], filled.changed_at) == ("A kite", "", 2000.0)


# --- the choices

WHAT_A_FORM_CHANGES = [
    ({}, {"prompt": "A boat", "seconds": 8, "size": None}),
    (
        {"prompt": "A kite", "seconds": "12", "size": "720x1280"},
        {"prompt": "A kite", "seconds": 12, "size": "720x1280"},
    ),
    ({"seconds": "12; drop"}, {"seconds": None}),
    ({"model": "sora-2", "size": "1280x720"}, {"model": "sora-2", "size": "1280x720", "seconds": 8}),
    ({"model": "nonsense", "size": "1280x720"}, {"model": "nonsense"}),
]


@pytest.mark.parametrize(("values", "expected"), WHAT_A_FORM_CHANGES)
def test_a_form_changes_what_was_filled_in(values: dict[str, str], expected: dict[str, Any]) -> None:
    filled = fill(a_draft(), values, None, CATALOGUE, 2000.0)
    assert {name: getattr(filled.draft, name) for name in expected} == expected


def test_a_picture_takes_the_place_of_the_one_before() -> None:
    filled = fill(a_draft(keeps_picture=True, has_picture=True), {}, PICTURE, CATALOGUE, 2000.0)
    assert filled.link == PICTURE and not filled.keeps_picture and not filled.has_picture


@pytest.mark.parametrize(("given", "size"), [(True, "1280x720"), (False, None)])
def test_another_picture_changes_only_a_size_that_nobody_chose(given: bool, size: str | None) -> None:
    filled = fill(a_draft(size_given=given), {"size": "1280x720"}, PICTURE, CATALOGUE, 2000.0)
    assert filled.draft.size == size


def test_another_model_takes_what_is_nearest_and_leaves_open_what_was_open() -> None:
    other = with_model(a_draft(draft=Draft(prompt="A boat", model="sora-2-pro")), "sora-2", CATALOGUE, 2000.0)
    assert (other.draft.model, other.draft.seconds, other.draft.size) == ("sora-2", None, None)


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("", None), ("-1", None), ("٣", None), ("9" * 12, None)])
def test_numbers_of_menus(text: str, number: int | None) -> None:
    assert read_whole(text) == number


def test_a_picked_link_that_is_not_there_is_none() -> None:
    assert a_draft(links=(PICTURE,), picked=3).link is None
    assert a_draft(links=(PICTURE,), picked=0).link == PICTURE


# --- the database


async def test_a_draft_comes_back_as_it_was_kept(store: Store) -> None:
    saved = a_draft(links=(PICTURE, dataclasses.replace(PICTURE, shape=None)), picked=1, parts={"shot": "Wïde"})
    await store.keep_draft(saved)
    assert await store.find_draft("abc") == saved
    changed = rewritten(saved, 3000.0, prompt="A kite", picked=0)
    await store.keep_draft(changed)
    assert await store.find_draft("abc") == changed
    assert await store.find_draft("abd") is None


FURTHER = (Given(slot="last", link=PICTURE), Given(slot="1", kept_spoiler=True), Given(slot="2", of_parent=True))


async def test_a_draft_comes_back_with_all_that_its_model_may_take(store: Store) -> None:
    extras = Extras(negative="snow", seed=7, sound=False, resolution="pro", shots=Shots.SEVERAL)
    saved = rewritten(a_draft(further=FURTHER), 2000.0, extras=extras)
    await store.keep_draft(saved)
    found = await store.find_draft("abc")
    assert found == saved and found.wished == dataclasses.replace(extras, last=True, references=2)
    assert [each.spoiler for each in found.further] == [True, True, False]


async def test_a_draft_keeps_further_pictures_until_it_is_sent_or_thrown_away(store: Store) -> None:
    saved = a_draft()
    await store.keep_draft(saved)
    await store.keep_draft_pictures(saved, {"last": b"end", "1": b"one"})
    await store.keep_draft_pictures(saved, {"1": b"other"})
    assert await store.draft_pictures("abc") == {"last": b"end", "1": b"other"}
    await store.insert(a_job(1), draft_id="abc", further=[FurtherPicture(slot="last", data=b"end")])
    await store.keep_draft_pictures(saved, {"1": b"late"})
    assert await store.draft_pictures("abc") == {}

    other = a_draft(id="other")
    await store.keep_draft(other)
    await store.keep_draft_pictures(other, {"last": b"end"})
    await store.discard_draft("other")
    assert await store.draft_pictures("other") == {}


def test_further_pictures_are_added_replaced_and_dropped() -> None:
    added = Given(slot="1", link=PICTURE)
    changed = with_further(a_draft(further=FURTHER), [added], ["last", "2"], 2000.0)
    assert (changed.further, changed.changed_at) == ((added,), 2000.0)


SET: list[tuple[str, dict[str, str], Extras]] = [
    ("sora-2-pro", {"negative": "snow", "seed": "1", "sound": "off", "shots": "several"}, Extras()),
    ("veo-3.1", {"negative": " snow ", "seed": "1"}, Extras(negative="snow")),
    ("veo-3.1", {"negative": " "}, Extras()),
    ("seedance-2.0", {"seed": " 7 ", "sound": "off"}, Extras(seed=7, sound=False)),
    ("seedance-2.0", {"seed": "", "sound": "on"}, Extras()),
    ("kling-v3", {"negative": "", "sound": "on", "shots": "listed"}, Extras(shots=Shots.LISTED)),
    ("kling-v3", {"sound": "on", "shots": "one"}, Extras()),
    ("wan-2.6", {"sound": "off", "shots": "listed"}, Extras(sound=False)),
]


@pytest.mark.parametrize(("model", "values", "extras"), SET)
def test_settings_are_what_the_form_of_their_model_says(model: str, values: dict[str, str], extras: Extras) -> None:
    saved = rewritten(a_draft(), 2000.0, model=model)
    changed = set_extras(saved, values, CATALOGUE, 3000.0)
    assert isinstance(changed, SavedDraft)
    assert (changed.draft.extras, changed.changed_at) == (extras, 3000.0)


def test_what_another_model_takes_stays_as_it_was() -> None:
    before = Extras(negative="snow", seed=7, sound=False, resolution="pro", shots=Shots.SEVERAL)
    saved = rewritten(a_draft(), 2000.0, model="veo-3.1", extras=before)
    changed = set_extras(saved, {"negative": "rain"}, CATALOGUE, 3000.0)
    assert isinstance(changed, SavedDraft)
    assert changed.draft.extras == dataclasses.replace(before, negative="rain")
    assert with_model(changed, "sora-2", CATALOGUE, 4000.0).draft.extras == changed.draft.extras


@pytest.mark.parametrize("text", ["-1", "1.5", "seven", "12345678901", "٣"])
def test_a_seed_is_a_whole_number(text: str) -> None:
    refused = set_extras(rewritten(a_draft(), 2000.0, model="wan-2.6"), {"seed": text}, CATALOGUE, 3000.0)
    assert isinstance(refused, Refusal) and refused.code == "seed_no_number"


async def test_a_draft_keeps_its_picture_when_its_words_change(store: Store) -> None:
    await store.keep_draft(a_draft())
    await store.keep_draft_picture("abc", b"bytes")
    await store.keep_draft(rewritten(a_draft(), 3000.0, prompt="A kite"))
    found = await store.find_draft("abc")
    assert found and found.has_picture and await store.draft_picture("abc") == b"bytes"


async def test_the_last_draft_of_a_form_is_found_and_old_ones_are_thrown_away(store: Store) -> None:
    for number, form in enumerate((Form.COMPOSE, Form.COMPOSE, Form.CHANGE)):
        await store.keep_draft(a_draft(id=f"d{number}", form=form, changed_at=1000.0 + number))
    await store.keep_draft(a_draft(id="theirs", author_id=8, form=Form.COMPOSE, changed_at=2000.0))
    last = await store.last_draft(7, Form.COMPOSE)
    assert last and last.id == "d1"
    await store.discard_drafts(1001.5)
    assert await store.last_draft(7, Form.COMPOSE) is None
    assert await store.find_draft("d2")


async def test_a_draft_is_sent_once(store: Store) -> None:
    await store.keep_draft(a_draft())
    assert await store.insert(a_job(1), draft_id="abc")
    assert not await store.insert(a_job(2), draft_id="abc")
    assert await store.find(a_job(2).id) is None and await store.find_draft("abc") is None


async def test_what_was_sent_is_not_taken_up_again(store: Store) -> None:
    await store.keep_draft(a_draft(form=Form.COMPOSE))
    await store.keep_draft_picture("abc", b"bytes")
    assert not await store.is_taken("abc") and not await store.is_taken(a_job(1).id)
    await store.insert(a_job(1), draft_id="abc")
    assert await store.is_taken("abc") and await store.is_taken(a_job(1).id)
    await store.keep_draft(a_draft(form=Form.COMPOSE))
    await store.discard_draft("abc")
    assert await store.find_draft("abc") is None and await store.last_draft(7, Form.COMPOSE) is None
    assert await store.draft_picture("abc") is None and await store.is_taken("abc")
    await store.discard_drafts(2000.0)
    assert not await store.is_taken("abc")


async def test_the_job_of_an_event_settles_what_was_asked_about_it(store: Store) -> None:
    await store.keep_draft(a_draft(id=a_job(1).id))
    assert await store.insert(a_job(1))
    assert not await store.insert(a_job(2), draft_id=a_job(1).id)


async def test_a_draft_is_thrown_away(store: Store) -> None:
    await store.keep_draft(a_draft())
    await store.discard_draft("abc")
    assert await store.find_draft("abc") is None and not await store.is_taken("abc")


async def test_an_event_that_came_before_leaves_the_draft(store: Store) -> None:
    await store.insert(a_job(1))
    await store.keep_draft(a_draft())
    assert not await store.insert(a_job(1), draft_id="abc")
    assert await store.find_draft("abc")


# --- what is taken back


async def test_a_clip_is_taken_back_by_whoever_is_there(store: Store, colleague: Colleague) -> None:
    """The worker that carried the job may be long gone."""
    job = a_job(status=Status.COMPLETED, shown=Status.COMPLETED, card_id=5, picture=PictureState.READ)
    job = dataclasses.replace(job, card_face=card_face(job))
    await store.insert(job, b"bytes")
    await store.update(job.id, lambda now: now, epoch=None, posted=[Post(key="completed", channel_id=2, message_id=6)])
    later = colleague("w2")
    taken = await later.update(job.id, lambda now: deleted(now, 2000.0), epoch=None)
    assert taken and (taken.worker, taken.epoch) == ("w2", job.epoch + 1)
    assert needs_drawing(taken) and not needs_saying(taken)
    assert await store.picture(job.id) is None
    assert job.id in await later.lagging()


async def test_only_what_was_made_can_be_taken_back() -> None:
    for status in Status:
        # once more: what could not be removed before
        may_be = status in (Status.COMPLETED, Status.DELETED)
        assert (deleted(a_job(status=status), 1.0) is not None) is may_be
