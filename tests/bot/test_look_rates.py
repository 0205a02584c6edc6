"""One budget shared out by weight: in proportion to the roots of chances, no job above its floor, nothing left over."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.look_rates import STEP, LookRates

weights = st.lists(st.floats(1e-4, 1.0), min_size=1, max_size=60)
FLOOR = 5.0


def rates_of(weights: list[float], per_second: float, floor: float = FLOOR) -> list[float]:
    rates = LookRates()
    for number, weight in enumerate(weights):
        rates.put(number, weight, floor)
    pace = rates.pace(per_second)
    return [min(1 / floor, pace * weight) for weight in weights]


@given(weights=weights, per_second=st.floats(0.01, 20))
def test_the_budget_is_used_as_far_as_floors_let_it(weights: list[float], per_second: float) -> None:
    used = sum(rates_of(weights, per_second))
    # weights are counted in steps
    assert used == pytest.approx(min(per_second, len(weights) / FLOOR), rel=2 * STEP)


@given(weights=weights, per_second=st.floats(0.01, 20), seed=st.integers(0, 1000))
def test_no_other_rates_of_the_same_budget_lose_less(weights: list[float], per_second: float, seed: int) -> None:
    """What the docstring proves: moving looks from one job to another makes it no better."""
    ours = rates_of(weights, per_second)
    lost = sum(weight**2 / (2 * rate) for weight, rate in zip(weights, ours, strict=True))
    dice = Random(seed)
    other = [rate * dice.uniform(0.7, 1.3) for rate in ours]
    too_many = sum(other) / sum(ours)
    other = [min(1 / FLOOR, rate / max(1.0, too_many)) for rate in other]
    assert sum(weight**2 / (2 * rate) for weight, rate in zip(weights, other, strict=True)) >= lost * (1 - STEP)


def test_rates_go_by_the_weight() -> None:
    low, high = rates_of([0.01, 0.04], 0.05)
    assert high == pytest.approx(4 * low, rel=0.01) and low + high == pytest.approx(0.05, rel=STEP)


def test_what_a_full_job_leaves_the_others_share() -> None:
    assert rates_of([1.0, 0.01, 0.01], 0.3) == pytest.approx([0.2, 0.05, 0.05], rel=2 * STEP)


def test_with_few_jobs_each_has_what_its_floor_lets() -> None:
    rates = LookRates()
    assert rates.pace(1.0) == math.inf
    rates.put("a", 0.001, FLOOR)
    assert rates.pace(1.0) == math.inf


def test_who_is_gone_leaves_its_share() -> None:
    rates = LookRates()
    for number in range(100):
        rates.put(number, 0.1, FLOOR)
    before = rates.pace(1.0)
    for number in range(50):
        rates.drop(number)
    rates.drop("never there")
    assert rates.pace(1.0) == pytest.approx(2 * before, rel=STEP)
    assert len(rates) == 50


def test_thousands_of_jobs_are_a_few_dozen_classes() -> None:
    rates, dice = LookRates(), Random(1)
    for number in range(10_000):
        rates.put(number, dice.uniform(0.003, 0.1), FLOOR)
    assert len(rates._counts) < 100
