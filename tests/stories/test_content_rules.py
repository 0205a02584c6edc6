"""What a model's maker does not make: told in forms and drafts, and asked about before a member's first request."""

import pytest

from sandbox.discord import Message
from sandbox.driver import Answer, wait_for
from sandbox.mulerun import faults
from tests.stories.conftest import Studio, card_of, told
from tests.stories.rules import set_rules
from tests.stories.test_settings import manager, opened, shown
from tests.stories.test_variations import labels
from tests.stories.test_ways_in import answer_to, mention, upload

RULES = ("no real people", "no copyrighted characters or music", "unsuitable under 18", "human faces")
HINT = "No real people, protected characters or music; nothing unsuitable under 18; no faces in pictures."
ASKS = pytest.mark.settings(CONTENT_RULES="ask", DIRECT="all")


def question_of(answer: Answer) -> Message:
    """The question, which only the asker sees, with all four rules in it."""
    text = told(answer)
    assert text.startswith("Before your first video: Sora 2 Pro makes no real people") and text.endswith("send it?")
    assert all(words in text for words in RULES)
    assert answer.message and labels(answer.message) == ["Send it", "Edit"]
    return answer.message


def hint_in(form: Answer, label: str) -> str:
    """What stands below the label of a field."""
    assert form.modal
    [field] = [one for one in form.modal["components"] if one["label"] == label]
    return str(field["description"])


@ASKS
async def test_a_first_request_is_asked_about_once_and_after_a_restart(studio: Studio) -> None:
    ana = studio.ana
    question = question_of(await ana.run(studio.channel, "video", prompt="A kite", seconds=8, image=upload()))
    await studio.restart()
    assert not studio.vendor.ledger.tasks
    await studio.hears(card_of(await ana.press(question, "Send it")), "Done in")
    [task] = studio.vendor.ledger.by_prompt("A kite")
    assert task.picture and task.seconds == 8
    # never again, also elsewhere
    for channel in (studio.channel, ana.direct):
        await studio.hears(card_of(await ana.run(channel, "video", prompt="A boat")), "Done in")


@ASKS
async def test_a_first_request_is_asked_about_in_direct_messages_too(studio: Studio) -> None:
    question = question_of(await studio.ana.run(studio.ana.direct, "video", prompt="A kite"))
    await studio.hears(card_of(await studio.ana.press(question, "Send it")), "Done in")
    card_of(await studio.ana.run(studio.channel, "video", prompt="A boat"))


@ASKS
async def test_a_mention_is_answered_with_a_way_to_the_question(studio: Studio) -> None:
    said = await studio.ana.say(studio.channel, mention(studio, "A kite"))
    asked = await answer_to(studio, said, "read what Sora 2 Pro does not make")
    assert "Somebody else" in told(await studio.member("Bea").press(asked, "What to know first"))
    question = question_of(await studio.ana.press(asked, "What to know first"))
    await studio.hears(card_of(await studio.ana.press(question, "Send it")), "Done in")


@ASKS
async def test_a_reply_is_answered_with_a_way_to_the_question(studio: Studio) -> None:
    first = question_of(await studio.ana.run(studio.channel, "video", prompt="A kite", seconds=8))
    done = await studio.hears(card_of(await studio.ana.press(first, "Send it")), "Done in")
    bea = studio.member("Bea")
    said = await bea.say(done.channel, mention(studio, "make it snow"), reply_to=done)
    asked = await answer_to(studio, said, "read what Sora 2 Pro does not make")
    question = question_of(await bea.press(asked, "What to know first"))
    assert studio.vendor.ledger.charged == 1
    await studio.hears(card_of(await bea.press(question, "Send it")), "Done in")
    [task] = studio.vendor.ledger.by_prompt("A kite\nmake it snow")
    assert task.seconds == 8


@ASKS
async def test_the_menu_of_a_picture_tells_the_rules_and_asks(studio: Studio) -> None:
    posted = await studio.member("Bea").say(studio.channel, "Look", files=[upload()])
    form = await studio.ana.use(posted, "Animate picture")
    assert hint_in(form, "Prompt") == HINT
    question = question_of(await studio.ana.submit(form, prompt="It moves"))
    await studio.restart()
    await studio.hears(card_of(await studio.ana.press(question, "Send it")), "Done in")
    [task] = studio.vendor.ledger.by_prompt("It moves")
    assert task.picture


