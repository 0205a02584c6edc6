"""Outages: one line in the log when one begins and one when it ends, however often it is met in between."""

import contextlib
import logging
from collections.abc import Iterator

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# What trying again cannot mend.
WRONG = (DataError, IntegrityError, ProgrammingError)
# The database is away, or busy beyond patience.
AWAY = (DBAPIError, PoolTimeout, OSError)


class Outage:
    """`began` and `ended` are the two lines, the first at `level`."""

    def __init__(self, log: logging.Logger, began: str, ended: str, level: int = logging.WARNING) -> None:
        self._log = log
        self._began = began
        self._ended = ended
        self._level = level
        self._lasts = False

    def met(self, why: object) -> None:
        if not self._lasts:
            self._log.log(self._level, "%s (%s)", self._began, why)
            self._lasts = True

    def over(self) -> None:
        if self._lasts:
            self._log.warning(self._ended)
            self._lasts = False

    @contextlib.contextmanager
    def of_the_database(self) -> Iterator[None]:
        """Swallows that the database is away; a fault of the program is none of that."""
        try:
            yield
        except WRONG:
            raise
        except AWAY as error:
            # its own words quote statements with what is in them: prompts
            self.met(type(error).__name__)
        else:
            self.over()
