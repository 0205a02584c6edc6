"""Ways in: a mention, a reply, the picture menu, the composer; nobody types a prompt twice."""

import io

import pytest
from PIL import Image

from sandbox.discord import ChannelType, Message, Permissions, Preview, Upload
from sandbox.driver import wait_for
from tests.stories.conftest import Studio, card_of, card_text
from tests.stories.test_main_job import photo


def upload(name: str = "beach.jpg", width: int = 1600, height: int = 900) -> Upload:
    return Upload(name=name, data=photo(width, height), content_type="image/jpeg")


async def answer_to(studio: Studio, message: Message, words: str = "") -> Message:
    """What the bot says in reply to a message."""
    found = await wait_for(
        lambda: next(
            (
                one
                for one in message.channel.messages.values()
                if one.author.bot
                and one.reference_id == message.id
                and words in one.content + "".join(str(embed.get("description")) for embed in one.embeds)
            ),
            None,
        ),
        what=f"an answer with {words!r}",
    )
    assert found
    return found


def mention(studio: Studio, words: str) -> str:
    return f"<@{studio.discord.state.bot.id}> {words}"


# --- mentions


async def test_a_mention_with_words_and_a_picture(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, "The beach wakes up"), files=[upload()])
    card = await answer_to(studio, said, "The beach wakes up")
    assert "asked by Ana · Sora 2 Pro · 4 s · 1280×720" in card_text(card)
    done = await studio.hears(card, "Done in")
    assert done.pinged == [studio.ana.user] and not card.pinged
    [task] = studio.vendor.ledger.by_prompt("The beach wakes up")
    assert task.picture and Image.open(io.BytesIO(task.picture)).size == (1280, 720)


async def test_what_is_said_to_the_bot_is_in_no_log(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, "Xylophones in the rain"))
    await studio.hears(await answer_to(studio, said, "Xylophones"), "Done in")
    assert "Xylophones" not in studio.bot.log and "ERROR" not in studio.bot.log


async def test_other_talk_is_left_alone(studio: Studio) -> None:
    bea = studio.member("Bea")
    await studio.ana.say(studio.channel, f"{bea.mention} look at the beach", files=[upload()])
    await studio.ana.say(studio.channel, "@everyone the beach")
    said = await studio.ana.say(studio.channel, mention(studio, "Rain"))
    await studio.hears(await answer_to(studio, said, "Rain"), "Done in")
    assert studio.vendor.ledger.charged == 1


async def test_of_several_pictures_one_is_chosen_by_its_author_after_a_restart(studio: Studio) -> None:
    files = [upload("a.jpg"), upload("b.jpg", 900, 1600)]
    said = await studio.ana.say(studio.channel, mention(studio, "The tower"), files=files)
    question = await answer_to(studio, said, "Which picture?")
    await studio.restart()
    bea = studio.member("Bea")
    refused = await bea.choose(question, "Which picture?", "2. b.jpg")
    assert refused.ephemeral and refused.message and "Somebody else" in refused.message.content
    card = card_of(await studio.ana.choose(question, "Which picture?", "2. b.jpg"))
    await studio.hears(card, "Done in")
    assert studio.vendor.ledger.by_prompt("The tower")[0].size == (720, 1280)
    twice = await studio.ana.choose(question, "Which picture?", "1. a.jpg")
    assert twice.ephemeral and studio.vendor.ledger.charged == 1


async def test_a_mention_without_words_is_helped(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, ""))
    await answer_to(studio, said, "behind my name")
    shown = await studio.ana.say(studio.channel, mention(studio, ""), files=[upload()])
    question = await answer_to(studio, shown, "What should happen")
    form = await studio.ana.press(question, "Write the prompt")
    card = card_of(await studio.ana.submit(form, prompt="Waves roll in"))
    await studio.hears(card, "Done in")
    assert studio.vendor.ledger.by_prompt("Waves roll in")[0].picture


async def test_a_mention_that_breaks_a_rule_is_told_why(studio: Studio) -> None:
    file = Upload(name="a.png", data=b"MZ\x90\x00" * 50, content_type="image/png")
    said = await studio.ana.say(studio.channel, mention(studio, "Rain"), files=[file])
    told = await answer_to(studio, said, "in exe format")
    assert not told.pinged and studio.vendor.ledger.charged == 0


async def test_a_mention_heard_twice_makes_one_job(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, "Once"))
    card = await answer_to(studio, said, "Once")
    await studio.hears(card, "Done in")
    await studio.restart()
    cards = [one for one in studio.channel.messages.values() if one.embeds and one.author.bot]
    assert len(cards) == 1 and studio.vendor.ledger.charged == 1


@pytest.mark.settings(DIRECT="all")
async def test_direct_messages_need_a_mention_too(studio: Studio) -> None:
    plain = await studio.ana.say(studio.ana.direct, "thanks!")
    await answer_to(studio, plain, "Mention me")
    said = await studio.ana.say(studio.ana.direct, mention(studio, "Rain on glass"))
    card = await answer_to(studio, said, "Rain on glass")
    await studio.hears(card, "Done in")
    assert studio.vendor.ledger.charged == 1


