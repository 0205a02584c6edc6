"""Votes on takes that end without anybody's press: with their brief, or when their time is up, each once."""

from .. import clock
from ..briefs.takes import Batch, Reel, ended
from ..store import Store
from .persistence import persist


def is_over(reel: Reel, now: float) -> bool:
    """Whether the votes that are still taken are to end now; nobody's time is up before they were called."""
    if reel.brief.is_closed:
        return reel.batch.is_compared
    return reel.ends_at is not None and now >= reel.ends_at and reel.batch.comparison_id is not None


async def end_vote(store: Store, reel: Reel) -> Reel:
    """The batch as it stands then. Whoever comes later finds that it is over, or that it goes on again."""
    now = clock.now()
    if not is_over(reel, now):
        return reel

    def end(found: Reel) -> Batch:
        return ended(found.batch, found.count.outcome, now) if is_over(found, now) else found.batch

    await persist(lambda: store.change_batch(reel.batch.id, end, now, tells_board=True))
    return await persist(lambda: store.reel(reel.batch.id)) or reel
