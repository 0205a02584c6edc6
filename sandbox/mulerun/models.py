"""The video models of this MuleRun, as data: where each listens, what it accepts, how long it takes.

Sources: DESIGN section 6 (sora-2-pro) and the vendor's page of sora-2, which lists the same fields.
Another model is another row in `MODELS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Text:
    """A required string of 1 to `longest` characters."""

    longest: int


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of `values`, of exactly their type: "4" is not 4."""

    values: tuple[str, ...] | tuple[int, ...]
    default: str | int


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An optional http(s) URL or data URI of at most `heaviest` bytes, decoded."""

    heaviest: int
    kinds: tuple[str, ...]


Field = Text | Choice | Picture


@dataclass(frozen=True, kw_only=True)
class Model:
    """`pending` and `total` are the shortest and longest usual times in vendor seconds.

    `prompt`, `length`, `frame` and `picture` name the fields that mean these things.
    """

    path: str
    fields: Mapping[str, Field]
    pending: tuple[float, float]
    total: tuple[float, float]
    prompt: str = "prompt"
    length: str = "seconds"
    frame: str = "size"
    picture: str = "input_reference"


SORA_FIELDS: Mapping[str, Field] = {
    "prompt": Text(longest=2000),
    "input_reference": Picture(heaviest=10_000_000, kinds=("jpeg", "png", "webp")),
    "seconds": Choice(values=("4", "8", "12"), default="4"),
    "size": Choice(values=("720x1280", "1280x720", "1024x1792", "1792x1024"), default="720x1280"),
}

MODELS = (
    Model(path="/vendors/openai/v1/sora-2-pro/generation", fields=SORA_FIELDS, pending=(10, 20), total=(180, 480)),
    Model(path="/vendors/openai/v1/sora-2/generation", fields=SORA_FIELDS, pending=(10, 20), total=(120, 300)),
)
