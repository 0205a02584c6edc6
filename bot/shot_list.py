"""A prompt as a list of shots: one in each line, with its length before a colon. Pure.

3 s: A fox runs over snow.
2: It stops and listens.
"""

import re
from dataclasses import dataclass

_TIMED = re.compile(r"(?P<seconds>\d{1,3})\s*(?:s|sec|秒)?\s*[:：]\s*(?P<prompt>.+)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Shot:
    prompt: str
    seconds: int


class BadShots(ValueError):
    """What a prompt cannot be made into. `code` names the rule, `facts` fill its sentence."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def read_shots(prompt: str, seconds: int, *, most: int, limit: int) -> tuple[Shot, ...]:
    """The shots of a clip of so many seconds: up to `most`, each of up to `limit` characters. Raises BadShots.

    Lines without a length share what the others leave, as evenly as whole seconds go.

    >>> [shot.seconds for shot in read_shots("2: a\\nb\\nc", 7, most=6, limit=100)]
    [2, 3, 2]
    """
    read = [_read_line(line) for line in map(str.strip, prompt.splitlines()) if line]
    if len(read) > most:
        raise BadShots("shots_many", number=len(read), most=most)
    if too_long := [words for words, _ in read if len(words) > limit]:
        raise BadShots("shots_words", length=len(too_long[0]), limit=limit)
    lengths = _share([length for _, length in read], seconds)
    return tuple(Shot(prompt=words, seconds=length) for (words, _), length in zip(read, lengths, strict=True))


def _read_line(line: str) -> tuple[str, int | None]:
    found = _TIMED.fullmatch(line)
    return (found["prompt"], int(found["seconds"])) if found else (line, None)


def _share(lengths: list[int | None], seconds: int) -> list[int]:
    told = sum(length or 0 for length in lengths)
    untold = lengths.count(None)
    left = seconds - told
    if 0 in lengths or left < untold or (left and not untold):
        raise BadShots("shots_sum", told=told, untold=untold, seconds=seconds)
    each, more = divmod(left, untold) if untold else (0, 0)
    shares = iter([each + 1] * more + [each] * (untold - more))
    return [next(shares) if length is None else length for length in lengths]
