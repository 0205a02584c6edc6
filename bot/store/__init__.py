"""All the SQL there is: rows in, frozen records out, on SQLite and PostgreSQL alike."""

from .engine import migrate, open_beside, open_store
from .postgresql import TASK
from .store import Store, Took, Transition, Weighed, Weighing

__all__ = ["TASK", "Store", "Took", "Transition", "Weighed", "Weighing", "migrate", "open_beside", "open_store"]
