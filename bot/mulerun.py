"""The vendor: its addresses, headers, JSON and words, and what each answer means for money.

Source: MuleRun's API reference (generation task, error codes). `encode` and the `decode_*` functions are pure.
"""

import asyncio
import base64
import contextlib
import io
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote

import aiohttp

from .catalogue import Model
from .errors import TaskUnknown, VendorBusy, VendorError, VendorRefused, VendorSilent, VendorTroubled, VendorUnreached
from .video_request import VideoRequest

# A POST uploads up to 14 MB; the vendor's own client waits this long.
POST_TIMEOUT = aiohttp.ClientTimeout(total=120, sock_connect=15)
LOOK_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10)
# How many connections there are to the vendor at most: for looks, kept open, and for POSTs.
LOOKS_AT_ONCE = 64
POSTS_AT_ONCE = 32
# An answer is a few hundred bytes; anything much larger is not the vendor's.
ANSWER_LIMIT = 1_000_000

NO_TASK = "00000000-0000-0000-0000-000000000000"

KEY_SHAPES = (re.compile(r"muk-[0-9a-f]{64}"), re.compile(r"sk-mr-[0-9a-f]{64}"))


class TaskState(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


STATES = {
    "pending": TaskState.WAITING,
    "queued": TaskState.WAITING,
    "processing": TaskState.WORKING,
    "running": TaskState.WORKING,
    "retrying": TaskState.WORKING,
    "completed": TaskState.DONE,
    "succeeded": TaskState.DONE,
    "failed": TaskState.FAILED,
}

REASONS_BY_HTTP = {
    400: "bad_request",
    401: "key",
    402: "credit",
    403: "access",
    404: "no_model",
    405: "no_model",
    410: "no_model",
    413: "too_large",
    422: "bad_request",
    451: "legal",
}

# The vendor has no code for its content rules: 3001 and 3005 cover them and outages alike, only words differ.
CONTENT_WORDS = re.compile(
    r"\b(polic(y|ies)|violat\w*|restricted content|prohibited|moderation|safety|unsafe|sensitive (content|information)"
    r"|risk control|inappropriate|nsfw|adults?|sexual\w*|violen\w*|copyright\w*|trademark\w*|celebrit\w*"
    r"|public figures?|real (people|persons?)|likeness|faces?|minors|not suitable)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task as the vendor tells it. Times in unix seconds; `reason` is ours, `detail` the vendor's wording."""

    id: str
    state: TaskState
    word: str
    videos: tuple[str, ...] = ()
    reason: str = ""
    detail: str = ""
    trace: str = ""
    created_at: float | None = None
    updated_at: float | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP answer, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any] | None:
        try:
            data = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return data if isinstance(data, dict) else None


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

    async def submit(self, model: Model, request: VideoRequest, picture: bytes | None) -> Task:
        """Send a request, once. `picture` is a JPEG of the model's frame for the request's size.

        Raises VendorUnreached and VendorBusy when surely nothing was accepted, VendorRefused when it said no, and
        VendorSilent when nobody can tell: that one must never be sent again by the program.
        """
        body = await asyncio.to_thread(_body, request, model, picture)
        path = model.path_for(picture=picture is not None)
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
            raise VendorUnreached("unreached", detail=_plain(error)) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise VendorSilent("answer_lost", detail=_plain(error)) from error

    async def look(self, path: str, task_id: str) -> Task:
        """How a task stands. Raises VendorTroubled (look again later), VendorBusy or TaskUnknown."""
        url = f"{self._base}{path}/{quote(task_id, safe='')}"
        try:
            async with self._looks.get(
                url, headers=self._headers, timeout=LOOK_TIMEOUT, allow_redirects=False
            ) as response:
                return decode_look(await _read(response))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise VendorTroubled("unreached", detail=_plain(error)) from error

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


def encode(request: VideoRequest, model: Model, picture: bytes | None) -> dict[str, object]:
    """The JSON body of a POST, in the model's own field names and types."""
    fields = {"prompt": request.prompt, **model.spell(request.seconds, request.size, picture=picture is not None)}
    if picture is not None and model.picture is not None:
        fields[model.picture.field] = "data:image/jpeg;base64," + base64.b64encode(picture).decode("ascii")
    return fields


def decode_submission(answer: Answer) -> Task:
    """What an answer to a POST means; the errors are those of `MuleRun.submit`."""
    data = answer.json()
    trace = answer.headers.get("traceparent", "")
    task = _task(data, trace) if data else None
    if answer.status == 429:
        raise VendorBusy("busy", detail=_words(data), trace=trace, retry_after=_retry_after(answer.headers))
    accepted = 200 <= answer.status < 300
    if task and task.state is TaskState.FAILED and not (accepted and task.id):
        # A rejected POST may carry an id: only status and words tell.
        reason = REASONS_BY_HTTP.get(answer.status, task.reason)
        raise VendorRefused(task.reason if reason == "bad_request" else reason, detail=task.detail, trace=trace)
    if accepted and task:
        return task
    if accepted or answer.status >= 500 or answer.status in (408, 409):
        raise VendorSilent("answer_unclear", detail=_words(data) or f"HTTP {answer.status}", trace=trace)
    detail = _words(data)
    reason = REASONS_BY_HTTP.get(answer.status, "refused")
    if reason in ("bad_request", "refused") and CONTENT_WORDS.search(detail):
        reason = "content"
    raise VendorRefused(reason, detail=detail or f"HTTP {answer.status}", trace=trace)


def decode_look(answer: Answer) -> Task:
    """What an answer to a GET means; the errors are those of `MuleRun.look`. A failed task is HTTP 200."""
    data = answer.json()
    trace = answer.headers.get("traceparent", "")
    if answer.status == 404:
        raise TaskUnknown("task_unknown", detail=_words(data), trace=trace)
    if answer.status == 429:
        raise VendorBusy("busy", detail=_words(data), trace=trace, retry_after=_retry_after(answer.headers))
    task = _task(data, trace) if data else None
    if answer.status != 200 or task is None:
        code = REASONS_BY_HTTP.get(answer.status, "troubled")
        raise VendorTroubled(code, detail=_words(data) or f"HTTP {answer.status}", trace=trace)
    return task


def key_shape_is_known(key: str) -> bool:
    """Whether a key looks like one of the two that the vendor's sites hand out."""
    return any(shape.fullmatch(key) for shape in KEY_SHAPES)


def _task(data: dict[str, Any], trace: str) -> Task | None:
    info = data.get("task_info")
    if not isinstance(info, dict) or not isinstance(info.get("id"), str) or not info["id"]:
        return _failed_without_id(data, info, trace)
    word = info["status"].lower() if isinstance(info.get("status"), str) else ""
    # An unknown word counts as waiting: the vendor's own client does the same.
    state = STATES.get(word, TaskState.WAITING)
    reason, detail = _failure(data, info) if state is TaskState.FAILED else ("", "")
    return Task(
        id=info["id"],
        state=state,
        word=word,
        videos=_videos(data),
        reason=reason,
        detail=detail,
        trace=trace,
        created_at=_unix(info.get("created_at")),
        updated_at=_unix(info.get("updated_at")),
    )


def _failed_without_id(data: dict[str, Any], info: Any, trace: str) -> Task | None:
    if not isinstance(info, dict) or str(info.get("status")).lower() != "failed":
        return None
    reason, detail = _failure(data, info)
    return Task(id="", state=TaskState.FAILED, word="failed", reason=reason, detail=detail, trace=trace)


def _videos(data: dict[str, Any]) -> tuple[str, ...]:
    """The result links; the documented key is `videos`, a list, and one shared page of the docs shows `output.url`."""
    output = data.get("output")
    found = data.get("videos") or data.get("video") or (output.get("url") if isinstance(output, dict) else None)
    listed = found if isinstance(found, list) else [found]
    return tuple(link for link in listed if isinstance(link, str) and link)


def _failure(data: dict[str, Any], info: dict[str, Any]) -> tuple[str, str]:
    error = info.get("error") or data.get("error")
    if not isinstance(error, dict):
        detail = error if isinstance(error, str) else _words(data)
        return ("content" if CONTENT_WORDS.search(detail) else "failed"), detail
    code = error.get("error_code", error.get("code"))
    title, detail = str(error.get("title") or ""), str(error.get("detail") or error.get("message") or "")
    # no database takes a NUL in a text
    return _reason(code, f"{title} {detail}"), (detail or title).replace("\0", "")


def _reason(code: object, words: str) -> str:
    number = int(code) if isinstance(code, int | str) and str(code).isascii() and str(code).isdigit() else 0
    if number // 1000 != 4 and CONTENT_WORDS.search(words):
        return "content"
    if number // 1000 == 2:
        return "bad_request"
    if number // 1000 == 3:
        return "provider"
    return "vendor_fault" if number // 1000 == 4 else "failed"


def _words(data: dict[str, Any] | None) -> str:
    """The vendor's own explanation, in whichever of its documented shapes."""
    return _explanation(data).replace("\0", "")


def _explanation(data: dict[str, Any] | None) -> str:
    if not data:
        return ""
    info = data.get("task_info")
    nested = info.get("error") if isinstance(info, dict) else None
    for found in (data.get("detail"), data.get("error"), data.get("message"), nested):
        if isinstance(found, dict):
            found = found.get("detail") or found.get("message") or found.get("title")
        if isinstance(found, str) and found:
            return found
    return ""


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("Retry-After", "")
    return min(float(text), 3600.0) if text.isascii() and text.isdigit() else None


def _unix(text: object) -> float | None:
    """Unix seconds of either documented timestamp form, milliseconds with Z or microseconds with an offset."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo else None


def _body(request: VideoRequest, model: Model, picture: bytes | None) -> bytes:
    return json.dumps(encode(request, model, picture), ensure_ascii=False).encode()


async def _read(response: aiohttp.ClientResponse) -> Answer:
    body = await response.content.read(ANSWER_LIMIT)
    while chunk := await response.content.read(ANSWER_LIMIT - len(body)):
        body += chunk
    return Answer(status=response.status, headers=response.headers, body=body)


def _plain(error: BaseException) -> str:
    return str(error) or type(error).__name__


__all__ = ["Answer", "MuleRun", "Task", "TaskState", "VendorError", "decode_look", "decode_submission", "encode"]
