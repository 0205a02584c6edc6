"""Pins: who may make them, how many there are, what is told of them, and how they are read page by page."""

import discord as library
import pytest

from sandbox import driver
from sandbox.discord import Channel, Discord, Guild, Intents, MessageType, Permissions
from sandbox.discord.events import Event
from sandbox.discord.pins import PINS_MOST
from sandbox.discord.threads import set_archived

from .conftest import Api, Bot, Reply
from .real_client import logged_in

P = Permissions


@pytest.fixture(autouse=True)
def may_pin(guild: Guild) -> None:
    guild.bot_role.granted |= P.PIN_MESSAGES


async def pin(api: Api, channel: Channel, message_id: object, method: str = "PUT") -> Reply:
    return await api.call(method, f"/channels/{channel.id}/messages/pins/{message_id}")


async def pins(api: Api, channel: Channel, **params: str) -> Reply:
    return await api.call("GET", f"/channels/{channel.id}/messages/pins", params=params)


async def test_a_pin_is_told_of_by_event_and_by_a_message_of_discords_own(
    api: Api, bot: Bot, guild: Guild, channel: Channel
) -> None:
    card = (await api.send(channel, "board")).body
    assert (await pin(api, channel, card["id"])).status == 204
    [told] = bot.told("CHANNEL_PINS_UPDATE")
    assert (told["channel_id"], told["guild_id"]) == (str(channel.id), str(guild.id))
    [found] = (await pins(api, channel)).body["items"]
    assert found["message"]["id"] == card["id"] and found["message"]["pinned"] is True
    shown = (await api.call("GET", f"/channels/{channel.id}")).body
    assert told["last_pin_timestamp"] == found["pinned_at"] == shown["last_pin_timestamp"]
    assert bot.told("MESSAGE_UPDATE")[-1]["pinned"] is True
    note = bot.told("MESSAGE_CREATE")[-1]
    assert (note["type"], note["content"]) == (6, "") and "referenced_message" not in note
    here = {"channel_id": str(channel.id), "guild_id": str(guild.id), "message_id": card["id"], "type": 0}
    assert note["message_reference"] == here


async def test_a_second_time_changes_nothing(api: Api, bot: Bot, channel: Channel) -> None:
    card = (await api.send(channel, "board")).body
    for _ in range(2):
        assert (await pin(api, channel, card["id"])).status == 204
    assert [message.type for message in channel.history] == [MessageType.DEFAULT, MessageType.PINNED]
    for _ in range(2):
        assert (await pin(api, channel, card["id"], "DELETE")).status == 204
    assert len(bot.told("CHANNEL_PINS_UPDATE")) == 2
    assert bot.told("CHANNEL_PINS_UPDATE")[-1]["last_pin_timestamp"] is None
    assert channel.pinned == [] and len(channel.history) == 2


async def test_the_right_to_manage_messages_is_none_to_pin(api: Api, guild: Guild, channel: Channel) -> None:
    card = (await api.send(channel, "board")).body
    guild.bot_role.granted = guild.bot_role.granted & ~P.PIN_MESSAGES | P.MANAGE_MESSAGES
    for method in ("PUT", "DELETE"):
        assert (await pin(api, channel, card["id"], method)).code == (403, 50013)
    channel.set_overwrite(guild.bot_role, deny=P.VIEW_CHANNEL)
    assert (await pins(api, channel)).code == (403, 50001)


async def test_what_cannot_be_pinned(api: Api, channel: Channel) -> None:
    assert (await pin(api, channel, 5)).code == (404, 10008)
    card = (await api.send(channel, "board")).body
    await pin(api, channel, card["id"])
    note = channel.history[-1]
    assert (await pin(api, channel, note.id)).code == (403, 50021)
    opened = await api.call("POST", f"/channels/{channel.id}/messages/{card['id']}/threads", {"name": "brief"})
    thread = api.discord.state.channels[int(opened.body["id"])]
    board = (await api.send(thread, "board")).body
    set_archived(thread, archived=True)
    assert (await pin(api, thread, board["id"])).code == (400, 50083)
    set_archived(thread, archived=False)
    assert (await pin(api, thread, board["id"])).status == 204


