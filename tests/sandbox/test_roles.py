"""Roles and members: what moderators change is told to the bot, and holds in everything it is sent from then on."""

import time

import discord as library
import pytest

from sandbox import driver
from sandbox.discord import Channel, Discord, Guild, Permissions
from sandbox.discord.permissions import permissions_in

from .conftest import Api, Bot
from .real_client import Bot as RealBot
from .real_client import logged_in

P = Permissions


def test_roles_come_change_and_go(bot: Bot, guild: Guild) -> None:
    crew = guild.add_role("Crew", P.MANAGE_MESSAGES)
    crew.rename("Cast")
    crew.permissions = P.NONE
    crew.delete()
    assert [one["role"]["name"] for one in bot.told("GUILD_ROLE_CREATE")] == ["Crew"]
    assert [one["role"]["name"] for one in bot.told("GUILD_ROLE_UPDATE")] == ["Cast", "Cast"]
    assert bot.told("GUILD_ROLE_UPDATE")[-1]["role"]["permissions"] == "0"
    assert bot.told("GUILD_ROLE_DELETE") == [{"guild_id": str(guild.id), "role_id": str(crew.id)}]


def test_some_roles_stay(guild: Guild) -> None:
    for role in (guild.everyone, guild.bot_role):
        with pytest.raises(ValueError, match="cannot be deleted"):
            role.delete()


def test_a_role_that_goes_is_gone_everywhere(guild: Guild, channel: Channel, ana: driver.Member) -> None:
    crew, boss = guild.add_role("Crew", P.MANAGE_MESSAGES), guild.add_role("Boss")
    guild.give_role(ana.user, crew)
    guild.give_role(ana.user, boss)
    channel.set_overwrite(crew, allow=P.MANAGE_THREADS)
    assert P.MANAGE_MESSAGES | P.MANAGE_THREADS in permissions_in(channel, ana.user)
    crew.delete()
    assert guild.members[ana.id].role_ids == {boss.id}
    assert not permissions_in(channel, ana.user) & (P.MANAGE_MESSAGES | P.MANAGE_THREADS)
    assert channel.overwrites == {}
    later = guild.add_role("Later")
    assert later.position not in {role.position for role in guild.roles.values() if role is not later}


async def test_what_a_member_is_follows_everywhere(
    api: Api, bot: Bot, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    crew = guild.add_role("Crew", P.MANAGE_MESSAGES)
    guild.give_role(ana.user, crew)
    bot.answers.append({"type": 4, "data": {"content": "ok"}})
    await ana.run(channel, "video", prompt="x")
    assert bot.interaction["member"]["roles"] == [str(crew.id)]
    assert P.MANAGE_MESSAGES in P(int(bot.interaction["member"]["permissions"]))
    await ana.say(channel, "hello")
    assert bot.told("MESSAGE_CREATE")[-1]["member"]["roles"] == [str(crew.id)]
    path = f"/guilds/{guild.id}/members/{ana.id}"
    assert (await api.call("GET", path)).body["roles"] == [str(crew.id)]
    guild.take_role(ana.user, crew)
    assert (await api.call("GET", path)).body["roles"] == []


async def test_one_role_is_read(api: Api, guild: Guild) -> None:
    crew = guild.add_role("Crew")
    assert (await api.call("GET", f"/guilds/{guild.id}/roles/{crew.id}")).body["name"] == "Crew"
    crew.delete()
    assert (await api.call("GET", f"/guilds/{guild.id}/roles/{crew.id}")).code == (404, 10011)


async def test_since_when_somebody_is_here(api: Api, discord: Discord, guild: Guild) -> None:
    crew = guild.add_role("Crew")
    old = driver.join(discord, guild, "Old", roles=(crew,), joined_at=86_400.0)
    found = (await api.call("GET", f"/guilds/{guild.id}/members/{old.id}")).body
    assert (found["joined_at"], found["roles"]) == ("1970-01-02T00:00:00+00:00", [str(crew.id)])
    fresh = driver.join(discord, guild, "Fresh")
    assert guild.members[fresh.id].joined_at == pytest.approx(time.time(), abs=60)


async def test_who_leaves_is_unknown(api: Api, bot: Bot, guild: Guild, channel: Channel, ana: driver.Member) -> None:
    guild.dismiss(ana.user)
    assert [one["user"]["id"] for one in bot.told("GUILD_MEMBER_REMOVE")] == [str(ana.id)]
    assert (await api.call("GET", f"/guilds/{guild.id}/members/{ana.id}")).code == (404, 10007)
    assert permissions_in(channel, ana.user) == P.NONE


def test_a_channel_tells_of_its_overwrites(bot: Bot, guild: Guild, channel: Channel, ana: driver.Member) -> None:
    crew = guild.add_role("Crew")
    channel.set_overwrite(crew, deny=P.SEND_MESSAGES)
    channel.set_overwrite(ana.user, allow=P.SEND_MESSAGES)
    channel.clear_overwrite(crew)
    told = [[(o["type"], o["id"]) for o in one["permission_overwrites"]] for one in bot.told("CHANNEL_UPDATE")]
    role, member = (0, str(crew.id)), (1, str(ana.id))
    assert told == [[role], [role, member], [member]]


async def test_the_real_client_keeps_up(discord: Discord, guild: Guild, channel: Channel) -> None:
    async with logged_in(discord) as client:
        crew = guild.add_role("Crew", P.MANAGE_MESSAGES)
        guild.give_role(guild.bot, crew)
        here = known_guild(client, guild)
        await driver.wait_for(lambda: here.me.get_role(crew.id))
        assert here.me.guild_permissions.manage_messages
        channel.set_overwrite(crew, deny=P.MANAGE_MESSAGES)
        place = here.get_channel(channel.id)
        assert isinstance(place, library.TextChannel)
        await driver.wait_for(lambda: not place.permissions_for(here.me).manage_messages)
        crew.delete()
        await driver.wait_for(lambda: here.get_role(crew.id) is None)
        assert not here.me.guild_permissions.manage_messages
        assert client.errors == []


def known_guild(client: RealBot, guild: Guild) -> library.Guild:
    found = client.get_guild(guild.id)
    assert found
    return found
