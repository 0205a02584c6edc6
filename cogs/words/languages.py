"""The languages there are, one file beside this each: which of them a locale gets, and its grammar of numbers."""

import logging
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent
ENGLISH = "en"

# The table of a file that holds its grammar; all others hold sentences.
GRAMMAR = "language"


@dataclass(frozen=True, kw_only=True)
class Language:
    """A language: its sentences by key, and how it writes numbers, lists and quotations.

    A number takes the form whose place its digits match first in `plurals`, or the last form; `ordinals` are pairs of
    what the digits match and how the ordinal is written, the first match decides.
    """

    code: str
    sentences: Mapping[str, str]
    plurals: tuple[re.Pattern[str], ...]
    ordinals: tuple[tuple[re.Pattern[str], str], ...]
    decimal: str
    comma: str
    conjunction: str
    quotes: tuple[str, str]

    def plural(self, number: object, forms: list[str]) -> str:
        """The one of `forms` that goes with a number: "clip" or "clips"."""
        place = next((n for n, rule in enumerate(self.plurals) if rule.search(str(number))), len(self.plurals))
        return forms[min(place, len(forms) - 1)]

    def ordinal(self, number: int) -> str:
        return next((text for rule, text in self.ordinals if rule.search(str(number))), "{n}").format(n=number)


@cache
def languages() -> Mapping[str, Language]:
    """All languages by code, which is the file's name: a locale of Discord ("pt-BR") or its first part ("es")."""
    known: dict[str, Language] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        try:
            known[file.stem] = _read(file)
        except (KeyError, ValueError, TypeError, re.error) as error:  # a TOML error is a ValueError
            if file.stem == ENGLISH:
                raise
            log.error("%s cannot be used (%s): its locales get English", file.name, error)
    return known


@cache
def language(locale: str) -> Language:
    """The language for a locale of Discord: its own, the one of its first part, or English."""
    known = languages()
    return known.get(locale) or known.get(locale.split("-")[0]) or known[ENGLISH]


def _read(file: Path) -> Language:
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    grammar = tables.pop(GRAMMAR)
    opening, closing = grammar["quotes"]
    return Language(
        code=file.stem,
        sentences=dict(_flatten(tables)),
        plurals=tuple(re.compile(rule) for rule in grammar["plurals"]),
        ordinals=tuple((re.compile(rule), text) for rule, text in grammar["ordinals"]),
        decimal=grammar["decimal"],
        comma=grammar["comma"],
        conjunction=grammar["and"],
        quotes=(opening, closing),
    )


def _flatten(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in table.items():
        flat += _flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, str(value))]
    return flat
