"""Channels where many write: what was posted already is found among all that, and not posted again."""

from pathlib import Path

import pytest

from sandbox.discord import Message, Permissions
from sandbox.driver import wait_for
from tests.stories.conftest import Studio, card_of

QUICK = {"bot.tracker.clip_posting:NONCE_TRUSTED": 0.1}


async def chatter(studio: Studio, many: int) -> None:
    for number in range(many):
        await studio.ana.say(studio.channel, f"word {number}")


def lose_answers(studio: Studio) -> None:
    """The next message arrives, but its answer does not, and by the next try its nonce is forgotten."""
    studio.discord.limits.nonce_window = 0.1
    studio.discord.faults.reset(r"/messages$", method="POST", after_applying=True)


def told(studio: Studio, words: str) -> list[Message]:
    return [one for one in studio.channel.messages.values() if one.author.bot and words in one.content]


def tries(studio: Studio) -> int:
    """How often the bot read what was written since."""
    return len(studio.discord.record.find("GET", r"/messages$"))


async def ask_beside(studio: Studio) -> Message:
    studio.channel.set_overwrite(studio.guild.bot_role, deny=Permissions.CREATE_PUBLIC_THREADS)
    return card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))


def clips(studio: Studio) -> list[Path]:
    return list((studio.folder / "data" / "clips").glob("*.mp4"))


async def talk_while_the_clip_waits(studio: Studio) -> None:
    studio.discord.faults.outage(True)
    await wait_for(lambda: clips(studio), what="the clip on disk")
    await chatter(studio, 250)
    lose_answers(studio)
    studio.discord.faults.outage(False)


async def is_cleared(studio: Studio) -> None:
    await wait_for(lambda: not clips(studio), timeout=60, what="the clip to be cleared")


@pytest.mark.clocks(QUICK)
@pytest.mark.vendor(pending=0.3, processing=3)
async def test_a_clip_posted_behind_much_talk_is_not_posted_again(studio: Studio) -> None:
    card = await ask_beside(studio)
    await studio.hears(card, "Rendering")
    await talk_while_the_clip_waits(studio)
    await studio.hears(card, "Done in", timeout=60)
    await is_cleared(studio)
    assert tries(studio) and len(told(studio, "Done in")) == 1


@pytest.mark.clocks(QUICK)
@pytest.mark.vendor(pending=0.3, processing=9)
async def test_a_reply_posted_behind_much_talk_is_not_posted_again(studio: Studio) -> None:
    card = await ask_beside(studio)
    await studio.hears(card, "Sent to")
    await chatter(studio, 250)
    lose_answers(studio)
    await studio.hears(card, "Rendering")
    await studio.hears(card, "Done in")
    assert tries(studio) and len(told(studio, "Rendering")) == 1


@pytest.mark.clocks(QUICK | {"cogs.showing.posting:SEARCHED": 100})
@pytest.mark.vendor(pending=0.3, processing=4)
async def test_of_very_much_talk_the_newest_is_read_too(studio: Studio) -> None:
    card = await ask_beside(studio)
    await studio.hears(card, "Rendering")
    await talk_while_the_clip_waits(studio)
    await studio.hears(card, "Done in", timeout=60)
    await is_cleared(studio)
    assert len(told(studio, "Done in")) == 1


@pytest.mark.vendor(pending=0.3, processing=1)
async def test_a_card_posted_behind_much_talk_is_not_posted_again(studio: Studio) -> None:
    studio.discord.faults.reset(r"/callback$")
    await studio.ana.run(studio.channel, "video", prompt="A kite")
    await chatter(studio, 250)
    lose_answers(studio)
    await wait_for(lambda: [one for one in studio.channel.messages.values() if one.embeds], what="the card")
    [card] = [one for one in studio.channel.messages.values() if one.embeds]
    await studio.hears(card, "Done in")
    assert len([one for one in studio.channel.messages.values() if one.embeds]) == 1
