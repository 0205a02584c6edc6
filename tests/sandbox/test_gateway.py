"""The gateway: who may connect, what is told to whom, and how a broken connection is carried on."""

import json
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from sandbox import driver
from sandbox.discord import Channel, Discord, Guild, Intents, Permissions

GUILDS, MESSAGES, DIRECT, CONTENT = 1, 1 << 9, 1 << 12, 1 << 15
ALL = GUILDS | MESSAGES | DIRECT


class Client:
    """A bare gateway client."""

    def __init__(self, socket: ClientWebSocketResponse, discord: Discord, *, compressed: bool) -> None:
        self.socket = socket
        self.discord = discord
        self._stream = zlib.decompressobj() if compressed else None

    async def read(self) -> dict[str, Any]:
        message = await self.socket.receive(timeout=5)
        if message.type is WSMsgType.BINARY:
            assert self._stream
            assert message.data.endswith(b"\x00\x00\xff\xff")
            return dict(json.loads(self._stream.decompress(message.data)))
        assert message.type is WSMsgType.TEXT, message
        return dict(json.loads(message.data))

    async def until(self, name: str) -> dict[str, Any]:
        while (event := await self.read())["t"] != name:
            pass
        return event

    async def send(self, op: int, body: Any) -> None:
        await self.socket.send_json({"op": op, "d": body})

    async def identify(self, intents: int = ALL, **more: Any) -> dict[str, Any]:
        await self.send(2, {"token": self.discord.token, "intents": intents, "properties": {}, **more})
        return await self.until("READY")

    async def closed(self) -> int | None:
        while (await self.socket.receive(timeout=5)).type not in (WSMsgType.CLOSE, WSMsgType.CLOSED):
            pass
        return self.socket.close_code


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as opened:
        yield opened


async def connect(session: ClientSession, discord: Discord, query: str = "?v=10&encoding=json") -> Client:
    socket = await session.ws_connect(discord.state.gateway_url + query, autoclose=False)
    client = Client(socket, discord, compressed="zlib" in query)
    hello = await client.read()
    assert hello["op"] == 10
    assert hello["d"]["heartbeat_interval"] == 41250
    return client


@pytest.fixture
async def client(session: ClientSession, discord: Discord) -> AsyncIterator[Client]:
    opened = await connect(session, discord)
    yield opened
    await opened.socket.close()


async def test_ready_names_the_guilds_then_each_arrives(client: Client, guild: Guild, channel: Channel) -> None:
    ready = (await client.identify())["d"]
    assert ready["guilds"] == [{"id": str(guild.id), "unavailable": True}]
    assert ready["resume_gateway_url"] == client.discord.state.gateway_url
    created = (await client.until("GUILD_CREATE"))["d"]
    assert [one["name"] for one in created["channels"]] == [channel.name]
    assert [one["user"]["id"] for one in created["members"]] == [ready["user"]["id"]]


async def test_compressed_stream_carries_the_same(session: ClientSession, discord: Discord, guild: Guild) -> None:
    client = await connect(session, discord, "?v=10&encoding=json&compress=zlib-stream")
    assert (await client.identify(compress=True))["s"] == 1
    assert (await client.until("GUILD_CREATE"))["s"] == 2
    await client.socket.close()


async def test_heartbeat_is_acknowledged(client: Client) -> None:
    await client.send(1, None)
    assert (await client.read())["op"] == 11


@pytest.mark.parametrize(
    ("op", "body", "code"),
    [
        (2, {"token": "wrong", "intents": 1}, 4004),
        (2, {"intents": 1, "shard": [2, 2]}, 4010),
        (2, {"intents": 1 << 40}, 4013),
        (2, {"intents": CONTENT}, 4014),
        (8, {}, 4003),
    ],
)
async def test_bad_beginnings_are_closed(client: Client, op: int, body: dict[str, Any], code: int) -> None:
    await client.send(op, {"token": client.discord.token} | body)
    assert await client.closed() == code


async def test_too_many_guilds_for_one_shard(client: Client, discord: Discord) -> None:
    discord.limits.guilds_a_shard = 1
    discord.add_guild("one")
    discord.add_guild("two")
    await client.send(2, {"token": discord.token, "intents": 1})
    assert await client.closed() == 4011


async def test_second_identify_and_nonsense_are_closed(session: ClientSession, discord: Discord) -> None:
    twice = await connect(session, discord)
    await twice.identify()
    await twice.send(2, {"token": discord.token, "intents": 1})
    assert await twice.closed() == 4005
    babble = await connect(session, discord)
    await babble.socket.send_str("not json")
    assert await babble.closed() == 4002


async def test_chatter_is_cut_off(client: Client, discord: Discord) -> None:
    discord.limits.gateway_sends.calls = 3
    for _ in range(4):
        await client.send(1, None)
    assert await client.closed() == 4008


async def test_silence_is_cut_off(session: ClientSession, discord: Discord) -> None:
    discord.limits.heartbeat_interval = 0.05
    socket = await session.ws_connect(discord.state.gateway_url + "?v=10&encoding=json", autoclose=False)
    client = Client(socket, discord, compressed=False)
    assert await client.closed() == 4009


