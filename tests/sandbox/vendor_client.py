"""A client of the stand-in vendor, for its own tests."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from sandbox.mulerun import MuleRun

PRO = "/vendors/openai/v1/sora-2-pro/generation"
PLAIN = "/vendors/openai/v1/sora-2/generation"
PROMPT = "a paper boat crosses a rain-lit street"
CLIP = b"\0\0\0\x18ftypisom a clip that nobody has to render"


class Client:
    """What a bot does, and nothing careful about it."""

    def __init__(self, mulerun: MuleRun, session: aiohttp.ClientSession) -> None:
        self.mulerun, self.session = mulerun, session
        self.headers = {"Authorization": f"Bearer {mulerun.api_key}"}

    async def post(self, body: object, path: str = PRO, **options: Any) -> tuple[int, Any]:
        headers = options.pop("headers", self.headers) | {"Content-Type": "application/json"}
        data = io.BytesIO(json.dumps(body).encode())
        return await self._ask("POST", path, data=data, headers=headers, **options)

    async def look(self, task_id: str, path: str = PRO, **options: Any) -> tuple[int, Any]:
        options.setdefault("headers", self.headers)
        return await self._ask("GET", f"{path}/{task_id}", **options)

    async def _ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        async with self.session.request(method, self.mulerun.base_url + path, **options) as answer:
            return answer.status, await answer.json()

    async def send(self, prompt: str = PROMPT, **fields: object) -> str:
        status, body = await self.post({"prompt": prompt, **fields})
        assert status == 202, body
        return str(body["task_info"]["id"])

    async def finish(self, task_id: str) -> Any:
        await self.mulerun.ledger.until(lambda ledger: ledger.tasks[task_id].status in ("completed", "failed"))
        status, body = await self.look(task_id)
        assert status == 200
        return body

    async def download(self, url: str, **options: Any) -> tuple[int, bytes]:
        async with self.session.get(url, **options) as answer:
            return answer.status, await answer.read()


@asynccontextmanager
async def vendor(**options: Any) -> AsyncIterator[Client]:
    options = {"pending": 0.02, "processing": 0.02, "clip": CLIP, **options}
    async with MuleRun(**options) as mulerun, aiohttp.ClientSession() as session:
        yield Client(mulerun, session)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with vendor() as client:
        yield client
