"""A word to a member in private, about nothing that was asked for in a channel."""

import logging

from bot.errors import VenueRefused
from bot.pace import NEWS

from ..words.wording import say
from .discord_errors import TextRefused
from .posting import Letter, Postman

log = logging.getLogger(__name__)


class Members:
    def __init__(self, post: Postman) -> None:
        self._post = post

    async def forgotten(self, member_id: int, locale: str) -> None:
        letter = Letter(nonce=f"{member_id}:gone", text=say(locale, "privacy.done"), rank=NEWS)
        try:
            await self._post.send(await self._post.open_direct(member_id), None, letter)
        except (VenueRefused, TextRefused) as error:
            log.info("A member takes no direct messages: %s", error)
