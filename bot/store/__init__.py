"""All the SQL there is: rows in, frozen records out, on SQLite and PostgreSQL alike."""

from .engine import migrate, open_store
from .store import Post, Store

__all__ = ["Post", "Store", "migrate", "open_store"]
