"""When jobs are looked at, walked through a whole life."""

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.catalogue import Model, read_catalogue
from bot.poll_schedule import last_look, next_look

BUILT_IN = list(read_catalogue().models.values())
SORA = BUILT_IN[0]
OTHERS = [replace(SORA, poll_floor=floor, longest=longest) for floor in (5.0, 20.0, 30.0) for longest in (300.0, 901.0)]
MODELS = [*BUILT_IN, *OTHERS]
ROUNDING = 1e-9


def looks(model: Model, *, early: float = 0.0) -> list[float]:
    """The ages of all looks of a job's life, when each timer fires `early` seconds too soon."""
    found: list[float] = []
    age: float | None = 0.0
    while age is not None:
        if (age := next_look(model, age)) is not None:
            found.append(age)
            age -= early
        assert len(found) < 1000
    return found


@pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model.id} {model.poll_floor:.0f} {model.longest:.0f}")
def test_a_whole_life(model: Model) -> None:
    *regular, last = looks(model)
    assert 0 < regular[0] <= model.poll_floor
    assert regular[-1] == model.longest
    assert last == last_look(model) == 2 * model.longest
    gaps = [later - sooner for sooner, later in pairwise(regular)]
    assert all(model.poll_floor - ROUNDING <= gap <= 60 for gap in gaps)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model.id} {model.poll_floor:.0f} {model.longest:.0f}")
def test_a_timer_that_fires_early_does_not_look_twice(model: Model) -> None:
    assert looks(model, early=0.001) == looks(model)


@pytest.mark.parametrize("age", [0.0, 3.7, 10.0, 123.4, 899.0, 900.0, 1500.0])
def test_a_restart_changes_nothing(age: float) -> None:
    expected = next(look for look in looks(SORA) if look > age)
    assert next_look(SORA, age) == expected


def test_after_the_last_look_there_is_none() -> None:
    assert next_look(SORA, last_look(SORA)) is None
    assert next_look(SORA, 1e6) is None
