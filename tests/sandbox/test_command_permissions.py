"""Command permissions: what managers set under Integrations is read, heard of, and kept to by Discord's own client."""

from collections.abc import Mapping

import discord as library
import pytest

from sandbox import driver
from sandbox.discord import Channel, Discord, Guild, Permissions
from sandbox.discord.command_permissions import AllChannels, Target

from .conftest import COMMANDS, HELLO, Api, Bot
from .real_client import logged_in

P = Permissions


def path(discord: Discord, guild: Guild, command: int | None = None) -> str:
    base = f"/applications/{discord.state.application.id}/guilds/{guild.id}/commands"
    return f"{base}/{command}/permissions" if command else f"{base}/permissions"


def number(discord: Discord, name: str) -> int:
    return next(int(one["id"]) for one in discord.state.commands[None] if one["name"] == name)


async def test_where_nothing_is_set(bot: Bot, api: Api, discord: Discord, guild: Guild) -> None:
    video = number(discord, "video")
    assert (await api.call("GET", path(discord, guild))).body == []
    assert (await api.call("GET", path(discord, guild, video))).code == (404, 10066)
    assert (await api.call("GET", path(discord, guild, 5))).code == (404, 10063)
    assert (await api.call("GET", path(discord, guild, discord.state.application.id))).code == (404, 10066)
    assert (await api.call("PUT", path(discord, guild, video), {"permissions": []})).code == (403, 20001)
    guild.remove_bot()
    assert (await api.call("GET", path(discord, guild))).code == (404, 10004)


