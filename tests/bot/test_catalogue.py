"""The catalogue: the built-in one reads, and each broken field is named."""

from pathlib import Path

import pytest

from bot.catalogue import (
    BUILT_IN,
    Extras,
    LastFrameField,
    Model,
    NegativeField,
    ReferencesField,
    ResolutionField,
    SeedField,
    Shots,
    ShotsField,
    SoundField,
    Takes,
    pixels,
    read_catalogue,
)
from bot.errors import CatalogueError

BLOCK = {
    "name": '"Boat 1"',
    "path": '"/vendors/boat/generation"',
    "prompt_limit": "500",
    "typical": "[60, 120.5]",
    "longest": "600",
    "poll_floor": "20",
    "seconds": '{ field = "duration", type = "integer", values = [5, 10], default = 5 }',
    "size": '{ field = "frame", values = ["640x480"], default = "640x480" }',
}
PICTURE = '{ field = "image", limit = 1000 }'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "models.toml"


def write(file: Path, **changes: str | None) -> Path:
    """A catalogue with one model, its fields changed; None leaves one out."""
    fields = {name: text for name, text in {**BLOCK, **changes}.items() if text is not None}
    file.write_text("[boat-1]\n" + "\n".join(f"{name} = {text}" for name, text in fields.items()))
    return file


def read(file: Path, **changes: str | None) -> Model:
    return read_catalogue(write(file, **changes), default="boat-1").default


def test_the_built_in_one_reads() -> None:
    catalogue = read_catalogue()
    sora = catalogue.models["sora-2-pro"]
    assert catalogue.default is sora
    assert catalogue.find("sora-2") is catalogue.models["sora-2"]
    assert catalogue.find("sora-9") is None
    assert (sora.path, sora.prompt_limit) == ("/vendors/openai/v1/sora-2-pro/generation", 2000)
    assert (sora.seconds.field, sora.seconds.as_text) == ("seconds", True)
    assert (sora.seconds.values, sora.seconds.default) == ((4, 8, 12), 4)
    assert (sora.size.values[0], sora.size.default) == ("720x1280", "720x1280")
    assert sora.picture and (sora.picture.field, sora.picture.limit) == ("input_reference", 10_000_000)


def test_another_default_can_be_chosen() -> None:
    assert read_catalogue(default="sora-2").default.name == "Sora 2"


def test_one_of_your_own_reads(file: Path) -> None:
    model = read(file)
    assert (model.id, model.name, model.typical, model.longest) == ("boat-1", "Boat 1", (60.0, 120.5), 600.0)
    assert (model.seconds.as_text, model.seconds.values) == (False, (5, 10))
    assert (model.picture, model.rules, model.maker) == (None, None, None)
    assert read(file, picture=PICTURE).picture is not None


def test_a_model_may_have_a_limit_of_its_own(file: Path) -> None:
    assert read_catalogue().limits == {}
    assert read_catalogue(write(file, max_active="2"), default="boat-1").limits == {"boat-1": 2}


