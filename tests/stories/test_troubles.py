"""Troubles outside: the vendor's, Discord's, and a process that dies."""

import re

import pytest

from sandbox.driver import wait_for
from sandbox.mulerun import faults
from tests.stories.conftest import Studio, card_of, card_text


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (faults.status(401), "key"),
        (faults.status(402), "out of credit"),
        (faults.status(403), "may not use Sora 2 Pro"),
        (faults.status(404), "does not offer Sora 2 Pro any more"),
        (faults.rejected(), "did not take this request"),
    ],
    ids=["key", "credit", "access", "model", "rejected"],
)
async def test_a_refusal_at_the_door_is_explained_and_costs_nothing(
    studio: Studio, fault: faults.Fault, words: str
) -> None:
    studio.vendor.faults.next_posts(fault)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    told = await studio.hears(card, words)
    assert "Nothing was charged" in told.content
    assert studio.vendor.ledger.charged == 0


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("a sensitive sound", "Sora 2 Pro refused this: “OutputAudioSensitiveContentDetected”"),
        ("a failed inspection", "Sora 2 Pro refused this: “data_?.*inspection.*failed”"),
        ("a Chinese refusal", "Sora 2 Pro refused this: “视频描述涉及敏感内容"),
        ("a high load", "could not finish this: “The provider faces high load.*may work later"),
    ],
)
async def test_a_makers_code_is_told_for_what_it_means(studio: Studio, prompt: str, words: str) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt=prompt))
    await studio.hears(card, words)


@pytest.mark.parametrize(
    "fault",
    [
        faults.status(500, accepted=True),
        faults.status(502),
        faults.malformed(),
        faults.empty(),
        faults.html(),
        faults.reset(accepted=True),
    ],
    ids=["500", "502", "malformed", "empty", "html", "reset"],
)
async def test_an_answer_nobody_can_read_is_never_followed_by_a_second_post(
    studio: Studio, fault: faults.Fault
) -> None:
    studio.vendor.faults.next_posts(fault)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "cannot tell whether")
    posts = [visit for visit in studio.vendor.ledger.visits if visit.method == "POST"]
    assert len(posts) == 1


async def test_a_busy_vendor_is_asked_again_when_it_says(studio: Studio) -> None:
    studio.vendor.faults.next_posts(faults.status(429, retry_after=6))
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "In line: MuleRun takes no more at the moment")
    await studio.hears(card, "Done in")
    assert studio.vendor.ledger.charged == 1


@pytest.mark.parametrize("status", [401, 402, 403, 404, 407, 413])
async def test_a_firewall_on_the_way_speaks_neither_of_key_nor_credit_nor_model(studio: Studio, status: int) -> None:
    studio.vendor.faults.firewall = status
    cards = [card_of(await studio.ana.run(studio.channel, "video", prompt=f"Kite {number}")) for number in range(2)]
    for card in cards:
        await studio.hears(card, "In line")
    await wait_for(lambda: any("such as a firewall" in card_text(card) for card in cards), what="why they wait")
    studio.vendor.faults.firewall = None
    for card in cards:
        assert (await studio.hears(card, "Done in", timeout=60)).attachments
        assert not [text for text in studio.said(card) if re.search("key|credit|offer|may not use|too large", text)]
    choices = await studio.ana.autocomplete(studio.channel, "video", "model", "")
    assert not [choice for choice in choices if "refused" in choice["name"]]
    assert studio.vendor.ledger.charged == 2


async def test_a_page_that_meets_one_request_holds_up_no_other(studio: Studio) -> None:
    studio.vendor.faults.next_posts(faults.html(403, accepted=False))
    first = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await wait_for(lambda: studio.vendor.ledger.visits, what="the request that is turned away")
    second = card_of(await studio.ana.run(studio.channel, "video", prompt="A boat"))
    for card in (second, first):
        assert (await studio.hears(card, "Done in")).attachments
    assert studio.vendor.ledger.charged == 2


