"""Takes: batches made whole or not at all, told of in one message, called to be compared once, and voted on."""

import asyncio
import contextlib
import itertools
import json
import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from sandbox.discord import Channel, Message
from sandbox.driver import Member, wait_for
from sandbox.mulerun import faults
from tests.stories.conftest import Studio, card_of
from tests.stories.reviewing import asked
from tests.stories.rules import set_rules
from tests.stories.test_briefs import QUICK, add, begun, database, lead, shows, text_of
from tests.stories.test_models import make_veo_dearer
from tests.stories.test_workers import Company, company

AGAIN = "Send again, may be charged twice"
SORA, VEO = "sora-2-pro", "veo-3.1"
VEO_PATH = "/vendors/google/v1/veo-3.1/generation"
__all__ = ["company"]

MODELS, LENGTHS, EACH = "Models: the usual one", "Lengths: what is usual of each model", "How many of each"


# what helps to compare takes longer than all the rest of a story
without_samples = pytest.mark.clocks(QUICK | {"bot.tracker.batches:SAMPLED_TRIES": -1})
with_samples = pytest.mark.clocks({"bot.tracker.batches:SAMPLED_TRIES": 2})
pytestmark = without_samples


async def in_takes(studio: Studio, **options: Any) -> tuple[Channel, Message]:
    """A brief with one idea, in the phase where takes are made of it."""
    thread, board = await begun(studio, **options)
    assert "Idea 1" in await add(studio.ana, board, "A paper boat", title="Boat", action="It drifts")
    await shows(board, "Boat")
    await lead(studio.ana, board, "takes")
    await shows(board, r"\*\*Takes\.\*\*")
    await wait_for(lambda: "Make takes" in labels(board), what="the button")
    return thread, board


async def lose_default(studio: Studio) -> None:
    """The default model is gone, and the bot knows."""
    studio.vendor.delist(SORA)
    dead = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(dead, "does not offer Sora 2 Pro any more")


def labels(message: Message) -> list[str]:
    return [str(item.get("label")) for row in message.components for item in row.get("components", [])]


async def planned(member: Member, board: Message, **chosen: Iterable[str]) -> Message:
    """The private sheet, with these chosen in its menus."""
    answer = await member.press(board, "Make takes")
    assert answer.ephemeral and answer.message and answer.message.embeds, answer
    for menu, values in chosen.items():
        placeholder = {"models": MODELS, "lengths": LENGTHS, "each": EACH}[menu]
        changed = await member.choose(answer.message, placeholder, list(values))
        assert changed.failed is None, changed
    return answer.message


async def heard_back(studio: Studio) -> None:
    """Nothing is being sent: of what is, nobody could tell after a kill whether it was accepted."""
    with contextlib.closing(sqlite3.connect(studio.folder / "data" / "dailies.db")) as database:
        for _ in range(200):
            if not database.execute("SELECT 1 FROM jobs WHERE status = 'submitting'").fetchone():
                return
            await asyncio.sleep(0.05)
    raise AssertionError("something is still being sent")


def batch_of(thread: Channel) -> Message | None:
    return _with_footer(thread, "takes ")


def comparison_of(thread: Channel) -> Message | None:
    return _with_footer(thread, "comparison of takes ")


def _with_footer(thread: Channel, words: str) -> Message | None:
    def is_meant(message: Message) -> bool:
        return any(str(embed.get("footer", {}).get("text")).startswith(words) for embed in message.embeds)

    return next((one for one in thread.messages.values() if is_meant(one) and one.ephemeral_for is None), None)


def clips_in(thread: Channel) -> list[Message]:
    return [
        one
        for one in thread.messages.values()
        if any(a.filename.endswith(".mp4") for a in one.attachments) and "Take " in one.content
    ]


def calls_in(thread: Channel, member: Member) -> list[Message]:
    return [
        one
        for one in thread.messages.values()
        if one.author.bot and member.mention in one.content and "All is over" in one.content
    ]


async def compared(thread: Channel) -> Message:
    found = await wait_for(lambda: comparison_of(thread), timeout=60, what="the call to compare")
    assert found
    return found