@pytest.mark.parametrize("field", BLOCK)
def test_a_missing_field_is_named(file: Path, field: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        read(file, **{field: None})
    assert_names(refused.value, file, field)


BROKEN = [
    ("name", "5"),
    ("path", '"vendors/boat"'),
    ("path", "5"),
    ("prompt_limit", '"500"'),
    ("prompt_limit", "0"),
    ("prompt_limit", "true"),
    ("typical", "60"),
    ("typical", "[60]"),
    ("typical", "[60, 90, 120]"),
    ("typical", '["a", "b"]'),
    ("typical", "[120, 60]"),
    ("typical", "[0, 60]"),
    ("longest", '"long"'),
    ("longest", "100"),
    ("poll_floor", '"often"'),
    ("poll_floor", "0"),
    ("max_active", "0"),
    ("max_active", '"two"'),
    ("seconds", "5"),
    ("seconds", '{ type = "integer", values = [5], default = 5 }'),
    ("seconds", '{ field = "duration", type = "float", values = [5], default = 5 }'),
    ("seconds", '{ field = "duration", type = "integer", values = ["a"], default = 5 }'),
    ("seconds", '{ field = "duration", type = "integer", values = [5], default = "5" }'),
    ("seconds", '{ field = "duration", type = "integer", values = [5] }'),
    ("size", '"640x480"'),
    ("size", '{ field = "frame", values = ["640"], default = "640" }'),
    ("size", '{ field = "frame", values = ["0x480"], default = "0x480" }'),
    ("size", '{ field = "frame", values = ["axb"], default = "axb" }'),
    ("size", '{ values = ["640x480"], default = "640x480" }'),
    ("picture", "true"),
    ("picture", '{ field = "image" }'),
    ("picture", '{ field = "image", limit = "10 MB" }'),
    ("rules", "5"),
    ("retired", "5"),
    ("speed", "5"),
    ("price", "0"),
    ("price", "-1.5"),
    ("price", "inf"),
    ("price", '"0.30"'),
    ("price", '{ "1x1" = 0.3 }'),
    ("price", '{ "640x480" = 0 }'),
    ("lengths", '{ "1x1" = [5] }'),
    ("lengths", '{ "640x480" = [] }'),
    ("lengths", '{ "640x480" = [6] }'),
    ("lengths", '{ "640x480" = [10] }'),
    ("lengths", '{ "640x480" = [5] }'),
    ("fixed", '"on"'),
    ("fixed", '{ sound = ["on"] }'),
    ("size", '{ values = { "640x480" = "480p" }, default = "640x480" }'),
    ("size", '{ values = { "480p" = { tier = 1 } }, default = "480p" }'),
    ("size", '{ field = "frame", values = ["640x480"], default = "640x480", usual = ["1x1"] }'),
    ("size", '{ field = "frame", values = ["640x480"], default = "640x480", usual = [] }'),
    ("size", '{ field = "frame", values = ["640x480"], default = "640x480", colour = 1 }'),
    ("picture", '{ field = "image", limit = 10, path = "with" }'),
    ("picture", '{ field = "image", limit = 10, sizes = { "1x1" = { tier = 1 } } }'),
    ("picture", '{ field = "image", limit = 10, leaves_out = "size" }'),
    ("picture", '{ field = "image", limit = 10, sides = [360] }'),
    ("picture", '{ field = "image", limit = 10, sides = [2000, 360] }'),
    ("picture", '{ field = "image", limit = 10, sides = [500, 600] }'),
    ("picture", '{ field = "image", limit = 10, kinds = "jpeg" }'),
    ("last_frame", '"last"'),
    ("last_frame", "{ alone = true }"),
    ("last_frame", '{ field = "last", alone = "yes" }'),
    ("last_frame", '{ field = "last", limit = 10 }'),
    ("references", '{ field = "images", limit = 10 }'),
    ("references", '{ field = "images", limit = 10, most = 11 }'),
    ("references", '{ field = "images", limit = 10, most = 3, lengths = [6] }'),
    ("references", '{ field = "images", limit = 10, most = 3, path = "with" }'),
    ("references", '{ field = "images", limit = 10, most = 3, sides = [64] }'),
    ("references", '{ field = "images", limit = 10, most = 3, together = 1 }'),
    ("negative", '{ field = "negative" }'),
    ("negative", '{ field = "negative", limit = 0 }'),
    ("seed", '{ field = "seed" }'),
    ("seed", '{ field = "seed", range = [0] }'),
    ("seed", '{ field = "seed", range = [-1, 5] }'),
    ("seed", '{ field = "seed", range = [5, 5] }'),
    ("sound", '{ field = "sound", on = true, off = false }'),
    ("sound", '{ field = "sound", on = true, default = true }'),
    ("sound", '{ field = "sound", on = [1], off = false, default = true }'),
    ("resolution", '{ field = "mode", values = [], default = "std" }'),
    ("resolution", '{ field = "mode", values = ["std"], default = "pro" }'),
    ("shots", "{}"),
    ("shots", '{ several = "multi" }'),
    ("shots", '{ listed = { multi = "true" } }'),
    ("shots", '{ listed = { multi = "true" }, field = "shots", most = 0, limit = 10 }'),
]


@pytest.mark.parametrize(("field", "text"), BROKEN)
def test_a_broken_field_is_named(file: Path, field: str, text: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        read(file, **{"picture": PICTURE, field: text})
    assert_names(refused.value, file, field)


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("seconds", '{ field = "duration", type = "integer", values = [5], default = 6 }', "seconds has a default"),
        ("seconds", '{ field = "duration", type = "integer", values = [], default = 6 }', "1 to 25 numbers"),
        ("size", '{ field = "frame", values = ["640x480"], default = "640x481" }', "size has a default"),
        (
            "seconds",
            f'{{ field = "duration", type = "integer", values = {list(range(1, 27))}, default = 5 }}',
            "1 to 25 numbers",
        ),
    ],
)
def test_what_would_surprise_a_member_is_told(file: Path, field: str, text: str, words: str) -> None:
    with pytest.raises(CatalogueError, match=words):
        read(file, **{field: text})


