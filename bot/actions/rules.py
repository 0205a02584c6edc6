"""Changing a server's rules: judged as a whole, kept, and written to the audit in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiohttp

from .. import clock
from ..download import DownloadTroubled, LinkDead, fetch_picture
from ..errors import BadRules
from ..server_rules.changes import UNSAID, Change, differences, put, take_away
from ..server_rules.document import Document, fingerprint, read_document
from ..store import Store
from ..store.audit import Entry

# Of a file with rules, bytes.
MOST_BYTES = 256 * 1024


class RuleChanges:
    """All raise BadRules, with nothing changed, and give the rules as they are then."""

    def __init__(self, store: Store, session: aiohttp.ClientSession) -> None:
        self._store = store
        self._session = session

    async def put(self, guild_id: int, actor_id: int, channel_id: int | None, values: Mapping[str, Any]) -> Document:
        """Have other values hold in a channel, or in the whole server, by key, in JSON's types."""
        return await self._change(guild_id, actor_id, "rules", lambda rules: put(rules, channel_id, values))

    async def take_away(self, guild_id: int, actor_id: int, channel_id: int | None, keys: tuple[str, ...]) -> Document:
        """Have nothing said about these keys in one place."""
        return await self._change(guild_id, actor_id, "rules", lambda rules: take_away(rules, channel_id, keys))

    async def change(
        self, guild_id: int, actor_id: int, channel_id: int | None, values: Callable[[Document], Mapping[str, Any]]
    ) -> Document:
        """Have values hold that follow from what holds at that moment."""
        return await self._change(guild_id, actor_id, "rules", lambda rules: put(rules, channel_id, values(rules)))

    async def replace(self, guild_id: int, actor_id: int, base: str, document: Document) -> Document:
        """Have another document hold, if that with the fingerprint `base` still does, which it was compared with.

        The code of BadRules is "changed" where it does not.
        """

        def replace_it(rules: Document) -> Document:
            if rules != document and fingerprint(rules) != base:
                raise BadRules("", "changed")
            return document

        return await self._change(guild_id, actor_id, "rules_import", replace_it)

    async def read_file(self, url: str, size: int) -> Document:
        """The document in a file that somebody gave. Raises BadRules."""
        if size > MOST_BYTES:
            raise BadRules("", "file_too_large", most=MOST_BYTES // 1024)
        try:
            data = await fetch_picture(self._session, url, MOST_BYTES)
            if len(data) > MOST_BYTES:
                raise BadRules("", "file_too_large", most=MOST_BYTES // 1024)
            # some editors put a mark of the byte order in front
            return read_document(data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise BadRules("", "no_text") from error
        except (LinkDead, DownloadTroubled, TimeoutError) as error:
            raise BadRules("", "file_gone") from error

    async def _change(
        self, guild_id: int, actor_id: int, action: str, change: Callable[[Document], Document]
    ) -> Document:
        def entry(before: Document, after: Document) -> Entry:
            changes = differences(before, after)
            return Entry(
                guild_id=guild_id,
                at=clock.now(),
                actor_id=actor_id,
                action=action,
                before=_as_plain(changes, "before"),
                after=_as_plain(changes, "after"),
            )

        _, after = await self._store.change_rules(guild_id, change, entry)
        return after


def _as_plain(changes: Sequence[Change], side: str) -> dict[str, Any]:
    """Where something is different, and what is said there: "channels.5.spoiler": true."""
    said = {_path(change): getattr(change, side) for change in changes}
    return {path: value for path, value in said.items() if value is not UNSAID}


def _path(change: Change) -> str:
    return f"channels.{change.channel_id}.{change.key}" if change.channel_id else f"server.{change.key}"
