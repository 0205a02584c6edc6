"""An endpoint with a language model, in the form of OpenAI's chat completions: asked for variations of an idea.

Source: OpenAI's API reference, Chat Completions (`POST /chat/completions`) and Models (`GET /models`); many servers
speak it, MuleRun's `/vendors/openai/v1` among them.
"""

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import aiohttp

from .errors import NotSuggested
from .outages import Outage
from .retry import retry_after
from .settings import Settings
from .suggestions import INSTRUCTIONS, SCHEMA, Suggestion, Trouble, material, read_suggestions

log = logging.getLogger(__name__)

# A deferred answer has a quarter of an hour; whoever looks on has not.
SECONDS = 60.0
LOOK_SECONDS = 5.0
# An answer is a few kilobytes; anything much larger is none.
ANSWER_LIMIT = 1_000_000
# Three variations in full, in a script of many tokens a word; what a model thinks before it writes counts, too.
TOKENS_MOST = 4000

# What one member may ask of one process, within so many seconds: it is the operator who pays.
ASKED_MOST, ASKED_WITHIN = 10, 3600.0

PATH, MODELS_PATH = "/chat/completions", "/models"
UNFIT = (400, 422)
BUSY = 429
# How a filter says no where a status tells of a wrong request: Azure's, OpenAI's.
DECLINED = (b"content_filter", b"content_policy_violation")
# What says nothing of the endpoint.
NO_OUTAGE = (Trouble.DECLINED, Trouble.UNDER_WAY, Trouble.ENOUGH)


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a question is put. Servers of this kind differ in what they take beside model and messages."""

    has_schema: bool = True
    limit: str = "max_completion_tokens"

    def fill(self, model: str, told: str) -> bytes:
        messages = [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": told}]
        body: dict[str, object] = {"model": model, "messages": messages, self.limit: TOKENS_MOST}
        if self.has_schema:
            schema = {"name": "ideas", "strict": True, "schema": SCHEMA}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return json.dumps(body).encode()

    def simpler(self, refusal: bytes) -> "Form | None":
        """Another to try after this one was refused, which costs nothing; None when there is none."""
        if self.limit == Form.limit and Form.limit.encode() in refusal:
            return replace(self, limit="max_tokens")
        return replace(self, has_schema=False) if self.has_schema else None


class SuggestEndpoint:
    """A client for one endpoint and one model; what it costs is the operator's.

    Each question has a connection of its own: on one that had gone stale, a question could not be told from one whose
    answer was lost, and that one is paid for.
    """

    def __init__(self, url: str, *, key: str | None, model: str) -> None:
        self._url = url.removesuffix(PATH)
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._model = model
        self._form = Form()
        self._asking: set[int] = set()
        self._asked: dict[int, list[float]] = {}
        self._quiet_until = 0.0
        self._outage = Outage(log, "The endpoint for suggestions is of no use", "The endpoint for suggestions is well")

    async def suggest(
        self, member_id: int, topic: str, idea: Mapping[str, str] | None = None
    ) -> tuple[Suggestion, ...]:
        """Variations of an idea (`title`, `subject`, `action`, `setting`), or of the topic: one to three.

        It may take a minute. Raises NotSuggested with a `Trouble`; a member asks for one thing at a time, and for
        ASKED_MOST within ASKED_WITHIN.
        """
        if member_id in self._asking:
            raise NotSuggested(Trouble.UNDER_WAY)
        self._count(member_id)
        self._asking.add(member_id)
        try:
            found = await self._ask(material(topic, idea), idea)
        except NotSuggested as error:
            if error.code not in NO_OUTAGE:
                self._outage.met(error.code)
            raise
        finally:
            self._asking.discard(member_id)
        self._outage.over()
        return found

    def _count(self, member_id: int) -> None:
        """One more question of a member. Raises NotSuggested."""
        since = time.monotonic() - ASKED_WITHIN
        self._asked = {
            each: recent for each, at in self._asked.items() if (recent := [one for one in at if one > since])
        }
        asked = self._asked.setdefault(member_id, [])
        if len(asked) >= ASKED_MOST:
            raise NotSuggested(Trouble.ENOUGH)
        asked.append(time.monotonic())

    async def check_itself(self) -> bool | None:
        """Whether the endpoint has this model, by its list of them, which costs nothing; None where it has no list.

        Raises NotSuggested.
        """
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                status, body = await self._call("GET", MODELS_PATH)
        except TimeoutError as error:
            raise NotSuggested(Trouble.SLOW) from error
        except (aiohttp.ClientError, OSError) as error:
            raise NotSuggested(Trouble.UNREACHED) from error
        return has_model(status, body, self._model)

    async def _ask(self, told: str, idea: Mapping[str, str] | None) -> tuple[Suggestion, ...]:
        if time.monotonic() < self._quiet_until:
            raise NotSuggested(Trouble.BUSY)
        try:
            async with asyncio.timeout(SECONDS):
                status, body = await self._put(told)
        except TimeoutError as error:
            raise NotSuggested(Trouble.SLOW) from error
        except (aiohttp.ClientError, OSError) as error:
            raise NotSuggested(Trouble.UNREACHED) from error
        return decode(status, body, idea)

    async def _put(self, told: str) -> tuple[int, bytes]:
        """The question in the form that was last taken, or in a simpler one."""
        form: Form | None = self._form
        while form:
            status, body = await self._call("POST", PATH, form.fill(self._model, told))
            if status == 200:
                self._form = form
            form = form.simpler(body) if status in UNFIT and not _is_declined(body) else None
        return status, body

    async def _call(self, method: str, path: str, data: bytes | None = None) -> tuple[int, bytes]:
        async with (
            aiohttp.ClientSession() as session,
            # followed elsewhere, the key would go along
            session.request(
                method, self._url + path, data=data, headers=self._headers, allow_redirects=False
            ) as response,
        ):
            if response.status == BUSY:
                self._quiet_until = time.monotonic() + (retry_after(response.headers) or 0.0)
            return response.status, await _read(response)


def open_suggest_endpoint(settings: Settings) -> SuggestEndpoint | None:
    """The endpoint that the operator set; None where address or model is missing."""
    if settings.suggest_url is None or settings.suggest_model is None:
        return None
    return SuggestEndpoint(settings.suggest_url, key=settings.suggest_key, model=settings.suggest_model)


def decode(status: int, body: bytes, idea: Mapping[str, str] | None = None) -> tuple[Suggestion, ...]:
    """What an answer suggests, one at least. Raises NotSuggested."""
    _check(status, body)
    if len(body) >= ANSWER_LIMIT:
        raise NotSuggested(Trouble.TOO_LONG)
    try:
        choice = json.loads(body)["choices"][0]
        message, finish = choice["message"], choice.get("finish_reason")
        written, refusal = _words(message.get("content")), message.get("refusal")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise NotSuggested(Trouble.NONSENSE) from error
    if refusal or finish == "content_filter":
        raise NotSuggested(Trouble.DECLINED)
    if not (found := read_suggestions(written, idea)):
        raise NotSuggested(Trouble.TOO_LONG if finish == "length" else Trouble.NONSENSE)
    return found


def has_model(status: int, body: bytes, model: str) -> bool | None:
    """What a list of models says of one; None where it is no list. Raises NotSuggested."""
    if status not in (404, 405):
        _check(status, body)
    try:
        return model in [each["id"] for each in json.loads(body)["data"]]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _check(status: int, body: bytes) -> None:
    match status:
        case 200:
            return
        case 401 | 403:
            raise NotSuggested(Trouble.KEY_REFUSED)
        case 402:
            raise NotSuggested(Trouble.UNPAID)
        case 429:
            # OpenAI's word for an account without credit
            raise NotSuggested(Trouble.UNPAID if b"insufficient_quota" in body else Trouble.BUSY)
        case _ if status >= 500:
            raise NotSuggested(Trouble.TROUBLED)
    raise NotSuggested(Trouble.DECLINED if _is_declined(body) else Trouble.REFUSED)


def _is_declined(body: bytes) -> bool:
    return any(word in body for word in DECLINED)


def _words(content: object) -> str:
    """A text, or the texts of a list of parts."""
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, dict)]
        return "\n".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else ""


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = await response.content.read(ANSWER_LIMIT)
    while chunk := await response.content.read(ANSWER_LIMIT - len(body)):
        body += chunk
    return body
