"""Persistence: what has to be written or read is, however long the database takes."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..outages import AWAY, WRONG
from ..retry import retry

log = logging.getLogger(__name__)

Result = TypeVar("Result")


async def persist(work: Callable[[], Awaitable[Result]]) -> Result:
    """A fact about money or messages is written, or read, as soon as the database answers again."""

    def tell(error: Exception, pause: float) -> None:
        log.debug("The database does not answer (%s), trying again in %.1f s", type(error).__name__, pause)

    return await retry(work, AWAY, but=WRONG, tell=tell, first=0.2, most=5.0)
