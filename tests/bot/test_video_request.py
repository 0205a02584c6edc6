"""From what was typed to a request or a refusal."""

from dataclasses import replace

import pytest

from bot.catalogue import Catalogue, Model, read_catalogue
from bot.video_request import Draft, Fit, Refusal, VideoRequest, carry_over, choose_size, parse

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
    "seconds_not_at_size": [
        {"model": "veo-3.1", "size": "1920x1080", "seconds": 4},
        {"model": "veo-3.1", "size": "2160x3840", "seconds": 6},
    ],
    "fit_not_offered": [{"fit": "stretch"}, {"fit": ""}],
    "no_pictures": [{"model": "blind", "has_picture": True}],
    "picture_too_small": [
        {"has_picture": True, "picture": (1, 1)},
        {"has_picture": True, "picture": (10_000, 10), "fit": "pad"},
        {"has_picture": True, "picture": (1000, 100), "size": "720x1280"},
        {"has_picture": True, "picture": (1000, 299), "model": "kling-v3"},
        {"has_picture": True, "picture": (359, 640), "model": "wan-2.6"},
    ],
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
        ({"model": "x"}, {"model": "x", "models": tuple(each.name for each in WITH_BLIND.models.values())}),
        (
            {"model": "veo-3.1", "size": "1920x1080", "seconds": 4},
            {"model": "Veo 3.1", "size": ("1920x1080",), "allowed": (8,)},
        ),
        ({"picture": (299, 299), "model": "kling-v3"}, {"width": 299, "height": 299, "least": 300}),
    ],
)
def test_a_refusal_says_what_would_do(fields: dict[str, object], facts: dict[str, object]) -> None:
    refusal = parse(draft(**fields), WITH_BLIND)
    assert isinstance(refusal, Refusal)
    assert refusal.facts == facts


def test_only_a_prompt_gets_the_defaults_of_the_model() -> None:
    assert parse(Draft(prompt="  A boat\n"), CATALOGUE) == VideoRequest(
        model="sora-2-pro",
        prompt="A boat",
        seconds=4,
        size="720x1280",
        size_given=False,
        fit=Fit.CROP,
        by_default="sora-2-pro",
    )


def test_what_was_chosen_is_kept() -> None:
    wish = draft(model="sora-2", seconds=12, size="1792x1024", fit="pad", has_picture=True, picture=(100, 1000))
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
        ((10_000, 700), "1280x720"),
        ((128, 128), "720x1280"),
    ],
)
def test_the_size_follows_the_shape_of_the_picture(picture: tuple[int, int] | None, size: str) -> None:
    assert choose_size(SORA, picture) == size
    request = parse(draft(has_picture=picture is not None, picture=picture), CATALOGUE)
    assert isinstance(request, VideoRequest)
    assert (request.size, request.size_given) == (size, False)


def test_a_size_may_be_typed_as_it_is_shown() -> None:
    request = parse(draft(size=" 1280×720 "), CATALOGUE)
    assert isinstance(request, VideoRequest) and request.size == "1280x720"


@pytest.mark.parametrize("text", ["veo-3.1", "Veo 3.1", " VEO 3.1 "])
def test_a_model_may_be_typed_by_its_name(text: str) -> None:
    request = parse(draft(model=text), CATALOGUE)
    assert isinstance(request, VideoRequest) and request.model == "veo-3.1"


SLOW_VEO = replace(CATALOGUE.models["veo-3.1"], id="slow")
SLOW_VEO = replace(SLOW_VEO, seconds=replace(SLOW_VEO.seconds, default=4))
WITH_SLOW = Catalogue(models={"slow": SLOW_VEO}, default=SLOW_VEO)


@pytest.mark.parametrize(
    ("fields", "seconds", "size"),
    [
        ({}, 4, "1280x720"),
        ({"size": "1920x1080"}, 8, "1920x1080"),
        ({"seconds": 8}, 8, "1280x720"),
        ({"seconds": 6, "picture": (1920, 1080)}, 6, "1280x720"),
        ({"seconds": 8, "size": "2160x3840"}, 8, "2160x3840"),
    ],
)
def test_what_is_left_open_goes_with_what_was_chosen(fields: dict[str, object], seconds: int, size: str) -> None:
    request = parse(draft(**fields), WITH_SLOW)
    assert isinstance(request, VideoRequest)
    assert (request.seconds, request.size) == (seconds, size)


