"""A prompt as a list of shots."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shot_list import BadShots, read_shots

READ: list[tuple[str, int, list[tuple[str, int]]]] = [
    ("A fox runs.", 5, [("A fox runs.", 5)]),
    ("3 s: A fox runs.\n2s: It jumps.", 5, [("A fox runs.", 3), ("It jumps.", 2)]),
    ("3:A fox\n\n  2 sec : It jumps  ", 5, [("A fox", 3), ("It jumps", 2)]),
    ("3秒：狐が走る\n跳ぶ", 5, [("狐が走る", 3), ("跳ぶ", 2)]),
    ("a\nb\nc", 8, [("a", 3), ("b", 3), ("c", 2)]),
    ("3 foxes run\nAt 3: a bell", 4, [("3 foxes run", 2), ("At 3: a bell", 2)]),
]


@pytest.mark.parametrize(("prompt", "seconds", "shots"), READ)
def test_each_line_is_a_shot(prompt: str, seconds: int, shots: list[tuple[str, int]]) -> None:
    read = read_shots(prompt, seconds, most=6, limit=100)
    assert [(shot.prompt, shot.seconds) for shot in read] == shots


@pytest.mark.parametrize(
    ("prompt", "seconds", "code", "facts"),
    [
        ("a\nb\nc\nd", 9, "shots_many", {"number": 4, "most": 3}),
        ("a\n" + "b" * 11, 9, "shots_words", {"length": 11, "limit": 10}),
        ("3: a\n3: b", 9, "shots_sum", {"told": 6, "untold": 0, "seconds": 9}),
        ("9: a\nb", 9, "shots_sum", {"told": 9, "untold": 1, "seconds": 9}),
        ("0: a\nb", 9, "shots_sum", {"told": 0, "untold": 1, "seconds": 9}),
        ("a\nb\nc", 2, "shots_sum", {"told": 0, "untold": 3, "seconds": 2}),
    ],
)
def test_what_is_no_list_says_why(prompt: str, seconds: int, code: str, facts: dict[str, object]) -> None:
    with pytest.raises(BadShots) as refused:
        read_shots(prompt, seconds, most=3, limit=10)
    assert (refused.value.code, refused.value.facts) == (code, facts)


@given(st.text(max_size=60), st.integers(1, 20))
def test_shots_fill_the_clip_whatever_is_written(prompt: str, seconds: int) -> None:
    try:
        shots = read_shots(prompt, seconds, most=6, limit=30)
    except BadShots:
        return
    assert sum(shot.seconds for shot in shots) == (seconds if shots else 0)
    assert all(shot.seconds > 0 and shot.prompt and len(shot.prompt) <= 30 for shot in shots) and len(shots) <= 6
