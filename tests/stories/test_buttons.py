"""Buttons of a job: cancel, stop following, look now, send again, leave."""

import asyncio

import pytest

from sandbox.discord import Message
from sandbox.driver import wait_for
from sandbox.mulerun import faults
from tests.stories.conftest import Studio, card_of, card_text


async def looked_until_done(studio: Studio, card: Message, told: Message) -> Message:
    """The vendor needs a moment to render: press until there is news."""
    for _ in range(20):
        looked = await studio.ana.press(told, "Look now")
        await wait_for(lambda: looked.message and looked.message.content)  # noqa: B023 - waited for here
        if looked.message and "There is news" in looked.message.content:
            break
        await asyncio.sleep(0.5)
    return await studio.hears(card, "Done in")


@pytest.mark.settings(MAX_ACTIVE="1")
@pytest.mark.vendor(pending=0.3, processing=20)
async def test_cancelling_before_sending_costs_nothing(studio: Studio) -> None:
    card_of(await studio.ana.run(studio.channel, "video", prompt="First"))
    await wait_for(lambda: studio.vendor.ledger.charged == 1)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="Second"))
    assert (await studio.hears(card, "In line, 1st")).content
    answer = await studio.ana.press(card, "Cancel")
    assert answer.ephemeral and answer.message and "Nothing was charged" in answer.message.content
    await studio.hears(card, "Cancelled before it was sent")
    await wait_for(lambda: "Cancelled" in card_text(card) and not card.components)
    assert studio.vendor.ledger.charged == 1


@pytest.mark.settings(MAX_ACTIVE="1")
@pytest.mark.vendor(pending=0.3, processing=20)
async def test_only_the_asker_and_moderators_may_cancel(studio: Studio) -> None:
    card_of(await studio.ana.run(studio.channel, "video", prompt="First"))
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="Second"))
    await studio.hears(card, "In line")
    refused = await studio.member("Bea").press(card, "Cancel")
    assert refused.ephemeral and refused.message and studio.ana.mention in refused.message.content
    done = await studio.member("Mo", moderator=True).press(card, "Cancel")
    assert done.message and "Cancelled" in done.message.content


@pytest.mark.vendor(pending=0.3, processing=60)
async def test_cancelling_after_sending_says_the_truth_and_offers_to_stop_following(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="Too late"))
    await studio.hears(card, "Rendering")
    offer = await studio.ana.press(card, "Cancel")
    assert offer.ephemeral and offer.message and "cannot be stopped" in offer.message.content
    stopped = await studio.ana.press(offer.message, "Stop following")
    assert stopped.kind == "update" and stopped.message and "no longer follow" in stopped.message.content
    told = await studio.hears(card, "No longer followed")
    studio.vendor.clock.skip(100)
    assert (await looked_until_done(studio, card, told)).attachments


async def test_a_lost_answer_is_told_and_never_sent_again_by_itself(studio: Studio) -> None:
    studio.vendor.faults.next_posts(faults.reset(accepted=True))
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="Lost"))
    told = await studio.hears(card, "cannot tell whether MuleRun accepted it")
    assert told.pinged == [studio.ana.user]
    assert studio.vendor.ledger.charged == 1
    left = await studio.ana.press(told, "Leave it")
    assert left.message and "Left as it is" in left.message.content
    await wait_for(lambda: "left as it is" in card_text(card) and not told.components)
    assert studio.vendor.ledger.charged == 1


async def test_sending_again_is_a_persons_decision_and_happens_once(studio: Studio) -> None:
    mo = studio.member("Mo", moderator=True)
    studio.vendor.faults.next_posts(faults.reset(accepted=False))
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="Lost"))
    told = await studio.hears(card, "cannot tell whether MuleRun accepted it")
    assert studio.vendor.ledger.charged == 0
    presses = [who.press(told, "Send again, may be charged twice") for who in (studio.ana, mo, studio.ana)]
    answers = await asyncio.gather(*presses)
    [again] = [card_of(answer) for answer in answers if not answer.ephemeral]
    assert [answer.message and "no longer possible" in answer.message.content for answer in answers].count(True) == 2
    assert (await studio.hears(again, "Done in")).attachments
    await wait_for(lambda: "sent again" in card_text(card) and not told.components)
    assert studio.vendor.ledger.charged == 1


@pytest.mark.catalogue(longest=4, typical=[1, 2])
@pytest.mark.vendor(pending=0.3, processing=60)
async def test_a_job_without_an_end_is_given_up_truthfully_and_looked_at_when_asked(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="Slow"))
    told = await studio.hears(card, "Still no result")
    assert told.pinged == [studio.ana.user]
    working = await studio.ana.press(told, "Look now")
    await wait_for(lambda: working.message and "not done with it" in working.message.content)
    studio.vendor.clock.skip(100)
    assert (await looked_until_done(studio, card, told)).attachments


async def test_buttons_work_after_a_restart(studio: Studio) -> None:
    studio.vendor.faults.next_posts(faults.reset(accepted=False))
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="Lost"))
    told = await studio.hears(card, "cannot tell whether MuleRun accepted it")
    await studio.restart()
    again = card_of(await studio.ana.press(told, "Send again, may be charged twice"))
    assert (await studio.hears(again, "Done in")).attachments
