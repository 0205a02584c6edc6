"""Brainstorming: a brief with its board, ideas however they come in, phases and deadlines, what is taken home."""

import asyncio
import contextlib
import json
import re
import sqlite3

import pytest

from sandbox.chat import MODELS, Chat, unpaid
from sandbox.discord import Channel, ChannelType, ForumTag, Message, Permissions, Upload
from sandbox.driver import Answer, Member, wait_for
from tests import pictures
from tests.stories.conftest import Studio, told
from tests.stories.rules import set_rules

QUICK = {
    "bot.briefs.drawing:DRAWN_EVERY": 0.3,
    "bot.tracker.tending:LOOK_EVERY": 1.0,
}
quick = pytest.mark.clocks(QUICK)


async def begun(studio: Studio, topic: str = "A film about rain", **options: object) -> tuple[Channel, Message]:
    """The thread of a new brief, and its board."""
    answer = await studio.ana.run(studio.channel, "brainstorm start", topic=topic, **options)
    assert answer.failed is None and answer.message and not answer.ephemeral, answer
    card_id = answer.message.id
    thread = await wait_for(lambda: studio.discord.state.channels.get(card_id), what="the thread")
    assert thread
    return thread, await board_in(thread)


async def board_in(place: Channel) -> Message:
    board = await wait_for(lambda: board_of(place), what="the board")
    assert board
    return board


def board_of(place: Channel) -> Message | None:
    return next((one for one in reversed(place.messages.values()) if "board of" in footer_of(one)), None)


def footer_of(message: Message) -> str:
    return "".join(str(embed.get("footer", {}).get("text")) for embed in message.embeds)


def text_of(message: Message | None) -> str:
    return "".join(str(embed.get("description")) for embed in message.embeds) if message else ""


async def shows(board: Message, words: str) -> str:
    await wait_for(lambda: re.search(words, text_of(board)), what=f"{words!r} on the board: {text_of(board)}")
    return text_of(board)


async def said(place: Channel, words: str) -> Message:
    def find() -> Message | None:
        return next((one for one in place.messages.values() if re.search(words, one.content)), None)

    found = await wait_for(find, what=f"{words!r} in the thread")
    assert found
    return found


async def add(member: Member, board: Message, subject: str, **parts: object) -> str:
    """What whoever adds an idea is told."""
    form = await member.press(board, "Add idea")
    assert form.modal, form
    return await heard(await member.submit(form, subject=subject, **parts))


async def heard(answer: Answer) -> str:
    assert answer.failed is None and answer.message and answer.ephemeral, answer
    message = answer.message
    await wait_for(lambda: not message.loading, what="an answer")
    return message.content


async def opened(member: Member, message: Message, button: str) -> Message:
    """The private message behind a button."""
    answer = await member.press(message, button)
    assert answer.failed is None and answer.ephemeral and answer.message, answer
    return answer.message


async def sheet_of(member: Member, board: Message, number: int) -> Message:
    """The sheet of an idea."""
    answer = await member.choose(await opened(member, board, "Ideas"), "Open an idea", str(number))
    assert answer.message and answer.ephemeral, answer
    return answer.message


async def vote(member: Member, board: Message, *numbers: int) -> Message:
    """Give one vote to each of these; the ballot as it stands then."""
    ballot = await opened(member, board, "Vote")
    answer = await member.choose(ballot, "1 vote each for …", [str(number) for number in numbers])
    assert answer.failed is None, answer
    return ballot


async def lead(member: Member, board: Message, phase: str) -> str:
    panel = await opened(member, board, "Lead")
    answer = await member.choose(panel, "Go on to …", phase)
    assert answer.message
    return answer.message.content


def labels(message: Message) -> list[str]:
    return [one["label"] for row in message.components for one in row["components"] if "label" in one]


