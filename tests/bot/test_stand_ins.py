"""Stand-ins: what comes nearest to a model that is not to be had, and whose wishes it makes."""

import time
from dataclasses import replace
from typing import Any

import pytest

from bot.actions.ask import Ask
from bot.actions.content import Content
from bot.actions.gate import Gate
from bot.actions.stand_ins import StandIns
from bot.catalogue import Catalogue, read_catalogue
from bot.jobs import Job, Venue
from bot.moderation import Entry
from bot.server_rules.document import parse_document
from bot.server_rules.limits import Limit
from bot.stand_ins import nearest, stand_ins
from bot.store import Store
from bot.tracker.availability import Availability
from bot.video_request import Draft, Refusal, VideoRequest, as_draft, parse
from bot.workbench import Workbench
from tests.jobs import REQUEST, a_job

CATALOGUE = read_catalogue()
SORA = CATALOGUE.models["sora-2-pro"]


@pytest.mark.parametrize(
    ("wish", "refused", "model"),
    [
        ({"seconds": 8}, (), "veo-3.1"),
        ({"seconds": 4}, (), "veo-3.1"),
        ({"seconds": 12}, (), "seedance-2.0"),
        ({"seconds": 8}, ("veo-3.1",), "seedance-2.0"),
        ({"seconds": 8}, ("veo-3.1", "seedance-2.0"), "seedance-2.0-fast"),
        ({"seconds": 12, "size": "1792x1024"}, ("seedance-2.0",), "kling-v3"),
        ({"seconds": 4}, ("veo-3.1", "seedance-2.0", "seedance-2.0-fast", "kling-v3"), "wan-2.6"),
        # what its maker retired is proposed only when nothing else is left
        ({"seconds": 4}, ("veo-3.1", "seedance-2.0", "seedance-2.0-fast", "kling-v3", "wan-2.6"), "sora-2"),
        ({"prompt": "a" * 2400}, (), "kling-v3"),
    ],
)
def test_what_comes_nearest(wish: dict[str, object], refused: tuple[str, ...], model: str) -> None:
    request = replace(REQUEST, **wish)  # type: ignore[arg-type]  # fields of VideoRequest by name
    found = nearest(CATALOGUE, SORA, {"sora-2-pro", *refused}, request, has_picture=False)
    assert found and found.id == model


def test_with_a_picture_only_what_takes_one_comes_near() -> None:
    blind = replace(CATALOGUE.models["veo-3.1"], picture=None)
    catalogue = Catalogue(models={**CATALOGUE.models, "veo-3.1": blind}, default=SORA)
    for has_picture, model in ((False, "veo-3.1"), (True, "seedance-2.0")):
        found = nearest(catalogue, SORA, (), REQUEST, has_picture=has_picture)
        assert found and found.id == model


def test_where_nothing_is_left_nothing_is_near() -> None:
    assert nearest(CATALOGUE, SORA, set(CATALOGUE.models), REQUEST, has_picture=False) is None
    assert nearest(Catalogue(models={SORA.id: SORA}, default=SORA), SORA, (), REQUEST, has_picture=False) is None


# --- a wish, as others take it


def by_others(draft: Draft, *refused: str) -> list[VideoRequest]:
    request = parse(draft, CATALOGUE)
    assert isinstance(request, VideoRequest)
    return list(stand_ins(draft, request, CATALOGUE, {SORA.id, *refused}))


def test_what_stands_in_makes_the_same_as_nearly_as_it_can() -> None:
    first, *_ = by_others(Draft(prompt="A boat", seconds=12, size="1792x1024"))
    assert (first.model, first.seconds, first.size_given) == ("seedance-2.0", 12, True)
    assert first.by_default == first.stands_in_for == SORA.id
    for request in by_others(Draft(prompt="A boat", has_picture=True, picture=(1000, 700))):
        model = CATALOGUE.models[request.model]
        assert model.picture and request.size in model.sizes(request.seconds) and not request.size_given


def test_what_does_not_take_the_picture_does_not_stand_in() -> None:
    small = Draft(prompt="A boat", has_picture=True, picture=(200, 200))
    for request in by_others(small):
        assert not isinstance(parse(replace(small, model=request.model), CATALOGUE), Refusal)
    assert len(by_others(small)) < len(by_others(Draft(prompt="A boat")))


# --- whose wish it is


def test_a_model_counts_as_chosen_only_where_somebody_named_it() -> None:
    for named, by_default in ((None, SORA.id), (SORA.id, None), ("veo-3.1", None)):
        request = parse(Draft(prompt="A boat", model=named), CATALOGUE)
        assert isinstance(request, VideoRequest) and request.by_default == by_default
        assert request.stands_in_for is None and as_draft(request, CATALOGUE).model == named


