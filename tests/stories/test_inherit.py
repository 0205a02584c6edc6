"""Inheriting: what won is gone on from, by its last frame, its pictures and its words; all of it or nothing is sent."""

import contextlib
import json
import sqlite3

import pytest

from sandbox.discord import Channel, Message, Upload
from sandbox.driver import Member, wait_for
from tests import pictures
from tests.stories.conftest import Studio
from tests.stories.reviewing import database
from tests.stories.rules import set_rules
from tests.stories.test_briefs import add, begun, lead, shows, text_of
from tests.stories.test_going_on import starts_where
from tests.stories.test_main_job import photo
from tests.stories.test_takes import (
    EACH,
    MODELS,
    VEO,
    choose,
    clips_in,
    compared,
    heard_back,
    labels,
    lines_of,
    opened,
    planned,
    sent,
    without_samples,
)
from tests.stories.test_variations import press_more

pytestmark = without_samples
WHAT, WHOSE = "Inherited: nothing", "From which take?"
GONE = "not there any more, or it did not win"


async def won(
    studio: Studio, first_file: list[Upload] | None = None, **picture: object
) -> tuple[Channel, Message, Message]:
    """A brief with two ideas, of the first of which there are two takes; the second won. Its thread, board and call."""
    thread, board = await begun(studio)
    shown = {"file": first_file} if first_file else {}
    assert "Idea 1" in await add(studio.ana, board, "A paper boat", title="Boat", action="It drifts", **shown)
    assert "Idea 2" in await add(studio.ana, board, "A tin drum", title="Drum", action="It rolls", **picture)
    await shows(board, "Drum")
    await lead(studio.ana, board, "takes")
    await wait_for(lambda: "Make takes" in labels(board), what="the button")
    first = await planned(studio.ana, board)
    assert "Inherit" not in labels(first)
    await studio.ana.choose(first, EACH, "2")
    await sent(studio.ana, await of_idea(studio.ana, first, 1))
    call = await compared(thread)
    await choose(studio.ana, call, "2")
    await end(studio.ana, call)
    await shows(board, "★ take 2")
    return thread, board, call


async def of_idea(member: Member, sheet: Message, number: int) -> Message:
    await member.press(sheet, "Another idea")
    await member.choose(sheet, "Pick an idea", str(number))
    return sheet


async def end(member: Member, call: Message) -> None:
    mine = await member.press(call, "Vote")
    assert mine.message
    await member.press(mine.message, "End the vote")


async def inheriting(member: Member, board: Message, *what: str, idea: int = 2) -> Message:
    sheet = await of_idea(member, await planned(member, board), idea)
    await member.press(sheet, "Inherit")
    assert "Take 2 won" in text_of(sheet)
    changed = await member.choose(sheet, WHAT, list(what))
    assert changed.failed is None, changed
    return sheet


@pytest.mark.vendor(pending=0.3, processing=2)
async def test_the_next_takes_start_where_the_winner_ended_and_say_what_it_said(studio: Studio) -> None:
    thread, board, _ = await won(studio)
    sheet = await inheriting(studio.ana, board, "frame", "words")
    assert "Inherits from take 2: last frame and words." in text_of(sheet)
    await studio.ana.choose(sheet, EACH, "2")
    assert "Inherits from take 2" in text_of(sheet) and "2 clips" in text_of(sheet)
    assert "2 takes are on the way" in await sent(studio.ana, sheet)
    await studio.restart()
    await wait_for(lambda: studio.vendor.ledger.charged == 4, timeout=60, what="both at the vendor")
    await heard_back(studio)
    await studio.restart()
    await wait_for(lambda: len(clips_in(thread)) == 4, timeout=60, what="all clips")
    assert studio.vendor.ledger.charged == 4
    made = studio.vendor.ledger.by_prompt("A tin drum")
    assert [task.prompt for task in made] == ["A tin drum. It rolls.\nA paper boat. It drifts."] * 2
    assert all(task.picture for task in made)
    [clip] = [one for one in clips_in(thread) if one.content.startswith("**Take 2**")]
    assert starts_where(studio, "A tin drum", clip)
    await shows(board, "2 takes")


async def test_an_inherited_frame_goes_before_the_idea_s_own_picture_and_words_alone_leave_it(studio: Studio) -> None:
    _, board, _ = await won(studio, file=[Upload.named("drum.jpg", photo(900, 900))])
    sheet = await inheriting(studio.ana, board, "words")
    assert "own picture" not in text_of(sheet)
    await sent(studio.ana, sheet)
    await wait_for(lambda: studio.vendor.ledger.charged == 3, what="the take")
    [own] = studio.vendor.ledger.by_prompt("A tin drum")
    sheet = await inheriting(studio.ana, board, "frame")
    assert "They start from that frame, not from the idea’s own picture." in text_of(sheet)
    await sent(studio.ana, sheet)
    await wait_for(lambda: studio.vendor.ledger.charged == 4, timeout=60, what="the other")
    _, other = studio.vendor.ledger.by_prompt("A tin drum")
    assert other.prompt == "A tin drum. It rolls." and own.picture and other.picture and own.picture != other.picture