@quick
async def test_a_team_goes_from_a_topic_to_a_winner(studio: Studio) -> None:
    thread, board = await begun(studio, votes=2)
    assert thread.name == "A film about rain"
    assert "No ideas yet." in text_of(board) and "2 votes each" in text_of(board)
    bea, cem = studio.member("Bea"), studio.member("Cem")
    first = await add(studio.ana, board, "A paper boat", title="Boat", action="It drifts", setting="A gutter at night")
    assert first == "Idea 1 is on the board: Boat"
    await add(bea, board, "A dog in the rain")
    await add(cem, board, "An umbrella that flies")
    seen = await shows(board, "flies")
    assert "**1. Boat** · Ana" in seen and "> A paper boat. It drifts. A gutter at night." in seen
    assert "**2. A dog in the rain** · Bea" in seen and "3 ideas" in seen

    assert "Done" in await lead(studio.ana, board, "vote")
    await shows(board, r"\*\*Vote\.\*\*")
    await said(thread, "The vote begins")
    assert "**1. Boat**" in text_of(await vote(studio.ana, board, 1, 2))
    await vote(bea, board, 1)
    await vote(cem, board, 3)
    seen = await shows(board, "3 members voted")
    assert seen.index("1. Boat** · Ana · 2 votes") < seen.index("2. A dog") < seen.index("3. An umbrella")

    await lead(studio.ana, board, "takes")
    seen = await shows(board, r"\*\*Takes\.\*\*")
    assert "1. Boat** · Ana · 2 votes · ★ won" in seen
    assert "★ 1. Boat, with 2 votes." in (await said(thread, "The vote is over")).content
    # nothing of it was ever sent to the vendor
    assert studio.vendor.ledger.charged == 0


@quick
async def test_ideas_come_in_by_a_reply_by_the_menu_and_with_pictures(studio: Studio) -> None:
    thread, board = await begun(studio)
    bea = studio.member("Bea")
    reply = await bea.say(thread, "A kite over a\nharbour", reply_to=board)
    await said(thread, "Idea 1 is on the board")
    # an edit of it, or the menu behind it, makes no second one of it
    again = await studio.ana.use(reply, "Make it an idea")
    assert "Idea 1" in await heard(again)
    words = await bea.say(thread, "What about a whale?")
    assert "Idea 2" in await heard(await studio.ana.use(words, "Make it an idea"))
    shown = await bea.say(thread, files=[Upload.named("boat.jpg", pictures.jpeg())])
    assert "Idea 3" in await heard(await bea.use(shown, "Make it an idea"))
    hidden = await bea.say(thread, "A surprise", files=[Upload.named("SPOILER_boat.jpg", pictures.jpeg())])
    assert "Idea 4" in await heard(await bea.use(hidden, "Make it an idea"))
    seen = await shows(board, "A surprise")
    # the credit stays with whose words they are
    assert "2. What about a whale?** · Bea" in seen and "1. A kite over a harbour** · Bea" in seen
    sheet = await sheet_of(bea, board, 3)
    assert sheet.embeds[0]["image"]["url"] and len(sheet.attachments) == 1
    sheet = await sheet_of(bea, board, 4)
    assert not sheet.attachments and "hidden" in text_of(sheet)
    assert "from this message" in text_of(sheet)
    nothing = await bea.say(thread, "\u200b\u200b", files=[Upload.named("a.txt", b"text")])
    assert "nothing to see" in await heard(await bea.use(nothing, "Make it an idea"))
    elsewhere = await bea.say(studio.channel, "Here")
    assert f"<#{thread.id}>" in await heard(await bea.use(elsewhere, "Make it an idea"))


