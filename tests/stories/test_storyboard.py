"""The storyboard: shots put in their order by many hands, changes taken back, what is missing made once, in order."""

import asyncio
import re
from pathlib import Path
from typing import Any

from sandbox.discord import Channel, Message, Upload
from sandbox.driver import Answer, Member, wait_for
from tests.clips import make_clip
from tests.pictures import png
from tests.stories.conftest import Studio
from tests.stories.rules import set_rules
from tests.stories.test_briefs import add, begun, heard, lead, shows, text_of
from tests.stories.test_takes import VEO_PATH, heard_back, labels, lines_of, lose_default, without_samples

SHOT = "Open a shot: change, move, replace it"
pytestmark = without_samples


async def storyboard_of(thread: Channel) -> Message:
    def find() -> Message | None:
        def is_meant(message: Message) -> bool:
            return any(str(embed.get("footer", {}).get("text")).startswith("storyboard ") for embed in message.embeds)

        return next((one for one in thread.messages.values() if is_meant(one) and one.ephemeral_for is None), None)

    found = await wait_for(find, what="the storyboard")
    assert found
    return found


async def in_storyboard(studio: Studio, **options: Any) -> tuple[Channel, Message, Message]:
    """A brief with two ideas, in the phase where its storyboard is made."""
    thread, board = await begun(studio, **options)
    await add(studio.ana, board, "A paper boat", title="Boat", action="It drifts")
    await add(studio.ana, board, "A lantern", title="Lantern", action="It glows")
    await shows(board, "Lantern")
    await lead(studio.ana, board, "storyboard")
    await shows(board, r"\*\*Storyboard\.\*\*")
    return thread, board, await storyboard_of(thread)


async def written(member: Member, storyboard: Message, words: str, **more: str) -> None:
    panel = await member.press(storyboard, "Add shot")
    assert panel.message and panel.ephemeral, panel
    form = await member.press(panel.message, "Write a prompt")
    await done(await member.submit(form, words=words, **more))


async def done(answer: Answer) -> str:
    """What is said, also in place of a private page."""
    assert answer.failed is None and answer.message, answer
    message = answer.message
    await wait_for(lambda: not message.loading, what="an answer")
    said = message.content
    assert "in a moment" in said or "taken back" in said or "brings it back" in said, said
    return said


async def opened(member: Member, storyboard: Message, number: int) -> Message:
    options = next(
        item["options"] for row in storyboard.components for item in row["components"] if item.get("type") == 3
    )
    answer = await member.choose(storyboard, SHOT, options[number - 1]["value"])
    assert answer.ephemeral and answer.message and answer.message.embeds, answer
    return answer.message


async def joined(storyboard: Message, count: int) -> None:
    await wait_for(lambda: text_of(storyboard).count("continues") == count, what="the joins")


async def made(studio: Studio, count: int) -> None:
    await wait_for(lambda: studio.vendor.ledger.charged >= count, timeout=60, what=f"shot {count}")


def overs(thread: Channel) -> list[Message]:
    return [one for one in thread.messages.values() if "All is over" in one.content]


async def missing_of(member: Member, storyboard: Message) -> Message:
    """The private sheet of what is missing."""
    answer = await member.press(storyboard, "Render missing")
    assert answer.failed is None and answer.message and answer.ephemeral, answer
    message = answer.message
    await wait_for(lambda: not message.loading, what="the sheet")
    return message


def outcome_of(sheet: Message) -> str:
    """What it says once it was sent, or has nothing to send; empty before that."""
    said = sheet.content or text_of(sheet)
    return "" if "together" in said else said


def order(storyboard: Message) -> list[str]:
    """The first words of each shot."""
    return re.findall(r"^\*\*\d+\.\*\* `[^`]*` ([^·\n]*?)(?: · |$)", text_of(storyboard), re.MULTILINE)


async def ordered(storyboard: Message, *words: str) -> None:
    def as_wished() -> bool:
        now = order(storyboard)
        return len(now) == len(words) and all(word in shot for word, shot in zip(words, now, strict=True))

    await wait_for(as_wished, what=f"{words} in {text_of(storyboard)}")


