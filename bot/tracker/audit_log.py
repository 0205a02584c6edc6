"""The log channel: each action that was written down is told there once, tried again after a restart."""

import asyncio
import logging

from .. import clock
from ..display import OrderDisplay
from ..errors import BadRules, ShowTroubled, VenueRefused
from ..moderation import Entry
from ..outages import unless_away
from ..retry import nap
from ..store import Store
from .clip_posting import NONCE_TRUSTED
from .drawer import CLOSED_FOR, CLOSED_PATIENCE

log = logging.getLogger(__name__)

# What is due is looked for this often, so many at a time; what one worker took, no other does for so long; seconds.
LOOK_EVERY = 5.0
AT_ONCE = 20
TAKEN_FOR = 120.0
TROUBLED_FOR = 5.0


class AuditLog:
    def __init__(self, store: Store) -> None:
        self.display: OrderDisplay | None = None
        self._store = store
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Something was written down."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with unless_away():
                await self._tell_all()
            await nap(self._news, LOOK_EVERY)

    async def _tell_all(self) -> None:
        """In their order, one after the other: what one server's channel does not take holds up no other server."""
        if self.display is None:
            return
        entries = await self._store.unlogged(clock.now(), AT_ONCE)
        by_guild: dict[int, list[Entry]] = {}
        for entry in entries:
            by_guild.setdefault(entry.guild_id, []).append(entry)
        await asyncio.gather(*(self._tell_each(self.display, each) for each in by_guild.values()))
        if len(entries) == AT_ONCE:
            self._news.set()

    async def _tell_each(self, display: OrderDisplay, entries: list[Entry]) -> None:
        for entry in entries:
            now = clock.now()
            if not await self._store.take_unlogged(entry, now, now + TAKEN_FOR):
                continue
            try:
                await self._tell(display, entry)
            except Exception:  # one action's fault must not stop the others
                log.exception("An action cannot be told in the log channel")

    async def _tell(self, display: OrderDisplay, entry: Entry) -> None:
        try:
            if channel_id := await self._place(entry.guild_id):
                await self._show(display, entry, channel_id)
        except VenueRefused as error:
            log.warning("The log channel of server %s cannot be told: %s", entry.guild_id, error)
            await self._store.note_outcome(entry.guild_id, entry.number, {"logged": False})
            tries = clock.now() - entry.at < CLOSED_PATIENCE
            await self._store.note_logged(entry, clock.now() + CLOSED_FOR if tries else None)
        except ShowTroubled as error:
            await self._store.note_logged(entry, clock.now() + (error.retry_after or TROUBLED_FOR))
        else:
            if "logged" in entry.outcome:
                await self._store.note_outcome(entry.guild_id, entry.number, {"logged": True})
            await self._store.note_logged(entry)

    async def _show(self, display: OrderDisplay, entry: Entry, channel_id: int) -> None:
        in_doubt = clock.latest() - entry.at > NONCE_TRUSTED
        if not (in_doubt and await display.find_entry(entry, channel_id)):
            await display.show_entry(entry, channel_id)

    async def _place(self, guild_id: int) -> int | None:
        """None where none is set. Raises VenueRefused where nobody can tell."""
        try:
            return (await self._store.rules(guild_id)).rules_in(()).log_channel
        except BadRules as error:
            raise VenueRefused("the server's rules cannot be read") from error
