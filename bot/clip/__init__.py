"""What the product does with clips: check that they play, take pictures out of them, make them small enough.

Plain synchronous functions, for a worker process.
"""

from .facts import ClipFacts, check, duration_of
from .plan import plays_inline
from .shrink import Shrunk, shrink
from .stills import examine, last_frame, last_frame_of, poster

__all__ = [
    "ClipFacts",
    "Shrunk",
    "check",
    "duration_of",
    "examine",
    "last_frame",
    "last_frame_of",
    "plays_inline",
    "poster",
    "shrink",
]
