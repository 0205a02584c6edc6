"""Limits: one gate for every way in, what is given back, what it costs before it is spent, what the operator sets."""

import pytest

from sandbox.discord import ChannelType
from sandbox.driver import Member, wait_for
from sandbox.mulerun import faults
from tests.stories.conftest import Studio, card_of, told
from tests.stories.rules import set_rules, spent
from tests.stories.test_variations import labels, press_more
from tests.stories.test_ways_in import answer_to, mention, upload

FULL = "beyond your own limit here: 2 clips within 24 hours, 2 used. There is room again <t:"


async def test_a_limit_holds_for_every_way_in_and_after_a_restart(studio: Studio) -> None:
    set_rules(studio, {"limits": {"member": {"clips_day": 2}}})
    ana, channel = studio.ana, studio.channel
    first = await ana.run(channel, "video", prompt="One", image=upload())
    result = await studio.hears(card_of(first), "Done in")
    assert not first.follow_ups
    second = await ana.press(result, "Again")
    await wait_for(lambda: second.follow_ups, what="a warning")
    [warning] = second.follow_ups
    assert warning.ephemeral_for is ana.user
    assert warning.content == "You have used 2 of your 2 clips within 24 hours."
    await studio.hears(card_of(second), "Done in")
    await studio.restart()
    # a command, with the prompt given back
    refused = told(await ana.run(channel, "video", prompt="Three"))
    assert FULL in refused and "Three" in refused
    # buttons of a result, also those behind More, and its form
    assert FULL in told(await ana.press(result, "Again"))
    assert FULL in told(await press_more(ana, result, "Longer"))
    changed = await ana.submit(await ana.press(result, "Change"), Prompt="Three, changed")
    assert FULL in told(changed) and changed.message and "Edit" in labels(changed.message)
    # the menu behind a message, the composer
    posted = await ana.say(channel, "a beach", files=[upload()])
    assert FULL in told(await ana.submit(await ana.use(posted, "Animate picture"), Prompt="It moves"))
    composed = await ana.submit(await ana.run(channel, "compose"), Subject="A kite")
    assert FULL in told(await ana.press(composed.message, "Send")) if composed.message else False
    # what is said: a mention, and a reply that is asked about first
    await answer_to(studio, await ana.say(channel, mention(studio, "A kite")), "beyond your own limit")
    asked = await answer_to(studio, await ana.say(result.channel, "at night", reply_to=result), "become a new video")
    assert FULL in told(await ana.press(asked, "Send"))
    # in another channel of the server it is the same member; another member has a limit of their own
    assert FULL in told(await ana.run(studio.add_channel("films"), "video", prompt="Three"))
    card_of(await studio.member("Bea").run(channel, "video", prompt="One of Bea's"))
    assert studio.vendor.ledger.charged == 3 or await wait_for(lambda: studio.vendor.ledger.charged == 3)


async def test_a_thread_follows_its_channel_and_a_post_its_forum(studio: Studio) -> None:
    forum = studio.add_channel("films", ChannelType.FORUM)
    rules = {str(studio.channel.id): {"limits": {"channel": {"clips_day": 1}}}, str(forum.id): {"allowed": False}}
    set_rules(studio, {"max_seconds": 4}, rules)
    thread = await studio.ana.open_thread(studio.channel, "Kites")
    card = card_of(await studio.ana.run(thread, "video", prompt="A kite"))
    refused = told(await studio.member("Bea").run(studio.channel, "video", prompt="A boat"))
    assert "beyond the limit of this channel: 1 clip within 24 hours, 1 used" in refused
    post = await studio.ana.open_thread(forum, "My film", first="A film")
    assert "switched off in this channel" in told(await studio.ana.run(post, "video", prompt="A kite"))
    other = studio.add_channel("other")
    assert "at most 4 seconds" in told(await studio.ana.run(other, "video", prompt="A kite", seconds=8))
    await studio.hears(card, "Done in")


@pytest.mark.catalogue(price=0.25)
@pytest.mark.settings(MAX_ACTIVE="1")
@pytest.mark.vendor(pending=0.3, processing=3)
async def test_what_was_not_spent_is_given_back_and_what_may_have_been_stays(studio: Studio) -> None:
    set_rules(studio, {"limits": {"member": {"clips_day": 1, "at_once": 1}}})
    ana, member = studio.ana, f"member:{studio.guild.id}:{studio.ana.id}"
    bea = studio.member("Bea")
    first = card_of(await bea.run(studio.channel, "video", prompt="In the way"))
    await studio.hears(first, "Rendering")
    # cancelled before it was sent
    card = card_of(await ana.run(studio.channel, "video", prompt="One"))
    assert "1 video at once" in told(await ana.run(studio.channel, "video", prompt="Two"))
    assert spent(studio, member) == (1, 4, 1_000_000)
    await ana.press(card, "Cancel")
    assert spent(studio, member) == (0, 0, 0)
    await studio.hears(first, "Done in")
    # refused at the vendor's door
    studio.vendor.faults.next_posts(faults.status(400))
    await studio.hears(card_of(await ana.run(studio.channel, "video", prompt="Two")), "Nothing was charged")
    assert spent(studio, member) == (0, 0, 0)
    # nobody knows: given back in clips and seconds, and stays in money
    studio.vendor.faults.next_posts(faults.reset(accepted=True))
    doubtful = card_of(await ana.run(studio.channel, "video", prompt="Three"))
    asks = await studio.hears(doubtful, "cannot tell whether MuleRun accepted it")
    assert spent(studio, member) == (0, 0, 1_000_000)
    # sending it again counts like anything that is asked for, and passes the same gate
    set_rules(studio, {"limits": {"member": {"money_day": 1.5}}})
    refused = told(await ana.press(asks, "Send again, may be charged twice"))
    assert "1.50 within 24 hours, 1.00 used, about 1.00 wanted" in refused
    set_rules(studio, {"limits": {"member": {"money_day": 2}}})
    again = card_of(await ana.press(asks, "Send again, may be charged twice"))
    await studio.hears(again, "Done in")
    assert spent(studio, member) == (1, 4, 2_000_000)


