"""Where the members of a family stand: each generation to the right of the one before, none on top of another. Pure.

What has no descendants of its own is packed in rows behind its parent. A line of descent that grows too long goes on in
a band of its own below; what it comes from is then told by its number, as a second parent is.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from .places import FOOT, LARGEST, MARGIN, Box, Size

# Pixels at full size: a member, the room before it for its arrow and what changed, the room between rows.
CARD: Size = (330, 112)
GAP, ROW_GAP = 210, 30
# Room that a picture is read well in; what does not fit is drawn smaller, down to the least scale, else left out.
ROOMY: Size = (2200, 1500)
LEAST_SCALE = 0.55
# So wide it is at least, for its title's sake.
NARROWEST = 640
# How many leaves stand beside each other, and after how many generations a new band begins: what is tried.
WIDTHS, DEPTHS = (1, 2, 3, 5, 8), (16, 10, 7, 5, 4, 3)
# Between two that are nearly as good, the one with fewer bands is easier to follow.
BAND_COST = 0.02
MOST = 150

Links = Sequence[tuple[str, tuple[str, ...]]]
"""Each member's id with its parents', the first of whom it stands behind; a parent that is not there is none."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where a member stands. `parent` is who the arrow comes from, `others` are further ones, told by number.

    `bus` is the height at which its arrow leaves the parent's line; None when it goes straight. `far` says that the
    parent stands in another band, and is told by number, too.
    """

    id: str
    box: Box
    parent: str | None
    others: tuple[str, ...] = ()
    bus: int | None = None
    far: bool = False


@dataclass(frozen=True, kw_only=True)
class FamilyPlan:
    """All in pixels at full size, to be drawn at `scale`."""

    spots: tuple[Spot, ...]
    size: Size
    scale: float
    left_out: int


def plan_family(links: Links, head: int = 0) -> FamilyPlan:
    """As many as there is room for, in the order given; who stays has its ancestors with it.

    `head` is room at the top, in pixels.
    """
    members = _ancestors_first(links)
    most = min(len(members), MOST)
    if (whole := _plan(members, most, head)).scale >= LEAST_SCALE:
        return whole
    fits = bisect(range(1, most), False, key=lambda fewer: _is_too_small(members, fewer, head))
    return _plan(members, max(1, fits), head)


def _is_too_small(members: Links, most: int, head: int) -> bool:
    return _plan(members, most, head).scale < LEAST_SCALE


def _plan(members: Links, most: int, head: int) -> FamilyPlan:
    """The best attempt at the first `most` of them."""
    left_out, kept = max(0, len(members) - most), members[:most]
    deepest = _generations(kept)
    # bands that none reaches the end of are all alike
    depths = [depth for depth in DEPTHS if depth < deepest or depth == DEPTHS[0]]
    layouts = (_Layout(kept, width, depth, MARGIN + head) for width, depth in product(WIDTHS, depths))
    best = max(layouts, key=lambda layout: layout.suits(left_out))
    size = best.size(left_out)
    return FamilyPlan(spots=best.spots(), size=size, scale=_scale(size), left_out=left_out)


def _scale(size: Size) -> float:
    return min(1.0, (LARGEST - 1) / size[0], (LARGEST - 1) / size[1])


def _generations(members: Links) -> int:
    """How many there are, of members whose parents come before them."""
    known: dict[str, int] = {}
    for id, parents in members:
        known[id] = known[parents[0]] + 1 if parents else 1
    return max(known.values(), default=0)


def _ancestors_first(links: Links) -> list[tuple[str, tuple[str, ...]]]:
    """In the order given, but nobody before the first parent; whoever descends from themselves begins anew."""
    known = dict(reversed(links))
    placed: dict[str, tuple[str, ...]] = {}
    for start in dict.fromkeys(id for id, _ in links):
        path: list[str] = []
        at: str | None = start
        while at is not None and at not in placed and at not in path:
            path.append(at)
            at = next((parent for parent in known[at] if parent in known), None)
        for id in reversed(path):
            parents = tuple(dict.fromkeys(parent for parent in known[id] if parent in known and parent != id))
            # an ancestor that is not placed by now is a descendant, too
            first = parents[0] if parents and parents[0] in placed else None
            placed[id] = parents if first else ()
    return list(placed.items())


class _Place(NamedTuple):
    """A member's column and height; the rest as `Spot` has it. Many are tried for one that is taken."""

    id: str
    column: int
    top: int
    bus: int | None
    far: bool


