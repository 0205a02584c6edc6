"""What is said to the bot: a remark costs nothing, no file is passed over, and a mention is heard however it comes."""

import time

import pytest

from sandbox.discord import Message, Permissions, Preview, Upload
from sandbox.driver import wait_for
from tests.clips import make_clip
from tests.stories.conftest import Studio, card_of
from tests.stories.test_spoilers import stays_hidden
from tests.stories.test_ways_in import answer_to, mention, upload

LINK = "https://example.org/beach.jpg"
PDF = Upload.named("notes.pdf", b"%PDF-1.7\n")
VOICE = Upload.named("voice-message.ogg", b"OggS\0\x02" + bytes(40))


async def result(studio: Studio, prompt: str = "A paper boat") -> Message:
    """A finished clip, asked for by mention."""
    said = await studio.ana.say(studio.channel, mention(studio, prompt))
    return await studio.hears(await answer_to(studio, said, prompt), "Done in")


def clip(studio: Studio) -> Upload:
    file = make_clip(studio.folder / "clip.mp4", seconds=1.0, size=(1280, 720))
    return Upload.named("clip.mp4", file.read_bytes())


def answers(message: Message) -> list[Message]:
    return [one for one in message.channel.messages.values() if one.author.bot and one.reference_id == message.id]


async def settle(studio: Studio, prompt: str = "Last of all") -> None:
    """Wait until the bot has dealt with all that was said: a wish that came later is done."""
    await result(studio, prompt)


# --- a remark


async def test_a_remark_costs_nothing_until_its_author_sends_it(studio: Studio) -> None:
    done = await result(studio)
    said = await studio.ana.say(done.channel, "thanks, love it", reply_to=done)
    question = await answer_to(studio, said, "A paper boat\nthanks, love it")
    assert studio.vendor.ledger.charged == 1 and not question.pinged
    await studio.restart()
    refused = await studio.member("Bea").press(question, "Send")
    assert refused.ephemeral and refused.message and "Somebody else" in refused.message.content
    card = card_of(await studio.ana.press(question, "Send"))
    await studio.hears(card, "Done in")
    assert studio.vendor.ledger.by_prompt("A paper boat\nthanks, love it")
    twice = await studio.ana.press(question, "Send")
    assert twice.ephemeral and twice.message and "sent already" in twice.message.content
    assert studio.vendor.ledger.charged == 2


async def test_a_remark_is_left_as_one(studio: Studio) -> None:
    done = await result(studio)
    question = await answer_to(studio, await studio.ana.say(done.channel, "thanks", reply_to=done), "thanks")
    await studio.ana.press(question, "Do not make it")
    assert "Nothing was charged" in question.content and not question.components and not question.embeds
    assert studio.vendor.ledger.charged == 1


async def test_a_remark_is_changed_before_it_is_sent(studio: Studio) -> None:
    done = await result(studio)
    said = await studio.ana.say(done.channel, "", files=[upload()], reply_to=done)
    question = await answer_to(studio, said, "With a picture")
    form = await studio.ana.press(question, "Edit")
    card = card_of(await studio.ana.submit(form, prompt="It sinks", seconds="8"))
    await studio.hears(card, "Done in")
    [task] = studio.vendor.ledger.by_prompt("It sinks")
    assert task.seconds == 8 and task.picture and studio.vendor.ledger.charged == 2


async def test_a_reply_that_mentions_is_a_wish(studio: Studio) -> None:
    done = await result(studio)
    said = await studio.ana.say(done.channel, mention(studio, "in snow"), reply_to=done)
    await studio.hears(await answer_to(studio, said, "in snow"), "Done in")
    assert studio.vendor.ledger.by_prompt("A paper boat\nin snow")


# --- files


async def test_a_file_that_is_no_picture_is_not_passed_over(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, "A beach"), files=[PDF])
    told = await answer_to(studio, said, "in pdf format")
    assert "A beach" in told.content and studio.vendor.ledger.charged == 0


async def test_a_file_without_words_is_refused_before_words_are_asked_for(studio: Studio) -> None:
    await answer_to(studio, await studio.ana.say(studio.channel, mention(studio, ""), files=[PDF]), "in pdf format")


async def test_a_voice_message_is_not_passed_over(studio: Studio) -> None:
    done = await result(studio)
    await answer_to(studio, await studio.ana.speak(done.channel, VOICE, reply_to=done), "in ogg format")
    assert studio.vendor.ledger.charged == 1


