"""The line is fair: to guilds, to members, and to who waits longest."""

import doctest
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from bot import line
from bot.jobs import PictureState
from bot.line import SHOW_GRACE, Active, Line, Room, Turn, Waiting, estimate_wait, is_ready, order_line, split_line


def waiting(number: int, home: int = 1, asker: int = 1, model: str = "m", **more: Any) -> Waiting:
    return Waiting(id=f"{number:03}", home=home, asker_id=asker, created_at=float(number), model=model, **more)


def order(jobs: list[Waiting], active: Sequence[Active] = ()) -> list[str]:
    return [job.id for job in order_line(Line(waiting=jobs, active=active))]


def test_the_example_of_its_page() -> None:
    assert doctest.testmod(line).failed == 0


def test_nobody_waits() -> None:
    assert order([]) == []


def test_one_member_is_served_by_age() -> None:
    assert order([waiting(3), waiting(1), waiting(2)]) == ["001", "002", "003"]


def test_guilds_take_turns() -> None:
    line = [waiting(1), waiting(2), waiting(3), waiting(4, home=2), waiting(5, home=2)]
    assert order(line) == ["001", "004", "002", "005", "003"]


def test_members_of_a_guild_take_turns() -> None:
    line = [waiting(1, asker=7), waiting(2, asker=7), waiting(3, asker=8), waiting(4, asker=9)]
    assert order(line) == ["001", "003", "004", "002"]


def test_a_member_of_two_guilds_has_a_turn_in_each() -> None:
    line = [waiting(1, home=1, asker=7), waiting(2, home=2, asker=7)]
    assert order(line) == ["001", "002"]


def test_two_of_the_same_moment_have_one_order() -> None:
    twins = [waiting(1)._replace(id=id) for id in ("b", "a")]
    assert order(twins) == order(twins[::-1]) == ["a", "b"]


def crowd(seed: int) -> list[Waiting]:
    random = Random(seed)
    return [waiting(n, random.randint(1, 4), random.randint(1, 3)) for n in range(random.randint(1, 40))]


@pytest.mark.parametrize("seed", range(50))
def test_any_crowd_is_served_fairly(seed: int) -> None:
    crowded = crowd(seed)
    line = order_line(Line(waiting=crowded))
    assert sorted(line) == sorted(crowded)
    left = Counter(job.home for job in crowded)
    served: Counter[int] = Counter()
    for job in line:
        home = job.home
        # whoever still waits has had no fewer turns than this guild had before
        assert all(served[other] >= served[home] for other in left if left[other])
        served[home] += 1
        left[home] -= 1


@pytest.mark.parametrize("seed", range(50))
def test_in_any_guild_members_are_served_fairly(seed: int) -> None:
    crowded = [job for job in crowd(seed) if job.home == 1]
    left = Counter(job.asker_id for job in crowded)
    served: Counter[int] = Counter()
    for job in order_line(Line(waiting=crowded)):
        asker = job.asker_id
        assert all(served[other] >= served[asker] for other in left if left[other])
        served[asker] += 1
        left[asker] -= 1


@pytest.mark.parametrize("seed", range(10))
def test_how_the_line_was_read_does_not_matter(seed: int) -> None:
    crowded = crowd(seed)
    shuffled = Random(seed).sample(crowded, len(crowded))
    assert order(shuffled) == order(crowded)


# --- what is at the vendor already


def test_a_guild_that_has_had_its_turns_lets_the_others_go_first() -> None:
    jobs = [waiting(1, home=1), waiting(2, home=1), waiting(3, home=2)]
    assert order(jobs, [Active(home=1, asker_id=9, model="m", jobs=3)]) == ["003", "001", "002"]


def test_a_member_who_has_had_turns_lets_the_others_of_the_guild_go_first() -> None:
    jobs = [waiting(1, asker=7), waiting(2, asker=8)]
    assert order(jobs, [Active(home=1, asker_id=7, model="m", jobs=1)]) == ["002", "001"]


def test_one_place_at_the_vendor_goes_round_although_nobody_has_anything_there() -> None:
    left = [waiting(1, home=1, asker=1), waiting(2, home=1, asker=2), waiting(3, home=1, asker=2), waiting(4, home=2)]
    turns: dict[tuple[int, int], Turn] = {}
    served = []
    for now in range(10, 14):
        first, *left = order_line(Line(waiting=left, turns=list(turns.values())))
        turns[first.home, first.asker_id] = Turn(home=first.home, asker_id=first.asker_id, taken_at=now)
        served.append(first.id)
    assert served == ["001", "004", "002", "003"]


def split(jobs: list[Waiting], active: Sequence[Active], room: Room) -> tuple[list[str], dict[str, int]]:
    free, placed = split_line(Line(waiting=jobs, active=active), room)
    return [job.id for job in free], {job.id: place for place, job in placed}


def test_places_count_from_the_first_that_has_to_wait() -> None:
    jobs = [waiting(number) for number in range(1, 5)]
    assert split(jobs, [], Room(most=2)) == (["001", "002"], {"003": 1, "004": 2})
    busy = [Active(home=1, asker_id=1, model="m", jobs=2)]
    assert split(jobs, busy, Room(most=2)) == ([], {"001": 1, "002": 2, "003": 3, "004": 4})
    assert split(jobs, busy, Room(most=9)) == (["001", "002", "003", "004"], {})


def test_a_model_that_is_full_lets_the_others_pass() -> None:
    jobs = [waiting(1, model="slow"), waiting(2, model="slow"), waiting(3, model="quick")]
    room = Room(most=9, by_model={"slow": 1})
    assert split(jobs, [], room) == (["001", "003"], {"002": 1})
    assert split(jobs, [Active(home=5, asker_id=5, model="slow", jobs=1)], room) == (["003"], {"001": 1, "002": 2})


def test_the_estimate_is_a_share_of_what_jobs_take() -> None:
    room = Room(most=10, by_model={"slow": 2})
    assert estimate_wait(1, room, "m", 300.0) == 30.0
    assert estimate_wait(4, room, "slow", 300.0) == 600.0


# --- who is ready

NOW = 2000.0
OLD = NOW - SHOW_GRACE
READY = {
    "no picture": ({}, True),
    "its picture fits": ({"picture": PictureState.FITTED}, True),
    "its picture is only a link": ({"picture": PictureState.LINK}, False),
    "its picture is not there yet": ({"picture": PictureState.AWAITED}, False),
    "its picture is not fitted": ({"picture": PictureState.READ}, False),
    "its wait is over": ({"not_before": NOW}, True),
    "its wait is not over": ({"not_before": NOW + 0.1}, False),
    "nobody saw it yet": ({"has_card": False, "created_at": OLD + 0.1}, False),
    "it cannot be shown": ({"has_card": False, "created_at": OLD}, True),
}


@pytest.mark.parametrize(("fields", "ready"), READY.values(), ids=READY.keys())
def test_the_line_takes_what_is_ready(fields: dict[str, Any], ready: bool) -> None:
    assert is_ready(waiting(1)._replace(**fields), NOW) is ready
