"""The languages there are, one file of sentences beside this each, and which of them a locale gets."""

import logging
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent
ENGLISH = "en"


@dataclass(frozen=True, kw_only=True)
class Language:
    """A language: its sentences by key, and by `cldr` how a region writes its numbers, lists and units.

    Babel reads what it knows of a locale from its files when it is first asked.
    """

    code: str
    sentences: Mapping[str, str]
    cldr: Locale


@cache
def languages() -> Mapping[str, Language]:
    """All languages by code, which is the file's name: a locale of Discord ("pt-BR") or its first part ("es")."""
    known: dict[str, Language] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        try:
            known[file.stem] = _read(file)
        except (ValueError, UnknownLocaleError) as error:  # a TOML error is a ValueError
            if file.stem == ENGLISH:
                raise
            log.error("%s cannot be used (%s): its locales get English", file.name, error)
    return known


@cache
def language(locale: str) -> Language:
    """The language for a locale of Discord: its own, the one of its first part with its own numbers, or English."""
    known = languages()
    spoken = known.get(locale) or known.get(locale.split("-")[0])
    if spoken is None:
        return known[ENGLISH]
    with suppress(ValueError, UnknownLocaleError):  # a region that Babel does not know
        return replace(spoken, cldr=Locale.parse(locale, sep="-"))
    return spoken


def _read(file: Path) -> Language:
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return Language(code=file.stem, sentences=dict(_flatten(tables)), cldr=Locale.parse(file.stem, sep="-"))


def _flatten(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in table.items():
        flat += _flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, str(value))]
    return flat