async def test_events_follow_intents(client: Client, channel: Channel, ana: driver.Member) -> None:
    await client.identify(GUILDS)
    await client.until("GUILD_CREATE")
    await ana.say(channel, "not for you")
    assert channel.guild
    channel.guild.add_channel("news")
    assert (await client.read())["t"] == "CHANNEL_CREATE"


async def test_content_is_blank_without_the_intent(client: Client, channel: Channel, ana: driver.Member) -> None:
    await client.identify()
    await ana.say(channel, "secret")
    assert (await client.until("MESSAGE_CREATE"))["d"]["content"] == ""
    await ana.say(channel, f"hey {client.discord.state.bot.mention}")
    assert (await client.until("MESSAGE_CREATE"))["d"]["content"].startswith("hey")
    await ana.say(ana.direct, "just us")
    assert (await client.until("MESSAGE_CREATE"))["d"]["content"] == "just us"


async def test_content_is_there_with_the_intent(client: Client, channel: Channel, ana: driver.Member) -> None:
    client.discord.state.application.privileged = Intents.MESSAGE_CONTENT
    await client.identify(ALL | CONTENT)
    await ana.say(channel, "open")
    assert (await client.until("MESSAGE_CREATE"))["d"]["content"] == "open"


async def test_hidden_channels_stay_silent(client: Client, guild: Guild, ana: driver.Member) -> None:
    hidden, shown = guild.add_channel("hidden"), guild.add_channel("shown")
    hidden.set_overwrite(guild.bot_role, deny=Permissions.VIEW_CHANNEL)
    await client.identify()
    await ana.say(hidden, "a")
    await ana.say(shown, "b")
    assert (await client.until("MESSAGE_CREATE"))["d"]["channel_id"] == str(shown.id)


async def test_resume_replays_what_was_missed(
    session: ClientSession, discord: Discord, channel: Channel, ana: driver.Member
) -> None:
    first = await connect(session, discord)
    ready = await first.identify()
    seen = (await first.until("GUILD_CREATE"))["s"]
    discord.faults.drop_gateway()
    await first.closed()
    await ana.say(channel, "while away")
    again = await connect(session, discord)
    await again.send(6, {"token": discord.token, "session_id": ready["d"]["session_id"], "seq": seen})
    assert (await again.read())["t"] == "MESSAGE_CREATE"
    assert (await again.read())["t"] == "RESUMED"
    assert (discord.gateway.identifies, discord.gateway.resumes) == (1, 1)
    await again.socket.close()


async def test_lost_session_is_invalid(client: Client, session: ClientSession) -> None:
    ready = await client.identify()
    client.discord.faults.drop_gateway(resumable=False)
    await client.closed()
    again = await connect(session, client.discord)
    await again.send(6, {"token": client.discord.token, "session_id": ready["d"]["session_id"], "seq": 1})
    answer = await again.read()
    assert (answer["op"], answer["d"]) == (9, False)
    await again.socket.close()


async def test_reconnect_is_asked_for(client: Client) -> None:
    await client.identify()
    client.discord.faults.reconnect_gateway()
    while (message := await client.read())["op"] == 0:
        pass
    assert message["op"] == 7


async def test_refused_for_a_while(session: ClientSession, discord: Discord) -> None:
    discord.faults.refuse_gateway(30)
    async with session.get(discord.state.gateway_url.replace("ws:", "http:")) as response:
        assert response.status == 503


async def test_each_shard_hears_its_guilds_and_direct_messages_go_to_the_first(
    session: ClientSession, discord: Discord
) -> None:
    guilds = [discord.add_guild(f"g{n}") for n in range(4)]
    for number, one in enumerate(guilds):
        one.id = (number << 22) | 5
    discord.state.guilds = {one.id: one for one in guilds}
    shards = [await connect(session, discord) for _ in range(2)]
    for number, shard in enumerate(shards):
        ready = await shard.identify(shard=[number, 2])
        assert [int(one["id"]) >> 22 for one in ready["d"]["guilds"]] == [number, number + 2]
        for _ in range(2):
            await shard.until("GUILD_CREATE")
    person = driver.join(discord, guilds[1], "Ben")
    await person.say(guilds[1].add_channel("talk"), "here")
    assert (await shards[1].until("MESSAGE_CREATE"))["d"]["guild_id"] == str(guilds[1].id)
    await person.say(person.direct, "psst")
    assert (await shards[0].until("MESSAGE_CREATE"))["d"]["content"] == "psst"
    for shard in shards:
        await shard.socket.close()


async def test_two_sessions_of_a_shard_both_hear(
    session: ClientSession, discord: Discord, channel: Channel, ana: driver.Member
) -> None:
    both = [await connect(session, discord) for _ in range(2)]
    for one in both:
        await one.identify()
    await ana.say(channel, "twice")
    numbers = {(await one.until("MESSAGE_CREATE"))["d"]["id"] for one in both}
    assert len(numbers) == 1
    for one in both:
        await one.socket.close()