@pytest.mark.catalogue(price=0.25)
async def test_what_it_costs_is_asked_first_in_private_and_after_a_restart(studio: Studio) -> None:
    set_rules(studio, {"confirm_above": 1.5, "limits": {"member": {"money_day": 5}, "server": {"money_month": 3.5}}})
    ana = studio.ana
    cheap = card_of(await ana.run(studio.channel, "video", prompt="Cheap"))
    await studio.hears(cheap, "Done in")
    question = await ana.run(studio.channel, "video", prompt="Dear", seconds=8, image=upload())
    assert told(question) == (
        "This makes 1 clip of 8 seconds, for about 2.00.\nLeft after it:\n"
        "- of your own limit within 24 hours: 2.00\n- of this server's limit within 30 days: 0.50\nShall I send it?"
    )
    assert studio.vendor.ledger.charged == 1
    await studio.restart()
    assert question.message
    card = card_of(await ana.press(question.message, "Send it"))
    await studio.hears(card, "Done in")
    [task] = studio.vendor.ledger.by_prompt("Dear")
    assert task.picture and task.seconds == 8
    # what it costs is nobody else's business: a message is answered without it
    set_rules(studio, {"confirm_above": 0.5})
    said = await ana.say(studio.channel, mention(studio, "A kite"))
    asked = await answer_to(studio, said, "costs more than I send unasked")
    assert "Somebody else" in told(await studio.member("Bea").press(asked, "What it costs"))
    shown = await ana.press(asked, "What it costs")
    assert "for about 1.00" in told(shown) and shown.message
    await studio.hears(card_of(await ana.press(shown.message, "Send it")), "Done in")
    assert studio.vendor.ledger.charged == 3


@pytest.mark.catalogue(price=0.25)
@pytest.mark.settings(BUDGET_DAY="2", SERVER_CLIPS_DAY="2", DIRECT="all")
async def test_the_operators_ceilings_hold_whatever_a_server_grants_itself(studio: Studio) -> None:
    set_rules(studio, {"limits": {"server": {"clips_day": 100}}})
    ana = studio.ana
    for prompt in ("One", "Two"):
        card_of(await ana.run(studio.channel, "video", prompt=prompt))
    refused = told(await ana.run(studio.channel, "video", prompt="Three"))
    assert "beyond what one server may use of this bot: 2 clips within 24 hours, 2 used" in refused
    # direct messages are no way round it: there the budget of the whole bot is used up
    refused = told(await ana.run(ana.direct, "video", prompt="Three"))
    assert "beyond what this bot may use altogether. There is room again" in refused
    assert await wait_for(lambda: studio.vendor.ledger.charged == 2)


@pytest.mark.settings(BUDGET_MONTH="100")
async def test_a_budget_refuses_a_model_that_has_no_price(studio: Studio) -> None:
    refused = told(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert "nobody told me what Sora 2 Pro costs" in refused and "A kite" in refused
    assert studio.vendor.ledger.charged == 0


@pytest.mark.settings(CLIPS_DAY="5")
@pytest.mark.clocks({"bot.actions.budgets:LOOK_EVERY": 0.3})
async def test_the_owner_is_told_of_four_fifths_and_of_all_of_a_budget_once_each(studio: Studio) -> None:
    owner = Member(studio.discord, studio.guild.owner, studio.guild)

    def told_owner() -> list[str]:
        return [message.content for message in owner.direct.history if "budget" in message.content]

    for number in range(4):
        card_of(await studio.ana.run(studio.channel, "video", prompt=f"A kite {number}"))
    await wait_for(lambda: len(told_owner()) == 1, what="the owner to be told")
    assert "Four fifths of a budget of this bot are used: 4 of 5 clips within 24 hours." in told_owner()[0]
    await studio.restart()
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite, the last"))
    await wait_for(lambda: len(told_owner()) == 2, what="the owner to be told")
    assert "used up: 5 of 5 clips within 24 hours" in told_owner()[1]
    await studio.hears(card, "Done in")
    assert len(told_owner()) == 2


async def test_rules_that_cannot_be_read_send_nothing(studio: Studio) -> None:
    set_rules(studio, {"a rule of a later version": True})
    assert "cannot read the rules" in told(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert studio.vendor.ledger.charged == 0
