"""Messages removed and channels changed at a moderator's request, with the rights that each takes."""

import time
from typing import Any

import discord as library
import pytest

from sandbox import driver
from sandbox.discord import Channel, Discord, Guild, Message, Permissions
from sandbox.discord.snowflakes import EPOCH_MS

from .conftest import Api, Bot
from .real_client import logged_in

P = Permissions


@pytest.fixture
async def said(channel: Channel, ana: driver.Member) -> list[Message]:
    return [await ana.say(channel, str(number)) for number in range(3)]


def allow(guild: Guild, *more: Permissions) -> None:
    for permission in more:
        guild.bot_role.granted |= permission


def bulk(channel: Channel) -> str:
    return f"/channels/{channel.id}/messages/bulk-delete"


def ids(messages: list[Message]) -> dict[str, list[str]]:
    return {"messages": [str(message.id) for message in messages]}


async def test_one_by_one_takes_managing_messages(
    api: Api, guild: Guild, channel: Channel, said: list[Message]
) -> None:
    path = f"/channels/{channel.id}/messages/{said[0].id}"
    assert (await api.call("DELETE", path)).code == (403, 50013)
    allow(guild, P.MANAGE_MESSAGES)
    assert (await api.call("DELETE", path)).status == 204
    assert (await api.call("DELETE", path)).code == (404, 10008)
    own = (await api.send(channel)).body["id"]
    channel.set_overwrite(guild.bot_role, deny=P.MANAGE_MESSAGES)
    assert (await api.call("DELETE", f"/channels/{channel.id}/messages/{own}")).status == 204


async def test_nobody_elses_in_a_direct_message(api: Api, guild: Guild, ana: driver.Member) -> None:
    message = await ana.say(ana.direct, "x")
    path = f"/channels/{ana.direct.id}/messages"
    assert (await api.call("DELETE", f"{path}/{message.id}")).code == (403, 50003)
    assert (await api.call("POST", f"{path}/bulk-delete", {"messages": ["1", "2"]})).code == (403, 50003)


async def test_several_at_once(api: Api, bot: Bot, guild: Guild, channel: Channel, said: list[Message]) -> None:
    assert (await api.call("POST", bulk(channel), ids(said))).code == (403, 50013)
    allow(guild, P.MANAGE_MESSAGES)
    api.discord.limits.enforced = False
    assert (await api.call("POST", bulk(channel), ids([*said[:2], said[0]]))).code == (400, 50035)
    answer = await api.call("POST", bulk(channel), ids(said[:2]))
    assert answer.status == 204
    assert channel.history == [said[2]]
    assert [message.deleted for message in said] == [True, True, False]
    assert bot.told("MESSAGE_DELETE_BULK") == [
        {"ids": ids(said[:2])["messages"], "channel_id": str(channel.id), "guild_id": str(guild.id)}
    ]
    assert (await api.call("POST", bulk(channel), ids(said))).status == 204
    assert bot.told("MESSAGE_DELETE_BULK")[1]["ids"] == [str(said[2].id)]


def aged(days: float) -> str:
    return str(int(time.time() * 1000 - EPOCH_MS - days * 86_400_000) << 22)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 50035),
        ({"messages": []}, 50035),
        ({"messages": [aged(1)]}, 50035),
        ({"messages": [str(number) for number in range(1, 102)]}, 50035),
        ({"messages": [aged(1), "x"]}, 50035),
        ({"messages": [aged(13), aged(15)]}, 50034),
    ],
)
async def test_not_all_at_once(api: Api, guild: Guild, channel: Channel, body: dict[str, Any], code: int) -> None:
    allow(guild, P.MANAGE_MESSAGES)
    assert (await api.call("POST", bulk(channel), body)).code == (400, code)


async def test_a_threads_name_and_end_take_managing_threads(
    api: Api, guild: Guild, channel: Channel, ana: driver.Member, said: list[Message]
) -> None:
    thread = await ana.open_thread(channel, "rude", on=said[0])
    path = f"/channels/{thread.id}"
    for method, body in (("PATCH", {"name": "kind"}), ("PATCH", {"locked": True}), ("DELETE", None)):
        assert (await api.call(method, path, body)).code == (403, 50013)
    allow(guild, P.MANAGE_THREADS)
    assert (await api.call("PATCH", path, {"name": "kind", "locked": True})).body["name"] == "kind"
    assert (await api.call("DELETE", path)).status == 200
    assert thread.deleted


