"""All the SQL there is: rows in, frozen records out, on SQLite and PostgreSQL alike."""

from .engine import migrate, open_store
from .store import Store, Took, Transition

__all__ = ["Store", "Took", "Transition", "migrate", "open_store"]
