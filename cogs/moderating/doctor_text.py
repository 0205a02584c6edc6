"""The doctor's findings in words."""

from ..words.plain import beside
from ..words.wording import ending, joined, permission, say
from .findings import Finding
from .rules_text import topic_text
from .topics import Topic

MARKS = {True: "✓", False: "✗", None: "·"}
# The rest is counted.
NAMED_MOST = 8
# Of a word, a pattern or a reason of somebody's.
SHOWN_MOST = 120


def finding_text(locale: str, finding: Finding) -> str:
    """One line: its mark, what was found, and what to do about it."""
    facts = {key: _spell(locale, key, value) for key, value in finding.facts.items()}
    return f"{MARKS[finding.well]} {say(locale, f'doctor.{finding.code}', **facts)}"


def _spell(locale: str, key: str, value: object) -> object:
    match key, value:
        case "permissions", tuple():
            return joined(locale, [permission(locale, name) for name in value])
        case "channels", tuple():
            return _some(locale, [f"<#{channel_id}>" for channel_id in value])
        case "place", _:
            return f"<#{value}>" if value else say(locale, "doctor.everywhere")
        case "topic", Topic():
            return topic_text(locale, value)
        case "until", float():
            return ending(locale, value)
        case "link", _:
            return value
        case _, tuple():
            return _some(locale, [beside(each, SHOWN_MOST) for each in value])
        case _, str():
            return beside(value, SHOWN_MOST)
    return value


def _some(locale: str, named: list[str]) -> str:
    rest = len(named) - NAMED_MOST
    if rest <= 0:
        return joined(locale, named)
    return joined(locale, [*named[:NAMED_MOST], say(locale, "doctor.more", count=rest)])
