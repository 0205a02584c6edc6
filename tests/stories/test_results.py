"""Results that always arrive: whole where they fit, smaller where they do not, and never twice."""

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.clip import check
from sandbox.discord import Message, Upload
from sandbox.driver import join, wait_for
from tests.pictures import jpeg
from tests.stories.conftest import Studio, card_of, card_text

MIB = 1024 * 1024
LIMIT = 10 * MIB


def clips_folder(studio: Studio) -> Path:
    return studio.folder / "data" / "clips"


def with_clips(studio: Studio, card: Message) -> list[Message]:
    return [message for message in studio.about(card) if message.attachments]


def names(message: Message) -> list[str]:
    return [attachment.filename for attachment in message.attachments]


async def has_poster(studio: Studio, card: Message) -> None:
    await wait_for(
        lambda: names(card) == ["poster.jpg"] and "Done" in card_text(card), timeout=60, what="the poster on the card"
    )
    assert card.embeds[0]["image"]["url"] == "attachment://poster.jpg"
    assert "thumbnail" not in card.embeds[0]


async def test_a_clip_that_is_too_large_plays_inline_and_its_original_can_be_fetched(
    studio: Studio, tmp_path: Path
) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="big clip", seconds=4))
    told = await studio.hears(card, "Done in", timeout=90)
    assert f"{studio.ana.mention} Done in" in told.content and told.pinged == [studio.ana.user]
    assert "Shrunk from 16.8 MB to 9." in told.content
    assert "can be fetched until <t:" in told.content and f"<{studio.vendor.base_url}/" in told.content

    [clip] = told.attachments
    assert len(clip.data) <= LIMIT
    (file := tmp_path / "clip.mp4").write_bytes(clip.data)
    facts = check(file)
    assert (facts.container, facts.codec, facts.pixels, facts.sound) == ("mp4", "h264", "yuv420p", "aac")
    assert facts.duration == pytest.approx(4, abs=0.1)
    assert clip.data.index(b"moov") < clip.data.index(b"mdat")

    await has_poster(studio, card)
    # whoever runs the bot keeps the original, and nothing else
    await wait_for(lambda: len(list(clips_folder(studio).iterdir())) == 1, what="one file to be left")
    [kept] = clips_folder(studio).iterdir()
    assert kept.stat().st_size > LIMIT and check(kept).codec == "h264"


async def test_a_bot_killed_while_it_makes_a_clip_smaller_posts_it_once(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="big clip", seconds=8))
    folder = clips_folder(studio)
    await wait_for(lambda: list(folder.glob(f"*-0-{LIMIT}-*.part")), what="the clip to be made smaller")
    assert not with_clips(studio, card)
    await studio.restart()
    await studio.hears(card, "Shrunk from", timeout=90)
    await has_poster(studio, card)
    assert len(with_clips(studio, card)) == 1
    assert len(studio.said(card)) == len(set(studio.said(card)))
    assert studio.vendor.ledger.charged == 1
    await wait_for(lambda: len(list(folder.iterdir())) == 1, what="what the crash left to be cleared")


async def test_a_copy_that_is_there_is_not_made_again(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="big clip", seconds=4))
    await studio.hears(card, "Rendering")
    studio.discord.faults.answer_next(r"/messages$", method="POST", status=503, times=None)
    folder = clips_folder(studio)
    await wait_for(lambda: list(folder.glob(f"*-0-{LIMIT}.mp4")), timeout=60, what="the copy")
    await studio.restart()
    studio.discord.faults.clear()
    await studio.hears(card, "Shrunk from", timeout=60)
    assert studio.bot.log.count("Made the clip fit") == 1
    assert len(with_clips(studio, card)) == 1


async def test_a_stop_does_not_wait_for_a_clip_to_be_made_smaller(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="big clip", seconds=8))
    folder = clips_folder(studio)
    await wait_for(lambda: list(folder.glob(f"*-0-{LIMIT}-*.part")), what="the clip to be made smaller")
    assert await studio.bot.stop() == 0
    assert not list(folder.glob("*.part"))
    assert "Not everything was finished" not in studio.bot.log
    await studio.start()
    await studio.hears(card, "Shrunk from", timeout=90)
    assert len(with_clips(studio, card)) == 1


