"""What past jobs took: counted in little, and believed more the more there are."""

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from bot.catalogue import read_catalogue
from bot.usual_times import MOST_COUNTED, WEIGHT_OF_CATALOGUE, UsualTimes, chance, expect, kind_of
from tests.jobs import REQUEST

SORA = read_catalogue().default
CLOSE = 0.03


def after(*seconds: float) -> UsualTimes:
    times = UsualTimes()
    for each in seconds:
        times = times.add(each)
    return times


def drawn(median: float, spread: float, jobs: int, seed: int = 1) -> UsualTimes:
    random = Random(seed)
    return after(*(median * random.lognormvariate(0, spread) for _ in range(jobs)))


def test_a_single_job_is_all_that_is_known() -> None:
    assert after(250.0).quantile(0.01) == after(250.0).quantile(0.99) == pytest.approx(250.0, rel=CLOSE)


def test_quantiles_are_those_of_what_was_added() -> None:
    hundred = after(*(float(second) for second in range(101, 201)))
    for share in (0.05, 0.5, 0.95):
        assert hundred.quantile(share) == pytest.approx(100 + 100 * share, rel=CLOSE)


def test_of_nothing_there_is_no_quantile() -> None:
    with pytest.raises(ValueError, match="no usual times"):
        UsualTimes().quantile(0.5)


@pytest.mark.parametrize("seconds", [0.0, -5.0, 0.05])
def test_what_took_no_time_is_still_a_number(seconds: float) -> None:
    assert 0 < after(seconds).quantile(0.5) < 1


def test_a_vendor_who_became_faster_is_believed_before_long() -> None:
    times = drawn(300.0, 0.1, 3 * MOST_COUNTED)
    for _ in range(MOST_COUNTED):
        times = times.add(100.0)
    assert times.quantile(0.5) == pytest.approx(100.0, rel=CLOSE)
    assert times.total <= MOST_COUNTED
    assert len(times.counts) < 60


def test_without_a_past_the_catalogue_says_all() -> None:
    expected = expect(SORA)
    assert (expected.low, expected.high) == pytest.approx(SORA.typical)
    assert expect(SORA, UsualTimes()) == expected
    ages = (expected.soonest, expected.low, expected.middle, expected.high, expected.longest)
    assert list(ages) == sorted(ages) and expected.longest <= SORA.longest


def test_the_more_jobs_the_less_the_catalogue_says() -> None:
    middles = [expect(SORA, after(*[100.0] * jobs)).middle for jobs in (0, 1, 10, WEIGHT_OF_CATALOGUE, 300)]
    assert middles == sorted(middles, reverse=True)
    assert middles[3] == pytest.approx((middles[0] * 100.0) ** 0.5, rel=CLOSE)
    assert middles[4] == pytest.approx(100.0, rel=0.15)


def test_nothing_is_expected_after_the_longest_time() -> None:
    assert expect(SORA, after(*[5000.0] * 300)).longest == SORA.longest


def test_a_model_without_spread_can_be_expected() -> None:
    expected = expect(replace(SORA, typical=(60.0, 60.0)))
    assert expected.low == pytest.approx(60.0, rel=0.05) and expected.high == pytest.approx(60.0, rel=0.05)


def test_jobs_of_one_kind_are_alike_in_model_length_and_size() -> None:
    assert kind_of(REQUEST) == ("sora-2-pro", 8, "1280x720")
    assert kind_of(replace(REQUEST, prompt="Other words")) == kind_of(REQUEST)
    assert kind_of(replace(REQUEST, seconds=4)) != kind_of(REQUEST)


@pytest.mark.parametrize("typical", [(180.0, 480.0), (0.5, 2.0), (60.0, 60.0)])
def test_whatever_the_age_there_is_a_chance(typical: tuple[float, float]) -> None:
    expected = expect(replace(SORA, typical=typical))
    chances = [chance(expected, 1.02**step / 10) for step in range(800)]
    assert all(0 < each < 100 for each in chances)
    if typical[0] < typical[1]:
        # no step anywhere, also where one series takes over from the other
        assert all(abs(after / before - 1) < 0.5 for before, after in pairwise(chances))


def test_the_chance_is_that_of_the_catalogue_and_of_early_refusals() -> None:
    expected = expect(SORA)
    early, held, usual = (chance(expected, age) for age in (0.0, 70.0, 300.0))
    assert held < early < usual
    # nine in ten go on at the one age, one in ten at the other
    going_on = 1.0
    for second in range(round(expected.low), round(expected.high)):
        going_on *= 1 - chance(expected, second + 0.5)
    assert going_on == pytest.approx(1 / 9, rel=0.05)


def test_what_was_learned_moves_the_chance() -> None:
    quick = expect(SORA, drawn(60.0, 0.1, 300))
    assert chance(quick, 60.0) > 10 * chance(expect(SORA), 60.0)
