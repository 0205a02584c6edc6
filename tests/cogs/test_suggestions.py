"""What is suggested while somebody types."""

from dataclasses import replace

import pytest

from bot.catalogue import Catalogue, Model, read_catalogue
from bot.video_request import Draft, VideoRequest, parse
from cogs.asking.suggestions import read_model, suggest_lengths, suggest_models, suggest_sizes
from cogs.words.languages import languages

CATALOGUE = read_catalogue()
VEO = CATALOGUE.models["veo-3.1"]


def models(typed: str = "", *refused: str, catalogue: Catalogue = CATALOGUE, has_picture: bool = False) -> list[str]:
    found = suggest_models(catalogue, refused, typed, has_picture=has_picture, locale="en-US")
    return [choice.value for choice in found]


def test_every_model_is_suggested_in_the_catalogue_s_order() -> None:
    assert models() == list(CATALOGUE.models)
    found = suggest_models(CATALOGUE, (), "", has_picture=False, locale="en-US")
    assert [choice.name for choice in found] == [model.name for model in CATALOGUE.models.values()]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("seed", ["seedance-2.0", "seedance-2.0-fast"]),
        ("FAST", ["seedance-2.0-fast"]),
        (" veo ", ["veo-3.1"]),
        ("wan-", ["wan-2.6"]),
        ("nothing", []),
    ],
)
def test_what_is_typed_narrows_the_models(typed: str, found: list[str]) -> None:
    assert models(typed) == found


def test_a_model_refused_lately_comes_last_and_says_so() -> None:
    assert models("", "sora-2-pro", "kling-v3")[-2:] == ["sora-2-pro", "kling-v3"]
    last = suggest_models(CATALOGUE, {"sora-2-pro"}, "", has_picture=False, locale="en-US")[-1]
    assert (last.name, last.value) == ("Sora 2 Pro (refused by MuleRun lately)", "sora-2-pro")


def test_with_a_picture_only_models_that_take_one() -> None:
    catalogue = replace(CATALOGUE, models={**CATALOGUE.models, "veo-3.1": replace(VEO, picture=None)})
    assert "veo-3.1" in models(catalogue=catalogue)
    assert "veo-3.1" not in models(catalogue=catalogue, has_picture=True)


def test_discord_takes_no_more_than_25() -> None:
    many = {f"m{number}": replace(VEO, id=f"m{number}", name="x" * 50) for number in range(40)}
    found = suggest_models(replace(CATALOGUE, models=many), many, "", has_picture=False, locale="en-US")
    assert len(found) == 25
    assert all(len(choice.name) <= 100 for choice in found)


@pytest.mark.parametrize(
    ("model", "size", "typed", "found"),
    [
        ("veo-3.1", None, "", [4, 6, 8]),
        ("veo-3.1", "1920x1080", "", [8]),
        ("veo-3.1", "no size", "", [4, 6, 8]),
        ("veo-3.1", None, "8", [8]),
        ("veo-3.1", None, "5", []),
        ("wan-2.6", None, "1", [10, 15]),
        ("sora-2", "1792x1024", " ", [4, 8, 12]),
    ],
)
def test_lengths_follow_the_model_and_the_size(model: str, size: str | None, typed: str, found: list[int]) -> None:
    choices = suggest_lengths(CATALOGUE.models[model], size, typed)
    assert [choice.value for choice in choices] == found
    assert all(choice.name == str(choice.value) for choice in choices)


@pytest.mark.parametrize(
    ("model", "seconds", "typed", "found"),
    [
        ("veo-3.1", 4, "", ["1280x720", "720x1280"]),
        ("veo-3.1", 8, "1080", ["1920x1080", "1080x1920"]),
        ("veo-3.1", 5, "1280×", ["1280x720"]),
        ("veo-3.1", None, "3840x", ["3840x2160"]),
        ("kling-v3", None, "", list(CATALOGUE.models["kling-v3"].size.values)),
    ],
)
def test_sizes_follow_the_model_and_the_length(model: str, seconds: int | None, typed: str, found: list[str]) -> None:
    choices = suggest_sizes(CATALOGUE.models[model], seconds, typed)
    assert [choice.value for choice in choices] == found
    assert all("×" in choice.name for choice in choices)


# --- Discord sends back the label in place of the value: after a change of channel, and on Android


@pytest.mark.parametrize("locale", sorted(languages()))
@pytest.mark.parametrize("refused", [(), ("sora-2-pro", "kling-v3")])
def test_a_model_is_known_by_its_label(locale: str, refused: tuple[str, ...]) -> None:
    for choice in suggest_models(CATALOGUE, refused, "", has_picture=False, locale=locale):
        assert read_model(CATALOGUE, f" {choice.name} ", locale) == choice.value
        assert read_model(CATALOGUE, choice.value, locale) == choice.value


def test_what_was_never_suggested_is_left_as_it_is() -> None:
    assert read_model(CATALOGUE, "Sora 9", "en-US") == "Sora 9"


@pytest.mark.parametrize("model", CATALOGUE.models.values(), ids=lambda model: model.id)
def test_a_size_is_known_by_its_label(model: Model) -> None:
    for choice in suggest_sizes(model, None, ""):
        request = parse(Draft(prompt="A boat", model=model.id, size=choice.name), CATALOGUE)
        assert isinstance(request, VideoRequest) and request.size == choice.value
        assert suggest_lengths(model, choice.name, "") == suggest_lengths(model, choice.value, "")
