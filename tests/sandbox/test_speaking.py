"""What a bot hears of speech without the message content intent: calls by role, voice, edits, late previews."""

import asyncio

import pytest

from sandbox import driver
from sandbox.discord import Channel, Guild, Permissions, Preview, Upload
from sandbox.discord.errors import DriverError

from .conftest import Api, Bot

LINK = "https://example.org/clip.mp4"
CLIP = Upload(name="clip.mp4", data=b"\0\0\0\x18ftypmp42", content_type="video/mp4")
SOUND = Upload.named("voice-message.ogg", b"OggS")


async def test_a_bots_own_role_is_managed_and_calls_nobody_else(
    api: Api, bot: Bot, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    me, role = api.discord.state.bot, guild.bot_role
    roles = {one["id"]: one for one in (await api.call("GET", f"/guilds/{guild.id}/roles")).body}
    assert roles[str(role.id)]["managed"] and roles[str(role.id)]["tags"] == {"bot_id": str(me.id)}
    assert not roles[str(guild.id)]["managed"] and "tags" not in roles[str(guild.id)]
    role.mentionable = True
    await ana.say(channel, f"<@&{role.id}> rain")
    heard = bot.told("MESSAGE_CREATE")[-1]
    assert (heard["content"], heard["mentions"], heard["mention_roles"]) == ("", [], [str(role.id)])


async def test_an_edit_is_told_and_read_once_it_calls_the_bot(
    api: Api, bot: Bot, channel: Channel, ana: driver.Member
) -> None:
    said = await ana.say(channel, "rain")
    await ana.edit(said, "more rain")
    assert [(one["content"], bool(one["edited_timestamp"])) for one in bot.told("MESSAGE_UPDATE")] == [("", True)]
    await ana.edit(said, f"{api.discord.state.bot.mention} rain")
    heard = bot.told("MESSAGE_UPDATE")[-1]
    assert heard["content"].endswith("rain") and heard["mentions"][0]["id"] == str(api.discord.state.bot.id)
    sent = await api.send(channel)
    with pytest.raises(DriverError, match="may not edit"):
        await ana.edit(channel.messages[int(sent.body["id"])], "mine")


async def test_whom_a_reply_called_stays_called_when_it_is_edited(
    api: Api, bot: Bot, channel: Channel, ana: driver.Member
) -> None:
    sent = await api.send(channel)
    said = await ana.say(channel, "thanks", reply_to=channel.messages[int(sent.body["id"])])
    await ana.edit(said, "thank you")
    assert bot.told("MESSAGE_UPDATE")[-1]["content"] == "thank you"


async def test_a_voice_message_is_a_sound_without_words(
    api: Api, bot: Bot, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    sent = await api.send(channel)
    await ana.speak(channel, SOUND, reply_to=channel.messages[int(sent.body["id"])])
    heard = bot.told("MESSAGE_CREATE")[-1]
    assert (heard["content"], heard["flags"]) == ("", 1 << 13)
    [file] = heard["attachments"]
    assert file["duration_secs"] and file["waveform"] and file["content_type"] == "audio/ogg"
    guild.everyone.permissions &= ~Permissions.SEND_VOICE_MESSAGES
    with pytest.raises(DriverError, match="may not send voice"):
        await ana.speak(channel, SOUND)


async def test_a_preview_of_a_clip_may_come_late(api: Api, bot: Bot, channel: Channel, ana: driver.Member) -> None:
    call = api.discord.state.bot.mention
    late = Preview(link=LINK, clip=CLIP, after=0.05)
    said = await ana.say(channel, f"{call} {LINK}", links=[late])
    assert bot.told("MESSAGE_CREATE")[-1]["embeds"] == [] and not bot.told("MESSAGE_UPDATE")
    await asyncio.wait_for(driver.wait_for(lambda: said.previews), 5)
    heard = bot.told("MESSAGE_UPDATE")[-1]
    [embed] = heard["embeds"]
    assert heard["edited_timestamp"] is None and (embed["type"], embed["url"]) == ("video", LINK)
    assert await ana.download(embed["video"]["proxy_url"]) == CLIP.data
    with pytest.raises(DriverError, match="between < and >"):
        await ana.say(channel, f"<{LINK}>", links=[late])


async def test_who_closed_direct_messages_gets_none(api: Api, ana: driver.Member) -> None:
    ana.user.closed = True
    opened = await api.call("POST", "/users/@me/channels", {"recipient_id": str(ana.id)})
    assert opened.status == 200
    assert (await api.send(ana.direct)).code == (403, 50007)
