"""Look-alikes: letters of one script that stand for those of another, and when that is what they are there for.

Unicode's table of them alone would make the Russian word for mouth an English pot. So they are undone in words of
several scripts, which no language has, and in whole words only where nothing beside them is of a language.
"""

import functools
import itertools
import re
import tomllib
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

WORD = re.compile(r"[^\W_]+")


class Script(StrEnum):
    """The scripts between which letters are mistaken for one another, as Unicode's names of letters begin."""

    LATIN = "LATIN"
    CYRILLIC = "CYRILLIC"
    GREEK = "GREEK"


@dataclass(frozen=True, kw_only=True)
class Alphabet:
    """What passes for letters of one script: `letters` in a word of several scripts, `exact` also in a whole word."""

    script: Script
    letters: Mapping[str, str]
    exact: frozenset[str]


def undo(text: str, script: Script, *, whole: bool = True) -> str:
    """Letters of other scripts as those of this one that they look like, where that is what they are there for.

    Not `whole` leaves words alone that are wholly of another script: of a word by itself nobody knows the neighbours.
    """
    if script is Script.LATIN and text.isascii():
        return text
    disguised = set(_disguised(text, ALPHABETS[script], whole=whole))
    if not disguised:
        return text
    table = _table(script)
    return WORD.sub(lambda word: word[0].translate(table) if word.start() in disguised else word[0], text)


def _disguised(text: str, alphabet: Alphabet, *, whole: bool) -> Iterator[int]:
    """Where the words begin that are of several scripts, and all of whose letters pass for this one's.

    Also `whole` words of another script, if none of those of that script that stand beside one another has a letter of
    its own: with one they are words of a language.
    """
    for scripts, run in itertools.groupby(WORD.finditer(text), lambda word: _scripts(word[0])):
        words = list(run)
        if len(scripts) > 1:
            yield from (word.start() for word in words if _passes(word[0], alphabet, alphabet.letters))
        elif whole and alphabet.script not in scripts and _all_pass(words, alphabet):
            yield from (word.start() for word in words)


def _all_pass(words: Iterable[re.Match[str]], alphabet: Alphabet) -> bool:
    return all(_passes(word[0], alphabet, alphabet.exact) for word in words)


def _passes(word: str, alphabet: Alphabet, letters: Container[str]) -> bool:
    """Whether each of its letters is of this script or one of these."""
    return all(each in letters or script_of(each) in (None, alphabet.script) for each in word)


def _scripts(word: str) -> frozenset[str | None]:
    return frozenset(map(script_of, word)) - {None}


@functools.lru_cache(maxsize=4096)
def script_of(letter: str) -> str | None:
    """By the first word of its name; None for what is no letter."""
    return unicodedata.name(letter, "").split(" ")[0] if letter.isalpha() else None


def main_script(word: str) -> Script | None:
    """The script of most of its letters, if it is one that is mistaken; of two alike the first in `Script`."""
    counts = {script: sum(script_of(each) == script for each in word) for script in Script}
    most = max(counts, key=lambda script: counts[script])
    return most if counts[most] else None


def _read_alphabets() -> tuple[Mapping[int, str], Mapping[Script, Alphabet]]:
    data = tomllib.loads((Path(__file__).parent / "look_alikes.toml").read_text(encoding="utf-8"))
    always = _pairs(data.pop("latin"))
    exact = {name: _pairs(each.get("exact")) for name, each in data.items()}
    near = {name: _with_capitals(_pairs(each.get("near"))) | exact[name] for name, each in data.items()}
    alphabets = [_latin(exact.values(), near.values())]
    alphabets += [_other(script, exact, near) for script in Script if script is not Script.LATIN]
    return str.maketrans(always), {alphabet.script: alphabet for alphabet in alphabets}


def _latin(exact: Iterable[Mapping[str, str]], near: Iterable[Mapping[str, str]]) -> Alphabet:
    return Alphabet(
        script=Script.LATIN,
        letters={theirs: latin for pairs in near for theirs, latin in pairs.items()},
        exact=frozenset(theirs for pairs in exact for theirs in pairs),
    )


def _other(script: Script, exact: Mapping[str, Mapping[str, str]], near: Mapping[str, Mapping[str, str]]) -> Alphabet:
    """The other way round: Latin letters as those of `script` that look like them, others by way of Latin."""
    own = script.lower()
    back = _turned({**exact[own], **near[own]})
    same = {latin if theirs.islower() else latin.upper() for theirs, latin in exact[own].items()}
    letters = _with_capitals(back)
    for name in near.keys() - {own}:
        letters |= {theirs: back[latin] for theirs, latin in near[name].items() if latin in back}
    return Alphabet(script=script, letters=letters, exact=frozenset(same))


def _pairs(section: Mapping[str, str] | None) -> dict[str, str]:
    return dict(zip(section["theirs"], section["latin"], strict=True)) if section else {}


def _turned(pairs: Mapping[str, str]) -> dict[str, str]:
    """From Latin to theirs, the first of several."""
    return {latin: theirs.lower() for theirs, latin in reversed([*pairs.items()])}


def _with_capitals(pairs: Mapping[str, str]) -> dict[str, str]:
    return {theirs.upper(): other for theirs, other in pairs.items()} | dict(pairs)


ALWAYS, ALPHABETS = _read_alphabets()


@functools.cache
def _table(script: Script) -> Mapping[int, str]:
    return str.maketrans(dict(ALPHABETS[script].letters))
