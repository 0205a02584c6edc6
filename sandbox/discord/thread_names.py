"""Thread names: what Discord leaves of one.

Discord documents the length only. That it drops characters, counts what is left, and refuses a name of which nothing is
left, is what people report: discord-api-docs#3554 (`@ # /`), discord-needle#173 (`/ \\ :`, and that the length counts
afterwards), ebi-agent-chat-relay#464 (blanks). That it limits characters without a glyph is documented for user names
(user resource, "Usernames and Nicknames"); the strictest reading is taken here.
"""

import unicodedata

DROPPED = frozenset("@#/\\:")
JOINERS = frozenset("\u200c\u200d")
"""Characters without a glyph that letters and emoji need between them."""
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols by their category that are drawn as nothing."""


def settle(name: str) -> str:
    """The name as Discord keeps it; empty when nothing of it can be seen."""
    kept = "".join(filter(is_kept, name)).strip()
    return kept if any(map(is_seen, kept)) else ""


def is_kept(character: str) -> bool:
    hidden = unicodedata.category(character) in ("Cc", "Cf") and character not in JOINERS
    return not hidden and character not in DROPPED


def is_seen(character: str) -> bool:
    """Whether there is a glyph for it: not for controls, blanks, and marks on nothing."""
    return unicodedata.category(character)[0] not in "CZM" and character not in BLANK
