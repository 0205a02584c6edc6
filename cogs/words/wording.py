"""Every sentence people read, by key and locale; and how numbers, times and lists are spelled in it."""

import logging
import re
import string
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from discord.app_commands import locale_str

from bot.outlook import round_minutes

from .languages import ENGLISH, Language, language

log = logging.getLogger(__name__)


def say(locale: str, key: str, **facts: object) -> str:
    """The sentence `key` ("reply.queued") in the language of `locale`, with its facts filled in.

    A number chooses among forms of a word: "{count} {count:clip|clips}". A sentence that a translation lacks or fills
    in wrongly is said in English. Raises KeyError for a key that English lacks, and for a fact that is not given.
    """
    spoken, english = language(locale), language(ENGLISH)
    if spoken is not english:
        try:
            return _fill(spoken, spoken.sentences[key], facts)
        except (LookupError, ValueError, AttributeError, TypeError):
            _note_fault(spoken.code, key)
    return _fill(english, english.sentences[key], facts)


def knows(locale: str, key: str) -> bool:
    """Whether there is such a sentence, if only in English."""
    return key in language(locale).sentences or key in language(ENGLISH).sentences


def template(locale: str, key: str) -> str:
    """The sentence before anything is filled in."""
    return language(locale).sentences.get(key) or language(ENGLISH).sentences[key]


@cache
def pattern(locale: str, key: str) -> re.Pattern[str]:
    """What matches this sentence whatever it was filled with: how a message already posted is known again.

    In English too: it may have been posted before there was a translation.
    """
    spoken = dict.fromkeys((template(locale, key), template(ENGLISH, key)))
    return re.compile("|".join(_matching(each) for each in spoken), re.DOTALL)


def described(key: str, **facts: object) -> locale_str:
    """A text of a command: Discord gets it in English, and by `cogs.languages` in every other language."""
    return locale_str(say(ENGLISH, key, **facts), key=key, facts=facts)


# --- times, numbers, lists


def relative(at: float) -> str:
    """A time that Discord shows as "2 minutes ago", in each reader's own language, and keeps ticking."""
    return f"<t:{int(at)}:R>"


def clock(at: float) -> str:
    return f"<t:{int(at)}:t>"


def duration(locale: str, seconds: float) -> str:
    """252.4 → "4 min 12 s"."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    if minutes:
        return say(locale, "time.exact", minutes=minutes, seconds=rest)
    return say(locale, "time.exact_seconds", seconds=rest)


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


def ordinal(locale: str, number: int) -> str:
    """3 → "3rd"."""
    return language(locale).ordinal(number)


def decimal(locale: str, value: float, *, digits: int = 1) -> str:
    """With so many digits behind the point: 36.44 → "36.4"."""
    return f"{value:.{digits}f}".replace(".", language(locale).decimal)


def joined(locale: str, words: Iterable[str]) -> str:
    """("a", "b", "c") → "a, b and c"."""
    spoken, listed = language(locale), list(words)
    firsts, last = listed[:-1], listed[-1:]
    return spoken.conjunction.join([spoken.comma.join(firsts), *last] if firsts else last)


def quoted(locale: str, text: str) -> str:
    """Text of somebody else: “text”."""
    return text.join(language(locale).quotes)


def permission(locale: str, name: str) -> str:
    """A permission ("embed_links") as Discord's settings call it in that language."""
    return say(locale, f"permission.{name}")


def spell_size(size: str) -> str:
    return size.replace("x", "×")


# --- filling in


class _Filler(string.Formatter):
    """`str.format`, and forms of a word after a number."""

    def __init__(self, spoken: Language) -> None:
        self._spoken = spoken

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:
            return self._spoken.plural(value, format_spec.split("|"))
        return str(super().format_field(value, format_spec))


def _fill(spoken: Language, sentence: str, facts: Mapping[str, object]) -> str:
    return _Filler(spoken).vformat(sentence, (), facts)


def _matching(sentence: str) -> str:
    return ".*?".join(re.escape(part) for part in re.split(r"\{[^}]*\}", sentence))


@cache
def _note_fault(code: str, key: str) -> None:
    """Said once for each sentence: tests find these, so only a changed file has them."""
    log.error("The language %s has no usable %s; English is used", code, key)
