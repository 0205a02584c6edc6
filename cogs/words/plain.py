"""Text from outside among our own words: nothing in it formats, links, pings or turns what stands beside it. Pure."""

import re
import unicodedata

from discord.utils import escape_mentions

from bot.prompt import shows, straight

# A backslash goes before what opens something anywhere, also a colon within a word (links, emoji), and before what does
# so where a line begins.
OPENING = re.compile(r"^\s*\d*(?=[#>.)+-])|(?=[\\*_~`|<\[]|:\S)", re.MULTILINE)
# No escape is cut in two: the backslash left over would be one before our own words.
WHOLE_ESCAPES = re.compile(r"(?:\\.|[^\\])*", re.DOTALL)
# Right to left, Arabic, Arabic digits. Source: Unicode Standard Annex 9, table 4.
TURNED = ("R", "AL", "AN")
# Marks that have a direction and nothing else. A thread's name stands beside words of Discord.
DIRECTIONS = dict.fromkeys((0x061C, 0x200E, 0x200F))
# Of a thread's name Discord leaves these out, and what shows nothing. Source: discord-api-docs issue 3554.
UNNAMED = dict.fromkeys(map(ord, "@#/\\:"))


def safe(text: str, limit: int, room: int | None = None) -> str:
    """`limit` characters of the text on lines of its own, drawn as they were typed.

    With what is escaped it takes at most `room`, twice the limit when not given.
    """
    escaped = escape_mentions(OPENING.sub(r"\g<0>\\", shorten(straight(text), limit)))
    fitting = WHOLE_ESCAPES.match(escaped[: room or 2 * limit])
    return fitting[0] if fitting else ""


def beside(text: str, limit: int) -> str:
    """The same on one line, where other words stand beside it."""
    return isolated(safe(" ".join(text.split()), limit))


def shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def isolated(text: str) -> str:
    """Text of one line whose direction leaves the words beside it as they are: Arabic stays Arabic, and so do we."""
    turned = any(unicodedata.bidirectional(letter) in TURNED for letter in text)
    return f"\u2068{straight(text)}\u2069" if turned else straight(text)


def thread_words(text: str, limit: int) -> str:
    """The first words of the text as a thread's name; empty where Discord would leave nothing, and refuse that."""
    words = " ".join(straight(text).translate(DIRECTIONS).split())
    first = words if len(words) <= limit else words[:limit].rsplit(" ", 1)[0]
    if not shows(first.translate(UNNAMED)):
        return ""
    return first if first == words else first + "…"
