"""The video models as data: what each is called, accepts, and takes; read from TOML files and checked once."""

from .extras import (
    NO_EXTRAS,
    Extras,
    LastFrameField,
    NegativeField,
    ReferencesField,
    ResolutionField,
    SeedField,
    Shots,
    ShotsField,
    SoundField,
    Takes,
)
from .models import Catalogue, LengthField, Model, PictureField, SizeField, pixels
from .reading import BUILT_IN, CHOICES, CONTENT_RULES, read_catalogue

__all__ = [
    "BUILT_IN",
    "CHOICES",
    "CONTENT_RULES",
    "NO_EXTRAS",
    "Catalogue",
    "Extras",
    "LastFrameField",
    "LengthField",
    "Model",
    "NegativeField",
    "PictureField",
    "ReferencesField",
    "ResolutionField",
    "SeedField",
    "Shots",
    "ShotsField",
    "SizeField",
    "SoundField",
    "Takes",
    "pixels",
    "read_catalogue",
]
