"""Ids of buttons, menus and forms: each means the same after a restart, also those that were made before."""

import pytest

from bot.finding import Cursor, StateGroup
from bot.jobs import job_id
from cogs.finding.pages import Scope, read_turn
from cogs.pressing.components import EARLIER, press_id, read_id
from cogs.pressing.presses import DOES

LARGEST_ID = job_id(2**63 - 1)

# As they stand in channels since before there was one shape: whole, and what they mean.
BEFORE = {
    **{f"job:{LARGEST_ID}:{verb}": (verb, LARGEST_ID, "") for verb in ("cancel", "unfollow", "look", "again", "leave")},
    **{f"job:abc:{verb}": (verb, "abc", "") for verb in ("delete", "erase", "repeat", "change", "continue", "longer")},
    **{f"job:0:{verb}": (verb, "0", "") for verb in ("shorter", "shape", "model", "nearest")},
    **{f"draft:abc:{verb}": (verb, "abc", "") for verb in ("edit", "send", "picture", "no_picture", "write")},
    **{f"choose:abc:{what}": ("choose", "abc", what) for what in ("shape", "model")},
    **{f"pick:abc:{what}": ("pick", "abc", what) for what in ("model", "seconds", "size", "picked")},
    "clips:server:any:older:1764028800.123456:zz": ("clips", "server", "any:older:1764028800.123456:zz"),
    "form:abc": ("form", "abc", ""),
    "file:abc": ("file", "abc", ""),
}


@pytest.mark.parametrize(("custom_id", "means"), BEFORE.items())
def test_an_id_of_before_keeps_its_meaning(custom_id: str, means: tuple[str, str, str]) -> None:
    assert read_id(custom_id) == means
    assert means[0] in DOES


@pytest.mark.parametrize("verb", DOES)
@pytest.mark.parametrize("argument", ["", "picked"])
def test_an_id_says_what_was_put_into_it(verb: str, argument: str) -> None:
    custom_id = press_id(verb, LARGEST_ID, argument)
    assert len(custom_id) <= 100 and verb not in EARLIER
    assert read_id(custom_id) == (verb, LARGEST_ID, argument)


@pytest.mark.parametrize("custom_id", ["", "job", "job:", "look::", "look:A", " look:a", "look:" + "a" * 17, "Look:a"])
def test_what_is_of_no_such_shape_is_nothing_of_ours(custom_id: str) -> None:
    assert read_id(custom_id) is None


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("group", StateGroup)
@pytest.mark.parametrize("created_at", [1_764_028_800.123456, 1_764_028_800.0, 9_999_999_999.999999, 1001.5])
def test_a_list_goes_on_where_its_button_says(scope: Scope, group: StateGroup, created_at: float) -> None:
    custom_id = press_id("clips", scope, f"{group}:older:{created_at!r}:{LARGEST_ID}")
    assert len(custom_id) <= 100
    read = read_id(custom_id)
    turn = read_turn(*read[1:]) if read else None
    assert turn and (turn.scope, turn.group, turn.newer) == (scope, group, False)
    assert turn.cursor == Cursor(created_at, LARGEST_ID)


@pytest.mark.parametrize(
    ("subject", "argument"),
    [("mine", "any:older:1.5:../etc"), ("all", "any:older:1.5:a"), ("mine", "any:older::a"), ("mine", ""), ("x", "")],
)
def test_a_forged_page_is_none(subject: str, argument: str) -> None:
    assert read_turn(subject, argument) is None