@quick
async def test_an_idea_is_changed_withdrawn_and_joined_by_whom_it_belongs_to(studio: Studio) -> None:
    _, board = await begun(studio)
    bea = studio.member("Bea")
    await add(bea, board, "A dog", title="Dog", action="It runs")
    await add(studio.ana, board, "A boat", title="Boat", action="It drifts")
    cem = studio.member("Cem")
    await shows(board, "2 ideas")
    assert "Edit" not in labels(await sheet_of(cem, board, 1))
    sheet = await sheet_of(bea, board, 1)
    assert labels(sheet) == ["Edit", "Withdraw", "Combine", "Tree"]
    form = await bea.press(sheet, "Edit")
    assert "Idea 1 is changed: Cat" in await heard(await bea.submit(form, title="Cat", subject="A cat"))
    await shows(board, r"1\. Cat\*\* · Bea")

    first = await opened(cem, board, "Combine")
    await cem.choose(first, "Pick an idea", "1")
    assert "Cat" in text_of(first)
    form = await cem.choose(first, "Pick an idea", "2")
    assert form.modal
    fields = {one["component"]["custom_id"]: one["component"].get("value") for one in form.modal["components"]}
    assert fields["title"] == "Cat + Boat" and fields["action"] == "It runs It drifts"
    assert "Idea 3" in await heard(await cem.submit(form, title="Cat in a boat"))
    sheet = await sheet_of(cem, board, 3)
    assert "joins 1. Cat; 2. Boat" in text_of(sheet) and "by Cem" in text_of(sheet)

    answer = await bea.press(await sheet_of(bea, board, 1), "Withdraw")
    assert answer.message and answer.message.content == "Idea 1 is withdrawn."
    await wait_for(lambda: "1. Cat**" not in text_of(board), what="it to go")
    assert "2 ideas" in text_of(board) and "3. Cat in a boat" in text_of(board)
    # a button that was made up, or was there before
    assert "withdrawn" in told(await bea.press(sheet_with(sheet, f"idea_edit:{brief_of(board)}:1"), "Forged"))
    assert "somebody else" in await heard(
        await bea.submit(await bea.press(sheet_with(sheet, f"idea_edit:{brief_of(board)}:2"), "Forged"), title="Mine")
    )


def brief_of(board: Message) -> str:
    return footer_of(board).removeprefix("board of brainstorm ")


def sheet_with(seen: Message, custom_id: str) -> Message:
    """A message with a button that the bot never gave out."""
    seen.components = [
        {
            "type": 1,
            "id": 1,
            "components": [{"type": 2, "id": 2, "style": 2, "label": "Forged", "custom_id": custom_id}],
        }
    ]
    seen.ephemeral_for = None
    return seen


@quick
async def test_what_rules_refuse_is_no_idea_and_the_words_come_back(studio: Studio) -> None:
    set_rules(studio, {"blocked": ["zeppelin"]})
    _, board = await begun(studio, ideas=1)
    bea = studio.member("Bea")
    refused = await add(bea, board, "A zeppelin at dawn")
    assert "A zeppelin at dawn" in refused
    await add(bea, board, "A balloon")
    assert "1 idea here" in await add(bea, board, "A second balloon")
    assert "1 idea" in await shows(board, "balloon")
    blocked = await studio.ana.run(studio.channel, "brainstorm start", topic="Zeppelin films")
    assert blocked.ephemeral and "Zeppelin films" in told(blocked)
    nothing = await studio.ana.run(studio.channel, "brainstorm start", topic="\u200b")
    assert nothing.ephemeral and "topic" in told(nothing)


@quick
async def test_its_director_leads_and_so_do_moderators_and_nobody_else(studio: Studio) -> None:
    bea, cem = studio.member("Bea"), studio.member("Cem")
    _, board = await begun(studio, director=bea.user, format="phases")
    assert f"led by {bea.mention}" in text_of(board)
    for member in (studio.ana, cem):
        answer = await member.press(board, "Lead")
        assert "leads this brainstorm" in told(answer)
    panel = await opened(bea, board, "Lead")
    form = await bea.press(panel, "Rules")
    assert "from 1 to" in await heard(await bea.submit(form, votes="0"))
    assert "set" in await heard(await bea.submit(form, votes="5", per_idea="3", own="0", secret="1", ideas="4"))
    seen = await shows(board, "5 votes each")
    assert "at most 3 for one idea" in seen and "none for one's own" in seen and "hidden until the end" in seen
    moderator = studio.member("Mo", moderator=True)
    # a press that arrives twice has done what it says
    theirs = await opened(moderator, board, "Lead")
    studio.discord.faults.duplicate_next_interaction()
    await moderator.choose(theirs, "Go on to …", "vote")
    assert "Done" in theirs.content
    await shows(board, r"\*\*Vote\.\*\*")
    # what was offered in a phase that is over
    assert "gone on" in told(await bea.choose(panel, "Go on to …", "takes"))
    form = await cem.press(sheet_with(board, f"idea_add:{brief_of(board)}"), "Forged")
    assert "not taken just now" in await heard(await cem.submit(form, subject="Too late"))


