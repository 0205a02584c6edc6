"""Outages: one line in the log when one begins and one when it ends, however often it is met in between."""

import contextlib
import logging
import sqlite3
import time
from collections.abc import Iterator

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# What trying again cannot mend.
WRONG = (DataError, IntegrityError, ProgrammingError)
# The database is away, or busy beyond patience.
AWAY = (DBAPIError, PoolTimeout, OSError)
# On a full disk what is small may still find room: what goes well ends no outage that was met so lately, seconds.
LATELY = 30.0


class Outage:
    """`began` and `ended` are the two lines; those of the operator's own machines are at ERROR."""

    def __init__(self, log: logging.Logger, began: str, ended: str, *, own: bool = False) -> None:
        self._log = log
        self._began = began
        self._ended = ended
        self._own = own
        self._level = logging.ERROR if own else logging.WARNING
        self._lasts = False
        self._met_at = 0.0

    def met(self, why: object) -> None:
        self._met_at = time.monotonic()
        if not self._lasts:
            self._log.log(self._level, "%s (%s)", self._began, why)
            self._lasts = True

    def over(self) -> None:
        if self._lasts and not (self._own and time.monotonic() - self._met_at < LATELY):
            self._log.log(self._level, self._ended)
            self._lasts = False

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """Tells that the database is away, and when it is back; raises whatever it was."""
        try:
            yield
        except WRONG:
            raise
        except AWAY as error:
            self.met(database_words(error))
            raise
        else:
            self.over()


@contextlib.contextmanager
def unless_away() -> Iterator[None]:
    """Swallows that the database is away, which the store tells; a fault of the program is none of that."""
    try:
        yield
    except WRONG:
        raise
    except AWAY:
        pass


def database_words(error: Exception) -> str:
    """What is wrong, without the words that quote statements with what is in them: prompts."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    # SQLite's own never do, nor do those of the operating system
    if isinstance(cause, sqlite3.Error | OSError):
        return str(cause)
    return type((cause and cause.__cause__) or cause).__name__
