"""When jobs are looked at, walked through a whole life."""

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.catalogue import Model, read_catalogue
from bot.poll_schedule import EARLY, WIDEST, last_look, next_look
from bot.usual_times import Expected, expect

BUILT_IN = list(read_catalogue().models.values())
SORA = BUILT_IN[0]
OTHERS = [
    replace(SORA, poll_floor=floor, longest=longest, typical=(20.0, longest / 3))
    for floor in (15.0, 20.0, 30.0)
    for longest in (300.0, 901.0)
]
MODELS = [*BUILT_IN, *OTHERS, replace(SORA, typical=(5.0, 8.0)), replace(SORA, longest=480.0)]
ROUNDING = 1e-6

each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model.id} {model.typical} {model.longest}")


def looks(model: Model, *, early: float = 0.0, started: bool = True, expected: Expected | None = None) -> list[float]:
    """The ages of all looks of a job's life, when each timer fires `early` seconds too soon."""
    expected = expected or expect(model)
    found: list[float] = []
    age: float | None = 0.0
    while age is not None:
        if (age := next_look(model, expected, age, started=started)) is not None:
            found.append(age)
            age -= early
        assert len(found) < 1000
    return found


@each_model
@pytest.mark.parametrize("started", [True, False])
def test_a_whole_life(model: Model, started: bool) -> None:
    *regular, last = looks(model, started=started)
    assert regular[0] == model.poll_floor * EARLY
    assert regular[-1] == model.longest
    assert last == last_look(model) == 2 * model.longest
    gaps = [later - sooner for sooner, later in pairwise(regular)]
    assert min(gaps) >= model.poll_floor - ROUNDING
    # only the hold is longer than a minute, for a floor of 15 seconds
    hold = 1 if started else 0
    assert max(gaps[hold:]) <= WIDEST * model.poll_floor + model.poll_floor


def test_the_shape_early_look_hold_regular_looks_and_easing() -> None:
    expected = expect(SORA)
    first, second, *rest = looks(SORA)
    assert first == 20.0 and second == expected.soonest > 150.0
    bulk = [age for age in rest if age <= expected.longest]
    assert all(later - sooner == pytest.approx(15.0) for sooner, later in pairwise(bulk))
    eased = [age for age in rest if expected.longest < age < SORA.longest]
    gaps = [later - sooner for sooner, later in pairwise(eased)]
    assert gaps == sorted(gaps) and 15.0 < gaps[0] < gaps[-1] <= 60.0


def test_a_job_that_has_not_started_is_looked_at_during_the_hold() -> None:
    assert looks(SORA, started=False)[:3] == pytest.approx([20.0, 80.0, 140.0])
    assert looks(SORA, started=False)[3:] == looks(SORA)[1:]


def test_what_was_learned_moves_the_looks() -> None:
    quick = replace(expect(SORA), soonest=60.0, longest=100.0)
    assert looks(SORA, expected=quick)[:4] == [20.0, 60.0, 75.0, 90.0]


@each_model
def test_a_timer_that_fires_early_does_not_look_twice(model: Model) -> None:
    assert looks(model, early=0.001) == pytest.approx(looks(model))


@pytest.mark.parametrize("age", [0.0, 3.7, 20.0, 123.4, 700.0, 760.0, 899.0, 900.0, 1500.0])
def test_a_restart_changes_nothing(age: float) -> None:
    expected = next(look for look in looks(SORA) if look > age + SORA.poll_floor / 100)
    assert next_look(SORA, expect(SORA), age) == pytest.approx(expected)


def test_after_the_last_look_there_is_none() -> None:
    assert next_look(SORA, expect(SORA), last_look(SORA)) is None
    assert next_look(SORA, expect(SORA), 1e6) is None