@pytest.mark.clocks(QUICK | {"bot.briefs.brief:SLEEPS_AFTER": 1.5})
async def test_deadlines_are_kept_over_a_restart_and_a_sleeping_brief_is_asked_about_once(studio: Studio) -> None:
    thread, board = await begun(studio, ends=3600)
    assert re.search(r"It ends <t:\d+:R>", text_of(board))
    await add(studio.ana, board, "A boat")
    await shows(board, "boat")
    await studio.bot.kill()
    database(studio, "UPDATE briefs SET ends_at = made_at, due_at = made_at")
    await studio.start()
    await shows(board, r"\*\*Vote\.\*\*")
    database(studio, "UPDATE briefs SET ends_at = made_at, due_at = made_at")
    await shows(board, r"\*\*Takes\.\*\*")
    asked = await said(thread, "Is this over")
    assert asked.content.count(studio.ana.mention) == 1
    await asyncio.sleep(3.0)
    assert len([one for one in thread.messages.values() if "Is this over" in one.content]) == 1
    assert len([one for one in thread.messages.values() if "The vote begins" in one.content]) == 1
    answer = await studio.ana.press(asked, "Close")
    assert "Closed" in told(answer)
    await shows(board, r"\*\*Closed\.\*\*")


def database(studio: Studio, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(studio.folder / "data" / "dailies.db", timeout=10)) as rows, rows:
        rows.execute(statement)


@quick
async def test_ideas_are_taken_where_the_brief_takes_place_and_nowhere_else(studio: Studio) -> None:
    bea = studio.member("Bea")
    early = await bea.say(studio.channel, "A kite")
    assert "There is no brainstorm here" in await heard(await bea.use(early, "Make it an idea"))
    thread, board = await begun(studio)
    card = studio.channel.messages[thread.id]
    other = studio.add_channel("other")
    for place in (studio.channel, other):
        words = await bea.say(place, "A whale")
        assert f"<#{thread.id}>" in await heard(await bea.use(words, "Make it an idea"))
    await bea.say(studio.channel, "A dog", reply_to=card)
    answer = await said(studio.channel, "Ideas go into the brainstorm itself")
    assert f"<#{thread.id}>" in answer.content
    await add(bea, board, "A boat")
    assert "1. A boat" in await shows(board, "1 idea") and "dog" not in text_of(board)
    # of one that is closed nobody is sent anywhere
    await studio.ana.run(thread, "brainstorm close")
    await said(thread, "This brainstorm is closed")
    assert "There is no brainstorm here" in await heard(await bea.use(early, "Make it an idea"))
    assert not studio.vendor.ledger.tasks


@quick
async def test_a_closed_one_is_taken_home_listed_and_taken_up_again(studio: Studio) -> None:
    thread, board = await begun(studio, topic="Rain *and* snow")
    bea = studio.member("Bea")
    await add(studio.ana, board, "A boat", title="Boat")
    await add(bea, board, "A sled", title="Sled")
    await lead(studio.ana, board, "vote")
    await shows(board, r"\*\*Vote\.\*\*")
    await vote(bea, board, 2)
    assert "Closed" in told(await studio.ana.run(thread, "brainstorm close"))
    record = await said(thread, "take home")
    files = {one.filename.rpartition(".")[2]: one.data for one in record.attachments}
    document = json.loads(files["json"])
    assert document["topic"] == "Rain *and* snow" and document["took_part"] == ["Ana", "Bea"]
    assert [one["title"] for one in document["ideas"]] == ["Boat", "Sled"]
    assert document["rounds"] == [{"round": 1, "voters": 1, "votes": {"2": 1}, "won": 2, "tie": []}]
    written = files["md"].decode()
    assert "# Rain \\*and\\* snow" in written and "### 2. Sled ★ won" in written and "Round 1: 2. × 1" in written
    await shows(board, r"\*\*Closed\.\*\*")
    assert labels(board) == ["Ideas"]

    listed = await bea.run(studio.channel, "brainstorm list")
    assert "closed" in text_of(listed.message) and f"/{thread.id}/{board.id}" in text_of(listed.message)
    assert "leads" in told(await bea.run(thread, "brainstorm resume"))
    assert "goes on" in told(await studio.ana.run(thread, "brainstorm resume"))
    await shows(board, r"\*\*Takes\.\*\*")
    choices = await studio.ana.autocomplete(studio.channel, "brainstorm resume", "brief", "snow")
    assert [one["value"] for one in choices] == [brief_of(board)]
    assert "no brainstorm here" in told(await bea.run(studio.channel, "brainstorm close"))


