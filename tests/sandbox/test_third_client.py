"""discord.js, which most bots are written with, logs in and does what a bot does; where there is Node."""

import os
from collections.abc import AsyncIterator

import pytest

from sandbox.discord import Channel, ChannelType, Discord, Guild, Upload
from sandbox.driver import Member, join, wait_for
from tests.sandbox import third_client
from tests.sandbox.third_client import ThirdClient

pytestmark = pytest.mark.skipif(
    bool(third_client.absent()) and "REQUIRE_NODE" not in os.environ, reason=str(third_client.absent())
)

IGNORED = {"enforce_nonce", "type"}
"""Fields that it sends also where Discord knows none of that name."""


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    """Everything that is asked of it has to be answered, and no field ignored but those known."""
    async with Discord() as discord:
        discord.add_guild("Studio").add_channel("dailies")
        yield discord
    assert [(one.method, one.path, one.answer) for one in discord.record if not 200 <= one.status < 300] == []
    assert {warning.split(": ")[1].split(".")[-1] for warning in discord.record.warnings} <= IGNORED


@pytest.fixture
def guild(discord: Discord) -> Guild:
    return next(iter(discord.state.guilds.values()))


@pytest.fixture
def place(guild: Guild) -> Channel:
    return guild.channels[0]


@pytest.fixture
def ana(discord: Discord, guild: Guild) -> Member:
    return join(discord, guild, "Ana")


@pytest.fixture
async def third(discord: Discord, ana: Member) -> AsyncIterator[ThirdClient]:
    async with third_client.logged_in(discord) as client:
        yield client


async def test_it_does_what_a_bot_does(third: ThirdClient, place: Channel, ana: Member) -> None:
    assert third.of("ready") == [{"event": "ready", "guilds": ["Studio"], "commands": ["video", "post"]}]
    suggested = await ana.autocomplete(place, "video", "model", "so", prompt="a boat")
    assert [choice["name"] for choice in suggested] == ["sora"]

    answer = await ana.run(place, "video", prompt="a boat", image=Upload.named("a.png", b"1"))
    card = answer.message
    assert card and card.embeds[0]["description"] == "a boat a.png"
    shown = await third.until("shown")
    assert shown["id"] == str(card.id) and await ana.download(shown["image"]) == b"not looked at"

    assert (await ana.press(card, "Update")).kind == "update"
    assert card.embeds[0]["description"] == "updated" and card.edits == 1

    waited = await ana.press(card, "Wait")
    await wait_for(lambda: [message.deleted for message in waited.follow_ups] == [True])
    assert (card.content, waited.follow_ups[0].content) == ("waited", "even more")

    form = await ana.press(card, "Change")
    submitted = await ana.submit(form, Prompt="a kite")
    assert submitted.ephemeral and submitted.message and submitted.message.content == "a kite"

    await ana.press(card, "Thread")
    assert await third.until("posted") == {"event": "posted", "file": "clip.mp4", "messages": 3}
    assert await third.until("thread") == {"event": "thread", "archived": True}
    assert card.thread and card.thread.name == "A boat"
    assert [message.content for message in card.thread.messages.values()][1:] == ["Done", "Enjoy"]


async def test_it_opens_a_post_in_a_forum(third: ThirdClient, guild: Guild, place: Channel, ana: Member) -> None:
    forum = guild.add_channel("forum", ChannelType.FORUM)
    answer = await ana.run(place, "post", forum=forum)
    assert answer.ephemeral
    await wait_for(lambda: answer.message and answer.message.content == "opened a post")
    (post,) = forum.threads
    assert [(message.content, len(message.attachments)) for message in post.messages.values()] == [("first words", 1)]
