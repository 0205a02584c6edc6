"""The client: one key, one site; which connections, which headers, and how long to wait."""

import asyncio
import base64
import contextlib
import io
import json
import re
from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType
from urllib.parse import quote

import aiohttp

from ..catalogue import Model, Shots
from ..errors import TaskUnknown, VendorError, VendorSilent, VendorTroubled, VendorUnreached
from ..further_pictures import LAST, references_in
from ..shot_list import read_shots
from ..video_request import VideoRequest
from .answers import Answer, decode_look, decode_submission
from .reasons import REASONS_BY_HTTP
from .task import Task

# A POST uploads up to 36 MB with nine pictures; the vendor's own client waits this long.
POST_TIMEOUT = aiohttp.ClientTimeout(total=120, sock_connect=15)
LOOK_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10)
# How many connections there are to the vendor at most: for looks, kept open, and for POSTs.
LOOKS_AT_ONCE = 64
POSTS_AT_ONCE = 32
# An answer is a few hundred bytes; anything much larger is not the vendor's.
ANSWER_LIMIT = 1_000_000

NO_TASK = "00000000-0000-0000-0000-000000000000"

KEY_SHAPES = (re.compile(r"muk-[0-9a-f]{64}"), re.compile(r"sk-mr-[0-9a-f]{64}"))


class MuleRun:
    """A client for one key and one site. The sessions are the caller's; `open` makes them as they should be."""

    def __init__(self, looks: aiohttp.ClientSession, posts: aiohttp.ClientSession, base_url: str, key: str) -> None:
        self._looks = looks
        self._posts = posts
        self._base = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", "User-Agent": "Dailies (self-hosted Discord bot)"}

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, base_url: str, key: str) -> AsyncIterator["MuleRun"]:
        """A client with connections of its own: kept open for looks, a new one for each POST.

        A POST on a connection that had gone stale could not be told from one that was lost.
        """
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=LOOKS_AT_ONCE)) as looks,
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=POSTS_AT_ONCE, force_close=True)) as posts,
        ):
            yield cls(looks, posts, base_url, key)

    async def submit(
        self,
        model: Model,
        request: VideoRequest,
        picture: bytes | None,
        further: Mapping[str, bytes] = MappingProxyType({}),
    ) -> Task:
        """Send a request, once. `picture` is a JPEG of the model's frame for the request's size, `further` those beside
        it, by their slot.

        Raises VendorUnreached and VendorBusy when surely nothing was accepted, VendorRefused when it said no, and
        VendorSilent when nobody can tell: that one must never be sent again by the program.
        """
        body = await asyncio.to_thread(_body, request, model, picture, further)
        path = model.path_for(picture=picture is not None, extras=request.extras)
        headers = {**self._headers, "Content-Type": "application/json"}
        try:
            async with self._posts.post(
                self._base + path,
                data=io.BytesIO(body),
                headers=headers,
                timeout=POST_TIMEOUT,
                allow_redirects=False,
            ) as response:
                return decode_submission(await _read(response))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise VendorUnreached("unreached", detail=_plain(error), seen=_plain(error)) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise VendorSilent("answer_lost", detail=_plain(error), seen=_plain(error)) from error

    async def look(self, path: str, task_id: str) -> Task:
        """How a task stands. Raises VendorTroubled (look again later), VendorBusy or TaskUnknown."""
        url = f"{self._base}{path}/{quote(task_id, safe='')}"
        try:
            async with self._looks.get(
                url, headers=self._headers, timeout=LOOK_TIMEOUT, allow_redirects=False
            ) as response:
                return decode_look(await _read(response))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise VendorTroubled("unreached", detail=_plain(error), seen=_plain(error)) from error

    async def is_there(self, model: Model) -> bool:
        """Whether the vendor answers at all: asked after a task that cannot be, which costs nothing."""
        try:
            await self.look(model.path, NO_TASK)
        except TaskUnknown:
            return True
        except VendorError as error:
            # a no to this key or this model is an answer too: the line must not wait for it to change
            return error.code in REASONS_BY_HTTP.values()
        return True


def encode(
    request: VideoRequest,
    model: Model,
    picture: bytes | None,
    further: Mapping[str, bytes] = MappingProxyType({}),
) -> dict[str, object]:
    """The JSON body of a POST, in the model's own field names and types."""
    spelled = model.spell(request.seconds, request.size, picture=picture is not None, extras=request.extras)
    fields = {**_words(request, model), **spelled}
    if picture is not None and model.picture is not None:
        fields[model.picture.field] = _as_uri(picture)
    return fields | _further(model, further)


def _words(request: VideoRequest, model: Model) -> dict[str, object]:
    """The prompt, or in its place the shots that it lists."""
    shots = model.takes.shots
    if request.extras.shots is not Shots.LISTED or shots is None or shots.listed is None:
        return {"prompt": request.prompt}
    listed = read_shots(request.prompt, request.seconds, most=shots.most, limit=shots.limit)
    return {shots.field: [{"prompt": shot.prompt, "duration": shot.seconds} for shot in listed]}


def _further(model: Model, further: Mapping[str, bytes]) -> dict[str, object]:
    fields: dict[str, object] = {}
    last, references = model.takes.last_frame, model.takes.references
    if last and LAST in further:
        fields[last.field] = _as_uri(further[LAST])
    if references and (slots := references_in(further)):
        fields[references.field] = [_as_uri(further[slot]) for slot in slots]
    return fields


def _as_uri(picture: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(picture).decode("ascii")


def key_shape_is_known(key: str) -> bool:
    """Whether a key looks like one of the two that the vendor's sites hand out."""
    return any(shape.fullmatch(key) for shape in KEY_SHAPES)


def _body(request: VideoRequest, model: Model, picture: bytes | None, further: Mapping[str, bytes]) -> bytes:
    return json.dumps(encode(request, model, picture, further), ensure_ascii=False).encode()


async def _read(response: aiohttp.ClientResponse) -> Answer:
    body = await response.content.read(ANSWER_LIMIT)
    while chunk := await response.content.read(ANSWER_LIMIT - len(body)):
        body += chunk
    return Answer(status=response.status, headers=response.headers, body=body)


def _plain(error: BaseException) -> str:
    return str(error) or type(error).__name__
