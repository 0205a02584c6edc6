"""Reads the catalogue: the built-in file, what the operator's own adds to it, and which models are offered."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import CatalogueError
from .block import Block
from .extras import Fields
from .models import Catalogue, LengthField, Model, PictureField, SizeField
from .takes import EXTRA_FIELDS, read_path, read_sides, read_takes

BUILT_IN = Path(__file__).parent.with_name("catalogue.toml")
# Discord shows at most this many suggestions for an option.
CHOICES = 25
SIZE = re.compile(r"[1-9]\d{1,4}x[1-9]\d{1,4}")
ID = re.compile(r"[A-Za-z0-9._-]{1,50}")
# It stands on a button.
LONGEST_NAME = 50
# The content rules that there are words for.
CONTENT_RULES = ("sora",)

FIELDS = (
    *("name", "path", "prompt_limit", "typical", "longest", "poll_floor", "max_active"),
    *("seconds", "lengths", "size", "picture", "fixed", "rules", "maker", "price", "retired"),
    *EXTRA_FIELDS,
)


def read_catalogue(
    file: Path | None = None, *, default: str = "sora-2-pro", offered: Sequence[str] | None = None
) -> Catalogue:
    """The built-in models and those of `file`; of these the ones `offered`, or all.

    What `file` says of a built-in model replaces, field by field, what is built in. Raises CatalogueError naming file,
    model and field.
    """
    built_in, own = _tables(BUILT_IN), _tables(file) if file else {}
    models: dict[str, Model] = {}
    for model_id in {**built_in, **own}:
        read = Block(f"{file if model_id in own else BUILT_IN}, model {model_id!r}", own.get(model_id, {}))
        _check_quotes(read, model_id)
        models[model_id] = _model(read.over(built_in.get(model_id, {})), model_id)
    _check_offered(models, default, offered)
    return Catalogue(
        models={model_id: model for model_id, model in models.items() if not offered or model_id in offered},
        switched_off={model_id: model for model_id, model in models.items() if offered and model_id not in offered},
        default=models[default],
    )


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"The catalogue {path} cannot be read: {error}") from error


def _check_quotes(read: Block, model_id: str) -> None:
    """TOML takes a dot in a name for a table within a table."""
    inner = next((name for name in read if name not in FIELDS and read.is_table(name)), None)
    read.require("", inner is None, f'has no table {inner!r}; an id with a dot needs quotes: ["{model_id}.{inner}"]')


def _check_offered(models: Mapping[str, Model], default: str, offered: Sequence[str] | None) -> None:
    known = ", ".join(models)
    for model_id in offered or ():
        if model_id not in models:
            raise CatalogueError(f"MODELS names {model_id!r}, which no catalogue has. There is: {known}.")
    if default not in models:
        raise CatalogueError(f"DEFAULT_MODEL is {default!r}, which no catalogue has. There is: {known}.")
    if offered and default not in offered:
        raise CatalogueError(f"DEFAULT_MODEL is {default!r}, which MODELS leaves out. It has: {', '.join(offered)}.")


def _model(read: Block, model_id: str) -> Model:
    read.only(*FIELDS)
    size = _size(read.inner("size"))
    seconds = _length(read, size)
    fixed = _fields(read.inner("fixed")) if "fixed" in read else {}
    model = Model(
        id=model_id,
        name=read.text("name"),
        path=read.text("path"),
        prompt_limit=read.whole("prompt_limit"),
        typical=_span(read),
        longest=read.number("longest"),
        poll_floor=read.number("poll_floor"),
        max_active=read.whole("max_active") if "max_active" in read else None,
        seconds=seconds,
        size=size,
        picture=None if read.is_off("picture") else _picture(read.inner("picture"), size),
        fixed=fixed,
        rules=read.text("rules") if "rules" in read else None,
        maker=read.text("maker") if "maker" in read else None,
        price=_price(read, size),
        retired=read.text("retired") if "retired" in read else None,
        takes=read_takes(read, seconds.values, fixed),
    )
    _check(read, model)
    return model


def _check(read: Block, model: Model) -> None:
    """What would otherwise surprise a member in the middle of a job."""
    low, high = model.typical
    read.require("", ID.fullmatch(model.id), "must have an id of 1 to 50 letters, digits, dots, hyphens, underscores")
    read.require("name", len(model.name) <= LONGEST_NAME, f"must have at most {LONGEST_NAME} characters")
    read.require("path", model.path.startswith("/"), "must begin with /")
    read.require(
        "rules", model.rules in (None, *CONTENT_RULES), f"must be one of {', '.join(CONTENT_RULES)}, or left out"
    )
    read.require("typical", 0 < low <= high, "must be two numbers of seconds, the smaller one first")
    read.require("longest", model.longest >= high, "must not be shorter than typical")
    read.require("seconds", model.seconds.default in model.seconds.values, "has a default that is not in its values")
    read.require("size", model.size.default in model.size.values, "has a default that is not in its values")
    read.require(
        "lengths", model.seconds.default in model.lengths(model.size.default), "must allow the default at its size"
    )
    read.require("lengths", all(map(model.sizes, model.seconds.values)), "must leave each length a size")
    if model.picture:
        least, most = model.picture.sides
        frames = [side for size in model.size.values for side in model.frame(size)]
        read.require("picture.sides", least <= min(frames) and max(frames) <= most, "must leave room for every size")


def _span(read: Block) -> tuple[float, float]:
    values = read.listed("typical", int | float)
    read.require("typical", len(values) == 2, "must be two numbers of seconds, the smaller one first")
    return float(values[0]), float(values[1])


def _length(model: Block, size: SizeField) -> LengthField:
    read = model.inner("seconds")
    read.only("field", "type", "values", "default")
    kind = read.text("type")
    read.require("type", kind in ("string", "integer"), 'must be "string" or "integer"')
    values = read.listed("values", int)
    read.require("values", 0 < len(values) <= CHOICES and min(values) > 0, f"must be 1 to {CHOICES} numbers above 0")
    return LengthField(
        field=read.text("field"),
        as_text=kind == "string",
        values=tuple(values),
        default=read.whole("default"),
        at_size=_lengths(model.inner("lengths"), values, size) if "lengths" in model else {},
    )


def _lengths(read: Block, all_lengths: list[int], size: SizeField) -> dict[str, tuple[int, ...]]:
    read.only(*size.values)
    lengths = {value: tuple(read.listed(value, int)) for value in read}
    for value, some in lengths.items():
        read.require(value, some and set(some) <= set(all_lengths), "must be some of the lengths of seconds")
    return lengths


def _size(read: Block) -> SizeField:
    """Either `field` and a list, for a vendor who takes pixels, or a table with the vendor's fields for each size."""
    read.only("field", "between", "values", "default", "usual")
    if read.is_table("values"):
        spelled = _spelled(read.inner("values"))
    else:
        field = read.text("field")
        between = read.text("between") if "between" in read else "x"
        spelled = {value: {field: value.replace("x", between)} for value in read.listed("values", str)}
    read.require(
        "values",
        0 < len(spelled) <= CHOICES and all(map(SIZE.fullmatch, spelled)),
        f'must be 1 to {CHOICES} sizes as in "1280x720"',
    )
    usual = read.listed("usual", str) if "usual" in read else list(spelled)
    read.require("usual", usual and set(usual) <= set(spelled), "must be some of the values")
    return SizeField(values=tuple(spelled), default=read.text("default"), usual=tuple(usual), spelled=spelled)


def _picture(read: Block, size: SizeField) -> PictureField:
    read.only("field", "limit", "sides", "path", "sizes", "leaves_out")
    spelled = _spelled(read.inner("sizes")) if "sizes" in read else None
    read.require("sizes", spelled is None or set(spelled) == set(size.values), "must have exactly the model's sizes")
    return PictureField(
        field=read.text("field"),
        limit=read.whole("limit"),
        sides=read_sides(read),
        path=read_path(read),
        spelled=spelled,
        leaves_out=tuple(read.listed("leaves_out", str)) if "leaves_out" in read else (),
    )


def _spelled(read: Block) -> dict[str, Fields]:
    return {size: _fields(read.inner(size)) for size in read}


def _fields(read: Block) -> Fields:
    return {name: read.plain(name) for name in read}


def _price(read: Block, size: SizeField) -> dict[str, float]:
    """One figure for all sizes, or a table with one for some."""
    if "price" not in read:
        return {}
    if not read.is_table("price"):
        return dict.fromkeys(size.values, read.number("price"))
    by_size = read.inner("price")
    by_size.only(*size.values)
    return {value: by_size.number(value) for value in by_size}
