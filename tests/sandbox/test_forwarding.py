"""Forwarded messages and link previews: what people share is told as Discord tells it."""

from collections.abc import AsyncIterator
from typing import Any

import discord as library
import pytest

from sandbox import driver
from sandbox.discord import Channel, ChannelType, Discord, Guild, Intents, Limits, Message, Permissions, Preview, Upload
from sandbox.discord.errors import DriverError
from tests import discord_openapi, pictures
from tests.sandbox import real_client
from tests.sandbox.conftest import Api, Bot

PICTURE = Upload.named("boat.png", pictures.png((64, 36)))
LINK = "https://example.org/boat.png"
PAGE = "https://example.org/boats"
SHARED = Preview(link=LINK, picture=PICTURE)
ARTICLE = Preview(link=PAGE, picture=PICTURE, title="Boats", slot="image")
MESSAGE = "/components/schemas/MessageResponse"


@pytest.fixture
def elsewhere(guild: Guild) -> Channel:
    return guild.add_channel("elsewhere")


def problems(message: dict[str, Any]) -> list[str]:
    """What Discord's description has against a message."""
    description = discord_openapi.load()
    if description is None:
        pytest.skip(discord_openapi.ABSENT)
    return description.answers.problems(MESSAGE, message)


async def read(api: Api, message: Message) -> dict[str, Any]:
    """The message by the HTTP API, as a bot that may read content gets it."""
    api.discord.state.application.privileged = Intents.MESSAGE_CONTENT
    found = await api.call("GET", f"/channels/{message.channel_id}/messages/{message.id}")
    assert found.status == 200
    return dict(found.body)


async def test_a_forwarded_message_carries_a_copy(
    api: Api, bot: Bot, channel: Channel, elsewhere: Channel, ana: driver.Member
) -> None:
    said = await ana.say(channel, f"look {LINK}", files=[PICTURE], links=[SHARED])
    forwarded = await ana.forward(said, elsewhere)
    (menu,) = (await used(bot, ana, forwarded)).values()
    assert (menu["type"], menu["content"], menu["attachments"], menu["embeds"]) == (0, "", [], [])
    assert menu["flags"] & 1 << 14
    assert menu["message_reference"] == {
        "type": 1,
        "channel_id": str(channel.id),
        "guild_id": str(channel.guild and channel.guild.id),
        "message_id": str(said.id),
    }
    assert "referenced_message" not in menu
    (snapshot,) = menu["message_snapshots"]
    assert snapshot["message"].keys() == {
        "type",
        "content",
        "embeds",
        "attachments",
        "components",
        "mentions",
        "mention_roles",
        "timestamp",
        "edited_timestamp",
        "flags",
    }
    assert snapshot["message"]["content"] == f"look {LINK}"
    assert snapshot["message"]["embeds"][0]["thumbnail"]["width"] == 64
    assert await ana.download(snapshot["message"]["attachments"][0]["url"]) == PICTURE.data
    assert problems(menu) == []


async def used(bot: Bot, ana: driver.Member, message: Message) -> dict[str, Any]:
    """The messages a message command is given."""
    bot.answers.append({"type": 4, "data": {"content": "hello"}})
    await ana.use(message, "Animate")
    return dict(bot.interaction["data"]["resolved"]["messages"])


async def test_its_content_is_hidden_like_any_other(
    bot: Bot, channel: Channel, elsewhere: Channel, ana: driver.Member
) -> None:
    said = await ana.say(channel, "look", files=[PICTURE])
    await ana.forward(said, elsewhere)
    (snapshot,) = bot.told("MESSAGE_CREATE")[-1]["message_snapshots"]
    assert (snapshot["message"]["content"], snapshot["message"]["attachments"]) == ("", [])
    await ana.forward(said, ana.direct)
    (snapshot,) = bot.told("MESSAGE_CREATE")[-1]["message_snapshots"]
    assert snapshot["message"]["content"] == "look"


async def test_a_copy_outlives_the_original(api: Api, channel: Channel, elsewhere: Channel, ana: driver.Member) -> None:
    said = await ana.say(channel, "look", files=[PICTURE])
    first = await ana.forward(said, elsewhere)
    again = await ana.forward(first, channel)
    await ana.delete(said)
    await ana.delete(first)
    body = await read(api, again)
    assert body["message_reference"]["message_id"] == str(first.id)
    file = body["message_snapshots"][0]["message"]["attachments"][0]
    assert await ana.download(file["url"]) == PICTURE.data
    await ana.delete(again)
    async with api.session.get(file["url"]) as response:
        assert response.status == 404


async def test_a_bots_card_is_forwarded_with_its_picture(
    api: Api, channel: Channel, elsewhere: Channel, ana: driver.Member
) -> None:
    card = {"embeds": [{"title": "A boat", "image": {"url": "attachment://boat.png"}}]}
    sent = await api.call("POST", f"/channels/{channel.id}/messages", card, files={0: PICTURE})
    assert sent.status == 200
    (message,) = channel.messages.values()
    body = await read(api, await ana.forward(message, elsewhere))
    (embed,) = body["message_snapshots"][0]["message"]["embeds"]
    assert await ana.download(embed["image"]["url"]) == PICTURE.data
    assert problems(body) == []


