"""What two requests have otherwise, as data."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sheets import Fate, Made, PictureChange, compare, diff_words, varying

KITE = Made(prompt="A red kite over the sea", model="veo", seconds=8, size=(1280, 720))
words = st.lists(st.sampled_from(["red", "kite", "sea", "夜の街", "مطر"]), max_size=12).map(" ".join)


def made(prompt: str = KITE.prompt, **fields: object) -> Made:
    return Made(**{"prompt": prompt, "model": "veo", "seconds": 8, "size": (1280, 720), **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "removed", "added"),
    [
        ("A red kite", "A red kite", (), ()),
        ("A red kite", "A  red\nkite", (), ()),
        ("A red kite", "A blue kite", ("red",), ("blue",)),
        ("A red kite", "A red kite in the rain", (), ("in the rain",)),
        ("slow pan, a kite, night", "a kite", ("slow pan,", "kite, night"), ("kite",)),
        ("夜の街", "雨の街", ("夜",), ("雨",)),
        ("", "new", (), ("new",)),
        ("قبل المطر", "بعد المطر", ("قبل",), ("بعد",)),
    ],
)
def test_words_that_came_and_went(before: str, after: str, removed: tuple[str, ...], added: tuple[str, ...]) -> None:
    found = compare(made(before), made(after))
    assert (found.removed, found.added) == (removed, added)


@given(words, words)
def test_a_diff_holds_both_prompts(before: str, after: str) -> None:
    pieces = diff_words(before, after)

    def side(gone: Fate) -> str:
        return "".join("".join(piece.text.split()) for piece in pieces if piece.fate is not gone)

    assert side(Fate.ADDED) == "".join(before.split())
    assert side(Fate.REMOVED) == "".join(after.split())
    assert all(piece.text for piece in pieces)
    assert all(one.fate is not other.fate for one, other in pairwise(pieces))


def test_every_other_field_is_told_before_and_after() -> None:
    found = compare(KITE, made(model="kling", seconds=5, size=(720, 1280), picture="a"))
    assert found.model == ("veo", "kling")
    assert found.seconds == (8, 5)
    assert found.size == ((1280, 720), (720, 1280))
    assert found.picture is PictureChange.ADDED
    assert found.words == ()
    assert found.any
    assert not compare(KITE, KITE).any


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (None, None, None),
        ("a", "a", None),
        (None, "a", PictureChange.ADDED),
        ("a", None, PictureChange.REMOVED),
        ("a", "b", PictureChange.OTHER),
    ],
)
def test_a_picture_comes_goes_or_is_another(
    before: str | None, after: str | None, change: PictureChange | None
) -> None:
    assert compare(made(picture=before), made(picture=after)).picture is change


def test_what_varies_among_many_is_worth_writing() -> None:
    assert varying([KITE, made(model="kling"), made(seconds=5)]) == ("model", "seconds")
    assert varying([KITE, KITE]) == ()
    assert varying([]) == ()


def test_long_prompts_are_compared_in_no_time() -> None:
    before = " ".join(f"w{number % 50}" for number in range(4000))
    after = " ".join(f"w{number % 49}" for number in range(4000))
    assert compare(made(before), made(after)).any
