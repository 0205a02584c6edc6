"""The page on which is chosen what takes inherit: what stands on it, within Discord's limits, in every language."""

from dataclasses import replace
from typing import Any

import pytest

from bot.briefs.inheriting import Inherited
from bot.briefs.takes import Batch, Plan, Reel, Taken
from bot.catalogue import read_catalogue
from bot.video_request import Refusal
from cogs.brainstorming.take_pages import Shown, heir_page, plan_sheet, read_shown
from cogs.words.languages import languages
from tests.bot.test_takes import BATCH, BRIEF, IDEA

CATALOGUE = read_catalogue(None)
EVERYTHING = tuple(Inherited)


def reel(plan: Plan, *, has_picture: bool = False) -> Reel:
    batch: Batch = replace(BATCH, plan=plan)
    return Reel(batch=batch, brief=BRIEF, idea=replace(IDEA, has_picture=has_picture))


def taken(count: int) -> list[Taken]:
    return [
        Taken(number=number, job_id="j", batch_id="b", idea=1, winner=number % 2 == 1) for number in range(1, count + 1)
    ]


def components(shown: Shown) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = shown[1].to_components()
    assert len(rows) <= 5 and all(len(row["components"]) <= 5 for row in rows)
    return [one for row in rows for one in row["components"]]


def labels(shown: Shown) -> list[str]:
    return [one["label"] for one in components(shown) if "label" in one]


async def test_only_what_won_can_be_inherited_from() -> None:
    refusal = Refusal(code="prompt_empty")
    nothing = plan_sheet(reel(Plan()), refusal, CATALOGUE, "en-US", taken=[replace(taken(1)[0], winner=False)])
    assert "Inherit" not in labels(nothing)
    assert "Inherit" in labels(plan_sheet(reel(Plan()), refusal, CATALOGUE, "en-US", taken=taken(1)))
    # what was chosen and is not to be had any more can be left out
    left = plan_sheet(reel(Plan(inherits=EVERYTHING, heir_of=2)), refusal, CATALOGUE, "en-US", taken=[])
    assert "Inherit" in labels(left) and "Inherits" not in str(left[0].description)


@pytest.mark.parametrize(
    ("argument", "shown"),
    [
        ("3-1500000", (3, 1_500_000, False)),
        ("3-0-known", (3, 0, True)),
        # of an earlier version, or made up: nobody was told how much it is
        ("3", (3, 0, False)),
        ("3-known", (3, 0, False)),
        ("-", (0, 0, False)),
        ("3-²-known", (3, 0, True)),
    ],
)
def test_a_button_says_what_stands_above_it(argument: str, shown: tuple[int, int, bool]) -> None:
    assert read_shown(argument) == shown


async def test_the_sheet_says_what_is_inherited_and_offers_models_that_take_it() -> None:
    plan = Plan(inherits=(Inherited.WORDS, Inherited.FRAME), heir_of=3)
    sheet = plan_sheet(reel(plan, has_picture=True), Refusal(code="prompt_empty"), CATALOGUE, "en-US", taken=taken(5))
    assert "Inherits from take 3: last frame and words." in str(sheet[0].description)
    assert "not from the idea’s own picture" in str(sheet[0].description)
    offered = {option["value"] for option in components(sheet)[0]["options"]}
    assert offered == {model.id for model in CATALOGUE.models.values() if model.picture}


async def test_there_is_a_choice_among_winners_where_there_are_several() -> None:
    alone = components(heir_page(reel(Plan()), taken(2), EVERYTHING, "en-US"))
    assert [one.get("placeholder") or one["label"] for one in alone] == ["Inherited: nothing", "Back to the plan"]
    _, whose, _ = components(heir_page(reel(Plan(heir_of=1)), taken(100), EVERYTHING, "en-US"))
    assert [option["value"] for option in whose["options"]] == [str(number) for number in range(51, 100, 2)]
    [what] = [one for one in components(heir_page(reel(Plan()), taken(1), EVERYTHING[:2], "en-US")) if "options" in one]
    assert [option["value"] for option in what["options"]] == ["frame", "pictures"] and what["max_values"] == 2


@pytest.mark.parametrize("locale", sorted(languages()))
async def test_nothing_is_longer_than_discord_takes(locale: str) -> None:
    plan = Plan(inherits=EVERYTHING, heir_of=99)
    for shown in (
        heir_page(reel(plan), taken(100), EVERYTHING, locale),
        plan_sheet(reel(plan, has_picture=True), Refusal(code="takes_heir_gone"), CATALOGUE, locale, taken=taken(100)),
    ):
        assert len(shown[0]) <= 6000
        for one in components(shown):
            assert len(one.get("label", "")) <= 80 and len(one.get("placeholder", "")) <= 150
            options = one.get("options", [])
            assert len(options) <= 25
            assert all(len(each["label"]) <= 100 and len(each.get("description", "")) <= 100 for each in options)
