"""What a prompt says: whether there is anything to see in it. Pure."""

import unicodedata

# Marks that turn the words behind them until another ends it; without them letters still read in their own direction.
TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
# What no database takes.
UNKEPT = dict.fromkeys((0, *range(0xD800, 0xE000)))

# Controls, blanks, and marks that stand on a letter: alone they leave no mark.
UNSEEN = ("Cc", "Cf", "Cs", "Mn", "Mc", "Me", "Zs", "Zl", "Zp")
# Those of other categories that leave none either.
BLANK = frozenset(
    (
        *(0x115F, 0x1160, 0x3164, 0xFFA0),  # fillers in place of a Korean letter
        0x2800,  # braille without dots
        *(0x13441, 0x13442),  # blanks among hieroglyphs
        0x1D159,  # a note without a head
        0xFFFC,  # where an object stood
        *(0x2065, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)),  # kept free for more of the unseen
        *(*range(0xFDD0, 0xFDF0), *range(0xFFFE, 0x110000, 0x10000), *range(0xFFFF, 0x110000, 0x10000)),  # no letters
    )
)


def clean(prompt: str) -> str:
    """The prompt without blanks around it, what no database takes, and what turns words; empty if it shows nothing."""
    kept = straight(prompt.translate(UNKEPT)).strip()
    return kept if shows(kept) else ""


def straight(text: str) -> str:
    """The text without what would turn it against its letters, or the words beside it."""
    return text.translate(TURNS)


def shows(text: str) -> bool:
    """Whether there is anything in it to see."""
    return any(unicodedata.category(letter) not in UNSEEN and ord(letter) not in BLANK for letter in text)
