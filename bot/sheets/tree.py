"""The family of an idea or a clip as a picture: its members, on each arrow what changed, votes, and who won."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from .canvas import ADDED, GROUND, HEAVIEST, INK, REMOVED, SOFT, TILE, WON, Canvas, Drawn
from .generations import CARD, GAP, FamilyPlan, Spot, plan_family
from .lettering import Style, measure
from .places import Box

# All in pixels at full size.
PAD, RADIUS = 10, 12
POSTER = 132  # wide
TITLE, SMALL, HEAD = 20, 18, 30
# Where an arrow's line turns, from the card before it; and its head.
TURN, HEAD_SIZE = 24, 14
MOST_CHANGES = 4
MINUS = "\u2212"


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line on an arrow: words that came or went, which get their sign here, or "Veo 3.1", "8 s", "new picture"."""

    kind: ChangeKind
    text: str


@dataclass(frozen=True, kw_only=True)
class Member:
    """An idea or a clip. `parents` are ids; what `changed` is told from the first of them. `votes` as it is written."""

    id: str
    number: str
    title: str
    poster: bytes | None = None
    votes: str = ""
    won: bool = False
    parents: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()


def draw_tree(members: Sequence[Member], title: str = "", limit: int = HEAVIEST) -> Drawn:
    """A JPEG of as many as there is room for, in their order, the others counted. Raises BadPicture("too_heavy")."""
    head = Style(HEAD, bold=True).line + 2 * PAD if title else 0
    plan = _plan(members, head)
    if plan.left_out:
        # who won is not among those left out
        plan = _plan(sorted(members, key=lambda member: not member.won), head)
    return _Tree(plan, {member.id: member for member in reversed(members)}).draw(title, limit)


def _plan(members: Sequence[Member], head: int) -> FamilyPlan:
    return plan_family([(member.id, member.parents) for member in members], head)


