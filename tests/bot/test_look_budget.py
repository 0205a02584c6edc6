"""The budget of looks: no minute has more, whatever happens; a vendor that groans is asked less, and slowly more."""

from hypothesis import given
from hypothesis import strategies as st

from bot.look_budget import EASED_AFTER, LEAST, LookBudget

MINUTE = 60.0


def fullest_minute(times: list[float]) -> int:
    return max((sum(at <= other < at + MINUTE for other in times) for at in times), default=0)


steps = st.lists(
    st.tuples(st.sampled_from(["when free", "when asked", "groan"]), st.floats(0, 20)), min_size=1, max_size=200
)


@given(per_minute=st.integers(1, 90), workers=st.integers(1, 3), steps=steps)
def test_no_minute_has_more_looks_than_the_budget(
    per_minute: int, workers: int, steps: list[tuple[str, float]]
) -> None:
    budget, now, looks = LookBudget(per_minute, share=lambda: workers), 1000.0, list[float]()
    for step, pause in steps:
        now += pause
        match step:
            case "groan":
                budget.lower(now - pause, now)
            case "when asked":
                # somebody who asks waits for the next one
                looks.append(budget.book(now))
            case _:
                while budget.free_at <= now:
                    looks.append(budget.book(now))
    assert looks == sorted(looks)
    assert fullest_minute(looks) <= max(1, per_minute / workers)


def test_all_of_the_budget_can_be_had() -> None:
    budget, now, looks = LookBudget(60), 0.0, 0
    while now < 3600:
        now = budget.book(now)
        looks += 1
    assert 3500 < looks <= 3600


def test_whoever_asks_goes_before_what_is_planned() -> None:
    budget = LookBudget(60)
    budget.book(100.0)
    asked_for = budget.book(100.1)
    assert 100.1 <= asked_for < 101.1 < budget.free_at + 1.1


def test_each_of_several_processes_has_its_share() -> None:
    assert LookBudget(60, share=lambda: 3).per_second(0.0) * 3 == LookBudget(60).per_second(0.0)
    assert LookBudget(60, share=lambda: 0).per_second(0.0) == LookBudget(60).per_second(0.0)


def test_a_vendor_that_groans_is_asked_half_as_often_and_slowly_more_again() -> None:
    budget = LookBudget(60)
    whole = budget.per_second(1000.0)
    budget.lower(asked_at=999.0, now=1000.0)
    assert budget.per_second(1000.0) == whole / 2
    # what it says of older questions is no news
    budget.lower(asked_at=999.5, now=1000.5)
    assert whole / 2 <= budget.per_second(1000.5) < whole * 0.51
    budget.lower(asked_at=1001.0, now=1001.0)
    assert budget.per_second(1001.0) < whole * 0.26
    assert budget.per_second(1001.0 + EASED_AFTER / 2) < whole
    assert budget.per_second(1001.0 + EASED_AFTER) == whole


def test_some_looks_are_left_however_it_groans() -> None:
    budget = LookBudget(60)
    whole = budget.per_second(0.0)
    for second in range(100):
        budget.lower(float(second), float(second))
    assert whole * LEAST <= budget.per_second(99.0) < whole * LEAST * 1.1