def assert_names(error: CatalogueError, file: Path, field: str) -> None:
    text = str(error)
    assert str(file) in text
    assert "'boat-1'" in text
    assert field in text.split("'boat-1'", 1)[1]


@pytest.mark.parametrize("text", ["x = ", "boat = 5", "\xff"])
def test_a_file_that_is_no_catalogue_is_named(file: Path, text: str) -> None:
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(CatalogueError) as refused:
        read_catalogue(file)
    assert str(file) in str(refused.value)


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read"):
        read_catalogue(file)


def test_a_default_that_is_not_there_is_told_with_what_is() -> None:
    with pytest.raises(CatalogueError, match=r"'sora-9'.*sora-2-pro, sora-2"):
        read_catalogue(default="sora-9")


# --- what is added, and what is offered


def test_a_file_of_ones_own_adds_a_model(file: Path) -> None:
    catalogue = read_catalogue(write(file))
    assert [*catalogue.models] == [*read_catalogue().models, "boat-1"]
    assert catalogue.default.id == "sora-2-pro"


def test_a_block_of_the_same_id_replaces_line_by_line(file: Path) -> None:
    file.write_text('["veo-3.1"]\nprice = 0.25\nname = "Our Veo"\npicture = false\n')
    before, after = (catalogue.models["veo-3.1"] for catalogue in (read_catalogue(), read_catalogue(file)))
    assert (after.name, after.picture, after.price_of(8, "1280x720")) == ("Our Veo", None, 2.0)
    assert (after.path, after.size, after.seconds) == (before.path, before.size, before.seconds)
    assert (before.name, before.price_of(8, "1280x720")) == ("Veo 3.1", None)


def test_a_mistake_in_a_changed_block_names_the_file_that_made_it(file: Path) -> None:
    file.write_text('["veo-3.1"]\nseconds = { field = "duration", type = "integer", values = [4], default = 4 }\n')
    with pytest.raises(CatalogueError, match=rf"{file}, model 'veo-3.1': lengths.1920x1080 must be some"):
        read_catalogue(file)


