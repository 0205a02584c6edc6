"""Storyboards: their order under any changes, taken back one by one; in both databases each change once."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefs.brief import Brief, Doer, Halt, Phase
from bot.briefs.films import Cut, cuts_of
from bot.briefs.storyboard import (
    FADE_SECONDS,
    SHOTS_MOST,
    STEPS_MOST,
    STILL_SECONDS,
    Kind,
    Made,
    Shot,
    Step,
    Storyboard,
    inserted,
    may_change,
    may_undo,
    moved_shot,
    removed,
    replaced,
    standing,
    undoable,
    undone,
    with_step,
)
from bot.briefs.storyboard_check import Finding, Problem, check
from bot.jobs import Status, Venue
from bot.joins import Join
from bot.store import Store
from bot.store.storyboards import Arranged
from tests.jobs import a_job

BRIEF = Brief(
    id="b1",
    guild_id=1,
    channel_id=2,
    topic="Rain",
    locale="en-US",
    starter_id=7,
    starter_name="Ana",
    director_id=7,
    made_at=1000.0,
    phase=Phase.STORYBOARD,
)


def shot(name: str, kind: Kind = Kind.WISH, **more: object) -> Shot:
    plain = {"author_id": 7, "author_name": "Ana", "made_at": 1000.0, "words": f"The {name}"}
    return Shot(**{"id": name, "source": name, "kind": kind, **plain, **more})  # type: ignore[arg-type]


def made(status: Status = Status.COMPLETED, *, number: int = 1, **more: object) -> Made:
    job = a_job(id=f"j{number}", status=status, venue=Venue.BATCH, channel_id=5, **more)  # type: ignore[arg-type]
    return Made(number=number, job=job, clip=(5, 50 + number) if status is Status.COMPLETED else None)


def names(shots: object) -> str:
    assert isinstance(shots, tuple)
    return "".join(one.id for one in shots)


ABC = tuple(map(shot, "abc"))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (inserted(ABC, shot("x"), None), "abcx"),
        (inserted(ABC, shot("x"), "a"), "axbc"),
        (inserted(ABC, shot("x"), "gone"), "abcx"),
        (replaced(ABC, "b", shot("x")), "axc"),
        (moved_shot(ABC, "c", 1), "cab"),
        (moved_shot(ABC, "a", 3), "bca"),
        (moved_shot(ABC, "a", 99), "bca"),
        (moved_shot(ABC, "b", 2), "abc"),
        (removed(ABC, "b"), "ac"),
    ],
)
def test_shots_come_go_and_move(changed: object, expected: str) -> None:
    assert names(changed) == expected


def test_what_is_not_there_is_neither_moved_nor_replaced_and_there_is_an_end_to_it() -> None:
    assert {replaced(ABC, "x", shot("y")), moved_shot(ABC, "x", 1), removed(ABC, "x")} == {Halt.SHOT_GONE}
    full = tuple(shot(f"s{number}") for number in range(SHOTS_MOST))
    assert inserted(full, shot("x"), None) is Halt.SHOTS_FULL


def test_what_replaces_another_joins_as_that_did() -> None:
    lying = (shot("a"), shot("b", join=Join.FADE))
    changed = replaced(lying, "b", shot("x"))
    assert isinstance(changed, tuple) and changed[1].join is Join.FADE


changes = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), st.integers(0, 9)),
        st.tuples(st.just("remove"), st.integers(0, 9)),
        st.tuples(st.just("move"), st.tuples(st.integers(0, 9), st.integers(1, 12))),
        st.tuples(st.just("undo"), st.none()),
    ),
    max_size=80,
)


@given(changes)
def test_whatever_is_changed_and_taken_back_it_is_as_it_was_before(done: list[tuple[str, object]]) -> None:
    """A model of plain lists beside it: the order, and what each undo goes back to."""
    lying: dict[str, Shot] = {}
    steps: list[Step] = []
    history: list[list[str]] = [[]]
    for number, (what, how) in enumerate(done):
        event, now = f"e{number}", history[-1]
        shots = tuple(lying[one] for one in now)
        if what == "undo":
            after = undone(steps, event)
            if isinstance(after, Halt):
                # the ground is reached: nothing before it is known
                assert undoable(steps) is None and (len(history) == 1 or len(steps) >= STEPS_MOST)
                continue
            steps = after
            history.pop()
            # the very event twice takes back nothing more
            assert undone(steps, event) == steps
        else:
            new = shot(f"n{number}")
            lying[new.id] = new
            if what == "insert":
                at = int(str(how))
                changed = inserted(shots, new, now[at] if at < len(now) else None)
            elif what == "remove":
                at = int(str(how))
                changed = removed(shots, now[at] if at < len(now) else "gone")
            else:
                assert isinstance(how, tuple)
                at, to = how
                changed = moved_shot(shots, now[at] if at < len(now) else "gone", to)
            if isinstance(changed, Halt):
                continue
            order = [one.id for one in changed]
            assert len(order) == len(set(order)) and (what != "move" or sorted(order) == sorted(now))
            steps = with_step(steps, event, 7, order)
            history.append(order)
        step = standing(steps)
        assert list(step.shots if step else ()) == history[-1]
    assert len(steps) <= STEPS_MOST + 1


def test_its_author_and_whoever_leads_change_a_shot_and_whoever_made_the_last_change_takes_it_back() -> None:
    mine = shot("a", author_id=8)
    assert may_change(mine, BRIEF, Doer(id=8)) and may_change(mine, BRIEF, Doer(id=7))
    assert not may_change(mine, BRIEF, Doer(id=9)) and may_change(mine, BRIEF, Doer(id=9, moderates=True))
    board = Storyboard(brief=BRIEF, undoable_by=8)
    assert may_undo(board, Doer(id=8)) and may_undo(board, Doer(id=7)) and not may_undo(board, Doer(id=9))


# --- how long, and from when


def test_a_cross_fade_lets_a_shot_begin_earlier() -> None:
    lying = (shot("a", seconds=4.0), shot("b", seconds=8.0, join=Join.FADE), shot("c", Kind.STILL, has_picture=True))
    board = Storyboard(brief=BRIEF, shots=lying)
    given = shot("d", Kind.CLIP, clip=(1, 2), length=3.0)
    assert board.seconds(given) == 3.0 and board.seconds(replace(given, seconds=2.0)) == 2.0
    assert board.starts == (0.0, 4.0 - FADE_SECONDS, 12.0 - FADE_SECONDS)
    assert board.length == 12.0 - FADE_SECONDS + STILL_SECONDS
    assert Storyboard(brief=BRIEF).length == 0.0


@pytest.mark.parametrize(
    ("one", "of", "is_there", "is_missing"),
    [
        (shot("a"), None, False, True),
        (shot("a"), made(), True, False),
        (shot("a"), made(Status.PROCESSING), False, False),
        (shot("a"), made(Status.HELD), False, False),
        (shot("a"), replace(made(), clip=None), False, False),
        (shot("a"), replace(made(), clip=(9, 9)), False, True),
        (shot("a"), made(Status.FAILED), False, True),
        (shot("a"), made(Status.DELETED), False, True),
        (shot("a", Kind.TAKE, job_id="j1"), made(), True, False),
        (shot("a", Kind.TAKE, job_id="j1"), made(Status.DELETED), False, False),
        (shot("a", Kind.CLIP, clip=(5, 6)), None, True, False),
        (shot("a", Kind.CLIP), None, False, False),
        (shot("a", Kind.STILL, has_picture=True), None, True, False),
        (shot("a", Kind.STILL), None, False, False),
    ],
)
def test_what_is_there_and_what_has_to_be_made(one: Shot, of: Made | None, is_there: bool, is_missing: bool) -> None:
    board = Storyboard(brief=BRIEF, shots=(one,), made={"a": of} if of else {})
    assert board.is_there(one) is is_there
    assert board.missing == ((one,) if is_missing else ())


# --- what stands in the way


@pytest.mark.parametrize(
    ("lying", "problems"),
    [
        ((shot("a", join=Join.CONTINUE),), {(1, Problem.NOTHING_BEFORE)}),
        ((shot("a", Kind.CLIP, clip=(1, 2), seconds=1.0), shot("b", join=Join.CONTINUE)), {(2, Problem.ENDS_EARLY)}),
        ((shot("a", Kind.CLIP, clip=(1, 2), length=3.0), shot("b", join=Join.CONTINUE)), set()),
        ((shot("a", seconds=1.0), shot("b", seconds=4.0, join=Join.FADE)), {(2, Problem.FADE_TOO_LONG)}),
        ((shot("a"), shot("b", join=Join.FADE)), set()),
        ((shot("a", words=""),), {(1, Problem.WORDS_GONE)}),
        ((shot("a", Kind.CLIP),), {(1, Problem.CLIP_GONE)}),
        ((shot("a", Kind.STILL),), {(1, Problem.CLIP_GONE)}),
        (tuple(shot(f"s{number}", seconds=100.0) for number in range(19)), {(None, Problem.FILM_TOO_LONG)}),
    ],
)
def test_what_stands_in_the_way_is_found_before_anything_is_sent(
    lying: tuple[Shot, ...], problems: set[tuple[int | None, Problem]]
) -> None:
    found = check(Storyboard(brief=BRIEF, shots=lying))
    assert {(finding.number, finding.problem) for finding in found} == problems


def test_what_continues_another_clip_than_the_one_before_it_is_told_of() -> None:
    lying = (shot("a"), shot("b", join=Join.CONTINUE))
    after = made(number=2, parent_id="j1")
    board = Storyboard(brief=BRIEF, shots=lying, made={"a": made(), "b": after})
    assert check(board) == ()
    outdated = (Finding(problem=Problem.OUTDATED, number=2),)
    assert check(replace(board, made={"a": made(number=3), "b": after})) == outdated
    assert check(replace(board, made={"a": made(), "b": made(Status.FAILED, number=2)})) == (
        Finding(problem=Problem.FAILED, number=2),
    )


def test_a_clip_that_did_not_come_is_told_of() -> None:
    board = Storyboard(brief=BRIEF, shots=(shot("a"),), made={"a": made(Status.FAILED)})
    assert check(board) == (Finding(problem=Problem.FAILED, number=1),)


# --- what is cut of it


def test_a_film_is_cut_of_every_shot_or_not_at_all() -> None:
    lying = (
        shot("a"),
        shot("b", Kind.STILL, has_picture=True, seconds=2.0, join=Join.FADE),
        shot("c", Kind.CLIP, clip=(5, 9), seconds=1.5, spoiler=True),
    )
    called = {one.id: one.id.upper() for one in lying}
    board = Storyboard(brief=BRIEF, shots=lying, made={"a": made()})
    assert cuts_of(board, called) == (
        Cut(name="A", source="a", clip=(5, 51), job_id="j1"),
        Cut(name="B", source="b", seconds=2.0, join=Join.FADE, fade=FADE_SECONDS),
        Cut(name="C", source="c", clip=(5, 9), seconds=1.5, spoiler=True),
    )
    assert cuts_of(replace(board, made={}), called) is Halt.FILM_INCOMPLETE
    assert cuts_of(Storyboard(brief=BRIEF), {}) is Halt.FILM_INCOMPLETE


# --- in the database


def put(new: Shot) -> Callable[[Storyboard], Arranged | Halt]:
    def arrange(board: Storyboard) -> Arranged | Halt:
        after = inserted(board.shots, new, None)
        return after if isinstance(after, Halt) else Arranged(shots=after, picture=b"picture")

    return arrange


async def test_each_event_changes_it_once_and_takes_back_once(store: Store) -> None:
    await store.start_brief(BRIEF)
    board: Storyboard | Halt = Halt.GONE
    for name in ("a", "b", "a", "b"):
        board = await store.arrange("b1", f"e{name}", 7, put(shot(name, has_picture=True)), 1001.0)
        assert isinstance(board, Storyboard)
    assert isinstance(board, Storyboard) and names(board.shots) == "ab" and board.undoable_by == 7
    assert await store.shot_picture("a") == b"picture"
    for _ in range(2):
        undone_once = await store.undo("b1", "u1", lambda _: None, 1002.0)
        assert isinstance(undone_once, Storyboard) and names(undone_once.shots) == "a"
    assert await store.undo("b1", "u2", lambda _: Halt.SHOT_NOT_YOURS, 1002.0) is Halt.SHOT_NOT_YOURS
    assert isinstance(await store.undo("b1", "u2", lambda _: None, 1002.0), Storyboard)
    assert await store.undo("b1", "u3", lambda _: None, 1002.0) is Halt.NOTHING_UNDONE
    found = await store.storyboard("b1")
    assert found and found.shots == () and found.version == 4
    assert await store.storyboard("gone") is None
    assert await store.arrange("gone", "e", 7, put(shot("a")), 1.0) is Halt.GONE


async def test_it_is_due_until_it_is_drawn_as_it_is(store: Store) -> None:
    await store.start_brief(BRIEF)
    dues = store.storyboard_dues
    assert await dues.find(2000.0, 5) == []
    await store.arrange("b1", "e1", 7, put(shot("a")), 1001.0)
    assert await dues.find(2000.0, 5) == ["b1"] and await dues.take("b1", 2000.0, 2030.0) == 0
    await store.note_storyboard("b1", message_id=9, drawn=1, drawn_at=2000.0)
    await dues.leave("b1")
    assert await dues.find(3000.0, 5) == []
    board = await store.storyboard_of_message(9)
    assert board and board.message_id == 9 and names(board.shots) == "a"


async def test_whoever_asks_to_be_forgotten_leaves_others_shots_and_no_words(store: Store) -> None:
    await store.start_brief(BRIEF)
    mine = shot("a", author_id=8, author_name="Bea", has_picture=True, clip=(5, 6))
    await store.arrange("b1", "e1", 8, put(mine), 1001.0)
    await store.arrange("b1", "e2", 7, put(shot("b", note="darker", noter_id=8)), 1001.0)
    await store.empty_member(8, 2000.0)
    board = await store.storyboard("b1")
    assert board
    gone, stays = board.shots
    assert (gone.author_id, gone.author_name, gone.words, gone.clip, gone.has_picture) == (None, "", "", None, False)
    assert await store.shot_picture("a") is None
    assert (stays.words, stays.note, stays.noter_id) == ("The b", "", None)
    assert board.version == 3
