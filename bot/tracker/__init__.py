"""The loop that carries every job on, a step at a time, after a crash just as before."""

from ..store import Post
from .teller import Display, Drawn, Said
from .tracker import Tracker

__all__ = ["Display", "Drawn", "Post", "Said", "Tracker"]
