"""The pictures that preparing is measured on: like photos of a phone, of every kind, and bombs."""

import functools
import io
import struct
from dataclasses import dataclass
from random import Random
from typing import Any

from PIL import Image
from pillow_heif import register_heif_opener

Size = tuple[int, int]

# As cameras and phones make them, in pixels.
CAMERA, PHONE, SMALL = (6000, 4000), (4000, 3000), (600, 400)
# Above the bot's limit of 64 million pixels, and below the 179 million from which Pillow refuses by itself.
BOMB = (12_000, 9_000)

# Grains of these widths, one over the other: smooth in the large, noisy in the small.
GRAINS = (8, 64, 512, 2048)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How a kind is saved, and what size it has when it is a photo."""

    name: str
    plugin: str
    size: Size = PHONE
    options: dict[str, Any]


KINDS = (
    Kind(name="jpeg", plugin="JPEG", size=CAMERA, options={"quality": 85}),
    Kind(name="png", plugin="PNG", options={"compress_level": 1}),
    Kind(name="webp", plugin="WEBP", options={"quality": 80, "method": 0}),
    Kind(name="heic", plugin="HEIF", options={"quality": 50, "tile_size": 512}),
    Kind(name="avif", plugin="AVIF", options={"quality": 60, "speed": 10}),
    Kind(name="gif", plugin="GIF", options={}),
)


@functools.cache
def draw_photo(size: Size) -> Image.Image:
    """The same one every time."""
    dice = Random(4)
    photo = Image.new("RGB", size, "grey")
    for width in GRAINS:
        grain = (width, max(1, width * size[1] // size[0]))
        layer = Image.frombytes("RGB", grain, dice.randbytes(3 * grain[0] * grain[1]))
        photo = Image.blend(photo, layer.resize(size, Image.Resampling.BICUBIC), 0.35)
    return photo


def make_photos(quick: bool) -> dict[str, bytes]:
    """A file of each kind, by its name."""
    register_heif_opener()
    return {kind.name: save(draw_photo(SMALL if quick else kind.size), kind) for kind in KINDS}


def make_bombs(quick: bool) -> dict[str, bytes]:
    """Whole one-colour pictures in a few kilobytes; of HEIC only a header, as writing one takes a gigabyte."""
    register_heif_opener()
    flat = Image.new("RGB", BOMB, "navy")
    whole = [kind for kind in KINDS if kind.name == "gif" or (kind.name != "heic" and not quick)]
    bombs = {kind.name: save(flat, kind) for kind in whole}
    heic = save(Image.new("RGB", (64, 64)), next(kind for kind in KINDS if kind.name == "heic"))
    return bombs | {"heic": heic.replace(struct.pack(">II", 64, 64), struct.pack(">II", *BOMB))}


def save(picture: Image.Image, kind: Kind) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind.plugin, **kind.options)
    return file.getvalue()
