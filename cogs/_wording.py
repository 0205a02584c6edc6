"""Every sentence people read, from `wording/*.toml`, by key and locale; and how times and sizes are spelled."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from bot.outlook import round_minutes

FOLDER = Path(__file__).with_name("wording")
FALLBACK = "en"


def say(locale: str, key: str, **facts: object) -> str:
    """The sentence `key` ("reply.queued") with its facts filled in. Raises KeyError for a key that is not there."""
    return template(locale, key).format(**facts)


def knows(locale: str, key: str) -> bool:
    return key in _sentences(locale)


def template(locale: str, key: str) -> str:
    return _sentences(locale)[key]


def pattern(locale: str, key: str) -> re.Pattern[str]:
    """What matches this sentence whatever it was filled with: how a message already posted is known again."""
    fixed = re.split(r"\{[^}]*\}", template(locale, key))
    return re.compile(".*?".join(re.escape(part) for part in fixed), re.DOTALL)


def relative(at: float) -> str:
    """A time that Discord shows as "2 minutes ago" and keeps ticking."""
    return f"<t:{int(at)}:R>"


def clock(at: float) -> str:
    return f"<t:{int(at)}:t>"


def duration(seconds: float) -> str:
    """252.4 → "4 min 12 s"."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def span(locale: str, low: float, high: float) -> str:
    """How long something usually takes, in seconds: (180, 480) → "3–8 minutes"."""
    least, most = max(1, round(low / 60)), max(1, round(high / 60))
    if high < 50:
        return say(locale, "time.seconds")
    if least == most:
        return say(locale, "time.minute") if most == 1 else say(locale, "time.minutes", minutes=most)
    return say(locale, "time.span", low=least, high=most)


def estimate(locale: str, seconds: float) -> str:
    """An estimate: 250 → "about 4 minutes"."""
    minutes = round_minutes(seconds)
    if minutes < 2:
        return say(locale, "time.minute" if minutes else "time.seconds")
    if minutes < 120:
        return say(locale, "time.minutes", minutes=minutes)
    return say(locale, "time.hours", hours=round(minutes / 60))


def ordinal(number: int) -> str:
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def spell_size(size: str) -> str:
    return size.replace("x", "×")


@cache
def _sentences(locale: str) -> dict[str, str]:
    """All sentences of a locale, flat; a language that is not there falls back to English."""
    for name in (locale, locale.split("-")[0], FALLBACK):
        file = FOLDER / f"{name}.toml"
        if file.is_file():
            return dict(_flatten(tomllib.loads(file.read_text(encoding="utf-8"))))
    raise FileNotFoundError(FOLDER / f"{FALLBACK}.toml")


def _flatten(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in table.items():
        flat += _flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, str(value))]
    return flat
