"""What a made picture looks like, within what a JPEG loses."""

import io

from PIL import Image

Colour = tuple[int, int, int]

WHITE, BLACK, GREY = (255, 255, 255), (0, 0, 0), (128, 128, 128)
RED, LIME, BLUE, YELLOW = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)


def decode(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def pixel(picture: Image.Image, across: float, down: float) -> Colour:
    """The colour at a place given as parts of width and height."""
    found = picture.convert("RGB").getpixel((int(picture.width * across), int(picture.height * down)))
    assert isinstance(found, tuple)
    red, green, blue = found
    return int(red), int(green), int(blue)


def looks(found: Colour, wanted: Colour, tolerance: int = 12) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


def corners(picture: Image.Image) -> list[Colour]:
    return [pixel(picture, *place) for place in ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9))]


def shows_quarters(picture: Image.Image) -> bool:
    """Whether this is `pictures.quarters`, upright."""
    return all(map(looks, corners(picture), (RED, LIME, BLUE, YELLOW)))
