"""When to look at a job next: a pure function of its age and of what its kind takes, so a look writes nothing.

The shape: one early look, because refusals come early; a hold, because then nothing can happen; from the time by which
the first few jobs of this kind were done, one look each `poll_floor`, which the vendor advises; wider gaps after the
longest time expected; the last at the model's `longest`; and a late one by itself for a job that was given up.
"""

from .catalogue import Model
from .usual_times import Expected

# In units of the model's poll_floor: 20 seconds where the floor is 15.
EARLY = 4 / 3
# Gaps widen by this factor once a job takes longer than expected, to at most so many floors: a minute for 15 seconds.
EASING = 1.25
WIDEST = 4
# A clip that is made and not to be had yet is tried again after 5 seconds, and at last each 5 minutes.
SOON, SPARSE = 1 / 3, 20
# A job is looked at once more by itself when it is this many times the model's longest time old.
LATE = 2


def next_look(model: Model, expected: Expected, age: float, *, started: bool = True) -> float | None:
    """The age, in seconds after sending, of the first look later than `age`; None when no more are due.

    `started` says whether the vendor was seen to work on it: until then it is looked at during the hold as well, each
    minute for a floor of 15 seconds, so that the thread hears when it starts.
    """
    floor = model.poll_floor
    age += floor / 100  # a timer that fires a moment early must not give the same look twice
    early = floor * EARLY
    if age < early:
        return min(early, model.longest)
    if age >= model.longest:
        return last_look(model) if age < last_look(model) else None
    regular = max(expected.soonest, early + floor)
    if not started and age < regular:
        wide = WIDEST * floor
        regular = min(regular, early + wide * (int((age - early) / wide) + 1))
    look = regular if age < regular else _regular(age, regular, expected.longest, floor)
    # none just before the last
    return look if look + floor <= model.longest else model.longest


def next_fetch(model: Model, waited: float) -> float:
    """Seconds until a clip is tried again that has not been to be had for `waited` seconds: densely, then sparsely."""
    floor = model.poll_floor
    return min(max(waited / 2, floor * SOON), floor * SPARSE)


def last_look(model: Model) -> float:
    """The age of the look that a given-up job gets by itself, seconds."""
    return model.longest * LATE


def _regular(age: float, first: float, easing: float, floor: float) -> float:
    """The first look later than `age` of those that begin at `first` and come each `floor` until `easing`."""
    look = first + floor * (int((min(age, max(easing, first)) - first) / floor) + 1)
    gap = floor
    while look <= age:
        gap = min(WIDEST * floor, gap * EASING)
        look += gap
    return look
