"""Every sentence people read, by key and locale; and how numbers, times and lists are spelled in it."""

import logging
import re
import string
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from babel import Locale, dates, lists, numbers, units
from discord.app_commands import locale_str

from bot.moderation import FOREVER
from bot.outlook import round_minutes

from .languages import ENGLISH, Language, language

log = logging.getLogger(__name__)

# Of numbers, in CLDR's order; each language has some of them, and "other".
CATEGORIES = ("zero", "one", "two", "few", "many", "other")


def say(locale: str, key: str, **facts: object) -> str:
    """The sentence `key` ("reply.queued") in the language of `locale`, with its facts filled in.

    A number chooses among forms of a word: "{count} {count:clip|clips}", as an ordinal "{place}{place:#st|nd|rd|th}";
    with a unit of CLDR it is written in that: "{megabytes:megabyte}". A sentence that a translation lacks or fills in
    wrongly is said in English. Raises KeyError for a key that English lacks, and for a fact that is not given.
    """
    spoken = language(locale)
    try:
        return _fill(spoken, key, facts)
    except (LookupError, ValueError, AttributeError, TypeError):
        if spoken.code == ENGLISH:
            raise
        _note_fault(spoken.code, key)
    return _fill(language(ENGLISH), key, facts)


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
    """A text of a command: Discord gets it in English, and by `CommandTexts` in every other language."""
    return locale_str(say(ENGLISH, key, **facts), key=key, facts=facts)


# --- times, numbers, lists


def relative(at: float) -> str:
    """A time that Discord shows as "2 minutes ago", in each reader's own language, and keeps ticking."""
    return f"<t:{int(at)}:R>"


def ending(locale: str, at: float) -> str:
    """When something ends, as `relative`; or that it never does."""
    return say(locale, "time.never") if at >= FOREVER else relative(at)


def ago(locale: str, seconds: float) -> str:
    """A time where Discord shows none of its own: 7500 → "2 hours ago"."""
    if seconds < 60:
        return say(locale, "time.now")
    return dates.format_timedelta(-int(seconds), threshold=1, add_direction=True, locale=language(locale).cldr)


def ahead(locale: str, seconds: float) -> str:
    """A time to come: 259200 → "in 3 days"."""
    return dates.format_timedelta(int(seconds), threshold=1, add_direction=True, locale=language(locale).cldr)


def clock(at: float) -> str:
    return f"<t:{int(at)}:t>"


def duration(locale: str, seconds: float) -> str:
    """252.4 → "4 min 12 s": the symbols that every language knows; CLDR's short words are longer."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    return say(locale, "time.exact" if minutes else "time.exact_seconds", minutes=minutes, seconds=rest)


def span(locale: str, low: float, high: float) -> str:
    """How long something usually takes, in seconds: (180, 480) → "3–8 minutes"."""
    least, most = max(1, round(low / 60)), max(1, round(high / 60))
    if high < 50:
        return say(locale, "time.short")
    return say(locale, "time.about" if least == most else "time.span", low=least, amount=_minutes(locale, most))


def estimate(locale: str, seconds: float) -> str:
    """An estimate: 250 → "about 4 minutes"."""
    minutes = round_minutes(seconds)
    return say(locale, "time.about" if minutes else "time.short", amount=_minutes(locale, minutes, hours_from=2))


def ordinal(locale: str, number: int) -> str:
    """3 → "3rd"."""
    return say(locale, "text.ordinal", number=number)


def decimal(locale: str, value: float, *, digits: int = 1) -> str:
    """With so many digits behind the point: 36.44 → "36.4"."""
    return numbers.format_decimal(value, "#,##0." + "0" * digits, language(locale).cldr)


def joined(locale: str, words: Iterable[str]) -> str:
    """("a", "b", "c") → "a, b, and c"."""
    return lists.format_list(list(words), locale=language(locale).cldr)


def quoted(locale: str, text: str) -> str:
    """Text of somebody else: “text”."""
    return say(locale, "text.quoted", text=text)


def permission(locale: str, name: str) -> str:
    """A permission ("embed_links") as Discord's settings call it in that language."""
    return say(locale, f"permission.{name}")


def spell_size(size: str) -> str:
    return size.replace("x", "×")


# --- filling in


class _Filler(string.Formatter):
    """`str.format` as a region writes numbers: grouped, with a unit, and before a form of a word."""

    def __init__(self, cldr: Locale) -> None:
        self._cldr = cldr

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:
            return _choose(self._cldr, value, format_spec)
        if format_spec:
            return units.format_unit(value, format_spec, "short", locale=self._cldr)
        return numbers.format_decimal(value, locale=self._cldr) if isinstance(value, int | float) else str(value)


def _fill(spoken: Language, key: str, facts: Mapping[str, object]) -> str:
    return _Filler(spoken.cldr).vformat(spoken.sentences[key], (), facts)


def _choose(cldr: Locale, number: float, forms: str) -> str:
    """The one of "clip|clips" that goes with a number; the last stands for all that follow it."""
    rule = cldr.ordinal_form if forms.startswith("#") else cldr.plural_form
    each = forms.removeprefix("#").split("|")
    taken = [category for category in CATEGORIES if category in {*rule.tags, "other"}]
    return each[min(taken.index(rule(number)), len(each) - 1)]


def _minutes(locale: str, minutes: int, *, hours_from: float = float("inf")) -> str:
    """In full, or from so many hours on in hours, from so many days on in days."""
    return dates.format_timedelta(60 * minutes, "minute", threshold=hours_from, locale=language(locale).cldr)


def _matching(sentence: str) -> str:
    return ".*?".join(re.escape(part) for part in re.split(r"\{[^}]*\}", sentence))


@cache
def _note_fault(code: str, key: str) -> None:
    """Said once for each sentence: tests find these, so only a changed file has them."""
    log.error("The language %s has no usable %s; English is used", code, key)