@pytest.mark.parametrize("text", ["[veo-3.1]\nprice = 1\n", "[boat-1.5]\nname = 'x'\n", "[boat.x.y]\nname = 'x'\n"])
def test_an_id_with_a_dot_that_is_not_quoted_is_told(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(CatalogueError, match="needs quotes"):
        read_catalogue(file)


def test_models_can_be_switched_off() -> None:
    catalogue = read_catalogue(default="kling-v3", offered=("wan-2.6", "kling-v3"))
    assert [*catalogue.models] == ["kling-v3", "wan-2.6"]
    assert (catalogue.find("veo-3.1"), catalogue.named("Veo 3.1")) == (None, None)
    assert catalogue.describe("veo-3.1").name == "Veo 3.1"
    assert catalogue.describe("gone").name == "gone"


@pytest.mark.parametrize(
    ("default", "offered", "words"),
    [
        ("sora-2-pro", ("veo-3.1",), "DEFAULT_MODEL is 'sora-2-pro', which MODELS leaves out. It has: veo-3.1."),
        ("veo-3.1", ("veo-3.1", "veo-9"), "MODELS names 'veo-9', which no catalogue has. There is: sora-2-pro, "),
    ],
)
def test_a_switch_that_cannot_be_is_told(default: str, offered: tuple[str, ...], words: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        read_catalogue(default=default, offered=offered)
    assert str(refused.value).startswith(words)


# --- what a model says of itself


def test_fewer_lengths_at_some_sizes() -> None:
    veo = read_catalogue().models["veo-3.1"]
    assert (veo.lengths("1280x720"), veo.lengths("3840x2160")) == ((4, 6, 8), (8,))
    assert (veo.sizes(8), veo.sizes(4)) == (veo.size.values, ("1280x720", "720x1280"))
    assert veo.sizes(5) == ()


def test_a_price_may_differ_by_size(file: Path) -> None:
    model = read(file, price='{ "640x480" = 0.125 }')
    assert (model.price_of(10, "640x480"), model.price_of(10, "1x1")) == (1.25, None)
    assert read(file, price="1").price_of(5, "640x480") == 5.0
    assert all(not model.price for model in read_catalogue().models.values())


@pytest.mark.parametrize(
    ("sides", "frame"),
    [("[1, 640]", (640, 480)), ("[1, 320]", (320, 240)), ("[960, 2000]", (1280, 960))],
)
def test_a_picture_is_as_large_as_the_frame_unless_its_sides_are_limited(
    file: Path, sides: str, frame: tuple[int, int]
) -> None:
    picture = f'{{ field = "image", limit = 1000, sides = {sides} }}'
    assert read(file, picture=picture).frame("640x480") == frame


def test_a_vendor_s_own_way_to_write_sizes_and_further_fields(file: Path) -> None:
    model = read(
        file,
        size='{ field = "frame", between = "*", values = ["640x480"], default = "640x480" }',
        fixed='{ sound = "on", seed = 5, watermark = false }',
        picture='{ field = "image", limit = 10, path = "/with", leaves_out = ["seed"], '
        'sizes = { "640x480" = { tier = 2 } } }',
    )
    assert model.spell(5, "640x480", picture=False) == {
        "duration": 5,
        "frame": "640*480",
        "sound": "on",
        "seed": 5,
        "watermark": False,
    }
    assert model.spell(5, "640x480", picture=True) == {"duration": 5, "tier": 2, "sound": "on", "watermark": False}
    assert (model.path_for(picture=False), model.path_for(picture=True)) == ("/vendors/boat/generation", "/with")


# --- what a model takes beside the usual

TAKES = {
    "last_frame": '{ field = "last", alone = true }',
    "references": '{ field = "images", most = 4, limit = 10, sides = [8, 90], path = "/refs", lengths = [10] }',
    "negative": '{ field = "not", limit = 7 }',
    "seed": '{ field = "seed", range = [1, 5] }',
    "sound": '{ field = "voice", on = "loud", off = "mute", default = false }',
    "resolution": '{ field = "mode", values = ["std", "pro"], default = "std" }',
    "shots": '{ several = { multi = true }, listed = { multi = "list" }, field = "list", most = 3, limit = 9 }',
}


def test_a_model_may_take_all_that_there_is(file: Path) -> None:
    model = read(file, picture='{ field = "image", limit = 10, path = "/with" }', **TAKES)
    assert model.takes == Takes(
        last_frame=LastFrameField(field="last", alone=True),
        references=ReferencesField(field="images", most=4, limit=10, sides=(8, 90), path="/refs", lengths=(10,)),
        negative=NegativeField(field="not", limit=7),
        seed=SeedField(field="seed", least=1, most=5),
        sound=SoundField(field="voice", on="loud", off="mute", default=False),
        resolution=ResolutionField(field="mode", values=("std", "pro"), default="std"),
        shots=ShotsField(several={"multi": True}, listed={"multi": "list"}, field="list", most=3, limit=9),
    )
    assert model.takes.pictures and model.takes.settings
    assert model.paths == ("/vendors/boat/generation", "/with", "/refs")
    assert model.path_for(picture=False, extras=Extras(last=True)) == "/with"


def test_the_exact_fields_of_what_is_set_and_of_what_is_not(file: Path) -> None:
    model = read(file, **TAKES)
    plain = {"duration": 5, "frame": "640x480", "voice": "mute", "mode": "std"}
    assert model.spell(5, "640x480", picture=False) == plain
    extras = Extras(negative="no", seed=0, sound=True, resolution="pro", shots=Shots.SEVERAL, references=2)
    assert model.spell(5, "640x480", picture=False, extras=extras) == {
        **plain,
        "not": "no",
        "seed": 0,
        "voice": "loud",
        "mode": "pro",
        "multi": True,
    }


@pytest.mark.parametrize("field", TAKES)
def test_each_of_it_can_be_taken_away(file: Path, field: str) -> None:
    takes = read(file, **{"picture": PICTURE, **TAKES, field: "false"}).takes
    assert [name for name in TAKES if getattr(takes, name) is None] == [field]


def test_what_is_fixed_is_nobody_s_to_choose(file: Path) -> None:
    file.write_text('["seedance-2.0"]\nfixed = { generate_audio = false }\n')
    model = read_catalogue(file).models["seedance-2.0"]
    assert model.takes.sound is None and model.takes.seed is not None
    assert model.spell(5, "1280x720", picture=False)["generate_audio"] is False


def test_without_a_first_picture_there_is_no_last_one(file: Path) -> None:
    file.write_text('["veo-3.1"]\npicture = false\n')
    assert read_catalogue(file).models["veo-3.1"].takes.last_frame is None


def test_sizes_are_spelled_width_x_height() -> None:
    assert pixels("1280x720") == (1280, 720)
    assert all(pixels(size) for model in read_catalogue(BUILT_IN).models.values() for size in model.size.values)
