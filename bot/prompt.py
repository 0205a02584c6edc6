"""What a prompt says: whether there is anything to see in it, and what Discord's markup in it means. Pure."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Named(StrEnum):
    """What markup gives by a number alone: somebody has to know what it is called."""

    MEMBER = "member"
    ROLE = "role"
    CHANNEL = "channel"
    SOUND = "sound"
    TIME = "time"  # one that no calendar has; all others are spelled here


NameOf = Callable[[Named, int], str]

# What Discord draws between "<" and ">"; each has one group. Source: API reference, "Message Formatting".
MARKUP = (
    r"@!?(?P<member>\d{1,20})",
    r"@&(?P<role>\d{1,20})",
    r"#(?P<channel>\d{1,20})",
    r"sound:\d{1,20}:(?P<sound>\d{1,20})",
    r"a?:(?P<emoji>\w+):\d{1,20}",
    r"/(?P<command>[^:<>\n]+):\d{1,20}",
    r"id:(?P<page>customize|browse|guide|home|linked-roles)(?::\d{1,20})?",
    r"t:(?P<time>-?\d{1,20}(?::[A-Za-z])?)",
)
_MARKUP = re.compile(rf"\\?<(?:{'|'.join(MARKUP)})>", re.ASCII)

# How a time is spelled for each style, in figures that every language reads. Source: as above, "Timestamp Styles".
DAY, MINUTE, SECOND = "%Y-%m-%d", "%H:%M UTC", "%H:%M:%S UTC"
STYLES = {"t": MINUTE, "T": SECOND, "d": DAY, "D": DAY, "S": f"{DAY} {SECOND}"}
ANY_STYLE = f"{DAY} {MINUTE}"

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


def spell_out(prompt: str, name_of: NameOf) -> str:
    """The prompt with words in place of Discord's markup, of which anybody else reads the numbers.

    A backslash before it goes with it. Discord draws none in code, yet a vendor reads numbers there as well.
    """
    # the name of one may complete another around it; as none brings a "<" this ends
    while (spelled := _MARKUP.sub(lambda found: _set_apart(found, name_of), prompt)) != prompt:
        prompt = spelled
    return prompt


def _set_apart(found: re.Match[str], name_of: NameOf) -> str:
    """The words for one piece of markup, apart from words that it touched."""
    text, word = found.string, _word(found, name_of).translate(str.maketrans("<>", "‹›"))
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    return " " * (before.isalnum() or before == ">") + word + " " * after.isalnum()


def _word(found: re.Match[str], name_of: NameOf) -> str:
    kind = str(found.lastgroup)
    match kind:
        case "emoji" | "command":
            return found[kind]
        case "page":
            return found[kind].replace("-", " ")
        case "time":
            seconds, _, style = found[kind].partition(":")
            return _time(int(seconds), style) or name_of(Named.TIME, int(seconds))
        case _:
            return name_of(Named(kind), int(found[kind]))


def _time(seconds: int, style: str) -> str | None:
    try:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return None
    return at.strftime(STYLES.get(style, ANY_STYLE))
