"""From what was typed to a request or a refusal."""

from dataclasses import replace

import pytest

from bot.catalogue import Catalogue, read_catalogue
from bot.video_request import Draft, Fit, Refusal, VideoRequest, choose_size, parse

CATALOGUE = read_catalogue()
SORA = CATALOGUE.default
BLIND = replace(SORA, id="blind", name="Blind", picture=None)
WITH_BLIND = Catalogue(models={**CATALOGUE.models, "blind": BLIND}, default=SORA)


def draft(**fields: object) -> Draft:
    return replace(Draft(prompt="A boat"), **fields)  # type: ignore[arg-type]  # fields of Draft by name


REFUSED: dict[str, list[dict[str, object]]] = {
    "prompt_empty": [{"prompt": ""}, {"prompt": " \n\t "}],
    "prompt_too_long": [{"prompt": "a" * 2001}],
    "no_such_model": [{"model": "sora-9"}],
    "seconds_not_offered": [{"seconds": 5}, {"seconds": 0}, {"seconds": -4}],
    "size_not_offered": [{"size": "1x1"}, {"size": ""}, {"size": "1280X720"}],
    "fit_not_offered": [{"fit": "stretch"}, {"fit": ""}],
    "no_pictures": [{"model": "blind", "has_picture": True}],
}


@pytest.mark.parametrize(("code", "fields"), [(code, fields) for code, each in REFUSED.items() for fields in each])
def test_each_rule_refuses(code: str, fields: dict[str, object]) -> None:
    refusal = parse(draft(**fields), WITH_BLIND)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


@pytest.mark.parametrize(
    ("fields", "facts"),
    [
        ({"prompt": "é" * 2001}, {"length": 2001, "limit": 2000, "model": "Sora 2 Pro"}),
        ({"seconds": 5}, {"model": "Sora 2 Pro", "allowed": (4, 8, 12)}),
        ({"size": "1x1", "model": "sora-2"}, {"model": "Sora 2", "allowed": CATALOGUE.models["sora-2"].size.values}),
        ({"fit": "x"}, {"allowed": ("crop", "pad")}),
        ({"model": "x"}, {"model": "x", "models": ("Sora 2 Pro", "Sora 2", "Blind")}),
    ],
)
def test_a_refusal_says_what_would_do(fields: dict[str, object], facts: dict[str, object]) -> None:
    refusal = parse(draft(**fields), WITH_BLIND)
    assert isinstance(refusal, Refusal)
    assert refusal.facts == facts


def test_only_a_prompt_gets_the_defaults_of_the_model() -> None:
    assert parse(Draft(prompt="  A boat\n"), CATALOGUE) == VideoRequest(
        model="sora-2-pro", prompt="A boat", seconds=4, size="720x1280", size_given=False, fit=Fit.CROP
    )


def test_what_was_chosen_is_kept() -> None:
    wish = draft(model="sora-2", seconds=12, size="1792x1024", fit="pad", has_picture=True, picture=(10, 1000))
    assert parse(wish, CATALOGUE) == VideoRequest(
        model="sora-2", prompt="A boat", seconds=12, size="1792x1024", size_given=True, fit=Fit.PAD
    )


def test_the_limit_counts_characters_after_trimming() -> None:
    assert isinstance(parse(draft(prompt=" " + "🎬" * 2000 + " "), CATALOGUE), VideoRequest)


def test_a_model_without_pictures_takes_a_prompt() -> None:
    assert isinstance(parse(draft(model="blind"), WITH_BLIND), VideoRequest)


@pytest.mark.parametrize(
    ("picture", "size"),
    [
        (None, "720x1280"),
        ((1792, 1024), "1792x1024"),
        ((1024, 1792), "1024x1792"),
        ((1920, 1080), "1280x720"),
        ((1080, 1920), "720x1280"),
        ((4032, 3024), "1280x720"),
        ((3024, 4032), "720x1280"),
        ((10_000, 10), "1280x720"),
        ((1, 1), "720x1280"),
    ],
)
def test_the_size_follows_the_shape_of_the_picture(picture: tuple[int, int] | None, size: str) -> None:
    assert choose_size(SORA, picture) == size
    request = parse(draft(has_picture=picture is not None, picture=picture), CATALOGUE)
    assert isinstance(request, VideoRequest)
    assert (request.size, request.size_given) == (size, False)
