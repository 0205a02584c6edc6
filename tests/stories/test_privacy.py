"""A member and what is kept of them: told, handed out, forgotten, also where Discord refuses and the bot is killed."""

import json
import sqlite3
from typing import Any

import pytest

from sandbox.discord import Channel, Message, Upload
from sandbox.driver import Member, wait_for
from tests.stories.conftest import Studio, card_of, card_text, told
from tests.stories.reviewing import closed, question
from tests.stories.rules import set_rules
from tests.stories.test_main_job import photo
from tests.stories.test_taking_back import finished, thread_of

FORGET = "Delete everything of mine"
CLOSED = "SELECT verdict, settled FROM reviews"
QUICK = {
    "bot.tracker.erasing:LOOK_EVERY": 0.3,
    "bot.tracker.erasing:LEASE": 3.0,
    "bot.tracker.erasing:GOES_ON": 0.3,
    "bot.tracker.erasing:CLOSED_FIRST": 1.0,
    "bot.tracker.erasing:CLOSED_MOST": 1.0,
}


async def forget(member: Member, channel: Channel) -> Message:
    """What stands there when they pressed the red button."""
    question = (await member.run(channel, "privacy delete")).message
    assert question and question.ephemeral_for is member.user
    [row] = question.components
    assert [(one["label"], one["style"]) for one in row["components"]] == [(FORGET, 4)]
    answer = await member.press(question, FORGET)
    assert answer.message
    return answer.message


def job_of(card: Message) -> str:
    return str(card.embeds[0]["footer"]["text"]).removeprefix("job ")


async def is_done(card: Message) -> None:
    await wait_for(lambda: "Done" in card_text(card), what="the card to say so")


async def told_of_the_end(member: Member) -> None:
    def told() -> bool:
        return any("Everything of yours is deleted" in one.content for one in member.direct.messages.values())

    await wait_for(told, what="the member to be told")


def left_in_discord(studio: Studio, *words: str) -> list[str]:
    """Whatever of the bot's still shows one of these words: in messages, names of threads, of files."""
    shown = [one.name for one in studio.discord.state.channels.values()]
    for message in studio.discord.state.messages():
        if message.author.bot and message.ephemeral_for is None:
            shown += [message.content, json.dumps(message.embeds), *(one.filename for one in message.attachments)]
    return [one for one in shown if any(word.lower() in one.lower() for word in words)]


