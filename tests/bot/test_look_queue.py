"""Whose turn it is: never above the budget, never before a floor is over, nobody left out for ever."""

import math
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.look_budget import LookBudget
from bot.look_queue import Look, LookQueue

FLOOR = 5.0


def plan(queue: LookQueue, job_id: str, weight: float, now: float) -> None:
    queue.put(job_id, Look(wait=max(FLOOR, 1 / (queue.pace(now) * weight)), weight=weight, floor=FLOOR), now)


def looks_at(queue: LookQueue, weights: dict[str, float], until: float) -> list[tuple[float, str]]:
    """What is looked at, and when, while jobs stay as they are."""
    looks, now = list[tuple[float, str]](), 0.0
    for job_id, weight in weights.items():
        plan(queue, job_id, weight, now)
    while (now := queue.next_at(now)) < until:
        if taken := queue.take(now):
            looks.append((now, taken))
            plan(queue, taken, weights[taken], now)
    return looks


@settings(max_examples=40, deadline=None)
@given(
    weights=st.lists(st.floats(1e-3, 0.3), min_size=1, max_size=30),
    per_minute=st.integers(6, 200),
)
def test_whatever_jobs_there_are(weights: list[float], per_minute: int) -> None:
    jobs = {str(number): weight for number, weight in enumerate(weights)}
    looks = looks_at(LookQueue(LookBudget(per_minute)), jobs, 600.0)
    times = [at for at, _ in looks]
    assert max(sum(at <= other < at + 60 for other in times) for at in times) <= per_minute
    last: dict[str, float] = {}
    for at, job_id in looks:
        assert at - last.get(job_id, -math.inf) >= FLOOR - 1e-9
        last[job_id] = at
    # no more is left of the budget than floors leave, and what the first rest cost
    assert len(looks) >= 0.9 * min(per_minute * 10, len(jobs) * 600 / FLOOR) - per_minute - len(jobs)


def test_few_jobs_are_looked_at_once_in_their_floor() -> None:
    looks = looks_at(LookQueue(LookBudget(60)), {"a": 0.001, "b": 0.2}, 601.0)
    assert [sum(job_id == each for _, job_id in looks) for each in "ab"] == [120, 120]


def test_many_are_looked_at_by_their_weight() -> None:
    weights = {str(number): 0.1 if number % 2 else 0.025 for number in range(200)}
    looks = looks_at(LookQueue(LookBudget(60)), weights, 36_000.0)
    often = [sum(weights[job_id] == weight for _, job_id in looks) for weight in (0.1, 0.025)]
    # what is not planned goes to whoever is due next, who is rather one of those that are due often
    assert 4 <= often[0] / often[1] <= 5
    assert {job_id for _, job_id in looks} == weights.keys(), "nobody is left out"


def test_of_those_that_are_due_the_first_goes_first() -> None:
    queue = LookQueue(LookBudget(60))
    for job_id, wait in (("late", 9.0), ("early", 7.0), ("resting", 20.0)):
        queue.put(job_id, Look(wait=wait, weight=0.1, floor=20.0 if job_id == "resting" else FLOOR), 0.0)
    assert queue.next_at(0.0) == FLOOR and queue.take(0.0) is None
    assert [queue.take(10.0), queue.take(12.0), queue.take(14.0)] == ["early", "late", None]
    assert queue.late_by == 3.0
    assert "late" not in queue and "resting" in queue and len(queue) == 1


def test_whoever_there_is_news_of_goes_before_all_others_and_once() -> None:
    queue = LookQueue(LookBudget(600))
    for job_id in ("due", "heard of"):
        queue.put(job_id, Look(wait=FLOOR, weight=0.1, floor=FLOOR), 0.0)
    assert queue.take(1.0) is None
    queue.put_first("heard of")
    queue.put_first("heard of")
    # what is planned meanwhile is no reason to wait
    queue.put("heard of", Look(wait=60.0, weight=0.1, floor=60.0), 1.0)
    assert [queue.take(10.0), queue.take(11.0), queue.take(12.0)] == ["heard of", "due", None]


def test_who_is_dropped_is_never_taken() -> None:
    queue = LookQueue(LookBudget(60))
    queue.put("a", Look(wait=FLOOR, weight=0.1, floor=FLOOR), 0.0)
    queue.drop("a")
    assert queue.next_at(0.0) == math.inf and queue.take(100.0) is None
    queue.put("a", Look(wait=9.0, weight=0.1, floor=FLOOR), 0.0)
    queue.put("a", Look(wait=8.0, weight=0.1, floor=6.0), 0.0)
    assert queue.next_at(0.0) == 6.0
    assert [queue.take(9.0), queue.take(20.0)] == ["a", None]


def test_what_was_planned_and_dropped_leaves_nothing_behind() -> None:
    queue, dice, now = LookQueue(LookBudget(100_000)), Random(3), 0.0
    for _ in range(2000):
        now += 0.01
        job_id = str(dice.randrange(50))
        if dice.random() < 0.3:
            queue.drop(job_id)
        else:
            plan(queue, job_id, dice.uniform(0.01, 0.1), now)
    while (now := queue.next_at(now)) < math.inf:
        queue.take(now)
    assert len(queue) == 0 and not queue._ready and not queue._resting
