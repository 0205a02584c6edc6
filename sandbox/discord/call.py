"""Calls: a request to the HTTP API, read and looked up, and the table entry that says who acts on it."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, hdrs, web

from sandbox.discord.entities import Channel, Guild, Message
from sandbox.discord.errors import Refusal, field_refusal, refuse
from sandbox.discord.files import Upload
from sandbox.discord.permissions import permissions_in
from sandbox.discord.rate_limits import RateLimits
from sandbox.discord.state import State
from sandbox.discord.validation import Violation, without

Reply = tuple[int, Any]
"""Status and JSON; `None` is an empty body."""

NO_CONTENT: Reply = (204, None)
FILE_FIELD = re.compile(r"files\[(\d+)\]")


@dataclass(kw_only=True)
class Body:
    """What a request carried: its JSON, the files by the n of `files[n]`, its type and its length in bytes.

    `taken` is of the JSON what Discord takes up, without the fields that it does not know: these are `ignored`.
    """

    json: Any = None
    taken: Any = None
    ignored: list[Violation] = field(default_factory=list)
    files: dict[int, Upload] = field(default_factory=dict)
    content_type: str = ""
    length: int = 0
    broken: bool = False


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request with the means to act on it."""

    state: State
    rates: RateLimits
    method: str
    path: str
    match: Mapping[str, str]
    query: Mapping[str, str]
    body: Body

    @property
    def payload(self) -> dict[str, Any]:
        """The JSON object sent, empty when there was no body.

        Raises Refusal 50109 for broken JSON, 50035 when it is no object.
        """
        if self.body.broken:
            raise Refusal(50109)
        if self.body.taken is None:
            return {}
        if not isinstance(self.body.taken, dict):
            raise field_refusal("", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return self.body.taken

    @property
    def files(self) -> dict[int, Upload]:
        return self.body.files

    def heed(self, violations: list[Violation]) -> None:
        """Raise the Refusal that Discord answers to these violations; note what it ignores, and take it away."""
        refuse(violations)
        self.body.ignored += violations
        self.body.taken = without(self.body.taken, [each.path for each in violations])

    def number(self, name: str) -> int:
        """An id in the path.

        Raises Refusal 50035 when it is no snowflake.
        """
        return snowflake(self.match[name], name)

    def channel(self) -> Channel:
        """The channel of the path.

        Raises Refusal 10003 when there is none, 50001 when the bot is not in its guild or cannot see it.
        """
        channel = self.state.channel(self.number("channel_id"))
        if channel is None:
            raise Refusal(10003)
        if not permissions_in(channel, self.state.bot):
            raise Refusal(50001)
        return channel

    def message(self) -> Message:
        """The message of the path, as the bot's own token sees it: an ephemeral one is unknown (10008)."""
        message = self.channel().messages.get(self.number("message_id"))
        if message is None or message.ephemeral_for:
            raise Refusal(10008)
        return message

    def guild(self) -> Guild:
        """The guild of the path.

        Raises Refusal 10004 when the bot is not in it.
        """
        guild = self.state.guilds.get(self.number("guild_id"))
        if guild is None or not guild.has_bot:
            raise Refusal(10004)
        return guild

    def whole(self, name: str, *, default: int, low: int, high: int) -> int:
        """A number of the query.

        Raises Refusal 50035 outside of its bounds.
        """
        value = snowflake(self.query.get(name, str(default)), name)
        if not low <= value <= high:
            raise field_refusal(name, "NUMBER_TYPE_MAX", f"int value should be between {low} and {high}.")
        return value


@dataclass(frozen=True, kw_only=True)
class Route:
    """One entry of the table. `template` is Discord's own; an `open` route has its token in the path."""

    method: str
    template: str
    act: Callable[[Call], Reply]
    bucket: str | None = "default"
    open: bool = False


def snowflake(value: object, name: str) -> int:
    """A value as an id.

    Raises Refusal 50035 naming the field.
    """
    if not re.fullmatch(r"\d{1,20}", str(value)):
        raise field_refusal(name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
    return int(str(value))


async def read_body(request: web.Request) -> Body:
    """Read a JSON or multipart body to its end; broken JSON is only marked."""
    if request.content_type.startswith("multipart/"):
        return await _read_parts(request)
    data = await request.read()
    body = Body(content_type=request.content_type if data else "", length=len(data))
    if data:
        _parse(body, data)
    return body


async def _read_parts(request: web.Request) -> Body:
    body = Body(content_type=request.content_type)
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        data = bytes(await part.read(decode=False))
        body.length += len(data)
        if part.name == "payload_json":
            _parse(body, data)
        elif found := FILE_FIELD.fullmatch(part.name or ""):
            content_type = part.headers.get(hdrs.CONTENT_TYPE, "application/octet-stream")
            body.files[int(found[1])] = Upload(name=part.filename or "", data=data, content_type=content_type)
    return body


def _parse(body: Body, data: bytes) -> None:
    try:
        body.json = body.taken = json.loads(data)
    except ValueError:
        body.broken = True
