"""An endpoint that says what is in a text and a picture, in OpenAI's form: asked before anything is sent.

Source: OpenAI's API reference, Moderations (`POST /moderations`); many servers speak it.
"""

import asyncio
import base64
import json
import logging
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import aiohttp

from . import media
from .errors import Unchecked
from .outages import Outage
from .prompt import UNKEPT
from .retry import retry_after
from .settings import Settings

log = logging.getLogger(__name__)

# Discord waits three seconds for an answer, and a model has to be chosen and a picture read in them, too.
TEXT_SECONDS = 1.2
PICTURE_SECONDS = 1.8
# An answer is a few kilobytes; anything much larger is none.
ANSWER_LIMIT = 1_000_000
# A thumbnail has a tenth of that. It goes along in a line of text.
PICTURE_LIMIT = 300_000

PATH = "/moderations"
BUSY = 429
KEY_REFUSED = (401, 403)


class Trouble(StrEnum):
    """Why the endpoint did not say anything, as the code of an Unchecked."""

    UNREACHED = "endpoint_unreached"
    SLOW = "endpoint_slow"
    KEY_REFUSED = "endpoint_key_refused"
    BUSY = "endpoint_busy"
    TROUBLED = "endpoint_troubled"
    REFUSED = "endpoint_refused"
    NONSENSE = "endpoint_nonsense"
    PICTURE_TOO_LARGE = "endpoint_picture_too_large"


@dataclass(frozen=True, kw_only=True)
class Flagged:
    """What the endpoint found; `categories` are its own words, as "violence/graphic", and there may be none."""

    categories: tuple[str, ...]


class ModerationEndpoint:
    """A client for one endpoint. The session is the caller's.

    `is_open` lets pass what could not be checked, which is told in the log when it begins and when it ends.
    """

    def __init__(
        self, session: aiohttp.ClientSession, url: str, *, key: str | None, model: str, is_open: bool = False
    ) -> None:
        self._session = session
        self._url = address(url)
        self._key = key
        self._model = model
        self._is_open = is_open
        self._quiet_until = 0.0
        began = "The moderation endpoint cannot be asked, so " + ("all passes" if is_open else "nothing is sent")
        self._outage = Outage(log, began, "The moderation endpoint answers again")

    async def check(self, text: str, picture: bytes | None = None) -> Flagged | None:
        """What is in a text, and in a thumbnail of its picture; None when nothing is.

        Raises Unchecked with a `Trouble` when nobody can tell, unless that is to pass.
        """
        try:
            flagged = await self._ask(text, picture)
        except Unchecked as error:
            self._outage.met(error.code)
            if self._is_open:
                return None
            raise
        self._outage.over()
        return flagged

    async def check_itself(self) -> None:
        """Ask something harmless, to know whether it answers. Raises Unchecked, also where all passes."""
        await self._ask("A paper boat crosses a street.", None)

    async def _ask(self, text: str, picture: bytes | None) -> Flagged | None:
        if time.monotonic() < self._quiet_until:
            raise Unchecked(Trouble.BUSY)
        words = text.translate(UNKEPT)
        if not words and picture is None:
            return None
        body = {"model": self._model, "input": _input(words, picture)}
        try:
            async with asyncio.timeout(TEXT_SECONDS if picture is None else PICTURE_SECONDS):
                return await self._post_again(json.dumps(body).encode())
        except TimeoutError as error:
            raise Unchecked(Trouble.SLOW) from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unchecked(Trouble.UNREACHED) from error

    async def _post_again(self, body: bytes) -> Flagged | None:
        """A connection that was kept open may have gone stale; to ask twice costs nothing."""
        try:
            return await self._post(body)
        except aiohttp.ServerDisconnectedError:
            return await self._post(body)

    async def _post(self, body: bytes) -> Flagged | None:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        # followed elsewhere, the key would go along
        async with self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as response:
            if response.status == BUSY:
                self._quiet_until = time.monotonic() + (retry_after(response.headers) or 0.0)
            return decode(response.status, await _read(response))


def open_endpoint(session: aiohttp.ClientSession, settings: Settings) -> ModerationEndpoint | None:
    """The endpoint that the operator set; None when there is none."""
    if settings.moderation_url is None:
        return None
    return ModerationEndpoint(
        session,
        settings.moderation_url,
        key=settings.moderation_key,
        model=settings.moderation_model,
        is_open=settings.moderation_fail == "open",
    )


def address(url: str) -> str:
    """Where to ask, from the base address that OpenAI's clients take, or from the whole one."""
    return url if url.endswith(PATH) else url + PATH


def decode(status: int, body: bytes) -> Flagged | None:
    """What an answer means. Raises Unchecked."""
    if status in KEY_REFUSED:
        raise Unchecked(Trouble.KEY_REFUSED)
    if status == BUSY:
        raise Unchecked(Trouble.BUSY)
    if status >= 500:
        raise Unchecked(Trouble.TROUBLED)
    if status != 200:
        raise Unchecked(Trouble.REFUSED)
    try:
        results: list[dict[str, Any]] = json.loads(body)["results"]
        found = [(result["flagged"], result["categories"]) for result in results]
        names = [name for _, categories in found for name, is_so in (categories or {}).items() if is_so is True]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unchecked(Trouble.NONSENSE) from error
    if not found or not all(isinstance(flagged, bool) for flagged, _ in found):
        raise Unchecked(Trouble.NONSENSE)
    # a category alone is a finding, too
    return Flagged(categories=tuple(dict.fromkeys(names))) if names or any(flagged for flagged, _ in found) else None


def _input(text: str, picture: bytes | None) -> str | list[dict[str, object]]:
    """Raises Unchecked for a picture that cannot go along."""
    if picture is None:
        return text
    kind = media.sniff(picture)
    if len(picture) > PICTURE_LIMIT or kind not in ("jpeg", "png", "webp", "gif"):
        raise Unchecked(Trouble.PICTURE_TOO_LARGE)
    url = f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"
    words: list[dict[str, object]] = [{"type": "text", "text": text}] if text else []
    return [*words, {"type": "image_url", "image_url": {"url": url}}]


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = await response.content.read(ANSWER_LIMIT)
    while chunk := await response.content.read(ANSWER_LIMIT - len(body)):
        body += chunk
    return body
