"""Where a job is shown: threads, forum posts, voice chat, direct messages, and what is missing where."""

import time

import pytest

from sandbox.discord import ChannelType, Permissions
from sandbox.driver import wait_for
from tests.stories.conftest import Studio, card_of, card_text


async def test_in_a_thread_it_answers_there(studio: Studio) -> None:
    thread = await studio.ana.open_thread(studio.channel, "Ideas", first="let us see")
    card = card_of(await studio.ana.run(thread, "video", prompt="A kite"))
    done = await studio.hears(card, "Done in")
    assert done.channel is thread and done.reference_id == card.id
    assert card.thread is None


async def test_in_a_forum_post_it_answers_there(studio: Studio) -> None:
    forum = studio.add_channel("ideas", ChannelType.FORUM)
    post = await studio.ana.open_thread(forum, "A film", first="how about this")
    card = card_of(await studio.ana.run(post, "video", prompt="A kite"))
    assert (await studio.hears(card, "Done in")).channel is post


async def test_in_an_announcement_channel_it_opens_a_thread(studio: Studio) -> None:
    news = studio.add_channel("news", ChannelType.ANNOUNCEMENT)
    card = card_of(await studio.ana.run(news, "video", prompt="A kite"))
    assert (await studio.hears(card, "Done in")).channel is card.thread


async def test_in_voice_chat_it_answers_in_place(studio: Studio) -> None:
    voice = studio.add_channel("hangout", ChannelType.VOICE)
    card = card_of(await studio.ana.run(voice, "video", prompt="A kite"))
    done = await studio.hears(card, "Done in")
    assert done.channel is voice and done.reference_id == card.id


@pytest.mark.settings(DIRECT="all")
async def test_in_direct_messages_it_answers_in_place(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.ana.direct, "video", prompt="A kite"))
    done = await studio.hears(card, "Done in")
    assert done.channel is studio.ana.direct and done.attachments


async def test_without_the_permission_for_threads_it_answers_in_place(studio: Studio) -> None:
    studio.channel.set_overwrite(studio.guild.bot_role, deny=Permissions.CREATE_PUBLIC_THREADS)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert (await studio.hears(card, "Done in")).channel is studio.channel


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        (Permissions.SEND_MESSAGES, "Send Messages"),
        (Permissions.ATTACH_FILES, "Attach Files"),
        (Permissions.EMBED_LINKS, "Embed Links"),
        (Permissions.READ_MESSAGE_HISTORY, "Read Message History"),
        (Permissions.VIEW_CHANNEL, "View Channel"),
    ],
)
async def test_a_missing_permission_is_named_before_a_job_is_taken(
    studio: Studio, missing: Permissions, named: str
) -> None:
    studio.channel.set_overwrite(studio.guild.bot_role, deny=missing)
    answer = await studio.ana.run(studio.channel, "video", prompt="A kite")
    assert answer.ephemeral and answer.message
    assert named in answer.message.content and f"<#{studio.channel.id}>" in answer.message.content
    assert "A kite" in answer.message.content
    assert studio.vendor.ledger.charged == 0


# --- where the bot may do everything, and can do nothing


async def test_in_a_private_thread_it_asks_to_be_let_in_before_a_job_is_taken(studio: Studio) -> None:
    thread = await studio.ana.open_thread(studio.channel, "secret", private=True)
    refused = await studio.ana.run(thread, "video", prompt="A kite")
    assert refused.ephemeral and refused.message
    assert "not in this private thread" in refused.message.content and "A kite" in refused.message.content
    form = await studio.ana.run(thread, "compose")
    review = (await studio.ana.submit(form, subject="A kite")).message
    assert review
    kept = await studio.ana.press(review, "Send")
    assert kept.ephemeral and kept.message and "not in this private thread" in kept.message.content
    assert not studio.vendor.ledger.visits
    await studio.ana.say(thread, studio.discord.state.bot.mention)
    await wait_for(lambda: any(one.author.bot for one in thread.history), what="an answer to the mention")
    for card in (await studio.ana.run(thread, "video", prompt="A kite"), await studio.ana.press(review, "Send")):
        assert (await studio.hears(card_of(card), "Done in")).channel is thread


async def test_a_discord_that_does_not_say_in_time_keeps_nobody_waiting(studio: Studio) -> None:
    thread = await studio.ana.open_thread(studio.channel, "secret", private=True)
    studio.discord.faults.slow(r"/thread-members/", seconds=10)
    refused = await studio.ana.run(thread, "video", prompt="A kite")
    assert refused.failed is None and refused.message and "not in this private thread" in refused.message.content
    assert not studio.vendor.ledger.visits


async def test_who_manages_threads_is_in_all_of_them(studio: Studio) -> None:
    studio.guild.bot_role.permissions |= Permissions.MANAGE_THREADS
    thread = await studio.ana.open_thread(studio.channel, "secret", private=True)
    card = card_of(await studio.ana.run(thread, "video", prompt="A kite"))
    assert (await studio.hears(card, "Done in")).channel is thread


async def test_a_bot_that_is_timed_out_takes_no_job_and_says_until_when(studio: Studio) -> None:
    me, until = studio.discord.state.bot, time.time() + 3600
    studio.guild.time_out(me, until)
    refused = await studio.ana.run(studio.channel, "video", prompt="A kite")
    assert refused.ephemeral and refused.message
    assert "timed me out" in refused.message.content and f"<t:{int(until)}:R>" in refused.message.content
    await studio.ana.say(studio.channel, f"{me.mention} A kite")
    told = await wait_for(lambda: [one for one in studio.ana.direct.messages.values() if "timed me out" in one.content])
    assert len(told) == 1 and not studio.vendor.ledger.visits
    await studio.restart()
    assert (await studio.ana.run(studio.channel, "video", prompt="A kite")).ephemeral
    studio.guild.time_out(me, None)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Done in")


async def test_threads_that_are_rate_limited_are_not_waited_for(studio: Studio) -> None:
    studio.discord.limits.windows["thread-create"].calls = 1
    first = card_of(await studio.ana.run(studio.channel, "video", prompt="One"))
    await studio.hears(first, "Sent to")
    second = card_of(await studio.ana.run(studio.channel, "video", prompt="Two"))
    assert (await studio.hears(second, "Done in")).channel is studio.channel
    assert (await studio.hears(first, "Done in")).channel is first.thread


async def test_a_second_thread_opens_while_the_window_of_threads_still_has_room(studio: Studio) -> None:
    for prompt in ("One", "Two", "Three"):
        card = card_of(await studio.ana.run(studio.channel, "video", prompt=prompt))
        assert (await studio.hears(card, "Done in")).channel is card.thread


@pytest.mark.vendor(pending=0.3, processing=4)
async def test_a_locked_thread_is_left_for_the_channel(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Rendering")
    assert card.thread
    card.thread.archived = card.thread.locked = True
    assert (await studio.hears(card, "Done in")).channel is studio.channel


@pytest.mark.vendor(pending=0.3, processing=4)
async def test_a_deleted_channel_is_left_for_direct_messages(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Rendering")
    studio.channel.delete()
    await wait_for(lambda: any(m.attachments for m in studio.ana.direct.messages.values()), what="the clip by message")


async def test_a_deleted_card_does_not_stop_its_job(studio: Studio) -> None:
    moderator = studio.member("Mo", moderator=True)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Sent to")
    await moderator.delete(card)
    done = await studio.hears(card, "Done in")
    assert done.attachments and "Traceback" not in studio.bot.log
    assert "A kite" in card_text(card)