class _Layout:
    """One attempt, with leaves in rows of `width` and bands of `depth` generations, from the height `top` on."""

    def __init__(self, links: Links, width: int, depth: int, top: int) -> None:
        self._places: list[_Place] = []
        self._width, self._depth, self._bands = width, depth, 0
        self._parents = dict(links)
        self._children = _children(self._parents)
        self._due: list[str] = []
        self._place(top)

    def suits(self, left_out: int) -> tuple[float, float]:
        """How well, to be compared with others: what can be read at all before what is read well."""
        size = self.size(left_out)
        well = min(1.0, ROOMY[0] / size[0], ROOMY[1] / size[1]) - BAND_COST * self._bands
        return min(_scale(size), LEAST_SCALE), well

    def size(self, left_out: int) -> Size:
        right = max((place.column for place in self._places), default=0) * (CARD[0] + GAP) + CARD[0] + self._left
        bottom = max((place.top for place in self._places), default=MARGIN) + CARD[1]
        return max(right + MARGIN, NARROWEST), bottom + MARGIN + (FOOT if left_out else 0)

    def spots(self) -> tuple[Spot, ...]:
        return tuple(self._spot(place) for place in self._places)

    @property
    def _left(self) -> int:
        """What a band comes from is told before it."""
        return MARGIN + (GAP if self._bands else 0)

    def _spot(self, place: _Place) -> Spot:
        parents = self._parents[place.id]
        return Spot(
            id=place.id,
            box=Box(self._left + place.column * (CARD[0] + GAP), place.top, *CARD),
            parent=parents[0] if parents else None,
            others=parents[1:],
            bus=place.bus,
            far=place.far,
        )

    def _place(self, top: int) -> None:
        roots = [id for id, parents in self._parents.items() if not parents]
        self._due = [id for id in roots if self._children[id]]
        while self._due:
            id = self._due.pop(0)
            self._bands += bool(self._parents[id])
            top = self._stand(id, top, 0) + ROW_GAP
        self._pack([id for id in roots if not self._children[id]], top, 0)

    def _stand(self, first: str, top: int, level: int) -> int:
        """A member with descendants, and these; where they end. No deeper than bands let."""
        self._places.append(_Place(first, level, top, None, level == 0 and bool(self._parents[first])))
        below = top
        children = self._children[first]
        grown = [id for id in children if self._children[id]]
        if level + 1 >= self._depth:
            # leaves stay: they need no more room than this one column or two
            self._due += grown
            grown = []
        for id in grown:
            below = self._stand(id, below, level + 1) + ROW_GAP
        leaves = [id for id in children if not self._children[id]]
        below = self._pack(leaves, below, level + 1) if leaves else below - ROW_GAP * bool(grown)
        return max(top + CARD[1], below)

    def _pack(self, leaves: Sequence[str], top: int, level: int) -> int:
        """Leaves in rows; where they end."""
        for number, id in enumerate(leaves):
            row, column = divmod(number, self._width)
            high = top + row * (CARD[1] + ROW_GAP)
            self._places.append(_Place(id, level + column, high, high - ROW_GAP // 2 if column else None, False))
        rows = -(-len(leaves) // self._width)
        return top + rows * (CARD[1] + ROW_GAP) - ROW_GAP


def _children(parents: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = defaultdict(list)
    for id, above in parents.items():
        if above:
            children[above[0]].append(id)
    return children