async def test_of_a_clip_the_last_frame_is_taken(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, "It goes on"), files=[clip(studio)])
    await studio.hears(await answer_to(studio, said, "It goes on"), "Done in")
    assert studio.vendor.ledger.by_prompt("It goes on")[0].picture


async def test_a_file_beside_a_picture_is_asked_about(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, "A beach"), files=[PDF, upload("a.jpg")])
    question = await answer_to(studio, said, "Which picture?")
    wrong = await studio.ana.choose(question, "Which picture?", "1. notes.pdf")
    assert wrong.ephemeral and wrong.message and "in pdf format" in wrong.message.content
    assert studio.vendor.ledger.charged == 0
    await studio.hears(card_of(await studio.ana.choose(question, "Which picture?", "2. a.jpg")), "Done in")
    assert studio.vendor.ledger.by_prompt("A beach")[0].picture


# --- links


async def test_a_links_picture_is_waited_for(studio: Studio) -> None:
    preview = Preview(link=LINK, picture=upload(), after=1.0)
    said = await studio.ana.say(studio.channel, mention(studio, f"{LINK} wakes up"), links=[preview])
    await studio.hears(await answer_to(studio, said, "wakes up"), "Done in")
    [task] = studio.vendor.ledger.by_prompt("wakes up")
    assert task.picture and task.prompt == "wakes up"


async def test_a_link_alone_is_a_picture_to_be_told_of(studio: Studio) -> None:
    preview = Preview(link=LINK, picture=upload(), after=0.5)
    said = await studio.ana.say(studio.channel, mention(studio, LINK), links=[preview])
    await answer_to(studio, said, "What should happen")


async def test_of_a_linked_clip_the_last_frame_is_taken(studio: Studio) -> None:
    link = "https://example.org/clip.mp4"
    preview = Preview(link=link, clip=clip(studio), picture=upload(width=90, height=160), after=0.5)
    said = await studio.ana.say(studio.channel, mention(studio, f"It goes on {link}"), links=[preview])
    await studio.hears(await answer_to(studio, said, "It goes on"), "Done in")
    [task] = studio.vendor.ledger.by_prompt("It goes on")
    assert task.picture and task.size == (1280, 720)


@pytest.mark.parametrize("links", [[], [Preview(link=LINK, title="Beaches")]], ids=["no preview", "no picture"])
async def test_a_link_that_shows_no_picture_is_asked_about(studio: Studio, links: list[Preview]) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, f"The beach {LINK}"), links=links)
    question = await answer_to(studio, said, "shows no picture")
    assert studio.vendor.ledger.charged == 0
    await studio.restart()
    await studio.hears(card_of(await studio.ana.press(question, "Without that picture")), "Done in")
    [task] = studio.vendor.ledger.by_prompt("The beach")
    assert not task.picture and studio.vendor.ledger.charged == 1


async def test_in_place_of_a_link_a_picture_is_given(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, f"The beach {LINK}"))
    question = await answer_to(studio, said, "shows no picture")
    await studio.ana.submit(await studio.ana.press(question, "Picture"), file=upload())
    assert not question.content and "With a picture" in str(question.embeds[0]["description"])
    await studio.hears(card_of(await studio.ana.press(question, "Send")), "Done in")
    assert studio.vendor.ledger.by_prompt("The beach")[0].picture


async def test_a_link_that_is_to_show_nothing_is_only_words(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, f"A beach as in <{LINK}>"))
    await studio.hears(await answer_to(studio, said, "A beach"), "Done in")


async def test_what_a_hidden_link_shows_stays_hidden(studio: Studio) -> None:
    preview = Preview(link=LINK, picture=upload(), after=0.5)
    said = await studio.ana.say(studio.channel, mention(studio, f"A secret ||{LINK}||"), links=[preview])
    card = await answer_to(studio, said, "A secret")
    await stays_hidden(studio, card)
    [task] = studio.vendor.ledger.by_prompt("A secret")
    assert task.picture and task.prompt == "A secret"


# --- the bot's role