async def test_a_channel_takes_managing_channels(
    api: Api, bot: Bot, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    path = f"/channels/{channel.id}"
    assert (await api.call("PATCH", path, {"name": "calm"})).code == (403, 50013)
    assert (await api.call("PATCH", f"/channels/{ana.direct.id}", {"name": "calm"})).code == (400, 50024)
    allow(guild, P.MANAGE_CHANNELS)
    assert (await api.call("PATCH", path, {"name": "n" * 101})).code == (400, 50035)
    assert (await api.call("PATCH", path, {"name": "calm", "nsfw": True})).body["nsfw"] is True
    assert [one["name"] for one in bot.told("CHANNEL_UPDATE")] == ["calm"]


async def test_overwrites_take_managing_roles_and_the_right_itself(
    api: Api, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    channel.set_overwrite(ana.user, allow=P.MENTION_EVERYONE)
    kept = {"id": str(ana.id), "type": 1, "allow": str(int(P.MENTION_EVERYONE)), "deny": "0"}
    closed = {"id": str(guild.id), "type": 0, "deny": str(int(P.SEND_MESSAGES)), "allow": "0"}
    path, body = f"/channels/{channel.id}", {"permission_overwrites": [kept, closed]}
    allow(guild, P.MANAGE_CHANNELS)
    assert (await api.call("PATCH", path, body)).code == (403, 50013)
    allow(guild, P.MANAGE_ROLES)
    assert (await api.call("PATCH", path, body)).status == 200
    assert channel.overwrites[guild.id].deny == P.SEND_MESSAGES
    assert (await api.call("PATCH", path, {"permission_overwrites": [closed]})).code == (403, 50013)


async def test_one_overwrite_takes_managing_roles_and_a_right_of_the_server(
    api: Api, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    """A channel that takes a right from the bot does not keep it from giving that back to itself."""
    bot = guild.bot_role
    channel.set_overwrite(bot, deny=P.SEND_MESSAGES)
    channel.set_overwrite(ana.user, deny=P.ATTACH_FILES)
    path = f"/channels/{channel.id}/permissions"
    given = {"type": 0, "allow": str(int(P.SEND_MESSAGES)), "deny": "0"}
    assert (await api.call("PUT", f"{path}/{bot.id}", given)).code == (403, 50013)
    allow(guild, P.MANAGE_ROLES)
    assert (await api.call("PUT", f"{path}/{bot.id}", given | {"type": 2})).code == (400, 50035)
    assert (await api.call("PUT", f"{path}/{bot.id}", given | {"type": 1})).code == (404, 10009)
    not_mine = given | {"allow": str(int(P.MANAGE_MESSAGES))}
    assert (await api.call("PUT", f"{path}/{bot.id}", not_mine)).code == (403, 50013)
    direct = f"/channels/{ana.direct.id}/permissions/{bot.id}"
    assert (await api.call("PUT", direct, given)).code == (400, 50024)
    assert (await api.call("PUT", f"{path}/{bot.id}", given)).status == 204
    assert channel.overwrites[bot.id].allow == P.SEND_MESSAGES and not channel.overwrites[bot.id].deny
    assert channel.overwrites[ana.id].deny == P.ATTACH_FILES
    channel.set_overwrite(bot, deny=P.VIEW_CHANNEL)
    assert (await api.call("PUT", f"{path}/{bot.id}", given)).code == (403, 50001)


async def test_the_real_client_removes(discord: Discord, guild: Guild, channel: Channel, said: list[Message]) -> None:
    allow(guild, P.MANAGE_MESSAGES)
    async with logged_in(discord) as client:
        heard: list[library.RawBulkMessageDeleteEvent] = []

        async def hear(event: library.RawBulkMessageDeleteEvent) -> None:
            heard.append(event)

        client.add_listener(hear, "on_raw_bulk_message_delete")
        place = client.get_channel(channel.id)
        assert isinstance(place, library.TextChannel)
        await place.delete_messages([library.Object(message.id) for message in said])
        await driver.wait_for(lambda: heard)
        assert heard[0].message_ids == {message.id for message in said}
        assert channel.history == []
