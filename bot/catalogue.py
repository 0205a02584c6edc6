"""The video models as data: what each is called, accepts, and takes; read from a TOML file and checked once."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .errors import CatalogueError

BUILT_IN = Path(__file__).with_name("catalogue.toml")
# Discord shows at most this many choices of an option.
CHOICES = 25


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
    max_active: int | None
    seconds: LengthField
    size: SizeField
    picture: PictureField | None
    rules: str


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    models: Mapping[str, Model]
    default: Model

    @property
    def limits(self) -> dict[str, int]:
        """How many jobs of a model the vendor is to have at once, where that is less than of all together."""
        return {model.id: model.max_active for model in self.models.values() if model.max_active}

    def find(self, model_id: str) -> Model | None:
        return self.models.get(model_id)

    def describe(self, model_id: str) -> Model:
        """The model, or for one that was taken out of the catalogue what can still be said: its id, usual times."""
        return self.models.get(model_id) or replace(self.default, id=model_id, name=model_id, rules="none")


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
    read = _Block(f"{path}, model {model_id!r}", block)
    model = Model(
        id=model_id,
        name=read.text("name"),
        path=read.text("path"),
        prompt_limit=read.whole("prompt_limit"),
        typical=_span(read),
        longest=read.number("longest"),
        poll_floor=read.number("poll_floor"),
        max_active=read.whole("max_active") if "max_active" in block else None,
        seconds=_length(read.inner("seconds")),
        size=_size(read.inner("size")),
        picture=_picture(read.inner("picture")) if "picture" in block else None,
        rules=read.text("rules") if "rules" in block else "none",
    )
    _check(read, model)
    return model


def _check(read: "_Block", model: Model) -> None:
    """What would otherwise surprise a member in the middle of a job."""
    low, high = model.typical
    read.require("path", model.path.startswith("/"), "must begin with /")
    read.require("typical", 0 < low <= high, "must be two numbers of seconds, the smaller one first")
    read.require("longest", model.longest >= high, "must not be shorter than typical")
    read.require("seconds", model.seconds.default in model.seconds.values, "has a default that is not in its values")
    read.require("size", model.size.default in model.size.values, "has a default that is not in its values")


def _span(read: "_Block") -> tuple[float, float]:
    values = read.listed("typical", int | float)
    read.require("typical", len(values) == 2, "must be two numbers of seconds, the smaller one first")
    return float(values[0]), float(values[1])


def _length(read: "_Block") -> LengthField:
    kind = read.text("type")
    read.require("type", kind in ("string", "integer"), 'must be "string" or "integer"')
    values = read.listed("values", int)
    read.require("values", 0 < len(values) <= CHOICES and min(values) > 0, f"must be 1 to {CHOICES} numbers above 0")
    return LengthField(
        field=read.text("field"), as_text=kind == "string", values=tuple(values), default=read.whole("default")
    )


def _size(read: "_Block") -> SizeField:
    values = read.listed("values", str)
    sizes = [re.fullmatch(r"[1-9]\d{1,4}x[1-9]\d{1,4}", value) for value in values]
    read.require("values", 0 < len(values) <= CHOICES and all(sizes), f'must be 1 to {CHOICES} sizes as in "1280x720"')
    return SizeField(field=read.text("field"), values=tuple(values), default=read.text("default"))


def _picture(read: "_Block") -> PictureField:
    return PictureField(field=read.text("field"), limit=read.whole("limit"))


class _Block:
    """A table of the file; whatever is wrong in it is said with the file, the model and the field."""

    def __init__(self, where: str, block: Any, prefix: str = "") -> None:
        self._where = where
        self._prefix = prefix
        self._block: dict[str, Any] = {}
        self.require("", isinstance(block, dict), "must be a table")
        self._block = block

    def require(self, field: str, holds: object, problem: str) -> None:
        if not holds:
            raise CatalogueError(f"{self._where}: {(self._prefix + field).rstrip('.') or 'it'} {problem}.")

    def text(self, field: str) -> str:
        return str(self._value(field, str, "a text"))

    def whole(self, field: str) -> int:
        value = self._value(field, int, "a whole number above 0")
        self.require(field, value > 0, "must be a whole number above 0")
        return int(value)

    def number(self, field: str) -> float:
        value = self._value(field, int | float, "a number above 0")
        self.require(field, value > 0, "must be a number above 0")
        return float(value)

    def listed(self, field: str, kind: Any) -> list[Any]:
        values = self._value(field, list, "a list")
        fitting = [value for value in values if isinstance(value, kind) and not isinstance(value, bool)]
        self.require(field, len(fitting) == len(values), "has a value of the wrong type")
        return fitting

    def inner(self, field: str) -> "_Block":
        self.require(field, field in self._block, "is missing")
        return _Block(self._where, self._block[field], f"{self._prefix}{field}.")

    def _value(self, field: str, kind: Any, expected: str) -> Any:
        self.require(field, field in self._block, "is missing")
        value = self._block[field]
        self.require(field, isinstance(value, kind) and not isinstance(value, bool), f"must be {expected}")
        return value
