"""When jobs are looked at, walked through a whole life."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue import Model, read_catalogue
from bot.poll_schedule import (
    OVERDUE_EVERY,
    SPARSE,
    Chances,
    last_look,
    next_fetch,
    next_look,
    overdue_look,
)
from bot.usual_times import chance, expect

BUILT_IN = list(read_catalogue().models.values())
SORA = BUILT_IN[0]
OTHERS = [
    replace(SORA, poll_floor=floor, longest=longest, typical=(20.0, longest / 3))
    for floor in (0.5, 5.0, 30.0)
    for longest in (300.0, 901.0)
]
MODELS = [*BUILT_IN, *OTHERS, replace(SORA, typical=(0.5, 2.0)), replace(SORA, longest=480.0)]
ROUNDING = 1e-6

each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model.id} {model.typical} {model.longest}")


def chances_of(model: Model) -> Chances:
    expected = expect(model)
    return Chances(lambda age: chance(expected, age), model.longest)


def looks(model: Model, pace: float, *, since: float = 0.0, waiting: bool = False) -> list[float]:
    """The ages of all looks of a job's life."""
    chances, age, found = chances_of(model), since, list[float]()
    while age < last_look(model):
        age += next_look(model, chances, age, pace, seen_waiting=waiting).wait
        found.append(age)
        assert len(found) < 10_000
    return found


@each_model
@pytest.mark.parametrize("pace", [1e-6, 0.5, 2.0, 20.0, math.inf])
@pytest.mark.parametrize("waiting", [False, True])
def test_a_whole_life(model: Model, pace: float, waiting: bool) -> None:
    *regular, last = looks(model, pace, waiting=waiting)
    assert regular[-1] == pytest.approx(model.longest), "at the latest then, whatever the pace"
    assert last == pytest.approx(last_look(model)) and last_look(model) == 2 * model.longest
    gaps = [later - sooner for sooner, later in pairwise([0.0, *regular])]
    assert min(gaps) >= model.poll_floor - ROUNDING


@each_model
def test_where_there_is_room_for_all_each_floor_has_a_look(model: Model) -> None:
    gaps = [later - sooner for sooner, later in pairwise(looks(model, math.inf)[:-2])]
    assert gaps == pytest.approx([model.poll_floor] * len(gaps))


def test_the_shape_early_looks_a_hold_and_then_the_more_the_likelier_an_end() -> None:
    found = looks(SORA, 1.5)
    assert found[0] < 30.0, "refusals come early"
    hold = max(later - sooner for sooner, later in pairwise(found[:-1]))
    assert any(later - sooner == hold and sooner < 60 < later for sooner, later in pairwise(found))
    usual = [later - sooner for sooner, later in pairwise(found) if SORA.typical[0] < sooner < SORA.typical[1]]
    assert max(usual) < hold / 2


def test_twice_the_pace_is_twice_the_looks() -> None:
    slow, quick = (len([age for age in looks(SORA, pace) if 180 < age < 480]) for pace in (1.0, 2.0))
    assert quick == pytest.approx(2 * slow, abs=2)


def test_one_that_was_seen_to_wait_is_looked_at_like_one_that_was_just_sent() -> None:
    chances = chances_of(SORA)
    just_sent = next_look(SORA, chances, 0.0, 2.0)
    waiting = next_look(SORA, chances, 100.0, 2.0, seen_waiting=True)
    assert (waiting.wait, waiting.weight) == (just_sent.wait, just_sent.weight)
    assert waiting.wait < next_look(SORA, chances, 70.0, 2.0).wait


@pytest.mark.parametrize("each", [0.001, 0.01])
def test_the_weight_is_the_root_of_the_chance(each: float) -> None:
    look = next_look(SORA, Chances(lambda _: each, 900.0), 100.0, 2.0)
    assert look.weight == pytest.approx(math.sqrt(each), rel=0.05)
    assert look.wait == pytest.approx(max(1 / (2.0 * math.sqrt(each)), 5.0), rel=0.05)


@given(age=st.floats(0, 899), lost=st.floats(1e-3, 100))
def test_a_wait_costs_what_it_may(age: float, lost: float) -> None:
    wait = CHANCES.wait_for(age, lost)
    if wait == math.inf:
        assert CHANCES.lost(age, SORA.longest - age) <= lost
    else:
        assert CHANCES.lost(age, wait) == pytest.approx(lost, rel=0.1, abs=1e-3)


CHANCES = chances_of(SORA)


@given(age=st.floats(0, 899), wait=st.floats(0, 899))
def test_what_a_wait_costs_is_no_more_than_the_wait(age: float, wait: float) -> None:
    assert 0 <= CHANCES.lost(age, wait) <= wait
    assert CHANCES.lost(age, wait) <= CHANCES.lost(age, wait + 1) + ROUNDING


@given(age=st.floats(900, 1e7), pace=st.floats(0.01, 100))
def test_what_is_overdue_is_looked_at_each_minute_at_most(age: float, pace: float) -> None:
    assert overdue_look(age, pace).wait >= OVERDUE_EVERY
    assert overdue_look(age, math.inf).wait == OVERDUE_EVERY
    assert overdue_look(age, pace).wait < math.inf


def test_a_clip_is_tried_densely_then_sparsely() -> None:
    waits = [next_fetch(SORA, waited, math.inf).wait for waited in (0.0, 10.0, 60.0, 600.0, 3600.0)]
    assert waits == [5.0, 5.0, 30.0, 300.0, SORA.poll_floor * SPARSE]