@ASKS
async def test_the_question_is_asked_in_the_members_language(studio: Studio) -> None:
    emil = studio.member("Emil", locale="de")
    answer = await emil.run(studio.channel, "video", prompt="Ein Drachen")
    assert told(answer).startswith("Vor deinem ersten Video: Sora 2 Pro macht keine echten Menschen")
    assert all(words in told(answer) for words in ("geschützten Figuren oder Musik", "unter 18", "Gesichtern"))
    assert answer.message and labels(answer.message) == ["Senden", "Bearbeiten"]
    await studio.hears(card_of(await emil.press(answer.message, "Senden")), "Fertig")


@ASKS
async def test_every_button_and_form_asks_whoever_never_asked(studio: Studio) -> None:
    first = question_of(await studio.ana.run(studio.channel, "video", prompt="A kite", seconds=8))
    done = await studio.hears(card_of(await studio.ana.press(first, "Send it")), "Done in")
    bea, carl = studio.member("Bea"), studio.member("Carl")
    question_of(await bea.press(done, "Again"))
    form = await bea.press(done, "Change")
    assert hint_in(form, "Prompt") == HINT
    changed = await bea.submit(form, prompt="A red kite")
    again = card_of(await bea.press(question_of(changed), "Send it"))
    await studio.hears(again, "Done in")
    [task] = studio.vendor.ledger.by_prompt("A red kite")
    assert task.seconds == 8
    form = await carl.press(done, "Continue from last frame")
    assert hint_in(form, "Prompt") == HINT
    continued = card_of(await carl.press(question_of(await carl.submit(form, prompt="It flies on")), "Send it"))
    await studio.hears(continued, "Done in")


@ASKS
async def test_whoever_sends_anothers_doubtful_job_again_is_asked_too(studio: Studio) -> None:
    first = question_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    studio.vendor.faults.next_posts(faults.reset(accepted=True))
    card = card_of(await studio.ana.press(first, "Send it"))
    asks = await studio.hears(card, "cannot tell whether MuleRun accepted it")
    mia = studio.member("Mia", moderator=True)
    answer = await mia.press(asks, "Send again, may be charged twice")
    assert RULES[0] in told(answer) and answer.message
    assert labels(answer.message) == ["Send again, may be charged twice"]
    sent = card_of(await mia.press(answer.message, "Send again, may be charged twice"))
    await studio.hears(sent, "Done in")
    assert "no longer possible" in told(await mia.press(answer.message, "Send again, may be charged twice"))


@ASKS
@pytest.mark.catalogue(price=0.25)
async def test_rules_and_costs_are_one_question_and_a_refusal_comes_before_it(studio: Studio) -> None:
    set_rules(studio, {"confirm_above": 0.5, "max_seconds": 4})
    refused = told(await studio.ana.run(studio.channel, "video", prompt="A kite", seconds=8))
    assert "4 seconds" in refused and RULES[0] not in refused
    answer = await studio.ana.run(studio.channel, "video", prompt="A kite")
    assert "for about 1.00" in told(answer)
    await studio.hears(card_of(await studio.ana.press(question_of(answer), "Send it")), "Done in")
    # from now on only what it costs
    assert told(await studio.ana.run(studio.channel, "video", prompt="A boat")).startswith("This makes 1 clip")


@ASKS
async def test_a_model_without_rules_asks_and_tells_nothing(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite", model="veo-3.1"))
    assert await wait_for(lambda: studio.vendor.ledger.by_prompt("A kite")), card


async def test_a_composer_tells_the_rules_of_its_model(studio: Studio) -> None:
    """With `show` nobody is asked."""
    ana = studio.ana
    form = await ana.run(studio.channel, "compose")
    assert hint_in(form, "Subject") == HINT
    composed = await ana.submit(form, Subject="A kite")
    assert composed.message
    assert all(words in composed.message.embeds[0]["description"] for words in RULES)
    await ana.choose(composed.message, "Model", "Veo 3.1")
    assert RULES[0] not in composed.message.embeds[0]["description"]
    await ana.choose(composed.message, "Model", "Sora 2 Pro")
    card_of(await ana.press(composed.message, "Send"))


@ASKS
async def test_what_a_member_may_do_tells_of_it(studio: Studio) -> None:
    mia = manager(studio)
    panel = await opened(mia, studio.channel)
    await mia.press(panel, "What may a member do?")
    await mia.choose(panel, "A member", [studio.ana.user])
    assert "read what Sora 2 Pro does not make" in shown(panel) and "It is made." not in shown(panel)
