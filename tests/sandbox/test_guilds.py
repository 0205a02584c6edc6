"""Servers: the bot joins and leaves them while it runs, they have outages, and change hands."""

import discord as library
import pytest

from sandbox import driver
from sandbox.discord import Channel, Discord, Guild

from .conftest import Api, Bot
from .real_client import logged_in


async def test_a_server_that_the_bot_is_out_of_is_closed(
    api: Api, bot: Bot, discord: Discord, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    said = await ana.say(channel, "x")
    thread = await ana.open_thread(channel, "inside", on=said)
    guild.remove_bot()
    assert bot.told("GUILD_DELETE") == [{"id": str(guild.id)}]
    message = f"/channels/{channel.id}/messages/{said.id}"
    for method, path in (
        ("GET", f"/channels/{channel.id}"),
        ("GET", f"/channels/{channel.id}/messages"),
        ("POST", f"/channels/{channel.id}/messages"),
        ("PATCH", message),
        ("DELETE", message),
        ("POST", f"{message}/threads"),
        ("PATCH", f"/channels/{thread.id}"),
        ("PUT", f"/channels/{thread.id}/thread-members/@me"),
    ):
        assert (await api.call(method, path, {} if method in ("POST", "PATCH") else None)).code == (403, 50001), path
    application = f"/applications/{discord.state.application.id}/guilds/{guild.id}/commands"
    whole = f"/guilds/{guild.id}"
    for path in (whole, f"{whole}/channels", f"{whole}/roles", f"{whole}/members/{ana.id}", application):
        assert (await api.call("GET", path)).code == (404, 10004), path
    told = len(bot.events)
    await ana.say(channel, "among us")
    guild.add_role("Crew")
    assert [name for name, _ in bot.events[told:]] == []


async def test_it_comes_back(api: Api, bot: Bot, guild: Guild, channel: Channel) -> None:
    guild.remove_bot()
    guild.add_bot()
    told = bot.told("GUILD_CREATE")[-1]
    assert "unavailable" not in told
    assert [one["id"] for one in told["channels"]] == [str(channel.id)]
    assert (await api.send(channel)).status == 200


async def test_it_leaves(api: Api, bot: Bot, guild: Guild) -> None:
    path = f"/users/@me/guilds/{guild.id}"
    assert (await api.call("DELETE", path)).status == 204
    assert bot.told("GUILD_DELETE") == [{"id": str(guild.id)}]
    assert (await api.call("DELETE", path)).code == (404, 10004)
    assert (await api.call("GET", "/users/@me/guilds")).body == []


async def test_an_outage_is_told_and_nothing_in_it(
    bot: Bot, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    bot.events.clear()
    guild.set_available(False)
    await ana.say(channel, "is anybody there?")
    guild.add_channel("meanwhile")
    guild.set_available(True)
    assert [name for name, _ in bot.events] == ["GUILD_DELETE", "GUILD_CREATE"]
    assert bot.told("GUILD_DELETE") == [{"id": str(guild.id), "unavailable": True}]
    (back,) = bot.told("GUILD_CREATE")
    assert back["unavailable"] is False
    assert [one["name"] for one in back["channels"]] == ["general", "meanwhile"]


async def test_a_server_changes_hands(api: Api, bot: Bot, guild: Guild, ana: driver.Member) -> None:
    guild.hand_over(ana.user)
    guild.rename("Cinema")
    told = [(one["owner_id"], one["name"]) for one in bot.told("GUILD_UPDATE")]
    assert told == [(str(ana.id), "Film club"), (str(ana.id), "Cinema")]
    assert (await api.call("GET", f"/guilds/{guild.id}")).body["owner_id"] == str(ana.id)


async def test_the_real_client_tells_them_apart(discord: Discord, guild: Guild) -> None:
    away = discord.add_guild("Away")
    away.set_available(False)
    async with logged_in(discord) as client:
        heard: list[tuple[str, int]] = []

        async def joined(one: library.Guild) -> None:
            heard.append(("join", one.id))

        async def removed(one: library.Guild) -> None:
            heard.append(("remove", one.id))

        async def lost(one: library.Guild) -> None:
            heard.append(("unavailable", one.id))

        async def found(one: library.Guild) -> None:
            heard.append(("available", one.id))

        for name, listener in (("join", joined), ("remove", removed), ("unavailable", lost), ("available", found)):
            client.add_listener(listener, f"on_guild_{name}")
        away.set_available(True)
        await driver.wait_for(lambda: heard)
        fresh = discord.add_guild("Fresh")
        guild.set_available(False)
        guild.set_available(True)
        await driver.wait_for(lambda: len(heard) == 4)
        known = client.get_guild(fresh.id)
        assert known
        await known.leave()
        await driver.wait_for(lambda: len(heard) == 5)
        with pytest.raises(library.NotFound):
            await client.fetch_guild(fresh.id)
        assert heard == [
            ("available", away.id),
            ("join", fresh.id),
            ("unavailable", guild.id),
            ("available", guild.id),
            ("remove", fresh.id),
        ]
