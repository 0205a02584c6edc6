"""The two forms for what a model takes beside the usual: which fields each model has, and that Discord takes them."""

from dataclasses import replace
from typing import Any

import pytest

from bot.catalogue import (
    Extras,
    LastFrameField,
    NegativeField,
    ReferencesField,
    ResolutionField,
    SeedField,
    Shots,
    ShotsField,
    SoundField,
    Takes,
    read_catalogue,
)
from bot.drafts import Form, Given, SavedDraft
from bot.video_request import Draft
from cogs.asking.extra_forms import further_form, settings_form
from cogs.asking.review import review
from cogs.words.languages import languages

BUILT_IN = read_catalogue()
EVERYTHING = replace(
    BUILT_IN.models["veo-3.1"],
    id="all",
    name="All",
    takes=Takes(
        last_frame=LastFrameField(field="last"),
        references=ReferencesField(field="images", most=10, limit=10, sides=(1, 9)),
        negative=NegativeField(field="not", limit=100_000),
        seed=SeedField(field="seed", least=0, most=9),
        sound=SoundField(field="sound", on=True, off=False, default=False),
        resolution=ResolutionField(field="mode", values=("std", "pro"), default="std"),
        shots=ShotsField(several={"multi": True}, listed={"multi": True}, field="list", most=6, limit=9),
    ),
)
CATALOGUE = replace(BUILT_IN, models={**BUILT_IN.models, "all": EVERYTHING})
FURTHER = (Given(slot="last", of_parent=True), Given(slot="1", of_parent=True))
PICTURES = {
    "sora-2-pro": [],
    "veo-3.1": ["last", "references"],
    "seedance-2.0": ["last", "references"],
    "kling-v3": ["last"],
    "wan-2.6": [],
    "all": ["last", "references"],
}
SETTINGS = {
    "sora-2-pro": [],
    "veo-3.1": ["negative"],
    "seedance-2.0": ["seed", "sound"],
    "kling-v3": ["negative", "sound", "shots"],
    "wan-2.6": ["negative", "seed", "sound", "shots"],
    "all": ["negative", "seed", "sound", "resolution", "shots"],
}


def a_draft(model: str, extras: Extras | None = None, further: tuple[Given, ...] = ()) -> SavedDraft:
    draft = Draft(prompt="A fox", model=model, extras=extras or Extras())
    return SavedDraft(id="abc", author_id=7, form=Form.CHANGE, draft=draft, changed_at=1.0, further=further)


def fields(form: Any) -> dict[str, dict[str, Any]]:
    """The fields of a form as Discord gets them, by their ids."""
    return {label["component"]["custom_id"]: label["component"] for label in form.to_dict()["components"]}


@pytest.mark.parametrize("model", PICTURES)
async def test_a_form_has_what_its_model_takes(model: str) -> None:
    assert list(fields(further_form(a_draft(model), CATALOGUE, "en-US"))) == PICTURES[model]
    assert list(fields(further_form(a_draft(model, further=FURTHER), CATALOGUE, "en-US"))) == [*PICTURES[model], "drop"]
    assert list(fields(settings_form(a_draft(model), CATALOGUE, "en-US"))) == SETTINGS[model]


@pytest.mark.parametrize("model", PICTURES)
async def test_a_review_offers_the_forms_that_have_anything_in_them(model: str) -> None:
    _, view = review(a_draft(model), CATALOGUE, "en-US")
    ids = [one.item.custom_id.partition(":")[0] for one in view.children]  # type: ignore[attr-defined]  # dynamic items
    further, extras = ["further"] * bool(PICTURES[model]), ["extras"] * bool(SETTINGS[model])
    assert ids == ["pick", "pick", "pick", "edit", "picture", *further, *extras, "send"]
    assert len(view.to_components()) == 4


async def test_settings_stand_as_they_were_set() -> None:
    extras = Extras(negative="snow", seed=4, sound=True, resolution="pro", shots=Shots.LISTED)
    given = fields(settings_form(a_draft("all", extras), CATALOGUE, "en-US"))
    assert (given["negative"]["value"], given["seed"]["value"]) == ("snow", "4")
    chosen = {
        name: [one["value"] for one in field.get("options", []) if one["default"]] for name, field in given.items()
    }
    assert (chosen["sound"], chosen["resolution"], chosen["shots"]) == (["on"], ["pro"], ["listed"])
    plain = fields(settings_form(a_draft("all"), CATALOGUE, "en-US"))
    chosen = {
        name: [one["value"] for one in field.get("options", []) if one["default"]] for name, field in plain.items()
    }
    assert (chosen["sound"], chosen["resolution"], chosen["shots"]) == (["off"], ["std"], ["one"])


@pytest.mark.parametrize("locale", languages())
@pytest.mark.parametrize("build", [further_form, settings_form])
async def test_every_language_fits_discord_s_limits(build: Any, locale: str) -> None:
    extras = Extras(negative="x" * 100_000)
    form = build(a_draft("all", extras, FURTHER), CATALOGUE, locale).to_dict()
    assert len(form["title"]) <= 45 and 1 <= len(form["components"]) <= 5
    for label in form["components"]:
        assert 1 <= len(label["label"]) <= 45 and len(label.get("description") or "") <= 100
        field = label["component"]
        assert len(field.get("value", "")) <= field.get("max_length", 4000) <= 4000
        assert all(len(option["label"]) <= 100 for option in field.get("options", []))
