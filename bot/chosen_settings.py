"""Settings as the form of their model came back: from texts to what a draft wishes for. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .catalogue import Catalogue, Shots, Takes
from .drafts import SavedDraft, rewritten
from .prompt import clean
from .video_request import Refusal

# Digits; no model takes a larger one.
LONGEST_SEED = 10


def set_extras(saved: SavedDraft, values: Mapping[str, str], catalogue: Catalogue, now: float) -> SavedDraft | Refusal:
    """The draft with what was chosen; what only another model takes stays as it was.

    What the model does by itself needs not be said.
    """
    takes = (catalogue.find(saved.draft.model or "") or catalogue.default).takes
    try:
        chosen = {name: read(values.get(name, ""), takes) for name, read in _READ.items() if getattr(takes, name)}
    except ValueError:
        return Refusal(code="seed_no_number")
    return rewritten(saved, now, extras=replace(saved.draft.extras, **chosen))


def _seed(text: str, _takes: Takes) -> int | None:
    """Raises ValueError."""
    digits = text.strip()
    if digits and not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_SEED):
        raise ValueError(text)
    return int(digits) if digits else None


def _sound(text: str, takes: Takes) -> bool | None:
    is_on = text == "on"
    return None if takes.sound and takes.sound.default is is_on else is_on


def _resolution(text: str, takes: Takes) -> str | None:
    return None if takes.resolution and takes.resolution.default == text else text or None


def _shots(text: str, takes: Takes) -> Shots | None:
    return next((way for way in takes.shots.ways if way == text), None) if takes.shots else None


_READ: Mapping[str, Callable[[str, Takes], Any]] = {
    "negative": lambda text, _takes: clean(text) or None,
    "seed": _seed,
    "sound": _sound,
    "resolution": _resolution,
    "shots": _shots,
}
