"""The stand-in vendor's webhooks: which events there are, what they say, how they are signed, what becomes of them."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from sandbox.mulerun.webhooks import DOUBLED, FORGED, LOST, STALE
from tests.sandbox.vendor_client import vendor


@dataclass(kw_only=True)
class Listener:
    url: str = ""
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(30):
            while len(self.came) < count:
                await self.news.wait()
                self.news.clear()

    @property
    def kinds(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.came]


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()

    async def hear(request: web.Request) -> web.Response:
        listener.came.append((dict(request.headers), await request.read()))
        listener.news.set()
        return web.Response()

    app = web.Application()
    app.router.add_post("/", hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield listener
    await runner.cleanup()


def is_signed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    said = f"{headers['X-MuleRouter-Webhook-Id']}.{headers['X-MuleRouter-Webhook-Timestamp']}.".encode() + body
    wanted = hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()
    return headers["X-MuleRouter-Webhook-Signature"] == f"v1={wanted}"


async def test_a_task_that_is_made_and_one_that_ends_are_told_of(listener: Listener) -> None:
    async with vendor() as client:
        secret = client.mulerun.webhooks.register(listener.url)
        task = await client.send()
        seen = await client.finish(task)
        await listener.until(2)
    assert listener.kinds == ["task.created", "task.succeeded"], "that it is worked on is not told"
    event = json.loads(listener.came[1][1])
    assert event["data"] == {"vendor": "openai", "model_name": "sora-2-pro", "payload": seen}
    assert all(is_signed(headers, body, secret) for headers, body in listener.came)


async def test_a_failure_is_told_of(listener: Listener) -> None:
    async with vendor() as client:
        client.mulerun.webhooks.register(listener.url)
        await client.send("a celebrity on a boat")
        await listener.until(2)
    assert listener.kinds == ["task.created", "task.failed"]


async def test_an_event_is_lost_doubled_forged_or_stale_on_demand(listener: Listener) -> None:
    async with vendor() as client:
        secret = client.mulerun.webhooks.register(listener.url)
        client.mulerun.webhooks.next_ends(LOST, DOUBLED, FORGED, STALE)
        for _ in range(4):
            await client.finish(await client.send())
        await listener.until(8)
    ends = [(headers, body) for headers, body in listener.came if b"task.succeeded" in body]
    assert [is_signed(headers, body, secret) for headers, body in ends] == [True, True, False, True]
    assert ends[0][1] == ends[1][1]
    times = [int(headers["X-MuleRouter-Webhook-Timestamp"]) for headers, _ in ends]
    assert times[2] - times[3] > 290


async def test_an_endpoint_that_does_not_answer_is_no_harm() -> None:
    async with vendor() as client:
        client.mulerun.webhooks.register("http://127.0.0.1:9/")
        await client.finish(await client.send())
        for _ in range(4):
            client.mulerun.webhooks.register("http://127.0.0.1:9/")
        with pytest.raises(ValueError, match="5 endpoints"):
            client.mulerun.webhooks.register("http://127.0.0.1:9/")
