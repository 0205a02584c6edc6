"""What a rule refused and a moderator let through, and what moderators write in its place, by the real checks."""

from collections.abc import AsyncIterator

import pytest

from sandbox.moderation import Moderation
from tests.stories.conftest import Studio, card_of, told
from tests.stories.reviewing import closed, note_text, question
from tests.stories.rules import set_rules
from tests.stories.test_moderate import moderator
from tests.stories.test_review import written

WORD = "A rule of this server about words keeps this out."
ENDPOINT = "moderation service"


@pytest.fixture
async def endpoint(studio: Studio) -> AsyncIterator[Moderation]:
    async with Moderation() as moderation:
        studio.settings |= {"MODERATION_URL": moderation.url, "MODERATION_KEY": moderation.key}
        await studio.restart()
        yield moderation


@pytest.mark.usefixtures("endpoint")
@pytest.mark.parametrize(("prompt", "refusal"), [("A kitten naps", WORD), ("A knife fight", ENDPOINT)])
async def test_what_a_moderator_lets_through_is_sent_once(studio: Studio, prompt: str, refusal: str) -> None:
    review, mo = studio.add_channel("review"), moderator(studio)
    set_rules(studio, {"blocked": ["kitten"], "review": {"channel": str(review.id), "appeals_day": 1}})
    first, second = [(await studio.ana.run(studio.channel, "video", prompt=prompt)).message for _ in range(2)]
    assert first and second and refusal in first.content and prompt in first.content
    card = card_of(await studio.ana.press(first, "Ask a moderator"))
    await studio.ana.press(first, "Ask a moderator")
    note = await question(review, prompt)
    assert studio.vendor.ledger.charged == 0
    told(await mo.press(note, "Approve"))
    await studio.hears(card, "Done in")
    await closed(note, "Approved by")
    assert studio.vendor.ledger.charged == 1
    assert written(studio, "SELECT count(*) FROM jobs") == [(1,)]

    # the day's appeals are used up: none is offered any more, and what was offered before says so
    again = await studio.ana.run(studio.channel, "video", prompt=prompt)
    assert refusal in told(again) and again.message and not again.message.components
    used_up = told(await studio.ana.press(second, "Ask a moderator"))
    assert "1 time" in used_up and prompt in used_up
    assert studio.vendor.ledger.charged == 1


@pytest.mark.usefixtures("endpoint")
async def test_what_a_moderator_writes_is_held_against_the_same_rules(studio: Studio) -> None:
    review, mo = studio.add_channel("review"), moderator(studio)
    set_rules(studio, {"blocked": ["kitten"], "review": {"channel": str(review.id), "before_sending": "all"}})
    answer = await studio.ana.run(studio.channel, "video", prompt="A tower")
    assert answer.message
    note = await question(review, "A tower")
    for prompt, refusal in (("A kitten on a tower", WORD), ("A knife fight", ENDPOINT)):
        refused = told(await mo.submit(await mo.press(note, "Edit"), prompt=prompt))
        assert refusal in refused and prompt in refused and "Ask a moderator" not in refused
        assert "A tower" in note_text(note) and note.components
    assert written(studio, "SELECT status, prompt FROM jobs") == [("in_review", "A tower")]
    assert written(studio, "SELECT count(*) FROM audit") == [(0,)] and studio.vendor.ledger.charged == 0
    told(await mo.submit(await mo.press(note, "Edit"), prompt="A lighthouse"))
    await studio.hears(answer.message, "Done in")
    await closed(note, "Approved by|another prompt")
    assert [task.prompt for task in studio.vendor.ledger.tasks.values()] == ["A lighthouse"]
