"""Standings: read in one go, and only what people would see of them is worth an edit."""

import pytest

from bot.catalogue import read_catalogue
from bot.line import Room
from bot.outlook import Standing, round_minutes, round_place
from bot.store import Store
from bot.tracker.experience import Experience
from bot.tracker.lane import Lane
from bot.tracker.standings import Standings
from bot.usual_times import kind_of
from tests.jobs import REQUEST, a_job

EXPERIENCE = Experience(read_catalogue())
MIDDLE = EXPERIENCE.expected(kind_of(REQUEST)).middle


@pytest.fixture
def drawing() -> Lane:
    return Lane("draw", width=1)


@pytest.fixture
def standings(store: Store, drawing: Lane) -> Standings:
    return Standings(store, Room(most=1), EXPERIENCE, drawing)


async def test_own_jobs_know_their_place_and_moves_are_told_once(
    store: Store, drawing: Lane, standings: Standings
) -> None:
    for number in range(1, 4):
        await store.insert(a_job(number))
    await store.insert(a_job(4, worker="other"))
    await standings.read()
    # the first may be sent at once
    assert standings.standing(a_job(1)) is None
    assert standings.standing(a_job(2)) == Standing(place=1, wait=MIDDLE)
    assert standings.standing(a_job(3)) == Standing(place=2, wait=2 * MIDDLE)
    assert standings.standing(a_job(4)) is None
    assert [drawing.knows(a_job(number).id) for number in range(1, 5)] == [False, True, True, False]
    for number in (2, 3):
        drawing.forget(a_job(number).id)
    await standings.read()
    assert len(drawing) == 0
    await store.claim(5000.0, Room(most=1), 1)
    await standings.read()
    assert standings.standing(a_job(2)) == Standing(place=1, wait=MIDDLE)
    assert len(drawing) == 0


async def test_the_queue_has_everybodys_jobs_in_the_order_in_which_they_are_sent(
    store: Store, standings: Standings
) -> None:
    assert await standings.queue() == {}
    for number, asker_id in ((1, 7), (2, 7), (3, 8)):
        await store.insert(a_job(number, asker_id=asker_id))
    await store.insert(a_job(4, asker_id=9, worker="other"))
    queue = await standings.queue()
    # members take turns
    assert list(queue) == [a_job(number).id for number in (1, 3, 4, 2)]
    assert list(queue.values()) == [None, *(Standing(place=place, wait=place * MIDDLE) for place in (1, 2, 3))]


@pytest.mark.parametrize(
    ("place", "told"), [(1, 1), (10, 10), (11, 20), (20, 20), (21, 30), (100, 100), (101, 150), (1001, 1050)]
)
def test_places_are_told_the_coarser_the_farther(place: int, told: int) -> None:
    assert round_place(place) == told


def test_a_long_line_that_moves_on_by_one_changes_few_cards() -> None:
    """A thousand waiting cards must not be a thousand edits whenever one job ends."""
    changed = [place for place in range(1, 1001) if round_place(place) != round_place(place + 1)]
    assert len(changed) <= 10 + 10 + 20


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0, 0), (59, 0), (60, 1), (200, 3), (359, 6), (400, 5), (1000, 15), (3000, 45), (8000, 120), (20_000, 360)],
)
def test_waits_are_told_the_coarser_the_longer(seconds: float, minutes: int) -> None:
    assert round_minutes(seconds) == minutes