@with_samples
@pytest.mark.clocks({"bot.briefs.drawing:DRAWN_EVERY": 5.0})
async def test_five_takes_across_two_models_are_made_whole_and_compared(studio: Studio) -> None:
    thread, board = await in_takes(studio)
    sheet = await planned(studio.ana, board, models=[SORA, VEO], lengths=["4", "8", "12"])
    # of Veo twelve seconds are the eight that it makes at most, which is there already
    assert "5 clips, 36 s of video together" in text_of(sheet) and "5. Veo 3.1 · 8 s" in text_of(sheet)
    assert "5 takes are on the way" in await sent(studio.ana, sheet)
    batch = await wait_for(lambda: batch_of(thread), what="the message of the batch")
    assert len(re.findall(r"^\*\*\d\*\*", text_of(batch), re.MULTILINE)) == 5
    call = await compared(thread)
    await wait_for(lambda: text_of(batch).count("watch it") == 5, timeout=60, what=f"five clips: {text_of(batch)}")
    assert studio.vendor.ledger.charged == 5 and len(clips_in(thread)) == 5
    assert len(calls_in(thread, studio.ana)) == 1 and "5 of 5 takes" in call.content
    assert [one.filename for one in call.attachments] == ["takes.jpg", "takes.mp4"]
    # only the call calls: clips, lines and their edits do not
    assert [one for one in thread.messages.values() if one.author.bot and one.pinged] == [call]
    edited = [version.at for version in batch.versions] if batch else []
    assert all(later - earlier > 4.5 for earlier, later in itertools.pairwise(edited)), edited
    # no card and no thread of their own
    assert len(studio.channel.messages) == 1 and not [one for one in thread.messages.values() if one.thread]
    await shows(board, "5 takes")


async def test_while_the_default_is_away_the_nearest_makes_takes_of_which_no_model_was_chosen(studio: Studio) -> None:
    await lose_default(studio)
    thread, board = await in_takes(studio)
    sheet = await planned(studio.ana, board, each=["2"])
    text = text_of(sheet)
    assert text.count("Veo 3.1 · 4 s") == 2 and "Sora 2 Pro is not to be had just now; made with Veo 3.1." in text
    assert "2 takes" in await sent(studio.ana, sheet)
    await compared(thread)
    assert {task.model for task in studio.vendor.ledger.tasks.values()} == {VEO_PATH}


@pytest.mark.catalogue(price=0.25)
async def test_what_came_to_cost_more_since_is_shown_before_it_is_sent(studio: Studio) -> None:
    make_veo_dearer(Path(studio.settings["CATALOGUE_FILE"]))
    await studio.restart()
    thread, board = await in_takes(studio)
    sheet = await planned(studio.ana, board, each=["2"])
    assert "about 2.00" in text_of(sheet)
    await lose_default(studio)
    answer = await studio.ana.press(sheet, "Make them")
    assert answer.message is sheet and "made with Veo 3.1" in text_of(sheet) and "about 8.00" in text_of(sheet)
    assert studio.vendor.ledger.charged == 0 and batch_of(thread) is None
    assert "2 takes are on the way" in await sent(studio.ana, sheet)
    await wait_for(lambda: studio.vendor.ledger.charged == 2, what="both takes")


async def sent(member: Member, sheet: Message) -> str:
    answer = await member.press(sheet, "Make them")
    assert answer.message is sheet and sheet.content, text_of(answer.message)
    return sheet.content


async def test_what_was_chosen_and_never_seen_is_shown_before_it_is_sent(studio: Studio) -> None:
    """As after a press whose answer was lost: the plan has it, and the sheet does not."""
    thread, board = await in_takes(studio)
    sheet = await planned(studio.ana, board)
    assert "1 clip, " in text_of(sheet)
    database(studio, """UPDATE batches SET plan = '{"each": 2}', version = version + 1""")
    answer = await studio.ana.press(sheet, "Make them")
    assert answer.message is sheet and "2 clips, " in text_of(sheet)
    assert studio.vendor.ledger.charged == 0 and batch_of(thread) is None
    assert "2 takes are on the way" in await sent(studio.ana, sheet)
    await wait_for(lambda: studio.vendor.ledger.charged == 2, what="both takes")


