"""Plain letters: what a text says once disguises are undone, so that a word is found however it was dressed up.

Undone is only what people do to get round a filter. What tells one word from another in some language stays: an accent
(Spanish año and ano, German schwül and schwul), a dotless i, a word that is wholly Cyrillic among Cyrillic words.
"""

import functools
import re
import unicodedata
from collections.abc import Mapping

from .look_alikes import ALWAYS, WORD, Script, main_script, script_of, undo

# What shows nothing: controls, soft hyphen, joiners, bidi marks, fillers, variation selectors, tags, half characters.
# Source: Unicode's Default_Ignorable_Code_Point and categories Cc, Cf, Cs, noncharacters.
INVISIBLE = re.compile(
    "[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\ufff0-\ufffc"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Letters that are drawn as an empty place.
BLANK = re.compile("[\u2800\u3164\uffa0]")
# Letters in squares and circles that NFKC leaves alone, by the first of each 26. Two of the last are a flag.
ENCLOSED = re.compile("[\U0001f150-\U0001f169\U0001f170-\U0001f189]")
REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]+")
FIRSTS = (0x1F150, 0x1F170, 0x1F1E6)
# Marks that Latin, Greek and Cyrillic letters wear, and the vowel points and strokes of Arabic and Hebrew, which are
# written or left out as one likes.
MARK = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
POINTS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u0652\u0670]")
OVERDRESSED = re.compile(f"(.)[{MARK}]+")
ACCENTED = re.compile("[\xc0-\u024f\u1e00-\u1eff]")
LOOSE = re.compile(f"[{MARK}]")

SPACE = re.compile(r"\s+")
SPACED = re.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,3}[^\W_]){2,}(?![^\W_])")
# Discord's markup within a word, which shows a part of it in bold and hides nothing.
MARKUP = re.compile(r"(?<=[^\W_])(?:\*+|__|~~|\|\||`+)(?=[^\W_])")
# A number behind a word, as in names of files.
NUMBERED = re.compile(r"(?<![^\W_])([^\W\d_]{4,})(\d+)(?![^\W_])")
# A one as an i and as an l.
DIGITS = ({"1": "i", "|": "i", "!": "i"}, {"1": "l", "|": "l", "!": "l"})
SIGNS = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "€": "e"}
DIGIT_WORD = re.compile(r"(?:[a-z0-9@$€]|[!|](?=[a-z0-9@$€])){3,}")
LETTER = re.compile("[a-z]")
# Of a word of three letters and more, when more than half of them wear an accent, none means anything.
FEWEST = 3


# rule after rule looks at the same text
@functools.lru_cache(maxsize=8)
def readings(text: str, script: Script | None) -> tuple[str, ...]:
    """The ways to read a text in which words of this script are looked for, as it stands first; all in lower case."""
    seen = as_it_looks(text)
    whole = _joined(MARKUP.sub("", seen))
    found = [_folded(seen), NUMBERED.sub(r"\1 \2", _folded(undo(whole, script) if script else whole))]
    if script is Script.LATIN:
        found += [_without_digits(found[1], ones) for ones in DIGITS]
    return tuple(dict.fromkeys(found))


def plain_word(word: str) -> tuple[str, Script | None]:
    """A word that is looked for, as `readings` would have it, and its script; None for one that has no look-alikes."""
    seen = as_it_looks(word)
    script = main_script(seen)
    return _folded(undo(seen, script, whole=False) if script else seen).strip(), script


@functools.lru_cache(maxsize=8)
def as_it_looks(text: str) -> str:
    """Without what is invisible, and with letters of another shape in their ordinary one; capitals stay."""
    text = BLANK.sub(" ", INVISIBLE.sub("", text))
    if not text.isascii():
        text = REGIONAL.sub(_spelled_flag, ENCLOSED.sub(_spelled, text))
        text = _undressed(unicodedata.normalize("NFKC", text)).translate(ALWAYS)
        if ACCENTED.search(text):
            text = WORD.sub(_bare, text)
    return SPACE.sub(" ", text)


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else _undressed(unicodedata.normalize("NFKC", text.casefold()))


def _spelled(letters: re.Match[str]) -> str:
    return "".join(chr(ord("a") + ord(each) - max(at for at in FIRSTS if at <= ord(each))) for each in letters[0])


def _spelled_flag(letters: re.Match[str]) -> str:
    return letters[0] if len(letters[0]) == 2 else _spelled(letters)


def _undressed(text: str) -> str:
    """Marks that are left once letters and accents were composed are none of an ordinary word; nor is what is below."""
    return LOOSE.sub("", OVERDRESSED.sub(lambda worn: unicodedata.normalize("NFD", worn[1])[0], POINTS.sub("", text)))


def _bare(word: re.Match[str]) -> str:
    letters = word[0]
    if letters.isascii() or len(letters) < FEWEST:
        return letters
    bare = [unicodedata.normalize("NFD", each)[0] if script_of(each) == Script.LATIN else each for each in letters]
    worn = sum(one != other for one, other in zip(letters, bare, strict=True))
    return "".join(bare) if worn * 2 > len(letters) else letters


def _joined(text: str) -> str:
    """Letters that are spaced out, as a word; without a word of one letter before or behind it, too."""
    return SPACED.sub(_together, text)


def _together(spaced: re.Match[str]) -> str:
    letters = "".join(WORD.findall(spaced[0]))
    return " ".join((letters, letters[1:], letters[:-1], letters[1:-1])) if len(letters) > FEWEST else letters


def _without_digits(text: str, ones: Mapping[str, str]) -> str:
    table = str.maketrans({**SIGNS, **ones})
    return DIGIT_WORD.sub(lambda word: word[0].translate(table) if LETTER.search(word[0]) else word[0], text)
