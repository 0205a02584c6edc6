"""Planted faults: each takes one protection away, and the judge has to see it within a few seeds."""

from benchmarks.chaos.plants import PLANTS as OF_CHAOS
from benchmarks.chaos.plants import replace

PLANTS = {**OF_CHAOS}
__all__ = ["PLANTS", "replace"]
