"""A lease on a row that is in hand for long: renewed while somebody works on it, and given up when it is another's."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from .. import clock
from ..store.dues import Dues
from .persistence import persist
from .tending import Lost

# Of whoever dies others take it up after so long; renewed often enough that a try or two may fail. Seconds.
LEASE, RENEWED_EVERY = 30.0, 7.5


class Lease:
    def __init__(self, dues: Dues, row_id: str) -> None:
        self._dues = dues
        self._row_id = row_id
        self._until = 0.0
        self._turn = asyncio.Lock()
        self._lost = False

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """For as long as the block lasts; it is cancelled, and Lost raised, when the row came into other hands."""
        self._until = clock.now() + LEASE
        await persist(lambda: self._dues.hold(self._row_id, self._until))
        at_work = asyncio.current_task()
        assert at_work
        keeping = asyncio.create_task(self._keep(at_work), name=f"lease {self._row_id}")
        try:
            yield
        except asyncio.CancelledError:
            if self._lost and not at_work.uncancel():
                raise Lost(self._row_id) from None
            raise
        finally:
            keeping.cancel()

    async def check(self) -> None:
        """Before what must not happen twice. Raises Lost."""
        async with self._turn:
            until = clock.now() + LEASE
            if not await persist(lambda: self._dues.renew(self._row_id, self._until, until)):
                raise Lost(self._row_id)
            self._until = until

    async def _keep(self, at_work: "asyncio.Task[object]") -> None:
        while True:
            await asyncio.sleep(RENEWED_EVERY)
            try:
                await self.check()
            except Lost:
                self._lost = True
                at_work.cancel()
                return