def test_without_the_default_size_a_length_gets_one_of_its_own() -> None:
    lengths = dict.fromkeys(("1280x720", "1920x1080"), (8,))
    model = replace(SLOW_VEO, seconds=replace(SLOW_VEO.seconds, at_size=lengths))
    assert choose_size(model, None, 4) == "720x1280"
    assert choose_size(model, (1600, 900), 4) == "720x1280"
    assert choose_size(model, (1600, 900), 8) == "1280x720"


@pytest.mark.parametrize("model", CATALOGUE.models.values(), ids=lambda model: str(model.id))
@pytest.mark.parametrize("picture", [(1920, 1080), (480, 832), (624, 624), (3840, 2160)])
def test_a_picture_chooses_among_the_usual_sizes(model: Model, picture: tuple[int, int]) -> None:
    assert choose_size(model, picture) in model.size.usual


WISH = VideoRequest(model="sora-2-pro", prompt="A boat", seconds=8, size="1280x720", size_given=True, fit=Fit.PAD)


@pytest.mark.parametrize(
    ("wish", "model", "seconds", "size"),
    [
        ({}, "sora-2", 8, "1280x720"),
        ({}, "veo-3.1", 8, "1280x720"),
        ({"seconds": 12}, "veo-3.1", 8, "1280x720"),
        ({"seconds": 4, "size": "1792x1024"}, "veo-3.1", 4, "1280x720"),
        ({"seconds": 8, "size": "1792x1024"}, "veo-3.1", 8, "1920x1080"),
        ({"seconds": 12, "size": "1024x1792"}, "seedance-2.0", 12, "1080x1920"),
        ({"seconds": 12, "size": "1024x1792"}, "seedance-2.0-fast", 12, "720x1280"),
        ({"size": "1024x1792"}, "kling-v3", 8, "1080x1920"),
        ({}, "wan-2.6", 10, "1280x720"),
        ({"seconds": 4}, "wan-2.6", 5, "1280x720"),
        ({"size": "720x720", "seconds": 3}, "sora-2", 4, "720x1280"),
        ({"size": "960x720"}, "wan-2.6", 10, "1088x832"),
        ({"size": "854x480", "seconds": 5}, "wan-2.6", 5, "1280x720"),
        ({"size": "854x480", "seconds": 6}, "veo-3.1", 6, "1280x720"),
        # halfway between two lengths the cheaper one
        ({"seconds": 6, "size": "1280x720"}, "sora-2-pro", 4, "1280x720"),
    ],
)
def test_a_wish_is_carried_over_to_the_nearest(wish: dict[str, object], model: str, seconds: int, size: str) -> None:
    request = replace(WISH, **wish)  # type: ignore[arg-type]  # fields of VideoRequest by name
    carried = carry_over(request, CATALOGUE.models[model], has_picture=False)
    assert carried == replace(request, model=model, seconds=seconds, size=size)


def test_a_shape_that_a_picture_chose_is_carried_to_a_usual_size() -> None:
    request = replace(WISH, size="1792x1024", size_given=False)
    veo = CATALOGUE.models["veo-3.1"]
    assert carry_over(request, veo, has_picture=True).size == "1280x720"
    assert carry_over(request, veo, has_picture=False).size == "1920x1080"
    assert carry_over(replace(request, size_given=True), veo, has_picture=True).size == "1920x1080"


@pytest.mark.parametrize("model", CATALOGUE.models.values(), ids=lambda model: str(model.id))
@pytest.mark.parametrize("old", CATALOGUE.models.values(), ids=lambda model: str(model.id))
def test_whatever_one_model_takes_another_takes_when_it_is_carried_over(old: Model, model: Model) -> None:
    for size in old.size.values:
        for seconds in old.lengths(size):
            request = replace(WISH, model=old.id, seconds=seconds, size=size)
            for has_picture in (False, True):
                carried = carry_over(request, model, has_picture=has_picture)
                again = draft(model=model.id, seconds=carried.seconds, size=carried.size, fit="pad")
                assert parse(again, CATALOGUE) == carried