@pytest.mark.settings(GUILDS="all")
async def test_a_boosted_server_takes_it_whole(studio: Studio) -> None:
    guild = studio.discord.add_guild("Boosted", boost_tier=2)
    channel, bea = guild.add_channel("general"), join(studio.discord, guild, "Bea")
    card = card_of(await bea.run(channel, "video", prompt="big clip", seconds=4))
    told = await studio.hears(card, "Done in", timeout=60)
    assert "Shrunk" not in told.content and "http" not in told.content
    [clip] = told.attachments
    assert len(clip.data) > LIMIT
    await wait_for(lambda: not list(clips_folder(studio).glob("*.mp4")), what="the clip to be cleared")


@pytest.mark.settings(GUILDS="all")
async def test_what_a_boosted_server_promised_and_refuses_comes_smaller(studio: Studio) -> None:
    guild = studio.discord.add_guild("Boosted", boost_tier=2)
    channel, bea = guild.add_channel("general"), join(studio.discord, guild, "Bea")
    card = card_of(await bea.run(channel, "video", prompt="big clip", seconds=4))
    await studio.hears(card, "Rendering")
    studio.discord.faults.too_large_next(r"/messages$")
    told = await studio.hears(card, "Shrunk from", timeout=90)
    assert 5 * MIB < len(told.attachments[0].data) <= LIMIT


async def test_of_two_clips_one_of_which_is_too_large_both_are_posted(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="two clips, one big", seconds=4))
    second = await studio.hears(card, "Part 2 of 2", timeout=90)
    first = await studio.hears(card, "Done in")
    assert "Shrunk" not in first.content and "Shrunk from 16." in second.content
    links = {message.content.partition("<http")[2] for message in (first, second)}
    assert len(links) == 2
    assert [len(message.attachments) for message in with_clips(studio, card)] == [1, 1]
    assert first.pinged == [studio.ana.user] and second.pinged == []


async def test_a_clip_in_a_codec_that_few_can_play_is_converted(studio: Studio, tmp_path: Path) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="hevc clip", seconds=4))
    told = await studio.hears(card, "Converted to H.264|Shrunk from", timeout=60)
    (file := tmp_path / "clip.mp4").write_bytes(told.attachments[0].data)
    assert check(file).codec == "h264"
    await has_poster(studio, card)


async def test_the_clips_picture_takes_the_place_of_the_one_it_started_from(studio: Studio) -> None:
    image = Upload(name="beach.jpg", data=jpeg((1280, 720)), content_type="image/jpeg")
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="The beach wakes up", image=image))
    assert names(card) == ["picture.jpg"]
    await studio.hears(card, "Done in")
    await has_poster(studio, card)
    assert max(Image.open(io.BytesIO(card.attachments[0].data)).size) == 640


async def test_a_card_drawn_after_a_restart_has_its_poster(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Sent to")
    studio.discord.faults.answer_next(r"/messages/\d+$", method="PATCH", status=503, times=None)
    await studio.hears(card, "Done in")
    assert names(card) == []
    left = "what Discord has to be cleared"
    await wait_for(lambda: [file.suffix for file in clips_folder(studio).iterdir()] == [".jpg"], what=left)
    await studio.restart()
    studio.discord.faults.clear()
    await has_poster(studio, card)
    await wait_for(lambda: not list(clips_folder(studio).iterdir()), what="the poster to be cleared")


async def test_a_card_whose_drawing_was_not_written_down_keeps_its_poster(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Sent to")
    studio.discord.faults.reset(r"/messages/\d+$", method="PATCH", times=1, after_applying=True)
    await studio.hears(card, "Done in")
    await has_poster(studio, card)
    assert len(card.attachments) == 1