def rows(studio: Studio, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(studio.folder / "data" / "dailies.db") as database:
        return database.execute(query).fetchall()


@pytest.mark.settings(SUGGEST_URL="https://words.example/v1", SUGGEST_MODEL="gpt-5")
async def test_a_member_is_told_where_a_language_model_reads_ideas(studio: Studio) -> None:
    told = await studio.ana.run(studio.channel, "privacy show")
    assert told.message and "go to words.example when you press Suggest" in told.message.content
    studio.settings["SUGGEST_MODEL"] = ""
    await studio.restart()
    told = await studio.ana.run(studio.channel, "privacy show")
    assert told.message and "Suggest" not in told.message.content


async def test_a_member_is_told_and_handed_out_what_is_kept(studio: Studio) -> None:
    card, result = await finished(studio, "A purple kite")
    form = await studio.ana.run(studio.channel, "compose")
    await studio.ana.submit(form, Subject="A zeppelin")
    told = await studio.ana.run(studio.channel, "privacy show")
    assert told.ephemeral and told.message
    assert "1 video with prompt" in told.message.content and "1 draft that" in told.message.content
    assert "MuleRun" in told.message.content and "30 days" in told.message.content
    answer = await studio.ana.run(studio.ana.direct, "privacy export")
    assert answer.kind == "deferred" and answer.ephemeral
    await wait_for(lambda: answer.message and answer.message.attachments, what="the file")
    assert answer.message
    [attachment] = answer.message.attachments
    file = json.loads(await studio.ana.download(attachment.url))
    assert file["version"] == 1 and file["member"] == str(studio.ana.id) and file["last"]
    [job], [draft] = file["jobs"], file["drafts"]
    assert job["prompt"] == "A purple kite" and job["status"] == "completed" and job["name"] == studio.ana.name
    links = {one["what"]: one["link"] for one in job["messages"]}
    where = f"https://discord.com/channels/{studio.guild.id}"
    assert links["card"] == f"{where}/{studio.channel.id}/{card.id}"
    assert links["completed"] == f"{where}/{result.channel.id}/{result.id}"
    assert "zeppelin" in draft["prompt"]
    # of others one gets nothing
    other = await studio.member("Ben").run(studio.channel, "privacy export")
    await wait_for(lambda: other.message and other.message.attachments, what="the file")
    assert other.message
    mine = json.loads(await studio.ana.download(other.message.attachments[0].url))
    assert mine["jobs"] == mine["drafts"] == []


@pytest.mark.clocks(QUICK)
@pytest.mark.settings(MAX_ACTIVE="1")
@pytest.mark.vendor(pending=0.3, processing=2.5)
async def test_all_of_a_member_goes_where_discord_refuses_later_and_after_a_restart(studio: Studio) -> None:
    ben = studio.member("Ben")
    card, result = await finished(studio, "A purple kite")
    shown = await ben.run(studio.add_channel("elsewhere"), "clips show", clip=job_of(card))
    await wait_for(lambda: shown.message and shown.message.attachments, what="the clip once more")
    others = card_of(await ben.run(studio.channel, "video", prompt="An orange kite"))
    await studio.hears(others, "Done in")
    running = card_of(await studio.ana.run(studio.channel, "video", prompt="A purple whale"))
    await studio.hears(running, "Sent to")
    waiting = card_of(await studio.ana.run(studio.channel, "video", prompt="A purple boat"))
    locked = thread_of(card)
    locked.archived = locked.locked = True
    studio.discord.faults.answer_next(r"/messages/\d+$", method="DELETE", status=503, times=2)
    assert "being deleted" in (await forget(studio.ana, studio.channel)).content
    # the one at the vendor goes at once, too, and is followed to its end in silence
    await wait_for(lambda: running.deleted and waiting.deleted, what="what Discord takes to go")
    assert not result.deleted and not any("deleted" in one.content for one in studio.ana.direct.messages.values())
    assert studio.vendor.ledger.charged == 3
    await studio.bot.kill()
    locked.archived = locked.locked = False
    await studio.start()
    await told_of_the_end(studio.ana)
    assert card.deleted and result.deleted and shown.message and shown.message.deleted
    assert left_in_discord(studio, "purple") == []
    assert left_in_discord(studio, "orange") and not others.deleted
    # what was paid stays, without a word
    own = f"asker_id = {studio.ana.id}"
    kept = rows(studio, f"SELECT status, model, seconds, prompt, asker_name, links, detail FROM jobs WHERE {own}")
    assert sorted(row[0] for row in kept) == ["cancelled", "completed", "completed"]
    assert {row[2:] for row in kept} == {(4, "", "", "[]", None)}
    assert rows(studio, f"SELECT count(*) FROM posts JOIN jobs ON job_id = jobs.id WHERE {own}") == [(0,)]
    assert studio.vendor.ledger.charged == 3
    assert not list((studio.folder / "data" / "clips").glob("*.mp4"))
    # and what is begun afterwards is nobody's past
    again = card_of(await studio.ana.run(studio.channel, "video", prompt="A purple kite"))
    await studio.hears(again, "Done in")


@pytest.mark.clocks({"bot.tracker.retention:DAY": 1.0, "bot.tracker.retention:ASK_EVERY": 0.5})
@pytest.mark.settings(RETENTION_DAYS="2")
async def test_what_is_too_old_loses_its_words_and_its_buttons_say_so(studio: Studio) -> None:
    card, result = await finished(studio, "A purple kite")
    await wait_for(lambda: rows(studio, "SELECT 1 FROM jobs WHERE emptied_at IS NOT NULL"), what="its words to go")
    assert rows(studio, "SELECT prompt, asker_name, links FROM jobs") == [("", "", "[]")]
    for button in ("Again", "Change", "Continue from last frame"):
        answer = await studio.ana.press(result, button)
        assert answer.ephemeral and answer.message and "lost its prompt" in answer.message.content
    listed = await studio.ana.run(studio.channel, "clips list")
    assert listed.message and "no clip yet" in listed.message.embeds[0]["description"]
    reply = await studio.ana.say(result.channel, "at night", reply_to=result)
    await wait_for(
        lambda: any(one.reference is reply and "lost its prompt" in one.content for one in studio.about(card)),
        what="the reply to be answered",
    )
    assert studio.vendor.ledger.charged == 1
    # the clip is in Discord, and can still be taken back
    more = await studio.ana.press(result, "More")
    assert more.message and [one["label"] for row in more.message.components for one in row["components"]] == ["Delete"]
    sure = await studio.ana.press(more.message, "Delete")
    assert sure.message
    await studio.ana.press(sure.message, "Delete for everybody")
    await wait_for(lambda: result.deleted and "Taken back" in card_text(card), what="the clip to go")


@pytest.mark.settings(GUILDS="all")
@pytest.mark.clocks(
    {"bot.tracker.retention:DAY": 0.5, "bot.tracker.retention:ASK_EVERY": 0.3, "bot.tracker.retention:GUILD_LIFE": 1.0}
)
async def test_a_server_that_removed_the_bot_is_deleted(studio: Studio) -> None:
    """Whether the bot hears of it or was away; one that came back keeps everything."""
    await finished(studio)
    away, gone, back = (studio.discord.add_guild(name) for name in ("Away", "Gone", "Back"))
    for guild in (away, gone, back):
        channel = guild.add_channel("general")
        guild.admit(studio.ana.user)
        card = card_of(await studio.ana.run(channel, "video", prompt=f"A kite over {guild.name}"))
        await studio.hears(card, "Done in")
        await is_done(card)
    await studio.bot.stop()
    away.remove_bot()
    back.remove_bot()
    back.add_bot()
    await studio.start()
    gone.remove_bot()

    def guilds() -> set[int]:
        return {row[0] for row in rows(studio, "SELECT guild_id FROM jobs")}

    await wait_for(lambda: guilds() == {studio.guild.id, back.id}, what="the two servers to be deleted")
    # the row that says when one was left goes last
    left = {(studio.guild.id, None), (back.id, None)}
    await wait_for(lambda: set(rows(studio, "SELECT id, left_at FROM guilds")) == left, what="their rows to go")


def left_of_clips(studio: Studio) -> tuple[int, list[object]]:
    """Copies of clips in the database, and what is on the disk."""
    [(kept,)] = rows(studio, "SELECT count(*) FROM clips")
    return int(kept), [*(studio.folder / "data" / "clips").iterdir()]


@pytest.mark.clocks(QUICK)
async def test_nobody_decides_about_a_wish_that_was_forgotten_while_it_waited(studio: Studio) -> None:
    """Where Discord keeps the question for now, it says so and asks no more; it goes when it can."""
    review = studio.add_channel("review")
    set_rules(studio, {"review": {"before_sending": "all", "channel": str(review.id)}})
    moderator = studio.member("Mo", moderator=True)
    card = card_of(
        await studio.ana.run(studio.channel, "video", prompt="A purple kite", image=Upload.named("kite.jpg", photo()))
    )
    note = await question(review, "purple")
    form = await moderator.press(note, "Deny")
    studio.discord.faults.answer_next(rf"/messages/{note.id}$", method="DELETE", status=403, code=50013, times=None)
    await forget(studio.ana, studio.channel)
    await closed(note, "had it forgotten")
    await wait_for(lambda: left_in_discord(studio, "purple") == [], what="every word to go")
    assert told(await moderator.submit(form)).startswith("– Its asker had it forgotten")
    studio.discord.faults.clear()
    await told_of_the_end(studio.ana)
    assert card.deleted and note.deleted and left_in_discord(studio, "purple") == []
    assert rows(studio, "SELECT status FROM jobs") == [("cancelled",)]
    await wait_for(lambda: rows(studio, CLOSED) == [("forgotten", 1)], what="the question to be closed")
    assert rows(studio, "SELECT total(clips) FROM spent") == [(0,)]
    assert rows(studio, "SELECT count(*) FROM audit") == [(0,)] and studio.vendor.ledger.charged == 0


@pytest.mark.clocks(QUICK)
async def test_nobody_decides_about_a_clip_that_was_forgotten_while_it_was_held(studio: Studio) -> None:
    review = studio.add_channel("review")
    set_rules(studio, {"review": {"before_publishing": "all", "channel": str(review.id)}})
    moderator = studio.member("Mo", moderator=True)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A purple kite"))
    note = await question(review, "purple")
    form = await moderator.press(note, "Reject")
    studio.discord.faults.answer_next(rf"/messages/{note.id}$", status=503, times=None)
    await forget(studio.ana, studio.channel)
    await wait_for(lambda: rows(studio, "SELECT 1 FROM jobs WHERE emptied_at IS NOT NULL"), what="its words to go")
    await studio.restart()
    assert told(await moderator.press(note, "Publish")).startswith("– Its asker had it forgotten")
    assert told(await moderator.submit(form)).startswith("– Its asker had it forgotten")
    studio.discord.faults.clear()
    await told_of_the_end(studio.ana)
    assert card.deleted and note.deleted and left_in_discord(studio, "purple") == []
    await wait_for(lambda: left_of_clips(studio) == (0, []), what="the clip to go")
    assert rows(studio, "SELECT status FROM jobs") == [("completed",)]
    await wait_for(lambda: rows(studio, CLOSED) == [("forgotten", 1)], what="the question to be closed")
    assert rows(studio, "SELECT clips FROM spent WHERE whose = 'bot' AND span = 86400") == [(1,)]
    assert rows(studio, "SELECT count(*) FROM evidence") == [(0,)]


@pytest.mark.clocks(QUICK | {"bot.tracker.cases:LOOK_EVERY": 0.5})
async def test_what_moderators_decided_about_loses_its_words_where_they_saw_it(studio: Studio) -> None:
    review = studio.add_channel("review")
    set_rules(studio, {"review": {"channel": str(review.id)}})
    moderator, bea = studio.member("Mo", moderator=True), studio.member("Bea")
    _, result = await finished(studio, "A purple kite")
    menu = (await bea.press(result, "More")).message
    assert menu
    await bea.submit(await bea.press(menu, "Report"), why="Too loud")
    await wait_for(lambda: review.history, what="the report to be shown")
    [note] = review.history
    assert "purple" in json.dumps(note.embeds) and note.attachments
    await moderator.press(note, "Keep")
    await wait_for(lambda: not note.attachments, what="the copy to go once it is decided")
    await forget(studio.ana, studio.channel)
    await wait_for(lambda: left_in_discord(studio, "purple") == [], what="every word to go")
    # that it was decided, and by whom, stays to be read
    assert moderator.mention in json.dumps(note.embeds) and not note.deleted


@pytest.mark.clocks(QUICK)
async def test_a_clip_that_was_posted_and_not_heard_of_goes_too(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A purple kite"))
    await studio.hears(card, "Rendering")
    posts = f"/channels/{thread_of(card).id}/messages$"
    studio.discord.faults.reset(posts, method="POST", after_applying=True)
    result = await studio.hears(card, "Done in")
    # nothing more gets through before it is forgotten
    studio.discord.faults.answer_next(posts, method="POST", status=503, times=None)
    await forget(studio.ana, studio.channel)
    await told_of_the_end(studio.ana)
    assert result.deleted and left_in_discord(studio, "purple") == []