async def test_who_calls_its_role_is_told_how_to_call_the_bot(studio: Studio) -> None:
    role, other = studio.guild.bot_role, studio.guild.add_role("Crew", mentionable=True)
    role.mentionable = True
    said = await studio.ana.say(studio.channel, f"<@&{role.id}> a beach")
    told = await answer_to(studio, said, "my role")
    assert studio.discord.state.bot.mention in told.content and not told.pinged
    ignored = await studio.ana.say(studio.channel, f"<@&{other.id}> a beach")
    both = await studio.ana.say(studio.channel, mention(studio, f"<@&{role.id}> A kite"))
    await studio.hears(await answer_to(studio, both, "A kite"), "Done in")
    assert [task.prompt for task in studio.vendor.ledger.tasks.values()] == ["A kite"]
    assert len(answers(said)) == 1 and not answers(ignored)


# --- edits, and what was said while nobody listened


async def test_a_mention_that_an_edit_adds_is_taken_once(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, "The beach wakes up")
    await studio.ana.edit(said, mention(studio, "The beach wakes up"))
    await studio.hears(await answer_to(studio, said, "wakes up"), "Done in")
    await studio.ana.edit(said, mention(studio, "The beach falls asleep"))
    await settle(studio)
    assert studio.vendor.ledger.charged == 2 and len(answers(said)) == 1


async def test_what_was_asked_about_is_not_asked_for_again_by_an_edit(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, ""), files=[upload()])
    form = await studio.ana.press(await answer_to(studio, said, "What should happen"), "Write the prompt")
    await studio.hears(card_of(await studio.ana.submit(form, prompt="Waves roll in")), "Done in")
    await studio.restart()
    await studio.ana.edit(said, mention(studio, "Waves roll in"))
    await settle(studio)
    assert studio.vendor.ledger.charged == 2 and len(answers(said)) == 1


async def test_words_that_were_missing_are_added_by_an_edit(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, ""))
    await answer_to(studio, said, "behind my name")
    await studio.ana.edit(said, mention(studio, "Rain"))
    await studio.hears(await answer_to(studio, said, "Rain"), "Done in")
    assert studio.vendor.ledger.charged == 1


async def test_an_edit_settles_what_was_asked(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, f"The beach {LINK}"))
    question = await answer_to(studio, said, "shows no picture")
    await studio.ana.edit(said, mention(studio, "The beach"))
    await studio.hears(await answer_to(studio, said, "The beach"), "Done in")
    late = await studio.ana.press(question, "Without that picture")
    assert late.ephemeral and studio.vendor.ledger.charged == 1


async def test_what_discord_changes_in_a_message_is_no_edit(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, ""))
    await answer_to(studio, said, "behind my name")
    studio.discord.state.tell.message_changed(said)
    said.edited_at = time.time() - 3600
    studio.discord.state.tell.message_changed(said)
    await settle(studio)
    assert len(answers(said)) == 1


async def test_what_was_said_while_the_connection_was_away_is_heard(studio: Studio) -> None:
    studio.discord.faults.refuse_gateway(1)
    said = await studio.ana.say(studio.channel, mention(studio, "Rain"))
    await studio.hears(await answer_to(studio, said, "Rain"), "Done in")


async def test_what_was_said_while_the_bot_was_away_is_heard_once(studio: Studio) -> None:
    answered = await studio.ana.say(studio.channel, mention(studio, ""))
    thread = (await result(studio)).channel
    assert await studio.bot.stop() == 0
    said = await studio.ana.say(studio.channel, mention(studio, "Rain"))
    talk = await studio.ana.say(studio.channel, "the beach")
    in_thread = await studio.ana.say(thread, mention(studio, "Snow"))
    await studio.start()
    await studio.hears(await answer_to(studio, said, "Rain"), "Done in")
    await studio.hears(await answer_to(studio, in_thread, "Snow"), "Done in")
    await studio.restart()
    await settle(studio)
    assert studio.vendor.ledger.charged == 4 and not answers(talk)
    assert [len(answers(one)) for one in (answered, said)] == [1, 1]


# --- nowhere to answer


async def test_where_nothing_can_be_said_nothing_is_paid_and_little_is_logged(studio: Studio) -> None:
    locked = studio.add_channel("locked")
    locked.set_overwrite(studio.discord.state.bot, deny=Permissions.SEND_MESSAGES)
    studio.ana.user.closed = True
    said = await studio.ana.say(locked, mention(studio, "Rain"))
    line = await wait_for(lambda: next((one for one in studio.bot.log.splitlines() if str(said.id) in one), None))
    assert line and "INFO" in line
    await settle(studio)
    assert studio.vendor.ledger.charged == 1 and "ERROR" not in studio.bot.log
    assert [one for one in studio.bot.log.splitlines() if str(said.id) in one] == [line]
