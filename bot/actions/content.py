"""What a wish says and shows, held against a server's words, its AutoMod, the operator's endpoint, refused pictures.

It fails closed: what cannot be checked raises Unchecked.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from ..errors import BadEntry, BadPicture, Unchecked
from ..jobs import Job
from ..moderation_endpoint import ModerationEndpoint
from ..refused_pictures import hash_picture
from ..server_rules.automod import AutomodRule, find_automod
from ..server_rules.blocked import read_blocked
from ..server_rules.decide import Flag
from ..server_rules.rules import Rules
from ..store import Store
from ..video_request import VideoRequest
from ..workbench import Workbench, WorkFailed
from .ask import Ask
from .pictures import ReadPicture

log = logging.getLogger(__name__)

# Discord wants an answer within three seconds, of which reading a picture may have taken most.
CHECKED_WITHIN = 2.0

AutomodReader = Callable[[int], Awaitable[tuple[AutomodRule, ...]]]
"""The AutoMod rules of a server. Raises Unchecked when they cannot be read."""


class Content:
    """`endpoint` is None where the operator set none; `read_automod` is given by whoever speaks to Discord."""

    def __init__(self, store: Store, workbench: Workbench, endpoint: ModerationEndpoint | None) -> None:
        self._store = store
        self._workbench = workbench
        self._endpoint = endpoint
        self.read_automod: AutomodReader = _nobody_reads

    async def check(self, ask: Ask, job: Job, pictures: Sequence[ReadPicture], rules: Rules) -> tuple[Flag, ...]:
        """Everything that a rule names in a wish's words, in the names of its files, in its pictures. Raises Unchecked.

        `pictures` are those of the job that were read.
        """
        if job.is_unread and await self._looks_at_pictures(ask.guild_id):
            # it would be sent without anybody having seen it
            raise Unchecked("picture")
        return await self.check_words(ask, said_in(job.request), pictures, rules)

    async def check_words(
        self, ask: Ask, words: str, pictures: Sequence[ReadPicture], rules: Rules
    ) -> tuple[Flag, ...]:
        """The same of words and pictures that are no job yet. Raises Unchecked."""
        try:
            async with asyncio.timeout(CHECKED_WITHIN), asyncio.TaskGroup() as tasks:
                checks = [
                    tasks.create_task(check)
                    for check in (
                        self._check_words(ask, words, rules),
                        self._check_pictures(ask.guild_id, pictures),
                        self._ask_endpoint(words, pictures),
                    )
                ]
        except* Unchecked as group:
            raise next(each for each in group.exceptions if isinstance(each, Unchecked)) from group
        except* TimeoutError as group:
            raise Unchecked("slow") from group
        return tuple(flag for check in checks for flag in check.result())

    async def check_anew(self, job: Job, rules: Rules) -> tuple[Flag, ...]:
        """The same of a prompt that a moderator wrote in place of the asker's: nobody is exempt. Raises Unchecked."""
        automod = await self._automod(job.guild_id, rules)
        flags = await asyncio.to_thread(_find, job.request.prompt, rules.blocked, automod, frozenset(), job.places)
        return (*flags, *await self._ask_endpoint(job.request.prompt, ()))

    async def _check_words(self, ask: Ask, words: str, rules: Rules) -> list[Flag]:
        automod = await self._automod(ask.guild_id, rules)
        if not rules.blocked and not automod:
            return []
        links = (ask.link, *(given.link for given in ask.further))
        text = "\n".join((words, *(link.name for link in links if link)))
        places = (*ask.places, *([ask.category_id] if ask.category_id else []))
        # mostly a millisecond, but seconds with patterns that are meant to harm
        return await asyncio.to_thread(_find, text, rules.blocked, automod, ask.role_ids, places)

    async def _automod(self, guild_id: int | None, rules: Rules) -> tuple[AutomodRule, ...]:
        return await self.read_automod(guild_id) if rules.automod and guild_id else ()

    async def _check_pictures(self, guild_id: int | None, pictures: Sequence[ReadPicture]) -> list[Flag]:
        """Which pictures are on the server's list; each hit is counted there and noted here."""
        if not pictures or guild_id is None or not await self._store.count_refused_pictures(guild_id):
            return []
        found = [await self._check_picture(guild_id, picture) for picture in pictures]
        return [flag for flag in found if flag]

    async def _check_picture(self, guild_id: int, picture: ReadPicture) -> Flag | None:
        try:
            found = await self._workbench.run(hash_picture, picture.data)
        except (WorkFailed, BadPicture) as error:
            raise Unchecked("picture") from error
        refused = await self._store.find_refused_picture(guild_id, found) if found else None
        if refused is None:
            return None
        await self._store.count_refused_hit(guild_id, refused.hash)
        log.info("A picture is on the list of server %s (%s)", guild_id, refused.hash)
        return Flag(rule="picture", what=refused.hash)

    async def _ask_endpoint(self, words: str, pictures: Sequence[ReadPicture]) -> list[Flag]:
        """It takes one picture at a time."""
        if self._endpoint is None:
            return []
        small = [picture.thumbnail for picture in pictures]
        if None in small:
            raise Unchecked("picture")
        asked = [self._endpoint.check(words, thumbnail) for thumbnail in small or [None]]
        flagged = next((each for each in await asyncio.gather(*asked) if each), None)
        if flagged is None:
            return []
        categories = ", ".join(flagged.categories)
        return [Flag(rule="endpoint", what=categories, told=categories)]

    async def _looks_at_pictures(self, guild_id: int | None) -> bool:
        if self._endpoint is not None:
            return True
        return guild_id is not None and await self._store.count_refused_pictures(guild_id) > 0


def said_in(request: VideoRequest) -> str:
    """All words of a wish: what is not to be seen, too, since its card shows them."""
    return "\n".join(filter(None, (request.prompt, request.extras.negative)))


def _find(
    text: str,
    blocked: tuple[str, ...],
    automod: tuple[AutomodRule, ...],
    role_ids: frozenset[int],
    places: tuple[int, ...],
) -> list[Flag]:
    """Raises Unchecked."""
    flags = []
    try:
        entry = read_blocked(blocked).find(text)
    except BadEntry as error:
        raise Unchecked("words") from error
    if entry:
        flags.append(Flag(rule="word", what=entry))
    if hit := find_automod(automod, text, role_ids, places):
        told = " ".join(filter(None, (f"“{hit.rule.name}”.", hit.rule.message)))
        flags.append(Flag(rule="automod", what=f"{hit.rule.name}: {hit.entry}", told=told))
    return flags


async def _nobody_reads(_guild_id: int) -> tuple[AutomodRule, ...]:
    raise Unchecked("automod")