async def lines_of(thread: Channel, *words: str) -> Message:
    """The message of the batch, once all of these stand in it."""
    batch = await wait_for(lambda: batch_of(thread), what="the message of the batch")
    assert batch
    await wait_for(lambda: all(each in text_of(batch) for each in words), timeout=60, what=f"{words} in the batch")
    return batch


async def opened(member: Member, batch: Message, number: int) -> Message:
    answer = await member.choose(batch, "Open a take: what it is, and what can be done", str(number))
    assert answer.ephemeral and answer.message and answer.message.embeds, answer
    return answer.message


async def choose(member: Member, comparison: Message, choice: str) -> str:
    """Vote; what the sheet then says."""
    answer = await member.press(comparison, "Vote")
    assert answer.ephemeral and answer.message and answer.message.embeds, answer
    await member.choose(answer.message, "Which one is the best?", choice)
    return text_of(answer.message)


@pytest.mark.settings(CLIPS_DAY="5")
async def test_what_a_limit_has_no_room_for_is_not_made_at_all(studio: Studio) -> None:
    _, board = await in_takes(studio)
    bea = studio.member("Bea")
    both = await planned(studio.ana, board, each=["4"]), await planned(bea, board, each=["4"])
    assert all("Make them" in labels(sheet) for sheet in both)
    pressed = await asyncio.gather(*(studio.ana.press(both[0], "Make them") for _ in range(3)))
    assert [answer.failed for answer in pressed] == [None] * 3 and "on the way" in both[0].content
    # there is room for one more: four are refused whole, before and when it is pressed
    await bea.press(both[1], "Make them")
    assert "Make them" not in labels(both[1]) and "beyond what this bot may use altogether" in text_of(both[1])
    await wait_for(lambda: studio.vendor.ledger.charged == 4, what="four takes")
    one = await bea.choose(both[1], EACH, "1")
    assert one.message and "Make them" in labels(both[1])
    assert "1 take is on the way" in await sent(bea, both[1])
    await wait_for(lambda: studio.vendor.ledger.charged == 5, what="the fifth")
    await shows(board, "5 takes")


async def test_takes_that_fail_are_told_of_in_their_lines_and_can_be_seen_to(studio: Studio) -> None:
    thread, board = await in_takes(studio)
    studio.vendor.faults.next_posts(faults.rejected(), faults.reset(accepted=True))
    await sent(studio.ana, await planned(studio.ana, board, each=["3"]))
    batch = await lines_of(thread, "✖ failed", "? sent without a clear answer", "watch it")
    call = await compared(thread)
    assert "1 of 3 takes" in call.content
    failed, doubtful = (_number_of(text_of(batch), words) for words in ("failed", "without a clear answer"))
    seen = await opened(studio.ana, batch, failed)
    assert "✖ Failed" in text_of(seen) and {"Change", "Again"} <= {*labels(seen)}
    asks = await opened(studio.ana, batch, doubtful)
    assert "may or may not be at MuleRun" in text_of(asks)
    # somebody else cannot spend Ana's money
    bea = studio.member("Bea")
    other = await bea.press(await opened(bea, batch, doubtful), AGAIN)
    assert other.ephemeral and other.message and studio.ana.mention in other.message.content
    answer = await studio.ana.press(asks, AGAIN)
    assert answer.ephemeral and answer.message and "Sent again" in answer.message.content
    await wait_for(lambda: text_of(batch).count("watch it") == 2, timeout=60, what="the one that was sent again")
    await wait_for(lambda: "Take 2" in text_of(call) and text_of(call).count("[Take") == 2, what=text_of(call))
    assert len(calls_in(thread, studio.ana)) == 1 and len(clips_in(thread)) == 2
    assert [one for one in thread.messages.values() if one.author.bot and one.pinged] == [call]


