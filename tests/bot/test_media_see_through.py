"""What a PNG says to be nothing comes out white, and all else as it is: of any depth and any sort of colours."""

import struct

import pytest

from bot.media import fit
from tests.bot.looks import Colour, decode, looks, pixel
from tests.pictures import chunk, raw_png

WHITE = (255, 255, 255)
PATCH = 64  # pixels that one value is shown in
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6


def shown(depth: int, colours: int, values: list[tuple[int, ...]], *more: bytes) -> list[Colour]:
    """How each value comes out, side by side."""
    bits = "".join("".join(f"{level:0{depth}b}" for level in value) * PATCH for value in values)
    row = int(bits, 2).to_bytes(len(bits) // 8, "big")
    size = (PATCH * len(values), PATCH)
    data = raw_png(size, depth, colours, [row] * PATCH, *more)
    made = decode(fit(data, width=size[0], height=size[1], how="crop", limit=10_000_000))
    return [pixel(made, (at + 0.5) / len(values), 0.5) for at in range(len(values))]


def trns(*levels: int) -> bytes:
    return chunk(b"tRNS", struct.pack(f">{len(levels)}H", *levels))


def grey(level: float) -> Colour:
    return (round(level), round(level), round(level))


def alike(found: list[Colour], wanted: list[Colour]) -> bool:
    return all(looks(one, other, 3) for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_of_few_greys_one_is_nothing(depth: int) -> None:
    most = 2**depth - 1
    levels = sorted({0, 1, most // 2, most - 1, most})
    for key in levels:
        wanted = [WHITE if level == key else grey(level * 255 / most) for level in levels]
        assert alike(shown(depth, GREY, [(level,) for level in levels], trns(key)), wanted)


@pytest.mark.parametrize("key", [0, 0x0080, 0x4000, 0x8000, 0x80FF, 0xFFFF])
def test_of_65536_greys_one_is_nothing(key: int) -> None:
    """Those that differ from it in their last bits only are something."""
    levels = [0, 0x0080, 0x4000, 0x8000, 0x80FF, 0xC000, 0xFFFF]
    wanted = [WHITE if level == key else grey(level / 257) for level in levels]
    assert alike(shown(16, GREY, [(level,) for level in levels], trns(key)), wanted)


@pytest.mark.parametrize("key", [(0, 0, 0), (200, 0, 0), (0, 0, 99), (200, 100, 50)])
def test_of_all_colours_one_is_nothing(key: tuple[int, int, int]) -> None:
    values = [(0, 0, 0), (200, 0, 0), (0, 0, 99), (200, 100, 50)]
    wanted = [WHITE if value == key else value for value in values]
    assert alike(shown(8, RGB, list(values), trns(*key)), wanted)


@pytest.mark.parametrize("key", [(0, 0, 0), (0, 0, 0x80), (0xC800, 0x6400, 0x3200), (0xC800, 0x6400, 0x3201)])
def test_of_deep_colours_one_is_nothing(key: tuple[int, int, int]) -> None:
    values = [(0, 0, 0), (0, 0, 0x80), (0xC800, 0x6400, 0x3200), (0xC800, 0x6400, 0x3201)]
    seen = [(0, 0, 0), (0, 0, 0), (200, 100, 50), (200, 100, 50)]
    wanted = [WHITE if value == key else colour for value, colour in zip(values, seen, strict=True)]
    assert alike(shown(16, RGB, list(values), trns(*key)), wanted)


@pytest.mark.parametrize("depth", [8, 16])
def test_alpha_is_mixed_with_white(depth: int) -> None:
    most = 2**depth - 1
    half, quarter = most // 2 + 1, most // 4 + 1
    wanted = [grey(0), grey(127), WHITE, grey(64), grey(159)]
    greys = [(0, most), (0, half), (0, 0), (quarter, most), (quarter, half)]
    assert alike(shown(depth, GREY_ALPHA, [*greys]), wanted)
    assert alike(shown(depth, RGBA, [(level, level, level, alpha) for level, alpha in greys]), wanted)


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
@pytest.mark.parametrize("alphas", [b"\0", b"\xff\0", b"\x80\xff", b"\x80\x40"])
def test_a_palette_may_shine_through(depth: int, alphas: bytes) -> None:
    palette = [(200, 0, 0), (0, 0, 99), (200, 100, 50), (9, 9, 9)][: 2**depth]
    plte = chunk(b"PLTE", b"".join(map(bytes, palette)))
    full = [*alphas, 255, 255, 255]
    wanted = [
        tuple(round(level * alpha / 255 + 255 - alpha) for level in colour)
        for colour, alpha in zip(palette, full, strict=False)
    ]
    found = shown(depth, PALETTE, [(at,) for at in range(len(palette))], plte, chunk(b"tRNS", alphas))
    assert all(looks(one, (red, green, blue), 3) for one, (red, green, blue) in zip(found, wanted, strict=True))


def test_a_picture_that_is_shrunk_in_bands_shines_through_everywhere() -> None:
    """The mask is as large as the picture: of each band its own part counts."""
    size = (2048, 1536)
    top, bottom = struct.pack(">HHH", 1, 2, 3), struct.pack(">HHH", 1, 2, 4)
    rows = [top * size[0]] * (size[1] // 2) + [bottom * size[0]] * (size[1] // 2)
    made = decode(fit(raw_png(size, 16, RGB, rows, trns(1, 2, 3)), width=320, height=240, how="crop", limit=1_000_000))
    assert [looks(pixel(made, 0.5, down), WHITE) for down in (0.05, 0.4, 0.6, 0.95)] == [True, True, False, False]
