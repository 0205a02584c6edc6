"""The driver: refuses what no client sends, waits for what comes, and gets along with the real discord.py."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import discord as library
import pytest
from discord.ext import commands

from sandbox import driver
from sandbox.discord import Channel, ChannelType, Discord, Guild, Permissions, Upload
from sandbox.discord.errors import DriverError

from .conftest import Bot

HELLO = {"type": 4, "data": {"content": "hello"}}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"prompt": "x" * 2001},
        {"prompt": 5},
        {"prompt": "x", "seconds": 5},
        {"prompt": "x", "seconds": "long"},
        {"prompt": "x", "image": "photo.png"},
        {"prompt": "x", "colour": "red"},
    ],
)
async def test_options_no_client_would_send(
    bot: Bot, channel: Channel, ana: driver.Member, options: dict[str, Any]
) -> None:
    with pytest.raises(DriverError):
        await ana.run(channel, "video", **options)
    assert not bot.told("INTERACTION_CREATE")


async def test_commands_no_client_would_offer(
    bot: Bot, discord: Discord, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    with pytest.raises(DriverError, match="no command"):
        await ana.run(channel, "absent")
    with pytest.raises(DriverError, match="hidden"):
        await ana.run(channel, "rules")
    with pytest.raises(DriverError, match="wants one of"):
        await ana.run(channel, "jobs")
    with pytest.raises(DriverError, match="cannot be used"):
        await ana.run(guild.add_channel("ideas", ChannelType.FORUM), "video", prompt="x")
    channel.set_overwrite(guild.everyone, deny=Permissions.USE_APPLICATION_COMMANDS)
    with pytest.raises(DriverError, match="may not use"):
        await ana.run(channel, "video", prompt="x")


async def test_choice_may_be_named_and_subcommands_nest(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    bot.answers += [HELLO, HELLO]
    await ana.run(channel, "video", prompt="x", seconds="8 s")
    assert bot.interaction["data"]["options"][1] == {"name": "seconds", "type": 4, "value": 8}
    await ana.run(channel, "jobs list")
    assert bot.interaction["data"]["options"] == [{"type": 1, "name": "list", "options": []}]


async def test_attachment_is_a_short_lived_link(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    bot.answers.append(HELLO)
    await ana.run(channel, "video", prompt="x", image=Upload.named("p.png", b"png"))
    (file,) = bot.interaction["data"]["resolved"]["attachments"].values()
    assert file["ephemeral"] is True
    assert await ana.download(file["url"]) == b"png"


async def test_too_large_for_this_person(bot: Bot, discord: Discord, channel: Channel, ana: driver.Member) -> None:
    discord.limits.upload_bytes = (2, 2, 2, 2)
    with pytest.raises(DriverError, match="too powerful"):
        await ana.run(channel, "video", prompt="x", image=Upload.named("p.png", b"png"))


async def test_buttons_no_client_would_press(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    row = [
        {"type": 2, "style": 2, "label": "Off", "custom_id": "off", "disabled": True},
        {"type": 2, "style": 5, "label": "Link", "url": "https://example.com"},
    ]
    bot.answers.append({"type": 4, "data": {"content": "x", "components": [{"type": 1, "components": row}]}})
    message = (await ana.run(channel, "video", prompt="x")).message
    assert message
    for name, reason in (("Off", "disabled"), ("Link", "is a link"), ("Absent", "no button")):
        with pytest.raises(DriverError, match=reason):
            await ana.press(message, name)


async def test_hidden_message_is_for_its_addressee(bot: Bot, discord: Discord, channel: Channel) -> None:
    assert channel.guild
    ana, ben = (driver.join(discord, channel.guild, name) for name in ("Ana", "Ben"))
    row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
    bot.answers.append({"type": 4, "data": {"content": "x", "flags": 64, "components": [row]}})
    message = (await ana.run(channel, "video", prompt="x")).message
    assert message
    with pytest.raises(DriverError, match="does not see"):
        await ben.press(message, "Go")


async def test_menus(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    options = [{"label": "Wide", "value": "w"}, {"label": "Tall", "value": "t"}]
    menu = {"type": 3, "custom_id": "size", "options": options}
    bot.answers.append({"type": 4, "data": {"content": "x", "components": [{"type": 1, "components": [menu]}]}})
    message = (await ana.run(channel, "video", prompt="x")).message
    assert message
    for wrong in ([], ["w", "t"], ["x"]):
        with pytest.raises(DriverError):
            await ana.choose(message, "size", wrong)
    bot.answers.append({"type": 6})
    await ana.choose(message, "size", ["Tall"])
    assert bot.interaction["data"]["values"] == ["t"]


async def test_forms_keep_their_presets_and_bounds(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    fields = [
        {"type": 4, "custom_id": "p", "style": 2, "value": "old", "max_length": 5},
        {"type": 19, "custom_id": "f", "required": False},
    ]
    labelled = [{"type": 18, "label": name, "component": one} for name, one in zip("AB", fields, strict=True)]
    bot.answers += [{"type": 9, "data": {"title": "T", "custom_id": "m", "components": labelled}}, HELLO]
    form = await ana.run(channel, "video", prompt="x")
    for wrong in ({"A": ""}, {"A": "too long"}, {"C": "x"}, {"B": "no file"}):
        with pytest.raises(DriverError):
            await ana.submit(form, **wrong)
    await ana.submit(form, B=Upload.named("p.png", b"png"))
    first, second = (one["component"] for one in bot.interaction["data"]["components"])
    assert first["value"] == "old"
    assert bot.interaction["data"]["resolved"]["attachments"].keys() == set(second["values"])


async def test_saying_needs_permission(guild: Guild, channel: Channel, ana: driver.Member) -> None:
    channel.set_overwrite(guild.everyone, deny=Permissions.SEND_MESSAGES)
    with pytest.raises(DriverError):
        await ana.say(channel, "x")


async def test_waiting_ends_with_a_transcript(channel: Channel, ana: driver.Member) -> None:
    await ana.say(channel, "is anybody there?")
    with pytest.raises(driver.WaitedTooLong, match=r"an answer: not within.*\n# general\nAna: is anybody there\?"):
        await driver.wait_for(lambda: len(channel.messages) > 1, timeout=0.01, what="an answer")


async def test_waiting_wakes_at_a_change(channel: Channel, ana: driver.Member) -> None:
    waiting = asyncio.create_task(driver.wait_for(lambda: list(channel.messages.values())))
    await asyncio.sleep(0)
    await ana.say(channel, "here")
    assert [message.content for message in await waiting] == ["here"]


async def test_transcript_reads_like_a_chat(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    row = {"type": 1, "components": [{"type": 2, "style": 4, "label": "Cancel", "custom_id": "c"}]}
    embed = {"title": "A boat", "fields": [{"name": "asked by", "value": ana.mention}], "footer": {"text": "8 s"}}
    bot.answers.append({"type": 4, "data": {"embeds": [embed], "components": [row]}})
    card = (await ana.run(channel, "video", prompt="x")).message
    assert card
    thread = await ana.open_thread(channel, "A boat", on=card)
    await ana.say(thread, "nice", files=[Upload.named("c.mp4", b"123")])
    assert driver.transcript(channel).splitlines() == [
        "# general",
        "Dailies: ",
        "  │ A boat",
        "  │ asked by: @Ana",
        "  │ 8 s",
        "  [Cancel]",
        "    # A boat",
        "    Ana: nice",
        "      📎 c.mp4 (video/mp4, 3 bytes)",
    ]


class Maker(commands.AutoShardedBot):
    """A bot on the real discord.py, with one command that answers with a picture, a thread and a file."""

    def __init__(self) -> None:
        intents = library.Intents(guilds=True, guild_messages=True)
        super().__init__(command_prefix=commands.when_mentioned, help_command=None, intents=intents)
        self.heard: list[str] = []

    async def setup_hook(self) -> None:
        self.tree.command(name="video", description="Make a clip")(make)
        await self.tree.sync()

    async def on_message(self, message: library.Message) -> None:
        self.heard.append(message.content)


async def make(interaction: library.Interaction, prompt: str, image: library.Attachment | None = None) -> None:
    embed = library.Embed(title=prompt).set_thumbnail(url="attachment://ref.png")
    data = await image.read() if image else b"none"
    file = library.File(io.BytesIO(data), "ref.png")
    answer = await interaction.response.send_message(embed=embed, file=file)
    assert isinstance(interaction.channel, library.TextChannel)
    assert answer.message_id
    thread = await interaction.channel.create_thread(name=prompt, message=library.Object(answer.message_id))
    await thread.send("done", file=library.File(io.BytesIO(b"mp4"), "clip.mp4"))


@pytest.fixture
async def maker(discord: Discord, channel: Channel, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Maker]:
    monkeypatch.setattr(library.http.Route, "BASE", discord.api_url)
    async with Maker() as bot:
        task = asyncio.create_task(bot.start(discord.token))
        await discord.wait_until_connected()
        await bot.wait_until_ready()
        yield bot
        await bot.close()
        await task


async def test_real_library_plays_along(maker: Maker, channel: Channel, ana: driver.Member) -> None:
    answer = await ana.run(channel, "video", prompt="a boat", image=Upload.named("p.png", b"png"))
    assert answer.message
    assert answer.message.attachments[0].data == b"png"
    thread = await driver.wait_for(lambda: answer.message and answer.message.thread, what="a thread")
    assert thread
    said = await driver.wait_for(lambda: [one for one in thread.history if one.content == "done"], what="a reply")
    assert said[0].attachments[0].filename == "clip.mp4"


async def test_real_library_resumes(discord: Discord, maker: Maker, channel: Channel, ana: driver.Member) -> None:
    discord.faults.drop_gateway()
    await ana.say(channel, f"hey {maker.user.mention if maker.user else ''}")
    await driver.wait_for(lambda: maker.heard, what="the message replayed")
    assert (discord.gateway.identifies, discord.gateway.resumes) == (1, 1)


async def test_real_library_waits_for_limits(discord: Discord, maker: Maker, guild: Guild, channel: Channel) -> None:
    discord.limits.windows["message-create"].seconds = 0.2
    target = maker.get_partial_messageable(channel.id)
    for number in range(7):
        await target.send(str(number))
    assert [message.content for message in channel.history] == [str(number) for number in range(7)]
    assert discord.rates.refused[429] == 0