async def test_what_is_inherited_can_be_chosen_anew_or_not_at_all(studio: Studio) -> None:
    thread, board, _ = await won(studio)
    sheet = await inheriting(studio.ana, board, "frame")
    # of models those that take a picture
    assert "Back to the plan" not in labels(sheet)
    await studio.ana.press(sheet, "Inherit")
    await studio.restart()
    await studio.ana.press(sheet, "Back to the plan")
    assert "Inherits from take 2: last frame." in text_of(sheet)
    await studio.ana.press(sheet, "Inherit")
    await studio.ana.choose(sheet, WHAT, [])
    assert "Inherits" not in text_of(sheet)
    await sent(studio.ana, sheet)
    await wait_for(lambda: studio.vendor.ledger.by_prompt("A tin drum"), what="the take")
    assert studio.vendor.ledger.by_prompt("A tin drum")[0].picture is None
    # the take of the other batch wins, too: it is the next to be inherited from, and the first can be chosen
    call = await wait_for(lambda: _last_call(thread), timeout=60, what="the call to compare")
    assert call
    await choose(studio.ana, call, "3")
    await end(studio.ana, call)
    await shows(board, "★ take 3")
    sheet = await planned(studio.ana, board)
    await studio.ana.press(sheet, "Inherit")
    assert "Take 3 won" in text_of(sheet)
    await studio.ana.choose(sheet, WHOSE, "2")
    assert "Take 2 won" in text_of(sheet)
    await studio.ana.choose(sheet, WHAT, ["words"])
    assert "Inherits from take 2: words." in text_of(sheet)


async def test_of_a_winner_that_was_taken_back_nothing_is_inherited(studio: Studio) -> None:
    thread, board, _ = await won(studio)
    sheet = await inheriting(studio.ana, board, "frame")
    batch = await lines_of(thread, "★ won")
    take = await opened(studio.ana, batch, 2)
    assert take.embeds[0]["title"] == "Take 2 · ★ won"
    asks = await press_more(studio.ana, take, "Delete")
    assert asks.message
    await studio.ana.press(asks.message, "Delete for everybody")
    await lines_of(thread, "taken back")
    await studio.ana.press(sheet, "Make them")
    assert GONE in text_of(sheet) and "Make them" not in labels(sheet)
    assert studio.vendor.ledger.charged == 2


async def test_what_is_inherited_is_judged_as_if_it_was_written(studio: Studio) -> None:
    _, board, _ = await won(studio)
    sheet = await inheriting(studio.ana, board, "words")
    set_rules(studio, {"blocked": ["boat"]})
    await studio.ana.press(sheet, "Make them")
    assert "keeps this out" in text_of(sheet) and studio.vendor.ledger.charged == 2
    await studio.ana.press(sheet, "Inherit")
    await studio.ana.choose(sheet, WHAT, [])
    assert "on the way" in await sent(studio.ana, sheet)
    # without a picture the rule about pictures has nothing to say; with a frame it has
    set_rules(studio, {"pictures": "off"})
    sheet = await inheriting(studio.ana, board, "frame")
    assert "no video here starts from a picture" in text_of(sheet) and "Make them" not in labels(sheet)


async def test_what_the_winner_was_given_the_next_takes_are_to_look_like(studio: Studio) -> None:
    """It started from a picture of its idea's; that it was to look like another is not to be had in a brief yet."""
    _, board, _ = await won(studio, [Upload.named("boat.jpg", pictures.jpeg((800, 1280)))])
    look = pictures.jpeg((640, 480))
    await studio.bot.kill()
    with contextlib.closing(sqlite3.connect(database(studio))) as rows, rows:
        [winner] = rows.execute("SELECT job_id FROM takes WHERE number = 2").fetchone()
        rows.execute("UPDATE jobs SET extras = ? WHERE id = ?", (json.dumps({"references": 1}), winner))
        rows.execute("INSERT INTO further_pictures (job_id, slot, given) VALUES (?, '1', ?)", (winner, look))
    await studio.start()
    sheet = await inheriting(studio.ana, board, "pictures", "words")
    assert "Inherits from take 2: pictures and words." in text_of(sheet)
    assert "Sora 2 Pro takes no pictures to look like" in text_of(sheet) and "Make them" not in labels(sheet)
    await studio.ana.choose(sheet, MODELS, [VEO])
    await sent(studio.ana, sheet)
    await wait_for(lambda: studio.vendor.ledger.charged == 3, what="the take")
    [task] = studio.vendor.ledger.by_prompt("A tin drum")
    assert len(task.pictures["reference_images"]) == 2 and task.picture is None and "A paper boat" in task.prompt
    # one that starts from a frame cannot have them besides
    sheet = await inheriting(studio.ana, board, "pictures", "frame")
    await studio.ana.choose(sheet, MODELS, [VEO])
    assert "Leave one kind out" in text_of(sheet) and "Make them" not in labels(sheet)


async def test_whoever_looks_for_the_winner_is_told_that_it_won(studio: Studio) -> None:
    thread, _, _ = await won(studio)
    [clip] = [one for one in clips_in(thread) if one.content.startswith("**Take 2**")]
    link = f"https://discord.com/channels/{studio.guild.id}/{thread.id}/{clip.id}"
    answer = await studio.ana.run(thread, "clips show", clip=link)
    assert answer.message
    shown = answer.message
    await wait_for(lambda: shown.embeds, what="the clip")
    assert shown.embeds[0].get("title") == "Take 2 · ★ won", json.dumps(shown.embeds)


def _last_call(thread: Channel) -> Message | None:
    calls = [one for one in thread.messages.values() if "All is over" in one.content]
    return calls[-1] if len(calls) > 1 else None
