"""What of a wish beside the usual a model takes, leaves out, or refuses."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue import Extras, Model, Shots, Takes, read_catalogue
from bot.drafts import further_of
from bot.extras import SETTINGS, broken_setting, fits, from_plain, lengths_with, taken, to_plain, wishes
from bot.further_pictures import LAST, references_in
from bot.mulerun import encode
from bot.stand_ins import nearest
from bot.video_request import Draft, Refusal, VideoRequest, as_draft, carry_over, parse

CATALOGUE = read_catalogue()
MODELS = CATALOGUE.models
ALL = Extras(negative="snow", seed=7, sound=False, resolution="4k", shots=Shots.SEVERAL)

LEFT_OUT = {
    "sora-2-pro": SETTINGS,
    "veo-3.1": ("seed", "sound", "resolution", "shots"),
    "seedance-2.0": ("negative", "resolution", "shots"),
    "kling-v3": ("seed", "resolution"),
    "wan-2.6": ("resolution",),
}


@pytest.mark.parametrize("model", LEFT_OUT)
def test_what_a_model_takes_nothing_of_is_left_out_by_name(model: str) -> None:
    kept = taken(ALL, MODELS[model])
    assert kept.left_out == LEFT_OUT[model]
    assert all((getattr(kept, name) is None) is (name in kept.left_out) for name in SETTINGS)
    assert wishes(taken(kept, MODELS[model])).left_out == ()


def test_a_way_to_shots_that_a_model_lacks_is_left_out() -> None:
    assert taken(Extras(shots=Shots.LISTED), MODELS["wan-2.6"]).left_out == ("shots",)
    assert taken(Extras(shots=Shots.LISTED), MODELS["kling-v3"]).shots is Shots.LISTED


SHAPE = (900, 600)
REFUSED: dict[str, list[dict[str, Any]]] = {
    "no_last_picture": [{"further": {LAST: SHAPE}}, {"model": "wan-2.6", "further": {LAST: None}, "has_picture": True}],
    "no_references": [{"further": {"1": SHAPE}}, {"model": "kling-v3", "further": {"1": None, "2": None}}],
    "too_many_references": [
        {"model": "veo-3.1", "further": dict.fromkeys("1234")},
        {"model": "seedance-2.0", "further": dict.fromkeys(map(str, range(1, 11)))},
    ],
    "references_apart": [
        {"model": "veo-3.1", "further": {"1": None}, "has_picture": True},
        {"model": "seedance-2.0-fast", "further": {"1": None, LAST: None}},
    ],
    "last_without_first": [
        {"model": "veo-3.1", "further": {LAST: None}},
        {"model": "seedance-2.0", "further": {LAST: None}},
    ],
    "seconds_with_references": [{"model": "veo-3.1", "seconds": 4, "further": {"1": None}}],
    "seed_out_of_range": [
        {"model": "wan-2.6", "extras": Extras(seed=2_147_483_648)},
        {"model": "seedance-2.0", "extras": Extras(seed=4_294_967_296)},
        {"model": "seedance-2.0", "extras": Extras(seed=-1)},
    ],
    "negative_too_long": [
        {"model": "veo-3.1", "extras": Extras(negative="x" * 501)},
        {"model": "kling-v3", "extras": Extras(negative="x" * 2501)},
    ],
    "shots_many": [{"model": "kling-v3", "prompt": "a\n" * 7, "seconds": 15, "extras": Extras(shots=Shots.LISTED)}],
    "shots_words": [{"model": "kling-v3", "prompt": "a" * 501, "extras": Extras(shots=Shots.LISTED)}],
    "shots_sum": [{"model": "kling-v3", "prompt": "4: a\n4: b", "extras": Extras(shots=Shots.LISTED)}],
    "picture_too_small": [
        {"model": "kling-v3", "further": {LAST: (299, 600)}},
        {"model": "veo-3.1", "further": {"1": SHAPE, "2": (900, 63)}},
    ],
}


@pytest.mark.parametrize(("code", "fields"), [(code, fields) for code, each in REFUSED.items() for fields in each])
def test_each_rule_refuses(code: str, fields: dict[str, Any]) -> None:
    refusal = parse(Draft(**{"prompt": "A fox", **fields}), CATALOGUE)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


TAKEN: list[tuple[dict[str, Any], Extras]] = [
    ({"model": "veo-3.1", "further": {LAST: None}, "has_picture": True}, Extras(last=True)),
    ({"model": "kling-v3", "further": {LAST: SHAPE}}, Extras(last=True)),
    ({"model": "veo-3.1", "further": dict.fromkeys("123")}, Extras(references=3)),
    ({"model": "wan-2.6", "extras": Extras(seed=0, negative="x" * 500)}, Extras(seed=0, negative="x" * 500)),
    ({"extras": Extras(seed=-5)}, Extras(left_out=("seed",))),
    ({"model": "wan-2.6", "extras": Extras(last=True, references=3)}, Extras()),
]


@pytest.mark.parametrize(("fields", "extras"), TAKEN)
def test_the_rest_is_taken(fields: dict[str, Any], extras: Extras) -> None:
    request = parse(Draft(**{"prompt": "A fox", **fields}), CATALOGUE)
    assert isinstance(request, VideoRequest)
    assert request.extras == extras


def test_a_model_that_takes_none_names_those_that_do() -> None:
    refusal = parse(Draft(prompt="A fox", further={"1": None}), CATALOGUE)
    assert isinstance(refusal, Refusal)
    assert refusal.facts["models"] == ("Veo 3.1", "Seedance 2.0", "Seedance 2.0 Fast")
    alone = replace(CATALOGUE, models={"sora-2": MODELS["sora-2"]}, default=MODELS["sora-2"])
    refusal = parse(Draft(prompt="A fox", further={"1": None}), alone)
    assert isinstance(refusal, Refusal) and refusal.facts["models"] == ("–",)


def test_pictures_to_look_like_decide_the_length_that_nobody_chose() -> None:
    veo = replace(MODELS["veo-3.1"], seconds=replace(MODELS["veo-3.1"].seconds, default=4))
    catalogue = replace(CATALOGUE, models={"veo-3.1": veo}, default=veo)
    with_some = parse(Draft(prompt="A fox", further={"1": None}), catalogue)
    without = parse(Draft(prompt="A fox"), catalogue)
    assert isinstance(with_some, VideoRequest) and isinstance(without, VideoRequest)
    assert (with_some.seconds, without.seconds) == (8, 4)
    assert lengths_with(Extras(references=1), veo) == (8,)
    carried = carry_over(replace(with_some, seconds=5), MODELS["veo-3.1"], has_picture=False)
    assert carried.seconds == 8


def test_the_last_picture_alone_chooses_the_size_that_nobody_chose() -> None:
    request = parse(Draft(prompt="A fox", model="kling-v3", further={LAST: (900, 900)}), CATALOGUE)
    assert isinstance(request, VideoRequest) and request.size == "720x720"


def a_request(model: str, extras: Extras) -> VideoRequest:
    request = parse(Draft(prompt="A fox", model=model), CATALOGUE)
    assert isinstance(request, VideoRequest)
    return replace(request, extras=extras)


def test_the_nearest_model_is_one_that_takes_the_pictures_and_most_of_the_settings() -> None:
    def instead(model: str, extras: Extras, *, has_picture: bool = False) -> str:
        request = a_request(model, extras)
        found = nearest(CATALOGUE, MODELS[model], {"sora-2"}, request, has_picture=has_picture)
        return found.id if found else ""

    assert instead("veo-3.1", Extras(references=3)) == "seedance-2.0"
    assert instead("seedance-2.0", Extras(references=5)) == "seedance-2.0-fast"
    assert instead("veo-3.1", Extras(last=True), has_picture=True) == "seedance-2.0"
    assert instead("seedance-2.0-fast", Extras(last=True)) == "kling-v3"
    # both make 5 seconds of 1280x720
    assert instead("wan-2.6", Extras(negative="snow")) == "kling-v3"
    assert instead("kling-v3", Extras(seed=1)) == "seedance-2.0"


# --- whatever is wished for

extras = st.builds(
    Extras,
    negative=st.none() | st.text("ab ", min_size=1, max_size=600).filter(str.strip),
    seed=st.none() | st.integers(-5, 2**33),
    sound=st.none() | st.booleans(),
    resolution=st.none() | st.sampled_from(["720P", "pro"]),
    shots=st.none() | st.sampled_from(Shots),
)
slots = st.sets(st.sampled_from([LAST, *map(str, range(1, 11))])).map(
    lambda some: {**({LAST: None} if LAST in some else {}), **dict.fromkeys(map(str, range(1, len(some - {LAST}) + 1)))}
)


@given(st.sampled_from(sorted(MODELS)), extras, slots, st.booleans())
def test_what_is_taken_is_taken_again_and_sent_with_nothing_unknown(
    model_id: str, extras: Extras, further: dict[str, None], has_picture: bool
) -> None:
    wish = Draft(prompt="A fox\nruns", model=model_id, extras=extras, further=further, has_picture=has_picture)
    request = parse(wish, CATALOGUE)
    if isinstance(request, Refusal):
        return
    model = MODELS[model_id]
    assert (request.extras.last, request.extras.references) == (LAST in further, len(references_in(further)))
    assert set(request.extras.left_out) == {
        name for name in SETTINGS if getattr(extras, name) is not None and getattr(request.extras, name) is None
    }
    again = parse(replace(as_draft(request, CATALOGUE), further=further, has_picture=has_picture), CATALOGUE)
    assert again == replace(request, size_given=True, extras=replace(request.extras, left_out=()))
    assert from_plain(to_plain(request.extras)) == request.extras
    assert [each.slot for each in further_of(request.extras)] == list(further)
    body = encode(request, model, b"first" if has_picture else None, dict.fromkeys(further, b"jpeg"))
    assert set(body) <= known_fields(model)


def known_fields(model: Model) -> set[str]:
    takes = model.takes
    single = (takes.last_frame, takes.references, takes.negative, takes.seed, takes.sound, takes.shots, model.picture)
    sizes = {name for fields in model.size.spelled.values() for name in fields}
    with_picture = (model.picture.spelled if model.picture else None) or {}
    sizes |= {name for fields in with_picture.values() for name in fields}
    shots = takes.shots
    ways = {name for way in Shots if shots for name in shots.fields_for(way) or ()}
    return {"prompt", model.seconds.field, *sizes, *model.fixed, *(one.field for one in single if one), *ways}


@given(extras)
def test_a_model_that_takes_nothing_refuses_no_setting(extras: Extras) -> None:
    nothing = replace(MODELS["wan-2.6"], takes=Takes())
    assert broken_setting(extras, nothing) is None
    assert fits(extras, nothing, CATALOGUE, has_picture=False)


def test_what_another_version_kept_is_passed_over() -> None:
    assert from_plain({"seed": 4, "mood": "dark"}) == Extras(seed=4)
    assert from_plain(None) == from_plain({}) == Extras()