async def test_shots_are_written_moved_joined_removed_and_taken_back(studio: Studio) -> None:
    thread, _, storyboard = await in_storyboard(studio)
    assert "No shots yet" in text_of(storyboard)
    bea = studio.member("Bea")
    await written(studio.ana, storyboard, "The street at night", seconds="4", note="start dark")
    await written(bea, storyboard, "A hand lets go")
    await written(studio.ana, storyboard, "The boat sails")
    await ordered(storyboard, "The street", "A hand", "The boat")
    assert "start dark" in text_of(storyboard) and "3 are still to be made" in text_of(storyboard)
    await wait_for(lambda: [one.filename for one in storyboard.attachments] == ["storyboard.jpg"], what="the strip")
    # another's shot is its author's and the director's
    page = await opened(bea, storyboard, 1)
    assert "Replace" not in labels(page) and "Insert after it" in labels(page)
    page = await opened(studio.ana, storyboard, 3)
    await done(await studio.ana.choose(page, "Move it", "1"))
    await ordered(storyboard, "The boat", "The street", "A hand")
    page = await opened(studio.ana, storyboard, 2)
    await done(await studio.ana.choose(page, "How it joins the one before", "fade"))
    await shows(storyboard, "cross-fade")
    page = await opened(studio.ana, storyboard, 3)
    form = await studio.ana.press(page, "Edit")
    await done(await studio.ana.submit(form, words="A hand opens", seconds="8", note=""))
    await ordered(storyboard, "The boat", "The street", "A hand opens")
    page = await opened(studio.ana, storyboard, 1)
    await done(await studio.ana.press(page, "Remove"))
    await ordered(storyboard, "The street", "A hand opens")
    for words in (("The boat", "The street", "A hand opens"), ("The boat", "The street", "A hand lets go")):
        await done(await studio.ana.press(storyboard, "Undo"))
        await ordered(storyboard, *words)
    page = await opened(studio.ana, storyboard, 1)
    other = await opened(studio.ana, storyboard, 1)
    await done(await studio.ana.press(page, "Remove"))
    # what was opened before is about a shot that is not there any more
    late = await studio.ana.press(other, "Remove")
    assert late.message and "not there any more" in late.message.content
    await studio.restart()
    await ordered(storyboard, "The street", "A hand lets go")
    # who made none of it takes nothing of it back
    cem = studio.member("Cem")
    assert "Only its author" in await heard(await cem.press(storyboard, "Undo"))
    assert len([one for one in thread.messages.values() if "Storyboard:" in str(one.embeds)]) == 1


async def test_what_is_given_is_a_shot_and_a_clip_is_looked_at(studio: Studio, tmp_path: Path) -> None:
    thread, _, storyboard = await in_storyboard(studio)
    panel = await studio.ana.press(storyboard, "Add shot")
    assert panel.message
    form = await studio.ana.press(panel.message, "Give a picture")
    await done(await studio.ana.submit(form, file=[Upload.named("hat.png", png((640, 360)))], seconds="2.5"))
    await ordered(storyboard, "Still")
    await shows(storyboard, "2.5 s")
    clip = Upload.named("mine.mp4", make_clip(tmp_path / "mine.mp4", seconds=2).read_bytes())
    await studio.ana.say(thread, "the end", reply_to=storyboard, files=[clip])
    await ordered(storyboard, "Still", "Clip")
    await shows(storyboard, r"Clip · 2 s · .*\*the end\*")
    await studio.ana.say(thread, "A fox runs", reply_to=storyboard)
    await ordered(storyboard, "Still", "Clip", "A fox runs")
    bad = Upload.named("notes.mp4", b"no clip at all")
    await studio.ana.say(thread, "", reply_to=storyboard, files=[bad])
    await wait_for(lambda: any("picture" in one.content for one in thread.messages.values() if one.author.bot), what="")
    await ordered(storyboard, "Still", "Clip", "A fox runs")