async def test_what_is_set_is_read_and_heard(
    bot: Bot, api: Api, discord: Discord, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    discord.state.set_permissions(guild, {guild.everyone: False, ana.user: True}, command="video")
    discord.state.set_permissions(guild, {AllChannels(guild=guild): False, channel: True})
    video, application = number(discord, "video"), discord.state.application.id
    own = {
        "id": str(video),
        "application_id": str(application),
        "guild_id": str(guild.id),
        "permissions": [
            {"id": str(guild.id), "type": 1, "permission": False},
            {"id": str(ana.id), "type": 2, "permission": True},
        ],
    }
    whole = {
        **own,
        "id": str(application),
        "permissions": [
            {"id": str(guild.id - 1), "type": 3, "permission": False},
            {"id": str(channel.id), "type": 3, "permission": True},
        ],
    }
    assert (await api.call("GET", path(discord, guild))).body == [own, whole]
    assert (await api.call("GET", path(discord, guild, video))).body == own
    assert (await api.call("GET", path(discord, guild, application))).body == whole
    assert bot.told("APPLICATION_COMMAND_PERMISSIONS_UPDATE") == [own, whole]
    discord.state.set_permissions(guild, {}, command="video")
    assert (await api.call("GET", path(discord, guild, video))).code == (404, 10066)


def test_nothing_beyond_discord(bot: Bot, discord: Discord, guild: Guild) -> None:
    with pytest.raises(KeyError):
        discord.state.set_permissions(guild, {}, command="absent")
    with pytest.raises(ValueError, match="at most 100"):
        discord.state.set_permissions(guild, {guild.add_member(str(one)): True for one in range(101)})


CASES: Mapping[str, tuple[dict[str, bool], dict[str, bool], bool]] = {
    "nothing is set": ({}, {}, True),
    "off for everybody": ({"everyone": False}, {}, False),
    "off for everybody, on for her": ({"everyone": False, "ana": True}, {}, True),
    "off for everybody, on for a role": ({"everyone": False, "crew": True}, {}, True),
    "off for a role": ({"crew": False}, {}, False),
    "the kinder role counts": ({"crew": False, "cast": True}, {}, True),
    "the person counts before roles": ({"crew": True, "ana": False}, {}, False),
    "a role she has not": ({"everyone": False, "others": True}, {}, False),
    "off in all channels": ({"channels": False}, {}, False),
    "off in all channels but here": ({"channels": False, "here": True}, {}, True),
    "off here": ({"here": False, "ana": True}, {}, False),
    "the command overrides the application": ({"everyone": True}, {"everyone": False}, True),
    "the application's other words hold": ({"cast": True}, {"everyone": False, "crew": False}, True),
    "the application alone": ({}, {"everyone": False, "crew": True}, True),
    "a channel of the command beside those of the application": ({"here": True}, {"channels": False}, True),
}


@pytest.mark.parametrize("name", CASES)
async def test_discord_itself_keeps_to_them(
    bot: Bot, discord: Discord, guild: Guild, channel: Channel, ana: driver.Member, name: str
) -> None:
    crew, cast = guild.add_role("Crew"), guild.add_role("Cast")
    guild.set_roles(ana.user, crew, cast)
    targets: dict[str, Target] = {
        "everyone": guild.everyone,
        "ana": ana.user,
        "crew": crew,
        "cast": cast,
        "others": guild.add_role("Others"),
        "channels": AllChannels(guild=guild),
        "here": channel,
    }
    own, whole, allowed = CASES[name]
    discord.state.set_permissions(guild, {targets[one]: may for one, may in own.items()}, command="video")
    discord.state.set_permissions(guild, {targets[one]: may for one, may in whole.items()})
    bot.answers.append(HELLO)
    if allowed:
        assert (await ana.run(channel, "video", prompt="x")).kind == "message"
        return
    with pytest.raises(driver.DriverError, match="hidden from Ana"):
        await ana.run(channel, "video", prompt="x")
    assert not bot.told("INTERACTION_CREATE")


async def test_a_thread_is_as_open_as_its_channel_and_menus_obey(
    bot: Bot, discord: Discord, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    said = await ana.say(channel, "x")
    thread = await ana.open_thread(channel, "inside", on=said)
    discord.state.set_permissions(guild, {channel: False})
    with pytest.raises(driver.DriverError, match="hidden"):
        await ana.run(thread, "video", prompt="x")
    with pytest.raises(driver.DriverError, match="hidden"):
        await ana.use(said, "Animate")
    with pytest.raises(driver.DriverError, match="hidden"):
        await ana.autocomplete(channel, "video", "model", "x")


async def test_who_runs_the_server_and_private_messages_are_free(
    bot: Bot, discord: Discord, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    discord.state.set_permissions(guild, {guild.everyone: False, AllChannels(guild=guild): False})
    bot.answers += [HELLO, HELLO]
    assert (await ana.run(ana.direct, "video", prompt="x")).kind == "message"
    guild.give_role(ana.user, guild.add_role("Boss", P.ADMINISTRATOR))
    assert (await ana.run(channel, "video", prompt="x")).kind == "message"


async def test_buttons_mentions_and_replies_do_not_obey(
    bot: Bot, discord: Discord, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    button = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}
    card = {"content": "card", "components": [{"type": 1, "components": [button]}]}
    bot.answers += [{"type": 4, "data": card}, HELLO]
    message = (await ana.run(channel, "video", prompt="x")).message
    assert message
    discord.state.set_permissions(guild, {guild.everyone: False})
    assert (await ana.press(message, "Go")).kind == "message"
    await ana.say(channel, guild.bot.mention, reply_to=message)
    assert bot.told("MESSAGE_CREATE")[-1]["content"] == guild.bot.mention


@pytest.mark.parametrize(
    ("needed", "has", "allowed"),
    [
        ("0", P.MANAGE_GUILD, False),
        ("0", P.ADMINISTRATOR, True),
        ("32", P.NONE, False),
        ("32", P.MANAGE_GUILD, True),
        (None, P.NONE, True),
    ],
)
async def test_what_the_command_asks_for_itself(
    bot: Bot,
    api: Api,
    discord: Discord,
    guild: Guild,
    channel: Channel,
    ana: driver.Member,
    needed: str | None,
    has: Permissions,
    allowed: bool,
) -> None:
    guild.give_role(ana.user, guild.add_role("Crew", has))
    command = {**COMMANDS[1], "default_member_permissions": needed}
    await api.call("PUT", f"/applications/{discord.state.application.id}/commands", [command])
    bot.answers.append(HELLO)
    if allowed:
        assert (await ana.run(channel, "jobs list")).kind == "message"
        return
    with pytest.raises(driver.DriverError, match="hidden"):
        await ana.run(channel, "jobs list")
    discord.state.set_permissions(guild, {ana.user: True}, command="jobs")
    assert (await ana.run(channel, "jobs list")).kind == "message"


async def test_the_real_client_reads_and_hears(
    discord: Discord, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    async with logged_in(discord) as client:
        heard: list[library.RawAppCommandPermissionsUpdateEvent] = []

        async def hear(update: library.RawAppCommandPermissionsUpdateEvent) -> None:
            heard.append(update)

        client.add_listener(hear, "on_raw_app_command_permissions_update")
        here = client.get_guild(guild.id)
        assert here
        command = next(one for one in await client.tree.fetch_commands() if one.name == "video")
        with pytest.raises(library.NotFound):
            await command.fetch_permissions(here)
        discord.state.set_permissions(
            guild,
            {AllChannels(guild=guild): False, channel: True, guild.everyone: False, ana.user: True},
            command="video",
        )
        found = (await command.fetch_permissions(here)).permissions
        assert isinstance(found[0].target, library.app_commands.AllChannels)
        assert [(one.id, one.type.name, one.permission) for one in found[1:]] == [
            (channel.id, "channel", True),
            (guild.id, "role", False),
            (ana.id, "user", True),
        ]
        await driver.wait_for(lambda: heard)
        assert (heard[0].target_id, len(heard[0].permissions)) == (command.id, 4)