async def test_there_are_250_at_most_and_50_on_a_page(api: Api, channel: Channel, ana: driver.Member) -> None:
    api.discord.limits.enforced = False
    said = [await ana.say(channel, str(number)) for number in range(PINS_MOST + 1)]
    for message in said[:-1]:
        assert (await pin(api, channel, message.id)).status == 204
    assert (await pin(api, channel, said[-1].id)).code == (400, 30003)
    seen: list[str] = []
    page = (await pins(api, channel)).body
    while True:
        seen += [item["message"]["id"] for item in page["items"]]
        if not page["has_more"]:
            break
        assert len(page["items"]) == 50
        page = (await pins(api, channel, before=page["items"][-1]["pinned_at"])).body
    assert seen == [str(message.id) for message in reversed(said[:-1])]
    assert (await pin(api, channel, said[0].id, "DELETE")).status == 204
    assert (await pin(api, channel, said[-1].id)).status == 204


@pytest.mark.parametrize("params", [{"limit": "51"}, {"limit": "0"}, {"before": "yesterday"}])
async def test_bad_questions_are_refused(api: Api, channel: Channel, params: dict[str, str]) -> None:
    assert (await pins(api, channel, **params)).code == (400, 50035)


async def test_without_the_history_no_pins_are_shown(api: Api, guild: Guild, channel: Channel) -> None:
    await pin(api, channel, (await api.send(channel, "board")).body["id"])
    channel.set_overwrite(guild.bot_role, deny=P.READ_MESSAGE_HISTORY)
    assert (await pins(api, channel)).body == {"items": [], "has_more": False}


async def test_a_pinned_message_that_is_deleted_is_pinned_no_longer_and_nothing_is_told_of_that(
    api: Api, bot: Bot, channel: Channel
) -> None:
    card = (await api.send(channel, "board")).body
    await pin(api, channel, card["id"])
    await api.call("DELETE", f"/channels/{channel.id}/messages/{card['id']}")
    assert (await pins(api, channel)).body["items"] == []
    assert len(bot.told("CHANNEL_PINS_UPDATE")) == 1


async def test_it_is_told_to_whoever_hears_of_guilds_or_of_direct_messages(
    api: Api, channel: Channel, ana: driver.Member
) -> None:
    heard: list[Event] = []
    api.discord.state.tell.listeners.append(heard.append)
    for place in (channel, ana.direct):
        await pin(api, place, (await api.send(place, "board")).body["id"])
    told = [event for event in heard if event.name == "CHANNEL_PINS_UPDATE"]
    assert [event.intent for event in told] == [Intents.GUILDS, Intents.DIRECT_MESSAGES]
    assert "guild_id" not in told[1].payload(Intents.VALID)


async def test_members_pin_who_may(api: Api, guild: Guild, channel: Channel, ana: driver.Member) -> None:
    said = await ana.say(channel, "look")
    with pytest.raises(driver.DriverError, match="Ana may not pin"):
        await ana.pin(said)
    mia = driver.join(api.discord, guild, "Mia", moderator=True)
    await mia.pin(said)
    assert channel.pinned == [said]
    assert channel.history[-1].author is mia.user
    await mia.pin(said, pinned=False)
    assert channel.pinned == []
    # in private everybody may
    told = await ana.say(ana.direct, "look")
    await ana.pin(told)
    assert ana.direct.pinned == [told]


async def test_the_real_client_pins_reads_and_takes_away(discord: Discord, channel: Channel) -> None:
    async with logged_in(discord) as client:
        place = client.get_channel(channel.id)
        assert isinstance(place, library.TextChannel)
        cards = [await place.send(str(number)) for number in range(3)]
        for card in cards:
            await card.pin()
        assert [pinned.content async for pinned in place.pins()] == ["2", "1", "0"]
        [note] = [message async for message in place.history(limit=1)]
        assert note.type is library.MessageType.pins_add
        assert note.reference and note.reference.message_id == cards[2].id
        await cards[1].unpin()
        assert [pinned.content async for pinned in place.pins(limit=1)] == ["2"]
        assert [one.content for one in channel.pinned] == ["2", "0"]
        assert discord.record.warnings == [] and client.errors == []
