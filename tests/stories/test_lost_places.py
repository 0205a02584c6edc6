"""Places that are closed to the bot for a while: what is due there is shown when they open, and not tried for ever."""

import asyncio

import pytest

from sandbox.discord import Message, Permissions
from sandbox.driver import wait_for
from tests.stories.conftest import Studio, card_of, card_text


async def closed(studio: Studio) -> Message:
    """A card that still says "Rendering" although its clip is there: told of by message, for the channel is closed."""
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Rendering")
    await wait_for(lambda: "Rendering" in card_text(card), what="the card to say so")
    studio.guild.set_roles(studio.guild.bot)
    studio.guild.everyone.permissions &= ~Permissions.VIEW_CHANNEL
    await wait_for(lambda: any(one.attachments for one in studio.ana.direct.messages.values()), what="the clip")
    await wait_for(lambda: "closed to the bot" in studio.bot.log, what="the card to be given up for a while")
    # that it was told elsewhere has the card looked at once more
    await asyncio.sleep(1)
    assert "Rendering" in card_text(card)
    return card


async def comes_up_to_date(card: Message) -> None:
    await wait_for(lambda: "Done" in card_text(card), timeout=20, what="the card to be brought up to date")


@pytest.mark.vendor(pending=0.3, processing=3)
async def test_a_card_is_brought_up_to_date_when_a_role_may_see_its_channel_again(studio: Studio) -> None:
    card = await closed(studio)
    studio.guild.everyone.permissions |= Permissions.VIEW_CHANNEL
    await comes_up_to_date(card)


@pytest.mark.vendor(pending=0.3, processing=3)
async def test_a_card_is_brought_up_to_date_when_its_channel_lets_the_bot_in(studio: Studio) -> None:
    card = await closed(studio)
    studio.channel.set_overwrite(studio.guild.bot, allow=Permissions.VIEW_CHANNEL)
    await comes_up_to_date(card)


@pytest.mark.vendor(pending=0.3, processing=3)
async def test_a_card_is_brought_up_to_date_when_the_bot_has_its_role_back(studio: Studio) -> None:
    card = await closed(studio)
    studio.guild.set_roles(studio.guild.bot, studio.guild.bot_role)
    await comes_up_to_date(card)


@pytest.mark.vendor(pending=0.3, processing=3)
async def test_a_card_is_brought_up_to_date_when_the_bot_is_invited_again(studio: Studio) -> None:
    card = await closed(studio)
    studio.guild.remove_bot()
    studio.guild.add_bot()
    await comes_up_to_date(card)


@pytest.mark.clocks({"bot.tracker.drawer:CLOSED_FOR": 0.3, "bot.tracker.drawer:CLOSED_PATIENCE": 4.0})
@pytest.mark.vendor(pending=0.3, processing=3)
async def test_a_card_that_stays_closed_is_left_alone_until_its_place_is_open(studio: Studio) -> None:
    def asked() -> int:
        return len(studio.discord.record.find("PATCH", f"/messages/{card.id}$"))

    card = await closed(studio)
    before = asked()
    await wait_for(lambda: asked() > before + 1, what="the card to be tried again")
    await asyncio.sleep(4)
    before = asked()
    await asyncio.sleep(7)
    assert asked() == before
    await studio.restart()
    await wait_for(lambda: asked() == before + 1, what="the card to be tried after the start")
    await asyncio.sleep(7)
    assert asked() == before + 1
    studio.guild.set_roles(studio.guild.bot, studio.guild.bot_role)
    await comes_up_to_date(card)


@pytest.mark.vendor(pending=0.3, processing=3)
async def test_a_clip_is_offered_at_once_when_a_place_for_it_is_open(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Rendering")
    studio.guild.set_roles(studio.guild.bot)
    studio.guild.everyone.permissions &= ~Permissions.VIEW_CHANNEL
    direct = f"/channels/{studio.ana.direct.id}/messages$"
    studio.discord.faults.answer_next(direct, status=403, code=50007, times=None)
    for _ in range(2):
        await wait_for(lambda: "No venue takes the clip" in studio.bot.log, what="the clip to be kept")
    studio.guild.set_roles(studio.guild.bot, studio.guild.bot_role)
    assert (await studio.hears(card, "Done in", timeout=20)).attachments
