"""Giving way: whoever waits for an answer goes first. Pure.

A command is answered by the event loop that also carries all jobs on. What makes answers late is how late that loop
gives everybody a turn, be it for want of a processor or of the interpreter's lock; so that is measured (`bot.pulse`).
While it is late, whatever can wait is taken up one by one instead of all that is due: steps of the lanes, hence
cards and their thumbnails, and what is sent. Nothing waits for ever: what was due for long enough goes as always.
"""

# From so much on answers are late, seconds.
LATE = 0.05
# What is due for so long gives way no more, seconds.
PATIENCE = 10.0


def give_way(wanted: int, late: float, waited: float = 0.0) -> int:
    """How many of those that are `wanted` may be taken up at once, when the first of them has `waited` for so long.

    >>> give_way(64, late=0.004), give_way(64, late=0.3), give_way(64, late=0.3, waited=11.0)
    (64, 1, 64)
    """
    return wanted if late < LATE or waited > PATIENCE else min(wanted, 1)
