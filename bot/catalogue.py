"""The video models as data: what each is called, accepts, and takes; read from a TOML file and checked once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from .errors import CatalogueError

Value = TypeVar("Value")

BUILT_IN = Path(__file__).with_name("catalogue.toml")


@dataclass(frozen=True, kw_only=True)
class LengthField:
    """The clip's length in seconds; `as_text` where the vendor wants "8" rather than 8."""

    field: str
    as_text: bool
    values: tuple[int, ...]
    default: int


@dataclass(frozen=True, kw_only=True)
class SizeField:
    """The clip's size in pixels, spelled "1280x720"."""

    field: str
    values: tuple[str, ...]
    default: str


@dataclass(frozen=True, kw_only=True)
class PictureField:
    """The picture a clip starts from; `limit` in bytes."""

    field: str
    limit: int


@dataclass(frozen=True, kw_only=True)
class Model:
    """One video model. All times in seconds."""

    id: str
    name: str
    path: str
    prompt_limit: int
    typical: tuple[float, float]
    longest: float
    poll_floor: float
    seconds: LengthField
    size: SizeField
    picture: PictureField | None
    rules: str


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    models: Mapping[str, Model]
    default: Model

    def find(self, model_id: str) -> Model | None:
        return self.models.get(model_id)


def pixels(size: str) -> tuple[int, int]:
    """Width and height of a size spelled "1280x720". Raises ValueError."""
    width, height = size.split("x")
    return int(width), int(height)


def read_catalogue(file: Path | None = None, *, default: str = "sora-2-pro") -> Catalogue:
    """Read `file`, or the built-in catalogue. Raises CatalogueError naming file, model and field."""
    path = file or BUILT_IN
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"The catalogue {path} cannot be read: {error}") from error
    models = {model_id: _model(path, model_id, block) for model_id, block in data.items()}
    if default not in models:
        known = ", ".join(models) or "none"
        raise CatalogueError(f"DEFAULT_MODEL is {default!r}, which {path} does not have. It has: {known}.")
    return Catalogue(models=models, default=models[default])


def _model(path: Path, model_id: str, block: Any) -> Model:
    where = f"{path}, model {model_id!r}"
    try:
        model = Model(
            id=model_id,
            name=_typed(block, "name", str),
            path=_typed(block, "path", str),
            prompt_limit=_typed(block, "prompt_limit", int),
            typical=_span(block["typical"]),
            longest=float(block["longest"]),
            poll_floor=float(block["poll_floor"]),
            seconds=_length(block["seconds"]),
            size=_size(block["size"]),
            picture=_picture(block.get("picture")),
            rules=block.get("rules", "none"),
        )
    except KeyError as error:
        raise CatalogueError(f"{where}: {error.args[0]!r} is missing.") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise CatalogueError(f"{where}: {error}.") from error
    _check(where, model)
    return model


def _check(where: str, model: Model) -> None:
    """What would otherwise surprise a member in the middle of a job."""
    problems = {
        "path must begin with /": model.path.startswith("/"),
        "prompt_limit must be above 0": model.prompt_limit > 0,
        "poll_floor must be above 0": model.poll_floor > 0,
        "longest must not be shorter than typical": model.longest >= model.typical[1] >= model.typical[0] > 0,
        "the default length must be one of its values": model.seconds.default in model.seconds.values,
        "the default size must be one of its values": model.size.default in model.size.values,
        "at most 25 lengths and 25 sizes fit in a Discord option": max(
            len(model.seconds.values), len(model.size.values)
        )
        <= 25,
    }
    for problem, holds in problems.items():
        if not holds:
            raise CatalogueError(f"{where}: {problem}.")


def _typed(block: Mapping[str, Any], key: str, kind: type[Value]) -> Value:
    value = block[key]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{key!r} must be of type {kind.__name__}")
    return value


def _span(value: Any) -> tuple[float, float]:
    low, high = value
    return float(low), float(high)


def _length(block: Mapping[str, Any]) -> LengthField:
    if block["type"] not in ("string", "integer"):
        raise ValueError('the type of \'seconds\' must be "string" or "integer"')
    return LengthField(
        field=_typed(block, "field", str),
        as_text=block["type"] == "string",
        values=tuple(int(value) for value in block["values"]),
        default=_typed(block, "default", int),
    )


def _size(block: Mapping[str, Any]) -> SizeField:
    values = tuple(str(value) for value in block["values"])
    for value in values:
        pixels(value)
    return SizeField(field=_typed(block, "field", str), values=values, default=_typed(block, "default", str))


def _picture(block: Mapping[str, Any] | None) -> PictureField | None:
    if block is None:
        return None
    return PictureField(field=_typed(block, "field", str), limit=_typed(block, "limit", int))
