"""The demo's photo: hills under a morning sun, as a telephone stores what it took while held sideways."""

import io
import math

from PIL import ExifTags, Image, ImageChops, ImageDraw, ImageFilter, ImageOps

SIZE = (2000, 3000)
"""As it is seen. It is stored as 3000×2000 with the note that it has to be turned."""
TURNED_RIGHT = 6  # EXIF: turn it by 90° to the right to see it upright

SKY = ("#27508c", "#f2a65a", "#ffe9c2")  # from the top down to the horizon
HILLS = (("#6d7f9c", 0.56, 2.3), ("#45607a", 0.66, 1.6), ("#20382f", 0.78, 1.1))
"""Colour, height of the ridge from the top (share of the picture), and number of waves; far to near."""


def draw_photo() -> bytes:
    """A JPEG of some megabytes with EXIF: how to turn it, and who took it."""
    scene = draw_sky()
    add_sun(scene)
    for colour, ridge, waves in HILLS:
        add_hill(scene, colour, ridge, waves)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = TURNED_RIGHT
    exif[ExifTags.Base.Artist] = "Bea"
    file = io.BytesIO()
    add_grain(scene).transpose(Image.Transpose.ROTATE_90).save(file, "JPEG", quality=90, exif=exif)
    return file.getvalue()


def draw_sky() -> Image.Image:
    above, between, below = SKY
    return ImageOps.colorize(Image.linear_gradient("L").resize(SIZE), black=above, mid=between, white=below)


def add_sun(scene: Image.Image) -> None:
    """A disc in its own glow, a little right of the middle."""
    width, height = SIZE
    light = Image.new("L", (width // 4, height // 4))
    pen = ImageDraw.Draw(light)
    for radius, strength in ((110, 120), (48, 255)):
        pen.circle((width * 0.16, height * 0.11), radius, fill=strength)
        light = light.filter(ImageFilter.GaussianBlur(radius / 8))
        pen = ImageDraw.Draw(light)
    scene.paste("#fff6d8", mask=light.resize(SIZE))


def add_hill(scene: Image.Image, colour: str, ridge: float, waves: float) -> None:
    width, height = SIZE
    line = [(x, height * (ridge + _swell(x / width * waves))) for x in range(0, width + 1, 4)]
    ImageDraw.Draw(scene).polygon([(0, height), *line, (width, height)], fill=colour)


def add_grain(scene: Image.Image) -> Image.Image:
    """As a small sensor has it; it also makes the file as heavy as a photo is."""
    grain = Image.effect_noise(SIZE, 24).convert("RGB")
    return ImageChops.add(scene, grain, scale=1, offset=-128)


def _swell(at: float) -> float:
    return 0.045 * math.sin(2 * math.pi * at) + 0.015 * math.sin(2 * math.pi * at * 2.7 + 1)
