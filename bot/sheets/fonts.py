"""Which letters can be drawn here: the fonts that come along, those of the system, and words for what none has.

DejaVu Sans comes with matplotlib: Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian, Georgian, symbols, a few emoji.
"""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

# The file names under which systems have letters that DejaVu lacks; outlines only, no coloured bitmaps. Of Droid's two
# only the first has Korean whole; a font that has it in parts would take it apart.
SYSTEM_FONTS = (
    *("NotoSansCJK-Regular.ttc", "NotoSansCJKjp-Regular.otf", "NotoSansCJKsc-Regular.otf", "SourceHanSans.ttc"),
    *("wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallback.ttf", "DroidSansFallbackFull.ttf", "unifont.otf"),
    *("msyh.ttc", "YuGothR.ttc", "meiryo.ttc", "malgun.ttf", "Hiragino Sans GB.ttc", "AppleSDGothicNeo.ttc"),
    *("Arial Unicode.ttf", "NotoSansDevanagari-Regular.ttf", "NotoSansBengali-Regular.ttf", "NotoSansThai-Regular.ttf"),
    *("NotoSansTamil-Regular.ttf", "NotoSansTelugu-Regular.ttf", "NotoSansEthiopic-Regular.ttf", "Nirmala.ttf"),
    *("LeelawUI.ttf", "NotoEmoji-Regular.ttf", "Symbola.ttf", "seguisym.ttf"),
)
FOLDERS = (
    *(
        "/usr/share/fonts",
        "/usr/share/fonts-droid-fallback",
        "/usr/local/share/fonts",
        "~/.fonts",
        "~/.local/share/fonts",
    ),
    *("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts"),
)
# Scripts that are written among one another, in words that people know.
KIN = dict.fromkeys(
    ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC", "FULLWIDTH", "BOPOMOFO", "HANGUL"), "CJK"
)
# Joiners, variations and skin tones say nothing without the sign that they belong to.
SILENT = ("Mn", "Me", "Cf", "Sk")
JOINING = ("COMBINING", "VARIATION", "ZERO", "TAG")
FLAG_LETTERS = range(0x1F1E6, 0x1F200)
# Words of a script that cannot be drawn are told of once.
REPEATED = re.compile(r"(\[\w+\])(?:\W?\1)+")
MARKS = 3  # on top of one another; more are a prank that leaves its line


@cache
def face(bold: bool) -> "FT2Font":
    """The font, with all others behind it for the letters that it lacks.

    matplotlib's own engine shapes and orders Arabic and Hebrew by itself. Pillow's needs a library of the system for
    that, which a slim image has not.
    """
    # large, and the bot's own process never needs it
    from matplotlib.ft2font import FT2Font

    main = _of_matplotlib("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
    return FT2Font(main, _fallback_list=[FT2Font(path) for path in _behind(bold)])


def writable(text: str) -> str:
    """One line of letters that can be drawn: what no font has is said in words, "[CJK]" or ":clapper board:"."""
    line = " ".join("".join(_tame(unicodedata.normalize("NFC", text))).split())
    return REPEATED.sub(r"\1", "".join(_spelled(line)))


def missing(texts: Iterable[str]) -> tuple[str, ...]:
    """The scripts of these texts that no font here has, as Unicode names them."""
    letters = {letter for text in texts for letter in unicodedata.normalize("NFC", text)}
    return tuple(sorted({_script(letter) for letter in letters if _is_said(letter) and not can_draw(letter)}))


@cache
def can_draw(letter: str) -> bool:
    return letter == " " or any(font.get_char_index(ord(letter)) for font in _faces())


@cache
def _faces() -> "tuple[FT2Font, ...]":
    from matplotlib.ft2font import FT2Font

    return tuple(FT2Font(path) for path in (_of_matplotlib("DejaVuSans.ttf"), *_behind(bold=False)))


def _of_matplotlib(name: str) -> str:
    import matplotlib

    return os.path.join(matplotlib.get_data_path(), "fonts", "ttf", name)


def _behind(bold: bool) -> list[str]:
    """The fonts that are asked next, in this order."""
    regular = [_of_matplotlib("DejaVuSans.ttf")] if bold else []
    return [*regular, *_of_system()]


@cache
def _of_system() -> tuple[str, ...]:
    found: dict[str, str] = {}
    for folder in FOLDERS:
        for place, _, names in os.walk(Path(folder).expanduser()):
            for name in set(names) & set(SYSTEM_FONTS):
                found.setdefault(name, os.path.join(place, name))
    return tuple(found[name] for name in SYSTEM_FONTS if name in found and _opens(found[name]))


def _opens(path: str) -> bool:
    from matplotlib.ft2font import FT2Font

    try:
        FT2Font(path)
    except (OSError, RuntimeError):
        return False
    return True


def _tame(text: str) -> Iterator[str]:
    """Without what turns or hides the text around it, and without towers of marks."""
    marks = 0
    for letter in text:
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if kind in ("Cc", "Zl", "Zp"):
            yield " "
        elif marks <= MARKS and kind not in ("Cs", "Co", "Cn") and not _turns(letter):
            yield letter


def _turns(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


def _spelled(line: str) -> Iterator[str]:
    for script, letters in groupby(line, lambda letter: "" if can_draw(letter) else _script(letter)):
        if not script:
            yield "".join(letters)
        elif script == "Symbol":
            yield "".join(_sign(letter) for letter in letters)
        elif said := "".join(filter(_is_said, letters)):
            yield f"[{script}]" if said else ""


def _sign(letter: str) -> str:
    if not _is_said(letter):
        return ""
    if ord(letter) in FLAG_LETTERS:
        return chr(ord(letter) - FLAG_LETTERS.start + ord("A"))
    return f":{unicodedata.name(letter, 'sign').lower()}:"


def _is_said(letter: str) -> bool:
    return not letter.isspace() and unicodedata.category(letter) not in (*SILENT, "Cc", "Cs", "Co", "Cn")


def _script(letter: str) -> str:
    """ "CJK", "Thai", or "Symbol" for every sign and what joins them."""
    first = unicodedata.name(letter, "UNKNOWN").split()[0]
    if unicodedata.category(letter)[0] == "S" or first in JOINING:
        return "Symbol"
    return KIN.get(first, first.title())
