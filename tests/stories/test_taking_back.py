"""Taking a clip back: it goes wherever it is, and what cannot go yet is told and goes later."""

import pytest

from sandbox.discord import Channel, Exchange, Message, Permissions
from sandbox.discord.threads import set_archived
from sandbox.driver import Answer, Member, wait_for
from tests.stories.conftest import Studio, card_of, card_text


async def finished(studio: Studio, prompt: str = "A kite") -> tuple[Message, Message]:
    """The card and the message with the clip."""
    card = card_of(await studio.ana.run(studio.channel, "video", prompt=prompt))
    result = await studio.hears(card, "Done in")
    await wait_for(lambda: "Done" in card_text(card), what="the card to say so")
    return card, result


async def ask(member: Member, result: Message) -> Message:
    """The question that stands before a deletion."""
    more = await member.press(result, "More")
    assert more.message
    asked = await member.press(more.message, "Delete")
    assert asked.message
    return asked.message


async def take_back(member: Member, question: Message) -> str:
    """What whoever pressed was told in the end."""
    answer = await member.press(question, "Delete for everybody")
    assert answer.failed is None and answer.message
    await wait_for(lambda: told(answer) and not question.components, what="what came of it")
    return told(answer)


def told(answer: Answer) -> str:
    return answer.message.content if answer.message else ""


def card_id(card: Message) -> str:
    return str(card.embeds[0]["footer"]["text"]).removeprefix("job ")


def thread_of(card: Message) -> Channel:
    assert card.thread
    return card.thread


async def given_up(studio: Studio) -> None:
    await wait_for(lambda: "closed to the bot" in studio.bot.log, what="the bot to give up for a while")


async def test_in_an_archived_thread_it_goes_all_the_same(studio: Studio) -> None:
    card, result = await finished(studio)
    question = await ask(studio.ana, result)
    # what shows it once more elsewhere goes with it
    copy = (await studio.ana.run(studio.add_channel("other"), "clips show", clip=card_id(card))).message
    assert copy
    await wait_for(lambda: copy.attachments, what="the clip once more")
    set_archived(thread_of(card), archived=True)
    assert "Deleted" in await take_back(studio.ana, question)
    assert result.deleted and copy.deleted
    await wait_for(lambda: "Taken back" in card_text(card), what="the card to say so")
    assert "still there" not in card_text(card)


async def test_in_a_locked_thread_it_is_told_that_it_stays_and_goes_once_it_is_open(studio: Studio) -> None:
    card, result = await finished(studio)
    thread, question = thread_of(card), await ask(studio.ana, result)
    thread.locked = True
    set_archived(thread, archived=True)
    answer = await take_back(studio.ana, question)
    assert "still there" in answer and "Deleted" not in answer
    await wait_for(lambda: "Taken back" in card_text(card), what="the card to say so")
    assert "still there" in card_text(card) and not result.deleted
    await given_up(studio)
    thread.locked = False
    set_archived(thread, archived=False)
    await wait_for(lambda: result.deleted, what="the clip to go")
    await wait_for(lambda: "still there" not in card_text(card), what="the card to say so")


async def test_in_a_closed_channel_it_is_told_that_it_stays_and_goes_once_it_is_open(studio: Studio) -> None:
    card, result = await finished(studio)
    question = await ask(studio.ana, result)
    studio.channel.set_overwrite(studio.guild.bot_role, deny=Permissions.VIEW_CHANNEL)
    assert "still there" in await take_back(studio.ana, question)
    assert not result.deleted and "Done" in card_text(card)
    await given_up(studio)
    studio.channel.set_overwrite(studio.guild.bot_role)
    await wait_for(lambda: result.deleted, what="the clip to go")
    await wait_for(lambda: "Taken back" in card_text(card), what="the card to say so")
    await wait_for(lambda: "still there" not in card_text(card), what="the card to say so")


