"""Title and end cards: words in the middle of a black picture."""

from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from .format import Size

INK, GROUND = "#f2f3f5", "#000000"
# Of the picture's shorter side: the largest and the smallest letters; of each side, what words may fill.
LARGEST, SMALLEST = 1 / 9, 1 / 40
FILLED = 0.8
STEP = 0.9
ELLIPSIS = "…"

# The picture of usage brings a font along that has most scripts of Europe, Arabic and Hebrew.
FONT = "mpl-data/fonts/ttf/DejaVuSans.ttf"

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def draw_card(text: str, size: Size) -> Image.Image:
    """As large as it fits, in several lines where it has to; what fits in no way ends in an ellipsis."""
    picture = Image.new("RGB", size, GROUND)
    pen = ImageDraw.Draw(picture)
    lines, font = _fitted(pen, text, size)
    pen.text((size[0] / 2, size[1] / 2), "\n".join(lines), INK, font, anchor="mm", align="center", spacing=_gap(size))
    return picture


def _fitted(pen: ImageDraw.ImageDraw, text: str, size: Size) -> tuple[list[str], Font]:
    height = min(size) * LARGEST
    while True:
        font = _font(height)
        lines = _wrapped(pen, text, font, size[0] * FILLED)
        box = pen.multiline_textbbox((0, 0), "\n".join(lines), font, spacing=_gap(size))
        if box[3] - box[1] <= size[1] * FILLED and box[2] - box[0] <= size[0] * FILLED:
            return lines, font
        if height * STEP < min(size) * SMALLEST:
            room = max(1, int(len(lines) * size[1] * FILLED / max(1.0, box[3] - box[1])))
            return [*lines[: room - 1], lines[room - 1] + ELLIPSIS] if room < len(lines) else lines, font
        height *= STEP


def _wrapped(pen: ImageDraw.ImageDraw, text: str, font: Font, width: float) -> list[str]:
    """Between words; a word that is longer than a line is cut."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in _pieces(pen, paragraph, font, width):
            longer = f"{line} {word}" if line else word
            if line and pen.textlength(longer, font) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def _pieces(pen: ImageDraw.ImageDraw, paragraph: str, font: Font, width: float) -> list[str]:
    pieces: list[str] = []
    for word in paragraph.split():
        while pen.textlength(word, font) > width and len(word) > 1:
            most = next(
                most for most in range(len(word) - 1, 0, -1) if most == 1 or pen.textlength(word[:most], font) <= width
            )
            pieces.append(word[:most])
            word = word[most:]
        pieces.append(word)
    return pieces


def _gap(size: Size) -> float:
    return min(size) / 60


def _font(height: float) -> Font:
    """Pillow's own has Latin letters only."""
    matplotlib = find_spec("matplotlib")
    file = Path(matplotlib.origin).parent / FONT if matplotlib and matplotlib.origin else None
    if file and file.is_file():
        return ImageFont.truetype(file, height)
    return ImageFont.load_default(height)