async def test_what_no_client_forwards(guild: Guild, channel: Channel, elsewhere: Channel, ana: driver.Member) -> None:
    said = await ana.say(channel, "look")
    thread = await ana.open_thread(channel, "a boat", on=said)
    starter = next(iter(thread.messages.values()))
    with pytest.raises(DriverError, match="cannot be forwarded"):
        await ana.forward(starter, elsewhere)
    with pytest.raises(DriverError, match="may not forward"):
        await ana.forward(said, guild.add_channel("ideas", ChannelType.FORUM))
    elsewhere.set_overwrite(guild.everyone, deny=Permissions.SEND_MESSAGES)
    with pytest.raises(DriverError, match="may not forward"):
        await ana.forward(said, elsewhere)
    channel.set_overwrite(guild.everyone, deny=Permissions.VIEW_CHANNEL)
    with pytest.raises(DriverError, match="does not see"):
        await ana.forward(said, elsewhere)


@pytest.mark.parametrize(
    ("preview", "kind", "slot", "link"),
    [(SHARED, "image", "thumbnail", LINK), (ARTICLE, "article", "image", f"{PAGE}/boat.png")],
)
async def test_a_link_is_previewed_a_moment_later(
    api: Api, bot: Bot, channel: Channel, ana: driver.Member, preview: Preview, kind: str, slot: str, link: str
) -> None:
    said = await ana.say(channel, f"look {preview.link}", links=[preview])
    body = await read(api, said)
    (embed,) = body["embeds"]
    assert (embed["type"], embed["url"], embed.get("title")) == (kind, preview.link, preview.title)
    media = embed[slot]
    assert (media["url"], media["width"], media["height"], media["content_type"]) == (link, 64, 36, "image/png")
    assert await ana.download(media["proxy_url"]) == PICTURE.data
    assert body["edited_timestamp"] is None
    assert [told["id"] for told in bot.told("MESSAGE_UPDATE")] == [str(said.id)]
    assert bot.told("MESSAGE_UPDATE")[0]["embeds"] == []
    assert problems(body) == []


async def test_a_link_is_previewed_only_where_it_may(guild: Guild, channel: Channel, ana: driver.Member) -> None:
    with pytest.raises(DriverError, match="not in the message"):
        await ana.say(channel, "look", links=[SHARED])
    channel.set_overwrite(guild.everyone, deny=Permissions.EMBED_LINKS)
    assert (await ana.say(channel, LINK, links=[SHARED])).previews == []


async def test_an_altered_proxy_link_is_dead(api: Api, channel: Channel, ana: driver.Member) -> None:
    said = await ana.say(channel, LINK, links=[SHARED])
    link = said.previews[0]["thumbnail"]["proxy_url"].replace("boat", "other")
    async with api.session.get(link) as response:
        assert response.status == 404


async def test_the_transcript_shows_what_was_shared(channel: Channel, elsewhere: Channel, ana: driver.Member) -> None:
    said = await ana.say(channel, f"look {PAGE}", links=[ARTICLE])
    await ana.forward(said, elsewhere)
    assert driver.transcript(elsewhere).splitlines() == [
        "# elsewhere",
        "Ana: ",
        f"  ↪ Ana: look {PAGE}",
        "  ↪   │ Boats",
        f"  ↪   │ [image: {PAGE}/boat.png]",
    ]


@pytest.fixture
async def quick() -> AsyncIterator[Discord]:
    async with Discord(limits=Limits.lax()) as running:
        yield running


async def test_the_real_client_finds_the_pictures(quick: Discord) -> None:
    guild = quick.add_guild("Studio")
    place, other = guild.add_channel("dailies"), guild.add_channel("other")
    ana = driver.join(quick, guild, "Ana")
    async with real_client.logged_in(quick) as bot:
        said = await ana.say(place, f"{LINK} {PAGE}", files=[PICTURE], links=[SHARED, ARTICLE])
        links = [said.previews[0]["thumbnail"]["proxy_url"], said.previews[1]["image"]["proxy_url"]]
        for message in (said, await ana.forward(said, other)):
            answer = await ana.use(message, "Animate this picture")
            assert answer.message
            assert answer.message.content.splitlines() == ["boat.png", *links]
        channel = bot.get_channel(other.id)
        assert isinstance(channel, library.TextChannel)
        (fetched,) = [each async for each in channel.history()]
        assert fetched.reference
        assert fetched.reference.type is library.MessageReferenceType.forward
        assert fetched.message_snapshots[0].cached_message is None
        assert fetched.message_snapshots[0].created_at.timestamp() == pytest.approx(said.made_at, abs=1)
        assert bot.errors == []
