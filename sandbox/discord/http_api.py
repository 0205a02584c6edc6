"""The HTTP API: every request's way through token, faults, limits and the table of routes, into the record."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.discord.call import Body, Call, Route, read_body
from sandbox.discord.errors import Refusal, plain_refusal
from sandbox.discord.faults import Fault, Faults, Moment
from sandbox.discord.rate_limits import RateLimits
from sandbox.discord.record import Exchange, Record, SentFile
from sandbox.discord.rest import automod, channels, command_permissions, commands, messages, pins, users, webhooks
from sandbox.discord.state import State

PREFIX = "/api/v10"
ROUTES = (
    *users.ROUTES,
    *automod.ROUTES,
    *command_permissions.ROUTES,
    *commands.ROUTES,
    *channels.ROUTES,
    *pins.ROUTES,
    *messages.ROUTES,
    *webhooks.ROUTES,
)


class ConnectionCut(Exception):
    """A fault says that no answer is to arrive."""


@dataclass(kw_only=True)
class Outcome:
    """What is answered: status, JSON and headers."""

    status: int
    body: Any
    headers: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class HttpApi:
    """Serves the routes for one Discord."""

    state: State
    token: str
    rates: RateLimits
    faults: Faults
    record: Record

    def act_on(self, route: Route | None) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The aiohttp entry for one route, or for every path that is none."""

        async def entry(request: web.Request) -> web.StreamResponse:
            return await self._answer(route, request)

        return entry

    async def _answer(self, route: Route | None, request: web.Request) -> web.StreamResponse:
        at, started = time.time(), time.monotonic()
        try:
            body = await read_body(request)
        except ConnectionResetError:
            # the bot died while it spoke; nobody is there to be answered
            return web.Response(status=400)
        call = self._call(request, body)
        try:
            outcome = await self._outcome(route, request, call)
        except ConnectionCut:
            self._note(route, call, None, at, started)
            if request.transport:
                request.transport.abort()
            return web.Response(status=500)
        self._note(route, call, outcome, at, started)
        return _response(outcome)

    async def serve_file(self, request: web.Request) -> web.StreamResponse:
        """A file of the CDN, unless a fault is in the way."""
        try:
            await _suffer(self.faults.take("GET", request.path))
        except Refusal as refusal:
            return web.Response(status=refusal.status)
        except ConnectionCut:
            if request.transport:
                request.transport.abort()
        return await self.state.cdn.serve(request)

    def _call(self, request: web.Request, body: Body) -> Call:
        return Call(
            state=self.state,
            rates=self.rates,
            method=request.method,
            path=request.path.removeprefix(PREFIX),
            match=dict(request.match_info),
            query=dict(request.query),
            body=body,
        )

    async def _outcome(self, route: Route | None, request: web.Request, call: Call) -> Outcome:
        headers: dict[str, str] = {}
        try:
            if self.faults.rest_down:
                raise plain_refusal(self.faults.rest_down, "Service Unavailable")
            met = self.faults.take(call.method, call.path)
            await _suffer(met)
            await _read(met, request, call.body.length)
            if route is None:
                raise plain_refusal(404, "Not Found")
            self._check_token(route, request)
            if route.bucket:
                headers = self.rates.spend(route.bucket, _place(route, call), counts_globally=not route.open)
            if call.body.length > self.state.limits.request_bytes:
                raise Refusal(40005)
            status, body = route.act(call)
            if any(fault.cut is Moment.AFTER for fault in met):
                raise ConnectionCut
            return Outcome(status=status, body=body, headers=headers)
        except Refusal as refusal:
            shared = refusal.headers.get("X-RateLimit-Scope") == "shared"
            self.rates.count_invalid(refusal.status, shared=shared)
            return Outcome(status=refusal.status, body=refusal.body, headers=headers | refusal.headers)

    def _check_token(self, route: Route, request: web.Request) -> None:
        # Cloudflare blocks what does not name itself as a bot does. Source: API reference, "User Agent".
        if not route.open and not request.headers.get("User-Agent", "").startswith("DiscordBot ("):
            raise Refusal(40333)
        if not route.open and request.headers.get("Authorization") != f"Bot {self.token}":
            raise plain_refusal(401, "Unauthorized")

    def _note(self, route: Route | None, call: Call, outcome: Outcome | None, at: float, started: float) -> None:
        token = call.match.get("interaction_token") or call.match.get("webhook_token") or ""
        interaction = self.state.tokens.get(token)
        self.record.add(
            Exchange(
                method=call.method,
                path=call.path,
                template=route.template if route else call.path,
                query=dict(call.query),
                json=call.body.json,
                content_type=call.body.content_type,
                files=_sent_files(call),
                status=outcome.status if outcome else 0,
                answer=outcome.body if outcome else None,
                at=at,
                took=time.monotonic() - started,
                interaction_age=at - interaction.made_at if interaction else None,
                warnings=tuple(map(str, call.body.ignored)),
            )
        )
        self.state.changes.ring()


async def _suffer(met: list[Fault]) -> None:
    for fault in met:
        await asyncio.sleep(fault.seconds)
    if any(fault.cut is Moment.BEFORE for fault in met):
        raise ConnectionCut
    failing = next((fault for fault in met if fault.status), None)
    if failing and failing.status:
        refusal = Refusal(failing.code, status=failing.status, headers=_fault_headers(failing))
        refusal.body = failing.body
        raise refusal


async def _read(met: list[Fault], request: web.Request, length: int) -> None:
    """Take as long as a slow uplink does. Raises ConnectionCut when the bot hangs up meanwhile."""
    seconds = sum(length / fault.uplink for fault in met)
    if seconds:
        await asyncio.sleep(seconds)
        if request.transport is None:
            raise ConnectionCut


def _fault_headers(fault: Fault) -> dict[str, str]:
    """Cloudflare's page says when to come back only if the fault does; a ban may leave it out."""
    if fault.via and fault.status == 429:
        return {"Via": "1.1 google", "Retry-After": str(int(fault.retry_after or 1)), "X-RateLimit-Scope": "user"}
    return {"Retry-After": str(int(fault.retry_after))} if fault.retry_after else {}


def _place(route: Route, call: Call) -> str:
    """What a bucket is counted for: the channel, the guild or the token of the path; for threads the guild."""
    channel_id = call.match.get("channel_id")
    if route.bucket == "thread-create" and channel_id and channel_id.isdigit():
        channel = call.state.channel(int(channel_id))
        return str(channel.guild.id) if channel and channel.guild else ""
    return channel_id or call.match.get("guild_id") or call.match.get("webhook_token") or ""


def _sent_files(call: Call) -> tuple[SentFile, ...]:
    return tuple(
        SentFile(index=index, name=file.name, size=file.size, content_type=file.content_type)
        for index, file in sorted(call.files.items())
    )


def _response(outcome: Outcome) -> web.Response:
    response = web.Response(status=outcome.status, headers=outcome.headers)
    if isinstance(outcome.body, str):
        response.text, response.content_type = outcome.body, "text/html"
    elif outcome.body is not None:
        response.body = json.dumps(outcome.body).encode()
        # aiohttp would add a charset; discord.py parses JSON only under exactly this type
        response.headers["Content-Type"] = "application/json"
    return response
