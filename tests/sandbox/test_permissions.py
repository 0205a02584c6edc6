"""Permissions: computed as documented, and asked for on every write."""

import asyncio
import time
from datetime import datetime

import pytest

from sandbox import driver
from sandbox.discord import Channel, ChannelType, Guild, Permissions, Upload
from sandbox.discord.permissions import permissions_in

from .conftest import Api, Bot

P = Permissions


def test_overwrites_apply_in_order(guild: Guild, channel: Channel, ana: driver.Member) -> None:
    loud, quiet = guild.add_role("loud"), guild.add_role("quiet")
    guild.members[ana.id].role_ids |= {loud.id, quiet.id}
    channel.set_overwrite(guild.everyone, deny=P.SEND_MESSAGES)
    assert P.SEND_MESSAGES not in permissions_in(channel, ana.user)
    channel.set_overwrite(quiet, deny=P.SEND_MESSAGES)
    channel.set_overwrite(loud, allow=P.SEND_MESSAGES)
    assert P.SEND_MESSAGES in permissions_in(channel, ana.user)
    channel.set_overwrite(ana.user, deny=P.SEND_MESSAGES)
    assert P.SEND_MESSAGES not in permissions_in(channel, ana.user)


def test_administrators_and_owners_may_all(guild: Guild, channel: Channel, ana: driver.Member) -> None:
    channel.set_overwrite(guild.everyone, deny=P.VIEW_CHANNEL)
    assert permissions_in(channel, ana.user) == P.NONE
    guild.members[ana.id].role_ids.add(guild.add_role("boss", P.ADMINISTRATOR).id)
    assert P.MANAGE_GUILD in permissions_in(channel, ana.user)
    assert P.MANAGE_GUILD in permissions_in(channel, guild.owner)


def test_without_sending_there_are_no_files(guild: Guild, channel: Channel, ana: driver.Member) -> None:
    channel.set_overwrite(guild.everyone, deny=P.SEND_MESSAGES)
    granted = permissions_in(channel, ana.user)
    assert not granted & (P.ATTACH_FILES | P.EMBED_LINKS | P.MENTION_EVERYONE)


@pytest.mark.parametrize(
    ("lost", "code"),
    [
        (P.VIEW_CHANNEL, 50001),
        (P.SEND_MESSAGES, 50013),
        (P.ATTACH_FILES, 50013),
        (P.EMBED_LINKS, 50013),
    ],
)
async def test_each_missing_permission_refuses_a_message(
    api: Api, guild: Guild, channel: Channel, lost: Permissions, code: int
) -> None:
    channel.set_overwrite(guild.bot_role, deny=lost)
    body = {"content": "x", "embeds": [{"title": "t"}]}
    path = f"/channels/{channel.id}/messages"
    reply = await api.call("POST", path, body, files={0: Upload.named("a.txt", b"a")})
    assert reply.code == (403, code)
    assert api.discord.rates.refused[403] == 1
    assert not channel.messages


async def test_reply_and_history_need_the_history(api: Api, guild: Guild, channel: Channel, ana: driver.Member) -> None:
    message = await ana.say(channel, "x")
    channel.set_overwrite(guild.bot_role, deny=P.READ_MESSAGE_HISTORY)
    assert (await api.call("GET", f"/channels/{channel.id}/messages")).body == []
    reply = await api.send(channel, "y", message_reference={"message_id": str(message.id)})
    assert reply.code == (403, 160002)


async def test_a_bot_that_is_timed_out_can_only_look(
    api: Api, bot: Bot, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    until = time.time() + 0.5
    guild.time_out(api.discord.state.bot, until)
    [told] = bot.told("GUILD_MEMBER_UPDATE")
    assert datetime.fromisoformat(told["communication_disabled_until"]).timestamp() == pytest.approx(until, abs=1e-3)
    assert (await api.send(channel)).code == (403, 50013)
    assert (await api.call("GET", f"/channels/{channel.id}/messages")).status == 200
    bot.answers.append({"type": 4, "data": {"content": "I can answer"}})
    assert (await ana.run(channel, "video", prompt="x")).kind == "message"
    assert P(int(bot.interaction["app_permissions"])) == P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY
    await asyncio.sleep(0.6)
    assert (await api.send(channel)).status == 200


def test_who_is_timed_out_uses_no_command_unless_they_run_the_server(
    guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    guild.time_out(ana.user, time.time() + 60)
    assert P.USE_APPLICATION_COMMANDS not in permissions_in(channel, ana.user)
    guild.members[ana.id].role_ids.add(guild.add_role("boss", P.ADMINISTRATOR).id)
    assert P.USE_APPLICATION_COMMANDS in permissions_in(channel, ana.user)
    guild.time_out(ana.user, None)
    assert not guild.members[ana.id].is_timed_out


async def test_voice_needs_connecting(api: Api, guild: Guild) -> None:
    voice = guild.add_channel("lounge", ChannelType.VOICE)
    assert (await api.send(voice)).status == 200
    voice.set_overwrite(guild.bot_role, deny=P.CONNECT)
    assert (await api.send(voice)).code == (403, 50013)


async def test_thrown_out(api: Api, bot: Bot, guild: Guild, channel: Channel) -> None:
    guild.remove_bot()
    assert bot.told("GUILD_DELETE") == [{"id": str(guild.id)}]
    assert (await api.send(channel)).code == (403, 50001)
    assert (await api.call("GET", f"/guilds/{guild.id}")).code == (404, 10004)


async def test_leaving(api: Api, bot: Bot, guild: Guild) -> None:
    counted = await api.call("GET", f"/guilds/{guild.id}?with_counts=true")
    assert counted.body["approximate_member_count"] == len(guild.members)
    assert (await api.call("DELETE", f"/users/@me/guilds/{guild.id}")).status == 204
    assert bot.told("GUILD_DELETE") == [{"id": str(guild.id)}] and not guild.has_bot
    assert (await api.call("DELETE", f"/users/@me/guilds/{guild.id}")).code == (404, 10004)


async def test_interactions_tell_the_permissions(bot: Bot, guild: Guild, channel: Channel, ana: driver.Member) -> None:
    channel.set_overwrite(guild.bot_role, deny=P.ATTACH_FILES)
    bot.answers.append({"type": 4, "data": {"content": "ok"}})
    await ana.run(channel, "video", prompt="x")
    told = bot.interaction
    assert P.ATTACH_FILES not in P(int(told["app_permissions"]))
    assert P.SEND_MESSAGES in P(int(told["app_permissions"]))
    assert P(int(told["member"]["permissions"])) == permissions_in(channel, ana.user)


def test_changed_role_is_told(bot: Bot, guild: Guild) -> None:
    guild.bot_role.permissions &= ~P.ATTACH_FILES
    (told,) = bot.told("GUILD_ROLE_UPDATE")
    assert P.ATTACH_FILES not in P(int(told["role"]["permissions"]))