async def test_what_stayed_goes_when_somebody_asks_again(studio: Studio) -> None:
    card, result = await finished(studio)
    question, again = await ask(studio.ana, result), await ask(studio.ana, result)
    thread = thread_of(card)
    thread.archived = thread.locked = True
    assert "still there" in await take_back(studio.ana, question)
    thread.archived = thread.locked = False
    assert "Deleted" in await take_back(studio.ana, again)
    assert result.deleted
    await wait_for(lambda: "still there" not in card_text(card), what="the card to say so")


async def test_while_discord_deletes_nothing_it_is_told_so_and_goes_later(studio: Studio) -> None:
    card, result = await finished(studio)
    question = await ask(studio.ana, result)
    studio.discord.faults.answer_next(r"/messages/\d+$", method="DELETE", status=503, times=None)
    assert "as soon as" in await take_back(studio.ana, question)
    assert not result.deleted
    studio.discord.faults.clear()
    await wait_for(lambda: result.deleted, what="the clip to go")
    await wait_for(lambda: "Taken back" in card_text(card), what="the card to say so")


async def test_what_stayed_goes_after_a_restart(studio: Studio) -> None:
    card, result = await finished(studio)
    question = await ask(studio.ana, result)
    thread = thread_of(card)
    thread.archived = thread.locked = True
    await take_back(studio.ana, question)
    await wait_for(lambda: "still there" in card_text(card), what="the card to say so")
    await studio.bot.kill()
    thread.archived = thread.locked = False
    await studio.start()
    await wait_for(lambda: result.deleted, what="the clip to go")
    await wait_for(lambda: "still there" not in card_text(card), what="the card to say so")


@pytest.mark.vendor(pending=0.3, processing=3)
async def test_a_clip_in_direct_messages_goes_although_there_is_no_card(studio: Studio) -> None:
    studio.discord.faults.reset(r"/callback$", times=1)
    await studio.ana.run(studio.channel, "video", prompt="A kite")
    studio.channel.set_overwrite(studio.guild.bot_role, deny=Permissions.SEND_MESSAGES)
    direct = studio.ana.direct
    result = await wait_for(
        lambda: next((one for one in direct.messages.values() if one.attachments), None),
        timeout=60,
        what="the clip by message",
    )
    assert result
    # it is deleted where the answer is lost: by whoever has the job then
    question = await ask(studio.ana, result)
    assert "Deleted" in await take_back(studio.ana, question)
    assert result.deleted


async def test_a_clip_that_is_posted_while_another_is_taken_back_goes_too(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="two clips"))
    await studio.hears(card, "Rendering")
    studio.discord.faults.slow(r"/messages$", 1.5, method="POST", times=None)
    result = await studio.hears(card, "Done in")
    await take_back(studio.ana, await ask(studio.ana, result))
    await wait_for(lambda: len(uploads(studio)) == 2, what="the second clip to be posted")
    await wait_for(lambda: not [one for one in studio.about(card) if one.attachments], what="both clips to go")
    await wait_for(lambda: "Taken back" in card_text(card), what="the card to say so")


def uploads(studio: Studio) -> list[Exchange]:
    return [one for one in studio.discord.record.find("POST", r"/messages$") if one.files]


async def test_a_clip_that_was_posted_and_not_heard_of_goes_too(studio: Studio) -> None:
    """Its post's answer is lost, and who is quick takes it back before the bot knows that it is there."""
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Rendering")
    posts = f"/channels/{thread_of(card).id}/messages$"
    studio.discord.faults.reset(posts, method="POST", after_applying=True)
    result = await studio.hears(card, "Done in")
    # nothing more gets through before the press
    studio.discord.faults.answer_next(posts, method="POST", status=503, times=None)
    question = await ask(studio.ana, result)
    assert "Deleted" in await take_back(studio.ana, question)
    assert result.deleted
    studio.discord.faults.clear()
    await wait_for(lambda: "Taken back" in card_text(card), what="the card to say so")
