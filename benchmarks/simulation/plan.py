"""The plan of a simulated run: how bots live and die in it, how people act, what goes wrong outside. Data only.

The bot's own clocks are the real ones; all times are virtual seconds.
"""

from typing import Final

from benchmarks.chaos.plan import Tempo

# How a life ends: while it starts, at any moment of it, or at a named moment.
SHARE_STILLBORN: Final = 0.08
SHARE_ANY_MOMENT: Final = 0.35
# One that starts dies before one of so many callbacks; one that is up some time after, before one of so many more.
CALLBACKS_OF_A_START: Final = 1500
UP_AFTER: Final = 2.0
LIFE: Final = 6.0
CALLBACKS_LATER: Final = 60
# A named moment is met at one of its first so many times, within so long; else the life ends at any moment.
LATEST_MEETING: Final = 3
PATIENCE: Final = 20.0
# Instead of dying one stops for a while: some longer than a lease, none for as long as Discord remembers a nonce.
SHARE_FROZEN: Final = 0.12
SHARE_FROZEN_AMONG_OTHERS: Final = 0.4
FREEZE: Final = (0.3, 110.0)
FREEZE_ALONE: Final = (0.3, 60.0)
# What it does when it wakes is worth seeing.
LIFE_AFTER_FREEZE: Final = 25.0
# More than so many that end by themselves are bots that cannot start.
MANY_ENDS: Final = 20
# Until the next one starts; and now and then.
PAUSE: Final = (0.5, 1.5)
LONG_PAUSES: Final = (0.05, 5.0, 20.0, 60.0)
SHARE_LONG_PAUSE: Final = 0.2

TEMPO: Final = Tempo(
    ask_every=18.0,
    decide_every=6.0,
    press_every=3.0,
    told_within=20.0,
    look_every=1.0,
    calm=(4.0, 40.0),
    outage=(2.0, 40.0),
)
# Guests; how often one sends a draft that is not answered.
GUEST_EVERY: Final = 40.0
SENT_TIMES: Final = 4
# The vendor's times.
PENDING: Final = (2.0, 20.0)
PROCESSING: Final = (10.0, 120.0)

# The network: how long it is well, and how long it is not.
CALM_NETWORK: Final = (5.0, 60.0)
BAD_NETWORK: Final = (2.0, 30.0)
RESETS: Final = 0.03
SLOW: Final = 0.2
SWALLOWED: Final = 0.02

# One outage of an hour, in some runs.
LONG_OUTAGE: Final = 3600.0
BEFORE_LONG_OUTAGE: Final = (20.0, 300.0)
SHARE_LONG_OUTAGE: Final = 0.1
# A clock that is set, and how long one goes on as it is. Forward by less than the longest that a model may take: while
# nobody runs, that is no different from so long a sleep, after which there may be nothing to wait for any more.
BETWEEN_JUMPS: Final = (100.0, 600.0)
JUMPS: Final = (-3600.0, -90.0, 90.0, 500.0)
# The share of transactions that lose their connection, where there is one.
LOST_CONNECTIONS: Final = 0.01

# After the last kill: when everybody is up, how long everything may take to end, how often somebody looks, how long one
# waits between two wishes for what is left, how long it is watched for repetition.
UP_WITHIN: Final = 120.0
SETTLE: Final = 3000.0
LOOK_EVERY: Final = 30.0
BETWEEN_FILLS: Final = 2.0
WATCH: Final = 200.0
