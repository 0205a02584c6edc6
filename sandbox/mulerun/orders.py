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

from sandbox.mulerun.models import Choice, Field, Model, Picture, Text

DATA_URI = re.compile(r"data:image/(?P<kind>[a-z+]+);base64,(?P<data>.*)", re.DOTALL)


class Unacceptable(Exception):
    """HTTP 400, code 2001; the message is the vendor's `detail`."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be rendered; `reference` is still the URL or data URI."""

    model: Model
    prompt: str
    seconds: int
    size: tuple[int, int]
    reference: str | None


def read_order(text: str, model: Model) -> Order:
    """Raises Unacceptable."""
    values = read_values(read_object(text), model.fields)
    width, _, height = str(values[model.frame]).partition("x")
    reference = values[model.picture]
    return Order(
        model=model,
        prompt=str(values[model.prompt]),
        seconds=int(str(values[model.length])),
        size=(int(width), int(height)),
        reference=None if reference is None else str(reference),
    )


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
            return read_text(name, field, body.get(name))
        case Choice():
            return read_choice(name, field, body.get(name, field.default))
        case Picture():
            return read_reference(name, body[name]) if name in body else None
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


def read_reference(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.startswith(("http://", "https://", "data:")):
        raise Unacceptable(f"{name} must be an http(s) URL or a data URI")
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


def check_picture(data: bytes, rules: Picture, size: tuple[int, int]) -> None:
    """Weight and real pixel size, which must equal the size of the video; raises Unacceptable."""
    if len(data) > rules.heaviest:
        raise Unacceptable(f"input picture must be at most {rules.heaviest} bytes, got {len(data)}")
    if (real := open_picture(data, rules.kinds).size) != size:
        shown, wanted = (f"{width}x{height}" for width, height in (real, size))
        raise Unacceptable(f"Inpaint image must match the requested width and height: got {shown}, size is {wanted}")


def open_picture(data: bytes, kinds: tuple[str, ...]) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(data), formats=[kind.upper() for kind in kinds])
        picture.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise Unacceptable("input picture cannot be decoded") from error
    return picture