@pytest.mark.vendor(pending=0.2, processing=0.4)
async def test_a_firewalls_404_does_not_lose_a_task_that_is_at_the_vendor(studio: Studio) -> None:
    studio.vendor.faults.next_looks(*[faults.html(404)] * 6)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert (await studio.hears(card, "Done in", timeout=90)).attachments


async def test_looks_that_fail_lose_nothing(studio: Studio) -> None:
    studio.vendor.faults.next_looks(
        faults.status(500), faults.status(503), faults.reset(accepted=False), faults.malformed(), faults.status(404)
    )
    studio.vendor.faults.next_downloads(faults.status(503), faults.reset(accepted=False))
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert (await studio.hears(card, "Done in")).attachments


async def test_unknown_words_of_the_vendor_count_as_waiting(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="unknown word"))
    assert (await studio.hears(card, "Done in")).attachments


async def test_a_vendor_that_cannot_be_reached_is_waited_for(studio: Studio) -> None:
    studio.vendor.faults.outage = True
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "In line|cannot tell")
    studio.vendor.faults.outage = False
    assert await studio.hears(card, "Done in|cannot tell")


async def test_in_an_outage_one_request_ends_in_doubt_and_the_others_wait_for_a_sign_of_life(studio: Studio) -> None:
    studio.vendor.faults.outage = True
    first = card_of(await studio.ana.run(studio.channel, "video", prompt="First"))
    await studio.hears(first, "cannot tell")
    others = [card_of(await studio.ana.run(studio.channel, "video", prompt=f"Kite {number}")) for number in range(4)]
    for card in others:
        await studio.hears(card, "In line")
    studio.vendor.faults.outage = False
    for card in others:
        assert (await studio.hears(card, "Done in", timeout=60)).attachments
    posts = [visit for visit in studio.vendor.ledger.visits if visit.method == "POST"]
    assert len(posts) == 5 and studio.vendor.ledger.charged == 4


@pytest.mark.vendor(pending=0.2, processing=0.4)
async def test_a_clip_waits_for_discord_to_come_back(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Sent to")
    studio.discord.faults.outage(True)
    await wait_for(lambda: list((studio.folder / "data" / "clips").glob("*.mp4")), what="the clip on disk")
    studio.discord.faults.outage(False)
    done = await studio.hears(card, "Done in", timeout=60)
    assert done.attachments
    assert len([text for text in studio.said(card) if "Done in" in text]) == 1
    await wait_for(lambda: not list((studio.folder / "data" / "clips").glob("*.mp4")), what="the clip to be cleared")


async def test_a_message_whose_answer_was_lost_is_not_said_twice(studio: Studio) -> None:
    studio.discord.faults.reset(r"/messages$", method="POST", times=2, after_applying=True)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Done in", timeout=60)
    said = studio.said(card)
    assert len(said) == len(set(said))


async def test_a_card_whose_answer_was_lost_is_found_again(studio: Studio) -> None:
    studio.discord.faults.reset(r"/callback$", after_applying=True)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Done in", timeout=60)
    cards = [message for message in studio.channel.messages.values() if message.embeds]
    assert cards == [card]


async def test_a_card_that_never_appeared_is_posted_once_by_the_bots_own_token(studio: Studio) -> None:
    studio.discord.faults.reset(r"/callback$", after_applying=False, times=None)
    await studio.ana.run(studio.channel, "video", prompt="A kite")
    studio.discord.faults.clear()
    await wait_for(lambda: [m for m in studio.channel.messages.values() if m.embeds], what="the card")
    [card] = [message for message in studio.channel.messages.values() if message.embeds]
    assert "A kite" in card_text(card)
    assert (await studio.hears(card, "Done in")).attachments
    assert len([message for message in studio.channel.messages.values() if message.embeds]) == 1


async def test_a_file_that_discord_refuses_after_all_comes_smaller(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="big clip", seconds=4))
    await studio.hears(card, "Rendering")
    studio.discord.faults.too_large_next(r"/messages$")
    told = await studio.hears(card, "Shrunk from", timeout=90)
    [clip] = told.attachments
    assert len(clip.data) <= 5 * 1024 * 1024
    assert studio.vendor.base_url in told.content


