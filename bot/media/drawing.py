"""Drawing a picture at another size: upright, plain RGB, sRGB, on white, and with as little memory as its decoder lets.

What Pillow can decode smaller is decoded smaller; the rest is made plain and smaller a band at a time.
"""

import io
import math
from collections.abc import Callable

from PIL import Image, ImageCms

from .headers import Size
from .keyed import whiten
from .opening import DAMAGE, TURNS, check_pixels, opened, read_turn, turned

BAND = 1_000_000  # pixels that are made plain at a time
PLAIN = ("L", "RGB", "CMYK")
GAP = 1.5  # how much larger than its target a picture is after the quick shrinking, for the good one to work on

Part = tuple[float, float, float, float]
Shape = Callable[[Size, Size], tuple[Size, Part]]
"""From the sizes of a picture and a frame: the size to draw, and the part of the picture to draw there."""


def covering(size: Size, frame: Size) -> tuple[Size, Part]:
    """The whole frame, from the middle of the picture."""
    scale = max(frame[0] / size[0], frame[1] / size[1])
    width, height = min(size[0], frame[0] / scale), min(size[1], frame[1] / scale)
    left, top = (size[0] - width) / 2, (size[1] - height) / 2
    return frame, (left, top, left + width, top + height)


def within(size: Size, frame: Size) -> tuple[Size, Part]:
    """The whole picture, as large as the frame lets."""
    scale = min(frame[0] / size[0], frame[1] / size[1])
    return scaled(size, scale), (0, 0, *size)


def shrunk(size: Size, frame: Size) -> tuple[Size, Part]:
    """The whole picture, and never larger than it is."""
    scale = min(1.0, frame[0] / size[0], frame[1] / size[1])
    return scaled(size, scale), (0, 0, *size)


def scaled(size: Size, scale: float) -> Size:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def draw(data: bytes, frame: Size, shape: Shape) -> Image.Image:
    """The picture as `shape` wants it, without metadata.

    Raises BadPicture: "undecodable", or "too_many_pixels" when it turns out larger than its header said.
    """
    with opened(data) as picture:
        turn = read_turn(picture)
        stored = turned(frame, turn)  # the frame, turned as the picture is stored
        target, part = shape(picture.size, stored)
        # a JPEG is decoded at a half, quarter or eighth where that is enough, a HEIC from its thumbnail
        picture.draft(None, scaled(picture.size, target[0] / (part[2] - part[0])))
        picture.load()
        check_pixels(picture.size)
        whiten(picture, data)
        target, part = shape(picture.size, stored)
        profile = picture.info.get("icc_profile")
        plain, part = reduced(picture, target, part)
        resized = to_srgb(plain.resize(target, Image.Resampling.LANCZOS, box=part), profile)
    upright = resized.transpose(TURNS[turn]) if turn in TURNS else resized
    upright.info = {}
    return upright


def reduced(picture: Image.Image, target: Size, part: Part) -> tuple[Image.Image, Part]:
    """The picture in a plain mode, quickly shrunk by a whole number if that leaves enough; where the part is in it."""
    width, height = picture.size
    factor = max(1, int(min((part[2] - part[0]) / target[0], (part[3] - part[1]) / target[1]) / GAP))
    if factor == 1 and picture.mode in PLAIN and not picture.has_transparency_data:
        return picture, part
    levels = picture.getextrema() if picture.mode in ("I", "F") else None
    rows = max(1, BAND // (width * factor)) * factor
    small: Image.Image | None = None
    for top in range(0, height, rows):
        band = flatten(simplify(picture.crop((0, top, width, min(height, top + rows))), levels))
        if small is None:
            small = Image.new(band.mode, (math.ceil(width / factor), math.ceil(height / factor)))
        small.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    assert small is not None
    left, upper, right, lower = (edge / factor for edge in part)
    return small, (left, upper, min(right, small.width), min(lower, small.height))


def simplify(picture: Image.Image, levels: object) -> Image.Image:
    """A mode that can be resized well: L, RGB, RGBA or CMYK."""
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    match picture.mode, levels:
        case (("I" | "F"), (float() | int() as low, float() | int() as high)):
            # whole or broken numbers of any range: Pillow would clip them, the darkest and the lightest are meant
            scale = 255 / (high - low) if high > low else 1.0
            return picture.convert("F").point(lambda level: level * scale - low * scale).convert("L")
        case mode, _ if mode.startswith("I"):
            # 16 bits of grey: Pillow would clip them, the upper 8 are wanted
            return picture.convert("I").point(lambda level: level / 256).convert("L")
        case "LAB", _:
            return from_lab(picture)
    return picture if picture.mode in PLAIN else picture.convert("RGB")


def flatten(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def from_lab(picture: Image.Image) -> Image.Image:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(picture, lab, srgb, outputMode="RGB")
    assert converted is not None
    return converted


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """By its colour profile when that is usable, else as if it were sRGB already."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, *DAMAGE):
            return picture.convert("RGB")
        if converted is not None:
            return converted
    return picture.convert("RGB")
