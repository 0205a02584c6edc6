"""Which servers the bot is in, and since when it is not: what was asked for there is deleted in the end."""

from collections.abc import Collection

from .. import clock
from ..store import Store


class Servers:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def is_in(self, guild_id: int) -> None:
        await self._store.note_here([guild_id])

    async def has_left(self, guild_id: int) -> None:
        """The server removed the bot, or is gone."""
        await self._store.note_left([guild_id], clock.now())

    async def hear_shard(self, shard_id: int, shard_count: int, present: Collection[int]) -> None:
        """All servers of a shard are known: those that it had before, and has no more, removed the bot meanwhile.

        Nothing follows for the servers of other shards.
        """
        await self._store.note_here(present)
        known = await self._store.known_guilds()
        own = {guild_id for guild_id in known if shard_of(guild_id, shard_count) == shard_id}
        await self._store.note_left(own - {*present}, clock.now())


def shard_of(guild_id: int, shard_count: int) -> int:
    """Source: Gateway, "Sharding"."""
    return (guild_id >> 22) % shard_count
