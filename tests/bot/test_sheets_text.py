"""Text in sheets: it stays in its box, is cut with an ellipsis, is read from its side, and never a row of boxes."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.sheets import fonts, missing
from bot.sheets.lettering import ELLIPSIS, Style, measure, reads_from_right, wrap, write
from bot.sheets.places import Box

STYLE = Style(20)
ARABIC, HEBREW = "قبل أن يأتي المطر", "לילה גשום בתל אביב"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
TOWER = "a" + "\u0301" * 60
MARKS = "\u200e\u200f"

texts = st.text(
    st.one_of(st.characters(), st.sampled_from(list(f"ab {ARABIC}{HEBREW}日本語🎬\u202e\u0301"))), max_size=90
)


def drawn(text: str, style: Style = STYLE, width: int = 300) -> Image.Image:
    picture = Image.new("RGB", (width, style.line))
    write(picture, Box(0, 0, width, style.line), wrap(text, style, width, 1), style, "white")
    return picture.convert("L")


def forget() -> None:
    for kept in (fonts.face, fonts.can_draw, fonts._faces, fonts._of_system):
        kept.cache_clear()


@pytest.fixture
def only_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The fonts that come along, and what a test puts into this folder."""
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path),))
    forget()
    yield tmp_path
    forget()


@settings(max_examples=60)
@given(texts, st.integers(60, 300), st.integers(1, 3))
@example(LONG, 100, 2)
@example(TOWER, 100, 2)
@example(ARABIC, 60, 3)
def test_any_text_stays_in_its_box(text: str, width: int, most: int) -> None:
    lines = wrap(text, STYLE, width, most)
    assert len(lines) <= most
    assert all(measure(line, STYLE) <= width for line in lines)
    box = Box(30, 20, width, most * STYLE.line)
    picture = Image.new("L", (width + 60, box.height + 40))
    write(picture.convert("L"), box, (), STYLE, "white")
    coloured = picture.convert("RGB")
    write(coloured, box, lines, STYLE, "white")
    edges = coloured.convert("L").getbbox()
    assert edges is None or box.holds(Box(edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]))


@pytest.mark.parametrize("text", [LONG, ARABIC * 3, HEBREW * 3, "one two three four five six seven", TOWER * 40])
def test_what_is_cut_ends_with_an_ellipsis(text: str) -> None:
    assert wrap(text, STYLE, 120, 2)[-1].endswith(ELLIPSIS)


def test_a_word_that_has_to_be_broken_begins_beside_what_is_before_it() -> None:
    [line] = wrap(f"+ {LONG}", STYLE, 200, 1)
    assert line.strip(MARKS).startswith(f"+ {LONG[:4]}") and line.endswith(ELLIPSIS)
    # one that fits on a line of its own gets one
    assert [one.strip(MARKS) for one in wrap("a red kite", STYLE, measure("a red", STYLE) + 2, 2)] == ["a red", "kite"]


def test_before_an_ellipsis_stands_nothing_that_says_nothing() -> None:
    words = "rain · more rain"
    [line] = wrap(words, STYLE, measure(f"rain ·{ELLIPSIS}", STYLE), 1)
    assert line.strip(MARKS) == f"rain{ELLIPSIS}"


def test_what_fits_is_whole() -> None:
    assert [line.strip(MARKS) for line in wrap("a red kite", STYLE, 300, 2)] == ["a red kite"]
    assert "".join(line.strip(MARKS) for line in wrap(LONG, STYLE, 300, 9)) == LONG
    assert wrap(" \n\t", STYLE, 300, 2) == ()


@pytest.mark.parametrize(("text", "right"), [(ARABIC, True), (HEBREW, True), ("12 " + HEBREW, True), ("kite", False),
                                             ("kite " + HEBREW, False), ("12", False)])  # fmt: skip
def test_a_text_begins_at_the_side_that_it_is_read_from(text: str, right: bool) -> None:
    edges = drawn(text, width=600).getbbox()
    assert edges
    assert reads_from_right(text) is right
    assert (edges[0] > 20, edges[2] > 590) == (right, right)


def test_every_line_has_the_direction_of_the_whole() -> None:
    lines = wrap(f"{HEBREW} Veo and Kling and Sora", STYLE, 200, 3)
    assert len(lines) == 3
    assert all(reads_from_right(line) for line in lines)


def test_hebrew_runs_from_right_to_left() -> None:
    # only the lamed rises above the others
    picture = drawn("לוווווו")
    risen = picture.crop((0, 0, picture.width, picture.getbbox()[1] + 3)).getbbox()  # type: ignore[index]
    assert risen
    assert risen[0] > picture.getbbox()[0] + 30  # type: ignore[index]


def test_arabic_letters_are_joined() -> None:
    joined, apart = drawn("ببب").getbbox(), drawn("ب ب ب").getbbox()
    columns = drawn("ببب").reduce((1, STYLE.line)).tobytes()
    assert joined
    assert apart
    assert joined[2] - joined[0] < apart[2] - apart[0]
    assert all(columns[joined[0] : joined[2]])


@pytest.mark.usefixtures("only_ours")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("日本語の夜 rain", "[CJK] rain"),
        ("서울, 東京", "[CJK], [CJK]"),
        ("สวัสดี hello", "[Thai] hello"),
        ("🎬 take", ":clapper board: take"),
        ("🇩🇪", "DE"),
        ("👩🏽‍🚀", ":woman:\u200d:rocket:"),
        ("😀 Ω Ж ★", "😀 Ω Ж ★"),
        (ARABIC, ARABIC),
        ("a\u202eb\u0000c\nd", "ab c d"),
    ],
)
def test_what_no_font_has_is_said_in_words(text: str, said: str) -> None:
    written = fonts.writable(text)
    assert written == said
    assert all(fonts.can_draw(letter) for letter in written)


@given(texts)
def test_nothing_is_ever_drawn_as_an_empty_box(text: str) -> None:
    # matplotlib warns of a letter that it lacks, and a warning is an error here
    written = fonts.writable(text)
    assert all(fonts.can_draw(letter) or unicodedata.category(letter) == "Cf" for letter in written)


@pytest.mark.usefixtures("only_ours")
def test_which_scripts_are_missing_can_be_told() -> None:
    assert missing(["日本", "สวัส kite", ARABIC]) == ("CJK", "Thai")
    assert missing(["kite"]) == ()


def test_a_font_of_the_system_is_used(only_ours: Path) -> None:
    assert fonts.writable("日") == "[CJK]"
    make_font(only_ours / "deep" / "NotoSansCJK-Regular.ttc", "日")
    (only_ours / "msyh.ttc").write_bytes(b"no font")
    forget()
    assert fonts.writable("日 kite") == "日 kite"
    assert missing(["日"]) == ()
    edges = drawn("日").getbbox()
    assert edges
    assert edges[2] - edges[0] >= 15


def make_font(file: Path, letter: str) -> None:
    """It has one letter, a black square."""
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((50, 900), (950, 900), (950, 0)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    builder = FontBuilder(1000)
    builder.setupGlyphOrder([".notdef", "square"])
    builder.setupCharacterMap({ord(letter): "square"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "square": square})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "square": (1000, 50)})
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": "One", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    file.parent.mkdir(exist_ok=True)
    builder.save(file)
