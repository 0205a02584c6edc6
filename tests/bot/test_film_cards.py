"""Cards of films: words of any script in the middle, as large as they fit, and never beyond what they may fill."""

import pytest
from PIL import Image

from bot.film.cards import FILLED, draw_card

SIZES = [(1280, 720), (720, 1280), (1080, 1080), (64, 36)]
TEXTS = {
    "latin": "A film about rain",
    "arabic": "قبل أن يأتي المطر",
    "hebrew": "לילה גשום בתל אביב 2026",
    "cjk": "夜の雨が東京に降る",
    "emoji": "Boat 🎬🎉 rain",
    "long": "The long and winding title of a film that nobody who saw it could ever remember " * 3,
    "word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "lines": "One\nTwo\nThree",
    "towers": "a" + "\u0301" * 60,
}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_words_are_in_the_middle_and_keep_to_their_room(text: str, size: tuple[int, int]) -> None:
    card = draw_card(text, size)
    assert card.size == size
    inked = card.convert("L").getbbox()
    assert inked
    left, top, right, bottom = inked
    assert right - left <= size[0] * FILLED + 2 and bottom - top <= size[1] * FILLED + 2
    assert abs((left + right) - size[0]) <= size[0] * 0.1 and abs((top + bottom) - size[1]) <= size[1] * 0.1


def test_a_card_without_words_is_black() -> None:
    assert draw_card(" ", (64, 36)).getbbox() is None


def test_letters_are_joined_and_ordered_as_they_are_read() -> None:
    """Arabic letters that were not joined would be wider; what is read from the right has its first word there."""
    joined, apart = (_inked(text) for text in ("مطر", "م ط ر"))
    assert joined.width < apart.width
    first, both = _inked("לילה"), _inked("לילה גשום")
    right = both.crop((both.width - first.width, 0, both.width, both.height))
    assert abs(sum(right.histogram()[128:]) - sum(first.histogram()[128:])) < sum(first.histogram()[128:]) * 0.1


def test_more_words_are_smaller() -> None:
    letter, many = (_inked(text).height / lines for text, lines in (("Rain", 1), ("\n".join(["Rain"] * 12), 12)))
    assert many < letter < 720 / 9


def _inked(text: str) -> Image.Image:
    card = draw_card(text, (1280, 720)).convert("L")
    return card.crop(card.getbbox())