async def test_without_the_right_to_post_a_mention_is_answered_in_private(studio: Studio) -> None:
    locked = studio.add_channel("locked")
    locked.set_overwrite(studio.discord.state.bot, deny=Permissions.SEND_MESSAGES)
    await studio.ana.say(locked, mention(studio, "Rain"))
    told = await wait_for(
        lambda: next((one for one in studio.ana.direct.messages.values() if "I lack" in one.content), None)
    )
    assert told and "Send Messages" in told.content and studio.vendor.ledger.charged == 0


# --- replies


async def test_a_reply_that_mentions_is_the_same_again_with_a_change(studio: Studio) -> None:
    card = card_of(
        await studio.ana.run(studio.channel, "video", prompt="A paper boat", seconds=8, image=upload(), size="1280x720")
    )
    done = await studio.hears(card, "Done in")
    await studio.restart()
    said = await studio.ana.say(done.channel, mention(studio, "make it snow"), reply_to=done)
    again = await answer_to(studio, said, "make it snow")
    assert "A paper boat" in card_text(again) and f"/{card.id})" in card_text(again)
    await studio.hears(again, "Done in")
    [task] = studio.vendor.ledger.by_prompt("A paper boat\nmake it snow")
    assert task.seconds == 8 and task.picture


async def test_a_reply_with_a_picture_uses_it(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A paper boat", image=upload()))
    done = await studio.hears(card, "Done in")
    said = await studio.ana.say(
        done.channel, mention(studio, ""), files=[upload("tower.jpg", 900, 1600)], reply_to=done
    )
    again = await answer_to(studio, said, "A paper boat")
    await studio.hears(again, "Done in")
    assert [task.size for task in studio.vendor.ledger.by_prompt("A paper boat")] == [(1280, 720), (720, 1280)]


async def test_a_reply_that_does_not_ping_is_only_talk(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A paper boat"))
    done = await studio.hears(card, "Done in")
    await studio.ana.say(done.channel, "lovely", reply_to=done, ping=False)
    said = await studio.ana.say(studio.channel, mention(studio, "Rain"))
    await studio.hears(await answer_to(studio, said, "Rain"), "Done in")
    assert studio.vendor.ledger.charged == 2


# --- the picture menu


async def test_any_picture_can_be_animated(studio: Studio) -> None:
    bea = studio.member("Bea")
    shown = await bea.say(studio.channel, "my holiday", files=[upload()])
    form = await studio.ana.use(shown, "Animate picture")
    await studio.restart()
    card = card_of(await studio.ana.submit(form, prompt="The beach wakes up"))
    assert "asked by Ana · Sora 2 Pro · 4 s · 1280×720" in card_text(card)
    await studio.hears(card, "Done in")
    assert studio.vendor.ledger.by_prompt("The beach wakes up")[0].picture


async def test_of_several_one_is_chosen_in_the_form_also_of_forwarded_ones(studio: Studio) -> None:
    shown = await studio.ana.say(studio.channel, "", files=[upload("a.jpg"), upload("b.jpg", 900, 1600)])
    other = studio.add_channel("other")
    forwarded = await studio.ana.forward(shown, other)
    form = await studio.ana.use(forwarded, "Animate picture")
    card = card_of(await studio.ana.submit(form, prompt="The tower", picked="2. b.jpg"))
    await studio.hears(card, "Done in")
    assert studio.vendor.ledger.by_prompt("The tower")[0].size == (720, 1280)


async def test_the_picture_of_a_links_preview_can_be_animated(studio: Studio) -> None:
    preview = Preview(link="https://example.org/beach", picture=upload())
    shown = await studio.ana.say(studio.channel, "look: https://example.org/beach", links=[preview])
    form = await studio.ana.use(shown, "Animate picture")
    card = card_of(await studio.ana.submit(form, prompt="The beach wakes up"))
    await studio.hears(card, "Done in")
    [task] = studio.vendor.ledger.by_prompt("The beach wakes up")
    assert task.picture and task.size == (1280, 720)


async def test_a_message_without_a_picture_cannot_be_animated(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, "only words")
    refused = await studio.ana.use(said, "Animate picture")
    assert refused.ephemeral and refused.message and "shows no picture" in refused.message.content


# --- the composer

PARTS = {
    "shot": "Wide shot, camera low",
    "subject": "A paper boat with a candle",
    "action": "drifts and turns once",
    "setting": "a street after rain",
    "lighting": "blue dusk.",
}
WHOLE = "Wide shot, camera low. A paper boat with a candle. drifts and turns once. a street after rain. blue dusk."


async def test_a_prompt_is_composed_reviewed_and_sent(studio: Studio) -> None:
    form = await studio.ana.run(studio.channel, "compose")
    shown = await studio.ana.submit(form, **PARTS)
    assert shown.ephemeral and shown.message
    review = shown.message
    text = str(review.embeds[0]["description"])
    assert WHOLE in text and f"{len(WHOLE)} of 2,000 characters" in text
    assert studio.vendor.ledger.charged == 0
    await studio.ana.choose(review, "Length", "8")
    await studio.restart()
    picture = await studio.ana.press(review, "Picture")
    await studio.ana.submit(picture, file=upload("tower.jpg", 900, 1600))
    assert "With a picture" in str(review.embeds[0]["description"])
    edit = await studio.ana.press(review, "Edit")
    assert edit.modal and edit.modal["components"][4]["component"]["value"] == "blue dusk."
    await studio.ana.submit(edit, lighting="a red dawn")
    assert "a red dawn" in str(review.embeds[0]["description"])
    card = card_of(await studio.ana.press(review, "Send"))
    await studio.hears(card, "Done in")
    [task] = studio.vendor.ledger.by_prompt(WHOLE.replace("blue dusk", "a red dawn"))
    assert (task.seconds, task.size) == (8, (720, 1280)) and task.picture
    twice = await studio.ana.press(review, "Send")
    assert twice.ephemeral and twice.message and "sent already" in twice.message.content
    assert studio.vendor.ledger.charged == 1


async def test_a_composed_draft_survives_a_failed_send_and_a_restart(studio: Studio) -> None:
    form = await studio.ana.run(studio.channel, "compose")
    long = {"setting": "street " * 140, "action": "turns " * 160, "shot": "low " * 200}
    shown = await studio.ana.submit(form, **PARTS | long)
    assert shown.message and "please shorten it" in str(shown.message.embeds[0]["description"])
    refused = await studio.ana.press(shown.message, "Send")
    assert refused.ephemeral and refused.message and "at most 2,000" in refused.message.content
    await studio.restart()
    form = await studio.ana.run(studio.channel, "compose")
    assert form.modal
    assert form.modal["components"][1]["component"]["value"] == PARTS["subject"]
    shown = await studio.ana.submit(form, **PARTS)
    assert shown.message
    card = card_of(await studio.ana.press(shown.message, "Send"))
    await studio.hears(card, "Done in")
    form = await studio.ana.run(studio.channel, "compose")
    assert form.modal and not form.modal["components"][1]["component"].get("value")


async def test_a_send_that_is_heard_twice_makes_one_card_and_no_excuse(studio: Studio) -> None:
    shown = await studio.ana.submit(await studio.ana.run(studio.channel, "compose"), subject="Rain")
    assert shown.message
    studio.discord.faults.duplicate_next_interaction()
    card = card_of(await studio.ana.press(shown.message, "Send"))
    await studio.hears(card, "Done in")
    assert studio.vendor.ledger.charged == 1


async def test_the_model_is_chosen_in_the_review(studio: Studio) -> None:
    form = await studio.ana.run(studio.channel, "compose")
    shown = await studio.ana.submit(form, subject="Rain")
    assert shown.message
    await studio.ana.choose(shown.message, "Model", "sora-2")
    card = card_of(await studio.ana.press(shown.message, "Send"))
    assert "Sora 2 · " in card_text(card)
    await studio.hears(card, "Done in")


async def test_it_works_in_voice_chat_too(studio: Studio) -> None:
    voice = studio.add_channel("lounge", ChannelType.VOICE)
    said = await studio.ana.say(voice, mention(studio, "Rain"))
    await studio.hears(await answer_to(studio, said, "Rain"), "Done in")


# --- what was typed, in words


async def test_nobody_is_told_numbers_whatever_the_way_in(studio: Studio) -> None:
    bea = studio.member("Bea")
    pilots = studio.guild.add_role("Pilots")
    typed = f"{bea.mention} of <@&{pilots.id}> flies <:kite:12345> over <#{studio.channel.id}> at <t:0:t>"
    words = f"of Pilots flies kite over {studio.channel.name} at 00:00 UTC"
    said = await studio.ana.say(studio.channel, mention(studio, typed))
    await studio.hears(await answer_to(studio, said, "Bea of Pilots flies kite"), "Done in")
    card = card_of(await studio.ana.run(studio.channel, "video", prompt=typed))
    await studio.hears(card, "Done in")
    form = await studio.ana.run(studio.channel, "compose")
    shown = await studio.ana.submit(form, subject=typed, action="\u200b")
    assert shown.message and "somebody of Pilots flies kite" in str(shown.message.embeds[0]["description"])
    await studio.hears(card_of(await studio.ana.press(shown.message, "Send")), "Done in")
    prompts = [f"Bea {words}", f"somebody {words}", f"somebody {words}."]
    assert [task.prompt for task in studio.vendor.ledger.by_prompt("flies kite")] == prompts


async def test_a_prompt_of_nothing_to_see_is_not_paid(studio: Studio) -> None:
    refused = await studio.ana.run(studio.channel, "video", prompt="\u2800\u200b")
    assert refused.ephemeral and refused.message and "The prompt is empty" in refused.message.content
    await answer_to(studio, await studio.ana.say(studio.channel, mention(studio, "\u3164")), "behind my name")
    assert studio.vendor.ledger.charged == 0
