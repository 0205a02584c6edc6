"""All the SQL there is: rows in, frozen records out, on SQLite and PostgreSQL alike."""

from .engine import migrate, open_beside, open_store
from .store import Store, Took, Transition, Weighed, Weighing

__all__ = ["Store", "Took", "Transition", "Weighed", "Weighing", "migrate", "open_beside", "open_store"]