class _Tree:
    def __init__(self, plan: FamilyPlan, members: Mapping[str, Member]) -> None:
        self._plan, self._members, self._scale = plan, members, plan.scale
        self._spots = {spot.id: spot for spot in plan.spots}
        self._canvas = Canvas((self._px(plan.size[0]), self._px(plan.size[1])))

    def draw(self, title: str, limit: int) -> Drawn:
        if title:
            style = Style(self._px(HEAD), bold=True)
            first = self._plan.spots[0].box if self._plan.spots else Box(PAD, PAD, *CARD)
            left = min((spot.box.left for spot in self._plan.spots), default=first.left)
            room = self._box(Box(left, PAD * 2, self._plan.size[0] - left - PAD * 2, Style(HEAD).line + PAD))
            self._canvas.write(room, title, style)
        for spot in self._plan.spots:
            self._draw_arrow(spot)
        for spot in self._plan.spots:
            self._draw_card(self._box(spot.box), self._members[spot.id])
        return self._canvas.done(self._plan.left_out, limit)

    def _draw_arrow(self, spot: Spot) -> None:
        if spot.parent is None:
            return
        box, thick = spot.box, max(2, self._px(3))
        y, turn = box.top + box.height // 2, box.left - GAP + TURN
        path = [(turn, y), (box.left - HEAD_SIZE // 2, y)]
        if not spot.far:
            above = self._spots[spot.parent].box
            start = (above.right, above.top + above.height // 2)
            stem = above.right + TURN
            path = [start, (stem, start[1]), (stem, spot.bus), (turn, spot.bus), *path] if spot.bus is not None else [
                start, (stem, start[1]), *path]  # fmt: skip
        self._canvas.line(*((self._px(x), self._px(high)) for x, high in path), thick=thick)
        self._canvas.arrow(self._px(box.left), self._px(y), self._px(HEAD_SIZE))
        told = (*((spot.parent,) if spot.far else ()), *spot.others)
        left = self._draw_numbers(turn, y, told) if told else turn + PAD
        self._write_changes(Box(left, box.top, box.left - HEAD_SIZE - left, box.height), self._members[spot.id].changed)

    def _draw_numbers(self, left: int, y: int, ids: Sequence[str]) -> int:
        """Of those that an arrow comes from without a line; where they end."""
        style = Style(self._px(SMALL), bold=True)
        most = 2
        text = " + ".join([self._members[id].number for id in ids[:most]] + ["…"] * (len(ids) > most))
        wide = min(self._px(GAP // 2 - TURN), measure(text, style) + self._px(SMALL))
        high = style.line + style.size // 3
        at = self._canvas.badge(self._px(left - PAD), self._px(y) - high // 2, text, style, wide)
        return round(at.right / self._scale) + PAD // 2

    def _write_changes(self, room: Box, changes: Sequence[Change]) -> None:
        """The first half above the arrow, the rest below it."""
        style = Style(self._px(SMALL))
        lines = [*changes[: MOST_CHANGES - 1], *_last(changes[MOST_CHANGES - 1 :])]
        above = (len(lines) + 1) // 2
        y = self._px(room.top + room.height // 2)
        for number, change in enumerate(lines):
            gap = -self._px(4) if number < above else self._px(4)
            top = y + gap + (number - above) * style.line
            box = Box(self._px(room.left), top, self._px(room.width), style.line)
            self._canvas.write(box, _signed(change), style, _colour(change.kind))

    def _draw_card(self, box: Box, member: Member) -> None:
        pad, radius = self._px(PAD), self._px(RADIUS)
        if member.won:
            self._canvas.frame(box.inset(-self._px(4)), WON, self._px(4), radius + self._px(4), TILE)
        else:
            self._canvas.fill(box, TILE, radius)
        left = box.left + pad
        number = Style(self._px(SMALL), bold=True)
        if member.poster:
            poster = Box(left, box.top + pad, self._px(POSTER), box.height - 2 * pad)
            if not self._canvas.poster(poster, member.poster, radius // 2):
                self._canvas.fill(poster, GROUND, radius // 2)
            self._canvas.badge(left + pad // 2, poster.top + pad // 2, member.number, number, poster.width - pad,
                               won=member.won)  # fmt: skip
            left = poster.right + pad
        else:
            at = self._canvas.badge(left, box.top + pad, member.number, number, box.width // 3, won=member.won)
            left = at.right + pad
        self._write_words(Box(left, box.top + pad // 2, box.right - pad - left, box.height - pad), member)

    def _write_words(self, room: Box, member: Member) -> None:
        style, small = Style(self._px(TITLE), bold=True), Style(self._px(SMALL))
        foot = small.line if member.votes else 0
        self._canvas.write(Box(room.left, room.top, room.width, room.height - foot), member.title, style, INK)
        if foot:
            self._canvas.write(Box(room.left, room.bottom - foot, room.width, foot), member.votes, small, SOFT)

    def _px(self, length: int) -> int:
        return round(length * self._scale)

    def _box(self, box: Box) -> Box:
        left, top = self._px(box.left), self._px(box.top)
        return Box(left, top, self._px(box.right) - left, self._px(box.bottom) - top)


def _last(rest: Sequence[Change]) -> list[Change]:
    """What there is no line for shares the last one."""
    if len(rest) < 2:
        return list(rest)
    return [Change(kind=ChangeKind.OTHER, text=" · ".join(map(_signed, rest)))]


def _signed(change: Change) -> str:
    match change.kind:
        case ChangeKind.ADDED:
            return f"+ {change.text}"
        case ChangeKind.REMOVED:
            return f"{MINUS} {change.text}"
        case ChangeKind.OTHER:
            return change.text
        case _:
            assert_never(change.kind)


def _colour(kind: ChangeKind) -> str:
    match kind:
        case ChangeKind.ADDED:
            return ADDED
        case ChangeKind.REMOVED:
            return REMOVED
        case ChangeKind.OTHER:
            return SOFT
        case _:
            assert_never(kind)
