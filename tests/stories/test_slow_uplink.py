"""An uplink too slow for a clip: it comes smaller, and at last as a link, but it comes."""

import pytest

from sandbox.discord import Message
from sandbox.driver import wait_for
from tests.stories.conftest import Studio, card_of

MIB = 1024 * 1024
# The library gives up after 300 seconds, whatever it sends.
QUICK = {"aiohttp.client:DEFAULT_TIMEOUT": 5.0}


async def ask_for_much(studio: Studio) -> Message:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="big clip", seconds=4))
    await studio.hears(card, "Rendering")
    return card


@pytest.mark.clocks(QUICK)
async def test_a_clip_that_takes_too_long_to_upload_comes_smaller(studio: Studio) -> None:
    card = await ask_for_much(studio)
    studio.discord.faults.slow_uplink(1.4 * MIB, r"/messages$")
    told = await studio.hears(card, "Shrunk from", timeout=100)
    [clip] = told.attachments
    assert len(clip.data) <= 5 * MIB
    assert len([one for one in studio.about(card) if "Done in" in one.content]) == 1


@pytest.mark.clocks(QUICK)
async def test_a_clip_that_no_size_brings_through_in_time_is_linked(studio: Studio) -> None:
    card = await ask_for_much(studio)
    studio.discord.faults.slow_uplink(20_000, r"/messages$")
    told = await studio.hears(card, "Done in", timeout=100)
    assert not told.attachments and studio.vendor.base_url in told.content
    assert len([one for one in studio.about(card) if "Done in" in one.content]) == 1
    # whoever runs the bot has it whole
    folder = studio.folder / "data" / "clips"
    await wait_for(lambda: [file.suffix for file in folder.iterdir()] == [".mp4"], what="the clip alone to be kept")
