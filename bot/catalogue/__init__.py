"""The video models as data: what each is called, accepts, and takes; read from TOML files and checked once."""

from .models import Catalogue, LengthField, Model, PictureField, SizeField, pixels
from .reading import BUILT_IN, CHOICES, CONTENT_RULES, read_catalogue

__all__ = [
    "BUILT_IN",
    "CHOICES",
    "CONTENT_RULES",
    "Catalogue",
    "LengthField",
    "Model",
    "PictureField",
    "SizeField",
    "pixels",
    "read_catalogue",
]
