"""The server: Discord on loopback, its HTTP API, gateway and CDN in one application."""

import asyncio
import base64
import secrets
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.discord import http_api
from sandbox.discord.cdn import Cdn
from sandbox.discord.entities import Guild, User
from sandbox.discord.faults import Faults
from sandbox.discord.gateway import Gateway
from sandbox.discord.http_api import HttpApi
from sandbox.discord.limits import Limits
from sandbox.discord.rate_limits import RateLimits
from sandbox.discord.record import Record
from sandbox.discord.snowflakes import next_id
from sandbox.discord.state import Application, State

BOT_NAME = "Dailies"

running: "list[Discord]" = []
"""The ones listening now, so that whoever waits can wait for all of them."""


def fresh_token(bot_id: int) -> str:
    """A token of the shape Discord gives out: the id in base64, a time, a secret."""
    head = base64.b64encode(str(bot_id).encode()).decode().rstrip("=")
    return f"{head}.{secrets.token_urlsafe(4)}.{secrets.token_urlsafe(28)}"


class Discord:
    """A Discord for one bot: `async with Discord() as discord:`, bound to 127.0.0.1 on a free port unless told.

    `limits` and `faults` may be turned at any time; `record` holds every request with its answer.
    """

    def __init__(self, *, port: int = 0, limits: Limits | None = None, token: str | None = None) -> None:
        bot = User(name=BOT_NAME, bot=True)
        self.limits = limits or Limits()
        self.token = token or fresh_token(bot.id)
        self.state = State(
            limits=self.limits,
            cdn=Cdn(self.limits),
            bot=bot,
            application=Application(name=BOT_NAME, id=next_id()),
        )
        self.gateway = Gateway(self.state, self.token)
        self.faults = Faults(on_drop=self.gateway.drop, on_refuse=self.gateway.refuse)
        self.rates = RateLimits(self.limits)
        self.record = Record()
        self.api_url = ""
        self._port = port
        self._runner: web.AppRunner | None = None

    def add_guild(
        self, name: str, *, boost_tier: int = 0, locale: str | None = None, owner: User | None = None
    ) -> Guild:
        """A new guild with the bot in it; one with a `locale` is a community whose language that is."""
        return self.state.add_guild(name, boost_tier=boost_tier, locale=locale, owner=owner)

    async def wait_until_connected(self, seconds: float = 30.0) -> None:
        """Return when a bot has identified; raises TimeoutError after so long."""
        async with asyncio.timeout(seconds):
            while not self.gateway.connected:
                await self.state.changes.next()

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.api_url = f"http://127.0.0.1:{port}/api/v10"
        self.state.gateway_url = f"ws://127.0.0.1:{port}/gateway"
        self.state.cdn.base = f"http://127.0.0.1:{port}"
        running.append(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        running.remove(self)
        await self.gateway.close()
        if self._runner:
            await self._runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 40)
        api = HttpApi(state=self.state, token=self.token, rates=self.rates, faults=self.faults, record=self.record)
        for route in http_api.ROUTES:
            app.router.add_route(route.method, http_api.PREFIX + route.template, api.act_on(route))
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        for folder in ("attachments", "ephemeral-attachments"):
            app.router.add_get(f"/{folder}/{{place}}/{{id}}/{{filename}}", api.serve_file)
        app.router.add_get("/external/{rest:.*}", api.serve_file)
        for folder in ("avatars", "icons", "embed"):
            app.router.add_get(f"/{folder}/{{rest:.*}}", self.state.cdn.serve_icon)
        app.router.add_route("*", "/{rest:.*}", api.act_on(None))
        return app
