"""Reads one POST body against its model: an order, or the reason why it is refused."""

import base64
import binascii
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from PIL import Image

from sandbox.mulerun.frames import measure
from sandbox.mulerun.models import AnyOf, Choice, Field, Model, Only, Picture, Pictures, Rule, Shots, Text, Whole

DATA_URI = re.compile(r"data:image/(?P<kind>[a-z+]+);base64,(?P<data>.*)", re.DOTALL)


class Unacceptable(Exception):
    """HTTP 400, code 2001; the message is the vendor's `detail`."""


# What a model makes when the length is left to it, in seconds.
OWN_LENGTH = 5


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be rendered: every field with its value or default; pictures are still URLs or data URIs."""

    model: Model
    values: Mapping[str, object]

    @property
    def prompt(self) -> str:
        """The words; of several shots all of them."""
        said = self.values[self.model.prompt]
        listed = [value for name, value in self.values.items() if isinstance(self.model.fields[name], Shots) and value]
        shots = [shot for value in listed if isinstance(value, list) for shot in value]
        return str(said or "\n".join(str(shot["prompt"]) for shot in shots))

    @property
    def seconds(self) -> int:
        length = int(str(self.values[self.model.length]))
        return OWN_LENGTH if length < 0 else length

    @property
    def references(self) -> dict[str, tuple[str, ...]]:
        """The pictures that were given, by field."""
        given: dict[str, tuple[str, ...]] = {}
        for name, field in self.model.fields.items():
            match field, self.values[name]:
                case Picture(), str(one):
                    given[name] = (one,)
                case Pictures(), list(several):
                    given[name] = tuple(map(str, several))
        return given

    @property
    def said(self) -> dict[str, object]:
        """Everything but pictures."""
        return {name: value for name, value in self.values.items() if name not in self.references}

    def size(self, picture: bytes | None) -> tuple[int, int]:
        """Width and height of the clip that starts from `picture`."""
        shape = open_picture(picture).size if picture else None
        return measure(self.model.frame, self.values, shape)


def read_order(text: str, model: Model) -> Order:
    """Raises Unacceptable."""
    values = read_values(read_object(text), model.fields)
    for rule in model.rules:
        check_rule(rule, values)
    order = Order(model=model, values=values)
    for name, field in model.fields.items():
        if isinstance(field, Shots) and values[name] is not None:
            check_sum(name, values[name], order.seconds)
    return order


def read_object(text: str) -> Mapping[str, object]:
    try:
        body = json.loads(text)
    except ValueError as error:
        raise Unacceptable("The request body is not valid JSON") from error
    if not isinstance(body, dict):
        raise Unacceptable("The request body must be a JSON object")
    return body


def read_values(body: Mapping[str, object], fields: Mapping[str, Field]) -> dict[str, object]:
    if unknown := sorted(set(body) - set(fields)):
        raise Unacceptable(f"Unknown field: {', '.join(unknown)}")
    return {name: read_value(name, field, body) for name, field in fields.items()}


def read_value(name: str, field: Field, body: Mapping[str, object]) -> object:
    match field:
        case Text():
            return read_text(name, field, body.get(name)) if field.required or name in body else None
        case Choice():
            return read_choice(name, field, body.get(name, field.default))
        case Whole():
            return read_whole(name, field, body[name]) if name in body else None
        case Picture():
            return read_reference(name, field, body)
        case Pictures():
            return read_references(name, field, body[name]) if name in body else None
        case Shots():
            return read_shots(name, field, body[name]) if name in body else None
        case _:
            assert_never(field)


def read_text(name: str, field: Text, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unacceptable(f"{name} is required and must be a string")
    if len(value) > field.longest:
        raise Unacceptable(f"{name} must be at most {field.longest} characters, got {len(value)}")
    return value


def read_choice(name: str, field: Choice, value: object) -> object:
    if not any(value == known and type(value) is type(known) for known in field.values):
        raise Unacceptable(f"{name} must be one of {json.dumps(field.values)}, got {json.dumps(value)}")
    return value


def read_whole(name: str, field: Whole, value: object) -> int:
    if type(value) is not int or not field.least <= value <= field.most:
        raise Unacceptable(f"{name} must be a whole number from {field.least} to {field.most}, got {json.dumps(value)}")
    return value


def check_rule(rule: Rule, values: Mapping[str, object]) -> None:
    """Raises Unacceptable."""
    match rule:
        case Only():
            check_combination(rule, values)
        case AnyOf(fields=fields, only=only):
            given = [name for name in fields if values[name] is not None]
            if not given:
                raise Unacceptable(f"{' or '.join(fields)} is required")
            if only and len(given) > 1:
                raise Unacceptable(f"only one of {', '.join(fields)} may be given")
        case _:
            assert_never(rule)


def check_combination(rule: Only, values: Mapping[str, object]) -> None:
    value = values[rule.field]
    holds = value is not None if rule.values is None else value in rule.values
    if holds and values[rule.other] not in rule.allowed:
        allowed = json.dumps(rule.allowed)
        when = "is given" if rule.values is None else f"is {value}"
        raise Unacceptable(f"{rule.other} must be one of {allowed} when {rule.field} {when}")


def check_sum(name: str, shots: object, seconds: int) -> None:
    """Raises Unacceptable."""
    assert isinstance(shots, list)
    total = sum(shot["duration"] for shot in shots)
    if total != seconds:
        raise Unacceptable(f"the durations of {name} must sum to {seconds}, got {total}")


def read_shots(name: str, field: Shots, value: object) -> list[dict[str, object]]:
    if not isinstance(value, list) or not value:
        raise Unacceptable(f"{name} must be a list")
    for shot in value:
        if not isinstance(shot, dict) or set(shot) != {"prompt", "duration"}:
            raise Unacceptable(f"{name} must be a list of objects with prompt and duration")
        read_text(f"{name}.prompt", Text(longest=field.longest), shot["prompt"])
        read_whole(f"{name}.duration", Whole(least=1, most=100), shot["duration"])
    return value


def read_references(name: str, field: Pictures, value: object) -> list[str]:
    if not isinstance(value, list) or not 1 <= len(value) <= field.most:
        raise Unacceptable(f"{name} must be a list of 1 to {field.most} pictures")
    return [str(read_reference(name, field.each, {name: each})) for each in value]


def read_reference(name: str, field: Picture, body: Mapping[str, object]) -> str | None:
    if name not in body and not field.required:
        return None
    value = body.get(name)
    if not isinstance(value, str) or not value.startswith(("http://", "https://", "data:")):
        need = "is required and " if name not in body else ""
        raise Unacceptable(f"{name} {need}must be an http(s) URL or a data URI")
    return value


def decode_reference(uri: str, kinds: tuple[str, ...]) -> bytes:
    """The bytes of a data URI, when they are what it says they are; raises Unacceptable."""
    found = DATA_URI.fullmatch(uri)
    if found is None or found["kind"] not in kinds:
        raise Unacceptable(f"input picture must be data:image/…;base64,… of one of {json.dumps(kinds)}")
    try:
        data = base64.b64decode(found["data"], validate=True)
    except binascii.Error as error:
        raise Unacceptable("input picture is not valid base64") from error
    if (kind := open_picture(data, kinds).format) != found["kind"].upper():
        raise Unacceptable(f"input picture is declared as {found['kind']} but is {str(kind).lower()}")
    return data


def check_picture(data: bytes, rules: Picture, order: Order) -> None:
    """Weight, kind and real pixel size; raises Unacceptable."""
    if len(data) > rules.heaviest:
        raise Unacceptable(f"input picture must be at most {rules.heaviest} bytes, got {len(data)}")
    picture = open_picture(data, rules.kinds)
    shown, wanted = (f"{width}x{height}" for width, height in (picture.size, order.size(data)))
    if rules.exact and shown != wanted:
        raise Unacceptable(f"Inpaint image must match the requested width and height: got {shown}, size is {wanted}")
    shorter, longer = sorted(picture.size)
    if shorter < rules.sides[0] or longer > rules.sides[1]:
        raise Unacceptable(f"input picture must have sides of {rules.sides[0]} to {rules.sides[1]} pixels, got {shown}")
    if longer > shorter * rules.stretch:
        raise Unacceptable(f"input picture must not be longer than 1:{rules.stretch:g}, got {shown}")
    if rules.opaque and picture.has_transparency_data:
        raise Unacceptable("input picture must not be transparent")


def open_picture(data: bytes, kinds: tuple[str, ...] = ("jpeg", "png", "bmp", "webp")) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(data), formats=[kind.upper() for kind in kinds])
        picture.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise Unacceptable("input picture cannot be decoded") from error
    return picture
