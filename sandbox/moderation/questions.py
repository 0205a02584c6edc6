"""Reads a request to the stand-in endpoint, and refuses what the documented one refuses."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from sandbox.endpoint import Unacceptable, read_object

MODELS = ("omni-moderation-latest", "omni-moderation-2024-09-26")
# These take words alone.
TEXT_MODELS = ("text-moderation-latest", "text-moderation-stable")
KINDS = ("image/jpeg", "image/png", "image/webp", "image/gif")
PICTURE_LIMIT = 20 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Item:
    """What gets one result: several texts get one each, a text with a picture gets one together."""

    texts: tuple[str, ...]
    pictures: tuple[bytes, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Question:
    model: str
    items: tuple[Item, ...]


def read_question(body: bytes) -> Question:
    """Raises Unacceptable."""
    fields = read_object(body)
    if unknown := fields.keys() - {"model", "input"}:
        name = min(unknown)
        raise Unacceptable(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
    if "input" not in fields:
        raise Unacceptable("Missing required parameter: 'input'.", param="input", code="missing_required_parameter")
    model = fields.get("model", MODELS[0])
    if model not in (*MODELS, *TEXT_MODELS):
        raise Unacceptable(f"The model `{model}` does not exist.", code="model_not_found", status=404)
    items = read_items(fields["input"])
    if model in TEXT_MODELS and any(item.pictures for item in items):
        raise Unacceptable(f"The model `{model}` takes no images.", param="input", code="invalid_value")
    return Question(model=model, items=items)


def read_items(given: Any) -> tuple[Item, ...]:
    match given:
        case str() if given:
            return (Item(texts=(given,)),)
        case [str(), *_] if all(isinstance(each, str) and each for each in given):
            return tuple(Item(texts=(each,)) for each in given)
        case [dict(), *_]:
            return (read_parts(given),)
    raise wrong("'input' must be a string, a list of strings or a list of parts, and not empty.")


def read_parts(parts: list[Any]) -> Item:
    texts: list[str] = []
    pictures: list[bytes] = []
    for part in parts:
        match part:
            case {"type": "text", "text": str(text)} if text and len(part) == 2:
                texts.append(text)
            case {"type": "image_url", "image_url": {"url": str(url), **more}} if len(part) == 2 and not more:
                pictures.append(read_picture(url))
            case _:
                raise wrong("Each part is a text or an image_url.")
    if len(pictures) > 1:
        raise wrong("Only one image can be moderated in a request.")
    return Item(texts=tuple(texts), pictures=tuple(pictures))


def read_picture(url: str) -> bytes:
    """Only what is in the address itself: the stand-in fetches nothing."""
    kind, comma, data = url.removeprefix("data:").partition(";base64,")
    if not url.startswith("data:") or not comma or kind not in KINDS:
        raise wrong("'image_url.url' must be a data URL of a jpeg, png, webp or gif.")
    try:
        picture = base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise wrong("'image_url.url' is no base64.") from error
    if not 0 < len(picture) <= PICTURE_LIMIT:
        raise wrong("An image has at most 20 MB.")
    return picture


def wrong(message: str) -> Unacceptable:
    return Unacceptable(message, param="input", code="invalid_value")
