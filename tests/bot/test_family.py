"""The family of a job: what is kept of it, how it hangs together, what each changed."""

from dataclasses import replace
from typing import Any

import pytest

from bot.family import changes, grow, keep_nearest, prune
from bot.jobs import Job, PictureState
from tests.jobs import REQUEST, a_job

#  1 ┬ 2 ┬ 4 ─ 6
#    │   └ 5
#    └ 3 ─ 7
PARENTS = {1: None, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 3}


def kin(number: int, parent: int | None) -> Job:
    return a_job(number, parent_id=a_job(parent).id if parent else None)


FAMILY = [kin(number, parent) for number, parent in PARENTS.items()]


def numbers(jobs: list[Job]) -> list[int]:
    return [int(job.created_at - 1000) for job in jobs]


def test_a_tree_goes_down_the_older_branch_first() -> None:
    twigs = grow(reversed(FAMILY))
    assert numbers([twig.job for twig in twigs]) == [1, 2, 4, 6, 5, 3, 7]
    assert [twig.ends for twig in twigs] == [
        (),
        (False,),
        (False, False),
        (False, False, True),
        (False, True),
        (True,),
        (True, True),
    ]
    assert [twig.parent and numbers([twig.parent])[0] for twig in twigs] == [None, 1, 2, 4, 2, 1, 3]


def test_a_long_line_is_no_deep_recursion() -> None:
    line = [kin(number, number - 1 or None) for number in range(1, 3000)]
    assert len(grow(line)) == len(keep_nearest(line, line[-1].id, 5000)) == 2999


@pytest.mark.parametrize(
    ("job", "most", "kept"),
    [(1, 7, [1, 2, 3, 4, 5, 7, 6]), (5, 3, [5, 2, 1]), (4, 4, [4, 2, 6, 1]), (7, 2, [7, 3]), (2, 1, [2])],
)
def test_the_nearest_are_kept_and_hang_together(job: int, most: int, kept: list[int]) -> None:
    assert numbers(keep_nearest(FAMILY, a_job(job).id, most)) == kept


def test_a_circle_is_gone_round_once() -> None:
    assert len(keep_nearest([kin(1, 2), kin(2, 1)], a_job(1).id, 10)) == 2


@pytest.mark.parametrize(
    ("shown", "left"),
    [
        (PARENTS.keys(), [1, 2, 3, 4, 5, 6, 7]),
        # what may not be shown stays where something hangs on it
        ({1, 6}, [1, 2, 4, 6]),
        ({3}, [3]),
        ({4, 5}, [2, 4, 5]),
        ({1}, [1]),
        (set(), []),
    ],
)
def test_what_may_not_be_shown_is_left_out_as_far_as_the_tree_allows(shown: set[int], left: list[int]) -> None:
    ids = {a_job(number).id for number in shown}
    assert numbers(prune(FAMILY, lambda job: job.id in ids)) == left


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        ({}, []),
        ({"request": replace(REQUEST, seconds=12)}, ["seconds"]),
        ({"request": replace(REQUEST, prompt="A kite", size="720x1280", model="sora-2")}, ["prompt", "model", "size"]),
        ({"request": replace(REQUEST, size_given=False)}, []),
        ({"picture": PictureState.FITTED}, ["picture"]),
    ],
)
def test_changes_are_named(fields: dict[str, Any], changed: list[str]) -> None:
    assert list(changes(a_job(1), a_job(2, **fields))) == changed


def test_a_picture_that_moves_on_is_the_same_picture() -> None:
    assert changes(a_job(1, picture=PictureState.FITTED), a_job(2, picture=PictureState.READ)) == []