@quick
async def test_it_takes_place_wherever_there_is_room_for_it(studio: Studio) -> None:
    # within a thread: right there
    thread = await studio.ana.open_thread(studio.channel, "Talk")
    await studio.ana.say(thread, f"{studio.discord.state.bot.mention} hello")
    answer = await studio.ana.run(thread, "brainstorm start", topic="In a thread")
    assert answer.message
    board = await board_in(thread)
    await add(studio.ana, board, "A boat")
    # a board that somebody deletes comes back with the next change
    await studio.member("Mo", moderator=True).delete(board)
    await add_by_form(studio, thread, board)
    fresh = await wait_for(lambda: (one := board_of(thread)) and not one.deleted and one, what="another board")
    assert fresh and fresh.id != board.id
    # in a post of a forum
    forum = studio.add_channel("ideas", ChannelType.FORUM)
    post = await studio.ana.open_thread(forum, "Winter", first="What about winter?")
    await studio.ana.run(post, "brainstorm start", topic="In a post")
    assert "In a post" in (await board_in(post)).embeds[0]["title"]


async def add_by_form(studio: Studio, thread: Channel, board: Message) -> None:
    message = await studio.ana.say(thread, "A second boat")
    await heard(await studio.ana.use(message, "Make it an idea"))


@pytest.mark.clocks(QUICK | {"bot.briefs.brief:ANSWERED_BY": 1.0})
@pytest.mark.parametrize("arrives", [True, False])
async def test_it_begins_once_whatever_becomes_of_the_answer(studio: Studio, arrives: bool) -> None:
    """Discord has the answer and the bot does not hear so, or it never gets there."""
    studio.discord.faults.reset("/callback", method="POST", after_applying=arrives)
    await studio.ana.run(studio.channel, "brainstorm start", topic="Rain")
    place = await wait_for(lambda: thread_named(studio, "Rain"), what="the thread")
    assert place
    await board_in(place)
    await studio.restart()
    titles = [embed.get("title") for one in studio.channel.messages.values() for embed in one.embeds]
    assert titles.count("Rain") == 1
    assert len([one for one in place.messages.values() if "board of" in footer_of(one)]) == 1


def thread_named(studio: Studio, name: str) -> Channel | None:
    return next((one for one in studio.discord.state.channels.values() if one.name == name), None)


@quick
async def test_many_ideas_are_paged_and_long_and_turned_words_stay_within_limits(studio: Studio) -> None:
    thread, board = await begun(studio, topic="T" * 200)
    long = "Ein" + "e" * 76
    await add(studio.ana, board, "s" * 690, title=long, action="a" * 600, setting="z" * 600)
    await add(studio.ana, board, "قارب ورقي يبحر في الليل", title="قارب ورقي")
    for number in range(3, 41):
        message = await studio.ana.say(thread, f"Idea number {number} of many, *with* marks_ and `code`")
        await heard(await studio.ana.use(message, "Make it an idea"))
    seen = await shows(board, "40 ideas")
    assert "30 more" in seen
    assert "\u2068قارب ورقي\u2069" in seen
    listed = await opened(studio.ana, board, "Ideas")
    assert "page 1 of 4 · 40 ideas" in footer_of(listed)
    for page in (2, 3, 4):
        await studio.ana.press(listed, "Next ▶")
        assert f"page {page} of 4" in footer_of(listed)
    answer = await studio.ana.choose(listed, "Open an idea", "40")
    assert "40. Idea number 40" in str(answer.message and answer.message.embeds[0]["title"])
    picks = await opened(studio.ana, board, "Combine")
    await studio.ana.press(picks, "Next ▶")
    await studio.ana.choose(picks, "Pick an idea", "33")
    form = await studio.ana.choose(picks, "Pick an idea", "2")
    assert form.modal


