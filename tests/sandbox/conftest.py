"""What the tests of the sandbox's Discord stand on: a server, a place, people, and a plain client of its HTTP API."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession, FormData
from multidict import CIMultiDictProxy

from sandbox import driver
from sandbox.discord import Channel, Discord, Guild, Intents, Upload
from sandbox.discord.events import Event

USER_AGENT = "DiscordBot (https://example.org, 1)"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer of the HTTP API."""

    status: int
    body: Any
    headers: CIMultiDictProxy[str]

    @property
    def code(self) -> tuple[int, int]:
        """Status and Discord's error code."""
        return self.status, self.body["code"]


@dataclass(kw_only=True)
class Api:
    """A client that adds the bot's token and nothing else."""

    discord: Discord
    session: ClientSession

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        files: dict[int, Upload] | None = None,
        token: str | None = None,
        params: dict[str, str] | None = None,
    ) -> Reply:
        headers = {"Authorization": f"Bot {token or self.discord.token}", "User-Agent": USER_AGENT}
        data = _form(body, files) if files else None
        url = self.discord.api_url + path
        more: dict[str, Any] = {"data": data} if data else {"json": body} if body is not None else {}
        async with self.session.request(method, url, headers=headers, params=params, **more) as response:
            text = await response.text()
            parsed = json.loads(text) if response.content_type == "application/json" else text
            return Reply(status=response.status, body=parsed, headers=response.headers)

    async def send(self, channel: Channel, content: str = "hello", **more: Any) -> Reply:
        return await self.call("POST", f"/channels/{channel.id}/messages", {"content": content, **more})


def _form(body: Any, files: dict[int, Upload]) -> FormData:
    form = FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps(body or {}), content_type="application/json")
    for index, file in files.items():
        form.add_field(f"files[{index}]", file.data, filename=file.name, content_type=file.content_type)
    return form


@dataclass(kw_only=True)
class Bot:
    """A bot in miniature: keeps the events it is told, and answers interactions with what it is given."""

    api: Api
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    files: dict[int, Upload] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def hear(self, event: Event) -> None:
        body = event.payload(Intents.VALID & ~Intents.MESSAGE_CONTENT)
        self.events.append((event.name, body))
        if event.name == "INTERACTION_CREATE" and self.answers:
            task = asyncio.create_task(self._answer(body, self.answers.pop(0)))
            self.tasks.add(task)

    async def _answer(self, interaction: dict[str, Any], answer: dict[str, Any]) -> None:
        self.replies.append(await self.callback(interaction, answer, files=self.files))

    async def callback(self, interaction: dict[str, Any], answer: dict[str, Any], **more: Any) -> Reply:
        path = f"/interactions/{interaction['id']}/{interaction['token']}/callback"
        return await self.api.call("POST", path, answer, params={"with_response": "1"}, **more)

    async def webhook(self, method: str, interaction: dict[str, Any], rest: str = "", body: Any = None) -> Reply:
        path = f"/webhooks/{self.api.discord.state.application.id}/{interaction['token']}{rest}"
        return await self.api.call(method, path, body)

    def told(self, name: str) -> list[dict[str, Any]]:
        return [body for told, body in self.events if told == name]

    @property
    def interaction(self) -> dict[str, Any]:
        """The last interaction."""
        return self.told("INTERACTION_CREATE")[-1]


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord() as running:
        yield running


@pytest.fixture
async def api(discord: Discord) -> AsyncIterator[Api]:
    async with ClientSession() as session:
        yield Api(discord=discord, session=session)


@pytest.fixture
def guild(discord: Discord) -> Guild:
    return discord.add_guild("Film club")


@pytest.fixture
def channel(guild: Guild) -> Channel:
    return guild.add_channel("general")


@pytest.fixture
def ana(discord: Discord, guild: Guild) -> driver.Member:
    return driver.join(discord, guild, "Ana")


@pytest.fixture
async def bot(api: Api) -> AsyncIterator[Bot]:
    """Listens to every event; registers the command `video` and the message command `Animate`."""
    small = Bot(api=api)
    api.discord.state.tell.listeners.append(small.hear)
    registered = await api.call("PUT", f"/applications/{api.discord.state.application.id}/commands", COMMANDS)
    assert registered.status == 200, registered.body
    yield small
    await asyncio.gather(*small.tasks)


HELLO = {"type": 4, "data": {"content": "hello"}}

COMMANDS: list[dict[str, Any]] = [
    {
        "name": "video",
        "description": "Make a clip",
        "options": [
            {"type": 3, "name": "prompt", "description": "What to show", "required": True, "max_length": 2000},
            {
                "type": 4,
                "name": "seconds",
                "description": "How long",
                "choices": [{"name": f"{n} s", "value": n} for n in (4, 8, 12)],
            },
            {"type": 11, "name": "image", "description": "A picture"},
            {"type": 3, "name": "model", "description": "Which model", "autocomplete": True},
            {"type": 4, "name": "seed", "description": "Where chance begins", "autocomplete": True},
        ],
    },
    {
        "name": "jobs",
        "description": "Your jobs",
        "options": [{"type": 1, "name": "list", "description": "Show them"}],
    },
    {"name": "Animate", "type": 3},
    {"name": "rules", "description": "Set rules", "default_member_permissions": "32"},
]
