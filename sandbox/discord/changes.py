"""Changes: a bell that rings whenever something happens in a Discord."""

import asyncio


class Changes:
    """Whoever waits wakes at the next change."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def ring(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    def next(self) -> asyncio.Future[None]:
        """Done at the next change: ask for it before looking, so that no change is missed."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        return future