@quick
async def test_the_board_is_pinned_where_the_bot_may_and_posts_wear_the_tags_of_their_phase(studio: Studio) -> None:
    thread, board = await begun(studio)
    await wait_for(lambda: "not pinned" in studio.bot.log, what="a word in the log")
    assert not thread.pinned
    role = studio.guild.add_role("Dailies", Permissions.PIN_MESSAGES | Permissions.MANAGE_THREADS)
    studio.guild.set_roles(studio.discord.state.bot, role)
    other = await studio.ana.run(studio.channel, "brainstorm start", topic="Snow")
    assert other.message
    card_id = other.message.id
    place = await wait_for(lambda: studio.discord.state.channels.get(card_id), what="the thread")
    assert place
    await wait_for(lambda: place.pinned, what="a pin")
    assert place.pinned[0] is await board_in(place)

    ideas, voting, keep = ForumTag(name="Ideas"), ForumTag(name="voting"), ForumTag(name="Winter")
    forum = studio.guild.add_forum("films", ideas, voting, keep)
    post = await studio.ana.open_thread(forum, "Winter", first="What about winter?", tags=[keep])
    await studio.ana.run(post, "brainstorm start", topic="Winter")
    board = await board_in(post)
    await wait_for(lambda: post.shown_tags == ["Winter", "Ideas"], what="the tags of ideas")
    await add(studio.ana, board, "A sled")
    await lead(studio.ana, board, "vote")
    await wait_for(lambda: post.shown_tags == ["Winter", "voting"], what="the tags of a vote")
    await lead(studio.ana, board, "ideas")
    await wait_for(lambda: post.shown_tags == ["Winter", "Ideas"], what="the tags of ideas")


@quick
async def test_a_language_model_suggests_and_its_asker_decides(studio: Studio) -> None:
    async with Chat() as chat:
        studio.settings |= {"SUGGEST_URL": chat.url, "SUGGEST_KEY": chat.key, "SUGGEST_MODEL": MODELS[0]}
        await studio.restart()
        _, board = await begun(studio)
        assert "Suggest" in labels(board)
        found = await suggested(studio.ana, board)
        assert len(found.embeds[0]["fields"]) == 3
        await studio.restart()
        form = await studio.ana.press(found, "Take 2")
        assert form.modal
        assert "Idea 1" in await heard(await studio.ana.submit(form, title="Mine"))
        await shows(board, r"1\. Mine\*\* · Ana")
        bea = studio.member("Bea")
        assert "gone" in told(await bea.press(sheet_with(found, found_id(found, "Take 1")), "Forged"))
        of_idea = await suggested(bea, await sheet_of(bea, board, 1))
        assert "Variations of idea 1" in text_of(of_idea)
        chat.next_answers(unpaid())
        answer = await studio.ana.press(board, "Suggest")
        assert "account" in await heard(answer)
    # one that is away is said to be so
    answer = await studio.ana.press(board, "Suggest")
    assert "cannot be reached" in await heard(answer)


@pytest.mark.clocks({**QUICK, "bot.suggest_endpoint:ASKED_MOST": 1})
async def test_one_member_has_so_many_suggestions_within_an_hour(studio: Studio) -> None:
    async with Chat() as chat:
        studio.settings |= {"SUGGEST_URL": chat.url, "SUGGEST_KEY": chat.key, "SUGGEST_MODEL": MODELS[0]}
        await studio.restart()
        _, board = await begun(studio)
        await suggested(studio.ana, board)
        assert "as often as one member may within an hour" in await heard(await studio.ana.press(board, "Suggest"))
        await suggested(studio.member("Bea"), board)
        assert len(chat.asked) == 2


async def suggested(member: Member, message: Message) -> Message:
    answer = await member.press(message, "Suggest")
    assert answer.message and answer.ephemeral, answer
    found = answer.message
    await wait_for(lambda: not found.loading, what="suggestions")
    return found


def found_id(message: Message, label: str) -> str:
    pressed = [one for row in message.components for one in row["components"] if one.get("label") == label]
    return str(pressed[0]["custom_id"])