async def test_a_file_that_discord_refuses_and_that_cannot_be_smaller_is_linked(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Rendering")
    studio.discord.faults.too_large_next(r"/messages$")
    told = await studio.hears(card, "more than can be uploaded here")
    assert studio.vendor.base_url in told.content and not told.attachments
    clips = studio.folder / "data" / "clips"
    await wait_for(lambda: [file.suffix for file in clips.iterdir()] == [".mp4"], what="the clip alone to be kept")


@pytest.mark.parametrize("moment", ["Sent to", "Rendering"])
@pytest.mark.vendor(pending=2, processing=2)
async def test_a_killed_bot_carries_on_where_it_was(studio: Studio, moment: str) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, moment)
    await studio.restart()
    await studio.hears(card, "Done in|cannot tell")
    said = studio.said(card)
    assert len(said) == len(set(said))
    assert studio.vendor.ledger.charged <= 1


@pytest.mark.settings(MAX_ACTIVE="1")
@pytest.mark.vendor(pending=0.3, processing=6)
async def test_a_bot_killed_while_jobs_wait_sends_them_in_their_turn(studio: Studio) -> None:
    first = card_of(await studio.ana.run(studio.channel, "video", prompt="First"))
    second = card_of(await studio.ana.run(studio.channel, "video", prompt="Second"))
    await studio.hears(second, "In line, 1st")
    await studio.restart()
    for card in (first, second):
        assert (await studio.hears(card, "Done in")).attachments
        assert len(studio.said(card)) == len(set(studio.said(card)))
    assert studio.vendor.ledger.charged == 2


async def test_a_bot_killed_while_sending_says_that_it_cannot_tell(studio: Studio) -> None:
    studio.vendor.faults.next_posts(faults.slow(5))
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await wait_for(lambda: studio.vendor.ledger.charged, what="the request at the vendor")
    await studio.restart()
    told = await studio.hears(card, "cannot tell whether MuleRun accepted it")
    assert told.pinged == [studio.ana.user]
    await wait_for(lambda: "it may or may not be" in card_text(card))


async def test_a_stop_finishes_the_post_in_flight(studio: Studio) -> None:
    studio.vendor.faults.next_posts(faults.slow(2))
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await wait_for(lambda: studio.vendor.ledger.charged, what="the request at the vendor")
    assert await studio.bot.stop() == 0
    assert studio.vendor.ledger.charged == 1
    await studio.start()
    assert (await studio.hears(card, "Done in")).attachments
    assert not [text for text in studio.said(card) if "cannot tell" in text]


async def test_a_dropped_gateway_comes_back_and_hears_again(studio: Studio) -> None:
    for resumable in (True, False):
        studio.discord.faults.drop_gateway(resumable=resumable)
        await studio.discord.wait_until_connected()
        card = card_of(await studio.ana.run(studio.channel, "video", prompt=f"After a drop {resumable}"))
        await studio.hears(card, "Done in")


async def test_commands_are_synced_once_and_not_at_every_start(studio: Studio) -> None:
    # only then is it written down that Discord has them
    await wait_for(lambda: "Commands synced" in studio.bot.log, what="the commands to be synced")
    await studio.restart()
    await studio.restart()
    assert len(studio.discord.record.find("PUT", "/commands$")) == 1


@pytest.mark.parametrize(
    ("prompt", "charge"),
    [("half an emoji", "does not say whether"), ("half an emoji at the door", "[Nn]othing was charged")],
)
async def test_half_a_character_in_the_vendors_words_ends_the_job_like_any_others(
    studio: Studio, prompt: str, charge: str
) -> None:
    """No database takes one: the job went on for ever, and at the door it was told that it may have been charged."""
    card = card_of(await studio.ana.run(studio.channel, "video", prompt=prompt))
    told = await studio.hears(card, "a fox")
    assert re.search(charge, told.content), told.content