async def test_a_take_can_be_stopped_before_it_is_sent(studio: Studio) -> None:
    thread, board = await in_takes(studio)
    studio.vendor.faults.next_posts(*[faults.status(429, retry_after=2)] * 2)
    await sent(studio.ana, await planned(studio.ana, board, each=["2"]))
    batch = await lines_of(thread, "in line")
    answer = await studio.ana.press(await opened(studio.ana, batch, 2), "Cancel")
    assert answer.message and "Cancelled" in answer.message.content
    await lines_of(thread, "cancelled", "watch it")
    assert "1 of 2 takes" in (await compared(thread)).content and studio.vendor.ledger.charged == 1


@pytest.mark.vendor(pending=0.3, processing=3)
async def test_killed_in_the_middle_no_take_is_made_twice_and_none_is_lost(studio: Studio) -> None:
    thread, board = await in_takes(studio)
    await sent(studio.ana, await planned(studio.ana, board, models=[SORA, VEO], each=["2"]))
    await wait_for(lambda: studio.vendor.ledger.charged == 4, what="takes at the vendor")
    await heard_back(studio)
    await studio.restart()
    await wait_for(lambda: clips_in(thread), timeout=60, what="the first clip")
    await studio.restart()
    call = await compared(thread)
    await studio.restart()
    await wait_for(lambda: text_of(call).count("[Take") == 4, what=text_of(call))
    assert "4 of 4 takes" in call.content and studio.vendor.ledger.charged == 4
    # it is again in hand, and everything was said
    await choose(studio.ana, call, "3")
    await wait_for(lambda: "1 member voted" in text_of(call), what=text_of(call))
    assert len(clips_in(thread)) == 4 and len(calls_in(thread, studio.ana)) == 1
    assert sorted(one.content[:10] for one in clips_in(thread)) == [
        f"**Take {number}**"[:10] for number in (1, 2, 3, 4)
    ]


async def test_a_team_votes_and_the_winner_is_marked_everywhere(studio: Studio) -> None:
    thread, board = await in_takes(studio)
    bea, cem = studio.member("Bea"), studio.member("Cem")
    await sent(studio.ana, await planned(studio.ana, board, each=["2"]))
    call = await compared(thread)
    answers = [await bea.press(call, "Vote") for _ in range(4)]
    sheets = [answer.message for answer in answers if answer.message]
    # one member, four sheets at once: it is one vote, and the last one counts
    await asyncio.gather(*(bea.choose(sheet, "Which one is the best?", "1") for sheet in sheets))
    await wait_for(lambda: "Take 1" in text_of(call) and "1 vote" in text_of(call), what=text_of(call))
    assert "2 votes" not in text_of(call) and "1 member voted" in text_of(call)
    assert "That is your vote" in await choose(cem, call, "2")
    # the end is for who leads; a tie is decided by them
    assert "End the vote" not in labels((await cem.press(call, "Vote")).message or call)
    mine = await studio.ana.press(call, "Vote")
    assert mine.message
    told = await studio.ana.press(mine.message, "End the vote")
    assert told.message and "It is a tie" in told.message.content
    await wait_for(lambda: labels(call) == ["Decide"] and "It is a tie" in text_of(call), what=text_of(call))
    late = await bea.choose(sheets[0], "Which one is the best?", "2")
    assert late.message and "No votes are taken" in late.message.content
    refused = await cem.press(call, "Decide")
    assert refused.message and studio.ana.mention in refused.message.content
    asks = await studio.ana.press(call, "Decide")
    assert asks.message
    decided = await studio.ana.choose(asks.message, "What came of it?", "2")
    assert decided.message and "★ Take 2 won" in decided.message.content
    await lines_of(thread, "★ Take 2 won", "· ★ won")
    await wait_for(lambda: re.search(r"Take 2\].*★ won", text_of(call)) and not labels(call), what=text_of(call))
    await shows(board, "2 takes · ★ take 2")


