"""Models that the vendor refused: remembered by all workers, forgotten in time, and what comes nearest instead."""

import time
from dataclasses import replace

import pytest

from bot.catalogue import Catalogue, read_catalogue
from bot.store import Store
from bot.tracker.availability import BELIEVED_FOR, Availability, Refused, nearest, read_refusals, still_refused
from tests.bot.conftest import Colleague
from tests.jobs import REQUEST

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


def test_a_refusal_is_forgotten_after_some_hours() -> None:
    known = {"old": Refused(at=1000.0, reason="access"), "new": Refused(at=2000.0, reason="no_model")}
    assert set(still_refused(known, 2000.0)) == {"old", "new"}
    assert set(still_refused(known, 1000.0 + BELIEVED_FOR)) == {"new"}


def test_what_is_written_is_read_again() -> None:
    facts = {"refused:veo-3.1": "1764030000.25 no_model", "refused:odd": "5 "}
    assert read_refusals(facts) == {
        "veo-3.1": Refused(at=1764030000.25, reason="no_model"),
        "odd": Refused(at=5.0, reason=""),
    }


async def test_all_workers_hear_of_a_refusal_and_of_its_end(store: Store, colleague: Colleague) -> None:
    mine, other = Availability(store), Availability(colleague("w2"))
    await mine.note_refusal("veo-3.1", "no_model")
    await mine.note_refusal("wan-2.6", "access")
    assert mine.refused == {"veo-3.1", "wan-2.6"} and not other.refused
    await other.read()
    assert other.refused == {"veo-3.1", "wan-2.6"}
    await other.note_success("veo-3.1")
    assert other.refused == {"wan-2.6"}
    await mine.read()
    assert mine.refused == {"wan-2.6"}


async def test_a_start_knows_what_was_refused_before_and_not_what_is_long_ago(store: Store) -> None:
    await Availability(store).note_refusal("veo-3.1", "no_model")
    await store.keep_fact("refused:wan-2.6", f"{time.time() - BELIEVED_FOR - 1} access")
    later = Availability(store)
    await later.read()
    assert later.refused == {"veo-3.1"}


async def test_a_success_of_a_model_that_was_never_refused_writes_nothing(store: Store) -> None:
    await store.keep_fact("refused:wan-2.6", "1 access")
    await Availability(store).note_success("wan-2.6")
    assert await store.facts("refused:") == {"refused:wan-2.6": "1 access"}
