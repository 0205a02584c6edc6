"""How loud each shot becomes: all alike, by what their sound was measured at. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

# What is aimed at, in LUFS: where players on the web are, and lower where a shot's peaks leave no room; at the lowest,
# peaks are held down.
USUAL, LOWEST = -16.0, -20.0
# What is quieter is no sound that anybody meant, and stays as it is.
SILENCE = -50.0
# Where peaks may reach, in dB of full scale; what encoding adds to them comes on top.
CEILING = -1.5
# By so much a shot may miss what is aimed at, in LU.
NEAR = 0.3


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Of a shot's sound: integrated loudness in LUFS, true peak in dB of full scale, and how many samples there are."""

    loudness: float
    peak: float
    samples: int

    @property
    def is_silent(self) -> bool:
        return self.loudness < SILENCE


@dataclass(frozen=True, kw_only=True)
class Gain:
    """By how many decibels a shot becomes louder, and whether its peaks have to be held down then."""

    decibels: float = 0.0
    limited: bool = False


def aim(heard: Sequence[Heard]) -> float:
    """How loud all shots are to be, in LUFS."""
    room = [each.loudness + CEILING - each.peak for each in heard if not each.is_silent]
    return max(LOWEST, min([USUAL, *room]))


def gain(heard: Heard, wanted: float) -> Gain:
    if heard.is_silent:
        return Gain()
    decibels = wanted - heard.loudness
    return Gain(decibels=decibels, limited=heard.peak + decibels > CEILING)


def corrected(gain_: Gain, heard: Heard, wanted: float) -> Gain | None:
    """What to try next where holding peaks down took too much, by what came out; None where it is near enough."""
    missing = wanted - heard.loudness
    return Gain(decibels=gain_.decibels + missing, limited=True) if abs(missing) > NEAR else None
