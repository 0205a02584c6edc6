"""How a clip is made to fit: decided from what it is and what it may weigh, nothing else."""

import math
from dataclasses import dataclass
from enum import StrEnum

from ..errors import BadClip
from .facts import ClipFacts

# What is aimed at, of a limit. A rate alone is missed by half where a clip starts quietly and ends in turmoil, so the
# decoder's buffer is held to a share of the clip, and by no more than that share can the rate be exceeded.
AIM = 0.93
BUFFER_SHARE, BUFFER_SECONDS = 1 / 12, 2.0
# What the container adds: for each frame of picture or sound, and once; bytes.
FRAME_COST, FILE_COST = 16, 8192
# AAC codes 1024 samples at a time, of 48000 a second at most.
SOUND_FRAMES = 48_000 / 1024
# Sound gets the best of these that is no more than its share of everything; bits a second.
SOUND_RATES = (128_000, 96_000, 64_000, 48_000, 32_000)
SOUND_SHARE = 1 / 8
# H.264 needs about twice what HEVC and AV1 need: more than that of the source's rate would be wasted.
NO_MORE_THAN = 2.0
# Bits a pixel below which H.264 is ugly: then a smaller picture is better, and above 30 frames a second fewer of them.
UGLY = 0.05
ENOUGH_RATE = 30.5
# Smaller than this a clip is not worth having: pixels of the shorter side, frames a second.
SHORTEST, SLOWEST = 240, 11.5
# Where so little has to go, the picture is left as it is.
NEARLY_ALL = 0.92

PLAYED_PIXELS = ("yuv420p", "yuvj420p")
PLAYED_SOUND = (None, "aac")


class Way(StrEnum):
    """What is to be done with a clip."""

    KEEP = "keep"
    REMUX = "remux"  # the picture as it is, and the sound where people can hear it
    ENCODE = "encode"


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """`width` and `height` in pixels, even; every `step`-th frame is kept; rates in bits a second, 0 for no sound.

    `buffer` is what a decoder has to hold, in bits: by so much may the encoder exceed its rate for a while.
    """

    width: int
    height: int
    step: int
    video_rate: int
    sound_rate: int
    buffer: int


def plays_inline(facts: ClipFacts) -> bool:
    """Whether it plays where people read, on every client: Discord embeds H.264 in mp4 and little else everywhere."""
    return picture_plays(facts) and sound_plays(facts)


def picture_plays(facts: ClipFacts) -> bool:
    return facts.container == "mp4" and facts.codec == "h264" and facts.pixels in PLAYED_PIXELS


def sound_plays(facts: ClipFacts) -> bool:
    return facts.sound in PLAYED_SOUND


def choose_way(facts: ClipFacts, *, size: int, payload: int, limit: int) -> Way:
    """For a clip of `size` bytes where `limit` bytes are taken; `payload` is what picture and sound would weigh."""
    if not picture_plays(facts):
        return Way.ENCODE
    if size <= limit and sound_plays(facts):
        return Way.KEEP
    return Way.REMUX if payload + overhead(facts) <= limit else Way.ENCODE


def overhead(facts: ClipFacts, step: int = 1) -> int:
    """About what an mp4 of such a clip weighs beside picture and sound, bytes."""
    frames = facts.duration * (facts.rate / step + (SOUND_FRAMES if facts.has_audio else 0))
    return math.ceil(frames * FRAME_COST) + FILE_COST


def plan_encoding(facts: ClipFacts, *, size: int, limit: int, aim: float = AIM) -> Encoding:
    """The best picture and sound that `limit` bytes hold. Raises BadClip("too_long") when they would be no use."""
    whole = (limit * aim - overhead(facts)) * 8 / facts.duration
    sound = _sound_rate(whole) if facts.has_audio else 0
    video = int(min(whole - sound, NO_MORE_THAN * size * 8 / facts.duration))
    for step in range(1, max(1, int(facts.rate / SLOWEST)) + 1):
        rate = facts.rate / step
        share = _share(video / (facts.width * facts.height * rate)) if video > 0 else 0.0
        too_many = share < 1 and rate > ENOUGH_RATE
        if not too_many and round(min(facts.width, facts.height) * share) >= _shortest(facts):
            return Encoding(
                width=_even(facts.width * share),
                height=_even(facts.height * share),
                step=step,
                video_rate=video,
                sound_rate=sound,
                buffer=int(video * min(BUFFER_SECONDS, BUFFER_SHARE * facts.duration)),
            )
    raise BadClip("too_long")


def _sound_rate(whole: float) -> int:
    return next((rate for rate in SOUND_RATES if rate <= whole * SOUND_SHARE), SOUND_RATES[-1])


def _share(bits_a_pixel: float) -> float:
    """By how much each side is to shrink."""
    share = min(1.0, math.sqrt(bits_a_pixel / UGLY))
    return 1.0 if share >= NEARLY_ALL else share


def _shortest(facts: ClipFacts) -> int:
    return min(SHORTEST, facts.width, facts.height)


def _even(pixels: float) -> int:
    """The codec halves the resolution of colour, so sides are even."""
    return max(2, int(pixels / 2) * 2)
