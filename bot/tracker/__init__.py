"""The loop that carries every job on, a step at a time, after a crash just as before."""

from ..store import Post
from .teller import Show, Shown
from .tracker import Tracker

__all__ = ["Post", "Show", "Shown", "Tracker"]
