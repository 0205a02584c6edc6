"""Admitting: whether anything is made where it is asked for, said before all else, for every way in."""

from collections.abc import Callable
from typing import Protocol

from ..admission import UNDECIDED, UNKNOWN, Decided, Home, KeptGuild, Owner, admitted
from ..outages import AWAY
from ..settings import Settings
from ..store import Store
from ..video_request import Refusal


class Owners(Protocol):
    """Those to whom the application belongs, as Discord says."""

    async def of(self, guild_id: int | None) -> Owner:
        """Who they are, and whether one of them manages this server; unknown is what Discord does not say in time."""

    async def owns(self, user_id: int) -> bool | None:
        """Whether somebody is one of them at this moment; None when Discord does not say."""


class Admission:
    """Who speaks to Discord hands over the `owners`, and how they are asked about a server.

    Until then nothing is known of them, and nobody is asked.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self.owners: Owners | None = None
        self.on_undecided: Callable[[int, int], None] | None = None

    async def refuse(self, guild_id: int | None, asker_id: int) -> Refusal | None:
        """Why nothing is made here; None where it may. About a server that nobody decided on, its owners are asked."""
        home = Home(guild_id=guild_id, asker_id=asker_id)
        kept = await self._kept(guild_id)
        refusal = await self._look(home, kept)
        if refusal and refusal.code == UNDECIDED and kept and kept.asked_at is None and self.on_undecided:
            self.on_undecided(kept.id, asker_id)
        return refusal

    async def look(self, guild_id: int) -> Refusal | None:
        """The same of a server as such, and nobody is asked."""
        return await self._look(Home(guild_id=guild_id, asker_id=0), await self._kept(guild_id))

    # --- what is decided

    async def decide(self, guild_id: int, decided: Decided, by: int, now: float) -> KeptGuild:
        """Keep a decision where there is none yet; what is kept now, perhaps somebody else's."""
        return await self._store.decide_guild(guild_id, decided, by, now, anew=False)

    async def note_asked(self, guild_id: int, now: float) -> bool:
        """Whether it was not noted before."""
        return await self._store.note_guild(guild_id, "asked_at", now)

    async def note_greeted(self, guild_id: int, now: float) -> bool:
        """Whether it was not noted before."""
        return await self._store.note_guild(guild_id, "greeted_at", now)

    async def is_asked(self, guild_id: int) -> bool:
        return (await self._store.kept_guild(guild_id)).asked_at is not None

    async def _kept(self, guild_id: int | None) -> KeptGuild | None:
        if guild_id is None:
            return None
        try:
            return await self._store.kept_guild(guild_id)
        except AWAY:
            return None

    async def _look(self, home: Home, kept: KeptGuild | None) -> Refusal | None:
        """Discord is asked after the owners only where they decide it."""
        refusal = admitted(home, self._settings, kept, Owner())
        readable = home.guild_id is None or kept is not None
        if refusal is None or refusal.code != UNKNOWN or not readable or self.owners is None:
            return refusal
        return admitted(home, self._settings, kept, await self.owners.of(home.guild_id))
