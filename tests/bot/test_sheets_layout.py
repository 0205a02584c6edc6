"""Where things stand in sheets: nothing on top of another, nothing outside, nothing lost without being counted."""

from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sheets.contact import MOST, plan_contact
from bot.sheets.generations import LEAST_SCALE, Links, Spot, plan_family
from bot.sheets.places import FOOT, LARGEST, SHAPES, Box, best_columns, common_shape
from bot.sheets.strip import MOST as MOST_SHOTS
from bot.sheets.strip import plan_strip
from bot.sheets.tree import TURN

shapes = st.sampled_from(SHAPES)


def apart(boxes: tuple[Box, ...]) -> bool:
    return not any(one.meets(other) for one, other in combinations(boxes, 2))


def inside(size: tuple[int, int], boxes: tuple[Box, ...]) -> bool:
    return all(Box(0, 0, *size).holds(box) for box in boxes)


@st.composite
def families(draw: st.DrawFn) -> Links:
    """Any graph, also of what cannot be: one that descends from itself, or from somebody unknown."""
    count = draw(st.integers(1, 110))
    names = [str(number) for number in range(count)]
    reach = draw(st.sampled_from((1, 2, 5, 200)))
    links = []
    for number, name in enumerate(names):
        earlier = st.sampled_from(names[max(0, number - reach) : number] or [name])
        parents = st.lists(earlier if draw(st.integers(0, 9)) else st.sampled_from([*names, "gone"]), max_size=2)
        links.append((name, tuple(draw(parents))))
    return links


@given(st.integers(1, MOST), shapes, st.integers(0, 4), st.booleans())
def test_tiles_of_a_contact_sheet_are_apart_and_on_it(
    count: int, shape: tuple[int, int], lines: int, titled: bool
) -> None:
    plan = plan_contact(count, shape, lines, titled=titled)
    boxes = (*plan.tiles, *([plan.head] if plan.head else []))
    assert len(plan.tiles) == count
    assert apart(boxes)
    assert inside(plan.size, boxes)
    assert max(plan.size) + FOOT <= LARGEST


@given(st.integers(1, MOST_SHOTS), shapes, st.integers(0, 2), st.booleans())
def test_panels_of_a_strip_are_apart_with_room_for_the_mark_between(
    count: int, shape: tuple[int, int], notes: int, titled: bool
) -> None:
    plan = plan_strip(count, shape, notes, titled=titled)
    marks = tuple(Box(box.left - plan.gap, box.top, plan.gap, box.height) for box in plan.panels[1:])
    boxes = (*plan.panels, *marks, *([plan.head] if plan.head else []))
    assert len(plan.panels) == count
    assert apart(boxes)
    assert inside(plan.size, boxes)
    assert max(plan.size) + FOOT <= LARGEST
    assert sorted(plan.panels, key=lambda box: (box.top, box.left)) == list(plan.panels)


@settings(max_examples=40)
@given(families(), st.sampled_from((0, 50)))
def test_members_of_a_family_are_apart_to_the_right_of_their_parents_and_drawn_or_counted(
    links: Links, head: int
) -> None:
    plan = plan_family(links, head)
    spots = {spot.id: spot for spot in plan.spots}
    boxes = tuple(spot.box for spot in plan.spots)
    assert len(spots) == len(plan.spots) == len(links) - plan.left_out
    assert apart(boxes)
    assert inside(plan.size, boxes)
    assert max(plan.size) * plan.scale <= LARGEST
    assert LEAST_SCALE <= plan.scale <= 1
    for spot in plan.spots:
        assert spot.parent is None or spot.parent in spots
        assert {*spot.others} <= {id for id, _ in links}
        assert not spot.parent or spot.far or spots[spot.parent].box.right < spot.box.left
        assert not any(box.meets(line) for box in boxes for line in lines_to(spot, spots))


def lines_to(spot: Spot, spots: dict[str, Spot]) -> tuple[Box, ...]:
    """What is drawn from a parent to its child, but the last bit up to the child itself."""
    if spot.parent is None or spot.far:
        return ()
    start = spots[spot.parent].box
    stem, middle = start.right + TURN, start.top + start.height // 2
    high = spot.bus if spot.bus is not None else spot.box.top + spot.box.height // 2
    upright = Box(stem, min(middle, high), 1, abs(high - middle) + 1)
    return upright, Box(stem, high, spot.box.left - 1 - stem, 1)


@pytest.mark.parametrize("count", [1, 4, 7, 40, 100])
@pytest.mark.parametrize("kind", ["alone", "star", "chain", "pairs"])
def test_up_to_a_hundred_are_all_drawn(count: int, kind: str) -> None:
    parents: dict[str, Callable[[int], tuple[str, ...]]] = {
        "alone": lambda _: (),
        "star": lambda _: ("0",),
        "chain": lambda number: (str(number - 1),),
        "pairs": lambda number: (str((number - 1) // 2),),
    }
    links = [(str(number), parents[kind](number) if number else ()) for number in range(count)]
    assert plan_family(links).left_out == 0


def test_a_family_too_large_keeps_its_first_and_their_ancestors() -> None:
    links = [(str(number), ("999",) if number == 0 else (str(number // 3),)) for number in range(1000)]
    plan = plan_family(links)
    kept = {spot.id for spot in plan.spots}
    assert plan.left_out == 1000 - len(kept) > 0
    assert "0" in kept
    for spot in plan.spots:
        assert spot.parent is None or spot.parent in kept


@pytest.mark.parametrize(
    ("count", "tile", "columns"),
    [(1, (16, 9), 1), (4, (16, 9), 2), (4, (9, 16), 4), (7, (16, 12), 3), (9, (16, 12), 3), (0, (1, 1), 1)],
)
def test_columns_suit_the_number_and_the_shape(count: int, tile: tuple[int, int], columns: int) -> None:
    assert best_columns(count, tile) == columns


def test_the_most_frequent_shape_wins() -> None:
    assert common_shape([(720, 1280), (1280, 720), (576, 1024)]) == (9, 16)
    assert common_shape([]) == (16, 9)
