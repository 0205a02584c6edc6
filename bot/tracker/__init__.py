"""The loop that carries every job on, a step at a time, after a crash just as before."""

from .tracker import Tracker

__all__ = ["Tracker"]
