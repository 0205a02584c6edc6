"""The line is fair: to guilds, to members, and to who waits longest."""

import doctest
from collections import Counter
from random import Random

import pytest

from bot import line
from bot.line import Waiting, order_line


def waiting(number: int, home: int = 1, asker: int = 1) -> Waiting:
    return Waiting(id=f"{number:03}", home=home, asker_id=asker, created_at=float(number))


def test_the_example_of_its_page() -> None:
    assert doctest.testmod(line).failed == 0


def test_nobody_waits() -> None:
    assert order_line([]) == []


def test_one_member_is_served_by_age() -> None:
    assert order_line([waiting(3), waiting(1), waiting(2)]) == ["001", "002", "003"]


def test_guilds_take_turns() -> None:
    line = [waiting(1), waiting(2), waiting(3), waiting(4, home=2), waiting(5, home=2)]
    assert order_line(line) == ["001", "004", "002", "005", "003"]


def test_members_of_a_guild_take_turns() -> None:
    line = [waiting(1, asker=7), waiting(2, asker=7), waiting(3, asker=8), waiting(4, asker=9)]
    assert order_line(line) == ["001", "003", "004", "002"]


def test_a_member_of_two_guilds_has_a_turn_in_each() -> None:
    line = [waiting(1, home=1, asker=7), waiting(2, home=2, asker=7)]
    assert order_line(line) == ["001", "002"]


def test_two_of_the_same_moment_have_one_order() -> None:
    twins = [Waiting(id=id, home=1, asker_id=1, created_at=1.0) for id in ("b", "a")]
    assert order_line(twins) == order_line(twins[::-1]) == ["a", "b"]


def crowd(seed: int) -> list[Waiting]:
    random = Random(seed)
    return [waiting(n, random.randint(1, 4), random.randint(1, 3)) for n in range(random.randint(1, 40))]


@pytest.mark.parametrize("seed", range(50))
def test_any_crowd_is_served_fairly(seed: int) -> None:
    crowded = crowd(seed)
    order = order_line(crowded)
    assert sorted(order) == sorted(job.id for job in crowded)
    by_id = {job.id: job for job in crowded}
    left = Counter(job.home for job in crowded)
    served: Counter[int] = Counter()
    for job_id in order:
        home = by_id[job_id].home
        # whoever still waits has had no fewer turns than this guild had before
        assert all(served[other] >= served[home] for other in left if left[other])
        served[home] += 1
        left[home] -= 1


@pytest.mark.parametrize("seed", range(50))
def test_in_any_guild_members_are_served_fairly(seed: int) -> None:
    crowded = [job for job in crowd(seed) if job.home == 1]
    askers = {job.id: job.asker_id for job in crowded}
    left = Counter(askers.values())
    served: Counter[int] = Counter()
    for job_id in order_line(crowded):
        asker = askers[job_id]
        assert all(served[other] >= served[asker] for other in left if left[other])
        served[asker] += 1
        left[asker] -= 1


@pytest.mark.parametrize("seed", range(10))
def test_how_the_line_was_read_does_not_matter(seed: int) -> None:
    crowded = crowd(seed)
    shuffled = Random(seed).sample(crowded, len(crowded))
    assert order_line(shuffled) == order_line(crowded)
