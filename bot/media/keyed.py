"""A PNG may say that one of its colours means nothing: that is made white here, to the last bit of what it says.

Pillow keeps 8 bits of a channel, and compares them with what was said of 1, 2, 4 or 16. Source: PNG (W3C), 11.3.2.1.
"""

import functools
from collections.abc import Iterator

from PIL import Image, ImageChops, ImageFile

from .opening import opened

DEPTH, COLOURS = 24, 25  # where a PNG says how many bits a channel has, and which channels there are
GREY, RGB = 0, 2
LOW = "RGB;16L"  # what Pillow calls the bytes of 16-bit channels that it drops


def whiten(picture: Image.Image, data: bytes) -> None:
    """Paint over what means nothing, where a loaded picture tells it by a colour."""
    if picture.format != "PNG" or data[COLOURS] not in (GREY, RGB) or "transparency" not in picture.info:
        return
    matches = (equal(channel, level) for channel, level in told(picture, data))
    white = 65535 if picture.mode == "I;16" else "white"
    picture.paste(white, mask=functools.reduce(ImageChops.darker, matches))


def told(picture: Image.Image, data: bytes) -> Iterator[tuple[Image.Image, int]]:
    """The channels, and which level of each is the colour's."""
    key, depth = picture.info.pop("transparency"), data[DEPTH]
    if data[COLOURS] == GREY:
        # Pillow spreads few levels over 8 bits, and has done so with the colour where there are two of them
        yield picture, key * 255 // (2**depth - 1) if depth in (2, 4) else key
        return
    for number, level in enumerate(key):
        yield picture.getchannel(number), level >> depth - 8
    if depth == 16:
        low = low_bytes(data)
        for number, level in enumerate(key):
            yield low.getchannel(number), level & 255


def low_bytes(data: bytes) -> Image.Image:
    with opened(data) as picture:
        assert isinstance(picture, ImageFile.ImageFile)
        picture.tile = [tile._replace(args=LOW) for tile in picture.tile]
        picture.load()
    # what is loaded outlasts the file
    return picture


def equal(channel: Image.Image, level: int) -> Image.Image:
    """Of each pixel 255 where it has that level, else 0."""
    deep = channel.mode == "I;16"
    table = [255 * (at == level) for at in range(65536 if deep else 256)]
    return (channel.convert("I") if deep else channel).point(table, "L")