async def test_of_blind_takes_the_models_are_told_after_the_vote(studio: Studio) -> None:
    thread, board = await in_takes(studio, secret=True)
    sheet = await planned(studio.ana, board, models=[SORA, VEO])
    await studio.ana.press(sheet, "Hide which model is which")
    await sent(studio.ana, sheet)
    batch = await lines_of(thread, "watch it", "told after the vote")
    call = await compared(thread)
    shown = text_of(batch) + text_of(call) + "".join(one.content for one in clips_in(thread))
    shown += text_of(await opened(studio.ana, batch, 1)) + str(batch.components)
    assert "Sora" not in shown and "Veo" not in shown
    # nor elsewhere
    clip = clips_in(thread)[0]
    listed = await studio.ana.run(thread, "clips list")
    assert listed.message and text_of(listed.message).count("model told after the vote") == 2
    job = re.findall(r"`(\w+)`", text_of(listed.message))[0]
    once_more = await studio.ana.run(thread, "clips show", clip=job)
    assert once_more.message
    message = once_more.message
    await wait_for(lambda: message.attachments, what="the clip once more")
    assert "model told after the vote" in text_of(message)
    refused = [await studio.ana.press(clip, label) for label in ("Again", "Change", "Continue from last frame")]
    refused.append(await studio.ana.use(clip, "Animate picture"))
    for answer in refused:
        assert answer.ephemeral and answer.message and "is told after the vote." in answer.message.content, answer
    offered = await studio.ana.press(clip, "More")
    assert offered.message and labels(offered.message) == ["Tree", "Delete"]
    await studio.ana.say(thread, "and in snow", reply_to=clip)
    await wait_for(lambda: any("is told after the vote. Until" in one.content for one in thread.messages.values()))
    assert studio.vendor.ledger.charged == 2
    await choose(studio.member("Bea"), call, "none")
    await wait_for(lambda: "1 member voted" in text_of(call), what=text_of(call))
    assert "None of these" not in text_of(call)
    mine = await studio.ana.press(call, "Vote")
    assert mine.message
    await studio.ana.press(mine.message, "End the vote")
    await wait_for(lambda: "None of these" in text_of(call) and "Veo 3.1" in text_of(call), what=text_of(call))
    await lines_of(thread, "Sora 2 Pro", "Veo 3.1")
    listed = await studio.ana.run(thread, "clips list")
    assert listed.message and "Veo 3.1" in text_of(listed.message)
    assert (await studio.ana.press(clip, "Change")).modal


async def test_whoever_closes_the_brief_ends_the_vote(studio: Studio) -> None:
    thread, board = await in_takes(studio)
    await sent(studio.ana, await planned(studio.ana, board, each=["2"]))
    call = await compared(thread)
    await choose(studio.ana, call, "1")
    closed = await studio.ana.run(thread, "brainstorm close")
    assert closed.message and "Closed" in closed.message.content
    await wait_for(lambda: "★ Take 1 won" in text_of(call) and not labels(call), what=text_of(call))
    await shows(board, "★ take 1")


async def test_moderators_are_asked_about_takes_as_about_any_wish(studio: Studio) -> None:
    reviews = studio.add_channel("reviews")
    mo = studio.member("Mo", moderator=True)
    set_rules(studio, {"review": {"channel": str(reviews.id), "before_sending": "all"}})
    thread, board = await in_takes(studio)
    sheet = await planned(studio.ana, board, each=["2"])
    assert "moderator" in text_of(sheet)
    await sent(studio.ana, sheet)
    await lines_of(thread, "waiting for a moderator")
    await wait_for(lambda: len(asked(reviews, "A paper boat")) == 2, what="two questions")
    one, other = asked(reviews, "A paper boat")
    await mo.press(one, "Approve")
    denied = await mo.submit(await mo.press(other, "Deny"))
    assert denied.failed is None
    await lines_of(thread, "not let through", "watch it")
    assert "1 of 2 takes" in (await compared(thread)).content and studio.vendor.ledger.charged == 1