async def test_what_is_missing_is_made_once_and_in_order(studio: Studio) -> None:
    thread, _, storyboard = await in_storyboard(studio)
    await written(studio.ana, storyboard, "The street at night", seconds="4")
    await written(studio.ana, storyboard, "The same street, later", seconds="4")
    await ordered(storyboard, "The street", "The same")
    page = await opened(studio.ana, storyboard, 2)
    await done(await studio.ana.choose(page, "How it joins the one before", "continue"))
    await shows(storyboard, "continues the one before")
    bea = studio.member("Bea")
    messages = [await missing_of(one, storyboard) for one in (studio.ana, bea)]
    assert all("2 clips, 8 s of video together" in text_of(one) for one in messages)
    # two at once: one of them is shown that nothing is missing any more
    await asyncio.gather(studio.ana.press(messages[0], "Make them"), bea.press(messages[1], "Make them"))
    await wait_for(lambda: all(map(outcome_of, messages)), what="both answers")
    told = sorted(map(outcome_of, messages))
    assert "2 shots are on the way" in told[0] and "Nothing has to be made" in told[1], told
    batch = await lines_of(thread, "watch it")
    assert batch.embeds[0]["title"] == "Shots of the storyboard" and "Vote" not in labels(batch)
    await wait_for(lambda: text_of(storyboard).count("watch it") == 2, timeout=60, what=text_of(storyboard))
    assert studio.vendor.ledger.charged == 2
    first, second = studio.vendor.ledger.tasks.values()
    assert first.picture is None and second.picture is not None
    await wait_for(lambda: any("2 of 2 shots are made" in one.content for one in thread.messages.values()), what="it")
    assert "Render missing" not in labels(storyboard)


async def test_while_the_default_is_away_the_nearest_makes_what_is_missing(studio: Studio) -> None:
    await lose_default(studio)
    _, _, storyboard = await in_storyboard(studio)
    await written(studio.ana, storyboard, "The street at night", seconds="4")
    await ordered(storyboard, "The street")
    sheet = await missing_of(studio.ana, storyboard)
    assert "Sora 2 Pro is not to be had just now; made with Veo 3.1." in text_of(sheet)
    await studio.ana.press(sheet, "Make them")
    await wait_for(lambda: text_of(storyboard).count("watch it") == 1, timeout=60, what=text_of(storyboard))
    [task] = studio.vendor.ledger.tasks.values()
    assert task.model == VEO_PATH


async def test_killed_in_the_middle_no_shot_is_made_twice_and_the_order_holds(studio: Studio) -> None:
    thread, _, storyboard = await in_storyboard(studio)
    for words in ("One", "Two", "Three"):
        await written(studio.ana, storyboard, words, seconds="4")
    await ordered(storyboard, "One", "Two", "Three")
    for number in (2, 3):
        page = await opened(studio.ana, storyboard, number)
        await done(await studio.ana.choose(page, "How it joins the one before", "continue"))
        await joined(storyboard, number - 1)
    sheet = await missing_of(studio.ana, storyboard)
    await studio.ana.press(sheet, "Make them")
    await wait_for(lambda: "on the way" in sheet.content, what="the jobs")
    for charged in (1, 2, 3):
        await made(studio, charged)
        await heard_back(studio)
        await studio.restart()
    await wait_for(lambda: text_of(storyboard).count("watch it") == 3, timeout=60, what=text_of(storyboard))
    assert [task.prompt for task in studio.vendor.ledger.tasks.values()] == ["One", "Two", "Three"]
    calls = await wait_for(lambda: overs(thread), timeout=30, what="the call")
    # a clip that somebody takes back is missing again, and nothing else is
    batch = await lines_of(thread, "watch it")
    clip = next(one for one in thread.messages.values() if "Take 3" in one.content)
    more = await studio.ana.press(clip, "More")
    assert more.message
    asks = await studio.ana.press(more.message, "Delete")
    assert asks.message
    await studio.ana.press(asks.message, "Delete for everybody")
    await wait_for(lambda: "to be made" in text_of(storyboard), timeout=30, what=text_of(storyboard))
    assert text_of(storyboard).count("watch it") == 2 and text_of(batch).count("watch it") == 2
    assert overs(thread) == calls and len(calls) == 1


async def test_rules_hold_and_what_they_refuse_is_told_by_its_shot(studio: Studio) -> None:
    _, _, storyboard = await in_storyboard(studio)
    await written(studio.ana, storyboard, "A knife on a table", seconds="4")
    await written(studio.ana, storyboard, "A boat", seconds="4")
    await ordered(storyboard, "A knife", "A boat")
    set_rules(studio, {"blocked": ["knife"]})
    sheet = await missing_of(studio.ana, storyboard)
    assert "Shot 1:" in text_of(sheet) and "Make them" not in labels(sheet)
    panel = await studio.ana.press(storyboard, "Add shot")
    assert panel.message
    form = await studio.ana.press(panel.message, "Write a prompt")
    refused = await heard(await studio.ana.submit(form, words="Another knife"))
    assert "Another knife" in refused
    page = await opened(studio.ana, storyboard, 1)
    await done(await studio.ana.press(page, "Remove"))
    await ordered(storyboard, "A boat")
    assert studio.vendor.ledger.charged == 0