def test_what_a_stand_in_made_is_wished_for_of_the_default_again() -> None:
    first, *_ = by_others(Draft(prompt="A boat", seconds=8, size="1792x1024"))
    again = as_draft(first, CATALOGUE)
    assert again.model is None
    request = parse(again, CATALOGUE)
    assert isinstance(request, VideoRequest)
    assert (request.model, request.seconds, request.size) == (SORA.id, 8, "1792x1024")
    assert request.stands_in_for is None


# --- through the gate


async def settle(
    store: Store,
    draft: Draft,
    *,
    refused: tuple[str, ...] = (SORA.id,),
    rules: dict[str, Any] | None = None,
    ceiling: Limit | None = None,
    catalogue: Catalogue = CATALOGUE,
) -> Job | Refusal:
    document = parse_document({"version": 1, "server": rules or {}, "channels": {}})
    entry = Entry(guild_id=1, at=time.time(), actor_id=7, action="rules_import")
    await store.change_rules(1, lambda _: document, lambda *_: entry)
    content = Content(store, Workbench(), None)
    gate = Gate(store, catalogue, content, ceiling=ceiling or Limit(), bot=Limit(), tells_rules=False)
    availability = Availability(store)
    for model in refused:
        await availability.note_refusal(model, "no_model")
    request = parse(draft, catalogue)
    assert isinstance(request, VideoRequest)
    job = a_job(request=request)
    return await StandIns(store, availability, catalogue, gate).settle(an_ask(draft), draft, job)


def an_ask(draft: Draft) -> Ask:
    return Ask(
        event_id=1_400_000_000_000_000_001,
        draft=draft,
        link=None,
        asker_id=7,
        asker_name="Ana",
        guild_id=1,
        channel_id=2,
        locale="en-US",
        venue=Venue.THREAD,
    )


async def maker(store: Store, draft: Draft, **more: Any) -> str:
    """The model that makes it, or why none does."""
    settled = await settle(store, draft, **more)
    return settled.code if isinstance(settled, Refusal) else settled.request.model


PLAIN = Draft(prompt="A boat", seconds=8)


async def test_only_who_chose_none_gets_another_and_only_while_the_default_is_away(store: Store) -> None:
    assert await maker(store, PLAIN) == "veo-3.1"
    assert await maker(store, PLAIN, refused=()) == SORA.id
    assert await maker(store, PLAIN, refused=("veo-3.1",)) == SORA.id
    assert await maker(store, replace(PLAIN, model=SORA.id)) == SORA.id
    assert await maker(store, PLAIN, refused=(SORA.id, "veo-3.1")) == "seedance-2.0"


async def test_it_is_the_nearest_one_that_the_server_allows(store: Store) -> None:
    assert await maker(store, PLAIN, rules={"models": [SORA.id, "wan-2.6", "kling-v3"]}) in ("kling-v3", "wan-2.6")
    assert await maker(store, PLAIN, rules={"models": [SORA.id]}) == "default_gone"
    # what would be refused anyway the gate refuses as ever
    assert await maker(store, PLAIN, rules={"allowed": False}) == SORA.id


async def test_where_money_counts_what_has_no_price_does_not_stand_in(store: Store) -> None:
    def priced(*ids: str) -> Catalogue:
        models = {
            model.id: replace(model, price=dict.fromkeys(model.size.values, 0.5)) if model.id in ids else model
            for model in CATALOGUE.models.values()
        }
        return Catalogue(models=models, default=models[SORA.id])

    budget = Limit(money_day=100_000_000)
    assert await maker(store, PLAIN, ceiling=budget, catalogue=priced(SORA.id, "wan-2.6")) == "wan-2.6"
    assert await maker(store, PLAIN, ceiling=budget, catalogue=priced(SORA.id)) == "default_gone"
    # and it has to fit in what is left
    small = Limit(money_day=1_000_000)
    assert await maker(store, PLAIN, ceiling=small, catalogue=priced(SORA.id, "wan-2.6")) == SORA.id


# --- those who run the bot are told once


async def test_its_owners_are_told_once_until_it_was_back(store: Store) -> None:
    availability = Availability(store)
    gate = Gate(store, CATALOGUE, Content(store, Workbench(), None), ceiling=Limit(), bot=Limit(), tells_rules=False)
    stand_in = StandIns(store, availability, CATALOGUE, gate)
    assert await stand_in.untold() is None
    await availability.note_refusal("veo-3.1", "no_model")
    assert await stand_in.untold() is None
    await availability.note_refusal(SORA.id, "access")
    away = await stand_in.untold()
    assert away and (away.model, away.reason) == (SORA, "access")
    assert away.instead and away.instead.id == "seedance-2.0"
    assert await stand_in.untold() is None
    await stand_in.forget(away)
    assert await stand_in.untold() == away
    await availability.note_success(SORA.id)
    assert await stand_in.untold() is None
    await availability.note_refusal(SORA.id, "access")
    assert await stand_in.untold()