@pytest.mark.settings(CONTENT_RULES="ask")
async def test_what_rules_say_is_told_before_and_holds_for_the_whole(studio: Studio) -> None:
    _, board = await in_takes(studio)
    # of a model whose maker has rules, whoever asks for the first time is told them, also when the next has none
    sheet = await planned(studio.ana, board, models=[SORA, VEO])
    assert "real people" in text_of(sheet) and "Make them" in labels(sheet)
    set_rules(studio, {"models": [SORA]})
    # what was offered a moment ago is refused when it is pressed, all of it
    await studio.ana.press(sheet, "Make them")
    assert "Make them" not in labels(sheet) and "Sora 2 Pro" in text_of(sheet)
    set_rules(studio, {"blocked": ["boat"]})
    changed = await studio.ana.choose(sheet, EACH, "1")
    assert changed.failed is None and "Make them" in labels(sheet)
    await studio.ana.press(sheet, "Make them")
    assert "Make them" not in labels(sheet) and not studio.vendor.ledger.tasks
    set_rules(studio, {})
    await studio.ana.choose(sheet, EACH, "1")
    assert "2 takes are on the way" in await sent(studio.ana, sheet)
    await wait_for(lambda: studio.vendor.ledger.charged == 2, what="both")


def _number_of(text: str, words: str) -> int:
    found = re.search(rf"^\*\*(\d+)\*\*.*{words}", text, re.MULTILINE)
    assert found, text
    return int(found[1])


async def test_notes_hang_on_a_take_and_fill_the_next_change(studio: Studio) -> None:
    thread, board = await in_takes(studio)
    await sent(studio.ana, await planned(studio.ana, board))
    await compared(thread)
    batch = await lines_of(thread, "watch it")
    bea = studio.member("Bea")
    for words in ("0:03 the hat is wrong", "more rain"):
        form = await bea.press(await opened(bea, batch, 1), "Note")
        assert form.modal, form
        answer = await bea.submit(form, note=words)
        assert answer.ephemeral and answer.message and f"Noted on take 1: {words} · Bea" in answer.message.content
    await lines_of(thread, "2 notes")
    seen = await opened(studio.ana, batch, 1)
    assert seen.embeds[0]["fields"][0]["value"] == "more rain · Bea\n0:03 the hat is wrong · Bea"
    [clip] = clips_in(thread)
    for message in (seen, clip):
        change = await studio.ana.press(message, "Change")
        assert change.modal and "It drifts.\\nmore rain\\n0:03 the hat is wrong" in json.dumps(change.modal)


@with_samples
async def test_of_a_take_that_was_taken_back_no_picture_stays(studio: Studio) -> None:
    thread, board = await in_takes(studio)
    await sent(studio.ana, await planned(studio.ana, board, each=["2"]))
    call = await compared(thread)
    assert call.attachments
    batch = await lines_of(thread, "watch it")
    more = await studio.ana.press(await opened(studio.ana, batch, 1), "More")
    assert more.message
    asks = await studio.ana.press(more.message, "Delete")
    assert asks.message
    await studio.ana.press(asks.message, "Delete for everybody")
    await lines_of(thread, "– taken back")
    await wait_for(lambda: not call.attachments, what="the pictures to go")
    assert text_of(call).count("[Take") == 1 and len([one for one in clips_in(thread) if not one.deleted]) == 1


@pytest.mark.vendor(pending=0.3, processing=12)
async def test_what_one_worker_begins_another_carries_to_its_end(company: Company) -> None:
    """Every press reaches both: they are one batch; and who dies in the middle leaves it to the other."""
    first = await company.hire()
    await company.hire()
    await company.wait_for_commands()
    # what a studio is for a story, a company is, too
    studio: Any = company
    thread, board = await in_takes(studio)
    sheet = await planned(company.ana, board, models=[SORA, VEO], each=["2"])
    await company.ana.press(sheet, "Hide which model is which")
    await sent(company.ana, sheet)
    batch = await lines_of(thread, "rendering")
    assert "Veo" not in text_of(batch)
    # an answer that dies with its worker would be a doubtful take
    await wait_for(lambda: text_of(batch).count("rendering") == 4, timeout=60, what=text_of(batch))
    await first.kill()
    call = await compared(thread)
    assert "4 of 4 takes" in call.content and company.vendor.ledger.charged == 4
    await choose(company.ana, call, "3")
    await wait_for(lambda: "1 member voted" in text_of(call), timeout=60, what=text_of(call))
    assert len(clips_in(thread)) == 4 and len(calls_in(thread, company.ana)) == 1
    footers = [str(embed.get("footer", {}).get("text")) for one in thread.messages.values() for embed in one.embeds]
    assert sum("takes " in footer for footer in footers) == 2
