"""The catalogue: the built-in one reads, and each broken field is named."""

from pathlib import Path

import pytest

from bot.catalogue import BUILT_IN, Model, pixels, read_catalogue
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
    assert (model.picture, model.rules) == (None, "none")
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
]


@pytest.mark.parametrize(("field", "text"), BROKEN)
def test_a_broken_field_is_named(file: Path, field: str, text: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        read(file, **{field: text})
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


@pytest.mark.parametrize("text", ["", "x = ", "boat = 5", "\xff"])
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


def test_sizes_are_spelled_width_x_height() -> None:
    assert pixels("1280x720") == (1280, 720)
    assert all(pixels(size) for model in read_catalogue(BUILT_IN).models.values() for size in model.size.values)
