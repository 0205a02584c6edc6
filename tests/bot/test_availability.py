"""Models that the vendor refused: remembered by all workers, and forgotten in time."""

import time

from bot.store import Store
from bot.tracker.availability import BELIEVED_FOR, Availability, Refused, read_refusals, still_refused
from tests.bot.conftest import Colleague


def test_a_refusal_is_forgotten_after_some_hours() -> None:
    known = {
        "old": Refused(at=1000.0, reason="access", since=1000.0),
        "new": Refused(at=2000.0, reason="no_model", since=2000.0),
    }
    assert set(still_refused(known, 2000.0)) == {"old", "new"}
    assert set(still_refused(known, 1000.0 + BELIEVED_FOR)) == {"new"}


async def test_a_model_that_stays_away_is_asked_for_ever_more_rarely(store: Store) -> None:
    first = time.time() - 10 * BELIEVED_FOR
    await store.keep_fact("refused:wan-2.6", f"{first} no_model {first}")
    availability = Availability(store)
    await availability.read()
    assert not availability.refused and availability.why("wan-2.6") is None
    await availability.note_refusal("wan-2.6", "no_model")
    assert availability.why("wan-2.6") == "no_model"
    [known] = read_refusals(await store.facts("refused:")).values()
    assert known.since == first and known.until - known.at > 9 * BELIEVED_FOR
    # what was taken once is away for the first time when it is away again
    await availability.note_success("wan-2.6")
    await availability.note_refusal("wan-2.6", "no_model")
    [known] = read_refusals(await store.facts("refused:")).values()
    assert known.since == known.at and known.until - known.at == BELIEVED_FOR


def test_what_is_written_is_read_again() -> None:
    facts = {"refused:veo-3.1": "1764030000.25 no_model 1764020000.5", "refused:odd": "5 ", "refused:old": "7 access"}
    assert read_refusals(facts) == {
        "veo-3.1": Refused(at=1764030000.25, reason="no_model", since=1764020000.5),
        "odd": Refused(at=5.0, reason="", since=5.0),
        "old": Refused(at=7.0, reason="access", since=7.0),
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
